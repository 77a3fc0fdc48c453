/* The version of a page that is shown for all of its near copies that match. */

import { CONSTANTS_VERSION_SHARE } from "../data.js";

/** The place of the version to show; `matches` ({clauses, score}) are those that match, the newest first. */
export function shownVersion(matches) {
  const clauses = Math.max(...matches.map((match) => match.clauses));
  const best = matches.filter((match) => match.clauses === clauses);
  const least = CONSTANTS_VERSION_SHARE * Math.max(...best.map((match) => match.score));
  return matches.findIndex((match) => match.clauses === clauses && match.score >= least);
}
