/*
Word segmentation of Han runs as jieba does it: the likeliest path through the words of the dictionary, and a hidden
Markov model for runs of characters that are left over.

The dictionary is what the site's pages have of jieba's, with its frequencies, and the words that are made of theirs; any
other word is not known.
*/

import { whole } from "../base/patterns.js";
import { TOKENIZER_HAN_RUN } from "../data.js";
import { Lexicon } from "./lexicon.js";

const HAN_ONLY = whole(TOKENIZER_HAN_RUN);

export class Segmenter {
  /** `words.frequency(text)` is that in the dictionary, 0 of no word, null while it is not loaded,
   * `words.othersOf(text)` as in Lexicon; `core` as on disk;
   * `model()` gives the HiddenMarkovModel, null while it is not loaded. */
  constructor(words, core, model) {
    this.lexicon = new Lexicon(core.lexicon, (text) => words.othersOf?.(text));
    this._words = words;
    this._model = model;
    this._characters = new Map([...core.chars].map((character, place) => [character, place]));
    this._frequencies = core.char_frequencies;
    this._longest = core.longest_word;
    this._logTotal = Math.log(core.total_frequency);
  }

  /** The best segmentation of a run: words without overlap. */
  cut(run) {
    const ends = this._path(run);
    const words = [];
    let left = ""; // characters that are no words together
    for (let start = 0; start < run.length; start = ends[start]) {
      if (ends[start] === start + 1) {
        left += run[start];
        continue;
      }
      words.push(...this._cutLeft(left), run.slice(start, ends[start]));
      left = "";
    }
    return [...words, ...this._cutLeft(left)];
  }

  /** (word, start, end) of each word, with the dictionary words inside long ones before them. */
  search(run) {
    const found = [];
    let start = 0;
    for (const word of this.cut(run)) {
      for (const size of [2, 3]) {
        for (let place = 0; place + size <= word.length && size < word.length; place++) {
          const part = word.slice(place, place + size);
          if (this._frequency(part)) found.push([part, start + place, start + place + size]);
        }
      }
      found.push([word, start, start + word.length]);
      start += word.length;
    }
    return found;
  }

  /** The frequency of a word in the dictionary; 0 of a text that is none, or that is segmented nevertheless. */
  frequency(text) {
    const frequency = HAN_ONLY.test(text) ? this._frequency(text) : 0;
    return frequency && this.cut(text).length === 1 ? frequency : 0;
  }

  _frequency(word) {
    if (word.length > 1) return (word.length <= this._longest && this._words.frequency(word)) || 0;
    return this._frequencies[this._characters.get(word)] || 0;
  }

  /** Where the word of the likeliest path ends that begins at each place. */
  _path(run) {
    const [ends, likelihoods] = [[], []];
    likelihoods[run.length] = 0;
    for (let start = run.length - 1; start >= 0; start--) {
      likelihoods[start] = -Infinity;
      for (const [end, frequency] of this._wordsFrom(run, start)) {
        const likelihood = Math.log(frequency) - this._logTotal + likelihoods[end];
        if (likelihood >= likelihoods[start]) [likelihoods[start], ends[start]] = [likelihood, end];
      }
    }
    return ends;
  }

  /** (end, frequency) of each word of the dictionary that begins at a place, else of its character. */
  _wordsFrom(run, start) {
    const found = [];
    for (let end = start + 1; end <= Math.min(run.length, start + this._longest); end++) {
      const frequency = this._frequency(run.slice(start, end));
      if (frequency) found.push([end, frequency]);
    }
    return found.length ? found : [[start + 1, 1]];
  }

  /** The words of a run of characters that the dictionary leaves over. */
  _cutLeft(left) {
    if (left.length < 2 || this._frequency(left)) return [...left];
    const states = this._model()?.states(left) ?? [...left].map(() => "S"); // for as long as it is being loaded
    const words = [];
    let start = 0;
    states.forEach((state, place) => {
      if (state === "E" || state === "S" || place === left.length - 1) {
        words.push(left.slice(start, place + 1));
        start = place + 1;
      }
    });
    return words;
  }
}
