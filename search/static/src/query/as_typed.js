/*
The text of a query as typed, around a sign: pages that have it come first, and are never excluded.

`git rebase -i` is three words that all must match, and a page that has them side by side is the one meant. A
title may hold what looks like an exclusion: `linux -mint 发布`.
*/

import { AS_TYPED_AS_TYPED_WEIGHT, AS_TYPED_MAX_CHARS } from "../data.js";
import { foldPlain } from "../analysis/folding.js";
import { lengthOf, splitBlanks } from "../base/patterns.js";
import { and, conjunction, not, orAlso, phrase } from "./ast.js";

/*
The folded texts to look for because of the sign in the chunk at `place`: with the chunk before it, and with
all chunks beside it.
*/
export function textsAsTyped(text, tokens, place) {
  let first = place;
  let last = place;
  while (first && isJoinedToNext(tokens, first - 1)) {
    first--;
  }
  while (last + 1 < tokens.length && isTextToken(tokens[last + 1])) {
    last++;
  }
  while (last > place && tokens[last].kind === "or") {
    last--;
  }
  const nearest = Math.max(first, place - 1);
  const texts = [
    text.slice(tokens[nearest].start, tokens[place].end),
    text.slice(tokens[first].start, tokens[last].end),
  ];
  const short = texts.filter((typed) => lengthOf(typed) <= AS_TYPED_MAX_CHARS);
  return [...new Set(short.map(foldedAsTyped).filter(Boolean))];
}

/** A node with texts as alternatives, which add to its score. */
export function withTexts(node, texts) {
  return orAlso(node, texts.map((text) => phraseAsTyped(text, AS_TYPED_AS_TYPED_WEIGHT)));
}

/*
The exclusion of nodes, but for pages that have it as typed, beside the words next to it. Its tokens are
`first` to `last`. A quotation, a field or a group is an order whatever stands beside it.
*/
export function excluding(nodes, text, tokens, first, last) {
  if (tokens[last].kind !== "chunk" || last !== first + 1) {
    return not(conjunction(nodes));
  }
  let { start } = tokens[first];
  let { end } = tokens[last];
  if (first && isJoinedToNext(tokens, first - 1)) {
    start = tokens[first - 1].start;
  } else if (tokens[last + 1]?.kind === "chunk") {
    end = tokens[last + 1].end;
  } else {
    return not(conjunction(nodes));
  }
  return not(and([...nodes, not(phraseAsTyped(foldedAsTyped(text.slice(start, end)), 1))]));
}

/** Whether a token belongs to the text after it: a chunk that is no operand, or a pipe between such. */
function isJoinedToNext(tokens, place) {
  return isTextToken(tokens[place]) && !["not", "field"].includes(tokens[place - 1]?.kind);
}

function isTextToken({ kind, text }) {
  return kind === "chunk" || (kind === "or" && text.startsWith("|"));
}

function foldedAsTyped(text) {
  return splitBlanks(foldPlain(text)).join(" ");
}

function phraseAsTyped(pattern, weight) {
  return phrase({ pattern, bounded: true, quoted: false, weight });
}
