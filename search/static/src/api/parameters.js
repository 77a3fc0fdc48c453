/* The parameters of each method, checked as the server checks those of a request, and the query built from those of a
 * search. A value that is out of range is an error that names the parameter, never clamped.
 */

import { HALF_CHARACTER } from "../analysis/folding.js";
import {
  MODEL_MAX_QUERY_CHARS,
  PARAMETER_NAMES_IGNORED,
  PARAMETER_NAMES_IN_OTHER_APIS,
  PARAMETER_TYPES_MAX_SHOWN_CHARS,
  PARAMETERS_MAX_VALUE_CHARS,
  PARAMETERS_PAGE,
  PARAMETERS_PER_PAGE,
  PARAMETERS_RECENT_COUNT,
  PARAMETERS_SORTS,
  PARAMETERS_SUGGEST_COUNT,
  PARAMETERS_TAG,
  PARAMETERS_VERSIONS,
} from "../data.js";
import { firstCharacters, lengthOf } from "../base/patterns.js";
import { dayRange } from "../query/dates.js";
import { parse } from "../query/parser.js";

const WHOLE_NUMBER = /^[0-9]{1,12}$/;
const SEARCH_NAMES = ["q", "tag", "category", "lang", "from", "to", "sort", "page", "per_page", "versions"];

/** A parameter that is unreadable or out of range: `parameter` is its name. */
export class ParameterError extends Error {
  constructor(parameter, message) {
    super(`${parameter}: ${message}`);
    this.name = "ParameterError";
    this.parameter = parameter;
  }
}

/** The values given for each name, as lists of texts. Throws ParameterError for an unknown name, and for several
 * values of a name that is not among `lists`. */
function givenValues(given, names, lists) {
  const values = new Map();
  for (const [name, value] of Object.entries(given)) {
    const texts = (Array.isArray(value) ? value : [value]).filter((text) => text !== null && text !== undefined);
    if (PARAMETER_NAMES_IGNORED.includes(name) || !texts.length) continue;
    if (!names.includes(name)) {
      throw new ParameterError(shownText(name), `unknown parameter; ${nameHint(name, names)}`);
    }
    if (texts.length > 1 && !lists.includes(name)) {
      throw new ParameterError(name, `given ${texts.length} times; give it once`);
    }
    values.set(name, texts.map(String));
  }
  return values;
}

/** The remedy for an unknown name: the one that other APIs call so, or all of them. */
function nameHint(name, known) {
  const plain = name.toLowerCase().replace(/\[\]$/, "").replaceAll("-", "_");
  const same = known.find((own) => (PARAMETER_NAMES_IN_OTHER_APIS[own] || "").split(" ").includes(plain));
  return same ? `did you mean ${same}?` : `known are ${known.join(", ")}`;
}

/** The checked parameters of a search. `facets` are the site's own. */
export function readParameters(given, facets = []) {
  const lists = ["tag", ...facets];
  const values = givenValues(given, [...SEARCH_NAMES, ...facets], lists);
  const one = (name) => values.get(name)?.[0] ?? "";
  const parameters = {
    q: readText("q", one("q"), MODEL_MAX_QUERY_CHARS),
    tag: readList("tag", values.get("tag")),
    category: readText("category", one("category"), PARAMETERS_MAX_VALUE_CHARS),
    lang: readText("lang", one("lang"), PARAMETERS_MAX_VALUE_CHARS),
    from: readDate("from", one("from")),
    to: readDate("to", one("to")),
    sort: readOption("sort", one("sort"), PARAMETERS_SORTS),
    page: readNumber("page", one("page"), PARAMETERS_PAGE),
    perPage: readNumber("per_page", one("per_page"), PARAMETERS_PER_PAGE),
    versions: readOption("versions", one("versions"), PARAMETERS_VERSIONS),
    facets: facets.map((name) => [name, readList(name, values.get(name))]).filter(([, chosen]) => chosen.length),
  };
  const { from, to } = parameters;
  if (from && to && dayRange(from)[0] > dayRange(to)[1]) {
    throw new ParameterError("from", `${from} is after to=${to}; swap them`);
  }
  return parameters;
}

/** The text and count of a completion: {q, count}. */
export function readSuggestParameters(given) {
  const values = givenValues(given, ["q", "count"], []);
  const [q = ""] = values.get("q") ?? [];
  const [count = ""] = values.get("count") ?? [];
  return {
    q: readText("q", q, MODEL_MAX_QUERY_CHARS),
    count: readNumber("count", count, PARAMETERS_SUGGEST_COUNT),
  };
}

/** The count and language of the newest pages: {count, lang}. */
export function readRecentParameters(given) {
  const values = givenValues(given, ["count", "lang"], []);
  const [lang = ""] = values.get("lang") ?? [];
  const [count = ""] = values.get("count") ?? [];
  return {
    count: readNumber("count", count, PARAMETERS_RECENT_COUNT),
    lang: readText("lang", lang, PARAMETERS_MAX_VALUE_CHARS),
  };
}

/** The query of checked parameters; `facets` are the site's own. */
export function queryOf(parameters, segmenter, facets) {
  const { from, to } = parameters;
  return {
    ...parse(parameters.q, segmenter, facets),
    filters: {
      tags: parameters.tag,
      categories: parameters.category ? [parameters.category] : [],
      langs: parameters.lang ? [parameters.lang] : [],
      firstDay: from ? dayRange(from)[0] : null,
      lastDay: to ? dayRange(to)[1] : null,
      own: parameters.facets,
    },
    sort: parameters.sort,
    page: parameters.page,
    perPage: parameters.perPage,
    allVersions: parameters.versions === "all",
  };
}

function readText(name, text, maxChars) {
  const count = lengthOf(text);
  if (count > maxChars) throw new ParameterError(name, `${count} characters; at most ${maxChars} are allowed`);
  return text.replace(HALF_CHARACTER, "?");
}

function readList(name, texts = []) {
  const values = texts.filter(Boolean).map((text) => readText(name, text, PARAMETERS_MAX_VALUE_CHARS));
  const distinct = [...new Set(values)];
  const most = PARAMETERS_TAG.max_values;
  if (distinct.length > most) {
    throw new ParameterError(name, `${distinct.length} values; at most ${most} are allowed`);
  }
  return distinct;
}

function readNumber(name, text, { default: usual, maximum }) {
  if (text === "") return usual;
  const number = WHOLE_NUMBER.test(text) ? Number(text) : 0;
  if (number < 1 || number > maximum) {
    throw new ParameterError(name, `${quotedText(text)} is not a whole number from 1 to ${maximum}`);
  }
  return number;
}

function readOption(name, text, options) {
  if (text && !options.includes(text)) {
    throw new ParameterError(name, `${quotedText(text)} is not one of ${options.join(", ")}`);
  }
  return text || options[0];
}

function readDate(name, text) {
  if (text && !dayRange(text)) {
    throw new ParameterError(name, `${quotedText(text)} is not a date; write 2025, 2025-02 or 2025-02-13`);
  }
  return text;
}

function shownText(text) {
  return firstCharacters(text, PARAMETER_TYPES_MAX_SHOWN_CHARS);
}

function quotedText(text) {
  const shown = shownText(text);
  return shown.includes("'") && !shown.includes('"') ? `"${shown}"` : `'${shown.replaceAll("'", "\\'")}'`;
}
