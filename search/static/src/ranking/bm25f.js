/* BM25F: the score of a word on a page. The weighted frequencies over all fields are in the chunks already, saturated. */

import { CONSTANTS_K1, CONSTANTS_TITLE_B, CONSTANTS_TITLE_WEIGHT } from "../data.js";

const SATURATED = 65535; // what stands for an endless weighted frequency in a chunk

/** The inverse document frequency, as Lucene's BM25 has it, of what `matching` of `pages` pages have. */
export function idf(matching, pages) {
  return Math.log1p((pages - matching + 0.5) / (matching + 0.5));
}

/** The factor of saturations for a word that `matching` of `pages` pages have. */
export function saturationFactor(matching, pages) {
  return idf(matching, pages) * (CONSTANTS_K1 + 1);
}

/** How much of its highest score a word with a weighted frequency has. */
export function saturationOf(weighted) {
  return weighted / (weighted + CONSTANTS_K1);
}

/** The saturations of a list of numbers from a chunk. */
export function storedSaturations(numbers) {
  const saturations = new Float64Array(numbers.length);
  numbers.forEach((number, place) => (saturations[place] = number / SATURATED));
  return saturations;
}

/** The factor of a word's IDF in a title of `length` terms. */
export function titleWeight(length, mean) {
  return CONSTANTS_TITLE_WEIGHT / (1 - CONSTANTS_TITLE_B + CONSTANTS_TITLE_B * (length / Math.max(mean, 1)));
}
