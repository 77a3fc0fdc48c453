/*
The passages of a query with other writings of a number or date, as nodes: see writings.js.
*/

import { whole } from "../base/patterns.js";
import { SYNONYMS_SPACED_MEASURE, SYNONYMS_VARIANT_WEIGHT } from "../data.js";
import { and, orAlso, orWritings, wordOf } from "./ast.js";
import { writtenPhrase } from "./synonyms.js";
import { passages } from "./writings.js";

const WHOLE_SPACED_MEASURE = whole(SYNONYMS_SPACED_MEASURE);

/** The runs of tokens with other writings: first → [last + 1, node]. `text` is the text that was `folded`, simplified. */
export function passageNodes(folded, text, tokens, field) {
  const nodes = new Map();
  const spans = tokens.map((token) => [folded.place(token.start), folded.place(token.end)]);
  for (const passage of passages(text)) {
    const inside = spans.flatMap(([left, right], number) =>
      left < passage.end && passage.start < right ? [number] : [],
    );
    if (inside.length) {
      const [first, last] = [inside[0], inside.at(-1)];
      const [start, end] = [spans[first][0], spans[last][1]];
      const writings = aroundPassage(text, passage, start, end);
      const isInside = start < passage.start || passage.end < end;
      nodes.set(first, [last + 1, passageNode(tokens.slice(first, last + 1), writings, isInside, field)]);
    }
  }
  return nodes;
}

/* The writings of a passage, with the rest of the tokens from `start` to `end` that it lies in. */
function aroundPassage(text, passage, start, end) {
  const before = text.slice(Math.min(start, passage.start), passage.start);
  const after = text.slice(passage.end, Math.max(end, passage.end));
  return passage.writings.map((writing) => before + writing + after);
}

/* Some tokens with their other writings as alternatives; `isInside`: of a passage that is a part of them. */
function passageNode(tokens, [own, ...others], isInside, field) {
  const node = tokens.length === 1 ? wordOf(tokens[0], field) : writtenPhrase(own, field, 1);
  const variants = others.map((other) => writtenPhrase(other, field, SYNONYMS_VARIANT_WEIGHT));
  const words = and(tokens.map((token) => wordOf(token, field)));
  // 12 m may be typed on the way to 12 monkeys
  if (WHOLE_SPACED_MEASURE.test(own)) return orAlso(orWritings(words, variants), [node]);
  const isSpaced = tokens.some((token, number) => number > 0 && tokens[number - 1].end < token.start);
  // 2021 大事 has no 2021大
  return orAlso(orWritings(node, variants), isInside && isSpaced ? [words] : []);
}
