/* <zh-recent> and <zh-taglist>: the newest posts and all tags, in the site's own markup.
 *
 *   <zh-recent src="https://search.example" count="5"><ul class="theme"><li><a href="/posts/a/">…</a></li></ul></zh-recent>
 *
 * The entries that the site built stay until the response arrives, and for good if it fails. Then the first of them is
 * the template of all, so that they look as the theme intends. Attributes: src; count (recent: 10; tags: all); lang (of
 * the posts); counts, to show how many pages have a tag.
 */
class ZhList extends HTMLElement {
  connectedCallback() {
    parsed.then(() => this._load()).catch((error) => { // the entries that the site built stay
      console.warn(error);
      isDown(home(this));
    });
  }

  async _load() {
    const entries = this._entries(await ask(this, this._path()));
    const link = this.querySelector("a");
    const pattern = link ? link.closest("li") || link : make("li", {}, make("a"));
    if (!link) this.replaceChildren(make("ul", {}, pattern));
    pattern.parentElement.replaceChildren(...entries.flatMap(({ text, href, lang }) => {
      const entry = pattern.cloneNode(true);
      const at = entry.localName === "a" ? entry : entry.querySelector("a");
      at.textContent = text;
      change(at, { href, lang, title: null });
      return [entry, "\n"];
    }));
  }
}

class ZhRecent extends ZhList {
  _path() {
    const lang = this.getAttribute("lang");
    return `recent?count=${this.getAttribute("count") || 10}&lang=${encodeURIComponent(lang || "")}`;
  }

  _entries({ results }) {
    return results.map(({ title, url, lang }) => ({ text: title, href: url, lang }));
  }
}

class ZhTaglist extends ZhList {
  _path() {
    return "tags";
  }

  /* A tag that the site links to keeps its page; the others lead to the search page. */
  _entries({ tags }) {
    const name = (text) => text.replace(/\s*\(\d+\)\s*$/, "").trim().toLowerCase();
    const known = new Map([...this.querySelectorAll("a")].map((link) => [name(link.textContent), link.getAttribute("href")]));
    return tags.slice(0, this.getAttribute("count") || tags.length).map(({ value, count }) => ({
      text: this.hasAttribute("counts") ? `${value} (${count})` : value,
      href: known.get(value.toLowerCase()) || tagPage(this, value),
      lang: null,
    }));
  }
}

for (const [name, element] of Object.entries({ "zh-recent": ZhRecent, "zh-taglist": ZhTaglist })) {
  if (!customElements.get(name)) customElements.define(name, element);
}
