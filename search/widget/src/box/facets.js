/* Parts of the box around the hits: total and sort order, the filters chosen, the facets. The form holds filters as hidden
   fields; a control's key (data-key) makes it the same one in the next answer, so that it keeps the focus. */
const VALUES = 10; // shown of a facet before it is unfolded
const EVERYWHERE = ["tag", "category", "lang", "year", "month"]; // facets of every site; the others are the site's own

addTexts({
  tag: ["标签", "標籤", "Tags"],
  category: ["分类", "分類", "Categories"],
  series: ["系列", "系列", "Series"],
  author: ["作者", "作者", "Author"],
  year: ["年份", "年份", "Years"],
  lang: ["语言", "語言", "Languages"],
  filters: ["筛选", "篩選", "Filters"],
  chosen: ["已选条件", "已選條件", "Chosen filters"],
  sort: ["排序", "排序", "Sort"],
  relevance: ["相关", "相關", "Best"],
  newest: ["最新", "最新", "Newest"],
  oldest: ["最早", "最舊", "Oldest"],
  without: ["不含：", "不含：", "Without: "],
  others: ["还有 % 个", "還有 % 個", "% more"],
  fewer: ["收起", "收合", "Fewer"],
});

/* 简体中文, not 中文（中国）: readers of Chinese differ by script. */
function languageName(tag, box) {
  try {
    const { language: base, script } = new Intl.Locale(tag).maximize();
    return new Intl.DisplayNames(box.host.language || "zh", { type: "language" }).of(base === "zh" ? `zh-${script}` : base);
  } catch {
    return tag;
  }
}

/* The bar above the hits: total, sort order, the button that unfolds the facets. */
function barNode(box, found) {
  const { texts, form } = box;
  const now = (hidden(form, "sort")[0] || { value: "relevance" }).value;
  const sorts = ["relevance", "newest", "oldest"].map((sort) => button(texts[sort],
    () => box.choose(hidden(form, "sort"), sort === "relevance" ? [] : [["sort", sort]]),
    { "aria-pressed": sort === now, "data-key": `sort ${sort}` }));
  const unfold = button(icon("filter"), ({ currentTarget }) => {
    box.unfolded = !box.unfolded;
    change(currentTarget, { "aria-expanded": box.unfolded });
    box.panel.node.querySelector(".facets").hidden = !box.unfolded;
  }, { class: "unfold", "aria-expanded": box.unfolded, "data-key": "unfold" }, texts.filters);
  return make("div", { class: "bar" }, make("span", { class: "total" }, found),
    group("sorts", texts.sort, ...sorts), unfold);
}

/* A chip for each exclusion and field of the query, which undoes it, and for each active filter, to remove it; the
   page's own language only where the site has others. */
function chosenNode(box, { read, facets }) {
  const { texts, form } = box;
  const dates = hidden(form, "from", "to");
  const year = dates.length === 2 && dates[0].value === dates[1].value;
  const told = (field) => (field.name === "lang" ? facets.lang.length > 1 || !("default" in field.dataset) : !year || field.name !== "to");
  const chip = (label, act, key) => button(line("label", label), act,
    { class: "chip chosen", "aria-label": texts.remove(label), "data-key": `chosen ${key}` }, icon("close"));
  const undo = (parts, label) => parts.map((part) => chip(label(part), () => box.ask(part.undo), part.text));
  const chips = hidden(form, ...FILTERS).filter(told).map((field) => {
    const sign = year ? "" : { from: "≥ ", to: "≤ " }[field.name] || "";
    const label = field.name === "lang" ? languageName(field.value, box) : sign + field.value;
    return chip(label, () => box.choose(year && field.name === "from" ? dates : [field], []), `${field.name} ${field.value}`);
  });
  return group("chips", texts.chosen, ...undo(read.exclusions, ({ value }) => texts.without + value), ...undo(read.filters, ({ text }) => text), ...chips);
}

const unfoldedFacets = new Set(); // names of those that show more than the first values

/* One facet: {name, values, label of a value, isOn: whether it is chosen, act: what a press does}. */
function facetNode(box, facet) {
  const { texts } = box;
  const { name, label, isOn, act } = facet;
  const title = texts[name] || name;
  const values = facet.values.filter(({ value, count }) => count || isOn(value));
  const open = unfoldedFacets.has(name);
  const shown = values.filter(({ value }, index) => open || index < VALUES || isOn(value));
  const chips = shown.map(({ value, count }) => {
    const text = label ? label(value) : value;
    return button(line("label", text), () => act(value, isOn(value)),
      { class: "chip", "aria-pressed": isOn(value), "data-key": `${name} ${value}`, title: text.length > 16 ? text : null },
      " ", make("span", { class: "count" }, count));
  });
  const more = values.length - shown.length;
  if (more || (open && values.length > VALUES)) {
    chips.push(button(open ? texts.fewer : texts.others(more), ({ currentTarget }) => {
      unfoldedFacets[open ? "delete" : "add"](name);
      const node = facetNode(box, facet);
      currentTarget.closest(".facet").replaceWith(node);
      node.querySelector(".others").focus();
    }, { class: "others", "aria-expanded": open, "data-key": `others ${name}` }));
  }
  return make("div", { class: "facet" }, make("span", { "aria-hidden": "true" }, title),
    group(null, title, ...chips));
}

/* Facet values with their counts: several tags may be chosen, one value of each other facet. Those of facets of the
   site's own become fields of the query. */
function facetsNode(box, facets) {
  const { form } = box;
  const same = (value) => (field) => field.value.toLowerCase() === value.toLowerCase();
  const has = (name) => (value) => hidden(form, name).some(same(value));
  const set = (off, ...names) => (value, pressed) => box.choose(off(value), pressed ? [] : names.map((name) => [name, value]));
  const one = (name, label) => ({ name, values: facets[name] || [], label, isOn: has(name), act: set(() => hidden(form, name), name) });
  const dates = () => hidden(form, "from", "to"); // at the press: another year may be chosen since
  const parts = [
    { ...one("tag"), act: set((value) => hidden(form, "tag").filter(same(value)), "tag") },
    one("category"),
    ...Object.keys(facets).filter((name) => !EVERYWHERE.includes(name)).map((name) => ({
      ...one(name), act: (value) => box.ask(`${box.words} ${name}:"${value.replace(/["“”]/g, " ")}"`),
    })),
    { ...one("year"), isOn: (value) => dates().length === 2 && dates().every(same(value)), act: set(dates, "from", "to") },
  ];
  if (facets.lang?.length > 1) parts.push(one("lang", (value) => languageName(value, box)));
  const nodes = parts.map((facet) => facetNode(box, facet)).filter((node) => node.querySelector("button"));
  const node = make("div", { class: "facets" }, ...nodes);
  node.hidden = !box.unfolded;
  return node;
}
