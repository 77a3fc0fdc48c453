/* The search of one <zh-search>: the words in the field and the filters become a query, its answer fills the panel. A
   Box adds what the reader does. */
const PAUSE = 240; // ms without a key before a request leaves: most keys follow sooner
const PATIENCE = 150; // ms until a skeleton is shown

class Search {
  constructor(host) {
    const { form, input, texts } = host;
    Object.assign(this, { host, form, input, texts, unfolded: false, panel: new Panel(host, texts.results) });
    this._status = make("p", { class: "status", role: "status" });
    if (host.language && host.getAttribute("languages") !== "all" && !hidden(form, "lang").length) {
      form.append(make("input", { type: "hidden", name: "lang", value: host.language, "data-default": "" }));
    }
  }

  get words() {
    return this.input.value.trim();
  }

  allows(name) {
    return this.host.allows(name);
  }

  href(url) {
    return (this.host.getAttribute("site") || "") + url;
  }

  toField() {
    this.input.focus({ preventScroll: true });
  }

  say(text) {
    this._status.textContent = text;
  }

  /* The field of the page's own language, while it is a default that nobody chose. */
  get _own() {
    return this.form.querySelector("[data-default]:not(:disabled)");
  }

  get _wished() {
    return this._own?.value;
  }

  /* Wish for the page's own language again, for other words. */
  _wish() {
    const own = this.form.querySelector("[data-default]");
    if (own && this.words !== this._words) own.disabled = false;
  }

  _params(words = this.words) {
    const fields = hidden(this.form, ...STATE).map(({ name, value }) => [name, value]);
    return new URLSearchParams([["q", words], ...fields]);
  }

  /* The URL of the page with all results for these words and the active filters. */
  page(words) {
    const url = new URL(this.form.getAttribute("action"), document.baseURI);
    const params = this._params(words);
    const sign = this.form.dataset.stay === "" ? PREFIX : "";
    url.search = new URLSearchParams([...params].map(([name, value]) => [sign + name, value]));
    return url.href;
  }

  _carry(name, value) {
    this.form.append(make("input", { type: "hidden", name, value }));
  }

  /* Search after a pause. What was active was an answer to other words: Enter must not open it any more. */
  later(pause = PAUSE) {
    clearTimeout(this._timer);
    this.panel.activate(null);
    this.panel.due = true;
    this.panel.busy(true);
    if (this.words && this._starts && this.panel.opened) this._wait();
    this._timer = setTimeout(() => this._search(), pause);
  }

  /* Show what an empty field offers, if there is anything. */
  refresh() {
    if (this.host.getRootNode().activeElement !== this.host) return; // the reader has left meanwhile
    if (this.words) {
      if (this._answer && this.panel.opened) this._fill();
      return;
    }
    this._drop();
    this.say("");
    const shown = startNodes(this);
    if (!shown) {
      if (this.host.frame.isOpen) this.panel.fill();
      else {
        this.leave();
        this._starts = true; // as soon as it comes
      }
      return;
    }
    this.panel.list.replaceChildren(...shown.list);
    this._starts = true;
    this.panel.fill(...shown.parts, this.panel.list);
  }

  async _search() {
    clearTimeout(this._timer);
    this.panel.due = false;
    if (this.host.composing) { // compositionend searches
      this.panel.busy(this._request && !this._answer);
      return;
    }
    const { words } = this;
    this._wish();
    this._words = this.input.defaultValue = words; // WebKit restores the default after "back"
    const params = this._params();
    if (!words) {
      this._address(null);
      this.refresh();
      return;
    }
    if (params.toString() === this._asked) {
      if (!this._answer) return;
      if (this.panel.opened) this._first();
      else this._fill(); // posts or completions may have come since it was closed
      this.reopen();
      return;
    }
    this._drop();
    this._asked = params.toString();
    const asked = apiParams(params, this._wished, 1, words === this._taken);
    const known = knownAnswer(this.host, asked);
    if (known) this._show(known);
    else await this._fetch(asked);
  }

  async _fetch(asked) {
    this.panel.busy(true);
    const request = this._request = new AbortController();
    const patience = setTimeout(() => request === this._request && this._wait(), PATIENCE);
    const limit = setTimeout(() => request.abort(), LIMIT);
    let show;
    try {
      const answer = await answerOf(this.host, asked, request.signal, (completions) => this._complete(request, completions));
      show = () => this._show(answer);
    } catch (error) {
      if (request !== this._request) return;
      const down = error.status ? error.status >= 500 : await isDown(home(this.host));
      show = () => this._fail(error, down);
    } finally {
      clearTimeout(patience);
      clearTimeout(limit);
    }
    if (request === this._request) show(); // otherwise a newer query is under way
  }

  /* Drop the answer shown and abort the request under way. */
  _drop() {
    this._request?.abort();
    this._request = this._answer = this._pressed = this._asked = this._failed = this._down = this._starts = null;
  }

  _wait() {
    const { panel } = this;
    if (!panel.opened || this._starts) {
      this._starts = false;
      panel.fill(...skeletonNodes());
      panel.busy(true);
    }
    panel.node.classList.add("late");
  }

  _fail(error, down) {
    const offline = !navigator.onLine;
    const retryAfter = Number(error.headers?.get("Retry-After")) || 0;
    this._drop(); // so that the same query can be sent again
    this._failed = true;
    this._down = down && !offline;
    const elsewhereUrl = this._down && elsewhere(this.host, this.words);
    this.panel.fill(...failureNodes(this, { status: error.status, offline, retryAfter, elsewhere: elsewhereUrl }));
    this._tell();
  }

  _show(answer) {
    this._answer = answer;
    if (this._own) this._settleLanguage(answer);
    this._fill();
    this.reopen();
    this._tell();
  }

  /* From the next query on zh means this site's zh-CN; a language that the site lacks is not asked for any more. */
  _settleLanguage({ language, widened }) {
    const own = this._own;
    if (language === null) own.remove();
    else if (language && widened) own.disabled = true; // so that the form does not send it either
    else if (language) own.value = language;
    this._asked = this._params(this._words).toString(); // the field may have other words by now
  }

  /* Completions of files come after the hits. */
  _complete(request, completions) {
    if (request !== this._request || !this._answer) return;
    this._answer.completions = completions;
    if (this.panel.opened) this._fill();
  }

  _fill() {
    const { _answer: answer, panel, texts } = this;
    const { total, weak, pinyin } = answer;
    const completions = newCompletions(answer);
    const hits = withoutCopies(pinyin ? pinyin.results : answer.results);
    const options = [...hits.map((hit) => hitNode(this, hit)), ...titleNodes(this, completions)];
    this._hits = group("results", texts.results, ...options);
    panel.list.replaceChildren(...wordsNodes(this, completions), ...(pinyin ? [pinyinNode(this, answer)] : []),
      ...(options.length ? [this._hits] : []), ...(total ? [] : insteadNodes(this, answer)));
    const controls = [chosenNode(this, answer), facetsNode(this, answer.facets)];
    const parts = total
      ? [barNode(this, this._found), ...controls, ...noteNodes(this, answer)]
      : [...controls, ...nothingNodes(this, answer)];
    panel.fill(...parts, ...(panel.list.firstChild ? [panel.list] : []), ...(total ? [this._foot()] : []));
    this._first();
  }

  /* Choose the first hit, unless other words were typed meanwhile. */
  _first() {
    if (this.allows("first") && !this.panel.due) this.panel.choose(this._hits.querySelector("[role=option]"));
  }

  get _found() {
    const { total, weak } = this._answer;
    return weak ? this.texts.weak(total) : this.texts.found(total);
  }

  /* What a screen reader says: how many hits, or why there are none, and what the reader sees besides. */
  _tell() {
    const told = (selector) => [...this.panel.node.querySelectorAll(selector)].map((node) => node.textContent);
    this.say([...told(".note"), ...told(".total, .state > :is(strong, p), .meant > span")].join(" "));
  }

  _foot() {
    const { texts } = this;
    const { results, total } = this._answer;
    const pressed = this._pressed; // more are on their way
    const all = make("a", { class: "all", href: this.page(this.words), "data-key": "all" }, texts.all(total));
    const more = [pressed || button(texts.more, (event) => this._more(event.currentTarget), { class: "more" })];
    return make("div", { class: "foot" }, ...(total > results.length ? more : []), all);
  }

  /* Append the next page of hits; the button keeps the focus until all are shown. What is shown stays if that fails. */
  async _more(pressed) {
    const { _answer: shown, panel, texts } = this;
    if (!shown || this._pressed) return; // other hits are on their way, or these
    const { results } = shown;
    this._pressed = pressed;
    pressed.ariaDisabled = "true"; // `disabled` would lose the focus
    pressed.textContent = texts.more;
    panel.busy(true);
    try {
      const asked = apiParams(this._params(this._words), this._wished, Math.floor(results.length / SHOWN) + 1);
      const next = await answerOf(this.host, asked, AbortSignal.timeout(LIMIT));
      if (pressed !== this._pressed) return;
      results.push(...next.results);
      shown.total = next.total; // more hits make a lower bound certain, or higher
      panel.node.querySelector(".total").textContent = this._found;
      this._hits.append(...next.results.map((hit) => hitNode(this, hit)));
      panel.number();
      this.say(`${results.length} / ${this._found}`);
      if (results.length >= next.total || next.results.length < SHOWN) {
        if (panel.focused) this.toField();
        pressed.remove();
      }
    } catch (error) {
      if (pressed !== this._pressed) return;
      pressed.textContent = `${texts.failed} · ${texts.retry}`;
      this.say(texts.failed);
    }
    pressed.ariaDisabled = this._pressed = null;
    panel.busy(panel.due);
  }

  _address(params) {
    if (this.host.inAddress) putIntoAddress(this.form, params);
  }

  /* Show the answer again, in the panel and in the page's address. */
  reopen() {
    this.panel.open();
    this.panel.busy(this.panel.due);
    this._address(this._params());
  }

  /* Close the panel, abort what is under way and clear the page's address. */
  leave() {
    clearTimeout(this._timer);
    this.panel.due = false;
    if (!this._answer) this._drop();
    this.say("");
    this.panel.busy(false);
    if (this.panel.opened && this.host.isConnected) this._address(null);
    this.panel.close();
  }
}
