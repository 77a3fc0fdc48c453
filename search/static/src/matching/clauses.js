/* Scoring of the nodes of a query: the pages that match a word, phrase or group, and their scores.
 *
 * A node's score is {hits, titled, unsure, counts}: the pages with its score, those with its words in the title (all
 * of them, or any of alternatives), those that may lack it, and [key, number of pages] of its primary leaves.
 */

import { keyOf } from "../query/ast.js";
import { idf } from "../ranking/bm25f.js";
import { requiredOrder, ScanBudget, writingFactors } from "../ranking/policy.js";
import {
  bestUnion,
  constantPages,
  intersect,
  intersectAll,
  NO_LIST,
  scaledPages,
  sumOn,
  sumUnion,
  unite,
  without,
} from "./hits.js";
import { LeafScorer } from "./leaves.js";

/** Evaluates the nodes of one query on one index, in the order of the policy. */
export class ClauseScorer {
  constructor(index) {
    this._index = index;
    this._leaves = new LeafScorer(index);
    this._budget = new ScanBudget();
  }

  /** The pages that match a node, with its scores. Pages not `among` may be left out; null: all. */
  score(node, among) {
    if (node.type === "word" || node.type === "phrase") return this._leaf(node, among);
    if (node.type === "and") return this._all(node, among);
    if (node.type === "or") return this._any(node, among);
    if (node.type === "facet") {
      const pages = this._index.facets.facet(node.field).pagesWhere((text) => text === node.value);
      return nodeScore(constantPages(pages, 0));
    }
    const { pages, unsure } = this._exclude(node, among || this._index.pages);
    return nodeScore(constantPages(pages, 0), unsure);
  }

  /** The required clauses of a query: {scores, among, unsure}; `among` are the pages that match all, null: all. */
  required(query) {
    let among = null;
    let unsure = NO_LIST;
    const scores = [];
    for (const node of requiredOrder(query)) {
      if (node.type === "not") {
        const left = this._exclude(node, among || this._index.pages);
        among = left.pages;
        unsure = unite([unsure, left.unsure]);
      } else {
        const scored = this.score(node, among);
        scores.push(scored.hits);
        among = among ? intersect(scored.hits.pages, among) : scored.hits.pages;
        unsure = unite([unsure, scored.unsure]);
      }
      unsure = intersect(unsure, among);
    }
    return { scores, among, unsure };
  }

  /** Those of the pages that a node does not exclude, for sure or perhaps. */
  _exclude({ node }, pages) {
    const { hits, unsure } = this.score(node, pages);
    const left = without(pages, without(hits.pages, unsure));
    return { pages: left, unsure: intersect(left, unsure) };
  }

  _leaf(node, among) {
    const leaf =
      node.type === "word" ? this._leaves.word(node, among, this._budget) : this._leaves.phrase(node, among);
    if (leaf.isScanned) this._budget.remaining--;
    return { ...leaf, counts: [[keyOf(node), leaf.hits.pages.length]] };
  }

  _all(group, among) {
    const parts = group.nodes.map((node) => this.score(node, among));
    const scored = parts.map((part) => part.hits);
    const pages = intersectAll(scored.map((hits) => hits.pages));
    return {
      hits: { pages, points: sumOn(scored, pages) },
      titled: intersectAll(parts.map((part) => part.titled)),
      unsure: intersect(unite(parts.map((part) => part.unsure)), pages),
      counts: parts.flatMap((part) => part.counts),
    };
  }

  _any(group, among) {
    const parts = group.nodes.map((node) => this.score(node, among));
    const unsure = unite(parts.map((part) => part.unsure));
    return {
      hits: group.writings ? this._best(group, parts) : sumUnion(parts.map((part) => part.hits)),
      titled: unite(parts.map((part) => part.titled)),
      unsure: unsure.length ? without(unsure, surePages(parts)) : unsure,
      counts: parts[0].counts,
    };
  }

  /** The pages of a word and its other writings, each with the score of the best of them. */
  _best(group, parts) {
    const counts = new Map(parts.flatMap((part) => part.counts));
    const factors = writingFactors(group, (leaf) => idf(counts.get(keyOf(leaf)), this._index.count));
    return bestUnion(parts.map((part, place) => scaledPages(part.hits, factors[place])));
  }
}

/** The pages that one of several nodes has for sure. */
function surePages(parts) {
  return unite(parts.map((part) => without(part.hits.pages, part.unsure)));
}

function nodeScore(hits, unsure = NO_LIST) {
  return { hits, titled: NO_LIST, unsure, counts: [] };
}
