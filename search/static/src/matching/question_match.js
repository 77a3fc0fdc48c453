/* The pages that answer a question, by the score of every page; see ranking/questions.js for the formula. */

import { CONSTANTS_SCORE_FLOOR } from "../data.js";
import { idf } from "../ranking/bm25f.js";
import { answerScore } from "../ranking/passages.js";
import { bigramScore, questionNgrams, unigramScore } from "../ranking/questions.js";
import { mustsMatchAlone } from "../ranking/policy.js";
import { isWeakShare, namesMissing } from "../ranking/query_share.js";
import { constantPages, intersect, maskedPages, membership, sumUnion } from "./hits.js";
import { ClauseSelector, highest, selectedPages } from "./selection.js";

/** Selects pages by their scores for a question. */
export class AnswerSelector extends ClauseSelector {
  /** Pages whose score for a question is above the floor, and those that match all clauses. */
  byScore() {
    const { hits, question } = this._questionScores();
    const passes = this._passes(hits.pages);
    const floor = CONSTANTS_SCORE_FLOOR * (highest(maskedPages(hits.points, passes)) || highest(hits.points));
    const hasAll = membership(this._withAll, hits.pages);
    const enough = hasAll.map((bit, place) => Number(bit || hits.points[place] >= floor));
    const lacking = maskedPages(hits.pages, enough.map((bit, place) => bit & (1 - hasAll[place])));
    const relaxed = this._filters.apply(lacking).length > 0;
    const shown = enough.map((bit, place) => bit & passes[place]);
    const weak = relaxed && this._lacksWords(maskedPages(hits.pages, shown));
    return selectedPages(maskedPages(hits.pages, enough), maskedPages(hits.points, enough), {
      relaxed,
      weak,
      question,
    });
  }

  /** Whether these hits are weak, where hits tell what they lack. */
  _lacksWords(pages) {
    if (!namesMissing(this._query)) return false;
    const union = this._unionOf(this._shares());
    return isWeakShare(highest(maskedPages(union.points, membership(pages, union.pages))));
  }

  /** The score of every page that shares a word or bigram with the question. */
  _questionScores() {
    const among = this._among;
    const clauses = [...this._clauses];
    if (among && mustsMatchAlone(this._query)) clauses.push(constantPages(among, 0));
    const { hits, question } = matchQuestion(this._index, this._query.questionText, clauses);
    if (!among) return { hits, question };
    const inside = membership(among, hits.pages);
    const kept = { pages: maskedPages(hits.pages, inside), points: maskedPages(hits.points, inside) };
    return { hits: kept, question };
  }
}

/** The pages that match one of the scored `clauses` or share a bigram with a folded question, with the sum of the
 * scores of all that they share; and the question {text, bigrams: Map of its
 * bigrams' IDF, points(folded text of a page)}. */
function matchQuestion(index, text, clauses) {
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
