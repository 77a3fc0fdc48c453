/* The answer of a search as JSON, with the fields and the order of the server's; null where files have to be loaded
 * first. */

import { DID_YOU_MEAN_MAX_RARE_PAGES } from "../data.js";
import { part } from "../base/parts.js";
import { Highlighter } from "../highlight/snippet.js";
import { searchIndex } from "../matching/engine.js";
import { primary } from "../query/ast.js";
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
    if (mayBeMisspelt(index, parameters, query)) part("corrections")?.correctionFor(index, parameters); // load its files
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
  if (!mayBeCorrected(parameters, query) || isFoundWell(query, result)) return null;
  return part("corrections")?.betterQuery(index, parameters, result) ?? null;
}

/** Whether queries like this are corrected: those with quotes, exclusions or fields are exact, and questions match pages
 * by shared characters, misspelt or not. */
function mayBeCorrected(parameters, query) {
  return !query.must.length && !isQuestion(query) && parameters.page === 1;
}

/** Whether a query will be checked for misspelt words, as far as that is known before its result. */
function mayBeMisspelt(index, parameters, query) {
  const words = positive(query).filter(({ type }) => type === "word");
  return mayBeCorrected(parameters, query) && words.some(({ term }) => index.countPages(term) <= DID_YOU_MEAN_MAX_RARE_PAGES);
}

/** Whether a query finds so much with all of its words that it is not corrected, which spares files. The server looks
 * for corrections of a run of several words here as well, where no page has them side by side. */
function isFoundWell(query, { total, matches, relaxed }) {
  return (!relaxed && total > DID_YOU_MEAN_MAX_RARE_PAGES) || isKnownWord(query, matches);
}

/** Whether the query is one Han word that too many pages contain for it to be a typing error. */
function isKnownWord(query, matches) {
  const { should, isQuestionForm, questionText } = query;
  if (should.length !== 1 || isQuestionForm || matches <= DID_YOU_MEAN_MAX_RARE_PAGES) return false;
  const { type, kind, pattern } = primary(should[0]);
  return type === "word" && kind === "han" && pattern === questionText;
}

/** A page by itself, as `/api/recent` lists it. */
export function pageJson({ url, title, date, lang, tags, categories, thumbnail, kind }) {
  return { url, title, date, lang, tags, categories, thumbnail, kind };
}

function hitJson({ record, score, missing, versions, versionCount }, query, highlighter) {
  const snippet = highlighter.snippet(record, missing);
  return {
    ...pageJson(record.meta),
    title_marks: snippet.titleMarks,
    section: snippet.section,
    excerpt: snippet.text,
    excerpt_marks: snippet.marks,
    missing: missing.map((number) => query.shouldTexts[number]),
    versions: versions.map(({ meta: { url, title, label } }) => ({ url, title, label })),
    version_count: versionCount,
    score: Math.round(score * SCORE_DIGITS) / SCORE_DIGITS,
  };
}
