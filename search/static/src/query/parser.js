/*
The parser of queries, in which every text is valid.

Most queries are words alone. What may have orders of the query language is parsed by orders.js, which is loaded then.
*/

import { fold, foldPlain, simplifyWords } from "../analysis/folding.js";
import { queryTokens } from "../analysis/tokenizer.js";
import { part } from "../base/parts.js";
import { lengthOf, splitBlanks } from "../base/patterns.js";
import { withAdjacent } from "./adjacency.js";
import { distinctNodes, keyOf, word, wordOf } from "./ast.js";
import { isNeutralGap } from "./gaps.js";
import { isQuestion, queryWith } from "./model.js";
import { Readings } from "./reading.js";
import { asciiSigns, visibleParts, withoutBlanksAfter, withoutBlanksBefore, withoutOuterBlanks } from "./signs.js";
import { expandWords } from "./synonyms.js";

// Of a text with ASCII signs: without any of these, each part between blanks is a chunk of words.
const MAY_HAVE_ORDERS = /["():|]|\b(?:OR|NOT)\b|(?:^|[^\p{L}\p{N}])-/u;

/** Parse a query text. Filters, sort and page have their defaults. `facets` are the site's own, which are fields of
 * the query language as well. */
export function parse(text, segmenter, facets = []) {
  const asciiText = asciiSigns(text);
  const orders = MAY_HAVE_ORDERS.test(asciiText) && part("orders");
  const parser = orders
    ? new orders.OrderParser(asciiText, segmenter, text, facets)
    : new WordParser(asciiText, segmenter, text);
  let nodes = parser.parse();
  if (!nodes.length && splitBlanks(asciiText).length) nodes = parser.literalWords();
  const must = parser.required(nodes);
  const should = distinctNodes(nodes.filter((node) => !must.includes(node)));
  const query = queryWith({
    text,
    should,
    must: distinctNodes(must),
    shouldTexts: should.map((node) => parser.written(node)),
    questionText: parser.chunks.join("\n"),
    isQuestionForm: parser.hasQuestionWord || /[?？]$/.test(withoutBlanksAfter(asciiText)),
    spans: parser.spans,
    readings: parser.readings.inOrder(),
  });
  // A question is scored by all pairs of its characters anyway.
  return isQuestion(query) ? query : withAdjacent(query, parser.chunkTokens);
}

/*
The parser of texts that are words alone.

Besides the nodes it collects the chunks of words: `chunks` (folded), their `spans` in the text, their
`chunkTokens`, and whether a question word is among them; and `readings`, what each part of the text was taken
for. `typed` is the text before `asciiSigns`, which keeps offsets.
*/
export class WordParser {
  constructor(text, segmenter, typed) {
    this._text = text;
    this._typed = typed;
    this._tokens = visibleParts(text).map((part) => chunkToken(text, part));
    this._next = 0; // index of the token to be read
    this._segmenter = segmenter;
    this.chunks = [];
    this.spans = [];
    this.hasQuestionWord = false;
    this.chunkTokens = [];
    this._written = new Map();
    this.readings = new Readings(typed);
  }

  /** All nodes. */
  parse() {
    const nodes = [];
    while (this._next < this._tokens.length) nodes.push(...this._words(this._tokens[this._next++]));
    return nodes;
  }

  /** The nodes that a page must match even when the query relaxes. */
  required() {
    return [];
  }

  /** All words of a text that consists of function words, operators or punctuation. */
  literalWords() {
    const text = this._text;
    const words = queryTokens(text, this._segmenter);
    let spans = words.map((token) => [wordOf(token), token.start, token.end]);
    const pattern = splitBlanks(foldPlain(text)).join(" ");
    if (!spans.length && pattern) {
      const start = text.length - withoutBlanksBefore(text).length;
      spans = [[word({ term: pattern, pattern, kind: "han" }), start, withoutBlanksAfter(text).length]];
    }
    this.readings = new Readings(this._typed);
    for (const [, start, end] of spans) {
      this.readings.add("word", start, end);
    }
    this.chunkTokens = [words];
    return this._noted(spans, 0);
  }

  /** A node of words as it is written in the text. */
  written(node) {
    const written = this._written.get(keyOf(node));
    if (written !== undefined) {
      return written;
    }
    if (node.type === "and") {
      return node.nodes.map((part) => this.written(part)).join(" ");
    }
    return node.type === "word" ? node.term : "";
  }

  /** Note how a node is written, unless that is known. */
  _note(node, written) {
    const key = keyOf(node);
    if (!this._written.has(key)) {
      this._written.set(key, written);
    }
  }

  /** The words of a chunk: with synonyms, and without function words where others are left. */
  _words(token) {
    const chunk = this._withFollowing(token);
    const words = queryTokens(chunk, this._segmenter);
    const content = words.filter((each) => !each.isFunctionWord);
    this.chunks.push(foldPlain(chunk));
    this.hasQuestionWord ||= words.some((each) => each.isQuestionWord);
    this.readings.words(words, token);
    this.chunkTokens.push(words);
    return this._noted(expandWords(chunk, words, content, null, this._segmenter), token.start);
  }

  /** The nodes of [node, start, end in a text that begins at `offset`], noted as they are written. */
  _noted(spans, offset) {
    return Array.from(spans, ([node, start, end]) => {
      this._note(node, withoutOuterBlanks(this._typed.slice(offset + start, offset + end)));
      return node;
    });
  }

  /*
  A chunk, with the next ones if the gap between them is neutral, or if together they have synonyms: `C 语言`,
  `machine learning`.
  */
  _withFollowing({ start, end }) {
    const { lexicon } = this._segmenter;
    const tokens = this._tokens;
    let following = this._next;
    for (let index = following; index < tokens.length; index++) {
      if (!isChunkOfWords(tokens[index]) || !isNeutralGap(tokens[index - 1].text, tokens[index].text)) {
        break;
      }
      ({ end } = tokens[index]);
      following = index + 1;
    }
    for (let index = following; index < (lexicon.longestSynonym ? tokens.length : 0); index++) {
      const text = this._text.slice(start, tokens[index].end);
      if (!isChunkOfWords(tokens[index]) || lengthOf(text) > 2 * lexicon.longestSynonym) {
        break;
      }
      if (lexicon.synonymsOf(splitBlanks(simplifyWords(fold(text).text)).join(" ")).length) {
        ({ end } = tokens[index]);
        following = index + 1;
      }
    }
    this._next = following;
    this.spans.push([start, end]);
    return this._text.slice(start, end);
  }
}

function isChunkOfWords({ kind, hasSign }) {
  return kind === "chunk" && !hasSign;
}

function chunkToken(text, { start, end }) {
  return { kind: "chunk", start, end, text: text.slice(start, end), hasSign: false };
}
