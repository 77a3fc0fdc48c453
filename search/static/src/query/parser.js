/*
The parser of the query language, in which every text is valid, and the query that it makes.

Words must all match; `"…"` is an exact substring; `-x` and `NOT x` exclude; `a OR b`, `a || b` take either and
bind tighter than the space between words; `title:`, `tag:`, `category:`, their Chinese names and the facets of
the site name a field; parentheses group. What does not parse is searched as words, and so is a sign that is
part of a text.
*/

import {
  MODEL_MIN_QUESTION_FORM_WORDS,
  MODEL_MIN_QUESTION_WORDS,
  PARSER_FACET_FIELDS,
  PARSER_MAX_DEPTH,
  PARSER_MAX_SIGNS,
} from "../data.js";
import { facetText, fold, foldPlain, simplifyWords } from "../analysis/folding.js";
import { queryTokens } from "../analysis/tokenizer.js";
import { lengthOf, splitBlanks } from "../base/patterns.js";
import { withAdjacent } from "./adjacency.js";
import { excluding, textsAsTyped, withTexts } from "./as_typed.js";
import { conjunction, distinctNodes, facetTerm, keyOf, not, orAlso, phrase, word, wordOf } from "./ast.js";
import { isNeutralGap } from "./gaps.js";
import {
  asciiSigns,
  lex,
  unreadRanges,
  withoutBlanksAfter,
  withoutBlanksBefore,
  withoutOuterBlanks,
} from "./lexer.js";
import { Readings } from "./reading.js";
import { expandWords } from "./synonyms.js";

/*
Filters by facets and dates. Values of one facet are alternatives; days are YYYYMMDD, inclusive. `own` are
[facet, values] of the site's own facets.
*/
const NO_FILTERS = { tags: [], categories: [], langs: [], firstDay: null, lastDay: null, own: [] };

const FIRST_SCOPE = { field: null, isExcluded: false, depth: 0 };

/*
Parse a query text. Filters, sort and page have their defaults. `facets` are the site's own, which are fields
of the query language as well.

`should` clauses may be relaxed to most of them, `must` clauses never are. `shouldTexts` are the former as
written. `questionText` is the text of the query's words, folded character by character, one line for each chunk
of the text, and `spans` are the ranges of `text` where these chunks are. `isQuestionForm`: the text has a
question word or ends in a question mark. `readings` are the parts of `text`, and what each was taken for.
`allVersions`: near copies of a page are hits of their own.
*/
export function parse(text, segmenter, facets = []) {
  const asciiText = asciiSigns(text);
  const parser = new Parser(asciiText, segmenter, text, facets);
  const nodes = parser.parse();
  let should = distinctNodes(nodes.filter(mayRelax));
  if (!nodes.length && splitBlanks(asciiText).length) {
    should = distinctNodes(parser.literalWords());
  }
  const query = {
    text,
    should,
    must: distinctNodes(nodes.filter((node) => !mayRelax(node))),
    shouldTexts: should.map((node) => parser.written(node)),
    questionText: parser.chunks.join("\n"),
    isQuestionForm: parser.hasQuestionWord || /[?？]$/.test(withoutBlanksAfter(asciiText)),
    spans: parser.spans,
    readings: parser.readings.inOrder(),
    filters: NO_FILTERS,
    sort: "relevance",
    page: 1,
    perPage: 10,
    allVersions: false,
  };
  // A question is scored by all pairs of its characters anyway.
  return isQuestion(query) ? query : withAdjacent(query, parser.chunkTokens);
}

/** Whether a query has so many words that a page need not match them all. */
export function isQuestion({ should, isQuestionForm }) {
  return should.length >= (isQuestionForm ? MODEL_MIN_QUESTION_FORM_WORDS : MODEL_MIN_QUESTION_WORDS);
}

/** The words and phrases that a hit may contain, for highlighting; without excluded ones. */
export function positive(query) {
  const leaves = (node) => {
    if (node.type === "and" || node.type === "or") {
      return node.nodes.flatMap(leaves);
    }
    return node.type === "word" || node.type === "phrase" ? [node] : [];
  };
  return [...query.should, ...query.must].flatMap(leaves);
}

/** Whether a page need not match it when the query relaxes: words only, no quotes, exclusions, fields. */
function mayRelax(node) {
  if (node.type === "and" || node.type === "or") {
    return node.nodes.every(mayRelax);
  }
  if (node.type === "phrase") {
    return !node.quoted && node.field === null;
  }
  return node.type === "word" && node.field === null;
}

/** Whether a scope is neither that of a field nor excluded. */
function isPlainScope({ field, isExcluded }) {
  return field === null && !isExcluded;
}

/** The places of the tokens of alternatives: the `first`, the `signs` between them, `end`; 0 before a second. */
function noAlternatives(first) {
  return { first, signs: [], end: 0, areOpen: false };
}

/*
A recursive descent over the lexer's tokens, no deeper than PARSER_MAX_DEPTH. A scope has the field of a node,
whether it is excluded, and how many groups enclose it.

Besides the nodes it collects the chunks of words: `chunks` (folded), their `spans` in the text, their
`chunkTokens`, and whether a question word is among them; and `readings`, what each part of the text was taken
for. `typed` is the text before `asciiSigns`, which keeps offsets.
*/
class Parser {
  constructor(text, segmenter, typed, facets) {
    this._text = text;
    this._typed = typed;
    this._tokens = lex(text, facets);
    this._facets = [...PARSER_FACET_FIELDS, ...facets];
    this._next = 0; // index of the token to be read
    this._segmenter = segmenter;
    this.chunks = [];
    this.spans = [];
    this.hasQuestionWord = false;
    this.chunkTokens = [];
    this._written = new Map();
    this._signs = 0;
    this.readings = new Readings(typed, this._tokens, facets);
    for (const [start, end] of unreadRanges(text, this._tokens)) {
      this.readings.add("ignored", start, end);
    }
  }

  /** All nodes; a closing parenthesis without an opening one is skipped. */
  parse() {
    const nodes = [];
    while (this._kind()) {
      nodes.push(...this._sequence(FIRST_SCOPE));
      if (this._kind()) {
        this.readings.ignore(this._tokens[this._next]);
      }
      this._next++;
    }
    return nodes;
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
    this.readings = new Readings(this._typed, []);
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

  /** The kind of the next token, undefined at the end. */
  _kind() {
    return this._tokens[this._next]?.kind;
  }

  /** The nodes up to a closing parenthesis or the end; all must match. */
  _sequence(scope) {
    const nodes = [];
    let alternatives = noAlternatives(this._next);
    for (let kind = this._kind(); kind && kind !== "close"; kind = this._kind()) {
      const place = this._next;
      if (kind === "or") {
        this._next++;
        this._readOr(place, nodes, alternatives);
        continue;
      }
      let parsed = this._node(scope);
      if (this._tokens[place].hasSign && isPlainScope(scope)) {
        parsed = this._withTextAsTyped(place, nodes, parsed);
      }
      if (alternatives.areOpen && nodes.length && parsed.length) {
        nodes.push(this._either(nodes.pop(), conjunction(parsed)));
        alternatives.end = this._next;
        alternatives.areOpen = false;
      } else if (parsed.length) {
        this._readAlternatives(alternatives, scope);
        alternatives = noAlternatives(place);
        nodes.push(...parsed);
      }
    }
    this._readAlternatives(alternatives, scope);
    return nodes;
  }

  /** An OR, which needs a node on either side. */
  _readOr(place, nodes, alternatives) {
    const kind = this._kind();
    if (nodes.length && kind && kind !== "close") {
      alternatives.signs.push(place);
      alternatives.areOpen = true;
    } else {
      this.readings.ignore(this._tokens[place]);
    }
  }

  _readAlternatives({ first, signs, end }, scope) {
    if (end && isPlainScope(scope)) {
      this.readings.alternatives(first, end - 1, signs);
    }
  }

  /*
  The nodes of a chunk with a sign, after the text around it was added: to the last of `nodes`, if it is of the
  chunk before, else to the first of the chunk's own.
  */
  _withTextAsTyped(place, nodes, parsed) {
    this._signs++;
    const texts = this._signs <= PARSER_MAX_SIGNS ? textsAsTyped(this._text, this._tokens, place) : [];
    if (!texts.length) {
      return parsed;
    }
    if (this._tokens[place - 1]?.kind === "chunk" && nodes.length && mayRelax(nodes.at(-1))) {
      nodes.push(this._withTexts(nodes.pop(), texts));
      return parsed;
    }
    return parsed.length ? [this._withTexts(parsed[0], texts), ...parsed.slice(1)] : parsed;
  }

  /** A node with texts as typed as alternatives; it stays written as it was. */
  _withTexts(node, texts) {
    const extended = withTexts(node, texts);
    this._note(extended, this.written(node));
    return extended;
  }

  _either(left, right) {
    const either = orAlso(left, [right]);
    this._note(either, `${this.written(left)} OR ${this.written(right)}`);
    return either;
  }

  /** The next node as a list of nodes that must all match; empty if it has no clause. */
  _node(scope) {
    const place = this._next;
    const token = this._tokens[place];
    this._next++;
    if (token.kind === "not" && this._kind()) {
      return this._excluded(place, scope);
    }
    if (token.kind === "field" && this._kind()) {
      return this._field(place, scope);
    }
    if (token.kind === "open") {
      return this._group(scope);
    }
    if (token.kind === "quoted") {
      return this._quoted(place, scope);
    }
    if (this._facets.includes(scope.field)) {
      return [facetTerm(scope.field, facetText(token.text))];
    }
    return this._asOperand(this._words(token, scope));
  }

  _excluded(place, scope) {
    const nodes = this._node({ ...scope, isExcluded: true });
    const last = Math.min(this._next, this._tokens.length) - 1;
    if (!nodes.length) {
      return [];
    }
    if (scope.isExcluded) {
      return [not(conjunction(nodes))];
    }
    if (isPlainScope(scope)) {
      this.readings.exclusion(place, last);
    }
    return [excluding(nodes, this._text, this._tokens, place, last)];
  }

  _field(place, scope) {
    const nodes = this._node({ ...scope, field: this._tokens[place].text });
    const last = Math.min(this._next, this._tokens.length) - 1;
    if (nodes.length && isPlainScope(scope)) {
      this.readings.filter(place, last);
    }
    return nodes;
  }

  _group(scope) {
    if (scope.depth >= PARSER_MAX_DEPTH) {
      return [];
    }
    const nodes = this._sequence({ ...scope, depth: scope.depth + 1 });
    if (this._kind()) {
      this._next++; // the closing parenthesis
    }
    return this._asOperand(nodes);
  }

  /** Nodes that belong together as one node where an OR follows. */
  _asOperand(nodes) {
    return nodes.length > 1 && this._kind() === "or" ? [conjunction(nodes)] : nodes;
  }

  _quoted(place, scope) {
    const token = this._tokens[place];
    const pattern = splitBlanks(foldPlain(token.text)).join(" ");
    if (!pattern) {
      this.readings.ignore(token);
      return [];
    }
    if (isPlainScope(scope)) {
      this.readings.phrase(token);
    }
    if (this._facets.includes(scope.field)) {
      return [facetTerm(scope.field, facetText(token.text))];
    }
    return [phrase({ pattern, field: scope.field })];
  }

  /** The words of a chunk: with synonyms, and without function words where others are left. */
  _words(token, { field, isExcluded }) {
    if (isExcluded) {
      // what is excluded is what is written
      return queryTokens(token.text, this._segmenter).map((excluded) => wordOf(excluded, field, true));
    }
    const chunk = field ? token.text : this._withFollowing(token);
    const words = queryTokens(chunk, this._segmenter);
    let content = words.filter((each) => !each.isFunctionWord);
    if (field) {
      content = content.length ? content : words;
    } else {
      this.chunks.push(foldPlain(chunk));
      this.hasQuestionWord ||= words.some((each) => each.isQuestionWord);
      this.readings.words(words, token);
      this.chunkTokens.push(words);
    }
    return this._noted(expandWords(chunk, words, content, field, this._segmenter), token.start);
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
    for (let index = following; index < (lexicon.synonymsOf.size ? tokens.length : 0); index++) {
      const text = this._text.slice(start, tokens[index].end);
      if (!isChunkOfWords(tokens[index]) || lengthOf(text) > 2 * lexicon.longestSynonym) {
        break;
      }
      if (lexicon.synonymsOf.has(splitBlanks(simplifyWords(fold(text).text)).join(" "))) {
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
