/* Proximity scores: the order of words in a title. Those of questions are in passages.js. */

import { CONSTANTS_TITLE_ADJACENT, CONSTANTS_TITLE_PREFIX } from "../data.js";
import { lengthOf } from "../base/patterns.js";

/** The points of a folded title for folded words, if it has them all in their order; 0 otherwise. */
export function titleProximity(words, title) {
  const start = title.indexOf(words[0]);
  if (start < 0) return 0;
  let between = 0; // characters between the words, without blanks at the edges
  let end = start + words[0].length;
  for (const next of words.slice(1)) {
    const offset = title.indexOf(next, end);
    if (offset < 0) return 0;
    between += lengthOf(title.slice(end, offset).trim());
    end = offset + next.length;
  }
  return proximityPoints(between, start);
}

/** The same by the places of the words in the title: {start, before, after}, whether there are blanks beside a word. */
export function placedProximity(words, places) {
  let between = 0;
  for (let next = 1; next < words.length; next++) {
    const last = places[next - 1];
    const gap = places[next].start - last.start - lengthOf(words[next - 1]);
    if (gap < 0) return 0;
    between += Math.max(0, gap - last.after - places[next].before);
  }
  return proximityPoints(between, places[0].start);
}

function proximityPoints(between, start) {
  return CONSTANTS_TITLE_ADJACENT / (1 + between) + (start ? 0 : CONSTANTS_TITLE_PREFIX);
}
