/* <zh-search-button>: opens the search as a dialog, from the header of any theme.
 *
 *   <zh-search-button src="https://search.example"><a href="/search/">搜索</a></zh-search-button>
 *
 * It opens the element that `for` names, else the first <zh-search> of the page; where there is none it makes one, with
 * its own attributes. The link inside works until this script runs, and for good without it.
 */
class ZhSearchButton extends HTMLElement {
  connectedCallback() {
    parsed.then(() => {
      if (!this.isConnected) return;
      this.target();
      if (!this.shadowRoot) this._upgrade();
    });
  }

  _upgrade() {
    const texts = textsOf(this);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [SHEET];
    const hint = this.getAttribute("placeholder") || texts.search;
    root.append(triggerOf(texts, hint, this.getAttribute("shortcuts") !== "none", () => this.target().summon(true)));
  }

  /* The element that it opens. A page that is changed without being loaded anew may have lost it. */
  target() {
    const named = document.getElementById(this.getAttribute("for"));
    return named || [...document.querySelectorAll("zh-search")].find(isShown) || this._made();
  }

  _made() {
    const link = this.querySelector("a[href]");
    const form = make("form", { role: "search" }, make("input", { name: "q" }));
    if (link) form.action = link.href;
    const made = make("zh-search", { mode: "modal", bare: "" }, form);
    for (const { name, value } of this.attributes) if (!/^(id|class|style|for)$/.test(name)) made.setAttribute(name, value);
    if (!made.lang) made.lang = languageOf(this);
    document.body.append(made);
    return made;
  }
}

if (!customElements.get("zh-search-button")) customElements.define("zh-search-button", ZhSearchButton);
