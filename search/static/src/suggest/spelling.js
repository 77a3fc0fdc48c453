/*
Candidates for a misspelt word by pinyin and by edit distance: the twin of search/suggest/spelling.py, over the words of
loaded files of completion.
*/

import {
  EDITS_LETTERS,
  SPELLING_MAX_CANDIDATES,
  SPELLING_MAX_LATIN_CHARS,
  SPELLING_MIN_EDITED_CHARS,
  SPELLING_MIN_LATIN_CHARS,
  SPELLING_WORDS_HASHES,
  SPELLING_WORDS_HASH_FACTOR,
} from "../data.js";
import { nearKey } from "./pinyin.js";

const MAX_COUNTED = 3; // Latin words
const LETTERS_ONLY = /^[a-z]+$/;

/** The words of some files. A candidate is {word, pages, unchanged, distance}; see spelling.py. */
export class SpellingIndex {
  constructor(files, pinyin) {
    this._files = files;
    this._pinyin = pinyin;
    this._words = [...new Map(files.flatMap(({ words }) => words).map((item) => [item.word, item])).values()];
  }

  /** Whether a text is a word that readers know, but the site lacks. */
  isCorrect(text) {
    let hash = 0;
    for (let place = 0; place < text.length; place++) {
      hash = (hash * SPELLING_WORDS_HASH_FACTOR + text.charCodeAt(place)) % SPELLING_WORDS_HASHES;
    }
    return this._files.some(({ correct }) => correct.has(hash));
  }

  /** Homophones of a text of Han characters, then near-homophones. */
  homophones(text) {
    const keys = new Set(this._pinyin.keys(text));
    const nearKeys = new Set([...keys].map(nearKey));
    const [exact, near] = [[], []];
    for (const item of this._words) {
      if (item.word.length !== text.length || LETTERS_ONLY.test(item.word)) continue;
      const own = this._pinyin.keysOfWord(item.word);
      if (own.some((key) => keys.has(key))) exact.push(item);
      else if (own.some((key) => nearKeys.has(nearKey(key)))) near.push(item);
    }
    return [...rankedWords(exact, text, 0), ...rankedWords(near, text, 1)];
  }

  /** Words one edit away from a text of Han characters: substituted, missing, extra or swapped. */
  oneEdit(text) {
    const found = this._words.filter(({ word }) => {
      if (LETTERS_ONLY.test(word) || !isOneEdit(text, word)) return false;
      if (word.length > text.length) return word.length >= SPELLING_MIN_EDITED_CHARS;
      if (word.length < text.length) return text.length > SPELLING_MIN_EDITED_CHARS;
      return text.length >= SPELLING_MIN_EDITED_CHARS || isSwapped(text, word);
    });
    return rankedWords(found, text, 2);
  }

  /** Words whose pinyin is this text of Latin letters. */
  byPinyin(letters) {
    const keys = new Set(this._pinyin.splitSyllables(letters));
    const found = this._words.filter(({ word }) => this._pinyin.keysOfWord(word).some((key) => keys.has(key)));
    return rankedWords(found, "", 0);
  }

  /** Latin words one edit away from a token. Few are compared by `pagesOf` a word, which counts those that have it in any
   * field; completion counts those of one. */
  latinTypos(token, pagesOf) {
    const isWord = LETTERS_ONLY.test(token) && token.length >= SPELLING_MIN_LATIN_CHARS;
    if (!isWord || token.length > SPELLING_MAX_LATIN_CHARS) return [];
    // Swapped letters are the most frequent slip: all of them count as unchanged.
    const pages = new Map(this._words.map((item) => [item.word, item.pages]));
    const edits = [...new Set(editsOf(token))].filter((word) => pages.has(word));
    return edits
      .map((word) => ({
        word,
        pages: edits.length > MAX_COUNTED ? pages.get(word) : pagesOf(word),
        unchanged: token.length - (isSwapped(token, word) ? 0 : 1),
        distance: 2,
      }))
      .sort((left, right) => right.unchanged - left.unchanged || right.pages - left.pages)
      .slice(0, SPELLING_MAX_CANDIDATES);
  }
}

/** Every token that is one edit away, some twice; those with swapped letters come first. */
function editsOf(token) {
  const edits = [];
  for (let place = 0; place + 1 < token.length; place++) {
    edits.push(token.slice(0, place) + token[place + 1] + token[place] + token.slice(place + 2));
  }
  for (let place = 0; place <= token.length; place++) {
    const [left, right] = [token.slice(0, place), token.slice(place)];
    if (right) edits.push(left + right.slice(1));
    for (const letter of EDITS_LETTERS) {
      edits.push(left + letter + right);
      if (right) edits.push(left + letter + right.slice(1));
    }
  }
  return edits.filter((edit) => edit !== token);
}

/** Words as candidates: by unchanged characters, then by pages. A writer who picks one wrong character in an input
 * method seldom picks two. */
function rankedWords(words, text, distance) {
  return words
    .filter(({ word }) => word !== text)
    .map(({ word, pages }) => ({ word, pages, unchanged: unchangedIn(word, text), distance }))
    .sort((left, right) => right.unchanged - left.unchanged || right.pages - left.pages)
    .slice(0, SPELLING_MAX_CANDIDATES);
}

function unchangedIn(word, text) {
  return [...word].filter((character, place) => character === text[place]).length;
}

/** Whether two words are a single edit apart, a swap of neighbours included. */
function isOneEdit(left, right) {
  if (left.length === right.length) return isSwapped(left, right) || differingPlaces(left, right).length === 1;
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  if (long.length !== short.length + 1) return false;
  let place = 0;
  while (place < short.length && short[place] === long[place]) place++;
  return short.slice(place) === long.slice(place + 1);
}

/** Whether two words differ in two neighbouring characters that are swapped. */
function isSwapped(left, right) {
  const [first, second, ...others] = differingPlaces(left, right);
  if (left.length !== right.length || second !== first + 1 || others.length) return false;
  return left[first] === right[second] && left[second] === right[first];
}

/** The places in which two words of the same length differ. */
function differingPlaces(left, right) {
  return [...left].map((_, place) => place).filter((place) => left[place] !== right[place]);
}
