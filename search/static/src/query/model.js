/* The parsed query: what it is, and what follows from it. */

import { MODEL_MIN_QUESTION_FORM_WORDS, MODEL_MIN_QUESTION_WORDS } from "../data.js";

/*
Filters by facets and dates. Values of one facet are alternatives; days are YYYYMMDD, inclusive. `own` are
[facet, values] of the site's own facets.
*/
const NO_FILTERS = { tags: [], categories: [], langs: [], firstDay: null, lastDay: null, own: [] };

/*
The query of a parsed `text`; filters, sort and page have their defaults.

`should` clauses may be relaxed to most of them, `must` clauses never are. `shouldTexts` are the former as
written. `questionText` is the text of the query's words, folded character by character, one line for each chunk
of the text, and `spans` are the ranges of `text` where these chunks are. `isQuestionForm`: the text has a
question word or ends in a question mark. `readings` are the parts of `text`, and what each was taken for.
`allVersions`: near copies of a page are hits of their own.
*/
export function queryWith(values) {
  return { filters: NO_FILTERS, sort: "relevance", page: 1, perPage: 10, allVersions: false, ...values };
}

/** Whether a query has so many words that a page need not match them all. */
export function isQuestion({ should, isQuestionForm }) {
  return should.length >= (isQuestionForm ? MODEL_MIN_QUESTION_FORM_WORDS : MODEL_MIN_QUESTION_WORDS);
}

/** The words and phrases that a hit may contain, for highlighting; without excluded ones. */
export function positive(query) {
  const leaves = (node) => {
    if (node.type === "and" || node.type === "or") {
      return node.nodes.flatMap(leaves);
    }
    return node.type === "word" || node.type === "phrase" ? [node] : [];
  };
  return [...query.should, ...query.must].flatMap(leaves);
}
