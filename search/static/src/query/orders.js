/*
The parser of the query language.

Words must all match; `"…"` is an exact substring; `-x` and `NOT x` exclude; `a OR b`, `a || b` take either and
bind tighter than the space between words; `title:`, `tag:`, `category:`, their Chinese names and the facets of
the site name a field; parentheses group. What does not parse is searched as words, and so is a sign that is
part of a text.
*/

import { PARSER_FACET_FIELDS, PARSER_MAX_DEPTH, PARSER_MAX_SIGNS } from "../data.js";
import { facetText, foldPlain } from "../analysis/folding.js";
import { queryTokens } from "../analysis/tokenizer.js";
import { splitBlanks } from "../base/patterns.js";
import { excluding, textsAsTyped, withTexts } from "./as_typed.js";
import { conjunction, facetTerm, not, orAlso, phrase, wordOf } from "./ast.js";
import { lex, unreadRanges } from "./lexer.js";
import { WordParser } from "./parser.js";
import { expandWords } from "./synonyms.js";
import { OrderReadings } from "./undoing.js";

const FIRST_SCOPE = { field: null, isExcluded: false, depth: 0 };

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
*/
export class OrderParser extends WordParser {
  constructor(text, segmenter, typed, facets) {
    super(text, segmenter, typed);
    this._tokens = lex(text, facets);
    this._facets = [...PARSER_FACET_FIELDS, ...facets];
    this._signs = 0;
    this.readings = new OrderReadings(typed, this._tokens, facets);
    for (const [start, end] of unreadRanges(text, this._tokens)) {
      this.readings.add("ignored", start, end);
    }
  }

  /** The nodes that are no words: quotes, exclusions, fields. */
  required(nodes) {
    return nodes.filter((node) => !mayRelax(node));
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
    return this._asOperand(this._wordsIn(scope, token));
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

  /** The words of a chunk in a scope; those of a field are in no chunk of the text. */
  _wordsIn({ field, isExcluded }, token) {
    if (!field && !isExcluded) {
      return this._words(token);
    }
    const words = queryTokens(token.text, this._segmenter);
    if (isExcluded) {
      // what is excluded is what is written
      return words.map((excluded) => wordOf(excluded, field, true));
    }
    const content = words.filter((each) => !each.isFunctionWord);
    const wanted = content.length ? content : words;
    return this._noted(expandWords(token.text, words, wanted, field, this._segmenter), token.start);
  }
}
