/*
Unicode folding with source offsets: the twin of index/analysis/folding.py and neutral_blanks.py.

Offsets are UTF-16 units. The tables of traditional characters come from a file that is loaded where a site or a query
needs it; without them, texts are taken to be simplified.
*/

import { all, splitBlanks } from "../base/patterns.js";
import {
  FOLDING_ACCENTED,
  FOLDING_INVISIBLE,
  FOLDING_MAX_CLUSTER_CHARS,
  FOLDING_QUOTES,
  FOLDING_STRAIGHT,
  FOLDING_SURROGATE,
  NEUTRAL_BLANKS_DOTS,
  NEUTRAL_BLANKS_HAN,
  NEUTRAL_BLANKS_WIDE,
} from "../data.js";

const ASCII = /^[\0-\x7f]*$/;
const INVISIBLE = all(FOLDING_INVISIBLE);
export const HALF_CHARACTER = all(FOLDING_SURROGATE);
const ACCENTED = all(FOLDING_ACCENTED);
const QUOTES_OF_VALUE = all(FOLDING_QUOTES);
const CURLY = new RegExp(`[${Object.keys(FOLDING_STRAIGHT).map((point) => String.fromCharCode(point)).join("")}]`, "g");
const COMBINES = /^[\p{M}\u1160-\u11ff]/u;
// Their lower case is not that of their upper case: dotless i, and Cherokee, which folds to upper case.
const DOTLESS = "\u0131";
const CHEROKEE = /[\u13a0-\u13fd\uab70-\uabbf]/;

const WIDE = new RegExp(`[${NEUTRAL_BLANKS_WIDE}]`, "u");
const HAN_CHARACTER = new RegExp(`[${NEUTRAL_BLANKS_HAN}]`);
const MAY_BE_NEUTRAL = new RegExp(`[ \\t]+|[${NEUTRAL_BLANKS_DOTS}]`, "g"); // of a folded text
const JOINING = /[\u3099\u309a]/; // marks that would join another letter
const ANY_HAN = /\p{Script=Han}/gu;

const NOT_ONE = 0xffff;
const FOLDED_UNITS = new Uint16Array(0x10000); // by unit, as they first occur: what it folds to, 0 if not known yet

let traditional = null; // {characters, words, longest}: the tables in use

/** A folded text and its offsets in the source: `text[i]` came from `source.slice(starts[i], ends[i])`.
 * Where both are null, the offsets are the same in both texts. */
export class FoldedText {
  constructor(text, starts, ends) {
    this.text = text;
    this._starts = starts;
    this._ends = ends;
  }

  get size() {
    return this.text.length;
  }

  /** The range of the source that `text.slice(start, end)` (not empty) came from. */
  source(start, end) {
    return this._starts === null ? [start, end] : [this._starts[start], this._ends[end - 1]];
  }

  /** The offset of the first character of `text` that came from `start` of the source or later. */
  place(start) {
    if (this._starts === null) return start;
    let [low, high] = [0, this._starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this._starts[middle] < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Without the characters of some ranges, ascending. */
  _without(ranges) {
    const [starts, ends] = [new Int32Array(this.size), new Int32Array(this.size)];
    let text = "";
    let first = 0;
    for (const [start, end] of [...ranges, [this.size, this.size]]) {
      for (let place = first, to = text.length; place < start; place++, to++) {
        starts[to] = this._starts ? this._starts[place] : place;
        ends[to] = this._ends ? this._ends[place] : place + 1;
      }
      text += this.text.slice(first, start);
      first = end;
    }
    return new FoldedText(text, starts.subarray(0, text.length), ends);
  }
}

/** The offsets of the folded form of a text, for highlighting. */
export function offsetMap(source) {
  return fold(source);
}

/** Fold by NFKC and case, without invisible characters and blanks beside wide ones; keep the offsets. */
export function fold(source) {
  const folded = foldKeepingBlanks(source);
  const ranges = ASCII.test(source) ? [] : neutralRanges(folded, source);
  return ranges.length ? folded._without(ranges) : folded;
}

/** Fold by NFKC and case, without invisible characters; keep the offsets. */
export function foldKeepingBlanks(source) {
  if (ASCII.test(source)) return new FoldedText(source.toLowerCase(), null, null);
  const text = foldUnits(source);
  return text === null ? foldClusters(source) : new FoldedText(text, null, null);
}

/** Fold character by character, for comparisons that need no offsets (tags, URLs, substrings). */
export function foldPlain(source) {
  return simplifyCharacters(fold(source).text);
}

/** A facet's value folded as a query names it, with blanks for quotation marks. */
export function facetText(value) {
  return splitBlanks(foldPlain(value.replace(QUOTES_OF_VALUE, " "))).join(" ");
}

/** The key of a facet value; spellings that differ only in case or width share it. */
export function facetKey(value) {
  return caseFolded(value.normalize("NFKC"));
}

/** Use tables of traditional characters and words: those of the lexical file, or null. */
export function setTraditional(tables) {
  traditional = tables && traditionalTables(tables);
}

/** Learn the simplified forms of some characters, such as those of a page. */
export function learnSimplified([from = "", to = ""]) {
  if (!from) return;
  traditional = traditional || traditionalTables({ from, to, words: [] });
  [...from].forEach((character, place) => traditional.characters.set(character, to[place]));
}

function traditionalTables({ from, to, words }) {
  const simplified = [...to];
  return {
    characters: new Map([...from].map((character, place) => [character, simplified[place]])),
    words: new Map(words),
    beginnings: new Set(words.map(([word]) => word.slice(0, 2))),
    longest: Math.max(0, ...words.map(([word]) => word.length)),
  };
}

/** The Han characters of a site that stand for themselves in every word; `core` as on disk. */
export function settledCharacters({ chars, unsettled = "" }) {
  const settled = new Set(chars);
  for (const character of unsettled) settled.delete(character);
  return settled;
}

/** Whether a text may change when it is simplified: it has Han characters other than the `settled` ones of the site. */
export function needsTraditional(text, settled) {
  return (text.match(ANY_HAN) || []).some((character) => !settled.has(character));
}

/** Convert folded text from traditional to simplified, each character by itself; the length stays. */
export function simplifyCharacters(folded) {
  if (!traditional) return folded;
  return folded.replace(ANY_HAN, (character) => traditional.characters.get(character) || character);
}

/** Convert folded text from traditional to simplified by OpenCC's phrases; the length stays. */
export function simplifyWords(folded) {
  const simplified = simplifyCharacters(folded);
  if (!traditional || !traditional.longest) return simplified;
  let text = "";
  let first = 0;
  for (let place = 0; place < folded.length - 1; place++) {
    const size = exceptionAt(folded, place);
    if (size) {
      text += simplified.slice(first, place) + traditional.words.get(folded.slice(place, place + size));
      first = place + size;
      place = first - 1;
    }
  }
  return text + simplified.slice(first);
}

/** The length of the longest word that does not change character by character, at a place; 0 if none. */
function exceptionAt(folded, place) {
  if (!traditional.beginnings.has(folded.slice(place, place + 2))) return 0;
  for (let size = Math.min(traditional.longest, folded.length - place); size > 1; size--) {
    if (traditional.words.has(folded.slice(place, place + size))) return size;
  }
  return 0;
}

/** A text whose every unit folds to one and combines with none; null of any other. */
function foldUnits(source) {
  let text = "";
  let first = 0;
  for (let place = 0; place < source.length; place++) {
    const unit = source.charCodeAt(place);
    const folded = foldedUnit(unit);
    if (folded === NOT_ONE) return null;
    if (folded !== unit) {
      text += source.slice(first, place) + String.fromCharCode(folded);
      first = place + 1;
    }
  }
  return text + source.slice(first);
}

/** What a unit folds to; NOT_ONE if that is not one unit, or it combines with the character before it. */
function foldedUnit(unit) {
  if (!FOLDED_UNITS[unit]) {
    const character = String.fromCharCode(unit);
    const folded = FOLDING_SURROGATE.test(character) || isCombining(character) ? "" : foldCluster(character);
    FOLDED_UNITS[unit] = folded.length === 1 ? folded.charCodeAt(0) : NOT_ONE;
  }
  return FOLDED_UNITS[unit];
}

/** Fold a text by clusters: a character and those that combine with it, on one line. */
function foldClusters(source) {
  const [starts, ends] = [[], []];
  const characters = [...source];
  let [text, start] = ["", 0];
  for (let first = 0; first < characters.length;) {
    const next = endOfCluster(characters, first);
    const cluster = next === first + 1 ? characters[first] : characters.slice(first, next).join("");
    const unit = cluster.length === 1 ? foldedUnit(cluster.charCodeAt(0)) : NOT_ONE;
    const folded = unit === NOT_ONE ? foldCluster(cluster) : String.fromCharCode(unit);
    const end = start + cluster.length;
    for (let place = 0; place < folded.length; place++) {
      starts.push(start);
      ends.push(end);
    }
    text += folded;
    [first, start] = [next, end];
  }
  return new FoldedText(text, starts, ends);
}

/** Where the cluster that begins at a place of a list of characters ends. */
function endOfCluster(characters, first) {
  const last = Math.min(characters.length, first + FOLDING_MAX_CLUSTER_CHARS);
  let end = first + 1;
  while (end < last && characters[end - 1] !== "\n" && isCombining(characters[end])) end++;
  return end;
}

/** Fold a character with those that combine with it, by Unicode's own tables. */
function foldCluster(cluster) {
  const visible = cluster.replace(HALF_CHARACTER, "\ufffd").replace(INVISIBLE, "");
  const text = caseFolded(visible.normalize("NFKC")).normalize("NFKC").replace(INVISIBLE, "");
  return text
    .replace(CURLY, (quote) => String.fromCharCode(FOLDING_STRAIGHT[quote.charCodeAt(0)]))
    .replace(ACCENTED, withoutAccents);
}

/** A Latin letter without its accents, as readers type it: é as e. Others stay as they are. */
function withoutAccents(letter) {
  const base = letter.normalize("NFD")[0];
  return base < "\x80" ? base : letter;
}

/** Unicode's case folding: the lower case of the upper case of the lower case, which is the same at every place of a word. */
function caseFolded(text) {
  return text.replace(/[^\0-\x7f]|[A-Z]/gu, (character) => {
    if (CHEROKEE.test(character)) return character.toUpperCase();
    return character === DOTLESS ? character : character.toLowerCase().toUpperCase().toLowerCase();
  });
}

/** Whether it merges with the character before it (accents, Hangul vowels), or is invisible. */
function isCombining(character) {
  if (character.length === 1 && FOLDED_UNITS[character.charCodeAt(0)] % NOT_ONE) return false;
  if (FOLDING_INVISIBLE.test(character)) return true;
  return character >= "\u0300" && COMBINES.test(character.normalize("NFKC"));
}

/** The ranges of a folded text that are neutral: blanks beside a wide character, dots between Han characters. */
function neutralRanges(folded, source) {
  const { text } = folded;
  const ranges = [];
  for (const match of text.matchAll(MAY_BE_NEUTRAL)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const isNeutral =
      match[0].trim() === ""
        ? (isWide(folded, source, Math.max(start - 1, 0)) || isWide(folded, source, Math.min(end, text.length - 1))) &&
          !JOINING.test(text[end] || "")
        : HAN_CHARACTER.test(text[start - 1] || "") && HAN_CHARACTER.test(text[end] || "");
    if (isNeutral) ranges.push([start, end]);
  }
  return ranges;
}

/** Whether the character at a place of a folded text is wide, or was in its source: `！` is, `!` is not. */
function isWide(folded, source, place) {
  const first = folded.source(place, place + 1)[0];
  return WIDE.test(characterAround(folded.text, place)) || WIDE.test(characterAround(source, first));
}

/** The character that the unit at a place belongs to. */
function characterAround(text, place) {
  const pair = place ? text.codePointAt(place - 1) : 0; // it may end here
  return String.fromCodePoint(pair > 0xffff ? pair : text.codePointAt(place));
}
