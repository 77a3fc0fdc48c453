/* Parts of the panel: sort, filters, facets, recent searches. `search` is the element; its form holds filters as hidden fields. */
const VALUES = 10; // shown of a facet

function hidden(form, ...names) {
  return [...form.querySelectorAll("[type=hidden]")].filter(({ name, value, disabled }) => value && !disabled && names.includes(name));
}

/* 简体中文, not 中文（中国）: readers of Chinese differ by script. */
function languageName(tag, search) {
  try {
    const { language: base, script } = new Intl.Locale(tag).maximize();
    return new Intl.DisplayNames(search.language, { type: "language" }).of(base === "zh" ? `zh-${script}` : base);
  } catch {
    return tag;
  }
}

/* The bar above the hits: total, sort order, the button that unfolds the facets. */
function barNode(search, found) {
  const { texts, form } = search;
  const now = (hidden(form, "sort")[0] || { value: "relevance" }).value;
  const sorts = ["relevance", "newest", "oldest"].map((sort) => button(texts[sort],
    () => search.choose(hidden(form, "sort"), sort === "relevance" ? [] : [["sort", sort]]),
    { "aria-pressed": sort === now, "data-key": `sort ${sort}` }));
  const unfold = button(texts.filters, ({ currentTarget }) => {
    search.unfolded = !search.unfolded;
    change(currentTarget, { "aria-expanded": search.unfolded });
    search.panel.node.querySelector(".facets").hidden = !search.unfolded;
  }, { class: "unfold", "aria-expanded": !!search.unfolded, "data-key": "unfold" });
  return make("div", { class: "bar" }, make("span", { class: "total" }, found),
    make("div", { role: "group", class: "sorts", "aria-label": texts.sort }, ...sorts), unfold);
}

/* A chip for each exclusion and field of the query, which undoes it, and for each active filter, to remove it; the
   page's own language only where the site has others. */
function chosenNode(search, { read, facets }) {
  const { texts, form } = search;
  const dates = hidden(form, "from", "to");
  const year = dates.length === 2 && dates[0].value === dates[1].value;
  const told = (field) => (field.name === "lang" ? facets.lang.length > 1 || !("default" in field.dataset) : !year || field.name !== "to");
  const chip = (label, act, key) => button(label, act, { class: "chip chosen", "aria-label": texts.remove(label), "data-key": `chosen ${key}` });
  const undo = (parts, label) => parts.map((part) => chip(label(part), () => search.ask(part.undo), part.text));
  const chips = hidden(form, ...FILTERS).filter(told).map((field) => {
    const sign = year ? "" : { from: "≥ ", to: "≤ " }[field.name] || "";
    const label = field.name === "lang" ? languageName(field.value, search) : sign + field.value;
    return chip(label, () => search.choose(year && field.name === "from" ? dates : [field], []), `${field.name} ${field.value}`);
  });
  return make("div", { role: "group", class: "chips", "aria-label": texts.chosen },
    ...undo(read.exclusions, ({ value }) => texts.without + value), ...undo(read.filters, ({ text }) => text), ...chips);
}

/* Facet values with their counts: several tags may be chosen, one value of each other facet. Those of facets of the
   site's own become fields of the query. */
function facetsNode(search, facets) {
  const { texts, form } = search;
  const group = (name, values, isOn, act, label = (value) => value) => {
    const first = values.filter(({ count }) => count).slice(0, VALUES);
    const chips = values.filter((entry) => first.includes(entry) || isOn(entry.value)).map(({ value, count }) => {
      const pressed = isOn(value);
      const chip = button(label(value), () => act(value, pressed),
        { class: "chip", "aria-pressed": pressed, "data-key": `${name} ${value}` });
      chip.append(" ", make("span", { class: "count" }, count));
      return chip;
    });
    const title = texts[name] || name;
    return make("div", { class: "facet" }, make("span", { "aria-hidden": "true" }, title),
      make("div", { role: "group", "aria-label": title }, ...chips));
  };
  const same = (value) => (field) => field.value.toLowerCase() === value.toLowerCase();
  const has = (name) => (value) => hidden(form, name).some(same(value));
  const set = (off, ...names) => (value, pressed) => search.choose(off(value), pressed ? [] : names.map((name) => [name, value]));
  const one = (name, label) => group(name, facets[name], has(name), set(() => hidden(form, name), name), label);
  const dates = hidden(form, "from", "to");
  const parts = [
    group("tag", facets.tag, has("tag"), set((value) => hidden(form, "tag").filter(same(value)), "tag")),
    one("category"),
    ...Object.entries(facets).slice(5) // after those of every site
      .map(([name, values]) => group(name, values, has(name), (value) => search.ask(`${search.words} ${name}:"${value.replace(/["“”]/g, " ")}"`))),
    group("year", facets.year, (value) => dates.length === 2 && dates.every(same(value)), set(() => dates, "from", "to")),
  ];
  if (facets.lang.length > 1) parts.push(one("lang", (value) => languageName(value, search)));
  const node = make("div", { class: "facets" }, ...parts.filter((part) => part.querySelector("button")));
  node.hidden = !search.unfolded;
  return node;
}

function suggestionNode(search, suggestion) {
  return make("p", { class: "note" }, search.texts.suggestion, button(suggestion, () => search.ask(suggestion)));
}

/* The recent searches; the buttons that remove them are beside the list, since options must not contain buttons. */
function recentNodes(search, all) {
  const { texts, panel } = search;
  const options = all.map((words) => {
    const node = option("completion recent", search.page(words), make("span", {}, words));
    node.dataset.words = words;
    return node;
  });
  const forget = (left) => {
    keep(left);
    search.input.focus();
    search.idle();
  };
  const removes = all.map((words) => button("×", () => forget(all.filter((other) => other !== words)), { "aria-label": texts.remove(words) }));
  panel.list.replaceChildren(...options);
  return [
    make("div", { class: "bar" }, make("span", { class: "total" }, texts.recent), button(texts.forget, () => forget([]))),
    make("div", { class: "recents" }, panel.list, make("div", { class: "removes" }, ...removes)),
  ];
}

/* Skeletons of hits, shown while a response is slow. */
function skeletonNodes() {
  return [1, 2, 3].map(() => make("div", { class: "skeleton" }, make("i"), make("i"), make("i")));
}
