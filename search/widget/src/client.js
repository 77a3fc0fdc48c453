/* The API client of <zh-search>: sends the query that its form holds, and shows the response. */
const PAUSE = 120; // ms without a key before a request leaves
const PATIENCE = 150; // ms until a skeleton is shown; hits wait as long for completions
const LIMIT = 10000; // ms until a request counts as failed
const ELSEWHERE = "https://www.bing.com/search?q={q}+site:{host}";

class SearchClient extends HTMLElement {
  get words() {
    return this.input.value.trim();
  }

  _params() {
    const fields = hidden(this.form, ...STATE).map(({ name, value }) => [name, value]);
    return new URLSearchParams([["q", this.words], ...fields]);
  }

  /* The URL of the search page for these words and the active filters. */
  page(words) {
    const url = new URL(this.form.getAttribute("action"), document.baseURI);
    const params = this._params();
    params.set("q", words);
    url.search = params;
    return url.href;
  }

  /* The URL of the same query at a web search engine; "" where the site turned that off. */
  _elsewhere(words) {
    const fallback = this.getAttribute("fallback");
    return (fallback === null ? ELSEWHERE : fallback)
      .replace("{q}", encodeURIComponent(words)).replace("{host}", encodeURIComponent(location.host));
  }

  _later() {
    clearTimeout(this._timer);
    this.panel.busy(true);
    this._timer = setTimeout(() => this._search(), PAUSE);
  }

  /* Show the recent searches below an empty field, if there are any. */
  idle() {
    if (this.words) return;
    const all = this._allows("recent") ? recall() : [];
    this.leave();
    this._drop();
    if (all.length) this.panel.fill(...recentNodes(this, all));
  }

  async _search() {
    clearTimeout(this._timer);
    if (this._composing) { // compositionend searches
      this.panel.busy(false);
      return;
    }
    const { words } = this;
    const standard = this.form.querySelector("[data-default]");
    if (standard && words !== this._words) standard.disabled = false;
    this._words = words;
    const asked = this._params().toString();
    if (!words) {
      this.idle();
      return;
    }
    if (asked === this._asked) {
      if (this._answer) this.reopen();
      return;
    }
    this._drop();
    this._asked = asked;
    this.panel.busy(true);
    const request = this._request = new AbortController();
    const patience = setTimeout(() => request === this._request && this._wait(), PATIENCE);
    const limit = setTimeout(() => request.abort(), LIMIT);
    let show;
    try {
      const [answer, completions] = await this._answers(request.signal);
      show = () => this._show(answer, completions);
    } catch (error) {
      if (request !== this._request) return;
      const down = error.status ? error.status >= 500 : await isDown(home(this));
      show = () => this._fail(error.status, down);
    } finally {
      clearTimeout(patience);
      clearTimeout(limit);
    }
    if (request === this._request) show(); // otherwise a newer query is under way
  }

  /* Fetch hits and completions at once; late completions are dropped. */
  async _answers(signal) {
    const q = encodeURIComponent(this.words);
    const completions = this._get(`suggest?q=${q}&count=${SHOWN}`, signal).catch(() => ({ suggestions: [] }));
    const hits = await this._widest(signal);
    const late = new Promise((done) => { setTimeout(done, PATIENCE, { suggestions: [] }); });
    return [hits, await Promise.race([completions, late])];
  }

  /* Fetch hits in the page's language; where it has none, in all languages. */
  async _widest(signal) {
    const first = await this._get(this._query(1), signal);
    const standard = this.form.querySelector("[data-default]:not(:disabled)");
    if (first.total || !standard) return first;
    standard.disabled = true; // so that the form does not send it either
    this._asked = this._params().toString();
    const all = await this._get(this._query(1), signal);
    const page = `${standard.value}-`.toLowerCase();
    const own = all.facets.lang.find(({ value }) => `${value}-`.toLowerCase().startsWith(page));
    if (own) standard.value = own.value; // from the next query on, zh means this site's zh-CN
    return { ...all, widened: all.total && !own };
  }

  _query(page) {
    const params = this._params();
    if (page > 1) params.set("page", page);
    params.set("per_page", SHOWN);
    return `search?${params}`;
  }

  async _get(path, signal) {
    const body = await ask(this, path, signal);
    const site = this.getAttribute("site") || "";
    (body.results || body.suggestions).forEach((found) => { found.url = found.url && site + found.url; });
    return body;
  }

  /* Drop the response shown and abort the request under way. */
  _drop() {
    if (this._request) this._request.abort();
    this._request = this._answer = this._asked = this._failed = this._down = null;
  }

  _wait() {
    if (!this.panel.opened) {
      this.panel.fill(...skeletonNodes());
      this.panel.busy(true);
    }
    this.panel.node.classList.add("late");
  }

  _fail(status, down) {
    const { texts, words } = this;
    const offline = !navigator.onLine;
    this._drop(); // so that the same query can be sent again
    this._failed = true;
    this._down = down && !offline;
    const elsewhere = this._down && this._elsewhere(words);
    const more = [button(texts.retry, () => this._search())];
    if (elsewhere) more.push(make("a", { class: "all", href: elsewhere }, texts.elsewhere));
    if (offline) this._state(texts.offline, texts.offlineHint, ...more);
    else this._state(texts.failed, texts[status] || texts.failedHint, ...more);
  }

  _show(answer, completions) {
    const { texts, panel } = this;
    const { query, total, relaxed, weak, suggestion, widened } = this._answer = answer;
    const filtered = hidden(this.form, ...FILTERS).some(({ dataset }) => !("default" in dataset));
    const words = completionNodes(completions, answer, total ? 3 : 6, filtered, (text) => this.page(text));
    const notes = suggestion ? [suggestionNode(this, suggestion)] : [];
    const note = (text) => (text ? [make("p", { class: "note" }, text)] : []);
    const found = weak ? texts.weak(total) : texts.found(total);
    notes.push(...note(relaxed && total && !weak && texts.relaxed), ...note(widened && texts.widened));
    const parts = [chosenNode(this, answer), facetsNode(this, answer.facets), ...notes];
    const group = (label, nodes) => (nodes.length ? [make("div", { role: "group", class: label, "aria-label": texts[label] }, ...nodes)] : []);
    panel.list.replaceChildren(...group("complete", words), ...group("results", answer.results.map((hit) => hitNode(hit, texts))));
    if (words.length || total) parts.push(panel.list);
    if (!total) {
      const filters = hidden(this.form, ...FILTERS);
      if (filtered) parts.push(button(texts.unfilter, () => this.choose(filters, [])));
      this._state(texts.none(query), texts.noneHint, ...parts);
      this.reopen();
      return;
    }
    const none = weak && texts.none(query);
    panel.fill(...note(none), barNode(this, found), ...parts, this._foot(total));
    this.reopen();
    this._say([none || (relaxed && texts.relaxed), found].filter(Boolean).join(" "));
  }

  _foot(total) {
    const { texts } = this;
    const all = make("a", { class: "all", href: this.page(this.words), "data-key": "all" }, texts.all(total));
    const more = total > SHOWN ? [button(texts.more, (event) => this._more(event.currentTarget), { class: "more" })] : [];
    return make("div", { class: "foot" }, ...more, all);
  }

  /* Append the next page of hits; the button keeps the focus until all are shown. */
  async _more(pressed) {
    const { _answer: shown, panel } = this;
    const { results } = shown;
    const group = panel.list.querySelector(".results");
    if (pressed.ariaDisabled) return; // no second request by a double click
    pressed.ariaDisabled = "true"; // `disabled` would lose the focus
    panel.busy(true);
    try {
      const next = await this._get(this._query(results.length / SHOWN + 1), this._request.signal);
      if (shown !== this._answer) return;
      results.push(...next.results);
      group.append(...next.results.map((hit) => hitNode(hit, this.texts)));
      panel.number();
      this._say(`${results.length} / ${this.texts.found(next.total)}`);
      if (results.length < next.total && next.results.length === SHOWN) {
        pressed.ariaDisabled = null;
      } else {
        if (panel.focused) this.input.focus({ preventScroll: true });
        pressed.remove();
      }
      panel.busy(false);
    } catch (error) {
      if (shown === this._answer) this._fail(error.status, error.status >= 500);
    }
  }

  _state(title, hint, ...more) {
    this.panel.fill(make("div", { class: "state" }, make("strong", {}, title), make("p", {}, hint), ...more));
    this._say(title);
  }

  _say(text) {
    this._status.textContent = text;
  }

  /* Show the response again, in the panel and in the page's address. */
  reopen() {
    this.panel.open();
    this.panel.busy(false);
    if (this._inAddress) putIntoAddress(this._params());
  }

  /* Close the panel, abort what is under way and clear the page's address. */
  leave() {
    clearTimeout(this._timer);
    if (!this._answer) this._drop();
    this._say("");
    this.panel.busy(false);
    if (this.panel.opened && this.isConnected && this._inAddress) putIntoAddress(null);
    this.panel.close();
  }
}
