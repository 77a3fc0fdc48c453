/* What outlives the page: on the reader's device alone the latest searches, the pages visited and what is pinned; in
   the page's address the open search. Nothing here throws where storage is denied. */
const KEY = "zh-search"; // the searches; -pages and -pinned are beside it
const PAGES = `${KEY}-pages`;
const PINNED = `${KEY}-pinned`;
const KEPT = 8; // of each kind
const FILTERS = ["tag", "category", "lang", "from", "to"];
const STATE = [...FILTERS, "sort"]; // besides the words
const PREFIX = "zh-"; // of our parameters on pages whose address belongs to others

/* The active hidden fields of a form that have these names. */
function hidden(form, ...names) {
  return [...form.querySelectorAll("[type=hidden]")].filter(({ name, value, disabled }) => value && !disabled && names.includes(name));
}

/* The entries of a list, newest first: words, or pages as {url, title}. What others wrote there is left out. */
function stored(key) {
  try {
    const isPage = (entry) => entry && typeof entry.title === "string" && /^(https?:\/|\/)/.test(entry.url);
    return JSON.parse(localStorage.getItem(key)).filter((entry) => typeof entry === "string" || isPage(entry)).slice(0, KEPT);
  } catch {
    return [];
  }
}

function store(key, entries) {
  try {
    if (entries.length) localStorage.setItem(key, JSON.stringify(entries.slice(0, KEPT)));
    else localStorage.removeItem(key);
  } catch { /* denied or full */ }
}

/* What makes two entries the same. */
function entryKey(entry) {
  return entry.url || entry;
}

function without(entries, entry) {
  return entries.filter((other) => entryKey(other) !== entryKey(entry));
}

/* The entries of a list that are not pinned. */
function unpinned(key) {
  return stored(PINNED).reduce(without, stored(key));
}

function remember(words) {
  if (words) store(KEY, [words, ...without(stored(KEY), words)]);
}

/* Note a page that the reader opens; without the passage, which is another at every visit. */
function visit({ url, title }) {
  const page = { url: url.replace(/#?:~:.*/, ""), title };
  if (title) store(PAGES, [page, ...without(stored(PAGES), page)]);
}

/* Pin an entry, or take its pin away: then it is the latest of its kind. */
function pin(entry, on) {
  const others = without(stored(PINNED), entry);
  store(PINNED, on ? [...others, entry].slice(-KEPT) : others);
  if (!on && entry.url) visit(entry);
  else if (!on) remember(entry);
}

/* Remove an entry from all lists. */
function forget(entry) {
  [KEY, PAGES, PINNED].forEach((key) => store(key, without(stored(key), entry)));
}

/* The prefix of our parameters in this page's address: none on the page that the form leads to, whose address they are. */
function prefix(form) {
  if (form.dataset.stay === "") return PREFIX; // no page of results: any page shows them
  const { origin, pathname } = new URL(form.getAttribute("action") || "", document.baseURI);
  return origin === location.origin && pathname === location.pathname ? "" : PREFIX;
}

/* Put a search into the page's address, or (null) take it out: back, reload and shared links restore it. All other
   parameters stay as they are written. */
function putIntoAddress(form, params) {
  const before = prefix(form);
  const ours = ["q", ...STATE].map((name) => before + name);
  const others = location.search.slice(1).split("&").filter((part) => !ours.includes(part.split("=")[0]));
  const own = new URLSearchParams([...params || []].map(([name, value]) => [before + name, value]));
  const url = new URL(location);
  url.search = [...others, own.toString()].filter(Boolean).join("&");
  try {
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  } catch { /* too often for Safari */ }
}

/* The search in the page's address, with the names that the form's fields have; null where there is none. */
function fromAddress(form) {
  const before = prefix(form);
  const found = new URLSearchParams();
  new URLSearchParams(location.search).forEach((value, name) => {
    const plain = name.slice(before.length);
    if (name.startsWith(before) && ["q", ...STATE].includes(plain)) found.append(plain, value);
  });
  return (found.get("q") || "").trim() ? found : null;
}
