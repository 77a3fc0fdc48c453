/* Substring search: the pages that contain a folded text, however it was segmented.
 *
 * Where a term or n-gram does not decide, pages that may contain the text are *unsure*: only their records tell. Those
 * that are loaded are read; others are loaded where they are few, or shown as hits.
 */

import { FOLDING_HAN, LATIN_MAX_JOINED, NUMERALS_NUMERAL } from "../data.js";
import { Pattern } from "../query/pattern.js";
import { intersect, intersectAll, NO_LIST, unite, without } from "./hits.js";

const MAX_NGRAM = 2; // characters; a pattern that is not longer is an n-gram itself
const MAX_READ_AT_ONCE = 8; // unsure pages that are read for the exact score of a pattern; each is a request
const HAN_TEXT = /^[\u2e80-\uffff\ud800-\udfff]+$/;
const LETTERS_ALONE = /^[a-z]{3,}$/; // of fewer letters too many longer words would have to be looked up
const LATIN_RUNS = /[a-z0-9]+/g; // of a folded text
const JOINED_WORDS = /^[a-z0-9]+([ ._-])[a-z0-9]+(?:\1[a-z0-9]+){0,2}$/;
const JOINTS = /[ ._-]/g;
const CHINESE_COUNT = new RegExp(`^${NUMERALS_NUMERAL}{2,4}[${FOLDING_HAN}]$`);
const ARABIC_COUNT = new RegExp(`^[0-9]{1,4}[${FOLDING_HAN}]$`);
const JOINS_DIGITS = /[百千万亿兆]/; // a number before it is one word with it
const TOLD_BY_WORDS = /^[a-z0-9 \-._'/:]+$/; // n-grams that tell next to nothing beside the words they are of
const SIGN_WITHIN = /[\-._'/:]/; // but those of a sign between words do where the words are of many pages
const MANY_PAGES = 24; // as many are read
const MAX_IN_VAIN = 200; // records that are read in vain, besides as many as are found

const NOTHING_FOUND = { pages: NO_LIST, unsure: NO_LIST, exact: true };

/** Searches substrings for one query. `exact`: read every unsure page. */
export class SearchableText {
  constructor(index, exact = false) {
    this._index = index;
    this._mayRead = exact ? Infinity : MAX_READ_AT_ONCE;
    this.inVain = 0; // pages that their records refuted
    this.isCut = false; // whether pages that may match were left out
  }

  /** The pages, `among` some (default: all), whose title or a block contains a folded pattern; without those of
   * `excluding`: {pages, unsure, exact}.
   *
   * `titleOnly`: in the title. `bounded`: a letter or digit at an edge of the pattern must not continue beyond it.
   * `unsure` are those of the pages that may lack it. */
  pagesWith(pattern, { among = null, excluding = null, titleOnly = false, bounded = false } = {}) {
    if (!pattern || pattern.includes("\n") || !this._index.hasCharacters(pattern)) return NOTHING_FOUND;
    const { pages: all, sure } = this._candidates(pattern, titleOnly, bounded);
    let pages = among ? intersect(all, among) : all;
    if (excluding) pages = without(pages, excluding);
    const open = sure === all ? NO_LIST : without(pages, sure);
    if (!open.length) return { pages, unsure: NO_LIST, exact: true };
    const [refuted, unsure] = this._read(open, new Pattern(pattern, bounded), titleOnly);
    return { pages: without(pages, refuted), unsure, exact: !unsure.length };
  }

  /** Of unsure pages those that their records refute, and those whose records are not loaded. Where most were read in
   * vain, the others count as refuted: a rare text of frequent words would have all records loaded. */
  _read(open, exact, titleOnly) {
    const refuted = [];
    const unsure = [];
    const found = [];
    for (const page of open) {
      const record = this._index.loadedRecord(page);
      if (!record) unsure.push(page);
      else (exact.isIn(titleOnly ? foldedTitle(record) : record.folded) ? found : refuted).push(page);
    }
    this.inVain += refuted.length;
    if (unsure.length <= this._mayRead) unsure.forEach((page) => this._index.record(page));
    else if (refuted.length > found.length + MAX_IN_VAIN) {
      this.isCut = true;
      return [without(open, Int32Array.from(found)), NO_LIST];
    }
    return [Int32Array.from(refuted), Int32Array.from(unsure)];
  }

  /** The pages that may contain a pattern, and those that are sure to: {pages, sure}, the same list if all are. */
  _candidates(pattern, titleOnly, bounded) {
    const size = [...pattern].length;
    if (size <= MAX_NGRAM && !bounded) return allSure(listOf(this._index.ngram(pattern), titleOnly));
    const entry = this._index.entry(pattern);
    if (entry === undefined) return allSure(NO_LIST);
    const known = entry && this._known(pattern, entry, titleOnly, bounded);
    if (known) return known;
    if (!entry && this._isListedIfFound(pattern, bounded)) return allSure(NO_LIST);
    const words = bounded ? wordsWithin(pattern) : [];
    const ngrams = ngramsOf(pattern);
    const telling = words.length ? ngrams.filter((ngram) => !TOLD_BY_WORDS.test(ngram)) : ngrams;
    const lists = words.map((word) => listOf(this._index.term(word), titleOnly));
    const pages = intersectAll([...lists, ...this._pagesOf(telling, titleOnly)]);
    if (pages.length <= MANY_PAGES || telling === ngrams) return { pages, sure: NO_LIST };
    const joints = ngrams.filter((ngram) => SIGN_WITHIN.test(ngram));
    return { pages: intersectAll([pages, ...this._pagesOf(joints, titleOnly)]), sure: NO_LIST };
  }

  /** The pages of each of some n-grams. */
  _pagesOf(ngrams, titleOnly) {
    return ngrams.map((ngram) => listOf(this._index.ngram(ngram), titleOnly));
  }

  /** What the entry of a pattern itself tells; null if that does not decide. */
  _known(pattern, entry, titleOnly, bounded) {
    const isHan = HAN_TEXT.test(pattern);
    const isJoined = bounded && JOINED_WORDS.test(pattern);
    if (entry.isWhole) {
      // The beginning of many terms is no text that was searched for.
      if (entry.beginning.length || !(isHan || isJoined || (bounded && ARABIC_COUNT.test(pattern)))) return null;
      return allSure(titleOnly ? entry.insideTitle : entry.inside);
    }
    if (isHan ? !this._index.isSettled(pattern) : !isJoined && !(bounded && LETTERS_ALONE.test(pattern))) return null;
    const inside = isHan || isJoined ? entry : NO_ENTRY;
    if (titleOnly) return allSure(unite([entry.titled, inside.insideTitle]));
    const pages = unite([entry.pages, inside.inside]);
    const others = unite([this._labelled(pattern), isHan || isJoined ? NO_LIST : this._index.pagesWithDigitsAfter(pattern)]);
    return others.length ? { pages, sure: without(pages, others) } : allSure(pages);
  }

  /** Whether a pattern has an entry if any page has it: numbers with a Han character, and words that are a term if they
   * are written as one. */
  _isListedIfFound(pattern, bounded) {
    if (CHINESE_COUNT.test(pattern) || (bounded && ARABIC_COUNT.test(pattern))) return true;
    const joined = pattern.replace(JOINTS, "");
    if (!bounded || !JOINED_WORDS.test(pattern) || !/[a-z]/.test(joined)) return false;
    return joined.length <= LATIN_MAX_JOINED && this._index.entry(joined)?.isWhole === false;
  }

  /** The pages that may have a term only in a tag or category, which are not in the text. */
  _labelled(pattern) {
    const hasPattern = (text) => text.includes(pattern);
    return unite(["tag", "category"].map((name) => this._index.facets.facet(name).pagesWhere(hasPattern)));
  }
}

const NO_ENTRY = { inside: NO_LIST, insideTitle: NO_LIST };

/** The folded title of a record. */
export function foldedTitle(record) {
  return record.folded.slice(0, record.folded.indexOf("\n"));
}

function allSure(pages) {
  return { pages, sure: pages };
}

function listOf(entry, titleOnly) {
  return entry ? (titleOnly ? entry.titled : entry.pages) : NO_LIST;
}

/** The words of letters and digits in a bounded pattern: terms of every page that has it. */
function wordsWithin(pattern) {
  return [...pattern.matchAll(LATIN_RUNS)].filter(isWordOf).map(([run]) => run);
}

/** Whether a run in a pattern is a word by itself: not beside other letters, nor joined with Han characters. */
function isWordOf({ 0: run, index, input }) {
  const [before, after] = [input.charAt(index - 1), input.charAt(index + run.length)];
  const isApart = [before, after].every((neighbour) => neighbour < "\u0080");
  return isApart || (before < "\u0080" && after > "\u2e80" && /^[0-9]+$/.test(run) && !JOINS_DIGITS.test(after));
}

/** The distinct pairs of characters of a pattern, or its only character. */
function ngramsOf(pattern) {
  const characters = [...pattern];
  const pairs = characters.slice(1).map((next, place) => characters[place] + next);
  return [...new Set(pairs.length ? pairs : characters)];
}
