/*
The readings of orders: quotations, exclusions, fields and alternatives, with the query texts that undo each of them.

Texts are as typed; their tokens are those of the text with ASCII signs, which has the same offsets.
*/

import { READING_WITHOUT_ORDERS } from "../data.js";
import { firstCharacters, lengthOf } from "../base/patterns.js";
import { isPlainQuery, lex } from "./lexer.js";
import { reading, Readings } from "./reading.js";
import { asciiSigns, withoutBlanksAfter, withoutBlanksBefore, withoutOuterBlanks } from "./signs.js";

/*
The readings of a query text; tokens go by place. `facets` are the site's own, which are fields of the query
language.
*/
export class OrderReadings extends Readings {
  constructor(typed, tokens, facets) {
    super(typed);
    this._tokens = tokens;
    this._facets = facets;
  }

  /** A quotation. */
  phrase(token) {
    const { start, end } = token;
    const value = this._text.slice(start + 1, end - 1);
    this._readings.push(reading("phrase", start, end, value, null, this._phraseUndone(token)));
  }

  /*
  The tokens of an exclusion, its sign first; undone, nothing of it is left, or if nothing else is, what it
  excludes as words.
  */
  exclusion(first, last) {
    const [operand, field] = this._operand(first + 1);
    const rest = this._without(first, last);
    const words = this._between(operand, last);
    const undo = rest || !this._isPlain(words, READING_WITHOUT_ORDERS) ? rest : words;
    this._addOrder("exclusion", first, last, operand, field, undo);
  }

  /** The tokens of a field and what it must have. */
  filter(first, last) {
    const [operand, field] = this._operand(first);
    this._addOrder("filter", first, last, operand, field, this._filterUndone(first, last, operand, field));
  }

  /** The tokens of alternatives, with the `signs` between them. */
  alternatives(first, last, signs) {
    const undo = alternativesUndone(this._text, signs.map((place) => this._tokens[place]));
    this.add("alternative", this._tokens[first].start, this._tokens[last].end, undo);
  }

  _addOrder(kind, first, last, operand, field, undo) {
    const { start } = this._tokens[first];
    const { end } = this._tokens[last];
    const sign = operand === last && this._tokens[operand].kind === "quoted" ? 1 : 0;
    const value = this._text.slice(this._tokens[operand].start + sign, end - sign);
    this._readings.push(reading(kind, start, end, value, field, undo));
  }

  /** The text with what a title must have as words; without a facet's value, if anything is left. */
  _filterUndone(first, last, operand, field) {
    const rest = this._without(first, last);
    const isPlain = this._isPlain(this._between(operand, last), READING_WITHOUT_ORDERS);
    if (!isPlain || (field !== "title" && rest)) {
      return rest;
    }
    return this._text.slice(0, this._tokens[first].start) + this._text.slice(this._tokens[operand].start);
  }

  /** The text without the quotation marks of a phrase; null where its words would be orders. */
  _phraseUndone(token) {
    const text = this._text;
    const place = this._tokens.indexOf(token);
    const quoted = withoutOuterBlanks(text.slice(token.start + 1, token.end - 1));
    if (!this._isPlain(quoted, ["chunk"])) {
      return null;
    }
    const left = withoutBlanksBefore(`${withoutBlanksAfter(text.slice(0, token.start))} ${quoted}`);
    const right = text.slice(token.end);
    const ways = [left + right, `${left} ${withoutBlanksBefore(right)}`, `${left}""${right}`];
    const undone = ways.find((way) => this._isNoLonger(way) && this._keeps(way, place, place));
    return undone === undefined ? null : withoutBlanksAfter(undone);
  }

  /** The text without its tokens `first` to `last`, and without an OR beside them. */
  _without(first, last) {
    const tokens = this._tokens;
    if (tokens[first - 1]?.kind === "or") {
      first--;
    } else if (tokens[last + 1]?.kind === "or") {
      last++;
    }
    const left = this._text.slice(0, tokens[first].start);
    const right = this._text.slice(tokens[last].end);
    const rest = partsJoined(left, right);
    if (rest && !this._keeps(rest, first, last)) {
      // Beside an empty quotation what is left has neither lost nor got a neighbour.
      const apart = withoutOuterBlanks(`${withoutBlanksAfter(left)} "" ${withoutBlanksBefore(right)}`);
      return this._isNoLonger(apart) && this._keeps(apart, first, last) ? apart : rest;
    }
    return rest;
  }

  /*
  Whether the tokens before `first` and after `last` are as they were in a text that has nothing but words in
  place of those between.
  */
  _keeps(undone, first, last) {
    const before = visibleTokens(this._tokens.slice(0, first));
    const after = visibleTokens(this._tokens.slice(last + 1));
    const found = visibleTokens(lex(asciiSigns(undone), this._facets));
    const between = found.slice(before.length, found.length - after.length);
    const areWords = between.every(([kind]) => kind === "chunk");
    return areWords && JSON.stringify(found) === JSON.stringify([...before, ...between, ...after]);
  }

  /** The first token from `place` on that names no field, and the field before it. */
  _operand(place) {
    let field = null;
    while (this._tokens[place].kind === "field" && place + 1 < this._tokens.length) {
      field = this._tokens[place].text;
      place++;
    }
    return [place, field];
  }

  /** The text from one token to another. */
  _between(first, last) {
    return this._text.slice(this._tokens[first].start, this._tokens[last].end);
  }

  _isPlain(text, kinds) {
    return isPlainQuery(text, kinds, this._facets);
  }

  _isNoLonger(undone) {
    return lengthOf(undone) <= lengthOf(this._text);
  }
}

/** The parts of a query text before and after what is taken out of it. */
function partsJoined(left, right) {
  const following = asciiSigns(firstCharacters(right, 1));
  if (!["", " ", ")"].includes(following)) {
    // What touches the part stays what it is only if it touches something.
    const before = withoutBlanksAfter(left);
    return before ? `${before}""${right}` : `""${right}`;
  }
  if (following === ")") {
    return withoutBlanksAfter(left) + right;
  }
  return withoutOuterBlanks(`${withoutBlanksAfter(left)} ${withoutBlanksBefore(right)}`);
}

/** The kinds and texts of tokens, without empty quotations. */
function visibleTokens(tokens) {
  return tokens.filter(({ kind, text }) => text || kind !== "quoted").map(({ kind, text }) => [kind, text]);
}

/** A query text with blanks for the signs between alternatives. */
function alternativesUndone(text, ors) {
  return ors.reduceRight(
    (undone, { start, end }) =>
      `${withoutBlanksAfter(undone.slice(0, start))} ${withoutBlanksBefore(undone.slice(end))}`,
    text,
  );
}
