/* What an empty field shows: what the reader pinned, searched for and visited last, popular tags and the newest posts.
   Options may not contain buttons, so those of a row (pin, remove) stand in a column over the end of the rows. */
const LATEST = 4; // searches shown
const SEEN = 3; // visited pages shown
const NEAR = { pages: 4, tags: 8 }; // shown of what the site offers

addTexts({
  "zh-CN": {
    pinnedTitle: "已固定", recent: "最近搜索", seen: "最近看过", tags: "热门标签", newestPages: "最新文章",
    pin: (what) => `固定“${what}”`, remove: (what) => `移除“${what}”`, forget: "清除记录",
    tagged: (tag) => `标签:${tag}`,
  },
  "zh-TW": {
    pinnedTitle: "已釘選", recent: "最近搜尋", seen: "最近看過", tags: "熱門標籤", newestPages: "最新文章",
    pin: (what) => `釘選「${what}」`, remove: (what) => `移除「${what}」`, forget: "清除紀錄",
    tagged: (tag) => `標籤:${tag}`,
  },
  en: {
    pinnedTitle: "Pinned", recent: "Recent searches", seen: "Recently visited", tags: "Popular tags", newestPages: "Newest posts",
    pin: (what) => `Pin “${what}”`, remove: (what) => `Remove “${what}”`, forget: "Clear",
    tagged: (tag) => `tag:${tag}`,
  },
});

const arrived = new WeakMap(); // box: what its site offers

/* The newest posts and the most used tags; nothing until they have arrived, then the box shows its state anew. */
function near(box) {
  if (!arrived.has(box)) {
    arrived.set(box, { pages: [], tags: [] });
    box.start().then((found) => {
      arrived.set(box, found);
      box.refresh();
    }, () => arrived.delete(box)); // asked again the next time
  }
  return arrived.get(box);
}

/* A named group of options below a small heading. */
function blockNode(title, name, ...nodes) {
  return make("div", { role: "group", class: `block ${name}`, "aria-label": title },
    make("div", { class: "heading", "aria-hidden": "true" }, title), ...nodes);
}

function wordsRow(box, words) {
  const row = option("row recent", box.page(words), icon("clock"), make("span", { class: "label" }, words));
  row.dataset.words = words;
  return row;
}

function pageRow({ href, title, date, lang }) {
  const day = date ? [make("time", { datetime: date }, date.slice(0, 10))] : [];
  return option("row page", href, icon("page"), make("span", { class: "label", lang: lang || null }, title), ...day);
}

/* Popular tags as chips, newest posts as rows: also what is near when nothing was found. */
function nearNodes(box) {
  const { pages, tags } = near(box);
  const nodes = [];
  const chips = tags.slice(0, NEAR.tags).map(({ value }) => {
    const words = box.texts.tagged(/^[\p{L}\p{N}_.+#-]+$/u.test(value) ? value : `"${value.replace(/["“”]/g, " ")}"`);
    const chip = option("chip tag", box.page(words), value);
    chip.dataset.words = words;
    return chip;
  });
  if (chips.length) nodes.push(blockNode(box.texts.tags, "tags", make("div", { role: "none", class: "chips" }, ...chips)));
  const rows = pages.slice(0, NEAR.pages).map((page) => pageRow({ ...page, href: box.href(page.url) }));
  if (rows.length) nodes.push(blockNode(box.texts.newestPages, "newest", ...rows));
  return nodes;
}

/* What names a button that is only an icon. */
function named(text) {
  return { "aria-label": text, title: text, "data-key": text };
}

/* The buttons of a row. A pin is a toggle: its name stays, aria-pressed changes. */
function rowButtons(box, entry, isPinned) {
  const { texts } = box;
  const what = entry.title || entry;
  const toggle = button(icon(isPinned ? "pinned" : "pin"), () => {
    pin(entry, !isPinned);
    box.refresh();
  }, { "aria-pressed": isPinned, ...named(texts.pin(what)) });
  const remove = button(icon("close"), () => {
    forget(entry);
    box.input.focus({ preventScroll: true });
    box.refresh();
  }, named(texts.remove(what)));
  return make("div", {}, toggle, remove);
}

/* The sections of the reader's own: {title, name, entries, isPinned}. */
function ownSections({ texts }) {
  const pins = pinned();
  const free = (entries, most) => entries.filter((entry) => !pins.some((pin) => entryKey(pin) === entryKey(entry))).slice(0, most);
  return [
    { title: texts.pinnedTitle, name: "pins", entries: pins, isPinned: true },
    { title: texts.recent, name: "searches", entries: free(recall(), LATEST) },
    { title: texts.seen, name: "seen", entries: free(visited(), SEEN) },
  ].filter(({ entries }) => entries.length);
}

/* The column of buttons, in the same sections as the rows; the last of all clears what was searched and visited. */
function buttonColumn(box, sections) {
  const clear = () => button(box.texts.forget, () => {
    [...recall(), ...visited()].forEach((entry) => !pinned().some((pin) => entryKey(pin) === entryKey(entry)) && forget(entry));
    box.input.focus({ preventScroll: true });
    box.refresh();
  }, { class: "forget" });
  const first = sections.find(({ isPinned }) => !isPinned);
  return make("div", { class: "beside" }, ...sections.map((each) => make("div", { role: "group", class: "block", "aria-label": each.title },
    make("div", { class: "heading" }, ...(each === first ? [clear()] : [])),
    ...each.entries.map((entry) => rowButtons(box, entry, !!each.isPinned)))));
}

/* {list: options for the listbox, parts: what stands before it}, or null while there is nothing to show. */
function startNodes(box) {
  const sections = box.allows("recent") ? ownSections(box) : [];
  const own = sections.map(({ title, name, entries }) => blockNode(title, name, ...entries.map((entry) => (
    entry.url ? pageRow({ ...entry, href: entry.url }) : wordsRow(box, entry)))));
  const list = [...own, ...nearNodes(box)];
  return list.length ? { list, parts: sections.length ? [buttonColumn(box, sections)] : [] } : null;
}
