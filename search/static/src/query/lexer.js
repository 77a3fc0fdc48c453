/*
The lexer of the query language, which decides what a sign means: an order, or a part of the text sought.

A minus excludes only what can hardly be part of a text: `-手机`, `-"…"`, `-tag:x`, `-(…)`, `-docker`. Those of
`git rebase -i`, `rm -rf`, `-18℃` and `find -name` are text, and `NOT` is a word in `IS NOT NULL`.
*/

import {
  LEXER_CAPITALS,
  LEXER_FIELD_NAMES,
  LEXER_HAS_WIDE,
  LEXER_LONG_FLAGS,
  LEXER_MINUS,
  LEXER_MIN_EXCLUDED_AFTER_LATIN,
  LEXER_MIN_EXCLUDED_LETTERS,
  LEXER_NOT,
  LEXER_OF_CHUNK,
  LEXER_OF_FIELD,
  LEXER_OR,
  LEXER_OWN_FIELD_NAMES,
  LEXER_SENTENCE_SIGNS,
} from "../data.js";
import { escapePattern, lengthOf, whole } from "../base/patterns.js";
import { asciiSigns, visibleParts } from "./signs.js";

const ALL_CAPITALS = whole(LEXER_CAPITALS);
const ALL_LETTERS = /^\p{L}+$/u;
const DECIMAL_FIRST = /^\p{Nd}/u;
const OWN_FIELD_NAMES = new Map(Object.entries(LEXER_OWN_FIELD_NAMES));
const LEXERS = new Map(); // by the site's own facets

/** The fields of an index whose site has own facets, by name. */
function namesOfFields(facets) {
  const names = new Map();
  for (const facet of [...facets].reverse()) {
    for (const other of OWN_FIELD_NAMES.get(facet) ?? []) {
      names.set(other, facet);
    }
  }
  for (const facet of facets) {
    names.set(facet, facet);
  }
  return new Map([...names, ...Object.entries(LEXER_FIELD_NAMES)]);
}

/** The names of fields and the pattern of all tokens. */
function lexerOf(facets) {
  const key = facets.join("\n");
  if (!LEXERS.has(key)) {
    const names = namesOfFields(facets);
    const field = `(?:${[...names.keys()].map(escapePattern).join("|")})${LEXER_OF_FIELD.source}`;
    const kinds = [
      `(?<minus>${LEXER_MINUS.source})`,
      `(?<not>${LEXER_NOT.source})`,
      `(?<field>${field})`,
      '"(?<quoted>[^"]*)"',
      "(?<open>\\()",
      "(?<close>\\))",
      `(?<or>${LEXER_OR.source})`,
      `(?<chunk>(?!${field})(?:${LEXER_OF_CHUNK.source})+)`,
    ];
    LEXERS.set(key, { names, pattern: new RegExp(kinds.join("|"), "gu") });
  }
  return LEXERS.get(key);
}

/*
A token of a query text, a range of it. `kind` is one of not, field, quoted, open, close, or, chunk. `text` is
what is quoted of a quotation, and the name of a field. `hasSign`: a chunk with a sign that the query language
knows, but that is part of the text here.
*/
function lexedToken(kind, start, end, text, hasSign = false) {
  return { kind, start, end, text, hasSign };
}

/** The tokens of a query text with `asciiSigns`; `facets` are the site's own. */
export function lex(text, facets = []) {
  const { names, pattern } = lexerOf(facets);
  const matches = Array.from(text.matchAll(pattern), matchOfKind);
  const tokens = [];
  for (let place = 0; place < matches.length; place++) {
    const match = matches[place];
    const following = matches[place + 1];
    const isOperand = ["not", "field"].includes(tokens.at(-2)?.kind); // which is no command
    const before = tokens.at(-1)?.kind === "chunk" && !isOperand ? tokens.at(-1) : null;
    if (match.kind === "minus") {
      const isAlone = matches.length === 2;
      if (following && !isMinusOfText(following, before, isAlone)) {
        tokens.push(lexedToken("not", match.start, match.end, "-"));
      } else {
        // of its chunk
        const end = following ? following.end : match.end;
        tokens.push(lexedToken("chunk", match.start, end, text.slice(match.start, end), true));
        place++;
      }
    } else if (match.kind === "not" && following && isNotOfSql(following, before)) {
      tokens.push(lexedToken("chunk", match.start, match.end, match.text, true));
    } else {
      tokens.push(tokenOfMatch(match, tokens.slice(-2), names));
    }
  }
  return tokens;
}

/** Whether a text has tokens of these kinds alone, and no sign that might be an order elsewhere. */
export function isPlainQuery(text, kinds, facets) {
  const tokens = lex(asciiSigns(text), facets);
  return tokens.length > 0 && tokens.every((token) => kinds.includes(token.kind) && !token.hasSign);
}

/** The ranges of visible characters that are in no token: quotation marks without a second one. */
export function unreadRanges(text, tokens) {
  const ranges = [];
  let end = 0;
  for (const { start, end: following } of [...tokens, { start: text.length, end: 0 }]) {
    if (start > end) {
      for (const part of visibleParts(text.slice(end, start))) {
        ranges.push([end + part.start, end + part.end]);
      }
    }
    end = Math.max(end, following);
  }
  return ranges;
}

/** A match of the lexer: its kind, range and text, and what is quoted. */
function matchOfKind(match) {
  const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
  const end = match.index + match[0].length;
  return { kind, start: match.index, end, text: match[0], quoted: match.groups.quoted };
}

function tokenOfMatch({ kind, start, end, text, quoted }, before, names) {
  if (kind === "field") {
    return lexedToken(kind, start, end, names.get(text.slice(0, -1)));
  }
  const isFlag = text.startsWith("-") && /[^-]/.test(text);
  const hasSign = kind === "chunk" && (isFlag || isPiped(text, before));
  return lexedToken(kind, start, end, quoted ?? text, hasSign);
}

/** Whether a chunk is the command after a pipe: `ps aux | grep java`. */
function isPiped(chunk, before) {
  const [first, last] = before;
  const isAfterPipe = first?.kind === "chunk" && last?.kind === "or" && last.text.startsWith("|");
  return isAfterPipe && !LEXER_HAS_WIDE.test(first.text + chunk);
}

/*
Whether a minus is part of the text sought: of a flag or a negative number. `before` is the chunk before it;
`isAlone`: there is nothing but the minus and what follows it.
*/
function isMinusOfText(operand, before, isAlone) {
  if (operand.kind !== "chunk") {
    return false;
  }
  let end = operand.text.length;
  while (end && LEXER_SENTENCE_SIGNS.includes(operand.text[end - 1])) {
    end--;
  }
  const word = operand.text.slice(0, end);
  if (LEXER_HAS_WIDE.test(word)) {
    return DECIMAL_FIRST.test(word);
  }
  if (isAlone || !ALL_LETTERS.test(word)) {
    return true;
  }
  if (!before || LEXER_HAS_WIDE.test(before.text)) {
    return lengthOf(word) < LEXER_MIN_EXCLUDED_LETTERS;
  }
  return lengthOf(word) < LEXER_MIN_EXCLUDED_AFTER_LATIN || LEXER_LONG_FLAGS.includes(word.toLowerCase());
}

/** Whether NOT is a word among others in capitals: `IS NOT NULL`, `404 NOT FOUND`. */
function isNotOfSql(operand, before) {
  return ALL_CAPITALS.test(operand.text) && (!before || ALL_CAPITALS.test(before.text));
}
