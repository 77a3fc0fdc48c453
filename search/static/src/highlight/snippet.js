/*
Snippets: the passages of a page that match a query best, with the ranges to highlight.

Matches are searched in the text folded character by character, so that a highlight is right however the text
was segmented. Offsets are UTF-16 units; the marks of a snippet are code points of the text beside them.
*/

import { fold, offsetMap, simplifyCharacters } from "../analysis/folding.js";
import { lengthOf, rangesInCodePoints } from "../base/patterns.js";
import { SNIPPET_MAX_PASSAGES, SNIPPET_MAX_PATTERNS } from "../data.js";
import { positive } from "../query/model.js";
import { Pattern } from "../query/pattern.js";
import { excerptOf, movedBy, passageEnd, passageLimit, passageStart } from "./excerpt.js";
import { countPatterns, furtherPassages, inTurns } from "./passages.js";

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
  The best passages of a page (RecordText); its summary or its beginning where none matches: {titleMarks, best,
  passages}, the best passage and those to show, each {text, marks, section}.

  What the page lacks (`missing`, places in the query's `should`) is not marked inside other words.
  */
  snippet(page, missing = []) {
    if (missing.length) return this._without(missing).snippet(page);
    const { title } = page.meta;
    let text = page.folded;
    let body = text.indexOf("\n") + 1;
    let shift = 0; // how much later blocks begin here than in `page.folded`
    let [inTitle, inBody] = this._occurrences(text, body);
    if (!inTitle.size && !inBody.size && this._titlePatterns.length) {
      const [foldedTitle, blocks] = page.foldedByWords();
      text = `${foldedTitle}\n${blocks}`;
      shift = foldedTitle.length + 1 - body;
      body += shift;
      [inTitle, inBody] = this._occurrences(text, body);
    }
    const marks = inTitle.size ? titleMarks(inTitle.keys(), text.slice(0, body - 1), title) : [];
    return { titleMarks: rangesInCodePoints(title, marks), ...this._passages(page, { text, body, shift }, inBody) };
  }

  /* The best passage and those to show: {best, passages}. `folded` is the text {text, body, shift}. */
  _passages(page, folded, inBody) {
    const segmenter = page.segmenter(this._segmenter);
    if (inBody.size) return passagesOf(page, folded, inBody, segmenter);
    const { summary } = page.meta;
    const best = summary ? { text: summary, marks: [], section: null } : passageOf(page, folded, null, inBody, segmenter);
    return { best, passages: best.text ? [best] : [] };
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

/* The best passage, and those to show, in the order of the text: {best, passages}. */
function passagesOf(page, folded, occurrences, segmenter) {
  const [offset, count] = bestPassage(occurrences, folded.text, folded.body);
  const best = passageOf(page, folded, offset, occurrences, segmenter);
  const further = furtherPassages(occurrences, folded.text, best, count);
  const passages = [best, ...further.map((match) => passageOf(page, folded, match, occurrences, segmenter, true))];
  return { best, passages: passages.sort((left, right) => left.start - right.start) };
}

/*
The passage around the offset of a match, null: at the beginning of the page; {text, marks, section}, and the range
{start, end} of the folded text. `isBlock`: of the block of the match alone.
*/
function passageOf(page, { text: folded, body, shift }, match, occurrences, segmenter, isBlock = false) {
  const offset = (match ?? body) - shift;
  const { text: written, start, source } = page.window(offset);
  const mark = match === null ? 0 : source.source(offset - start, offset - start + 1)[0];
  const left = isBlock ? written.lastIndexOf("\n", mark) + 1 : 0; // where the text begins
  const text = isBlock ? written.slice(left).split("\n")[0] : written;
  const [begin, cutBefore] = passageStart(text, mark - left, segmenter);
  const limit = passageLimit(text, begin);
  const first = start + shift;
  const ranges = marksIn(occurrences.keys(), folded, first, source, left + begin, left + limit).map((range) =>
    range.map((place) => place - left),
  );
  const [end, cutAfter] = passageEnd(text, begin, limit, ranges, segmenter);
  const passage = { start: begin, end, cutBefore, cutAfter };
  const [shown, marks] = excerptOf(text, passage, ranges);
  const section = page.sectionAt(offset);
  return {
    text: shown,
    marks: rangesInCodePoints(shown, marks),
    section: section?.title === page.meta.title ? null : section, // not a heading that repeats the title
    start: first + source.place(left + begin),
    end: first + source.place(left + end),
  };
}

/*
The offset of the passage with most different patterns, and how many it has.

`body` is the offset of the first block of the folded text. The offset is that of the first pattern in the
passage, so that all of them are shown.
*/
function bestPassage(occurrences, text, body) {
  let best;
  for (const offset of inTurns(occurrences, text, SNIPPET_MAX_PASSAGES)) {
    const count = countPatterns(occurrences, text, offset, body, text.length);
    if (!best || count > best[1]) best = [offset, count];
    if (count === occurrences.size) break;
  }
  return best;
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
