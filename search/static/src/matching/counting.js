/* The number of hits of a query, without what they show. */

import { versionsAmong } from "./engine.js";
import { boosted, matchQuery } from "./matcher.js";

/** How many hits a query has, and whether it is relaxed; null where files have to be loaded first. */
export function countMatches(index, query) {
  if (index.isWaiting) return null;
  const filtered = boosted(matchQuery(index, query), index).filtered();
  if (index.isWaiting) return null;
  const versions = versionsAmong(filtered, query, index);
  const single = versions ? versions.collapsed(filtered, query, index) : filtered;
  return { total: single.pages.length, relaxed: filtered.relaxed };
}
