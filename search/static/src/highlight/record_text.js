/*
The text of a page's record, as snippets and quoted texts read it: folded when it is first needed.

Blocks of front matter are folded by themselves, since no passage goes from the text into them.
*/

import { fold, foldPlain, learnSimplified, simplifyCharacters, simplifyWords } from "../analysis/folding.js";
import { all, splitBlanks } from "../base/patterns.js";
import { TOKENIZER_HAN_RUN } from "../data.js";

const HAN_RUNS_OF_TEXT = all(TOKENIZER_HAN_RUN);

export class RecordText {
  /* `meta` is the record as exported. */
  constructor(meta) {
    this.meta = meta;
    learnSimplified(meta.simplified || []);
    this._lines = null;
    this._words = null;
    this._parts = [];
  }

  /* The title and the blocks folded character by character, a line each. */
  get folded() {
    if (this._lines === null) {
      this._lines = splitBlanks(foldPlain(this.meta.title)).join(" ");
      this._parts = writtenParts(this.meta).map((text) => this._foldedPart(text));
    }
    return this._lines;
  }

  /* The title and the blocks folded with OpenCC's phrases, by which some words are equal: 藉口 is 借口. */
  foldedByWords() {
    const blocks = this._parts.map(({ source }) => source.text);
    return [fold(this.meta.title).text, blocks.join("\n")].map(simplifyWords);
  }

  /*
  The blocks around an offset of `folded`, which is not in the title: {text as written, start: the offset in
  `folded` where they begin, source: the map from there back to the text}.
  */
  window(position) {
    return this._parts.findLast(({ start }) => start <= position);
  }

  /* A segmenter that knows the words of the text, as the export has cut them, and leaves other runs to another one. */
  segmenter(other) {
    if (!this.meta.words) return other;
    return { lexicon: other.lexicon, cut: (run) => this._wordsOfRuns().get(run) ?? other.cut(run) };
  }

  /* The words of each run of Han characters of the text. */
  _wordsOfRuns() {
    if (this._words === null) {
      const bits = atob(this.meta.words);
      let place = -1; // of a Han character among all
      const isStart = () => {
        place += 1;
        return (bits.charCodeAt(place >> 3) << (place & 7)) & 0x80;
      };
      const runs = simplifyCharacters(this.meta.text).match(HAN_RUNS_OF_TEXT) || [];
      this._words = new Map(runs.map((run) => [run, wordsOfRun(run, isStart)]));
    }
    return this._words;
  }

  /* The section around an offset of `folded` after the title; null before the first, and in front matter. */
  sectionAt(position) {
    const { sections, meta_line: metaLine } = this.meta;
    const line = this.folded.slice(0, position).split("\n").length - 2;
    const found = metaLine !== null && line >= metaLine ? null : sections.findLast((each) => each[2] <= line);
    return found ? { title: found[0], anchor: found[1] } : null;
  }

  /* A part of the blocks, which is added to those before. */
  _foldedPart(text) {
    const source = fold(text);
    const start = this._lines.length + 1;
    this._lines += `\n${simplifyCharacters(source.text)}`;
    return { text, start, source };
  }
}

/* The words of a run; `isStart` tells whether one begins with the next character. */
function wordsOfRun(run, isStart) {
  const words = [];
  for (const character of run) {
    if (isStart() || !words.length) words.push(character);
    else words[words.length - 1] += character;
  }
  return words;
}

/* The blocks of a record, and those of its front matter. */
function writtenParts({ text, meta_line: metaLine }) {
  if (!metaLine) return [text];
  const lines = text.split("\n");
  return [lines.slice(0, metaLine), lines.slice(metaLine)].map((part) => part.join("\n"));
}
