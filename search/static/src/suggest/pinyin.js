/*
Pinyin of Han characters: the twin of search/suggest/pinyin.py.

The readings are those of the site's own characters, which come with the directory of completion, and of others where a
misspelt query has them. A key joins the syllables of a word: words with equal keys are homophones.
*/

import {
  PINYIN_MAX_KEYS,
  PINYIN_MAX_SPLITS,
  PINYIN_MAX_SYLLABLES,
  PINYIN_NEAR_INITIALS,
  PINYIN_RETROFLEX_OR_N,
} from "../data.js";

const NO_READINGS = [];
const MAX_SYLLABLE_LETTERS = 6;
const FIRST_CODE = 48; // stands for 0

/** The readings of a site's characters. `syllables` are all that there are, sorted. */
export class Pinyin {
  /** `sounds` as the directory has them, a text for each further reading of `chars`. */
  constructor({ syllables, sounds }, chars) {
    this.syllables = syllables.split(" ");
    this.syllableSet = new Set(this.syllables);
    this.similar = new Map(); // of pinyin_input
    this._readings = new Map();
    this._places = new Map();
    this._readBy = new Map(); // syllable: its characters, joined
    [...chars].forEach((character, place) => {
      const numbers = sounds.map((text) => numberAt(text, place)).filter((number) => number >= 0);
      const readings = numbers.map((number) => this.syllables[number]);
      for (const syllable of readings) this._readBy.set(syllable, this.charactersOf(syllable) + character);
      this._readings.set(character, readings);
      this._places.set(character, place);
    });
  }

  /** The toneless readings of a character in use, the most common first; none of one that the site lacks. */
  readings(character) {
    return this._readings.get(character) || NO_READINGS;
  }

  /** Whether the readings of all Han characters of a text are known. */
  knows(text) {
    return [...text].every((character) => this._readings.has(character));
  }

  /** Know the readings of further characters, given by syllable. */
  add(sounds) {
    for (const [syllable, characters] of Object.entries(sounds)) {
      for (const character of characters) {
        const readings = this.readings(character);
        if (!readings.includes(syllable)) this._readings.set(character, [...readings, syllable]);
      }
    }
  }

  /** The site's characters with a syllable, joined. */
  charactersOf(syllable) {
    return this._readBy.get(syllable) || "";
  }

  /** Whether two texts of Han characters can be read alike to the tone. `tones`: as their file has them. */
  isSameSound(left, right, tones) {
    const [first, second] = [[...left], [...right]];
    return (
      first.length === second.length &&
      first.every((a, place) => a === second[place] || this._soundAlike(a, second[place], tones))
    );
  }

  _soundAlike(a, b, tones) {
    if (![a, b].every((character) => this._places.has(character))) return false;
    const tonesOf = (character, row) => numberAt(tones[row], this._places.get(character));
    return this.readings(a).some((syllable, row) => {
      const other = this.readings(b).indexOf(syllable);
      return other >= 0 && (tonesOf(a, row) & tonesOf(b, other)) > 0;
    });
  }

  /** The keys of a text, one for each combination of readings; "?" is a character without one. */
  keys(text) {
    let combinations = [""];
    for (const character of text) {
      const readings = this.readings(character);
      const syllables = readings.length ? readings : ["?"];
      combinations = combinations.flatMap((key) => syllables.map((syllable) => `${key} ${syllable}`));
    }
    return combinations.slice(0, PINYIN_MAX_KEYS);
  }

  /** The keys of a word of the index: of its first readings, and with one character in another of its readings. */
  keysOfWord(word) {
    const all = [...word].map((character) => (this.readings(character).length ? this.readings(character) : ["?"]));
    const first = all.map((readings) => readings[0]);
    const keys = [first];
    all.forEach((readings, place) => {
      for (const other of readings.slice(1)) keys.push(Object.assign([...first], { [place]: other }));
    });
    return keys.map((syllables) => syllables.map((syllable) => ` ${syllable}`).join(""));
  }

  /** The keys of Latin letters split into two or more syllables: `xian` is xi an. */
  splitSyllables(letters) {
    const keys = [];
    const pending = [[0, []]];
    while (pending.length && keys.length < PINYIN_MAX_SPLITS) {
      const [start, split] = pending.pop();
      if (start === letters.length) {
        if (split.length > 1) keys.push(split.map((syllable) => ` ${syllable}`).join(""));
      } else if (split.length < PINYIN_MAX_SYLLABLES) {
        // The longest syllable is tried first.
        for (let end = start + 1; end <= Math.min(start + MAX_SYLLABLE_LETTERS, letters.length); end++) {
          const syllable = letters.slice(start, end);
          if (this.syllableSet.has(syllable)) pending.push([end, [...split, syllable]]);
        }
      }
    }
    return keys;
  }
}

/** The number that a character of a text stands for; negative of a blank, or beyond the end. */
function numberAt(text, place) {
  return (text.charCodeAt(place) || 0) - FIRST_CODE;
}

/** The key of near-homophones: zh is z, ch c, sh s, n l, and -ng is -n. */
export function nearKey(key) {
  return key
    .split(" ")
    .map((syllable) =>
      syllable.replace(PINYIN_RETROFLEX_OR_N, (initial) => PINYIN_NEAR_INITIALS[initial]).replace(/ng$/, "n"),
    )
    .join(" ");
}
