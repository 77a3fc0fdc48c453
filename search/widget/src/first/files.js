/* Where answers come from: the files of an export, which search.js beside this script reads. server.js answers the same
   calls from a server. */
const SHOWN = 5; // hits at a time: each is a file
const AGAIN = 300; // ms after which files that were lost on their way are asked for once more
const STATUS = { missing: 410, damaged: 410, offline: 408, "old browser": 501 }; // kinds of failures as HTTP has them
const FAILURES = {
  "zh-CN": {
    408: "无法连接网站，请检查网络后重试。",
    410: "网站刚刚更新过，请刷新页面后再搜索。",
    501: "浏览器版本过旧，请更新后再搜索。",
  },
  "zh-TW": {
    408: "無法連線到網站，請檢查網路後重試。",
    410: "網站剛剛更新過，請重新整理頁面後再搜尋。",
    501: "瀏覽器版本過舊，請更新後再搜尋。",
  },
  en: {
    408: "The site cannot be reached. Please check your connection.",
    410: "The site has just been updated. Please reload the page.",
    501: "This browser is too old for the search. Please update it.",
  },
};
for (const [tag, texts] of Object.entries(FAILURES)) Object.assign(TEXTS[tag], texts);

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

/* A total of which only the hits shown are certain, as with long quoted texts; it reads "12+". */
class LowerBound extends Number {
  toString() {
    return `${super.toString()}+`;
  }
}

/* More results make a lower bound certain, or higher. */
function tellTotal(element, total) {
  const bar = element.panel.node.querySelector(".total");
  if (bar.textContent.includes("+")) bar.textContent = element.texts.found(total);
}

/* The JSON of a call of the API. One of many files may be lost on its way: the others are kept. */
async function ask(element, path, signal) {
  try {
    return await answered(element, path, signal);
  } catch (error) {
    if (error.kind !== "offline" || !navigator.onLine) throw error;
  }
  await waited(new Promise((done) => { setTimeout(done, AGAIN); }), signal);
  return answered(element, path, signal);
}

async function answered(element, path, signal) {
  const base = home(element);
  const engine = engineAt(base);
  try {
    const opened = await waited(engine.opening, signal);
    const body = await waited(call(opened, new URL(path, base), signal), signal);
    if (body.total_relation === "at_least" && body.total) body.total = new LowerBound(body.total);
    if (body.page > 1) tellTotal(element, body.total);
    return body;
  } catch (error) {
    if (signal && signal.aborted) throw error;
    if (error.kind !== "offline") engine.failed = true;
    error.status = STATUS[error.kind];
    throw error;
  }
}

function call(engine, { pathname, searchParams }, signal) {
  const params = {};
  for (const [name, value] of searchParams) if (value) (params[name] = params[name] || []).push(value);
  const { q = [""], ...rest } = params;
  const method = pathname.split("/").at(-1);
  const one = ([value]) => value;
  if (method === "search") return engine.search(one(q), rest, { signal });
  const options = Object.fromEntries(Object.entries(rest).map(([name, values]) => [name, one(values)]));
  return method === "suggest" ? engine.suggest(one(q), { ...options, signal }) : engine[method](options);
}

/* A promise that the abortion of a request ends as well. */
function waited(promise, signal) {
  if (!signal) return promise;
  signal.throwIfAborted();
  return Promise.race([promise, new Promise((_, refuse) => {
    signal.addEventListener("abort", () => refuse(signal.reason));
  })]);
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
  change(form, { "data-stay": "" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (matchMedia("(pointer: coarse)").matches) element.input.blur(); // closes the keyboard above the results
    element._search();
  });
  return "";
}

/* Where a tag leads to that the site has no page of: to a search of the box. */
function tagPage(element, tag) {
  const words = `tag:"${tag.replace(/["“”]/g, " ")}"`;
  const box = document.querySelector("zh-search");
  const url = new URL(box && box.form ? box.page(words) : location);
  url.search = new URLSearchParams({ q: words }); // without the language that the box asks for by default
  return url.href;
}

/* The engine loads when a reader goes to a field. */
document.addEventListener("focusin", ({ target }) => {
  const box = target.closest("zh-search");
  if (box) engineAt(home(box)); // a failure is told when the reader searches
});
