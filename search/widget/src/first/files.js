/* Where answers come from: the files of an export, which search.js beside this script reads. server.js answers the same
   calls from a server. */
const SHOWN = 5; // hits at a time: each is a file
const AGAIN = 300; // ms after which files that were lost on their way are asked for once more
const LATE = 150; // ms that hits wait for completions
const MANIFEST = "manifest.bin";
const STATUS = { missing: 410, damaged: 410, offline: 408, "old browser": 501 }; // kinds of failures as HTTP has them
const OF_ALL_SITES = ["tag", "category", "lang", "year", "month"]; // facets

addTexts({
  404: [
    "找不到本站的搜索文件，请稍后再试。", "找不到本站的搜尋檔案，請稍後再試。",
    "The search files of this site cannot be found. Please try again later.",
  ],
  408: [
    "无法连接网站，请检查网络后重试。", "無法連線到網站，請檢查網路後重試。",
    "The site cannot be reached. Please check your connection.",
  ],
  410: [
    "网站刚刚更新过，请刷新页面后再搜索。", "網站剛剛更新過，請重新整理頁面後再搜尋。",
    "The site has just been updated. Please reload the page.",
  ],
  501: [
    "浏览器版本过旧，请更新后再搜索。", "瀏覽器版本過舊，請更新後再搜尋。",
    "This browser is too old for the search. Please update it.",
  ],
});

const engines = new Map(); // base URL of the files: {opening, failed}
let tries = 0;

/* What answers from the files at a URL; opened when it is first asked for, and again after a failure that may last. */
function engineAt(base) {
  const known = engines.get(base);
  if (known && !known.failed) return known;
  if (known) known.opening.then((engine) => engine.close(), () => {});
  const engine = { opening: opened(base), failed: false };
  engine.opening.catch(() => { engine.failed = true; });
  engines.set(base, engine);
  return engine;
}

/* In a worker where browser and content policy allow one, else in the page. */
async function opened(base) {
  const script = `${HOME}search.js`;
  try {
    return await inWorker(script, base);
  } catch (error) {
    if (error.kind) throw error;
  }
  let module;
  try {
    module = await import(tries ? `${script}?${tries}` : script); // some browsers keep an address that failed
  } catch (error) {
    tries += 1;
    throw Object.assign(error, { kind: error.name === "SyntaxError" ? "old browser" : "offline" });
  }
  return module.open(base);
}

/* What `use` makes of the engine of an element. One of many files may be lost on its way: the others are kept. */
async function answered(element, use, signal) {
  try {
    return await tried(element, use, signal);
  } catch (error) {
    if (error.kind !== "offline" || !navigator.onLine) throw error;
  }
  await waited(new Promise((done) => { setTimeout(done, AGAIN); }), signal);
  return tried(element, use, signal);
}

async function tried(element, use, signal) {
  const base = home(element);
  const engine = engineAt(base);
  try {
    return await waited(use(await waited(engine.opening, signal)), signal);
  } catch (error) {
    if (signal && signal.aborted) throw error;
    if (error.kind !== "offline") engine.failed = true;
    error.status = STATUS[error.kind];
    if (error.kind === "missing" && error.path === MANIFEST) {
      console.error(`no search files at ${base}`);
      error.status = 404;
    }
    throw error;
  }
}

/* A promise that the abortion of a request ends as well. */
function waited(promise, signal) {
  if (!signal) return promise;
  signal.throwIfAborted();
  return Promise.race([promise, new Promise((_, refuse) => {
    signal.addEventListener("abort", () => refuse(signal.reason), { once: true });
  })]);
}

/* The JSON of the newest pages or of the tags: `recent?count=5` and `tags`. */
function ask(element, path, signal) {
  const [method, query] = path.split("?");
  const given = [...new URLSearchParams(query)].filter(([, value]) => value);
  return answered(element, (engine) => engine[method](Object.fromEntries(given)), signal);
}

/* What an empty field shows: the newest pages and the tags of most pages. */
async function startOf(element, lang) {
  const own = lang && await siteLanguage(element, lang);
  const newest = new URLSearchParams({ count: SHOWN, lang: own || "" });
  const [recent, all] = await Promise.all([ask(element, `recent?${newest}`), ask(element, "tags")]);
  return { pages: recent.results, tags: all.tags };
}

/* The answer to a search, as the API gives it for the same parameters. Completions that come long after the hits are
   given to `late`; the answer has none then. */
async function find(element, params, signal, late = () => {}) {
  const { q: [words = ""] = [], completions: [count] = [], facets: [counted] = [], prefer_lang: [wished] = [], pinyin, suggested, ...filters } = valuesOf(params);
  const completing = count || pinyin ? completionsOf(element, words, signal) : null;
  const search = (text) => answered(element, (engine) => engine.search(text, filters, { signal }), signal);
  const language = wished && !filters.lang ? await siteLanguage(element, wished, signal) : null;
  if (language) filters.lang = language;
  let answer = await search(words);
  const isWider = language && !answer.total;
  if (isWider) {
    delete filters.lang;
    answer = await search(words);
  }
  if (wished) Object.assign(answer, { language, widened: Boolean(isWider && answer.total) });
  if (pinyin) answer.pinyin = answer.total && !answer.weak ? null : await byPinyin(words, completing, search);
  if (counted) answer.facets = facetsOf(answer.facets, counted.split(","));
  if (answer.total && answer.total_relation === "at_least") answer.total = new LowerBound(answer.total);
  if (count) answer.completions = await soon(completing.then((all) => all.slice(0, count)), late);
  return answer;
}

/* The values of each parameter that has any. */
function valuesOf(params) {
  const values = {};
  for (const [name, value] of params) if (value) (values[name] ||= []).push(value);
  return values;
}

/* Completions; none where these fail: hits do without. */
async function completionsOf(element, words, signal) {
  try {
    const { suggestions } = await answered(element, (engine) => engine.suggest(words, { signal }), signal);
    return suggestions;
  } catch {
    return [];
  }
}

/* What a promise gives, if it does soon; if not, nothing now, and then a call of `late`. */
async function soon(promise, late) {
  const first = await Promise.race([promise, new Promise((done) => { setTimeout(done, LATE, null); })]);
  if (!first) promise.then(late);
  return first || [];
}

/* The site's language that is the one wished for, or a variety of it (zh-CN of zh), or what it is a variety of; null:
   it has none. */
async function siteLanguage(element, wished, signal) {
  const all = await answered(element, (engine) => engine.languages(), signal);
  const begins = (longer, shorter) => `${longer}-`.toLowerCase().startsWith(`${shorter}-`.toLowerCase());
  const alike = all.filter((own) => begins(own, wished) || begins(wished, own));
  return alike.find((own) => own.length === wished.length) || alike[0] || null;
}

/* The hits of the first completion that has what was typed by pinyin alone; null: there is none. */
async function byPinyin(words, completing, search) {
  const folded = (text) => text.normalize("NFKC").toLowerCase();
  const isByPinyin = ({ kind, text }) => kind !== "heading" && !folded(text).includes(folded(words));
  const first = /[a-z]/i.test(words) && (await completing).find(isByPinyin);
  if (!first) return null;
  const { query, total, results } = await search(first.text);
  return total ? { query, total, results } : null;
}

/* The facets with some names; `*` are those of the site alone. */
function facetsOf(facets, names) {
  const isWanted = (name) => names.includes(name) || (names.includes("*") && !OF_ALL_SITES.includes(name));
  return Object.fromEntries(Object.entries(facets).filter(([name]) => isWanted(name)));
}

/* A total of which only the hits shown are certain, as with long quoted texts; it reads "12+". */
class LowerBound extends Number {
  toString() {
    return `${super.toString()}+`;
  }
}

async function isDown() {
  return false; // there is no server
}

/* The address that a form leads to. Only another page of this site can show the results: the box there takes the search
   from the address. Otherwise Enter stays here, as with a form that leads to a search engine for want of this script. */
function resultsPage(element, form) {
  const action = form.getAttribute("action") || "";
  const { origin, pathname } = new URL(action, document.baseURI);
  if (origin === location.origin && pathname !== location.pathname) return action;
  change(form, { "data-stay": action && origin === location.origin ? "results" : "" }); // this is the page of results
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (matchMedia("(pointer: coarse)").matches) element.input.blur(); // closes the keyboard above the results
    element._use((box) => box.choose([], [])); // searches at once
  });
  return "";
}

/* Where a tag leads to that the site has no page of: to a search of the box. */
function tagPage(element, tag) {
  const box = document.querySelector("zh-search");
  const form = (box && box.form) || (box && box.querySelector("form"));
  const action = (form && !("stay" in form.dataset) && form.getAttribute("action")) || "";
  const url = new URL(action, document.baseURI);
  url.search = new URLSearchParams({ [action ? "q" : "zh-q"]: `tag:"${tag.replace(/["“”]/g, " ")}"` });
  return url.href;
}

/* The engine loads when a reader goes to a field. */
document.addEventListener("focusin", ({ target }) => {
  const box = target.closest("zh-search");
  if (box) engineAt(home(box)); // a failure is told when the reader searches
});
