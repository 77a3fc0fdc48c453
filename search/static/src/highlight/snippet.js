/*
Snippets: the passage of a page that matches a query best, with the ranges to highlight.

Matches are searched in the text folded character by character, so that a highlight is right however the text
was segmented. Offsets are UTF-16 units; the marks of a snippet are code points of the text beside them.
*/

import { fold, offsetMap, simplifyCharacters } from "../analysis/folding.js";
import { lengthOf, rangesInCodePoints } from "../base/patterns.js";
import {
  EXCERPT_CONTEXT_CHARS,
  EXCERPT_EXCERPT_CHARS,
  SNIPPET_MAX_PASSAGES,
  SNIPPET_MAX_PATTERNS,
} from "../data.js";
import { positive } from "../query/model.js";
import { Pattern } from "../query/pattern.js";
import { excerptOf, movedBy, passageEnd, passageLimit, passageStart } from "./excerpt.js";

/* Makes the snippets of one query's hits. */
export class Highlighter {
  constructor(query, segmenter) {
    this._query = query;
    this._segmenter = segmenter;
    this._narrower = new Map();
    const clauses = [...positive(query)];
    this._titlePatterns = snippetPatterns(clauses);
    this._bodyPatterns = snippetPatterns(clauses.filter((clause) => clause.field === null));
  }

  /*
  The best passage of a page (RecordText); its summary or its beginning where none matches: {titleMarks, text,
  marks, section}.

  What the page lacks (`missing`, places in the query's `should`) is not marked inside other words.
  */
  snippet(page, missing = []) {
    if (missing.length) return this._without(missing).snippet(page);
    const { title, summary } = page.meta;
    let folded = page.folded;
    let body = folded.indexOf("\n") + 1;
    let shift = 0; // how much later blocks begin here than in `page.folded`
    let [inTitle, inBody] = this._occurrences(folded, body);
    if (!inTitle.size && !inBody.size && this._titlePatterns.length) {
      const [foldedTitle, blocks] = page.foldedByWords();
      folded = `${foldedTitle}\n${blocks}`;
      shift = foldedTitle.length + 1 - body;
      body += shift;
      [inTitle, inBody] = this._occurrences(folded, body);
    }
    const marks = inTitle.size ? titleMarks(inTitle.keys(), folded.slice(0, body - 1), title) : [];
    const passage =
      !inBody.size && summary
        ? { text: summary, marks: [], section: null }
        : passageOf(page, { folded, body, shift }, inBody, page.segmenter(this._segmenter));
    return { titleMarks: rangesInCodePoints(title, marks), ...passage };
  }

  /* The highlighter of the query without some of its optional clauses; hits often lack the same. */
  _without(missing) {
    const key = missing.join();
    if (!this._narrower.has(key)) {
      const should = this._query.should.filter((_, number) => !missing.includes(number));
      this._narrower.set(key, new Highlighter({ ...this._query, should }, this._segmenter));
    }
    return this._narrower.get(key);
  }

  /* The patterns in the title, and those in the blocks, which begin at offset `body`. */
  _occurrences(folded, body) {
    const inTitle = firstOccurrences(this._titlePatterns, folded, 0, body);
    return [inTitle, firstOccurrences(this._bodyPatterns, folded, body, folded.length)];
  }
}

/* The distinct patterns to highlight. Those of Latin words do not match inside longer words. */
function snippetPatterns(clauses) {
  const distinct = new Map();
  for (const { type, pattern, bounded, kind } of clauses) {
    const isBounded = type === "phrase" ? bounded : kind !== "han";
    const key = `${Number(isBounded)}${pattern}`;
    if (!distinct.has(key)) distinct.set(key, new Pattern(pattern, isBounded));
  }
  return [...distinct.values()];
}

/*
The patterns in a range of a folded text, unbounded where they occur only inside longer words, and the offset
of the first occurrence of each.
*/
function firstOccurrences(patterns, text, start, end) {
  const occurrences = new Map();
  for (let pattern of patterns) {
    let offset = pattern.find(text, start, end);
    if (offset < 0 && pattern.bounded && lengthOf(pattern.text) > 1) {
      pattern = new Pattern(pattern.text, false); // but a letter inside a word is not the word
      offset = pattern.find(text, start, end);
    }
    if (offset < 0) continue;
    occurrences.set(pattern, offset);
    if (occurrences.size === SNIPPET_MAX_PATTERNS) break;
  }
  return occurrences;
}

/* The text, marks and section of the best passage; of the page's beginning if no pattern is `inBody`. */
function passageOf(page, { folded, body, shift }, inBody, segmenter) {
  const best = bestPassage(inBody, folded, body);
  const offset = (best ?? body) - shift;
  const { text, start: first, source } = page.window(offset);
  const mark = best === null ? 0 : source.source(offset - first, offset - first + 1)[0];
  const [start, cutBefore] = passageStart(text, mark, segmenter);
  const limit = passageLimit(text, start);
  const marks = marksIn(inBody.keys(), folded, first + shift, source, start, limit);
  const [end, cutAfter] = passageEnd(text, start, marks, segmenter);
  const passage = { start, end, cutBefore, cutAfter };
  const [shown, shownMarks] = excerptOf(text, passage, marks);
  const section = page.sectionAt(offset);
  const isTitle = section?.title === page.meta.title; // a heading that repeats the title
  return { text: shown, marks: rangesInCodePoints(shown, shownMarks), section: isTitle ? null : section };
}

/*
The offset of the passage with most different patterns, null without any.

`body` is the offset of the first block of the folded text. The offset is that of the first pattern in the
passage, so that all of them are shown.
*/
function bestPassage(occurrences, text, body) {
  let [best = null] = occurrences.values();
  if (occurrences.size < 2) return best;
  let bestCount = 0;
  let passages = 0;
  for (const offset of inTurns(occurrences, text)) {
    const start = Math.max(body, movedBy(text, offset, -EXCERPT_CONTEXT_CHARS));
    const end = movedBy(text, offset, EXCERPT_EXCERPT_CHARS - EXCERPT_CONTEXT_CHARS);
    let count = 0;
    for (const [pattern, first] of occurrences) {
      // A pattern need not be searched before its first occurrence.
      if (first < end && pattern.find(text, start, end) >= 0) count++;
    }
    if (count > bestCount) [best, bestCount] = [offset, count];
    if (count === occurrences.size || ++passages === SNIPPET_MAX_PASSAGES) break;
  }
  return best;
}

/*
The offsets of all occurrences: the first of each pattern, the second of each, and so on.

Patterns take turns, since the occurrences of one that is rare on the page soon run out.
*/
function* inTurns(occurrences, text) {
  let turns = [...occurrences];
  while (turns.length) {
    const following = [];
    for (const [pattern, offset] of turns) {
      yield offset;
      const next = pattern.find(text, offset + pattern.text.length);
      if (next >= 0) following.push([pattern, next]);
    }
    turns = following;
  }
}

/* The ranges of patterns in a title; `folded` is the title folded, with single blanks. */
function titleMarks(patterns, folded, written) {
  const source = offsetMap(written, folded);
  if (folded.length === source.size) return marksIn(patterns, folded, 0, source, 0, written.length);
  const title = fold(written); // it has several blanks in a row, or one at an edge
  return marksIn(patterns, simplifyCharacters(title.text), 0, title, 0, written.length);
}

/*
The ranges of patterns in `start` to `end` of a text as written.

`source` maps the text, which is `folded` from offset `first` on, to the text as written.
*/
function marksIn(patterns, folded, first, source, start, end) {
  const low = first + source.place(start);
  const high = first + source.place(end);
  const last = first + source.size;
  const marks = [];
  for (const pattern of patterns) {
    // An occurrence may begin before the range, or go on after it.
    const length = lengthOf(pattern.text);
    const from = Math.max(first, movedBy(folded, low, -length));
    const to = Math.min(last, movedBy(folded, high, length));
    for (const offset of pattern.findAll(folded, from, to)) {
      const [left, right] = source.source(offset - first, offset - first + pattern.text.length);
      if (left < end && right > start) marks.push([Math.max(left, start), Math.min(right, end)]);
    }
  }
  return mergeMarks(marks);
}

/* The union of ranges; those that touch become one. */
function mergeMarks(ranges) {
  ranges.sort(([left], [right]) => left - right);
  const merged = [];
  for (const [start, end] of ranges) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
