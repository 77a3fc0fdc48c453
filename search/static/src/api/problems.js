/* What is wrong with a parameter: the texts of errors, which are the server's, and the remedies. */

import { PARAMETER_NAMES_IN_OTHER_APIS, PARAMETER_TYPES_MAX_SHOWN_CHARS } from "../data.js";
import { firstCharacters } from "../base/patterns.js";

const PROBLEMS = {
  repeated: (count) => `given ${count} times; give it once`,
  long: (count, most) => `${count} characters; at most ${most} are allowed`,
  many: (count, most) => `${count} values; at most ${most} are allowed`,
  number: (text, most) => `${quotedText(text)} is not a whole number from 1 to ${most}`,
  option: (text, options) => `${quotedText(text)} is not one of ${options.join(", ")}`,
  date: (text) => `${quotedText(text)} is not a date; write 2025, 2025-02 or 2025-02-13`,
  late: (from, to) => `${from} is after to=${to}; swap them`,
};

/** A parameter that is unreadable or out of range: `parameter` is its name. */
class ParameterError extends Error {
  constructor(parameter, message) {
    super(`${parameter}: ${message}`);
    this.name = "ParameterError";
    this.parameter = parameter;
  }
}

/** Throw the error of a parameter. */
export function refuse(name, problem, ...values) {
  if (problem === "unknown") {
    throw new ParameterError(shownText(name), `unknown parameter; ${nameHint(name, ...values)}`);
  }
  throw new ParameterError(name, PROBLEMS[problem](...values));
}

/** The remedy for an unknown name: the one that other APIs call so, or all of them. */
function nameHint(name, known) {
  const plain = name.toLowerCase().replace(/\[\]$/, "").replaceAll("-", "_");
  const isSame = ([own, others]) => known.includes(own) && others.split(" ").includes(plain);
  const [same] = Object.entries(PARAMETER_NAMES_IN_OTHER_APIS).find(isSame) ?? [];
  return same ? `did you mean ${same}?` : `known are ${known.join(", ")}`;
}

function shownText(text) {
  return firstCharacters(text, PARAMETER_TYPES_MAX_SHOWN_CHARS);
}

function quotedText(text) {
  const shown = shownText(text);
  return shown.includes("'") && !shown.includes('"') ? `"${shown}"` : `'${shown.replaceAll("'", "\\'")}'`;
}
