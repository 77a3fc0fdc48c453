/*
Other writings of Latin words: inflections, and words that are joined or separated.

`containers` also finds container, `opensource` also open source, `wi-fi` also wifi, `vs code` also VSCode.
Which of the possible writings exist is looked up in the index. Those of its terms lie beside them, ready; those of
words that it does not have are computed in forms.js.
*/

import { part } from "../base/parts.js";
import { LATIN_JOINED_WEIGHT, LATIN_MAX_JOINED, LATIN_MAX_JOINED_WORDS, LATIN_MIN_JOINED, LATIN_SEPARATORS } from "../data.js";
import { and, orAlso, orWritings, phrase, primary, word } from "./ast.js";

export const LATIN_SIGNS = LATIN_SEPARATORS.filter((separator) => separator !== " ");

/** The query with other writings of its Latin words as alternatives, below the words themselves. */
export function expandLatin(query, index) {
  if (![...query.should, ...query.must].some(hasLatin)) return query;
  const joined = joinedWords(query.should, index);
  const should = query.should.map((node, place) => expandedNode(node, joined.get(place) ?? [], index));
  return { ...query, should, must: query.must.map((node) => expandedNode(node, [], index)) };
}

/* A node with the other writings of its words, and with the words that it is a part of. */
function expandedNode(node, joined, index) {
  if (node.type === "and") return and(node.nodes.map((part) => expandedNode(part, [], index)));
  if (node.type === "or") {
    const [first, ...others] = node.nodes;
    const expanded = expandedNode(first, joined, index);
    return node.writings ? orWritings(expanded, others) : orAlso(expanded, others);
  }
  const writings = isLatin(node) ? writingsOfWord(node, index) : [];
  const words = joined.filter(({ type }) => type === "word");
  const neighbours = joined.filter(({ type }) => type !== "word");
  return orAlso(orWritings(node, [...writings, ...words]), neighbours);
}

/* The other writings of a Latin word that the index has. */
function writingsOfWord(node, index) {
  const ready = index.writingsOf(node.term);
  if (ready) return ready.map((writing) => ({ ...writing, field: node.field }));
  return part("forms")?.formsOfWord(node, index) ?? [];
}

/* For each node the words that it makes up with its neighbours, written as one. */
function joinedWords(nodes, index) {
  const joined = new Map();
  for (const [start, run] of runsOfWords(nodes)) {
    const writings = writingsOfRun(run, index);
    for (let part = start; part < start + run.length; part++) {
      joined.set(part, [...(joined.get(part) ?? []), ...writings]);
    }
  }
  return joined;
}

/* Those of some texts that are terms of the index. */
export function knownTerms(texts, index) {
  const areTerms = texts.length ? index.areTerms(texts) : [];
  return texts.filter((text, place) => areTerms[place]);
}

/* Neighbouring words written as one, where the index has that. As words these find what each word of the run
finds. The phrases add to that, so that pages with the run side by side, or as one, rank above those with its
words apart; each word has its share. */
function writingsOfRun(parts, index) {
  const known = knownTerms(joinedTexts(parts), index);
  if (!known.length) return [];
  const words = known.map((text) =>
    word({ term: text, pattern: text, kind: "latin", weight: LATIN_JOINED_WEIGHT, whole: true }),
  );
  const share = (text, weight) => unquoted(text, null, weight / parts.length);
  const others = known.map((text) => share(text, LATIN_JOINED_WEIGHT));
  return [...words, orWritings(share(parts.join(" "), 1), others)];
}

/* The runs of two and more neighbouring words that may be written as one, each with its first place. */
function* runsOfWords(nodes) {
  const words = nodes.map(primary);
  for (let start = 0; start < words.length; start++) {
    const run = [];
    for (const node of words.slice(start, start + LATIN_MAX_JOINED_WORDS)) {
      if (!isJoinable(node)) break;
      run.push(node.term);
      if (run.length > 1) yield [start, [...run]];
    }
  }
}

/* Words written as one, also with signs; none where that is too short, too long, or a number. */
function joinedTexts(parts) {
  const text = parts.join("");
  if (text.length < LATIN_MIN_JOINED || text.length > LATIN_MAX_JOINED || /^[0-9]+$/.test(text)) return [];
  return joinedBy(["", ...LATIN_SIGNS], parts);
}

export function joinedBy(signs, parts) {
  return signs.map((sign) => parts.join(sign));
}

function hasLatin(node) {
  return node.nodes ? node.nodes.some(hasLatin) : isLatin(node);
}

function isLatin({ type, kind, weight, term }) {
  return type === "word" && kind !== "han" && weight === 1 && isAsciiTerm(term);
}

function isJoinable({ type, kind, field, term }) {
  return type === "word" && kind === "latin" && field === null && isAsciiTerm(term);
}

function isAsciiTerm(term) {
  return /^[\0-\x7f]*$/.test(term);
}

export function unquoted(pattern, field, weight) {
  return phrase({ pattern, field, bounded: true, quoted: false, weight });
}
