/* The pages that the optional clauses of a query select: by all, by a minimum of them, or by score. */

import { part } from "../base/parts.js";
import { CONSTANTS_MIN_QUERY_SHARE } from "../data.js";
import {
  minimumShouldMatch,
  neededClauses,
  SELECT_ALL,
  SELECT_MOST,
  selections,
} from "../ranking/policy.js";
import { clauseShares, isWeakShare, namesMissing, namingClauses } from "../ranking/query_share.js";
import {
  constantPages,
  intersect,
  intersectAll,
  maskedPages,
  membership,
  NO_LIST,
  NO_PAGES,
  pointsOn,
  sumOn,
  sumUnion,
  unite,
} from "./hits.js";

/** Selected pages, ascending, and their scores. `relaxed`: some page that passes the filters lacks a clause; `weak`:
 * all of these lack most of the query. `matchedClauses` (page,) is how many each matches, where that orders them;
 * `question` what they were matched as, if as a question; `clauses` the pages of each clause, where hits tell what
 * they lack. */
export function selectedPages(pages, score, others = {}) {
  return { pages, score, relaxed: false, weak: false, matchedClauses: null, question: null, clauses: [], ...others };
}

/** Selects pages by the optional clauses of one query.
 *
 * `clauses` are the scores of each; `among` are the pages that match the required clauses (null: all). */
export class ClauseSelector {
  constructor(...given) {
    this._given = given;
    const [index, query, clauses, among, filters] = given;
    this._index = index;
    this._query = query;
    this._clauses = clauses.map((clause) => clause.hits);
    this._titled = clauses.map((clause) => clause.titled);
    this._among = among;
    this._filters = filters;
    this._lists = this._clauses.map((hits) => hits.pages);
    this._withAll = intersectAll(among ? [...this._lists, among] : this._lists);
  }

  /** The pages of the strictest selection that leaves any page after the filters, or of the last. */
  select() {
    const selected = this._selected();
    return selected.relaxed && namesMissing(this._query) ? { ...selected, clauses: this._lists } : selected;
  }

  _selected() {
    const [first, relaxed] = selections(this._query);
    if (first === SELECT_ALL && (!relaxed || this._filters.apply(this._withAll).length)) {
      return relaxed ? this._allOrNamed() : this._all();
    }
    return (relaxed || first) === SELECT_MOST ? this._most() : this._byScore();
  }

  _all() {
    return selectedPages(this._withAll, sumOn(this._clauses, this._withAll));
  }

  /** Pages that match every clause; where no title of theirs names the query, those whose title does. */
  _allOrNamed() {
    if (!this._titled.some((pages) => pages.length)) return this._all();
    if (this._hasAny([...this._titled, this._withAll])) return this._all(); // a title with every word
    const named = this._named(this._shares());
    if (!named.length || this._hasAny([named, this._withAll])) return this._all();
    const pages = unite([this._withAll, named]);
    const relaxed = this._filters.apply(named).length > 0;
    return selectedPages(pages, pointsOn(sumUnion(this._clauses), pages), { relaxed });
  }

  /** Whether a page that passes the filters is in all lists. */
  _hasAny(lists) {
    return this._filters.apply(intersectAll(lists)).length > 0;
  }

  /** The pages that their titles name. */
  _named(shares) {
    const sets = namingClauses(this._query, shares);
    if (!sets.length) return NO_LIST;
    const pages = unite(sets.map((places) => intersectAll(places.map((place) => this._titled[place]))));
    return this._among ? intersect(pages, this._among) : pages;
  }

  /** Pages that match a minimum number of clauses, and a minimum share of the query. */
  _most() {
    const shares = this._shares();
    const scored = sumUnion(this._clauses);
    const isAmong = this._among ? membership(this._among, scored.pages) : null;
    const shareOf = this._unionOf(shares).points;
    const possible = shareOf.map((share, place) =>
      Number(share >= CONSTANTS_MIN_QUERY_SHARE && (!isAmong || isAmong[place] === 1)),
    );
    const pages = maskedPages(scored.pages, possible);
    const points = maskedPages(scored.points, possible);
    const share = maskedPages(shareOf, possible);
    const counts = Int32Array.from(maskedPages(this._unionOf(shares.map(() => 1)).points, possible));
    const least = minimumShouldMatch(this._clauses.length);
    membership(this._named(shares), pages).forEach((isNamed, place) => {
      if (isNamed) counts[place] = Math.max(counts[place], least);
    });
    return this._withMost(pages, points, counts, share);
  }

  /** Those of possible pages that match as many clauses as are needed. */
  _withMost(pages, points, counts, share) {
    const passes = this._passes(pages);
    const passing = maskedPages(counts, passes);
    const best = highest(passing) || highest(counts);
    const needed = neededClauses(this._query, best);
    const clauses = this._clauses.length;
    if (needed === clauses) return this._all();
    const enough = Uint8Array.from(counts, (count) => Number(count >= needed));
    const relaxed = passing.some((count) => count >= needed && count < clauses);
    const [enoughPages, score] = [maskedPages(pages, enough), maskedPages(points, enough)];
    if (!relaxed) return selectedPages(enoughPages, score);
    const shown = enough.map((bit, place) => bit & passes[place]);
    const weak = isWeakShare(highest(maskedPages(share, shown)));
    return selectedPages(enoughPages, score, { relaxed, weak, matchedClauses: maskedPages(counts, enough) });
  }

  /** The pages of any clause, with the sum of the values of those that each matches. */
  _unionOf(values) {
    return sumUnion(this._lists.map((pages, place) => constantPages(pages, values[place])));
  }

  /** The share of the query that each clause is worth. */
  _shares() {
    const counts = this._lists.map((pages) => (this._among ? intersect(pages, this._among) : pages).length);
    return clauseShares(this._query, counts, this._index.count);
  }

  /** Which pages pass the filters. */
  _passes(pages) {
    return this._filters.mask(pages) || new Uint8Array(pages.length).fill(1);
  }

  /** As answers to a question. */
  _byScore() {
    const questions = part("questions");
    return questions ? new questions.AnswerSelector(...this._given).byScore() : selectedPages(NO_LIST, NO_LIST);
  }
}

/** The highest of numbers of which none is negative; 0 where there are none. */
export function highest(numbers) {
  return numbers.reduce((left, right) => Math.max(left, right), 0);
}
