/* The share of a query that a page has, where it need not have every word: what its words tell, and their widths. */

import {
  CONSTANTS_MAX_SHARE_WIDTH,
  CONSTANTS_NAMED_QUERY_SHARE,
  CONSTANTS_SHARE_BASE,
  CONSTANTS_WEAK_QUERY_SHARE,
} from "../data.js";
import { isLetter } from "../query/pattern.js";
import { isQuestion } from "../query/model.js";
import { idf } from "./bm25f.js";
import { SELECT_SCORE, selections } from "./policy.js";

/** The share of the query that each optional clause is worth; they add up to 1. */
export function clauseShares(query, pageCounts, pages) {
  const values = pageCounts.map((count) => CONSTANTS_SHARE_BASE + idf(Math.min(count, pages), pages));
  const widths = query.should.map((node) => Math.min(clauseWidth(node), CONSTANTS_MAX_SHARE_WIDTH));
  const allValues = sumOf(values);
  const allWidths = sumOf(widths);
  return values.map((value, place) => (value / allValues + widths[place] / allWidths) / 2);
}

/** The smallest sets of optional clauses, by place, with which a title names a page. */
export function namingClauses(query, shares) {
  const found = [];
  if (isQuestion(query)) return found;
  for (let size = 1; size < shares.length; size++) {
    for (const chosen of combinations(shares.length, size)) {
      if (
        sumOf(chosen.map((place) => shares[place])) >= CONSTANTS_NAMED_QUERY_SHARE &&
        !found.some((smaller) => smaller.every((place) => chosen.includes(place)))
      ) {
        found.push(chosen);
      }
    }
  }
  return found;
}

/** Whether hits are weak of which the best has this share of the query. */
export function isWeakShare(share) {
  return share < CONSTANTS_WEAK_QUERY_SHARE;
}

/** Whether hits tell which optional clauses they lack: those of a question do not. */
export function namesMissing(query) {
  return selections(query)[0] !== SELECT_SCORE;
}

/** The width of a clause in half-width characters; of alternatives, that of the widest. */
function clauseWidth(node) {
  if (node.pattern !== undefined && node.weight === 1) {
    return sumOf([...node.pattern].map((character) => (isLetter(character) ? 1 : 2)));
  }
  if (node.type === "and") return sumOf(node.nodes.map(clauseWidth));
  return node.type === "or" ? Math.max(...node.nodes.map(clauseWidth)) : 0;
}

function sumOf(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** All choices of `size` of the numbers below `count`, in order. */
function combinations(count, size, first = 0) {
  if (!size) return [[]];
  const found = [];
  for (let place = first; place <= count - size; place++) {
    for (const others of combinations(count, size - 1, place + 1)) found.push([place, ...others]);
  }
  return found;
}
