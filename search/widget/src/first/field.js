/* <zh-search>: results while typing, for the search form inside it, or one that it creates.
 *
 *   <script type="module" src="https://search.example/widget.js"></script>
 *   <zh-search><form action="/search" role="search"><input type="search" name="q"></form></zh-search>
 *
 * Attributes: mode="modal", a dialog instead of a list below the field; src, the API's address (default: the folder of
 * this script); lang (default: the page's), whose pages are searched unless languages="all"; placeholder; fallback, a
 * search engine for when the API is down, with {q} and {host} in it; site, the origin of the pages if it is another;
 * shortcuts, state, recent, first, button: "none" turns off keys, the address, recent searches, the choice of the first
 * hit, the button on phones.
 * The plain form stays inside, and works until this script runs, and for good without it: it leads to the search page.
 * Its hidden fields tag, category, lang, from, to and sort go with every request; the chips write them.
 * What is shown below the field is a script of its own, box.js, loaded when a reader goes to the field.
 */
const SHEET = sheetOf(CSS);
let opening; // the class of the box, loaded once for all elements of a page
let failures = 0;

/* The script of the box. The browser checks its integrity while it loads it beforehand; import() alone does not. */
function loadBox() {
  if (opening) return opening;
  const url = new URL(BOX, import.meta.url);
  if (failures) url.searchParams.set("try", failures); // browsers keep an address that failed
  document.head.append(make("link", { rel: "modulepreload", href: url, integrity: BOX_INTEGRITY, crossorigin: "" }));
  opening = import(url).then((module) => module.default(KIT()));
  opening.catch(() => {
    opening = null;
    failures += 1;
  });
  return opening;
}

class ZhSearch extends HTMLElement {
  connectedCallback() {
    parsed.then(() => {
      if (!this.isConnected || this._life) return;
      if (this.shadowRoot) this._begin();
      else this._whenIdle(() => this._upgrade());
    });
  }

  /* Nothing outlives an element that a page took out: listeners, timers, requests. */
  disconnectedCallback() {
    if (!this._life) return;
    this._life.abort();
    this._life = null;
    this.close();
  }

  get texts() {
    return textsOf(this);
  }

  get language() {
    return languageOf(this);
  }

  get isModal() {
    return this.getAttribute("mode") === "modal";
  }

  allows(name) {
    return this.getAttribute(name) !== "none";
  }

  /* Only the first element on a page has its state in the address. */
  get inAddress() {
    return this.allows("state") && document.querySelector("zh-search") === this;
  }

  /* Moving the focus breaks a composition. A reader who typed before this script ran keeps the plain form until an event
     shows that no composition is open. */
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
        if (!event.relatedTarget) this._use((box) => box.enter()); // else the reader has left
      });
    };
    signs.forEach((sign) => field.addEventListener(sign, listen));
  }

  /* The form in the shadow root is a copy: the plain one stays inside the element, not shown, so that a snapshot of the
     page has it (Turbo, swup, pjax). The host's styles stay outside. */
  _upgrade() {
    if (!this.isConnected || this.shadowRoot) return;
    if (!this.querySelector("form")) this.append(make("form", { role: "search", action: resultsPage(this, make("form")) }, make("input", { name: "q" })));
    const plain = this.querySelector("form");
    const plainField = fieldOf(plain);
    const caret = document.activeElement === plainField && [plainField.selectionStart, plainField.selectionEnd];
    const form = this.form = plain.cloneNode(true);
    const input = this.input = fieldOf(form);
    this._dress(form, input, plainField);
    this.dialog = make("dialog", { class: "box inline", "aria-label": this.texts.search }, form);
    this.frame = new Frame(this.dialog, this);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [SHEET];
    root.append(this.dialog);
    if (this.isModal) root.prepend(triggerOf(this.texts, input.placeholder, this.allows("shortcuts"), () => this.summon()));
    this._listen();
    this._begin();
    if (caret) {
      this._focus();
      input.setSelectionRange(...caret);
    }
    if (/[?&](zh-)?q=./.test(location.search) && this.inAddress) {
      // The reader may have typed before the box came, here or elsewhere.
      const isFree = () => input.value === plainField.defaultValue && !document.querySelector(":is(input,textarea,[contenteditable]):focus");
      this._load().then((box) => this.isConnected && isFree() && box.restore(), (error) => console.warn(error));
    }
  }

  _dress(form, input, plainField) {
    const { texts } = this;
    const label = plainField.labels && plainField.labels[0];
    input.type = "text"; // a search field has a cross of its own, and empties itself at Escape
    change(input, {
      name: "q", role: "combobox", class: null, id: null, style: null, maxlength: 512, enterkeyhint: "search", dir: "auto",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      "aria-label": input.getAttribute("aria-label") || (label && label.textContent.trim()) || texts.search,
      "aria-autocomplete": "list", "aria-controls": "list", "aria-expanded": "false",
      // Never empty: while it shows, the style sheet hides the button that clears.
      placeholder: this.getAttribute("placeholder") || input.placeholder || texts.hint,
    });
    change(form, { class: null, style: null, id: null, action: resultsPage(this, form) });
    const key = this.allows("shortcuts") ? [keyNode(this.isModal ? "esc" : "/")] : [];
    form.replaceChildren(make("button", { class: "go", "aria-label": texts.search }), input, ...key,
      button("", () => {
        input.value = "";
        this._focus();
        this._use((box) => box.retry());
      }, { class: "clear", "aria-label": texts.clear }),
      button(texts.cancel, () => this.close(), { class: "cancel" }), ...form.querySelectorAll("[type=hidden]"));
  }

  _listen() {
    const { input, form } = this;
    input.addEventListener("compositionstart", () => { this.composing = true; });
    for (const end of ["compositionend", "blur"]) input.addEventListener(end, () => { this.composing = false; });
    form.addEventListener("keydown", (event) => {
      // 229 is a key that the input method took: Safari ends the composition before the Enter that confirms it.
      if (event.key === "Enter" && (event.isComposing || this.composing || event.keyCode === 229)) event.preventDefault();
    });
    input.addEventListener("input", () => this._box || this._use((box) => box.enter()));
    input.addEventListener("click", () => {
      if (Frame.isSmall) this._show();
      this._use((box) => box.enter());
    });
    this.addEventListener("focusout", (event) => event.relatedTarget && !this.frame.isOpen && this.close());
    for (const sign of ["focusin", "pointerover"]) this.addEventListener(sign, () => this._load().catch(() => {})); // told when it is used
  }

  _begin() {
    this._life = new AbortController();
    const options = { capture: true, signal: this._life.signal };
    document.addEventListener("pointerdown", (event) => event.composedPath().includes(this) || this.close(), options);
    if (this.allows("button")) followButton(this, this._life.signal);
    if (this._box) this._box.begin(this._life.signal);
  }

  _load() {
    return loadBox().then((Box) => {
      if (!this._box) {
        this._box = new Box(this);
        if (this._life) this._box.begin(this._life.signal);
      }
      return this._box;
    });
  }

  /* Do something with the box as soon as it is there, unless the reader leaves before; without it the plain form still
     works. */
  _use(act) {
    this._away = false;
    if (this._box) act(this._box);
    else this._load().then((box) => this.isConnected && !this._away && act(box), (error) => console.warn(error));
  }

  _focus() {
    this.input.focus({ preventScroll: true });
  }

  _show() {
    this.frame.open();
    this._focus();
  }

  /* Go to the field, for keys and buttons: in the dialog (`modal`, or where the box is one), on a small screen in a
     sheet, else in the page. Escape then returns the focus. */
  summon(modal = this.isModal) {
    if (modal || Frame.isSmall) this._show();
    else {
      if (document.activeElement !== this) this.before = document.activeElement;
      this.input.focus();
    }
    this.input.select();
    this._use((box) => box.enter());
  }

  close() {
    this._away = true;
    if (this._box) this._box.leave();
    if (!this.frame || !this.frame.isOpen) return;
    this.frame.close();
    if (!this.isModal) this.input.blur(); // a phone's keyboard
  }
}

function fieldOf(form) {
  const field = form.querySelector("[name=q], [type=search], [type=text]");
  if (field) return field;
  form.append(make("input", { name: "q" }));
  return form.lastChild;
}

function keyNode(sign) {
  return make("kbd", { "aria-hidden": "true" }, sign);
}

/* What opens the dialog: it looks like a field. */
function triggerOf(texts, hint, withKey, act) {
  return button(make("i", { class: "lens" }), act, { class: "trigger", "aria-label": texts.search, "aria-haspopup": "dialog" },
    make("span", {}, hint), ...(withKey ? [keyNode(SHORTCUT)] : []));
}

/* "/" and Ctrl+K or Cmd+K lead to the first search box on the page that can be seen. */
document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const at = event.composedPath()[0];
  const typing = at.isContentEditable || /^(input|textarea|select)$/i.test(at.localName);
  const wanted = key === "/" ? !typing && !ctrlKey && !metaKey : (key === "k" || key === "K") && ctrlKey !== metaKey && !shiftKey;
  if (!wanted || altKey || event.isComposing || event.defaultPrevented) return;
  const first = [...document.querySelectorAll("zh-search")]
    .find((element) => element.frame && element.allows("shortcuts") && isShown(element));
  if (!first) return;
  event.preventDefault();
  if (first.frame.isOpen && key !== "/") first.close();
  else first.summon();
});

if (!customElements.get("zh-search")) customElements.define("zh-search", ZhSearch);
