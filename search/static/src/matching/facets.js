/* Facets: the pages of each value, and how values are counted and shown. */

import { FIELDS_DATE_FACETS, FIELDS_FACETS, PROTOCOL_DATE_FILTER } from "../data.js";
import { facetKey, facetText } from "../analysis/folding.js";
import { part } from "../base/parts.js";
import { byCodePoints } from "../base/patterns.js";
import { filteredDays, filteredFacets } from "./filters.js";
import { unite } from "./hits.js";

/** One facet: `values` as shown, in the order of their `keys`, and the pages of each. */
export class Facet {
  constructor(values, lists, keys, size) {
    this.values = values;
    this.lists = lists;
    this.keys = keys;
    this.byKey = new Map(keys.map((key, number) => [key, number]));
    this._size = size;
    this._texts = null;
    // The place of each value among the values sorted as shown.
    this.order = new Int32Array(values.length);
    const sorted = [...values.keys()].sort((left, right) => byCodePoints(values[left], values[right]));
    sorted.forEach((number, place) => (this.order[number] = place));
  }

  /** The values folded for comparison with those of a query. */
  get texts() {
    this._texts = this._texts || this.values.map(facetText);
    return this._texts;
  }

  /** The pages that have any of the values with a text that passes a test. */
  pagesWhere(test) {
    return unite(this.lists.filter((_, number) => test(this.texts[number])));
  }

  /** (page,) 1 where a page has a value with one of the keys. */
  pageMask(keys) {
    const mask = new Uint8Array(this._size);
    for (const key of keys) {
      const pages = this.byKey.has(key) ? this.lists[this.byKey.get(key)] : [];
      for (const page of pages) mask[page] = 1;
    }
    return mask;
  }

  /** The number of the pages of a mask that have each value. */
  counts(mask) {
    return this.lists.map((pages) => {
      let count = 0;
      for (const page of pages) count += mask[page];
      return count;
    });
  }
}

/** All facets of an index, by name, in the order of answers. */
export class Facets {
  constructor(core, days) {
    this._size = core.documents;
    this._facets = new Map();
    for (const name of FIELDS_FACETS) this._add(name, storedFacet(core, name));
    this._add("year", periodsOf(days, 10_000));
    this._add("month", periodsOf(days, 100));
    for (const name of core.facets) this._add(name, storedFacet(core, name));
  }

  _add(name, pagesOf) {
    const [values, lists, keys] = pagesOf;
    this._facets.set(name, new Facet(values, lists, keys, this._size));
  }

  facet(name) {
    return this._facets.get(name);
  }

  /** The counts over matches that pass all filters but a facet's own, as shown: {name: [{value, count, selected}]}.
   *
   * `filtered` are the pages that pass all filters, `without(name)` those without the filter `name`. */
  shown(filters, filtered, filterNames, withoutFilter) {
    const mask = this._maskOf(filtered);
    const own = new Map(filterNames.map((name) => [name, this._maskOf(withoutFilter(name))]));
    const selected = this._selected(filters);
    const shown = {};
    for (const [name, facet] of this._facets) {
      const filter = FIELDS_DATE_FACETS.includes(name) ? PROTOCOL_DATE_FILTER : name;
      shown[name] = shownValues(name, facet, facet.counts(own.get(filter) || mask), selected.get(name));
    }
    return shown;
  }

  _maskOf(pages) {
    const mask = new Uint8Array(this._size);
    for (const page of pages) mask[page] = 1;
    return mask;
  }

  /** By facet, the numbers of the values that the filters of a query name: Map(name: Set). */
  _selected(filters) {
    const selected = new Map();
    for (const [name, values] of filteredFacets(filters)) {
      const byKey = this._facets.get(name).byKey;
      const numbers = values.map((value) => byKey.get(facetKey(value))).filter((number) => number !== undefined);
      selected.set(name, new Set(numbers));
    }
    if (filters.firstDay && filters.lastDay) {
      const { periodsOfDays } = part("dates");
      for (const name of FIELDS_DATE_FACETS) {
        selected.set(name, periodsOfDays(this._facets.get(name).values, filteredDays(filters)));
      }
    }
    return selected;
  }
}

/** The values that have a count or are selected: the most used first, then by name; dates latest first. */
export function shownValues(name, facet, counts, selected) {
  const isDate = FIELDS_DATE_FACETS.includes(name);
  const { order, values } = facet;
  return [...values.keys()]
    .filter((number) => counts[number] || selected?.has(number))
    .sort((left, right) =>
      isDate ? order[right] - order[left] : counts[right] - counts[left] || order[left] - order[right],
    )
    .map((number) => ({
      value: values[number],
      count: counts[number],
      selected: Boolean(selected?.has(number)),
    }));
}

/** The values, lists of pages and keys of a facet in the core. */
function storedFacet(core, name) {
  const stored = core.values[name] || [];
  const values = stored.map(([value]) => value);
  return [values, stored.map(([, deltas]) => pagesOfDeltas(deltas)), values.map(facetKey)];
}

/** The facet of years or months: the days (YYYYMMDD) divided; pages without a date have none. */
function periodsOf(days, divisor) {
  const pages = new Map();
  days.forEach((day, page) => {
    if (!day) return;
    const period = Math.floor(day / divisor);
    if (!pages.has(period)) pages.set(period, []);
    pages.get(period).push(page);
  });
  const periods = [...pages.keys()].sort((left, right) => left - right);
  const names = periods.map((period) => {
    const digits = String(period).padStart(divisor === 100 ? 6 : 4, "0");
    return digits.length === 4 ? digits : `${digits.slice(0, 4)}-${digits.slice(4)}`;
  });
  return [names, periods.map((period) => Int32Array.from(pages.get(period))), names];
}

/** The numbers of a list of differences: the first number, then each one's difference to the one before. */
export function pagesOfDeltas(deltas) {
  let number = 0;
  return Int32Array.from(deltas, (delta) => (number += delta));
}
