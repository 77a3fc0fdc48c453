/* Re-ranking of the best hits by the order of words in their titles, or by a dense passage in their texts. */

import { CONSTANTS_RERANKED_TEXTS, CONSTANTS_RERANKED_TITLES } from "../data.js";
import { primary } from "../query/ast.js";
import { titlePoints } from "./proximity.js";

/** The re-ranking of a query's hits: {depth, words, points(folded text or title)}; null where the order stays.
 *
 * `question` is what the hits were matched as, if as a question. `words`: a title without all of them has no
 * points; null where whole texts are read. */
export function rerankFor(query, question, relaxed) {
  if (query.sort !== "relevance") return null;
  if (question) {
    return { depth: CONSTANTS_RERANKED_TEXTS, words: null, points: question.points };
  }
  const words = query.should.map((node) => primary(node).pattern).filter((pattern) => pattern !== undefined);
  if (words.length < 2 || relaxed) return null;
  return { depth: CONSTANTS_RERANKED_TITLES, words, points: (title) => titlePoints(words, title) };
}
