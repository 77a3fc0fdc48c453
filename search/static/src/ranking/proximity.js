/* Proximity scores: the words of a query in a title. Those of questions are in passages.js. */

import {
  CONSTANTS_TITLE_ADJACENT,
  CONSTANTS_TITLE_COMPLETE,
  CONSTANTS_TITLE_GAP,
  CONSTANTS_TITLE_ORDER,
  CONSTANTS_TITLE_PREFIX,
} from "../data.js";
import { lengthOf } from "../base/patterns.js";

/** The points of a folded title for the folded words of a query, if it has them all; 0 otherwise. */
export function titlePoints(words, title) {
  let end = 0;
  const places = [];
  for (const word of words) {
    let start = title.indexOf(word, end);
    if (start < 0) start = title.indexOf(word);
    if (start < 0) return 0;
    end = start + word.length;
    places.push({ start: lengthOf(title.slice(0, start)), before: title[start - 1] === " ", after: title[end] === " " });
  }
  return placedPoints(words, places);
}

/** The same by the places of the words in the title: {start, before, after}, whether there are blanks beside a word. */
export function placedPoints(words, places) {
  let between = 0; // characters between the words, without blanks at the edges
  for (let next = 1; next < words.length; next++) {
    const last = places[next - 1];
    const gap = places[next].start - last.start - lengthOf(words[next - 1]);
    if (gap < 0) return CONSTANTS_TITLE_COMPLETE;
    between += Math.max(0, gap - last.after - places[next].before);
  }
  const near = CONSTANTS_TITLE_ADJACENT / (1 + between / CONSTANTS_TITLE_GAP);
  return CONSTANTS_TITLE_COMPLETE + CONSTANTS_TITLE_ORDER + near + (places[0].start ? 0 : CONSTANTS_TITLE_PREFIX);
}
