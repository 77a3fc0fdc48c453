/* Answers a parsed query from an index: hits, totals and facets. */

import { VERSIONS_MAX_LISTED } from "../data.js";
import { part } from "../base/parts.js";
import { boosted, matchQuery } from "./matcher.js";
import { bestHits } from "./ordering.js";

const MAX_READ = 24; // records of pages that may not match, which are read so that the total is exact
const READ_AHEAD = 8; // of more, some besides those of the hits shown, so that a reader sees whether there are more;
// and as many as were read in vain: the fewer match, the more are read at once

/** The result of a query: {total, isExact, matches, relaxed, weak, hits, facets}; null where files have to be loaded
 * first. A hit is {record, score, missing, versions (records), versionCount}. */
export function searchIndex(index, query) {
  if (index.isWaiting) return null;
  const matched = boosted(matchQuery(index, query), index);
  if (index.isWaiting) return null; // it is not known yet which records are needed
  const filtered = matched.filtered();
  const versions = versionsAmong(filtered, query, index);
  const single = versions ? versions.collapsed(filtered, query, index) : filtered;
  const best = bestHits(single, query, index);
  if (!best) return null;
  const unsure = new Set(filtered.unsure);
  readUnsure(index, single.pages, best, unsure);
  const hits = best.places.slice(best.first, best.last).map((place) => {
    const score = single.score[place];
    const page = single.pages[place];
    const shown = versions?.versionOf(page, score, filtered, query, index) ?? { page, score, others: [] };
    return hitOf(index, shown, best.score[place] - score, filtered.missing(shown.page));
  });
  if (index.isWaiting) return null;
  const uncertain = single.pages.filter((page) => unsure.has(page)).length;
  return {
    total: single.pages.length - uncertain,
    isExact: !uncertain && !index.reading.isCut,
    matches: filtered.pages.length - filtered.unsure.length,
    relaxed: filtered.relaxed,
    weak: filtered.weak,
    hits,
    facets: index.facets.shown(query.filters, filtered.pages, [...matched.filterMasks.keys()], (name) =>
      matched.pagesWithout(name),
    ),
  };
}

/** What shows near copies as one, if any are among the matches. */
export function versionsAmong({ pages }, query, index) {
  return !query.allVersions && pages.some((page) => index.group[page]) ? part("versions") : null;
}

/** Have the records loaded of pages that may not match: of all if they are few, or of those that are shown. */
function readUnsure(index, pages, { places, last }, unsure) {
  if (!unsure.size) return;
  if (unsure.size <= MAX_READ) {
    unsure.forEach((page) => index.record(page));
    return;
  }
  places
    .slice(0, last)
    .map((place) => pages[place])
    .filter((page) => unsure.has(page))
    .forEach((page) => index.record(page));
  if (pages.length - unsure.size > last) return;
  [...unsure].slice(-Math.max(READ_AHEAD, index.reading.inVain)).forEach((page) => index.record(page));
}

function hitOf(index, { page, score, others }, points, missing) {
  const versions = others.slice(0, VERSIONS_MAX_LISTED).map((other) => index.record(other));
  return { record: index.record(page), score: score + points, missing, versions, versionCount: others.length };
}
