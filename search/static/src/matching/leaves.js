/* Scores of the leaves of a query, words and phrases, on all pages of an index.
 *
 * A leaf is {hits, titled, unsure, isScanned}: its pages with scores, the pages with a word in the title, the pages
 * that may lack it, and whether a word was also searched inside longer words.
 */

import {
  CONSTANTS_B,
  CONSTANTS_BEGINNING_WEIGHT,
  CONSTANTS_FIELD_WEIGHTS,
  CONSTANTS_TITLE_BEGINNING_WEIGHT,
} from "../data.js";
import { matchesBeginnings } from "../query/ast.js";
import { idf, saturationFactor, saturationOf, storedSaturations, titleWeight } from "../ranking/bm25f.js";
import { insideWeight } from "../ranking/policy.js";
import { constantPages, intersect, membership, NO_LIST, NO_PAGES, placesIn, sumUnion, without } from "./hits.js";

const NO_LEAF = { hits: NO_PAGES, titled: NO_LIST, unsure: NO_LIST, isScanned: false };

export class LeafScorer {
  constructor(index) {
    this._index = index;
    this._titleMean = index.core.title_mean;
  }

  /** The score of a word, which is also searched inside longer words if the budget allows it. Pages not `among` may
   * be left out; null: all. */
  word(word, among, budget) {
    const entry = this._index.entry(word.term);
    if (entry === undefined) return NO_LEAF; // to be loaded first
    const own = this._ownPages(word, entry);
    const isScanned = budget.allows(word, own.pages.length);
    let weighted = own;
    let unsure = NO_LIST;
    if (matchesBeginnings(word)) {
      const longer = this._index.pagesWithBeginning(word.term, word.field !== null);
      weighted = withSaturation(weighted, longer, CONSTANTS_BEGINNING_WEIGHT);
    }
    if (isScanned) {
      const inside = this._inside(word, entry, among, weighted.pages);
      unsure = inside.unsure;
      weighted = withSaturation(weighted, inside.pages, insideWeight(word));
    }
    const hits = this._saturated(weighted);
    const titled = entry ? entry.titled : NO_LIST;
    this._addTitleScore(hits, entry);
    if (matchesBeginnings(word)) this._addTitleBeginning(word, hits, titled);
    return { hits: weightedPages(hits, word.weight), titled, unsure, isScanned };
  }

  /** The score of a phrase, the same on all of its pages but for those with it in the title. */
  phrase({ pattern, field, bounded, weight }, among) {
    const titleOnly = field === "title";
    const options = { among, titleOnly, bounded };
    const { pages, unsure } = this._index.pagesWith(pattern, options);
    const titled = titleOnly
      ? pages
      : this._index.pagesWith(pattern, { among: pages, titleOnly: true, bounded }).pages;
    const points = Float64Array.from(membership(titled, pages), (isTitled) => saturationOf(1 + isTitled));
    return {
      hits: weightedPages(this._saturated({ pages, points }), weight),
      titled: NO_LIST,
      unsure,
      isScanned: false,
    };
  }

  /** The pages that have a word as a term, with their saturations. */
  _ownPages(word, entry) {
    if (!entry) return NO_PAGES;
    if (word.field === null) {
      return entry.pages.length ? { pages: entry.pages, points: storedSaturations(entry.saturations) } : NO_PAGES;
    }
    const b = CONSTANTS_B.title;
    const mean = Math.max(this._titleMean, 1);
    const points = Float64Array.from(entry.titled, (_, place) => {
      const norm = CONSTANTS_FIELD_WEIGHTS.title / (1 - b + b * (entry.titleLengths[place] / mean));
      return saturationOf(norm * entry.titleFrequencies[place]);
    });
    return { pages: entry.titled, points };
  }

  /** The pages that have a word only inside longer words: {pages, unsure}. */
  _inside(word, entry, among, excluding) {
    const titleOnly = word.field !== null;
    if (matchesBeginnings(word)) {
      const pages = this._index.pagesWithin(word.term, titleOnly);
      return { pages: without(among ? intersect(pages, among) : pages, excluding), unsure: NO_LIST };
    }
    if (entry && !entry.isWhole && word.pattern === word.term && (titleOnly || word.kind !== "latin")) {
      const pages = titleOnly ? entry.insideTitle : entry.inside;
      return { pages: without(among ? intersect(pages, among) : pages, excluding), unsure: NO_LIST };
    }
    const bounded = word.kind === "compound";
    return this._index.pagesWith(word.pattern, { among, excluding, titleOnly, bounded });
  }

  /** Add a word's score in titles to its `hits`. */
  _addTitleScore(hits, entry) {
    if (!entry) return;
    const idfOfWord = idf(hits.pages.length, this._index.count);
    placesIn(hits.pages, entry.titled).forEach((place, number) => {
      if (place >= 0) hits.points[place] += titleWeight(entry.titleLengths[number], this._titleMean) * idfOfWord;
    });
  }

  /** Add to the scores of pages where only a longer word of the title begins with the word. */
  _addTitleBeginning(word, hits, titled) {
    const pages = without(this._index.pagesWithBeginning(word.term, true), titled);
    const score = CONSTANTS_TITLE_BEGINNING_WEIGHT * idf(hits.pages.length, this._index.count);
    for (const place of placesIn(hits.pages, pages)) {
      if (place >= 0) hits.points[place] += score;
    }
  }

  _saturated({ pages, points }) {
    const factor = saturationFactor(pages.length, this._index.count);
    return { pages, points: points.map((saturation) => saturation * factor) };
  }
}

/** Saturations, and those of other pages that all have one weighted frequency. */
function withSaturation(own, pages, weighted) {
  return sumUnion([own, constantPages(without(pages, own.pages), saturationOf(weighted))]);
}

/** Scores multiplied by the weight of their clause, in place. */
function weightedPages(hits, weight) {
  if (weight !== 1) hits.points.forEach((points, place) => (hits.points[place] = points * weight));
  return hits;
}
