/* The filters of a query as masks over lists of pages. */

import { PROTOCOL_DATE_FILTER } from "../data.js";
import { facetKey } from "../analysis/folding.js";
import { maskedPages } from "./hits.js";

const FIRST_DAY = 1; // undated pages have day 0 and never pass
const LAST_DAY = 99999999;

/** The values of each facet that is filtered by, as [facet, values], dates left out. */
export function filteredFacets(filters) {
  const { tags = [], categories = [], langs = [], own = [] } = filters;
  return [["tag", tags], ["category", categories], ["lang", langs], ...own].filter(([, values]) => values.length);
}

/** The first and last day that pass, YYYYMMDD; null where dates do not matter. */
export function filteredDays({ firstDay = null, lastDay = null }) {
  return firstDay === null && lastDay === null ? null : [firstDay || FIRST_DAY, lastDay || LAST_DAY];
}

export class PageFilters {
  constructor(index, filters) {
    this._index = index;
    this._days = filteredDays(filters);
    this._masks = new Map(); // facet: (page,) 1 where the page has one of the values
    for (const [name, values] of filteredFacets(filters)) {
      this._masks.set(name, index.facets.facet(name).pageMask(values.map(facetKey)));
    }
  }

  /** Which of the pages pass each filter, by the name of its facet, or PROTOCOL_DATE_FILTER. */
  masks(pages) {
    const masks = new Map();
    for (const [name, mask] of this._masks) masks.set(name, new Uint8Array(pages.map((page) => mask[page])));
    if (this._days) {
      const [first, last] = this._days;
      const days = this._index.days;
      masks.set(
        PROTOCOL_DATE_FILTER,
        Uint8Array.from(pages, (page) => Number(days[page] >= first && days[page] <= last)),
      );
    }
    return masks;
  }

  /** Which of the pages pass all filters; null for all. */
  mask(pages) {
    return intersectMasks([...this.masks(pages).values()]);
  }

  /** The pages that pass all filters. */
  apply(pages) {
    const mask = this.mask(pages);
    return mask ? maskedPages(pages, mask) : pages;
  }
}

/** The conjunction of masks; null, which stands for all pages, where there are none. */
export function intersectMasks(masks) {
  return masks.length ? masks.reduce((left, right) => left.map((bit, place) => bit & right[place])) : null;
}
