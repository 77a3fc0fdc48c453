/*
How a query text was read: its parts, and the query texts that undo each of them.

A reader sees what a sign was taken for, and takes it back with one click. Those of orders are in undoing.js.
*/

import { rangesInCodePoints } from "../base/patterns.js";

/*
A part of a query text, a range of it, and what it was taken for: word, phrase, exclusion, filter, alternative
or ignored. `value` is the part without its signs, as typed; `field` the field that an exclusion or filter
names. `undo` is the query text without it, or with it as words; null where there is nothing to undo.
*/
export function reading(kind, start, end, value, field = null, undo = null) {
  return { kind, start, end, value, field, undo };
}

/** The readings of a query text as `typed`, collected while its tokens are parsed. */
export class Readings {
  constructor(typed) {
    this._text = typed;
    this._readings = [];
  }

  /** All readings in the order of the text. */
  inOrder() {
    return [...this._readings].sort((left, right) => left.start - right.start || left.end - right.end);
  }

  /** Add a part that is its own value. */
  add(kind, start, end, undo = null) {
    this._readings.push(reading(kind, start, end, this._text.slice(start, end), null, undo));
  }

  /** A token without a meaning. */
  ignore(token) {
    this.add("ignored", token.start, token.end);
  }

  /** The words of a chunk; function words are ignored. */
  words(words, chunk) {
    if (!words.length) {
      this.ignore(chunk);
    }
    for (const { start, end, isFunctionWord } of words) {
      this.add(isFunctionWord ? "ignored" : "word", chunk.start + start, chunk.start + end);
    }
  }
}

/** The parts of a query by what each was taken for, in the order of the text, as JSON. */
export function readJson(query) {
  const partsOf = (kind) =>
    query.readings.filter((part) => part.kind === kind).map((part) => readPartJson(query.text, part));
  return {
    words: partsOf("word"),
    phrases: partsOf("phrase"),
    exclusions: partsOf("exclusion"),
    filters: partsOf("filter"),
    alternatives: partsOf("alternative"),
    ignored: partsOf("ignored"),
  };
}

function readPartJson(text, { start, end, value, field, undo }) {
  const [range] = rangesInCodePoints(text, [[start, end]]);
  return { text: text.slice(start, end), range, value, field, undo };
}
