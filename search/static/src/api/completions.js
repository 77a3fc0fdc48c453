/* Completions as JSON, with the fields and the order of the server's; null where files have to be loaded first. */

import { MODEL_MAX_QUERY_CHARS, PARAMETERS_SUGGEST_COUNT } from "../data.js";
import { complete } from "../suggest/completion.js";
import { givenValues, readNumber, readText } from "./parameters.js";

/** The JSON of `/api/suggest`. */
export function suggestJson(index, given) {
  const { q, count } = readSuggestParameters(given);
  if (index.isWaiting || !index.prepare(q)) return null;
  return { query: q, suggestions: complete(q, count, index) };
}

/** The text and count of a completion: {q, count}. */
function readSuggestParameters(given) {
  const values = givenValues(given, ["q", "count"]);
  const [q = ""] = values.get("q") ?? [];
  const [count = ""] = values.get("count") ?? [];
  return {
    q: readText("q", q, MODEL_MAX_QUERY_CHARS),
    count: readNumber("count", count, PARAMETERS_SUGGEST_COUNT),
  };
}
