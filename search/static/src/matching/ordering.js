/* The order of hits: the best by score, date or matched clauses, and the re-ranking of the first of them. */

import { placedPoints } from "../ranking/proximity.js";
import { rerankFor } from "../ranking/rerank.js";
import { NO_LIST, placeOf, unite } from "./hits.js";
import { foldedTitle } from "./searchable_text.js";

const UNKNOWN = "?";
const ABSENT = "-";
const SORT_ALL = 4; // of as many matches as are wanted, or fewer for each, it is quicker to sort all

/** The hits of the requested page of results, and those before: {places in `matched.pages` in order, first, score}.
 *
 * The hits are those from place `first` on. Null where records have to be loaded first. */
export function bestHits(matched, query, index) {
  const first = (query.page - 1) * query.perPage;
  const last = first + query.perPage;
  const order = orderOf(matched, query, index);
  const rerank = matched.matchedClauses ? null : rerankFor(query, matched.question, matched.relaxed);
  const best = topPlaces(matched.pages.length, rerank ? Math.max(last, rerank.depth) : last, order);
  if (!rerank) return { places: best, first, last, score: matched.score };
  const top = best.slice(0, rerank.depth);
  const points = top.map((place) => rerankPoints(rerank, matched.pages[place], index));
  if (index.isWaiting) {
    best.slice(first, last).forEach((place) => index.record(matched.pages[place])); // most of them are shown
    return null;
  }
  const score = matched.score.slice();
  top.forEach((place, number) => (score[place] += points[number]));
  top.sort((left, right) => score[right] - score[left] || matched.pages[right] - matched.pages[left]);
  return { places: [...top, ...best.slice(rerank.depth)], first, last, score };
}

/** Compares two places of matches. */
function orderOf({ pages, score, matchedClauses: counts }, query, index) {
  if (query.sort === "oldest") {
    const { oldest } = index;
    return (left, right) => oldest[pages[left]] - oldest[pages[right]];
  }
  if (query.sort === "newest") return (left, right) => pages[right] - pages[left];
  const byScore = (left, right) => score[right] - score[left] || pages[right] - pages[left];
  return counts ? (left, right) => counts[right] - counts[left] || byScore(left, right) : byScore;
}

/** The first `count` of `size` places in an order. */
function topPlaces(size, count, order) {
  if (count * SORT_ALL >= size) {
    return Array.from({ length: size }, (_, place) => place).sort(order).slice(0, count);
  }
  const best = [];
  for (let place = 0; place < size; place++) {
    if (best.length === count && order(place, best[count - 1]) > 0) continue;
    let at = best.length;
    while (at > 0 && order(place, best[at - 1]) < 0) at--;
    best.splice(at, 0, place);
    if (best.length > count) best.pop();
  }
  return best;
}

/** The points that re-ranking gives to a page: by the places of its title's words, if they tell, else by its record. */
function rerankPoints(rerank, page, index) {
  if (rerank.words) {
    const places = rerank.words.map((word) => placeInTitle(word, page, index));
    if (places.includes(ABSENT)) return 0;
    if (!places.includes(UNKNOWN)) return placedPoints(rerank.words, places);
  }
  const record = index.record(page);
  if (!record) return 0;
  return rerank.points(rerank.words ? foldedTitle(record) : record.folded);
}

/** Where a word is in a title: {start, before, after}, whether there are blanks beside it. UNKNOWN if only the title
 * tells, ABSENT if it is not in it. */
function placeInTitle(word, page, index) {
  const entry = index.entry(word);
  const number = entry ? placeOf(entry.titled, page) : 0;
  if (entry && entry.titled[number] === page) {
    const packed = entry.titlePlaces ? entry.titlePlaces[number] : 0;
    if (!packed || entry.titleFrequencies[number] > 1) return UNKNOWN;
    return { start: (packed >> 2) - 1, before: (packed >> 1) & 1, after: packed & 1 };
  }
  const others = entry
    ? unite([entry.insideTitle, entry.titleBeginning])
    : entry === null
      ? index.pagesWith(word, { titleOnly: true }).pages
      : NO_LIST;
  return others[placeOf(others, page)] === page ? UNKNOWN : ABSENT;
}
