/* Corrected queries that find more than those typed. */

import { MODEL_MAX_QUERY_CHARS } from "../data.js";
import { lengthOf } from "../base/patterns.js";
import { countMatches } from "../matching/counting.js";
import { didYouMean } from "../suggest/did_you_mean.js";
import { expandedQuery } from "./search.js";

const LETTERS = /[A-Za-z]+/g;

/** A query's text with misspelt words corrected; null where none is. */
export function correctionFor(index, { q }) {
  return didYouMean(q, index.segmenter, index);
}

/** A corrected query, if it finds more than the query as typed, with all of its words; null if not. */
export function betterQuery(index, parameters, result) {
  const corrected = correctionFor(index, parameters);
  if (corrected === null || lengthOf(corrected) > MODEL_MAX_QUERY_CHARS) return null;
  const found = countMatches(index, expandedQuery(index, { ...parameters, q: corrected }));
  if (!found) return null;
  // A misspelt query may have hits as well; they count only if the correction changes nothing but Latin letters.
  const onlyLettersDiffer = corrected.replace(LETTERS, "") === parameters.q.replace(LETTERS, "");
  const total = onlyLettersDiffer && !result.relaxed ? result.total : 0;
  return found.total > total && !found.relaxed ? corrected : null;
}
