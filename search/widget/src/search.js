/* <zh-search>: results while typing, for the search form inside it, or one that it creates.
 *
 *   <script type="module" src="https://search.example/widget.js"></script>
 *   <zh-search><form action="/search" role="search"><input type="search" name="q"></form></zh-search>
 *
 * Attributes: src, the API's address (default: the folder of this script); lang (default: the page's), whose pages
 * are searched unless languages="all"; placeholder; fallback, a search engine for when the API is down, with {q} and
 * {host} in it; site, the origin of the pages if it is another; shortcuts="none", state="none" and recent="none" turn off keys, the address and recent searches.
 * The plain form stays until this script runs, and for good without it: it leads to the search page by itself.
 * Its hidden fields tag, category, lang, from, to and sort go with every request; the chips write them.
 */
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(CSS);

class ZhSearch extends SearchClient {
  connectedCallback() {
    parsed.then(() => {
      if (this.shadowRoot || !this.isConnected) return;
      if (!this.querySelector("form")) this.append(this._plainForm());
      this._whenIdle(() => this._upgrade());
    });
  }

  disconnectedCallback() {
    if (this.shadowRoot) this.leave();
  }

  get texts() {
    return TEXTS[language(this.language)];
  }

  get language() {
    return (this.closest("[lang]") || this).lang;
  }

  _allows(name) {
    return this.getAttribute(name) !== "none";
  }

  /* Only the first element on a page has its state in the address. */
  get _inAddress() {
    return this._allows("state") && document.querySelector("zh-search") === this;
  }

  _plainForm() {
    return make("form", { role: "search" }, make("input"));
  }

  /* Moving a field breaks a composition in it. A reader who typed before this script ran keeps the plain form until
     an event shows that no composition is open. */
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
  _upgrade() {
    const { texts } = this;
    const form = this.form = this.querySelector("form");
    const input = this.input = form.querySelector("[name=q], [type=search], [type=text]") || make("input");
    const caret = document.activeElement === input && [input.selectionStart, input.selectionEnd];
    input.type = "text"; // a search field has a cross of its own, and empties itself at Escape
    change(input, {
      name: "q", role: "combobox", class: null, id: null, style: null, maxlength: 512, enterkeyhint: "search",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      "aria-label": input.getAttribute("aria-label") || texts.search, "aria-autocomplete": "list",
      "aria-controls": "list", "aria-expanded": "false",
      // Never empty: while it shows, the style sheet hides the button that clears.
      placeholder: this.getAttribute("placeholder") || input.placeholder || texts.hint,
    });
    change(form, { class: null, style: null, action: resultsPage(this, form) });
    const clear = button("×", () => this.ask(""), { class: "clear", "aria-label": texts.clear });
    const key = this._allows("shortcuts") ? [make("kbd", { "aria-hidden": "true" }, "/")] : [];
    form.replaceChildren(make("button", { class: "go", "aria-label": texts.search }), input, ...key, clear,
      ...form.querySelectorAll("[type=hidden]"));
    if (this.language && this.getAttribute("languages") !== "all" && !hidden(form, "lang").length) {
      form.append(make("input", { type: "hidden", name: "lang", value: this.language, "data-default": "" }));
    }
    this.panel = new Panel(this, form, input, texts.results);
    this._status = make("p", { class: "status", role: "status" });
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [SHEET];
    root.append(make("div", { class: "box" }, form, this.panel.node, this._status));
    this._listen(root);
    if (caret) {
      input.focus({ preventScroll: true });
      input.setSelectionRange(...caret);
    }
    if (this._inAddress) this._restore();
  }

  _listen(root) {
    const { input } = this;
    input.addEventListener("compositionstart", () => { this._composing = true; });
    input.addEventListener("compositionend", () => {
      this._composing = false;
      this._later(); // some browsers add an input event; the pause makes one request of both
    });
    input.addEventListener("blur", () => { this._composing = false; });
    input.addEventListener("input", (event) => {
      if (!event.isComposing) this.panel.activate(null); // Enter must not open a hit for what was typed before
      this._later();
    });
    input.addEventListener("click", () => (this._answer ? this.reopen() : this.idle()));
    this.form.addEventListener("submit", (event) => this._submit(event));
    this.panel.node.addEventListener("click", (event) => this._pick(event));
    root.addEventListener("keydown", (event) => this._key(event));
    this.addEventListener("focusout", (event) => event.relatedTarget && this.leave());
    window.addEventListener("online", () => this._failed && this._search());
  }

  /* Restore the search in the page's address: after back, reload or a shared link. */
  _restore() {
    const params = new URLSearchParams(location.search);
    if (!params.get("q")) return;
    hidden(this.form, ...STATE).forEach((field) => field.remove());
    params.forEach((value, name) => STATE.includes(name) && this._carry(name, value));
    this.input.focus({ preventScroll: true });
    this.ask(params.get("q"));
  }

  /* Focus the field, for the shortcut keys; Escape then returns the focus. */
  summon() {
    if (document.activeElement !== this) this._before = document.activeElement;
    this.input.focus();
    this.input.select();
  }

  _key(event) {
    // 229 is a key that the input method took: Safari ends the composition before the Enter that confirms it.
    if (event.isComposing || this._composing || event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    const { panel, input } = this;
    const { key } = event;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const typing = event.target === input;
    const before = this._before && this._before !== document.body && this._before.isConnected && this._before;
    if (key === "Escape" && panel.opened) {
      event.stopPropagation(); // a dialog around the element stays open
      input.focus();
      this.leave();
    } else if (key === "Escape" && typing && this._before) {
      if (before) before.focus();
      else input.blur();
      this._before = null;
    } else if (typing && step) {
      if (panel.opened) panel.move(step);
      else this._search();
    } else if (typing && panel.active && (key === "Home" || key === "End")) {
      panel.activate(panel.options.at(key === "Home" ? 0 : -1));
    } else if (typing && panel.active && key === "Enter") {
      // The modifiers go along: Ctrl+Enter opens a new tab.
      const { ctrlKey, metaKey, shiftKey } = event;
      panel.active.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
    } else {
      return;
    }
    event.preventDefault();
  }

  /* Handle a click on an option: words go into the field; the link to a page opens by itself. */
  _pick(event) {
    const picked = event.target.closest("[role=option], .all");
    if (!picked) return;
    const { words } = picked.dataset;
    this._remember(words || this.words);
    if (words && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      this.ask(words);
    } else if (picked.origin === location.origin && picked.pathname === location.pathname && picked.hash) {
      this.leave(); // a section of this very page: no new page comes to close the list
    }
  }

  _submit(event) {
    const { words } = this;
    this._remember(words);
    const elsewhere = this._down && this._elsewhere(words);
    if (!elsewhere) return;
    event.preventDefault();
    location.assign(elsewhere);
  }

  _remember(words) {
    if (this._allows("recent")) remember(words);
  }

  ask(words) {
    this.input.value = words;
    this.input.focus();
    this._search();
  }

  /* Remove hidden fields from the form, add others, and search again. */
  choose(off, on) {
    off.forEach((field) => field.remove());
    on.forEach(([name, value]) => this._carry(name, value));
    this._search();
  }

  _carry(name, value) {
    this.form.append(make("input", { type: "hidden", name, value }));
  }
}

/* "/" and Ctrl+K or Cmd+K lead to the first search box on the page that can be seen. */
document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const at = event.composedPath()[0];
  const typing = at.isContentEditable || /^(input|textarea|select)$/i.test(at.localName);
  const wanted = key === "/" ? !typing && !ctrlKey && !metaKey : (key === "k" || key === "K") && ctrlKey !== metaKey && !shiftKey;
  if (!wanted || altKey || event.isComposing || event.defaultPrevented) return;
  const first = [...document.querySelectorAll("zh-search")]
    .find((element) => element.panel && element._allows("shortcuts") && element.getClientRects().length);
  if (!first) return;
  event.preventDefault();
  first.summon();
});

if (!customElements.get("zh-search")) customElements.define("zh-search", ZhSearch);