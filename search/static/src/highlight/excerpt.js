/*
Excerpts: a passage with whole words at its edges, an ellipsis where it was cut, and its blocks set apart.

A passage is a range of a page's blocks, a line each. Offsets are UTF-16 units, lengths are code points.
*/

import { tokenAcross } from "../analysis/tokenizer.js";
import { beginning, lengthOf } from "../base/patterns.js";
import {
  EXCERPT_BETWEEN_BLOCKS,
  EXCERPT_CONTEXT_CHARS,
  EXCERPT_ELLIPSIS,
  EXCERPT_EXCERPT_CHARS,
  EXCERPT_JOINER,
  EXCERPT_JOINERS,
  EXCERPT_LEADING,
  EXCERPT_MAX_TOKEN_CHARS,
  EXCERPT_MIN_CHARS,
  EXCERPT_SENTENCE_REACH,
  EXCERPT_STOPS,
  EXCERPT_THROUGH_LAST_END,
  EXCERPT_THROUGH_LAST_SENTENCE,
  EXCERPT_TRAILING,
  EXCERPT_TRAILING_BLANKS,
} from "../data.js";

const throughLastSentence = beginning(EXCERPT_THROUGH_LAST_SENTENCE);
const throughLastEnd = beginning(EXCERPT_THROUGH_LAST_END);
const leadingSigns = beginning(EXCERPT_LEADING);
const LAST_IN_ORDER = "\u0345"; // the mark that canonical order puts behind all others
const DECOMPOSED_VOWELS = "\u0f73\u0f75\u0f81"; // of Tibetan: they have no order, their parts do

/** The offset `count` code points after one, before it where `count` is negative; within the text. */
export function movedBy(text, offset, count) {
  for (; count > 0 && offset < text.length; count--) offset += isPairAt(text, offset) ? 2 : 1;
  for (; count < 0 && offset > 0; count++) offset -= isPairAt(text, offset - 2) ? 2 : 1;
  return offset;
}

/**
 * Where a passage begins that shows offset `mark`, and whether that is within a sentence.
 *
 * Where a block or sentence begins, if it does nearby, else where a word does.
 */
export function passageStart(text, mark, segmenter) {
  const floor = movedBy(text, mark, -EXCERPT_SENTENCE_REACH);
  const sentence = throughLastEnd.exec(text.slice(floor, mark));
  const isCut = !sentence && floor > 0 && text[floor - 1] !== "\n";
  let start = sentence ? floor + sentence[0].length : floor;
  if (isCut) {
    start = movedBy(text, mark, -EXCERPT_CONTEXT_CHARS);
    const [first, last] = tokenAcross(text, start, segmenter);
    start = isShortToken(text, first, mark) ? first : Math.min(last, mark);
  }
  start = graphemeStart(text, start);
  return [start + leadingSigns.exec(text.slice(start, mark))[0].length, isCut];
}

/** The last offset where a passage may end, with room for what `excerptOf` adds. */
export function passageLimit(text, start) {
  let room = EXCERPT_EXCERPT_CHARS - 2 * EXCERPT_ELLIPSIS.length;
  let limit = movedBy(text, start, room);
  let lineBreak = text.indexOf("\n", start);
  while (lineBreak >= 0 && lineBreak < limit) {
    room -= EXCERPT_BETWEEN_BLOCKS.length - 1;
    limit = movedBy(text, start, room);
    lineBreak = text.indexOf("\n", lineBreak + 1);
  }
  return limit;
}

/**
 * Where a passage ends, and whether that is within a sentence.
 *
 * Where a sentence ends, if it does near the limit and after the last of the ranges `marked`, else where a
 * block does, so that no heading stands at the end without its text; else where a word does. `limit` is that of
 * `passageLimit`.
 */
export function passageEnd(text, start, limit, marked, segmenter) {
  if (limit >= text.length) return [text.length, false];
  const lastMark = Math.max(start, ...marked.map(([, end]) => end).filter((end) => end < limit));
  const earliest = Math.max(movedBy(text, start, EXCERPT_MIN_CHARS), lastMark);
  const late = text.slice(earliest, limit);
  const sentence = throughLastSentence.exec(late) ?? throughLastEnd.exec(late);
  if (sentence) {
    const end = earliest + sentence[0].length;
    return [start + text.slice(start, end).search(EXCERPT_TRAILING_BLANKS), false];
  }
  if (text[limit] === "\n") return [limit, false];
  const [first] = tokenAcross(text, limit, segmenter);
  const edge = first > lastMark && isShortToken(text, first, limit) ? first : limit;
  const end = start + text.slice(start, graphemeStart(text, edge)).search(EXCERPT_TRAILING);
  return [Math.max(end, lastMark), true];
}

/**
 * The text of a passage and the marks in it; `marks` are ranges of the text from its start on.
 *
 * The passage is a substring of the text, but for an ellipsis at its edges and signs for line breaks.
 */
export function excerptOf(text, { start, end, cutBefore, cutAfter }, marks) {
  let shown = cutBefore ? EXCERPT_ELLIPSIS : "";
  let lineStart = start;
  const moved = [];
  for (const line of text.slice(start, end).split("\n")) {
    if (lineStart > start) shown += EXCERPT_STOPS.includes(shown.at(-1)) ? " " : EXCERPT_BETWEEN_BLOCKS;
    const shift = shown.length - lineStart;
    const next = lineStart + line.length + 1;
    for (const [first, last] of marks) {
      if (first >= lineStart && first < Math.min(next, end)) moved.push([first + shift, Math.min(last, end) + shift]);
    }
    shown += line;
    lineStart = next;
  }
  return [cutAfter ? shown + EXCERPT_ELLIPSIS : shown, moved];
}

/** The offset, or that of the character to which an accent or variation selector there belongs. */
export function graphemeStart(text, offset) {
  while (offset > 0 && offset < text.length && isWithinGrapheme(text, offset)) {
    offset = movedBy(text, offset, -1);
  }
  return offset;
}

function isWithinGrapheme(text, offset) {
  const character = String.fromCodePoint(text.codePointAt(offset));
  return (
    isCombiningMark(character) || EXCERPT_JOINERS.includes(character) || text[offset - 1] === EXCERPT_JOINER
  );
}

/** Whether a character has a canonical combining class other than 0: canonical order moves it. */
function isCombiningMark(character) {
  if (character < "\u0300" || DECOMPOSED_VOWELS.includes(character)) return false;
  return (LAST_IN_ORDER + character).normalize("NFD")[0] !== LAST_IN_ORDER || character === LAST_IN_ORDER;
}

/** Whether so little of a token precedes `end` that an excerpt need not cut it. */
function isShortToken(text, first, end) {
  return lengthOf(text.slice(first, end)) <= EXCERPT_MAX_TOKEN_CHARS;
}

function isPairAt(text, offset) {
  return text.codePointAt(offset) > 0xffff;
}
