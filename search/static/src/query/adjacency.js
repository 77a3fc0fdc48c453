/*
Characters that stand together in a query and are no word: 段简, the names 于正 and 李小龙.

The segmenter cuts them apart, and most pages have each of them somewhere. Pages that have them together come
first. Two characters are an n-gram of the index, so that this costs a look-up.
*/

import { ADJACENCY_EDGE_WEIGHT, ADJACENCY_HAN, ADJACENCY_SHORT, ADJACENCY_SINGLES_WEIGHT } from "../data.js";
import { whole } from "../base/patterns.js";
import { and, orAlso, orWritings, phrase } from "./ast.js";

const ALL_HAN = whole(ADJACENCY_HAN);

/*
The query, no question, with its pairs of characters as alternatives of its words, which add to their scores.

`chunks` are the tokens of its words. Whatever has a pair has the word, so that no more pages match.
*/
export function withAdjacent(query, chunks) {
  const pairs = adjacentPairs(chunks);
  return pairs.size ? { ...query, should: query.should.map((node) => withPairs(node, pairs)) } : query;
}

/*
The pairs across the boundaries of single characters, with their weights, by the term that they add to.

A function word counts only where the text around it is cut into single characters, or is a short query.
*/
function adjacentPairs(chunks) {
  const pairs = new Map();
  const runs = chunks.flatMap(touchingRuns);
  for (const run of runs) {
    const characters = run.reduce((sum, token) => sum + token.pattern.length, 0);
    const countsAll = characters === run.length || (runs.length === 1 && characters <= ADJACENCY_SHORT);
    run.slice(1).forEach((right, place) => {
      const left = run[place];
      const singles = Number(left.pattern.length === 1) + Number(right.pattern.length === 1);
      const content = [left, right].filter((token) => !token.isFunctionWord);
      if (singles && (countsAll || content.length === 2)) {
        const { term } = content[0] ?? left;
        const weight = singles === 2 ? ADJACENCY_SINGLES_WEIGHT : ADJACENCY_EDGE_WEIGHT;
        pairs.set(term, (pairs.get(term) ?? new Map()).set(left.pattern.at(-1) + right.pattern[0], weight));
      }
    });
  }
  return pairs;
}

function withPairs(node, pairs) {
  if (node.type === "word" && pairs.has(node.term)) {
    const texts = [...pairs.get(node.term)];
    return orAlso(node, texts.map(([pattern, weight]) => phrase({ pattern, quoted: false, weight })));
  }
  if (node.type === "and") {
    return and(node.nodes.map((part) => withPairs(part, pairs)));
  }
  if (node.type === "or") {
    const [first, ...others] = node.nodes;
    return (node.writings ? orWritings : orAlso)(withPairs(first, pairs), others);
  }
  return node;
}

/** The runs of Han words without anything between them; other tokens are runs of their own, and empty. */
function touchingRuns(tokens) {
  const runs = [];
  let end = -1;
  for (const token of tokens) {
    const isHan = ALL_HAN.test(token.pattern);
    if (!isHan || token.start !== end) {
      runs.push([]);
    }
    if (isHan) {
      runs.at(-1).push(token);
    }
    end = isHan ? token.end : -1;
  }
  return runs;
}
