/* Questions, scored by the character bigrams and unigrams that a page shares with them. */

import {
  CONSTANTS_BIGRAM_WEIGHT,
  CONSTANTS_MAX_NGRAMS,
  CONSTANTS_UNIGRAM_WEIGHT,
  QUESTIONS_WORD_RUN,
} from "../data.js";
import { all } from "../base/patterns.js";
import { idf } from "./bm25f.js";

const WORD_RUNS = all(QUESTIONS_WORD_RUN);

/** The distinct n-grams of a folded question, in order. `bigrams` make a page match, `unigrams` only score. */
export function questionNgrams(text) {
  const runs = (text.match(WORD_RUNS) || []).map((run) => [...run]);
  const bigrams = new Set(runs.flatMap((run) => run.slice(1).map((next, place) => run[place] + next)));
  const unigrams = new Set(runs.flat());
  return {
    bigrams: [...bigrams].slice(0, CONSTANTS_MAX_NGRAMS),
    unigrams: [...unigrams].slice(0, CONSTANTS_MAX_NGRAMS),
  };
}

/** The score of a shared bigram that `matching` of `pages` pages have. */
export function bigramScore(matching, pages) {
  return CONSTANTS_BIGRAM_WEIGHT * idf(matching, pages);
}

/** The score of a shared character that `matching` of `pages` pages have. */
export function unigramScore(matching, pages) {
  return CONSTANTS_UNIGRAM_WEIGHT * idf(matching, pages);
}
