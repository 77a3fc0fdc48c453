/* Proximity scores of questions: the density of their bigrams in a passage. */

import {
  CONSTANTS_PASSAGE_CHARS,
  CONSTANTS_PASSAGE_WEIGHT,
  CONSTANTS_TITLE_NAMED,
  PROXIMITY_MAX_OFFSETS,
} from "../data.js";
import { hasSurrogates, lengthOf } from "../base/patterns.js";

/** The points of a page as the answer to a question; the first line of its folded text is its title. */
export function answerScore(question, folded) {
  const title = folded.slice(0, folded.indexOf("\n"));
  const named = lengthOf(title) > 1 && question.text.includes(title);
  return CONSTANTS_PASSAGE_WEIGHT * passageDensity(folded, question.bigrams) + (named ? CONSTANTS_TITLE_NAMED : 0);
}

/** The largest sum of the weights of distinct `bigrams` that begin within PASSAGE_CHARS of each other. */
export function passageDensity(text, bigrams) {
  const occurrences = bigramOccurrences(text, bigrams);
  const inside = new Map(); // bigram: its last offset in the window
  let best = 0;
  let total = 0;
  let first = 0;
  for (const [offset, bigram] of occurrences) {
    if (!inside.has(bigram)) total += bigrams.get(bigram);
    inside.set(bigram, offset);
    for (; occurrences[first][0] < offset - CONSTANTS_PASSAGE_CHARS; first++) {
      const [leftOffset, leftBigram] = occurrences[first];
      if (inside.get(leftBigram) === leftOffset) {
        inside.delete(leftBigram);
        total -= bigrams.get(leftBigram);
      }
    }
    best = Math.max(best, total);
  }
  return best;
}

/** The first offsets of each bigram, in code points, in order; at one offset there is one bigram. */
function bigramOccurrences(text, bigrams) {
  const occurrences = [];
  for (const bigram of bigrams.keys()) {
    let offset = text.indexOf(bigram);
    for (let left = PROXIMITY_MAX_OFFSETS; offset >= 0 && left; left--) {
      occurrences.push([offset, bigram]);
      offset = text.indexOf(bigram, offset + 1);
    }
  }
  occurrences.sort((left, right) => left[0] - right[0]);
  if (hasSurrogates(text)) {
    let units = 0;
    let points = 0;
    for (const occurrence of occurrences) {
      points += lengthOf(text.slice(units, occurrence[0]));
      units = occurrence[0];
      occurrence[0] = points;
    }
  }
  return occurrences;
}
