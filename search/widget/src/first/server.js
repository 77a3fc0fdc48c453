/* Where answers come from: the API of a search server. files.js answers the same calls from files. */
const SHOWN = 10; // hits at a time

/* The JSON of a call of the API; throws the response where it is an error. */
async function ask(element, path, signal) {
  const response = await fetch(`${home(element)}api/${path}`, { signal });
  if (!response.ok) throw response;
  return response.json();
}

/* The answer to a search: hits, facets and completions in one request. */
function find(element, params, signal) {
  return ask(element, `search?${params}`, signal);
}

/* What an empty field shows: the newest pages and the tags of most pages, in one request. */
async function startOf(element, lang) {
  const params = new URLSearchParams({ q: "", per_page: 5, facets: "tag", ...(lang && { prefer_lang: lang }) });
  const { results, facets } = await ask(element, `search?${params}`);
  return { pages: results, tags: facets.tag };
}

/* Whether a server is down. Where it refuses pages of this origin (CORS), which a browser hides from scripts, the
   server's advice to the owner goes to the console, once. */
let warned;
async function isDown(server) {
  try {
    const response = await fetch(`${server}healthz`, { signal: AbortSignal.timeout(2000) });
    const { warning } = await response.json();
    if (warning && !warned) console.error(`${server}: ${warned = warning}`);
    return false;
  } catch {
    return true;
  }
}

/* The address that a form leads to: the page with all results. */
function resultsPage(element, form) {
  return form.getAttribute("action") || `${home(element)}search`;
}

function tagPage(element, tag) {
  return `${home(element)}search?tag=${encodeURIComponent(tag)}`;
}
