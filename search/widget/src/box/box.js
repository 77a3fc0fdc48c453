/* What a reader does with the search of one <zh-search>: types, moves through the options, opens one, leaves. */
const PAUSE_COMPOSED = 60; // ms after a composition: some browsers add an input event, and one request is enough

class Box extends Search {
  constructor(host) {
    super(host);
    host.shadowRoot.adoptedStyleSheets.push(boxSheet);
    host.dialog.append(this.panel.node, keysNode(this.texts), this._status);
    this._listen();
    if (document.activeElement === host && this.words && !host.composing) this._search();
  }

  /* Listen to what outlives the element; `life` ends when a page takes it out. */
  begin(life) {
    window.addEventListener("online", () => this._failed && this._search(), { signal: life });
  }

  _listen() {
    const { host, input, form } = this;
    input.addEventListener("compositionend", () => this.later(PAUSE_COMPOSED));
    input.addEventListener("input", (event) => {
      if (!event.isComposing) this.later();
    });
    form.addEventListener("submit", (event) => this._submit(event));
    this.panel.node.addEventListener("click", (event) => this._pick(event));
    host.dialog.addEventListener("keydown", (event) => this._key(event));
  }

  /* Restore the search in the page's address: after back, reload or a shared link. */
  restore() {
    const params = fromAddress(this.form);
    if (!params) return;
    hidden(this.form, ...STATE).forEach((field) => field.remove());
    params.forEach((value, name) => name === "q" || this._carry(name, value));
    this.ask(params.get("q"));
  }

  /* The reader came to the field: show the answer to what is in it, or what an empty one offers. */
  enter() {
    if (this.words) this._search();
    else this.refresh();
  }

  ask(words) {
    this._taken = this._answer?.suggestion; // for the owner's report, if these are its words
    this.input.value = words;
    this.panel.activate(null); // an answer to other words
    this.toField();
    this._search();
  }

  retry() {
    this._search();
  }

  /* Remove hidden fields from the form, add others, and search again. */
  choose(off, on) {
    off.forEach((field) => field.remove());
    on.forEach(([name, value]) => this._carry(name, value));
    this._search();
  }

  _key(event) {
    const { host, panel, input } = this;
    const { key } = event;
    if (event.isComposing || host.composing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const typing = event.target === input;
    if (key === "Escape" && (panel.opened || panel.node.ariaBusy || host.frame.isOpen)) {
      event.stopPropagation(); // a dialog around the element stays open
      if (!host.frame.isOpen) input.focus();
      host.close();
    } else if (key === "Escape" && typing && host.before) {
      this._giveBack();
    } else if (typing && step) {
      if (panel.opened) panel.move(step);
      else this.enter();
    } else if (typing && panel.active && (key === "Home" || key === "End") && !panel.chosen) {
      panel.activate(panel.options.at(key === "Home" ? 0 : -1));
    } else if (typing && panel.active && key === "Enter") {
      // The modifiers go along: Ctrl+Enter opens a new tab, in WebKit for real clicks alone.
      const { ctrlKey, metaKey, shiftKey } = event;
      if ((ctrlKey || metaKey) && /^Apple/.test(navigator.vendor)) window.open(panel.active.href);
      else panel.active.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
    } else {
      // The caret moves in the text: the keys are the field's again.
      if (typing && /^(Arrow(Left|Right)|Home|End)$/.test(key)) panel.activate(null);
      return;
    }
    event.preventDefault();
  }

  /* Give the focus back to where it was before a shortcut key led here. */
  _giveBack() {
    const { before } = this.host;
    if (before !== document.body && before.isConnected) before.focus();
    else this.input.blur();
    this.host.before = null;
  }

  /* Handle a click on an option: words go into the field; the link to a page opens by itself. */
  _pick(event) {
    const picked = event.target.closest("[role=option], .all");
    if (!picked) return;
    const { words } = picked.dataset;
    this._remember(words || this.words);
    if (words) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.ask(words);
      return;
    }
    const title = picked.closest(".hit, .row")?.querySelector(".title, .label");
    if (title && this.allows("recent")) visit({ url: picked.href, title: title.textContent });
    if (picked.origin === location.origin && picked.pathname === location.pathname && picked.hash) {
      this.host.close(); // a section of this very page: no new page comes to close the list
    }
  }

  _submit(event) {
    const { words } = this;
    this._wish(); // the pause after the last key may not be over
    this._remember(words);
    const url = this._down && elsewhere(this.host, words);
    if (!url) return;
    event.preventDefault();
    location.assign(url);
  }

  _remember(words) {
    if (words && this.allows("recent")) remember(words);
  }
}

/* What the keys do, below the hits; not shown where there are none. */
function keysNode(texts) {
  const key = (name, ...signs) => make("span", {}, ...signs.map((sign) => make("kbd", {}, sign)), texts[name]);
  return make("p", { class: "keys", "aria-hidden": "true" },
    key("choose", "↑", "↓"), key("open", "↵"), key("tab", /⌘/.test(SHORTCUT) ? "⌘" : "Ctrl", "↵"), key("close", "esc"));
}

const boxSheet = sheetOf(BOX_CSS);
