/* The client of the search: the answer to a search is asked for once, and kept in memory for a while. */
const LIMIT = 10000; // ms until a request counts as failed
const FRESH = 300000; // ms that an answer in memory may be shown
const MEMORY = 60; // answers
const ELSEWHERE = "https://www.bing.com/search?q={q}+site:{host}";
const FACETS = "tag,category,lang,year,*";
const answersKept = new Map(); // base URL and query: {answer, until}

class Client {
  constructor(host) {
    this.host = host;
  }

  /* The answer that memory has, if it is fresh. */
  known(params) {
    const key = `${home(this.host)}?${params}`;
    const kept = answersKept.get(key);
    if (kept && kept.until < Date.now()) answersKept.delete(key);
    return answersKept.get(key)?.answer;
  }

  /* The answer to a search; completions that come after the hits (from files) go to `late`. */
  async find(params, signal, late) {
    const request = new AbortController();
    const stop = () => request.abort();
    const limit = setTimeout(stop, LIMIT);
    signal.addEventListener("abort", stop);
    try {
      const answer = await find(this.host, params, request.signal, late);
      answersKept.set(`${home(this.host)}?${params}`, { answer, until: Date.now() + FRESH });
      if (answersKept.size > MEMORY) answersKept.delete(answersKept.keys().next().value);
      return answer;
    } finally {
      clearTimeout(limit);
      signal.removeEventListener("abort", stop);
    }
  }

  /* What an empty field shows; asked for once. */
  start(lang) {
    this._start ||= startOf(this.host, lang);
    this._start.catch(() => { this._start = null; });
    return this._start;
  }

  /* A URL of the site as a link: on another site where the element says so. */
  href(url) {
    return (this.host.getAttribute("site") || "") + url;
  }

  /* The URL of the same query at a web search engine; "" where the site turned that off. */
  elsewhere(words) {
    const fallback = this.host.getAttribute("fallback");
    return (fallback === null ? ELSEWHERE : fallback)
      .replace("{q}", encodeURIComponent(words)).replace("{host}", encodeURIComponent(location.host));
  }
}

/* The parameters of the API for a query of the form: the page's own language is a wish, not a demand. */
function apiParams(params, wished, page) {
  const asked = new URLSearchParams(params);
  if (wished) {
    asked.delete("lang");
    asked.set("prefer_lang", wished);
  }
  if (page > 1) asked.set("page", page);
  asked.set("per_page", SHOWN);
  if (page > 1) asked.set("facets", "none");
  else for (const [name, value] of Object.entries({ completions: 6, facets: FACETS, pinyin: 1 })) asked.set(name, value);
  return asked;
}
