/*
Further passages of a page: where else it has words of the query; the twin of search/highlight/passages.py.

They are chosen in the folded text. Each is a block, or what is shown of a long one.
*/

import { lengthOf } from "../base/patterns.js";
import {
  EXCERPT_CONTEXT_CHARS,
  EXCERPT_EXCERPT_CHARS,
  PASSAGES_MAX_CANDIDATES,
  PASSAGES_MAX_FURTHER,
  PASSAGES_MIN_CHARS,
  PASSAGES_SPACING_CHARS,
} from "../data.js";
import { movedBy } from "./excerpt.js";

/*
The offsets of the first `count` occurrences: the first of each pattern, the second of each, and so on.

Patterns take turns, since the occurrences of one that is rare on the page soon run out. Those of one pattern neither
overlap, nor are they closer than `spacing` code points.
*/
export function inTurns(occurrences, text, count, spacing) {
  const turns = [...occurrences];
  for (let number = 0; number < turns.length && number < count; number++) {
    const [pattern, offset] = turns[number];
    const next = pattern.find(text, movedBy(text, offset, spacing || lengthOf(pattern.text)));
    if (next >= 0) turns.push([pattern, next]);
  }
  return turns.slice(0, count).map(([, offset]) => offset);
}

/* How many of the patterns the passage at an offset has between `first` and `last`. */
export function countPatterns(occurrences, text, offset, first, last) {
  const start = Math.max(first, movedBy(text, offset, -EXCERPT_CONTEXT_CHARS));
  const end = Math.min(last, movedBy(text, offset, EXCERPT_EXCERPT_CHARS - EXCERPT_CONTEXT_CHARS));
  // A pattern need not be searched before its first occurrence.
  return [...occurrences].filter(([pattern, earliest]) => earliest < end && pattern.find(text, start, end) >= 0).length;
}

/*
The offsets of the passages to show beside the excerpt, of which the range in the folded text is given.

Those with most patterns are the best; of as many, those that `inTurns` gives first. `excerptCount`: how many patterns
the excerpt has. Where it has all of them, a passage with at most half of them is not worth showing.
*/
export function furtherPassages(occurrences, text, excerpt, excerptCount) {
  const every = occurrences.size;
  const least = excerptCount === every ? every >> 1 : 0;
  return inTurns(occurrences, text, PASSAGES_MAX_CANDIDATES, PASSAGES_SPACING_CHARS)
    .map((offset) => {
      const start = text.lastIndexOf("\n", offset) + 1;
      const end = start + text.slice(start).search(/\n|$/);
      return { offset, start, end, count: every > 1 ? countPatterns(occurrences, text, offset, start, end) : 1 };
    })
    .filter(({ start, end, count }) =>
      count > least && (end <= excerpt.start || start >= excerpt.end) && lengthOf(text.slice(start, end)) >= PASSAGES_MIN_CHARS)
    .sort((left, right) => right.count - left.count)
    .filter(({ start }, place, all) => all.findIndex((other) => other.start === start) === place)
    .slice(0, PASSAGES_MAX_FURTHER)
    .map(({ offset }) => offset);
}
