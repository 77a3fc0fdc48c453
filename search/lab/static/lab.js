/* The lab's page: searches while the owner types, shows both sides, sends what is tried, judged and written. */

const texts = JSON.parse(document.getElementById("texts").textContent);
const at = (id) => document.getElementById(id);
const PAUSE = 150; // ms without a key before a search
const SCORE_DIGITS = 2;

/* An element with attributes and children; texts become text nodes. */
function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const filled = (key, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), texts[key]);

const counted = (key, count) => (count === 1 ? texts[`${key}_one`] : filled(key, { count }));

async function ask(path, body) {
  const options = body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/* Run an action, and show its error instead of the last one. */
async function tell(action) {
  try {
    at("error").hidden = true;
    await action();
  } catch (error) {
    at("error").textContent = error.message;
    at("error").hidden = false;
  }
}

/* A text with marks, [start, end] in code points. */
function marked(text, marks) {
  const points = [...text];
  const parts = [];
  let done = 0;
  for (const [start, end] of marks) {
    parts.push(points.slice(done, start).join(""), make("mark", {}, points.slice(start, end).join("")));
    done = end;
  }
  return [...parts, points.slice(done).join("")];
}

const latest = {}; // number of the last question at each path

/* The answer to a question; null, as for an error, where a later one was asked at the same path meanwhile. */
async function askLatest(path) {
  const [kind] = path.split("?");
  const number = latest[kind] = (latest[kind] || 0) + 1;
  try {
    const answer = await ask(path);
    return number === latest[kind] ? answer : null;
  } catch (error) {
    if (number === latest[kind]) throw error;
    return null;
  }
}

async function search() {
  const query = at("query").value.trim();
  history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
  const answer = await askLatest(`search?q=${encodeURIComponent(query)}`);
  if (!answer) return;
  const { sides, moves, verdicts } = answer;
  at("read").replaceChildren(...readNodes(sides[0]));
  at("moves").replaceChildren(...(sides.length > 1 ? moveNodes(moves) : []));
  at("sides").dataset.query = query;
  const highest = Math.max(...sides.flatMap(({ results }) => results.map(({ score }) => score)), 1e-9);
  const titles = sides.length > 1 ? [texts.current, texts.tried] : [texts.current];
  at("sides").replaceChildren(...sides.map((side, index) => sideNode(query, side, titles[index], moves, verdicts, highest, index)));
}

function readNodes({ query, explain, clauses }) {
  if (!explain.words.length && !explain.phrases.length) return [];
  const words = explain.words.map(({ text, term, function: ignored }) =>
    make("li", { class: ignored ? "ignored" : null, title: ignored ? texts.ignored : null }, text === term ? text : `${text} → ${term}`));
  const phrases = explain.phrases.map((phrase) => make("li", {}, `${texts.exactly} ${phrase}`));
  const folded = explain.folded === query ? "" : filled("folded", { text: explain.folded });
  const of = (ways) => (ways.length ? ` (${ways.map(({ text, pages }) => `${text} ${pages}`).join(", ")})` : "");
  const counts = clauses.map(({ text, pages, ways }) => `${text} ${counted("on_pages", pages)}${of(ways)}`).join(" · ");
  return [make("h2", {}, texts.read), make("ul", { class: "chips" }, words, phrases),
    make("p", { class: "soft" }, [folded, explain.question ? texts.question : "", counts].filter(Boolean).join(" · "))];
}

function moveNodes(moves) {
  if (!moves.length) return [make("p", { class: "soft" }, texts.no_moves)];
  const place = (number) => (number === null ? texts.not_shown : String(number));
  return [make("h2", {}, texts.moves), make("ol", {}, moves.map(({ title, from, to }) =>
    make("li", {}, make("span", { class: direction(from, to) }, `${place(from)} → ${place(to)}`), ` ${title}`)))];
}

function direction(from, to) {
  if (from === null) return "up";
  return to !== null && to < from ? "up" : "down";
}

function sideNode(query, { total, relaxed, results }, title, moves, verdicts, highest, index) {
  const found = [counted("total", total), relaxed ? texts.relaxed : ""].filter(Boolean).join(", ");
  const hits = results.map((hit, place) => hitNode(query, hit, place + 1, index ? moves : [], verdicts, highest));
  return make("div", { class: "side", role: "region", "aria-label": title },
    make("p", {}, make("strong", {}, title), make("span", { class: "soft" }, ` ${found}`)),
    hits.length ? make("ol", {}, hits) : make("p", { class: "soft" }, texts.nothing));
}

function hitNode(query, hit, place, moves, verdicts, highest) {
  const move = moves.find(({ url }) => url === hit.url);
  const arrow = move ? make("span", { class: direction(move.from, move.to) }, ` ${move.from ?? "–"} → ${place}`) : null;
  const passages = hit.passages.length ? hit.passages : [{ text: hit.excerpt, marks: hit.excerpt_marks, section: hit.section }];
  return make("li", { class: "hit" },
    make("h3", {}, make("span", { class: "place" }, `${place} `), marked(hit.title, hit.title_marks), arrow),
    make("p", { class: "url" }, hit.url),
    passages.map(({ text, marks, section }) => make("p", {}, section ? make("span", { class: "soft" }, `${section.title}: `) : null, marked(text, marks))),
    barNode(hit, highest), partsNode(hit),
    make("div", { class: "verdict" }, ["right", "wrong"].map((verdict) => make("button", {
      type: "button", value: verdict, "aria-pressed": String(verdicts[hit.url] === verdict), "aria-label": `${texts[verdict]}: ${hit.title}`,
      onclick: (event) => tell(() => judge(event.currentTarget, query, hit.url)),
    }, texts[verdict]))));
}

/* The parts of a score as a bar; it is as long as the score beside the highest. */
function barNode({ explain, score }, highest) {
  const bar = make("div", { class: "bar", role: "img", "aria-label": filled("points", { count: score.toFixed(SCORE_DIGITS) }) });
  for (const part of explain) {
    const piece = make("span", { class: part.channel, title: partText(part) });
    piece.style.width = `${Math.max(0, (100 * part.score) / highest)}%`;
    bar.append(piece);
  }
  return bar;
}

const partText = ({ what, channel, score }) => `${what} ${texts[`channel_${channel}`]}: ${score.toFixed(SCORE_DIGITS)}`.trim();

function partsNode({ explain, score }) {
  const rows = explain.map((part) => make("tr", {},
    make("td", {}, make("span", { class: `dot ${part.channel}` }), part.what || "–"),
    make("td", {}, texts[`channel_${part.channel}`], " ", make("span", { class: "soft" }, Object.entries(part.fields).map(([field, share]) => `${field} ${share.toFixed(SCORE_DIGITS)}`).join(" · "))),
    make("td", { class: "number" }, part.score.toFixed(SCORE_DIGITS))));
  return make("details", {}, make("summary", {}, filled("points", { count: score.toFixed(SCORE_DIGITS) })), make("table", {}, make("tbody", {}, rows)));
}

async function judge(button, query, url) {
  const verdict = button.getAttribute("aria-pressed") === "true" ? "" : button.value;
  const { verdicts } = await ask("judge", { query, url, verdict });
  for (const other of at("sides").dataset.query === query ? document.querySelectorAll(".hit") : []) {
    if (other.querySelector(".url").textContent !== url) continue;
    for (const each of other.querySelectorAll(".verdict button")) each.setAttribute("aria-pressed", String(verdicts[url] === each.value));
  }
  await showJudged();
}

async function showJudged() {
  const answer = await askLatest("judged");
  if (!answer) return;
  const { queries, metrics, lost } = answer;
  if (!queries.length) {
    at("judged").replaceChildren(make("p", { class: "soft" }, texts.no_judged));
    return;
  }
  const both = (values) => values.join(" → ");
  const rows = queries.map(({ query, places }) => make("tr", {},
    make("td", {}, make("button", { type: "button", onclick: () => choose(query) }, query)),
    make("td", { class: "number" }, both(places.map((place) => place ?? "–")))));
  at("judged").replaceChildren(...[
    make("p", {}, `MRR@10 ${both(metrics.map(({ mrr_at_10: mrr }) => mrr.toFixed(3)))}`),
    lost.length ? make("p", { class: "warning", role: "alert" }, filled("loses", { queries: lost.join(", ") })) : null,
    make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, texts.query), make("th", { scope: "col", class: "number" }, texts.place))), make("tbody", {}, rows)),
  ].filter(Boolean));
}

function choose(query) {
  at("query").value = query;
  tell(search);
}

let before = {}; // the owner's texts as they were when the page got them

const ownersTexts = () => Object.fromEntries([...at("changes").elements].filter(({ name }) => name).map(({ name, value }) => [name, value]));

/* Ask for a change of what is tried, and show it. */
async function change(path, body) {
  const sent = ownersTexts();
  showState(await ask(path, body), sent);
}

/* Show the owner's texts, with what is being tried; what was typed since `sent` stays. */
function showState({ site, pages, texts: own, tried, written }, sent) {
  const now = ownersTexts();
  const isTyped = (name) => now[name] !== sent[name];
  before = own;
  at("site").textContent = `${site} · ${pages.toLocaleString()}`;
  for (const [name, text] of Object.entries({ ...own, ...tried?.texts })) if (!isTyped(name)) at("changes").elements[name].value = text;
  at("fields").disabled = false; // what is typed before is not lost
  at("undo").hidden = !tried;
  at("write").hidden = !tried || Object.keys(now).some(isTyped);
  let said = tried ? filled("took", { count: tried.seconds }) : "";
  if (written?.length) said = filled("written", { files: written.join(", ") });
  at("tried").textContent = said;
}

async function attempt() {
  const form = at("changes");
  at("tried").textContent = texts.trying;
  form.setAttribute("aria-busy", "true");
  try {
    await change("try", { texts: ownersTexts(), before });
  } catch (error) {
    at("tried").textContent = "";
    throw error;
  } finally {
    form.removeAttribute("aria-busy");
  }
  await refresh();
}

const refresh = () => Promise.all([search(), showJudged()]);

async function why() {
  const url = at("why").elements.url.value.trim();
  const answer = await askLatest(`why?url=${encodeURIComponent(url)}&q=${encodeURIComponent(at("query").value.trim())}`);
  if (answer) at("because").replaceChildren(...whyNodes(answer));
}

function whyNodes(answer) {
  if (!answer.indexed) return [make("p", {}, texts.not_indexed)];
  const having = (found) => answer.clauses.filter((clause) => clause.found === found).map(({ text, closest }) => (closest.length ? `${text} (≈ ${closest.join(", ")})` : text)).join(", ");
  const obstacle = { no_page: texts.nobody, all_words: texts.others, too_few_words: texts.few, copy: texts.copy }[answer.obstacle];
  const lines = [
    having(true) && filled("has", { words: having(true) }),
    having(false) && filled("lacks", { words: having(false) }),
    answer.failed.length && filled("fails", { words: answer.failed.join(", ") }),
    obstacle,
    answer.hit && filled("at_place", { count: answer.hit.place }),
  ];
  return lines.filter(Boolean).map((text) => make("p", {}, text));
}

let timer;
at("query").addEventListener("input", (event) => {
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(() => tell(search), PAUSE);
});
at("query").addEventListener("compositionend", () => tell(search));
for (const [id, action] of [["search", search], ["changes", attempt], ["why", why]]) {
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    tell(action);
  });
}
at("changes").addEventListener("input", () => { at("write").hidden = true; }); // what is written has been tried
at("undo").addEventListener("click", () => tell(async () => {
  await change("try", {});
  await refresh();
}));
at("write").addEventListener("click", () => tell(async () => {
  await change("write", {});
  await refresh();
}));

at("query").value ||= new URLSearchParams(location.search).get("q") || ""; // it may have been typed in before
tell(async () => {
  await change("state");
  await refresh();
});
