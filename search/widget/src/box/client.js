/* The client of the search: the answer to a search is asked for once, and kept in memory for a while. */
const LIMIT = 10000; // ms until a request counts as failed
const FRESH = 300000; // ms that an answer in memory may be shown
const MEMORY = 60; // answers
const ELSEWHERE = "https://www.bing.com/search?q={q}+site:{host}";
const FACETS = "tag,category,lang,year,*";
const answersKept = new Map(); // base URL and query: {answer, until}

/* The answer that memory has, if it is fresh. */
function knownAnswer(host, params) {
  const key = `${home(host)}?${params}`;
  if (answersKept.get(key)?.until < Date.now()) answersKept.delete(key);
  return answersKept.get(key)?.answer;
}

/* The answer to a search; completions that come after the hits (from files) go to `late`. */
async function answerOf(host, params, signal, late = () => {}) {
  const key = `${home(host)}?${params}`;
  const answer = await find(host, params, signal, (completions) => {
    if (signal.aborted) answersKept.delete(key); // the answer has to do without them
    late(completions);
  });
  answersKept.set(key, { answer, until: Date.now() + FRESH });
  if (answersKept.size > MEMORY) answersKept.delete(answersKept.keys().next().value);
  return answer;
}

/* The URL of the same query at a web search engine; "" where the site turned that off. */
function elsewhere(host, words) {
  return (host.getAttribute("fallback") ?? ELSEWHERE)
    .replace("{q}", encodeURIComponent(words)).replace("{host}", encodeURIComponent(location.host));
}

/* The parameters of the API for a query of the form: the page's own language is a wish, not a demand. */
function apiParams(params, wished, page, isSuggestion) {
  const asked = new URLSearchParams(params);
  if (wished) {
    asked.delete("lang");
    asked.set("prefer_lang", wished);
  }
  if (isSuggestion) asked.set("suggested", 1); // for the owner's report
  const wanted = page > 1 ? { page, facets: "none" } : { completions: 6, facets: FACETS, pinyin: 1 };
  for (const [name, value] of Object.entries({ per_page: SHOWN, ...wanted })) asked.set(name, value);
  return asked;
}
