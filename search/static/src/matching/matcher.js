/* The evaluation of a query on an index: the matching pages, their scores and the filters. */

import { ClauseScorer } from "./clauses.js";
import { intersectMasks, PageFilters } from "./filters.js";
import { intersect, maskedPages, membership, placeOf, sumOn, unite } from "./hits.js";
import { ClauseSelector, selectedPages } from "./selection.js";

/** The pages that match before filters, ascending, and their scores: what `selectedPages` has, and `unsure`, those
 * that may not match, and `filterMasks`, which of the pages pass each filter, by its facet. */
class MatchResult {
  constructor(values) {
    Object.assign(this, values);
  }

  /** The pages that pass all filters but that of a facet. */
  pagesWithout(name) {
    const mask = intersectMasks([...this.filterMasks].filter(([own]) => own !== name).map(([, mask]) => mask));
    return mask ? maskedPages(this.pages, mask) : this.pages;
  }

  /** The optional clauses that a page lacks, by number. */
  missing(page) {
    return [...this.clauses.keys()].filter((number) => {
      const pages = this.clauses[number];
      return pages[placeOf(pages, page)] !== page;
    });
  }

  /** The matches that pass the filters, without masks. */
  filtered() {
    const mask = intersectMasks([...this.filterMasks.values()]);
    return mask ? this.narrowed(mask) : this;
  }

  /** The matches of a mask, without masks of filters. */
  narrowed(mask) {
    const pages = maskedPages(this.pages, mask);
    return new MatchResult({
      ...this,
      pages,
      score: maskedPages(this.score, mask),
      matchedClauses: this.matchedClauses && maskedPages(this.matchedClauses, mask),
      unsure: intersect(this.unsure, pages),
      filterMasks: new Map(),
    });
  }
}

/** All pages that match a query. Whether it is relaxed depends on what its filters leave. */
export function matchQuery(index, query) {
  const filters = new PageFilters(index, query.filters);
  const scorer = new ClauseScorer(index);
  const { scores, among, unsure } = scorer.required(query);
  const clauses = query.should.map((node) => scorer.score(node, among));
  const selected = clauses.length
    ? new ClauseSelector(index, query, clauses, among, filters).select()
    : selectedPages(among || index.pages, new Float64Array((among || index.pages).length));
  const { pages } = selected;
  const required = sumOn(scores, pages);
  return new MatchResult({
    ...selected,
    score: scores.length ? selected.score.map((score, place) => score + required[place]) : selected.score,
    unsure: intersect(unite([unsure, ...clauses.map((clause) => clause.unsure)]), pages),
    filterMasks: filters.masks(pages),
  });
}

/** The score of each page with the site owner's factors. */
export function boosted(matched, index) {
  if (!index.boosts) return matched;
  const score = matched.score.map((points, place) => points * index.boosts[matched.pages[place]]);
  return new MatchResult({ ...matched, score });
}
