/* The matching policy: which pages a query selects, when it is relaxed, and the order of evaluation. */

import {
  CONSTANTS_LATIN_SUBSTRING_WEIGHT,
  CONSTANTS_MAX_RARE_LATIN_PAGES,
  CONSTANTS_MAX_SUBSTRING_SCANS,
  CONSTANTS_SUBSTRING_WEIGHT,
} from "../data.js";
import { lengthOf } from "../base/patterns.js";
import { matchesBeginnings, primaryLeaves } from "../query/ast.js";
import { isQuestion } from "../query/model.js";

/** Every clause. */
export const SELECT_ALL = "all";
/** A minimum number of clauses; a page with more of them ranks above one with fewer. */
export const SELECT_MOST = "most";
/** A share of the best page's score, or every clause: the answer to a question. */
export const SELECT_SCORE = "score";

/** The selections to try, the strictest first; the next one applies where the filters leave no page. */
export function selections(query) {
  const clauses = query.should.length;
  if (!clauses || (clauses === 1 && !query.isQuestionForm)) return [SELECT_ALL];
  const relaxed = query.isQuestionForm ? SELECT_SCORE : SELECT_MOST;
  return isQuestion(query) ? [relaxed] : [SELECT_ALL, relaxed];
}

/** Minimum should match: half of the optional clauses, rounded up. */
export function minimumShouldMatch(clauses) {
  return (clauses + 1) >> 1;
}

/** The number of optional clauses that a page must match for SELECT_MOST; `best` is the most that one matches. */
export function neededClauses(query, best) {
  const clauses = query.should.length;
  if (best === clauses && !isQuestion(query)) return clauses;
  return Math.max(1, Math.min(minimumShouldMatch(clauses), best));
}

/** Whether the required clauses make a page match a question without any of its words. */
export function mustsMatchAlone(query) {
  return query.must.some(({ type }) => type === "word" || type === "phrase");
}

/** The required clauses as they are evaluated, exclusions last. */
export function requiredOrder(query) {
  const excludes = (node) => node.type === "not";
  return [...query.must.filter((node) => !excludes(node)), ...query.must.filter(excludes)];
}

/** The number of words of one query that are also searched inside longer words. */
export class ScanBudget {
  constructor() {
    this.remaining = CONSTANTS_MAX_SUBSTRING_SCANS;
  }

  /** Whether `word` is scanned for; `pages` have it as a term in the fields searched. */
  allows(word, pages) {
    if (this.remaining <= 0 || word.kind !== "latin") return this.remaining > 0;
    const few = matchesBeginnings(word) ? CONSTANTS_MAX_RARE_LATIN_PAGES : 0;
    return lengthOf(word.term) > 1 && pages <= few;
  }
}

/** The factors of the scores of a word and its other writings: none counts as rarer than the word itself. */
export function writingFactors(group, idfOf) {
  const [own, ...others] = group.nodes.map((node) =>
    primaryLeaves(node).reduce((sum, leaf) => sum + idfOf(leaf), 0),
  );
  return [1, ...others.map((other) => (other ? Math.min(1, own / other) : 1))];
}

/** The weighted frequency of a word that a page has only inside longer words. */
export function insideWeight(word) {
  return word.kind === "latin" ? CONSTANTS_LATIN_SUBSTRING_WEIGHT : CONSTANTS_SUBSTRING_WEIGHT;
}
