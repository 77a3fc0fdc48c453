/*
The nodes of a parsed query: a tree of plain objects that the engine evaluates and snippets highlight.

Nodes are never changed. Each kind has one constructor, so that equal nodes have equal JSON (`keyOf`).
*/

import { AST_MIN_BEGINNING } from "../data.js";

/*
A word, anywhere or in the title (`field`). `weight` is the factor of its score; below 1 for a writing that
the query does not have itself. `whole`: of a Latin word, longer words that begin with it do not count.
*/
export function word({ term, pattern, kind, field = null, weight = 1, whole = false }) {
  return { type: "word", term, pattern, kind, field, weight, whole };
}

/* The node of a token. */
export function wordOf(token, field = null, whole = false) {
  return word({ term: token.term, pattern: token.pattern, kind: token.kind, field, whole });
}

/*
An exact substring (folded) of one block of the visible text, or of the title (`field`). `bounded`: a letter
or digit at its edge must not go on beyond it, see Pattern. `quoted`: the query has it in quotes; otherwise it
is a word of several tokens, or another writing of one.
*/
export function phrase({ pattern, field = null, bounded = false, quoted = true, weight = 1 }) {
  return { type: "phrase", pattern, field, bounded, quoted, weight };
}

/* A value of the facet `field` (tag, category, or one of the site's own), folded for comparison. */
export function facetTerm(field, value) {
  return { type: "facet", field, value };
}

/* Pages that do not match the node. */
export function not(node) {
  return { type: "not", node };
}

/* Pages that match every node. */
export function and(nodes) {
  return { type: "and", nodes };
}

/*
Pages that match at least one node. A page has the scores of all of its nodes together; if they are `writings`
of the first, that of the best one alone.
*/
export function or(nodes, writings = false) {
  return { type: "or", nodes, writings };
}

/* A string that equal nodes share. */
export function keyOf(node) {
  return JSON.stringify(node);
}

/* The nodes without those that were there before. */
export function distinctNodes(nodes) {
  return [...new Map(nodes.map((node) => [keyOf(node), node])).values()];
}

/* Whether a word also matches longer words that begin with it: a Latin word of three letters or more. */
export function matchesBeginnings({ term, kind, whole }) {
  return (
    kind === "latin" &&
    !whole &&
    term.length >= AST_MIN_BEGINNING &&
    /^[\0-\x7f]*$/.test(term) &&
    !/^[0-9]+$/.test(term)
  );
}

/* A node without the other writings and synonyms of its word: the first of its alternatives. */
export function primary(node) {
  return node.type === "or" ? primary(node.nodes[0]) : node;
}

/* The words and phrases that a page must have, without other writings and synonyms. */
export function primaryLeaves(node) {
  const first = primary(node);
  if (first.type === "and") return first.nodes.flatMap(primaryLeaves);
  return first.type === "word" || first.type === "phrase" ? [first] : [];
}

/* A node with other writings of it; itself where there are none. */
export function orWritings(node, others) {
  return withAlternatives(node, others, true);
}

/* A node with alternatives that add to its score; itself where there are none. */
export function orAlso(node, others) {
  return withAlternatives(node, others, false);
}

/* A single node that requires all of the nodes, of which there is one or more. */
export function conjunction(nodes) {
  return nodes.length === 1 ? nodes[0] : and(nodes);
}

/* The node of its array in a chunk; the words and phrases of a title have its `field`. */
export function nodeOf([type, ...values], field = null) {
  if (type === "w") {
    const [term, pattern, kind, weight, whole] = values;
    return word({ term, pattern, kind, field, weight, whole: Boolean(whole) });
  }
  const [pattern, bounded, weight] = values;
  return phrase({ pattern, field, bounded: Boolean(bounded), quoted: false, weight });
}

function withAlternatives(node, others, writings) {
  const own = node.type === "or" && node.writings === writings ? node.nodes : [node];
  const nodes = distinctNodes([...own, ...others]);
  return nodes.length > 1 ? or(nodes, writings) : node;
}
