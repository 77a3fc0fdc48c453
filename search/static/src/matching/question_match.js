/* The score of every page for a question; see ranking/questions.js for the formula. */

import { idf } from "../ranking/bm25f.js";
import { answerScore } from "../ranking/passages.js";
import { bigramScore, questionNgrams, unigramScore } from "../ranking/questions.js";
import { constantPages, intersect, sumUnion } from "./hits.js";

/** The pages that match one of the scored `clauses` or share a bigram with a folded question, with the sum of the
 * scores of all that they share; and the question {text, bigrams: Map of its
 * bigrams' IDF, points(folded text of a page)}. */
export function matchQuestion(index, text, clauses) {
  const ngrams = questionNgrams(text);
  const lists = new Map([...ngrams.bigrams, ...ngrams.unigrams].map((ngram) => [ngram, index.pagesWith(ngram).pages]));
  const bigrams = new Map();
  const shared = [...clauses];
  for (const bigram of ngrams.bigrams) {
    const pages = lists.get(bigram);
    if (!pages.length) continue;
    bigrams.set(bigram, idf(pages.length, index.count));
    shared.push(constantPages(pages, bigramScore(pages.length, index.count)));
  }
  const hits = sumUnion(shared);
  const unigrams = ngrams.unigrams.map((unigram) => {
    const pages = lists.get(unigram);
    return constantPages(intersect(pages, hits.pages), unigramScore(pages.length, index.count));
  });
  const question = { text, bigrams };
  return {
    hits: sumUnion([hits, ...unigrams]),
    question: { ...question, points: (folded) => answerScore(question, folded) },
  };
}
