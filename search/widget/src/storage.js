/* State that outlives the page: recent searches in localStorage, the open search in the address. */
const KEY = "zh-search";
const KEPT = 6; // searches
const FILTERS = ["tag", "category", "lang", "from", "to"];
const STATE = [...FILTERS, "sort"]; // besides the words

/* The recent searches, newest first; none where storage is denied. */
function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY)).filter((words) => typeof words === "string").slice(0, KEPT);
  } catch {
    return [];
  }
}

function keep(all) {
  try {
    if (all.length) localStorage.setItem(KEY, JSON.stringify(all.slice(0, KEPT)));
    else localStorage.removeItem(KEY);
  } catch { /* denied */ }
}

function remember(words) {
  if (words) keep([words, ...recall().filter((other) => other !== words)]);
}

/* Put this search into the page's address, or (null) remove it: back, reload and shared links restore it. */
function putIntoAddress(params) {
  const url = new URL(location);
  ["q", ...STATE].forEach((name) => url.searchParams.delete(name));
  if (params) params.forEach((value, name) => url.searchParams.append(name, value));
  try {
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  } catch { /* too often for Safari */ }
}
