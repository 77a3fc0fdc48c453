/* The options of the list: a hit as a tree of its page and passages, words and tags to go on with, titles. */
addTexts({
  "zh-CN": { complete: "补全", missing: "缺少字词：", versions: (n) => `另有 ${n} 个版本` },
  "zh-TW": { complete: "補全", missing: "缺少字詞：", versions: (n) => `另有 ${n} 個版本` },
  en: { complete: "Completions", missing: "Missing: ", versions: (n) => `More versions (${n})` },
});
const MOST_TAGS = 3; // of a page; how many more it has is told
const ALL_FILTERS = ["tag", "category", "lang", "from", "to"];

/* Images by address: true once loaded, false where they cannot be had. Before that a row keeps their place free. */
const images = new Map();

function option(name, href, ...parts) {
  return make("a", { role: "option", class: name, href, tabindex: -1, "aria-selected": "false" }, ...parts);
}

/* A line of an option; its text has a direction of its own. */
function line(name, ...parts) {
  return make("span", { class: name, dir: "auto" }, ...parts);
}

/* Half widths of about two lines of the panel, of one for a passage beside the best. `depth`: steps into the tree. */
function roomFor({ host }, depth, isShort) {
  if (matchMedia("(max-width: 600px)").matches) return 80 - depth * 6;
  return ((host.isModal ? 152 : 130) - depth * 8) / (isShort ? 2 : 1);
}

/* The lines of a passage as nodes, and as plain text, which describes the option. */
function excerptOf(box, { text, marks }, depth, isShort) {
  const [shown, ranges] = shortened(text, marks, roomFor(box, depth, isShort));
  return { text: shown, nodes: shown ? [line(`excerpt${isShort ? " short" : ""}`, ...marked(shown, ranges))] : [] };
}

/* The image of a page, seen once it is loaded; never a broken one. */
function thumbnailNodes(box, { thumbnail }) {
  if (!thumbnail || images.get(thumbnail) === false) return [];
  const src = /^\/(?!\/)/.test(thumbnail) ? box.href(thumbnail) : thumbnail;
  const node = make("img", { src, alt: "", loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
  const shows = () => { node.className = "loaded"; };
  if (images.get(thumbnail)) shows();
  node.addEventListener("load", () => { images.set(thumbnail, true); shows(); });
  node.addEventListener("error", () => images.set(thumbnail, false));
  return [node];
}

/* The date and tags of a page, which its row ends with. */
function metaNodes({ date, tags }) {
  const more = tags.length - MOST_TAGS;
  const parts = [
    ...(date ? [make("time", { datetime: date }, date.slice(0, 10))] : []),
    ...tags.slice(0, MOST_TAGS).map((tag) => line("tag", tag)),
    ...(more > 0 ? [make("span", {}, `+${more}`)] : []),
  ];
  return parts.length ? [make("span", { class: "meta" }, ...parts)] : [];
}

/* The category that the breadcrumb begins with, before the title; sections follow as rows. */
function crumbNodes({ categories }) {
  const points = Array.from(categories[0] || "");
  if (!points.length) return [];
  return [make("span", { class: "crumb", dir: "auto" }, points.length > 16 ? `${points.slice(0, 15).join("")}…` : categories[0])];
}

function missingNodes({ texts }, { missing = [] }) {
  return missing.length ? [make("span", { class: "missing" }, texts.missing, ...missing.flatMap((word) => [make("s", {}, word), " "]))] : [];
}

/* An option's name is its title and section, the passage its description. */
function optionNamed(node, title, section, description) {
  change(node, { "aria-label": section ? `${title} › ${section}` : title, "aria-description": description || null, "data-title": title });
  return node;
}

/* The row of a page; that of its only passage too, where that stands in no section. */
function pageNode(box, hit, only) {
  const { title, title_marks: marks, date, missing = [] } = hit;
  const url = box.href(hit.url);
  const excerpt = only ? excerptOf(box, only, 0) : { nodes: [] };
  const told = [excerpt.text, missing.length && box.texts.missing + missing.join(" "), date && date.slice(0, 10)];
  const head = make("span", { class: "head" }, ...crumbNodes(hit), line("title", ...marked(title, marks)));
  const node = option("page", only ? address(url, only) : url, icon("page"), head,
    ...excerpt.nodes, ...missingNodes(box, hit), ...metaNodes(hit), ...thumbnailNodes(box, hit));
  return optionNamed(node, title, null, told.filter(Boolean).join(" "));
}

/* The row of a passage, of a section with its only passage, or (`found` without text) of a section alone. */
function passageNode(box, { url, title, excerpt: best }, found, heading, depth) {
  const excerpt = excerptOf(box, found, depth, found.text !== best);
  const { section } = found;
  const node = option("passage", address(box.href(url), found), icon(heading ? "section" : "passage"),
    ...(heading ? [line("place", section.title)] : []), ...excerpt.nodes);
  return optionNamed(node, title, section && section.title, excerpt.text);
}

function branch(...nodes) {
  return make("div", { role: "none", class: "branch" }, ...nodes);
}

/* The passages of a page by section, in their order; each that is in none stands by itself. */
function bySection(passages) {
  const groups = new Map();
  for (const found of passages) {
    const key = found.section ? found.section.anchor : found;
    groups.set(key, [...(groups.get(key) || []), found]);
  }
  return [...groups.values()];
}

function branchNode(box, hit, group) {
  const [{ section }] = group;
  if (group.length === 1) return branch(passageNode(box, hit, group[0], section, 1));
  return branch(passageNode(box, hit, { section, text: "", marks: [] }, true, 1),
    ...group.map((found) => branch(passageNode(box, hit, found, false, 2))));
}

/* A hit: the row of its page, then its passages as branches. Each is an option with its own deep link; screen readers
   reach no link inside an option. */
function hitNode(box, hit) {
  const { section, excerpt: text, excerpt_marks: marks } = hit;
  const passages = hit.passages && hit.passages.length ? hit.passages : [{ section, text, marks }];
  const only = passages.length === 1 && !passages[0].section && passages[0];
  const parts = [pageNode(box, hit, only)];
  if (!only) parts.push(...bySection(passages).map((group) => branchNode(box, hit, group)));
  const versions = (hit.versions || []).map(({ url, title, label }) => optionNamed(option("version", box.href(url), label || title), title, label));
  if (versions.length) parts.push(make("div", { role: "none", class: "versions" }, box.texts.versions(hit.version_count), ...versions));
  return make("div", { role: "group", class: "hit", lang: hit.lang }, ...parts);
}

/* Hits of one answer without those that say the same under another address: these are versions of the first. */
function withoutCopies(results) {
  const firsts = new Map();
  for (const hit of results) {
    const { title, excerpt, passages, url, date } = hit;
    const key = JSON.stringify([title, passages ? passages.map(({ text }) => text) : [], excerpt || url]);
    const first = firsts.get(key);
    if (!first) firsts.set(key, { ...hit });
    else {
      first.versions = [...(first.versions || []), { url, title, label: date ? date.slice(0, 10) : url }];
      first.version_count = (first.version_count || 0) + 1;
    }
  }
  return [...firsts.values()];
}

/* Completions that tell more than the words typed and the hits shown do. */
function newCompletions(completions, { query, results }) {
  const seen = [query, ...results.flatMap(({ title, passages = [] }) => [title, ...passages.map(({ section }) => section && section.title)])]
    .filter(Boolean).map((text) => text.toLowerCase());
  const pages = results.flatMap(({ url, versions = [] }) => [url, ...versions.map((version) => version.url)]);
  return completions.filter(({ text, url }) => {
    const key = text.toLowerCase();
    if (seen.includes(key) || (url && pages.includes(url.split("#")[0]))) return false;
    seen.push(key);
    return true;
  });
}

/* A row of chips, the words and tags among the completions, which fill the field; null where there are none. */
function wordsNode(box, completions, answer) {
  const chips = newCompletions(completions, answer).filter(({ url }) => !url).map(({ text, kind, marks }) => {
    const node = option(`chip completion ${kind}`, box.page(text), make("span", { class: "label", dir: "auto" }, ...marked(text, marks, "b")));
    node.dataset.words = text;
    return node;
  });
  return chips.length ? make("div", { role: "group", class: "chips words", "aria-label": box.texts.complete }, ...chips) : null;
}

/* Titles and headings among the completions, as rows that open their page; none while filters may exclude it. */
function titleNodes(box, completions, answer) {
  if (box.fields(...ALL_FILTERS).some(({ dataset }) => !("default" in dataset))) return [];
  return newCompletions(completions, answer).filter(({ url }) => url).map(({ text, kind, marks, url }) => {
    const node = option(`page completion ${kind}`, box.href(url), icon(kind === "heading" ? "section" : "page"), line("title", ...marked(text, marks)));
    node.dataset.title = text;
    return make("div", { role: "group", class: "hit" }, node);
  });
}

/* Hits to be, while an answer is slow. */
function skeletonNodes() {
  return [1, 2, 3].map(() => make("div", { class: "skeleton", "aria-hidden": "true" }, make("i"), make("i"), make("i"), make("i")));
}
