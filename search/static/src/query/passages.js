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
      const writings = aroundPassage(text, passage, spans[first][0], spans[last][1]);
      nodes.set(first, [last + 1, passageNode(tokens.slice(first, last + 1), writings, field)]);
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

/* Some tokens with their other writings as alternatives. */
function passageNode(tokens, [own, ...others], field) {
  const node = tokens.length === 1 ? wordOf(tokens[0], field) : writtenPhrase(own, field, 1);
  const variants = others.map((other) => writtenPhrase(other, field, SYNONYMS_VARIANT_WEIGHT));
  if (!WHOLE_SPACED_MEASURE.test(own)) return orWritings(node, variants);
  // 12 m may be typed on the way to 12 monkeys
  const words = and(tokens.map((token) => wordOf(token, field)));
  return orAlso(orWritings(words, variants), [node]);
}
