/* <zh-search>: results while typing, for the search form inside it; without a form it makes one.
 *
 *   <script type="module" src="https://search.example/widget.js"></script>
 *   <zh-search><form action="/search" role="search"><input type="search" name="q"></form></zh-search>
 *
 * Attributes: src, the API's address (default: the folder of this script); lang (default: the page's); placeholder.
 * The plain form stays until the style sheet is here, and for good without it: it leads to the search page by itself.
 * Its hidden fields tag, category, lang, from, to and sort go with every request; the chips write them.
 */
const HOME = new URL(".", import.meta.url).href;
const PAUSE = 120; // ms without a key before a request leaves
const PATIENCE = 150; // ms before a reader is shown that something is under way
const LIMIT = 10000; // ms after which no answer counts as a failure
const SHOWN = 8; // hits, tags and years
const FILTERS = ["tag", "category", "lang", "from", "to"];

const TEXTS = {
  "zh-CN": {
    search: "搜索", hint: "搜索本站", clear: "清空", results: "搜索结果", tag: "标签", year: "年份",
    found: (n) => `找到 ${n} 条结果`, all: (n) => `查看全部 ${n} 条结果`, suggestion: "您要找的是不是：",
    relaxed: "没有内容同时包含所有词语，以下内容包含其中大部分。",
    none: (q) => `没有找到“${q}”`, noneHint: "少用几个词，或换一种说法试试。", unfilter: "清除筛选条件",
    failed: "暂时无法搜索", offline: "网络已断开", failedHint: "请稍后再试。", retry: "重试",
  },
  "zh-TW": {
    search: "搜尋", hint: "搜尋本站", clear: "清除", results: "搜尋結果", tag: "標籤", year: "年份",
    found: (n) => `找到 ${n} 筆結果`, all: (n) => `檢視全部 ${n} 筆結果`, suggestion: "您要找的是不是：",
    relaxed: "沒有內容同時包含所有詞語，以下內容包含其中大部分。",
    none: (q) => `找不到「${q}」`, noneHint: "少用幾個詞，或換一種說法試試。", unfilter: "清除篩選條件",
    failed: "暫時無法搜尋", offline: "網路已中斷", failedHint: "請稍後再試。", retry: "重試",
  },
  en: {
    search: "Search", hint: "Search this site", clear: "Clear", results: "Results", tag: "Tags", year: "Years",
    found: (n) => `${n} found`, all: (n) => `See all results (${n})`, suggestion: "Did you mean: ",
    relaxed: "Nothing has all of these words. These results have most of them.",
    none: (q) => `Nothing found for “${q}”`, noneHint: "Try fewer words, or different ones.", unfilter: "Clear filters",
    failed: "Search is not available", offline: "You are offline", failedHint: "Please try again later.", retry: "Try again",
  },
};

/* Fetched, not linked: a host's policy then needs the API in script-src and connect-src only, and nothing shows
   before its style. */
const styled = fetch(new URL("widget.css", import.meta.url)).then(async (response) => {
  if (!response.ok) throw new Error(`widget.css: ${response.status}`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await response.text());
  return sheet;
});

const parsed = new Promise((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", done);
});

/* What comes from the API or the reader only ever becomes text nodes and attributes. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  change(element, attributes);
  element.append(...children);
  return element;
}

function change(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

/* Text and its marks as nodes. The ranges count code points, strings UTF-16 units: 𠮷 is one and two. */
function marked(text, ranges) {
  const points = Array.from(text);
  const nodes = [];
  let at = 0;
  for (const [start, end] of ranges) {
    nodes.push(points.slice(at, start).join(""), make("mark", {}, points.slice(start, end).join("")));
    at = end;
  }
  return [...nodes, points.slice(at).join("")];
}

function language(tag) {
  if (tag && !/^(zh|cmn|yue)\b/i.test(tag)) return "en";
  return /^(?!.*hans).*-(hant|tw|hk|mo)\b/i.test(tag) ? "zh-TW" : "zh-CN";
}

/* The panel's colour scheme: inherited ("") where the page declares one; else the background behind the element
   tells, for themes that only switch a class or a media query. */
function scheme(element) {
  if (getComputedStyle(element).colorScheme !== "normal") return "";
  const pixel = make("canvas").getContext("2d", { willReadFrequently: true });
  for (let at = element; at; at = at.parentElement || at.getRootNode().host) {
    pixel.fillStyle = getComputedStyle(at).backgroundColor; // in any syntax; the canvas makes bytes of it
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
    if (alpha > 127) return red + 2 * green + blue < 512 ? "dark" : "light";
  }
  return "light";
}

class ZhSearch extends HTMLElement {
  connectedCallback() {
    parsed.then(() => {
      if (this.shadowRoot || !this.isConnected) return null;
      if (!this.querySelector("form")) this.append(this._plainForm());
      return styled.then((sheet) => this._whenIdle(() => this._upgrade(sheet)), console.warn);
    });
  }

  disconnectedCallback() {
    if (this.shadowRoot) this._close();
  }

  get _texts() {
    return TEXTS[language((this.closest("[lang]") || this).lang)];
  }

  get _base() {
    const src = this.getAttribute("src");
    return src === null ? HOME : new URL(src.replace(/\/*$/, "/"), document.baseURI).href;
  }

  _plainForm() {
    return make("form", { action: `${this._base}search`, role: "search" }, make("input", {
      type: "search", name: "q", "aria-label": this._texts.search,
      placeholder: this.getAttribute("placeholder") || this._texts.hint,
    }));
  }

  /* Moving a field breaks a composition in it. Who typed before this script came keeps the plain form until an
     event shows that no composition is open. */
  _whenIdle(upgrade) {
    const field = this.querySelector("input:focus");
    if (!field || !field.value) {
      upgrade();
      return;
    }
    const signs = ["input", "keyup", "compositionend", "blur"];
    const listen = (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      signs.forEach((sign) => field.removeEventListener(sign, listen));
      setTimeout(() => { // not in the middle of the event
        upgrade();
        this._later();
      });
    };
    signs.forEach((sign) => field.addEventListener(sign, listen));
  }

  /* The form moves into the shadow root with its field and hidden fields; the host's styles stay outside. */
  _upgrade(sheet) {
    const texts = this._texts;
    const form = this._form = this.querySelector("form");
    const input = this._input = form.querySelector("[name=q], [type=search], [type=text]") || make("input");
    const caret = document.activeElement === input && [input.selectionStart, input.selectionEnd];
    input.type = "search";
    change(input, {
      name: "q", role: "combobox", class: null, id: null, style: null, maxlength: 512, enterkeyhint: "search",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      "aria-label": input.getAttribute("aria-label") || texts.search, "aria-autocomplete": "list",
      "aria-controls": "hits", "aria-expanded": "false",
      // Never empty: while it shows, the style sheet hides the button that clears.
      placeholder: this.getAttribute("placeholder") || input.placeholder || texts.hint,
    });
    change(form, { class: null, style: null, part: "form", action: form.getAttribute("action") || `${this._base}search` });
    const clear = this._button("×", () => {
      input.value = "";
      input.focus();
      this._search();
    }, { class: "clear", "aria-label": texts.clear });
    form.replaceChildren(make("button", { class: "go", "aria-label": texts.search }), input, clear,
      ...form.querySelectorAll("[type=hidden]"));
    this._list = make("div", { id: "hits", role: "listbox", "aria-label": texts.results });
    this._panel = make("div", { class: "panel", part: "panel", hidden: "", tabindex: -1 });
    // The top layer: no overflow, transform or z-index of a theme cuts the panel off.
    this._panel.popover = "manual";
    this._status = make("p", { class: "status", role: "status" });
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(make("div", { class: "box" }, form, this._panel, this._status));
    this._listen(root);
    if (caret) {
      input.focus({ preventScroll: true });
      input.setSelectionRange(...caret);
    }
  }

  _listen(root) {
    const input = this._input;
    input.addEventListener("compositionstart", () => { this._composing = true; });
    input.addEventListener("compositionend", () => {
      this._composing = false;
      this._later(); // some browsers add an input event; the pause makes one request of both
    });
    input.addEventListener("blur", () => { this._composing = false; });
    input.addEventListener("input", () => this._later());
    input.addEventListener("click", () => this._answer && this._open());
    this._list.addEventListener("click", ({ target }) => {
      const option = target.closest("a"); // a section of this very page: no new page comes to close the list
      if (option && option.pathname === location.pathname) this._close();
    });
    root.addEventListener("keydown", (event) => this._key(event));
    this.addEventListener("focusout", (event) => event.relatedTarget && this._close());
    this._outside = (event) => event.composedPath().includes(this) || this._close();
    this._follow = () => this._place();
  }

  _key(event) {
    // 229 is a key that the input method took: Safari ends the composition before the Enter that confirms it.
    if (event.isComposing || this._composing || event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const typing = event.target === this._input;
    if (event.key === "Escape" && this._opened) {
      event.stopPropagation(); // a dialog around the element stays open
      this._input.focus();
      this._close();
    } else if (typing && step) {
      if (this._opened) this._move(step);
      else this._search();
    } else if (typing && event.key === "Enter" && this._active) {
      // The modifiers go along: Ctrl+Enter opens a new tab.
      const { ctrlKey, metaKey, shiftKey } = event;
      this._active.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
    } else {
      return;
    }
    event.preventDefault();
  }

  /* From the field through the hits and back to the field. */
  _move(step) {
    const options = [null, ...this._panel.querySelectorAll("[role=option]")];
    this._activate(options[(options.indexOf(this._active) + step + options.length) % options.length]);
  }

  _activate(option) {
    if (this._active) change(this._active, { "aria-selected": "false" });
    this._active = option;
    change(this._input, { "aria-activedescendant": option && option.id });
    if (!option) return;
    change(option, { "aria-selected": "true" });
    option.scrollIntoView({ block: "nearest" });
  }

  _hidden(...names) {
    return [...this._form.querySelectorAll("[type=hidden]")].filter(({ name, value }) => value && names.includes(name));
  }

  _params() {
    const fields = this._hidden(...FILTERS, "sort").map(({ name, value }) => [name, value]);
    return new URLSearchParams([["q", this._input.value.trim()], ...fields]);
  }

  _later() {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._search(), PAUSE);
  }

  async _search() {
    clearTimeout(this._timer);
    if (this._composing) return; // its end asks
    const params = this._params();
    if (!params.get("q")) {
      this._close();
      return;
    }
    const asked = params.toString();
    if (asked === this._asked) {
      if (this._answer) this._open();
      return;
    }
    this._drop();
    this._asked = asked;
    const request = this._request = new AbortController();
    const patience = setTimeout(() => this._wait(), PATIENCE);
    const limit = setTimeout(() => request.abort(), LIMIT);
    params.set("per_page", SHOWN);
    let show;
    try {
      const response = await fetch(`${this._base}api/search?${params}`, { signal: request.signal });
      const body = await response.json();
      show = () => (response.ok ? this._show(body) : this._fail(body.detail));
    } catch (error) {
      show = () => this._fail();
    }
    clearTimeout(patience);
    clearTimeout(limit);
    if (request === this._request) show(); // else another one was asked meanwhile
  }

  /* Forget the answer shown and the question under way. */
  _drop() {
    if (this._request) this._request.abort();
    this._request = this._answer = this._asked = null;
  }

  _wait() {
    if (this._opened) change(this._panel, { "aria-busy": "true" });
    else this._render(...[1, 2, 3].map(() => make("div", { class: "skeleton" })));
  }

  _fail(detail) {
    const texts = this._texts;
    this._drop(); // so that the same words may be tried again
    this._state(navigator.onLine ? texts.failed : texts.offline, detail || texts.failedHint,
      this._button(texts.retry, () => this._search()));
  }

  _show(answer) {
    const texts = this._texts;
    const { query, total, relaxed, suggestion } = this._answer = answer;
    const parts = [this._facets(answer.facets)];
    if (suggestion) {
      parts.push(make("p", { class: "note" }, texts.suggestion, this._button(suggestion, () => {
        this._input.value = suggestion;
        this._search();
      })));
    }
    if (!total) {
      const filters = this._hidden(...FILTERS);
      if (filters.length) parts.push(this._button(texts.unfilter, () => this._filter(filters, [])));
      this._state(texts.none(query), texts.noneHint, ...parts);
      return;
    }
    if (relaxed) parts.push(make("p", { class: "note" }, texts.relaxed));
    this._list.replaceChildren(...answer.results.map(hitNode));
    this._list.querySelectorAll("a").forEach((option, index) => { option.id = `hit${index}`; });
    const all = new URL(this._form.getAttribute("action"), document.baseURI);
    all.search = this._params();
    this._render(...parts, this._list, make("a", { class: "all", href: all }, texts.all(total)));
    this._say((relaxed ? texts.relaxed : "") + texts.found(total));
  }

  /* Every filter the form carries, to be taken off, and tags and years to choose from. */
  _facets({ tag, year }) {
    const rest = new Set(this._hidden(...FILTERS));
    const chip = (label, key, count, pressed, off, on) => {
      if (pressed) off.forEach((field) => rest.delete(field));
      const chosen = { class: "chip", "aria-pressed": String(pressed), "data-key": key };
      const button = this._button(label, () => this._filter(off, pressed ? [] : on), chosen);
      if (count) button.append(" ", make("span", { class: "count" }, count));
      return button;
    };
    const some = (facet) => facet.filter(({ count }) => count).slice(0, SHOWN);
    const tags = some(tag).map(({ value, count }) => {
      const fields = this._hidden("tag").filter((field) => field.value === value);
      return chip(value, `tag ${value}`, count, fields.length > 0, fields, [["tag", value]]);
    });
    const dates = this._hidden("from", "to");
    const newest = [...year].sort((a, b) => (a.value < b.value ? 1 : -1));
    const years = some(newest).map(({ value, count }) => {
      const pressed = dates.length === 2 && dates.every((field) => field.value === value);
      return chip(value, `year ${value}`, count, pressed, dates, [["from", value], ["to", value]]);
    });
    const others = [...rest].map((field) => {
      const sign = { from: "≥ ", to: "≤ " }[field.name] || "";
      return chip(sign + field.value, `${field.name} ${field.value}`, 0, true, [field]);
    });
    const group = (label, chips) => make("div", { role: "group", "aria-label": this._texts[label] }, ...chips);
    return make("div", { class: "facets" }, group("tag", [...others, ...tags]), group("year", years));
  }

  /* Take hidden fields out of the form, put others in, ask again. */
  _filter(off, on) {
    off.forEach((field) => field.remove());
    this._form.append(...on.map(([name, value]) => make("input", { type: "hidden", name, value })));
    this._search();
  }

  _button(text, act, attributes = {}) {
    const button = make("button", { type: "button", ...attributes }, text);
    button.addEventListener("click", act);
    return button;
  }

  _state(title, hint, ...more) {
    this._render(make("div", { class: "state" }, make("strong", {}, title), make("p", {}, hint), ...more));
    this._say(title);
  }

  _say(text) {
    this._status.textContent = text;
  }

  /* Fill the panel. The focus, if inside, stays on the chip that replaces its own, or returns to the field. */
  _render(...parts) {
    const focused = this.shadowRoot.activeElement;
    const inside = this._panel.contains(focused);
    this._activate(null);
    change(this._panel, { "aria-busy": null });
    this._panel.replaceChildren(...parts);
    this._panel.scrollTop = 0;
    this._open();
    if (!inside) return;
    const chips = [...this._panel.querySelectorAll(".chip")];
    (chips.find((chip) => chip.dataset.key === focused.dataset.key) || this._input).focus();
  }

  _open() {
    this._panel.style.colorScheme = scheme(this);
    change(this._input, { "aria-expanded": String(this._panel.contains(this._list)) });
    if (!this._opened) {
      this._opened = true;
      this._panel.hidden = false;
      if (this._panel.showPopover) this._panel.showPopover();
      document.addEventListener("pointerdown", this._outside, true);
      window.addEventListener("scroll", this._follow, true);
      window.addEventListener("resize", this._follow);
    }
    this._place();
  }

  _close() {
    clearTimeout(this._timer);
    if (!this._answer) this._drop();
    this._say("");
    if (!this._opened) return;
    this._opened = false;
    this._activate(null);
    change(this._input, { "aria-expanded": "false" });
    if (this._panel.hidePopover && this.isConnected) this._panel.hidePopover();
    this._panel.hidden = true;
    document.removeEventListener("pointerdown", this._outside, true);
    window.removeEventListener("scroll", this._follow, true);
    window.removeEventListener("resize", this._follow);
  }

  /* Below the form, or above where there is more room; wider than a sidebar's field, never than the screen. */
  _place() {
    const field = this._form.getBoundingClientRect();
    const screen = document.documentElement.clientWidth;
    const height = window.visualViewport ? visualViewport.height : innerHeight;
    const width = Math.min(Math.max(field.width, 560), screen - 16);
    const below = height - field.bottom - 16;
    const up = below < 240 && field.top > below;
    const left = field.left + width < screen - 8 ? field.left : Math.max(8, field.right - width);
    Object.assign(this._panel.style, {
      width: `${width}px`,
      left: `${left}px`,
      top: up ? "auto" : `${field.bottom + 8}px`,
      bottom: up ? `${innerHeight - field.top + 8}px` : "auto",
      maxHeight: `${Math.max(240, Math.min(up ? field.top - 16 : below, 640))}px`,
    });
  }
}

/* A page is one option and its best passage, the deep link, another: screen readers reach no link in an option. */
function hitNode(hit) {
  const option = (name, href, ...parts) =>
    make("a", { role: "option", class: name, href, tabindex: -1, "aria-selected": "false" }, ...parts);
  const line = (name, ...parts) => make("span", { class: name }, ...parts);
  const excerpt = line("excerpt", ...marked(hit.excerpt, hit.excerpt_marks));
  const date = hit.date ? [make("time", { datetime: hit.date }, hit.date.slice(0, 10))] : [];
  const page = option("page", hit.url, line("title", ...marked(hit.title, hit.title_marks)),
    line("meta", ...date, ...hit.tags.map((tag) => line("tag", tag))));
  const passage = hit.section
    ? option("passage", `${hit.url}#${hit.section.anchor}`, line("section", hit.section.title), excerpt)
    : line("passage", excerpt);
  if (!hit.section) page.append(passage);
  return make("div", { role: "none", class: "hit", lang: hit.lang }, page, ...(hit.section ? [passage] : []));
}

if (!customElements.get("zh-search")) customElements.define("zh-search", ZhSearch);
