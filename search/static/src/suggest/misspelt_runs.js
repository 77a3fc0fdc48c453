/*
The parts of a run of Han characters that may be misspelt, and what it may be corrected to: a part of
search/suggest/did_you_mean.py.
*/

import { byCodePoints } from "../base/patterns.js";
import { DID_YOU_MEAN_MAX_INNER_WORD_CHARS, DID_YOU_MEAN_MAX_WORD_CHARS } from "../data.js";

/** Which parts of a run are correct: `words`, the ranges of known words of two characters or more. */
export class RunSpelling {
  constructor(words) {
    this._words = words;
  }

  /** Whether a range consists of known words. */
  areWords(start, end) {
    const inside = this._words.filter(([first, stop]) => start <= first && stop <= end);
    return inside.reduce((sum, [first, stop]) => sum + stop - first, 0) === end - start;
  }

  /** Whether a range is neither a known word nor cuts one in two. */
  mayBeMisspelt(start, end) {
    return !this._words.some(
      ([first, stop]) =>
        (first === start && stop === end) || [start, end].some((edge) => first < edge && edge < stop),
    );
  }
}

/** The neighbouring characters of each two words of a run. */
export function edgesOf(words) {
  return words.slice(1).map((word, place) => words[place].slice(-1) + word[0]);
}

/** The parts of a run that may be a misspelt word, the likeliest first: neighbouring characters that are no words, then the
 * ranges of the run, itself too if it is short. */
export function likelyMisspelt(run, cut, spelling) {
  const stretches = cut.map((word) => (word.length > 1 ? " " : word)).join("").match(/[^ ]{2,}/g) || [];
  const ranges = suspectRanges(run, spelling).filter(([start, end]) => end - start <= DID_YOU_MEAN_MAX_INNER_WORD_CHARS);
  return [...stretches, ...ranges.map(([start, end]) => run.slice(start, end))];
}

/** The ranges of a run that may be a misspelt word, the longest first. */
export function suspectRanges(run, spelling) {
  const whole = run.length <= DID_YOU_MEAN_MAX_WORD_CHARS ? [[0, run.length]] : [];
  return [...whole, ...rangesOfRun(run).filter(([start, end]) => spelling.mayBeMisspelt(start, end))];
}

/** The ranges of a run that may be a word, the longest first. */
function rangesOfRun(run) {
  const ranges = [];
  for (let size = Math.min(DID_YOU_MEAN_MAX_INNER_WORD_CHARS, run.length - 1); size > 1; size--) {
    for (let start = 0; start + size <= run.length; start++) ranges.push([start, start + size]);
  }
  return ranges;
}

/** What a run may be corrected to in a range; only to homophones of correct words in a row. */
export function corrections(run, start, end, spelling, words) {
  const text = run.slice(start, end);
  const areWords = spelling.areWords(start, end);
  const homophones = words.homophones(text).filter((candidate) => isCloseTo(candidate, text));
  return [...homophones, ...(areWords ? [] : words.oneEdit(text))].map(({ word, pages, unchanged, distance }) => ({
    changed: end - start - unchanged,
    distance,
    pages,
    text: run.slice(0, start) + word + run.slice(end),
    start,
    end: start + word.length,
    typedEnd: end,
    areWords,
  }));
}

/** Whether a homophone resembles a text enough: of two characters one is as typed, or both sound so. */
function isCloseTo(candidate, text) {
  return text.length > 2 || candidate.unchanged > 0 || candidate.distance === 0;
}

/** The order of corrections, the best first. */
export function byQuality(left, right) {
  return (
    left.changed - right.changed ||
    left.distance - right.distance ||
    right.pages - left.pages ||
    byCodePoints(left.text, right.text)
  );
}
