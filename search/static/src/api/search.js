/* The answer of a search as JSON, with the fields and the order of the server's; null where files have to be loaded
 * first. */

import { DID_YOU_MEAN_MAX_RARE_PAGES } from "../data.js";
import { FUNCTION_WORD_SET } from "../analysis/tokenizer.js";
import { part } from "../base/parts.js";
import { Highlighter } from "../highlight/snippet.js";
import { searchIndex } from "../matching/engine.js";
import { expandLatin } from "../query/latin.js";
import { isQuestion, positive } from "../query/model.js";
import { readJson } from "../query/reading.js";
import { queryOf, readParameters } from "./parameters.js";

const SCORE_DIGITS = 1e4;

/** The JSON of `/api/search` for given parameters, without `took_ms`. `exact`: verify every page that may match, so
 * that the total is exact for quoted texts as well. */
export function searchJson(index, given, { exact = false } = {}) {
  index.begin({ exact });
  const parameters = readParameters(given, index.core.facets);
  if (index.isWaiting || !index.prepare(parameters.q)) return null;
  const query = expandedQuery(index, parameters);
  if (index.isWaiting) {
    loadWords(index, query);
    return null;
  }
  const result = searchIndex(index, query);
  if (!result) {
    if (mayBeCorrected(index, parameters, query)) part("corrections")?.correctionFor(index, parameters); // load its files
    return null;
  }
  const highlighter = new Highlighter(query, index.loadedSegmenter);
  return {
    query: parameters.q,
    total: result.total,
    matches: result.matches,
    page: parameters.page,
    per_page: parameters.perPage,
    took_ms: 0,
    relaxed: result.relaxed,
    weak: result.weak,
    suggestion: suggestionFor(index, parameters, query, result),
    read: readJson(query),
    results: result.hits.map((hit) => hitJson(hit, query, highlighter)),
    facets: result.facets,
    total_relation: result.isExact ? "exact" : "at_least",
  };
}

/** The query of checked parameters, with other writings of its Latin words. */
export function expandedQuery(index, parameters) {
  const query = queryOf(parameters, index.segmenter, index.core.facets);
  return index.segmenter.lexicon.otherWritings ? expandLatin(query, index) : query;
}

/** Have loaded what does not depend on how Han runs are cut, before that is known: words, and the way to n-grams. */
function loadWords(index, query) {
  for (const { type, kind, term, pattern, quoted } of positive(query)) {
    if (type === "word" && kind !== "han") index.entry(term);
    if (quoted) index.ngram(pattern);
  }
  if (query.isQuestionForm) {
    index.ngram(query.questionText);
    part("questions");
  }
}

/** A corrected query that finds more; null if there is none, or none is looked for. */
function suggestionFor(index, parameters, query, result) {
  if (!mayBeCorrected(index, parameters, query)) return null;
  return part("corrections")?.betterQuery(index, parameters, result) ?? null;
}

/** Whether a query is corrected, as far as that is known before its result: those with quotes, exclusions or fields are
 * exact, questions match pages by shared characters, misspelt or not, and words of many pages are no typing errors. */
function mayBeCorrected(index, parameters, query) {
  if (query.must.length || isQuestion(query) || parameters.page > 1) return false;
  const words = positive(query).filter(({ term }) => term && index.countPages(term) > DID_YOU_MEAN_MAX_RARE_PAGES);
  const known = new Set([...FUNCTION_WORD_SET, ...words.map(({ pattern }) => pattern)]);
  return !query.questionText.split("\n").every((chunk) => known.has(chunk));
}

/** A page by itself, as `/api/recent` lists it. */
export function pageJson({ url, title, date, lang, tags, categories, thumbnail, kind }) {
  return { url, title, date, lang, tags, categories, thumbnail, kind };
}

function hitJson({ record, score, missing, versions, versionCount }, query, highlighter) {
  const { titleMarks, best, passages } = highlighter.snippet(record, missing);
  return {
    ...pageJson(record.meta),
    title_marks: titleMarks,
    section: best.section,
    excerpt: best.text,
    excerpt_marks: best.marks,
    passages: passages.map(({ section, text, marks }) => ({ section, text, marks })),
    missing: missing.map((number) => query.shouldTexts[number]),
    versions: versions.map(({ meta: { url, title, label } }) => ({ url, title, label })),
    version_count: versionCount,
    score: Math.round(score * SCORE_DIGITS) / SCORE_DIGITS,
  };
}
