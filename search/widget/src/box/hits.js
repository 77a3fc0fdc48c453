/* The options of the list: a hit as a tree of its page and passages, words and tags to go on with, titles. */
addTexts({
  complete: ["补全", "補全", "Completions"],
  missing: ["缺少字词：", "缺少字詞：", "Missing: "],
  versions: ["另有 % 个版本", "另有 % 個版本", "More versions (%)"],
});
const MOST_TAGS = 3; // of a page; how many more it has is told

/* Images by address: true once loaded, false where they cannot be had. Before that a row keeps their place free. */
const images = new Map();

function option(name, href, ...parts) {
  return make("a", { role: "option", class: name, href, tabindex: -1, "aria-selected": "false" }, ...parts);
}

/* An option that puts words into the field. */
function wordsOption(box, name, words, ...parts) {
  return change(option(name, box.page(words), ...parts), { "data-words": words });
}

function group(name, label, ...nodes) {
  return make("div", { role: "group", class: name, "aria-label": label }, ...nodes);
}

/* A line of an option; its text has a direction of its own. */
function line(name, ...parts) {
  return make("span", { class: name, dir: "auto" }, ...parts);
}

/* The lines of a passage as nodes, and as plain text, which describes the option: two lines of the panel, one for a
   passage beside the best. `depth`: steps into the tree. */
function excerptOf({ host }, { text, marks }, depth, isBest) {
  const isShort = !isBest && !Frame.isSmall;
  const room = (Frame.isSmall ? 82 : host.isModal ? 152 : 130) - depth * 8; // in half widths
  const [shown, ranges] = shortened(text, marks, isShort ? room / 2 : room);
  return { text: shown, nodes: shown ? [line(`excerpt${isShort ? " short" : ""}`, ...marked(shown, ranges))] : [] };
}

/* The image of a page, seen once it is loaded; never a broken one. */
function thumbnailNodes(box, { thumbnail }) {
  if (!thumbnail || images.get(thumbnail) === false) return [];
  const src = /^\/(?!\/)/.test(thumbnail) ? box.href(thumbnail) : thumbnail;
  const node = make("img", { src, alt: "", loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
  const shows = () => {
    images.set(thumbnail, true);
    node.className = "loaded";
  };
  if (images.get(thumbnail)) shows();
  node.addEventListener("load", shows);
  node.addEventListener("error", () => images.set(thumbnail, false));
  return [node];
}

function dayOf({ date }) {
  return date ? date.slice(0, 10) : "";
}

function dayNodes(page) {
  return page.date ? [make("time", { datetime: page.date }, dayOf(page))] : [];
}

/* The date and tags of a page, which its row ends with. */
function metaNodes(hit) {
  const { tags } = hit;
  const more = tags.length - MOST_TAGS;
  const parts = [
    ...dayNodes(hit),
    ...tags.slice(0, MOST_TAGS).map((tag) => line("tag", tag)),
    ...(more > 0 ? [make("span", {}, `+${more}`)] : []),
  ];
  return parts.length ? [make("span", { class: "meta" }, ...parts)] : [];
}

/* The category that the breadcrumb begins with, before the title; sections follow as rows. */
function crumbNodes({ categories: [name] }) {
  return name ? [line("crumb", name.replace(/^(.{15})..+/su, "$1…"))] : [];
}

function missingNodes({ texts }, { missing = [] }) {
  return missing.length ? [make("span", { class: "missing" }, texts.missing, ...missing.flatMap((word) => [make("s", {}, word), " "]))] : [];
}

/* An option's name is its title and section, the passage its description. */
function optionNamed(node, title, section, description) {
  return change(node, { "aria-label": section ? `${title} › ${section}` : title, "aria-description": description || null });
}

/* The row of a page; that of its only passage too, where that stands in no section. */
function pageNode(box, hit, only) {
  const { title, title_marks: marks, missing = [] } = hit;
  const url = box.href(hit.url);
  const excerpt = only ? excerptOf(box, only, 0, true) : { nodes: [] };
  const told = [excerpt.text, missing.length && box.texts.missing + missing.join(" "), dayOf(hit)];
  const head = make("span", { class: "head" }, ...crumbNodes(hit), line("title", ...marked(title, marks)));
  const node = option("page", only ? address(url, only) : url, icon("page"), head,
    ...excerpt.nodes, ...missingNodes(box, hit), ...metaNodes(hit), ...thumbnailNodes(box, hit));
  return optionNamed(node, title, null, told.filter(Boolean).join(" "));
}

/* The row of a passage, of a section with its only passage, or (`found` without text) of a section alone. */
function passageNode(box, { url, title, excerpt: best }, found, heading, depth) {
  const excerpt = excerptOf(box, found, depth, found.text === best);
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
  const passages = hit.passages?.length ? hit.passages : [{ section, text, marks }];
  const only = passages.length === 1 && !passages[0].section && passages[0];
  const parts = [pageNode(box, hit, only)];
  if (!only) parts.push(...bySection(passages).map((group) => branchNode(box, hit, group)));
  const versions = (hit.versions || []).map(({ url, title, label }) => optionNamed(option("version", box.href(url), label || title), title, label));
  if (versions.length) parts.push(make("div", { role: "none", class: "versions" }, box.texts.versions(hit.version_count), ...versions));
  return change(group("hit", null, ...parts), { lang: hit.lang });
}

/* Hits of one answer without those that say the same under another address: these are versions of the first. */
function withoutCopies(results) {
  const firsts = new Map();
  for (const hit of results) {
    const { title, excerpt, passages, url } = hit;
    const key = JSON.stringify([title, passages ? passages.map(({ text }) => text) : [], excerpt || url]);
    const first = firsts.get(key);
    if (!first) firsts.set(key, { ...hit });
    else {
      first.versions = [...(first.versions || []), { url, title, label: dayOf(hit) || url }];
      first.version_count = (first.version_count || 0) + 1;
    }
  }
  return [...firsts.values()];
}

/* Completions that tell more than the words typed and the hits shown do. */
function newCompletions({ completions = [], query, pinyin, results }) {
  const seen = [query, pinyin?.query, ...results.flatMap(({ title, passages = [] }) => [title, ...passages.map(({ section }) => section && section.title)])]
    .filter(Boolean).map((text) => text.toLowerCase());
  const pages = results.flatMap(({ url, versions = [] }) => [url, ...versions.map((version) => version.url)]);
  return completions.filter(({ text, url }) => {
    const key = text.toLowerCase();
    if (seen.includes(key) || (url && pages.includes(url.split("#")[0]))) return false;
    seen.push(key);
    return true;
  });
}

/* A row of chips, the words and tags among the completions, which fill the field. */
function wordsNodes(box, completions) {
  const chips = completions.filter(({ url }) => !url)
    .map(({ text, kind, marks }) => wordsOption(box, `chip completion ${kind}`, text, line("label", ...marked(text, marks, "b"))));
  return chips.length ? [group("chips words", box.texts.complete, ...chips)] : [];
}

/* Titles and headings among the completions, as rows that open their page; none while filters may exclude it. */
function titleNodes(box, completions) {
  return completions.filter(({ url }) => url && !chosenFilters(box).length).map(({ text, kind, marks, url }) => group("hit", null,
    option(`page completion ${kind}`, box.href(url), icon(kind === "heading" ? "section" : "page"), line("title", ...marked(text, marks)))));
}

/* Hits to be, while an answer is slow. */
function skeletonNodes() {
  return [1, 2, 3].map(() => make("div", { class: "skeleton", "aria-hidden": "true" }, ...[1, 2, 3, 4].map(() => make("i"))));
}
