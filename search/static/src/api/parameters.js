/* The parameters of each method, checked as the server checks those of a request, and the query built from those of a
 * search. A value that is out of range is an error that names the parameter, never clamped: see problems.js, which is
 * loaded for it. Until then the value is undefined, and the computation one that is repeated.
 */

import { HALF_CHARACTER } from "../analysis/folding.js";
import {
  MODEL_MAX_QUERY_CHARS,
  PARAMETER_NAMES_IGNORED,
  PARAMETERS_MAX_VALUE_CHARS,
  PARAMETERS_PAGE,
  PARAMETERS_PER_PAGE,
  PARAMETERS_SORTS,
  PARAMETERS_TAG,
  PARAMETERS_VERSIONS,
} from "../data.js";
import { part } from "../base/parts.js";
import { lengthOf } from "../base/patterns.js";
import { parse } from "../query/parser.js";

const WHOLE_NUMBER = /^[0-9]{1,12}$/;
const SEARCH_NAMES = ["q", "tag", "category", "lang", "from", "to", "sort", "page", "per_page", "versions"];

/** The values given for each name, as lists of texts. Refuses an unknown name, and several values of a name
 * that is not among `lists`. */
export function givenValues(given, names, lists = []) {
  const values = new Map();
  for (const [name, value] of Object.entries(given)) {
    const texts = (Array.isArray(value) ? value : [value]).filter((text) => text !== null && text !== undefined);
    if (PARAMETER_NAMES_IGNORED.includes(name) || !texts.length) continue;
    if (!names.includes(name)) refuseParameter(name, "unknown", names);
    if (texts.length > 1 && !lists.includes(name)) refuseParameter(name, "repeated", texts.length);
    values.set(name, texts.map(String));
  }
  return values;
}

/** The checked parameters of a search. `facets` are the site's own. */
export function readParameters(given, facets = []) {
  const lists = ["tag", ...facets];
  const values = givenValues(given, [...SEARCH_NAMES, ...facets], lists);
  const one = (name) => values.get(name)?.[0] ?? "";
  return {
    q: readText("q", one("q"), MODEL_MAX_QUERY_CHARS),
    tag: readList("tag", values.get("tag")),
    category: readText("category", one("category"), PARAMETERS_MAX_VALUE_CHARS),
    lang: readText("lang", one("lang"), PARAMETERS_MAX_VALUE_CHARS),
    days: readDays(one("from"), one("to")),
    sort: readOption("sort", one("sort"), PARAMETERS_SORTS),
    page: readNumber("page", one("page"), PARAMETERS_PAGE),
    perPage: readNumber("per_page", one("per_page"), PARAMETERS_PER_PAGE),
    versions: readOption("versions", one("versions"), PARAMETERS_VERSIONS),
    facets: facets.map((name) => [name, readList(name, values.get(name))]).filter(([, chosen]) => chosen.length),
  };
}

/** The query of checked parameters; `facets` are the site's own. */
export function queryOf(parameters, segmenter, facets) {
  const [firstDay, lastDay] = parameters.days;
  return {
    ...parse(parameters.q, segmenter, facets),
    filters: {
      tags: parameters.tag,
      categories: parameters.category ? [parameters.category] : [],
      langs: parameters.lang ? [parameters.lang] : [],
      firstDay,
      lastDay,
      own: parameters.facets,
    },
    sort: parameters.sort,
    page: parameters.page,
    perPage: parameters.perPage,
    allVersions: parameters.versions === "all",
  };
}

export function readText(name, text, maxChars) {
  const count = lengthOf(text);
  if (count > maxChars) refuseParameter(name, "long", count, maxChars);
  return text.replace(HALF_CHARACTER, "?");
}

function readList(name, texts = []) {
  const values = texts.filter(Boolean).map((text) => readText(name, text, PARAMETERS_MAX_VALUE_CHARS));
  const distinct = [...new Set(values)];
  const most = PARAMETERS_TAG.max_values;
  if (distinct.length > most) refuseParameter(name, "many", distinct.length, most);
  return distinct;
}

export function readNumber(name, text, { default: usual, maximum }) {
  if (text === "") return usual;
  const number = WHOLE_NUMBER.test(text) ? Number(text) : 0;
  return number < 1 || number > maximum ? refuseParameter(name, "number", text, maximum) : number;
}

function readOption(name, text, options) {
  return text && !options.includes(text) ? refuseParameter(name, "option", text, options) : text || options[0];
}

/** The first day of one period and the last of another; null for those that are not given. */
function readDays(from, to) {
  const dates = (from || to) && part("dates");
  return dates ? dates.dayBounds(from, to, refuseParameter) : [null, null];
}

function refuseParameter(name, problem, ...values) {
  part("problems")?.refuse(name, problem, ...values);
}
