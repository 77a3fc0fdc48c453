/*
The other writings of a Latin word that the index does not have as a term: its forms, its parts, other spellings.
*/

import { FUNCTION_WORD_SET } from "../analysis/tokenizer.js";
import { whole } from "../base/patterns.js";
import {
  LATIN_BEFORE_ES,
  LATIN_INFLECTION_WEIGHT,
  LATIN_MAX_JOINED,
  LATIN_MAX_JOINED_WORDS,
  LATIN_MAX_SPLITS,
  LATIN_MAX_SPLIT_PAGES,
  LATIN_MIN_INFLECTED,
  LATIN_MIN_JOINED,
  LATIN_VERSION,
  SYNONYMS_VARIANT_WEIGHT,
} from "../data.js";
import { word } from "./ast.js";
import { joinedBy, knownTerms, LATIN_SIGNS, unquoted } from "./latin.js";
import { stem } from "./stemmer.js";

const WHOLE_VERSION = whole(LATIN_VERSION);

/** The other writings of a Latin word that are terms of the index. */
export function formsOfWord(node, index) {
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

/* A word with its parts as words; a letter alone is seldom one. */
function writtenApart(node, parts) {
  const isApart = parts.length > 0 && parts.every((part) => part.length > 1);
  return isApart ? [unquoted(parts.join(" "), node.field, SYNONYMS_VARIANT_WEIGHT)] : [];
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

function isLetters(text) {
  return /^[a-z]+$/.test(text);
}

function isBeforeEs(base) {
  return LATIN_BEFORE_ES.some((ending) => base.endsWith(ending));
}
