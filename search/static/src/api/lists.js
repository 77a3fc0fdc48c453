/* The lists of pages and tags as JSON, with the fields and the order of the server's; null where files have to be loaded
 * first. */

import { PARAMETERS_MAX_VALUE_CHARS, PARAMETERS_RECENT_COUNT } from "../data.js";
import { facetKey } from "../analysis/folding.js";
import { shownValues } from "../matching/facets.js";
import { givenValues, readNumber, readText } from "./parameters.js";
import { pageJson } from "./search.js";

/** The JSON of `/api/recent`: the newest dated pages. */
export function recentJson(index, given) {
  const { count, lang } = readRecentParameters(given);
  const file = index.file("recent");
  if (!file || index.isWaiting) return null;
  const isWanted = lang ? index.facets.facet("lang").pageMask([facetKey(lang)]) : null;
  const listed = file.pages.filter((page) => !lang || facetKey(page.lang) === facetKey(lang));
  const wanted = [];
  for (let page = index.count - 1; page >= 0 && wanted.length < count && index.days[page]; page--) {
    if (!isWanted || isWanted[page]) wanted.push(page);
  }
  // Of languages the file has fewer; further pages are read one by one.
  const others = wanted.slice(listed.length).map((page) => index.record(page));
  const results = listed.slice(0, wanted.length);
  return { results: [...results, ...others.map((record) => record && pageJson(record.meta))] };
}

/** The JSON of `/api/tags`: all tags, the most used first. */
export function tagsJson(index) {
  const facet = index.facets.facet("tag");
  const counts = facet.counts(new Uint8Array(index.count).fill(1));
  return { tags: shownValues("tag", facet, counts, null).map(({ value, count }) => ({ value, count })) };
}

/** The count and language of the newest pages: {count, lang}. */
function readRecentParameters(given) {
  const values = givenValues(given, ["count", "lang"]);
  const [lang = ""] = values.get("lang") ?? [];
  const [count = ""] = values.get("count") ?? [];
  return {
    count: readNumber("count", count, PARAMETERS_RECENT_COUNT),
    lang: readText("lang", lang, PARAMETERS_MAX_VALUE_CHARS),
  };
}
