/* What an empty field shows: what the reader pinned, searched for and visited last, popular tags and the newest posts.
   Options may not contain buttons, so those of a row (pin, remove) stand in a column over the end of the rows. */
const LATEST = 4; // searches shown
const SEEN = 3; // visited pages shown
const NEAR = { pages: 4, tags: 8 }; // shown of what the site offers

addTexts({
  pinned: ["已固定", "已釘選", "Pinned"],
  recent: ["最近搜索", "最近搜尋", "Recent searches"],
  seen: ["最近看过", "最近看過", "Recently visited"],
  tags: ["热门标签", "熱門標籤", "Popular tags"],
  pages: ["最新文章", "最新文章", "Newest posts"],
  pin: ["固定“%”", "釘選「%」", "Pin “%”"],
  remove: ["移除“%”", "移除「%」", "Remove “%”"],
  forget: ["清除记录", "清除紀錄", "Clear"],
  tagged: ["标签:%", "標籤:%", "tag:%"],
});

/* The newest posts and the most used tags; nothing until they have arrived, then the box shows its state anew. */
function near(box) {
  if (!box._near) {
    box._near = { pages: [], tags: [] };
    startOf(box.host, box._wished).then((found) => {
      box._near = found;
      if (box._starts || box.words || box.host.frame.isOpen) box.refresh(); // the reader may have closed the panel
    }, () => { box._near = null; }); // asked again the next time
  }
  return box._near;
}

/* A named group of options below a small heading. */
function blockNode(title, name, ...nodes) {
  return group(`block ${name}`, title, make("div", { class: "heading", "aria-hidden": "true" }, title), ...nodes);
}

function wordsRow(box, words) {
  return wordsOption(box, "row recent", words, icon("clock"), line("label", words));
}

function pageRow(page, href) {
  return change(option("row page", href, icon("page"), line("label", page.title), ...dayNodes(page)), { lang: page.lang || null });
}

/* Popular tags as chips, newest posts as rows: also what is near when nothing was found. */
function nearNodes(box) {
  const { pages, tags } = near(box);
  const nodes = [];
  const chips = tags.slice(0, NEAR.tags).map(({ value }) => {
    const words = box.texts.tagged(/^[\p{L}\p{N}_.+#-]+$/u.test(value) ? value : `"${value.replace(/["“”]/g, " ")}"`);
    return wordsOption(box, "chip tag", words, value);
  });
  if (chips.length) nodes.push(blockNode(box.texts.tags, "tags", make("div", { role: "none", class: "chips" }, ...chips)));
  const rows = pages.slice(0, NEAR.pages).map((page) => pageRow(page, box.href(page.url)));
  if (rows.length) nodes.push(blockNode(box.texts.pages, "newest", ...rows));
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
    box.toField();
    box.refresh();
  }, named(texts.remove(what)));
  return make("div", { class: "tools" }, toggle, remove);
}

/* The sections of the reader's own: {title, name, entries, isPinned}. */
function ownSections({ texts }) {
  return [
    { title: texts.pinned, name: "pins", entries: stored(PINNED), isPinned: true },
    { title: texts.recent, name: "searches", entries: unpinned(KEY).slice(0, LATEST) },
    { title: texts.seen, name: "seen", entries: unpinned(PAGES).slice(0, SEEN) },
  ].filter(({ entries }) => entries.length);
}

/* The column of buttons, in the same sections as the rows; the last of all clears what was searched and visited. */
function buttonColumn(box, sections) {
  const clear = () => button(box.texts.forget, () => {
    [...unpinned(KEY), ...unpinned(PAGES)].forEach(forget);
    box.toField();
    box.refresh();
  }, { class: "forget" });
  const first = sections.find(({ isPinned }) => !isPinned);
  return make("div", { class: "beside" }, ...sections.map((each) => group("block", each.title,
    make("div", { class: "heading" }, ...(each === first ? [clear()] : [])),
    ...each.entries.map((entry) => rowButtons(box, entry, !!each.isPinned)))));
}

/* {list: options for the listbox, parts: what stands before it}, or null while there is nothing to show. */
function startNodes(box) {
  const sections = box.allows("recent") ? ownSections(box) : [];
  const own = sections.map(({ title, name, entries }) => blockNode(title, `own ${name}`, ...entries.map((entry) => (
    entry.url ? pageRow(entry, entry.url) : wordsRow(box, entry)))));
  const list = [...own, ...nearNodes(box)];
  return list.length ? { list, parts: sections.length ? [buttonColumn(box, sections)] : [] } : null;
}
