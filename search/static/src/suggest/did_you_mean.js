/*
Query correction ("did you mean"): the twin of search/suggest/did_you_mean.py, with what a few files of completion tell.

Words are looked for in the files of the sounds that a misspelt text begins with: homophones, near-homophones, and words
one edit away that sound alike at the beginning, or have a Latin word's first two letters. An edit of these letters is
found only where they are swapped. Other words are in files that would cost more than a correction is worth; so would
checking in its context more than the best few.
*/

import { foldKeepingBlanks, simplifyCharacters } from "../analysis/folding.js";
import { all, whole } from "../base/patterns.js";
import {
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
import { intersectAll, NO_LIST } from "../matching/hits.js";
import {
  completionDirectory,
  completionFileOf,
  completionFiles,
  initialOfSyllable,
  pinyinOf,
  tonesOfSounds,
} from "./entries.js";
import { RunSpelling, byQuality, corrections, edgesOf, likelyMisspelt, suspectRanges } from "./misspelt_runs.js";
import { SpellingIndex } from "./spelling.js";

const RUNS = all(DID_YOU_MEAN_RUN);
const NUMERAL = whole(DID_YOU_MEAN_NUMERAL);
const LATIN_ONLY = /^[a-z]+$/;
const MAX_FILES = 2; // of the words that a run may stand for
const MAX_CHECKED = 3; // corrections of a run that are searched in their context
const TOO_MANY_PAGES = DID_YOU_MEAN_MAX_RARE_PAGES + 1;

/** The text with its misspelt runs replaced, folded there and as written elsewhere; null if no run has a correction, or
 * files have to be loaded first. It may be asked for early, while the query itself waits for files: then only those are
 * noted that are needed whatever the query finds. */
export function didYouMean(text, segmenter, index) {
  const { missing } = index.files;
  const noted = [...missing];
  missing.clear(); // to tell what corrections wait for
  const corrected = correctedText(text, new Corrector(segmenter, index, noted.length > 0));
  for (const path of noted) missing.add(path);
  return corrected;
}

function correctedText(text, corrector) {
  const folded = foldKeepingBlanks(text);
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

/** Corrects the runs of one query. Every step gives nothing while files that it needs have to be loaded. */
class Corrector {
  constructor(segmenter, index, isEarly) {
    this._segmenter = segmenter;
    this._index = index;
    this._isEarly = isEarly;
  }

  get _isWaiting() {
    return this._index.files.missing.size > 0;
  }

  correction(run) {
    return LATIN_ONLY.test(run) ? this._latin(run) : this._han(run);
  }

  _han(run) {
    const cut = this._segmenter.cut(run);
    const pages = this._isWaiting ? 0 : this._pagesOf(run, cut);
    const mayBeTypo = run.length <= DID_YOU_MEAN_MAX_WORD_CHARS && pages <= DID_YOU_MEAN_MAX_RARE_PAGES;
    if (this._isWaiting || (pages && !mayBeTypo)) return null;
    const spelling = this._spelling(cut);
    const words = this._wordsLike(pages ? [run] : likelyMisspelt(run, cut, spelling));
    if (this._isWaiting) return null;
    if (pages || this._isWord(run, words)) return mayBeTypo ? this._commonHomophone(run, pages, words) : null;
    const suspects = suspectRanges(run, spelling).slice(0, DID_YOU_MEAN_MAX_SUSPECTS);
    const found = suspects.flatMap(([start, end]) => corrections(run, start, end, spelling, words));
    return this._bestInContext(run, found.sort(byQuality).slice(0, MAX_CHECKED));
  }

  /** The number of pages that have a run, counted up to one that is too many for a typo. Where its words are on pages
   * that are not loaded, n-grams decide whether any has it. */
  _pagesOf(run, words) {
    if (words.length === 1) return this._index.countPages(run) || this._count(run);
    const together = intersectAll(words.map((word) => this._index.term(word)?.pages || NO_LIST));
    if (!together.length) return 0;
    if (this._isEarly) return TOO_MANY_PAGES; // the hits will tell
    const read = together.filter((page) => this._index.loadedRecord(page)?.folded.includes(run)).length;
    if (read > DID_YOU_MEAN_MAX_RARE_PAGES) return TOO_MANY_PAGES;
    if (!this._haveNgrams(edgesOf(words))) return read;
    return run.length <= DID_YOU_MEAN_MAX_INNER_WORD_CHARS ? this._count(run) : TOO_MANY_PAGES;
  }

  /** The first correction that pages have; of a range that none has. */
  _bestInContext(run, found) {
    for (const correction of found) {
      const { text, start, end, typedEnd } = correction;
      const isWhole = typedEnd - start === run.length;
      const isBest = isWhole || (this._isInContext(correction) && !this._count(run.slice(start, typedEnd)));
      if (this._isWaiting) return null;
      if (isBest) return text;
    }
    return null;
  }

  /** Whether pages have a corrected run, or at least its new word with the characters beside it. */
  _isInContext({ text, start, end, areWords }) {
    const edges = [start, end].filter((edge) => edge > 0 && edge < text.length);
    if (!this._haveNgrams(edges.map((edge) => text.slice(edge - 1, edge + 1)))) return false;
    return this._count(areWords ? text : text.slice(Math.max(0, start - 1), end + 1)) > 0;
  }

  /** Whether pages have all of some texts of two characters. */
  _haveNgrams(texts) {
    return texts.every((text) => this._index.ngram(text));
  }

  /** A homophone that differs in one character and is so common that the run must be a typo. Of a word that readers know
   * it must have the same tones as well; of one that few know, its sound may be similar. */
  _commonHomophone(run, pages, words) {
    const least = DID_YOU_MEAN_MIN_FREQUENCY_RATIO * Math.max(pages, 1);
    const isKnown = this._isKnown(run, words);
    const maxDistance = pages || isKnown ? 0 : 1;
    const found = words.homophones(run).filter((candidate) => {
      const differsInOne = candidate.distance <= maxDistance && candidate.unchanged === run.length - 1;
      return differsInOne && candidate.pages >= least;
    });
    const best = found.find((candidate) => !isKnown || this._isSameSound(run, candidate.word));
    return best ? best.word : null;
  }

  _latin(token) {
    const pages = this._index.countPages(token);
    if (this._isWaiting || pages > DID_YOU_MEAN_MAX_RARE_PAGES) return null;
    const least = Math.max(DID_YOU_MEAN_MIN_FREQUENCY_RATIO * pages, 1);
    const words = this._wordsLike([token]);
    if (this._isWaiting) return null;
    const byPinyin = pages ? [] : words.byPinyin(token).slice(0, 1);
    const edits = this._latinEdits(token, least, words, byPinyin.length > 0).slice(0, 1);
    if (this._isWaiting) return null;
    // One letter that differs may make a name that resembles a word; swapped letters are still a typo.
    const likely = edits.filter((edit) => !pages || edit.unchanged === token.length);
    const best = [...likely, ...byPinyin].sort((left, right) => right.pages - left.pages);
    return best.length ? best[0].word : null;
  }

  /** Latin words one edit away from a token that enough pages have. If letters are swapped at its beginning they are in
   * other files than `words`, which are not read where a word is found already. */
  _latinEdits(token, least, words, isFound) {
    const pagesOf = (word) => this._index.countPages(word);
    const editsAmong = (others) => others.latinTypos(token, pagesOf).filter((edit) => edit.pages >= least);
    const edits = editsAmong(words);
    if (this._isWaiting) return [];
    if (isFound || edits.some((edit) => edit.unchanged === token.length)) return edits;
    const more = this._wordsLike([token, ...swappedBeginnings(token)], MAX_FILES + 1);
    return this._isWaiting ? [] : editsAmong(more);
  }

  _spelling(cut) {
    const ranges = [];
    let start = 0;
    for (const word of cut) {
      if (word.length > 1 && this._isKnown(word, null)) ranges.push([start, start + word.length]);
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
  _wordsLike(texts, maxFiles = MAX_FILES) {
    const directory = completionDirectory(this._index);
    const han = texts.filter((text) => !LATIN_ONLY.test(text)).join("");
    const pinyin = directory && pinyinOf(han, directory, this._index);
    if (!pinyin) return null;
    const keys = texts.flatMap((text) => (LATIN_ONLY.test(text) ? latinKeys(text, pinyin) : hanKeys(text, pinyin)));
    const names = new Set(keys.map((key) => completionFileOf(key, directory)));
    return new SpellingIndex(completionFiles([...names].slice(0, maxFiles), this._index), pinyin);
  }

  _isSameSound(left, right) {
    const directory = completionDirectory(this._index);
    const tones = directory && tonesOfSounds(directory, this._index);
    return Boolean(tones) && directory.pinyin.isSameSound(left, right, tones);
  }

  _count(text) {
    return this._index.countContaining(text, TOO_MANY_PAGES);
  }
}

/** The keys of words that sound like a text of Han characters. */
function hanKeys(text, pinyin) {
  const [first, second] = [text[0], text[1]].map((character) => pinyin.readings(character).map(initialOfSyllable));
  return first.flatMap((initial) => second.map((next) => initial + next));
}

/** The keys of Latin words like a token, and of Han words that have it as their pinyin. */
function latinKeys(token, pinyin) {
  const sounds = pinyin.splitSyllables(token).map((key) => key.trim().split(" ").slice(0, 2));
  return [token.slice(0, 2), ...sounds.map((syllables) => syllables.map(initialOfSyllable).join(""))];
}

/** The beginnings of words that a token is with swapped letters. */
function swappedBeginnings([first, second, third]) {
  return [second + first, first + third];
}
