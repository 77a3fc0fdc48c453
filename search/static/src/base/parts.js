/* Parts of the engine that few queries need, loaded when one does: the query language, other writings of numbers, forms
 * of unknown words, questions, near copies, dates, completion, corrections, lists, errors. They are loaded as files are:
 * a miss is noted, and the query computed again.
 */

import { FileError } from "./files.js";

const PARTS = {
  orders: () => import("../query/orders.js"),
  writings: () => import("../query/passages.js"),
  forms: () => import("../query/forms.js"),
  questions: () => import("../matching/question_match.js"),
  versions: () => import("../matching/versions.js"),
  dates: () => import("../query/dates.js"),
  oldest: () => import("../matching/oldest.js"),
  hmm: () => import("../analysis/hidden_markov.js"),
  completion: () => import("../api/completions.js"),
  corrections: () => import("../api/corrections.js"),
  lists: () => import("../api/lists.js"),
  problems: () => import("../api/problems.js"),
};

const loadedParts = new Map();
const missingParts = new Set();

/** What a part exports, or null where it has to be loaded first. */
export function part(name) {
  const loaded = loadedParts.get(name);
  if (!loaded) missingParts.add(name);
  return loaded ?? null;
}

/** Whether parts were asked for that are not loaded. */
export function arePartsMissing() {
  return missingParts.size > 0;
}

/** Forget what was asked for. */
export function forgetMissingParts() {
  missingParts.clear();
}

/** Load the missing parts, or those with some names. */
export async function loadParts(names = [...missingParts]) {
  await Promise.all(names.map(loadPart));
}

async function loadPart(name) {
  try {
    loadedParts.set(name, await PARTS[name]());
  } catch (problem) {
    throw new FileError(globalThis.navigator?.onLine === false ? "offline" : "missing", name, problem);
  }
}
