/* The order of pages by date, the oldest first. */

/** (page,) the rank of each page by date, ascending; of pages of the same instant, and of undated ones, which come
 * last, the order is that of the newest, which is descending numbers. */
export function oldestRanks({ documents, undated, ties }) {
  const ranks = new Int32Array(documents);
  const tied = new Set(ties);
  let rank = 0;
  for (let first = undated, next; first < documents; first = next) {
    next = first + 1;
    while (tied.has(next)) next++;
    for (let page = next - 1; page >= first; page--) ranks[page] = rank++;
  }
  for (let page = undated - 1; page >= 0; page--) ranks[page] = rank++;
  return ranks;
}
