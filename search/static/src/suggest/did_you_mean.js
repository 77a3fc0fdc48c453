/*
Query correction ("did you mean"): the twin of search/suggest/did_you_mean.py, with what a few files of completion tell.

Words are looked for in the files of the sounds that a misspelt text begins with: homophones, near-homophones, and words
one edit away that sound alike at the beginning, or have a Latin word's first two letters. An edit of these letters is
found only where they are swapped.
*/

import { foldKeepingBlanks, simplifyCharacters } from "../analysis/folding.js";
import { all, byCodePoints, whole } from "../base/patterns.js";
import {
  DID_YOU_MEAN_MAX_CHECKED,
  DID_YOU_MEAN_MAX_INNER_WORD_CHARS,
  DID_YOU_MEAN_MAX_RARE_PAGES,
  DID_YOU_MEAN_MAX_RUNS,
  DID_YOU_MEAN_MAX_SUSPECTS,
  DID_YOU_MEAN_MAX_WORD_CHARS,
  DID_YOU_MEAN_MIN_FREQUENCY_RATIO,
  DID_YOU_MEAN_MIN_KNOWN_FREQUENCY,
  DID_YOU_MEAN_NUMERAL,
  DID_YOU_MEAN_RUN,
} from "../data.js";
import { completionDirectory, completionFileOf, completionFiles, initialOfSyllable } from "./entries.js";
import { SpellingIndex } from "./spelling.js";

const RUNS = all(DID_YOU_MEAN_RUN);
const NUMERAL = whole(DID_YOU_MEAN_NUMERAL);
const LATIN_ONLY = /^[a-z]+$/;
const MAX_FILES = 3; // of one run

/** The text with its misspelt runs replaced, folded there and as written elsewhere; null if no run has a correction, or
 * files have to be loaded first. */
export function didYouMean(text, segmenter, index) {
  const folded = foldKeepingBlanks(text);
  const corrector = new Corrector(segmenter, index);
  const pieces = [];
  let copied = 0; // offset of the first character of `text` that is not in `pieces` yet
  for (const match of [...simplifyCharacters(folded.text).matchAll(RUNS)].slice(0, DID_YOU_MEAN_MAX_RUNS)) {
    const correction = corrector.correction(match[0]);
    if (correction) {
      const [start, end] = folded.source(match.index, match.index + match[0].length);
      pieces.push(text.slice(copied, start), correction);
      copied = end;
    }
  }
  return pieces.length ? [...pieces, text.slice(copied)].join("") : null;
}

/** Which parts of a run are correct: `words`, the ranges of known words of two characters or more. */
class RunSpelling {
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

/** Corrects the runs of one query. Every step gives nothing while files that it needs have to be loaded. */
class Corrector {
  constructor(segmenter, index) {
    this._segmenter = segmenter;
    this._index = index;
  }

  correction(run) {
    return LATIN_ONLY.test(run) ? this._latin(run) : this._han(run);
  }

  _han(run) {
    const pages = this._count(run);
    const isWord = run.length <= DID_YOU_MEAN_MAX_WORD_CHARS;
    if (this._index.isWaiting || (pages && !(isWord && pages <= DID_YOU_MEAN_MAX_RARE_PAGES))) return null;
    const words = isWord ? this._wordsLike([run]) : null;
    if (this._index.isWaiting) return null;
    if (pages || this._isWord(run, words)) return words && this._commonHomophone(run, pages, words);
    const spelling = this._spelling(run, words);
    const suspects = this._suspects(run, spelling).slice(0, DID_YOU_MEAN_MAX_SUSPECTS);
    const all = this._wordsLike(suspects.map(([start, end]) => run.slice(start, end)));
    if (this._index.isWaiting) return null;
    return this._bestInContext(suspects.flatMap(([start, end]) => corrections(run, start, end, spelling, all)));
  }

  /** The best correction of a run that pages have, null if none is. */
  _bestInContext(found) {
    found.sort(byQuality);
    for (const { text, start, end, areWords } of found.slice(0, DID_YOU_MEAN_MAX_CHECKED)) {
      const isInContext = this._isInContext(text, start, end, areWords);
      if (this._index.isWaiting) return null;
      if (isInContext) return text;
    }
    return null;
  }

  /** Whether pages have a corrected run, or at least its new word with the characters beside it. */
  _isInContext(text, start, end, asAWhole) {
    if (start === 0 && end === text.length) return true; // a word of the index
    return this._count(text) > 0 || (!asAWhole && this._count(text.slice(Math.max(0, start - 1), end + 1)) > 0);
  }

  /** The ranges of a run that may be a misspelt word: those that no page has, the longest first. */
  _suspects(run, spelling) {
    const whole = run.length <= DID_YOU_MEAN_MAX_WORD_CHARS ? [[0, run.length]] : [];
    const inner = rangesOfRun(run).filter(
      ([start, end]) => spelling.mayBeMisspelt(start, end) && !this._count(run.slice(start, end)),
    );
    return [...whole, ...inner];
  }

  /** A homophone that differs in one character and is so common that the run must be a typo. Of a word that readers know
   * it must have the same tones as well; of one that few know, its sound may be similar. */
  _commonHomophone(run, pages, words) {
    const least = DID_YOU_MEAN_MIN_FREQUENCY_RATIO * Math.max(pages, 1);
    const isKnown = this._isKnown(run, words);
    const maxDistance = pages || isKnown ? 0 : 1;
    const found = words.homophones(run).find((candidate) => {
      const differsInOne = candidate.distance <= maxDistance && candidate.unchanged === run.length - 1;
      const isSame = !isKnown || words.isSameSound(run, candidate.word);
      return differsInOne && isSame && candidate.pages >= least;
    });
    return found ? found.word : null;
  }

  _latin(token) {
    const pages = this._index.countPages(token);
    if (this._index.isWaiting || pages > DID_YOU_MEAN_MAX_RARE_PAGES) return null;
    const words = this._wordsLike([token]);
    if (this._index.isWaiting) return null;
    const least = Math.max(DID_YOU_MEAN_MIN_FREQUENCY_RATIO * pages, 1);
    let edits = words.latinTypos(token).filter((edit) => edit.pages >= least);
    if (pages) edits = edits.filter((edit) => edit.unchanged === token.length); // swapped letters
    const byPinyin = pages ? [] : words.byPinyin(token);
    const best = [...edits.slice(0, 1), ...byPinyin.slice(0, 1)].sort((left, right) => right.pages - left.pages);
    return best.length ? best[0].word : null;
  }

  _spelling(run, words) {
    const ranges = [];
    let start = 0;
    for (const word of this._segmenter.cut(run)) {
      if (word.length > 1 && this._isKnown(word, words)) ranges.push([start, start + word.length]);
      start += word.length;
    }
    return new RunSpelling(ranges);
  }

  /** Whether a text is a word of the dictionary, or a number with its counter. */
  _isWord(text, words) {
    return this._segmenter.frequency(text) > 0 || this._isKnown(text, words);
  }

  /** Whether a text is a word that readers know, or a number with its counter. */
  _isKnown(text, words) {
    const isFrequent = this._segmenter.frequency(text) >= DID_YOU_MEAN_MIN_KNOWN_FREQUENCY;
    return isFrequent || NUMERAL.test(text) || Boolean(words && words.isCorrect(text));
  }

  /** The words of the first files that have those which some texts, the most important first, may stand for. */
  _wordsLike(texts) {
    const directory = completionDirectory(this._index);
    if (!directory) return null;
    const { pinyin } = directory;
    const keys = texts.flatMap((text) => (LATIN_ONLY.test(text) ? latinKeys(text, pinyin) : hanKeys(text, pinyin)));
    const names = new Set(keys.map((key) => completionFileOf(key, directory)));
    return new SpellingIndex(completionFiles([...names].slice(0, MAX_FILES), this._index), pinyin);
  }

  _count(text) {
    return this._index.countContaining(text, DID_YOU_MEAN_MAX_RARE_PAGES + 1);
  }
}

/** The keys of words that sound like a text of Han characters. */
function hanKeys(text, pinyin) {
  const [first, second] = [text[0], text[1]].map((character) => pinyin.readings(character).map(initialOfSyllable));
  return first.flatMap((initial) => second.map((next) => initial + next));
}

/** The keys of Latin words like a token, and of Han words that have it as their pinyin. */
function latinKeys(token, pinyin) {
  const [first, second, third] = token;
  const sounds = pinyin.splitSyllables(token).map((key) => key.trim().split(" ").slice(0, 2));
  return [
    first + second,
    ...sounds.map((syllables) => syllables.map(initialOfSyllable).join("")),
    second + first,
    first + third,
  ];
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
function corrections(run, start, end, spelling, words) {
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
    areWords,
  }));
}

/** Whether a homophone resembles a text enough: of two characters one is as typed, or both sound so. */
function isCloseTo(candidate, text) {
  return text.length > 2 || candidate.unchanged > 0 || candidate.distance === 0;
}

/** The order of corrections, the best first. */
function byQuality(left, right) {
  return (
    left.changed - right.changed ||
    left.distance - right.distance ||
    right.pages - left.pages ||
    byCodePoints(left.text, right.text)
  );
}
