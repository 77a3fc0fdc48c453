/*
Other writings of Latin words: inflections, and words that are joined or separated.

`containers` also finds container, `opensource` also open source, `wi-fi` also wifi, `vs code` also VSCode.
Which of the possible writings exist is looked up in the index. Those of its terms lie beside them, ready; they
are computed for words that it does not have.
*/

import { FUNCTION_WORD_SET } from "../analysis/tokenizer.js";
import { whole } from "../base/patterns.js";
import {
  LATIN_BEFORE_ES,
  LATIN_INFLECTION_WEIGHT,
  LATIN_JOINED_WEIGHT,
  LATIN_MAX_JOINED,
  LATIN_MAX_JOINED_WORDS,
  LATIN_MAX_SPLIT_PAGES,
  LATIN_MAX_SPLITS,
  LATIN_MIN_INFLECTED,
  LATIN_MIN_JOINED,
  LATIN_SEPARATORS,
  LATIN_VERSION,
  SYNONYMS_VARIANT_WEIGHT,
} from "../data.js";
import { and, orAlso, orWritings, phrase, primary, word } from "./ast.js";
import { stem } from "./stemmer.js";

const LATIN_SIGNS = LATIN_SEPARATORS.filter((separator) => separator !== " ");
const WHOLE_VERSION = whole(LATIN_VERSION);

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

/* The other writings of a Latin word that the index has. */
function writingsOfWord(node, index) {
  const ready = index.writingsOf(node.term);
  if (ready) return ready.map((writing) => ({ ...writing, field: node.field }));
  if (node.kind === "latin") {
    const forms = knownWritings(node, inflections(node.term), index);
    const inflected = forms.map((form) => ({ ...form, weight: LATIN_INFLECTION_WEIGHT }));
    return [...inflected, ...splitWritings(node, index)];
  }
  const terms = knownWritings(node, otherSpellings(node.term), index);
  return [...terms, ...writtenApart(node, separatedParts(node.term))];
}

/* Those of other writings that are terms of the index. */
function knownWritings(node, texts, index) {
  const others = texts.filter((text) => text !== node.term);
  return knownTerms(others, index).map((text) => otherWriting(node, text));
}

/* Those of some texts that are terms of the index. */
function knownTerms(texts, index) {
  const areTerms = texts.length ? index.areTerms(texts) : [];
  return texts.filter((text, place) => areTerms[place]);
}

/* The writings of a word of letters in two parts: wifi as wi-fi, wi.fi, wi_fi, wi fi. */
function splitWritings(node, index) {
  const splits = splitsOf(node.term, index);
  const isRare = splits.length > 0 && index.countPages(node.term) <= LATIN_MAX_SPLIT_PAGES;
  return splits.flatMap((parts) => {
    const signed = knownWritings(node, joinedBy(LATIN_SIGNS, parts), index);
    // plug in, as there is plug-in; of a frequent word its own writing is the usual one
    const isApart = signed.length > 0 || (isRare && !parts.some((part) => FUNCTION_WORD_SET.has(part)));
    return isApart ? [...signed, ...writtenApart(node, parts)] : signed;
  });
}

/* The likeliest two parts of a word of letters, both of which are terms. */
function splitsOf(text, index) {
  // The parts of wi-fi are terms as well, and most beginnings of words are none.
  const left = knownTerms(beginningsOf(text), index);
  const right = new Set(knownTerms(left.map((part) => text.slice(part.length)), index));
  const splits = left.map((part) => [part, text.slice(part.length)]).filter(([, end]) => right.has(end));
  const shorter = ([start, end]) => Math.min(start.length, end.length);
  return splits.sort((one, other) => shorter(other) - shorter(one)).slice(0, LATIN_MAX_SPLITS);
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

function joinedBy(signs, parts) {
  return signs.map((sign) => parts.join(sign));
}

/* The other spellings of a compound: of a version that of its beginning, of others with another sign. */
function otherSpellings(text) {
  if (WHOLE_VERSION.test(text)) return [`${text}.`];
  const parts = separatedParts(text);
  return parts.length ? joinedBy(["", ...LATIN_SIGNS], parts) : [];
}

/* The first parts of a word of letters in two. */
function beginningsOf(text) {
  if (!isLetters(text) || text.length < LATIN_MIN_JOINED || text.length > LATIN_MAX_JOINED) return [];
  return Array.from({ length: text.length - 2 }, (_, place) => text.slice(0, place + 1));
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

function isLetters(text) {
  return /^[a-z]+$/.test(text);
}

/* A word with its parts as words; a letter alone is seldom one. */
function writtenApart(node, parts) {
  const isApart = parts.length > 0 && parts.every((part) => part.length > 1);
  return isApart ? [unquoted(parts.join(" "), node.field, SYNONYMS_VARIANT_WEIGHT)] : [];
}

function unquoted(pattern, field, weight) {
  return phrase({ pattern, field, bounded: true, quoted: false, weight });
}

/* Another writing of a word, a term by itself. */
function otherWriting({ field }, text) {
  const pattern = text.replace(/\.$/, ""); // of a version
  return word({ term: text, pattern, kind: "latin", field, weight: SYNONYMS_VARIANT_WEIGHT, whole: true });
}

/* The two to four parts of a word that is written with hyphens, dots or underscores; else none. */
function separatedParts(text) {
  for (const separator of LATIN_SIGNS) {
    const parts = text.split(separator);
    const isParted = parts.length > 1 && parts.length <= LATIN_MAX_JOINED_WORDS;
    if (isParted && parts.every((part) => /^[a-z0-9]+$/.test(part))) {
      return parts.some(isLetters) && text.length <= LATIN_MAX_JOINED ? parts : [];
    }
  }
  return [];
}

/* The other forms of an English word with the same stem: plurals, -ed and -ing. */
function inflections(text) {
  if (text.length < LATIN_MIN_INFLECTED || !isLetters(text) || FUNCTION_WORD_SET.has(text)) return [];
  const forms = new Set(basesOf(text).flatMap(formsOf));
  const own = stem(text);
  const isForm = (form) => form !== text && form.length > 2 && !FUNCTION_WORD_SET.has(form);
  return [...forms].filter((form) => isForm(form) && stem(form) === own);
}

/* The forms without ending that a word may be of: libraries is of library and librarie. */
function basesOf(text) {
  const bases = [text];
  const [, ending] = /(ies|ied)$/.exec(text) ?? [];
  if (ending) bases.push(`${text.slice(0, -3)}y`);
  if (text.endsWith("s")) bases.push(text.slice(0, -1));
  if (text.endsWith("es") && isBeforeEs(text.slice(0, -2))) bases.push(text.slice(0, -2));
  for (const ending of ["ed", "ing"]) {
    if (text.endsWith(ending)) {
      const base = text.slice(0, -ending.length);
      bases.push(base, `${base}e`);
      if (base.at(-2) === base.at(-1)) bases.push(base.slice(0, -1));
    }
  }
  return bases;
}

/* The forms of a base: itself, plural, -ed and -ing. */
function formsOf(base) {
  const forms = [base, `${base}s`, `${base}ed`, `${base}ing`];
  if (isBeforeEs(base)) forms.push(`${base}es`);
  if (base.endsWith("e")) {
    forms.push(`${base}d`, `${base.slice(0, -1)}ing`);
  } else if (base.endsWith("y")) {
    forms.push(`${base.slice(0, -1)}ies`, `${base.slice(0, -1)}ied`);
  } else if (base) {
    forms.push(`${base}${base.at(-1)}ed`, `${base}${base.at(-1)}ing`);
  }
  return forms;
}

function isBeforeEs(base) {
  return LATIN_BEFORE_ES.some((ending) => base.endsWith(ending));
}
