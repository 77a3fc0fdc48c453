/*
Word segmentation of Han runs as jieba does it: the likeliest path through the words of the dictionary, and a hidden
Markov model for runs of characters that are left over.

The dictionary is what the site's pages have of jieba's, with its frequencies; a word that no page has is not known.
*/

import { whole } from "../base/patterns.js";
import { TOKENIZER_HAN_RUN } from "../data.js";
import { Lexicon } from "./lexicon.js";

const HAN_ONLY = whole(TOKENIZER_HAN_RUN);
const NEVER = -3.14e100; // the logarithm of a probability of zero, as in jieba
const NO_COUNT = 48; // the code of "0"
const STATES = "BEMS"; // a character begins, ends, is inside of or is a word; in the order that decides ties
const BEFORE = { B: "ES", E: "BM", M: "BM", S: "ES" };

export class Segmenter {
  /** `words.frequency(text)` is that in the dictionary, 0 of no word, null while it is not loaded; `core` as on disk;
   * `model()` gives the file of the hidden Markov model, null while it is not loaded. */
  constructor(words, core, model) {
    this.lexicon = new Lexicon(core.lexicon);
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
    const states = this._states(left);
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

  /** The likeliest state of each character, by Viterbi's algorithm. */
  _states(left) {
    const model = this._model();
    if (!model) return [...left].map(() => "S"); // for as long as it is being loaded
    const emission = (state, place) => this._emission(model, state, left[place]);
    let paths = new Map([...STATES].map((state) => [state, [model.start[state] + emission(state, 0), state]]));
    for (let place = 1; place < left.length; place++) {
      const before = paths;
      paths = new Map();
      for (const state of STATES) {
        const ways = [...BEFORE[state]].map((from) => {
          const [likelihood, path] = before.get(from);
          return [likelihood + model.transitions[from][state] + emission(state, place), path + state];
        });
        paths.set(state, ways.reduce(likelier));
      }
    }
    return [...likelier(paths.get("E"), paths.get("S"))[1]];
  }

  /** The logarithm of the probability of a character in a state. One that the site does not have is as likely in each:
   * the others decide, and mostly join it, as the dictionary would. */
  _emission(model, state, character) {
    const { least, counts } = model.states[state];
    const place = this._characters.get(character);
    if (place === undefined) return 0;
    const count = counts.charCodeAt(place) - NO_COUNT;
    return count ? least + Math.sqrt((count - 1) / model.scale) : NEVER;
  }
}

/** The second of two [likelihood, path] unless the first is likelier. */
function likelier(first, second) {
  return second[0] >= first[0] ? second : first;
}
