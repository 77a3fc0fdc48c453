/* Near copies of a page as one hit: each group keeps the match that ranks first, and hits show the newest. */

import { shownVersion } from "../ranking/versions.js";
import { placeOf } from "./hits.js";

/** The matches with one page of each group: the one that ranks first, before re-ranking. */
export function collapsed(matched, query, index) {
  const groups = index.group;
  const firsts = new Map(); // group: the place of its first match
  matched.pages.forEach((page, place) => {
    const group = groups[page];
    if (group && (!firsts.has(group) || isBefore(matched, query, index, place, firsts.get(group)))) {
      firsts.set(group, place);
    }
  });
  return matched.narrowed(
    Uint8Array.from(matched.pages, (page, place) => Number(!groups[page] || firsts.get(groups[page]) === place)),
  );
}

/** Whether one match ranks before another of its group. */
function isBefore({ pages, score, matchedClauses: counts }, query, index, left, right) {
  if (query.sort === "oldest") return index.oldest[pages[left]] < index.oldest[pages[right]];
  if (query.sort === "newest") return pages[left] > pages[right];
  const difference = (counts ? counts[left] - counts[right] : 0) || score[left] - score[right];
  return difference ? difference > 0 : pages[left] > pages[right];
}

/** What a hit shows for a page that `collapsed` left: {page, score, others: its other versions that match}.
 *
 * `score` is that of the page without re-ranking. Sorted by date, the page itself is shown. */
export function versionOf(page, score, matched, query, index) {
  const group = index.group[page];
  if (!group) return { page, score, others: [] };
  const matches = [];
  for (const member of index.copies[group - 1]) {
    const place = placeOf(matched.pages, member);
    if (matched.pages[place] !== member) continue;
    const clauses = matched.matchedClauses ? matched.matchedClauses[place] : 0;
    matches.push({ page: member, clauses, score: matched.score[place] });
  }
  if (matches.length < 2) return { page, score, others: [] };
  const shown =
    query.sort === "relevance" ? matches[shownVersion(matches)] : matches.find((match) => match.page === page);
  const others = matches.filter((match) => match !== shown).map((match) => match.page);
  return { page: shown.page, score: shown.score, others };
}
