/* Scored lists of pages: intersection, membership and union of ascending page numbers.
 *
 * A list is an Int32Array; scored pages are {pages, points}, the points a Float64Array beside them. Lists are
 * never changed once they are made.
 */

export const NO_LIST = new Int32Array(0);

export const NO_PAGES = { pages: NO_LIST, points: new Float64Array(0) };

const MUCH_LONGER = 16; // times; a list that is so much longer is searched by bisection

/** Pages with the same points each. */
export function constantPages(pages, points) {
  return { pages, points: new Float64Array(pages.length).fill(points) };
}

/** The same pages with their points multiplied. */
export function scaledPages(hits, factor) {
  return factor === 1 ? hits : { pages: hits.pages, points: hits.points.map((points) => points * factor) };
}

/** The place of the first page of a list, from `start` on, that is not below `page`. */
export function placeOf(pages, page, start = 0) {
  let end = pages.length;
  while (start < end) {
    const middle = (start + end) >> 1;
    if (pages[middle] < page) start = middle + 1;
    else end = middle;
  }
  return start;
}

/** For each page its place in `members`, or -1; both ascending. */
export function placesIn(members, pages) {
  const places = new Int32Array(pages.length).fill(-1);
  const isLong = members.length > MUCH_LONGER * pages.length;
  let place = 0;
  for (let index = 0; index < pages.length; index++) {
    const page = pages[index];
    if (isLong) place = placeOf(members, page, place);
    else while (place < members.length && members[place] < page) place++;
    if (members[place] === page) places[index] = place;
  }
  return places;
}

/** Which of the pages (1 or 0) are among `members`; both ascending. */
export function membership(members, pages) {
  const places = placesIn(members, pages);
  const mask = new Uint8Array(pages.length);
  for (let place = 0; place < mask.length; place++) mask[place] = places[place] < 0 ? 0 : 1;
  return mask;
}

/** The pages of a list for which a mask is 1, or 0 with `kept` 0. */
export function maskedPages(pages, mask, kept = 1) {
  const found = new pages.constructor(pages.length);
  let size = 0;
  for (let place = 0; place < pages.length; place++) {
    if (mask[place] === kept) found[size++] = pages[place];
  }
  return found.subarray(0, size);
}

/** The pages that are in both lists. */
export function intersect(left, right) {
  return left.length > right.length
    ? maskedPages(right, membership(left, right))
    : maskedPages(left, membership(right, left));
}

/** The pages of a list that are not in another. */
export function without(pages, others) {
  return others.length && pages.length ? maskedPages(pages, membership(others, pages), 0) : pages;
}

/** The pages that are in all lists, of which there is one or more; the shortest is intersected first. */
export function intersectAll(lists) {
  return [...lists].sort((left, right) => left.length - right.length).reduce(intersect);
}

/** The pages of any of the lists, ascending. */
export function unite(lists) {
  const filled = lists.filter((pages) => pages.length);
  if (filled.length < 2) return filled[0] || NO_LIST;
  const mask = new Uint8Array(Math.max(...filled.map((pages) => pages[pages.length - 1])) + 1);
  let size = 0;
  for (const pages of filled) {
    for (const page of pages) {
      size += 1 - mask[page];
      mask[page] = 1;
    }
  }
  const united = new Int32Array(size);
  for (let page = 0, place = 0; place < size; page++) {
    if (mask[page]) united[place++] = page;
  }
  return united;
}

/** The points of scored pages on pages that all are among them. */
export function pointsOn(hits, pages) {
  if (pages.length === hits.pages.length) return hits.points;
  const points = new Float64Array(pages.length);
  placesIn(hits.pages, pages).forEach((place, index) => (points[index] = hits.points[place]));
  return points;
}

/** The sum of the points on pages that each of the clauses has; clauses without pages add nothing. */
export function sumOn(clauses, pages) {
  const sum = new Float64Array(pages.length);
  for (const hits of clauses) {
    if (!hits.pages.length) continue;
    const points = pointsOn(hits, pages);
    for (let place = 0; place < sum.length; place++) sum[place] += points[place];
  }
  return sum;
}

/** The pages of any of the clauses, with their points added up in the order given. */
export function sumUnion(clauses) {
  return unionOf(clauses, (total, { pages, points }) => {
    for (let place = 0; place < pages.length; place++) total[pages[place]] += points[place];
  });
}

/** The pages of any of the clauses, each with the most points that one of them gives it. */
export function bestUnion(clauses) {
  return unionOf(clauses, (total, { pages, points }) => {
    for (let place = 0; place < pages.length; place++) {
      if (points[place] > total[pages[place]]) total[pages[place]] = points[place];
    }
  });
}

/** The pages of any of the clauses, with what `combine` makes of their points, by page. */
function unionOf(clauses, combine) {
  const filled = clauses.filter((hits) => hits.pages.length);
  if (filled.length < 2) return filled[0] || NO_PAGES;
  const pages = unite(filled.map((hits) => hits.pages));
  const total = new Float64Array(pages[pages.length - 1] + 1);
  for (const hits of filled) combine(total, hits);
  const points = new Float64Array(pages.length);
  pages.forEach((page, place) => (points[place] = total[page]));
  return { pages, points };
}
