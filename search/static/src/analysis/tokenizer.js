/*
The tokenizer: the tokens of a query, as those of pages were made; the twin of index/analysis/tokenizer.py.
*/

import { beginning, byCodePoints, escapePattern, whole } from "../base/patterns.js";
import {
  TOKENIZER_EDGE_CONTEXT,
  TOKENIZER_FUNCTION_WORDS,
  TOKENIZER_HAN_RUN,
  TOKENIZER_MIXED,
  TOKENIZER_MIXED_TOKEN,
  TOKENIZER_OTHER_TOKENS,
  TOKENIZER_QUESTION_WORDS,
  TOKENIZER_UNBROKEN,
} from "../data.js";
import { fold, simplifyCharacters, simplifyWords } from "./folding.js";

/** Words that carry grammar rather than meaning, question words included. */
export const FUNCTION_WORD_SET = new Set(TOKENIZER_FUNCTION_WORDS);

/** Words that make a query a question. */
export const QUESTION_WORD_SET = new Set(TOKENIZER_QUESTION_WORDS);

const RUN_OF_HAN = whole(TOKENIZER_HAN_RUN);
const UNBROKEN_AFTER = beginning(TOKENIZER_UNBROKEN);
const UNBROKEN_BEFORE = new RegExp(`${TOKENIZER_UNBROKEN.source}$`, "u");
const ALPHANUMERIC = /^[\p{L}\p{N}]+$/u;
const TOKEN_KINDS = ["mixed", "number", "latin", "han", "single", "syllabic"];

const patterns = new Map(); // by the words of the lexicon

/** The pattern of one token, with the flag g; the name of the group that matched is its kind. `mixed`: words that
 * join Han with other characters. */
export function tokenPattern(mixed) {
  const key = mixed.join(" ");
  if (!patterns.has(key)) {
    const words = [...new Set([...TOKENIZER_MIXED, ...mixed])].sort(byLength).map(escapePattern);
    const source = TOKENIZER_MIXED_TOKEN.source.replace("WORDS", () => words.join("|"));
    patterns.set(key, new RegExp(`${source}|${TOKENIZER_OTHER_TOKENS.source}`, "gu"));
  }
  return patterns.get(key);
}

function byLength(left, right) {
  return [...right].length - [...left].length || byCodePoints(left, right);
}

/** A word of a query: `term` is looked up in the index, `pattern` is the same word folded character by character, for
 * substring search; `start` and `end` are offsets of the query's text. `kind`: "han" may occur anywhere, "latin" is
 * letters and digits, "compound" (GPT-4o, C语言) may occur inside a longer token. */
export class QueryToken {
  constructor(term, pattern, kind, start, end, isStopWord = false) {
    Object.assign(this, { term, pattern, kind, start, end, isStopWord });
  }

  /** Whether it need not match: a function word, or a stop word of the lexicon. */
  get isFunctionWord() {
    return FUNCTION_WORD_SET.has(this.term) || this.isStopWord;
  }

  /** Whether it makes the query a question. */
  get isQuestionWord() {
    return QUESTION_WORD_SET.has(this.term);
  }
}

/** Tokenize a query's text: words in order, without overlap. */
export function queryTokens(source, segmenter) {
  const folded = fold(source);
  const plain = simplifyCharacters(folded.text);
  const stopWords = segmenter.lexicon.stopWordSet;
  return [...tokensOf(simplifyWords(folded.text), segmenter)].map(([term, kind, start]) => {
    const end = start + term.length;
    const span = folded.source(start, end);
    return new QueryToken(term, plain.slice(start, end), kind, ...span, stopWords.has(term));
  });
}

/** The range of the token that `position` is inside of in a text as written; [position, position] between tokens.
 * Reads a little of the text either way, as far as no blank or sign ends every token. */
export function tokenAcross(text, position, segmenter) {
  const before = text.slice(Math.max(0, position - TOKENIZER_EDGE_CONTEXT), position);
  const start = position - UNBROKEN_BEFORE.exec(before)[0].length;
  const after = text.slice(position, position + TOKENIZER_EDGE_CONTEXT);
  const end = position + UNBROKEN_AFTER.exec(after)[0].length;
  if (start < position && position < end) {
    const range = tokenInside(text.slice(start, end), position - start, segmenter);
    if (range) return range.map((offset) => start + offset);
  }
  return [position, position];
}

/** As `tokenAcross`, in a text without blanks; null between tokens. */
function tokenInside(unbroken, position, segmenter) {
  if (RUN_OF_HAN.test(unbroken)) return wordAcross(unbroken, position, segmenter);
  const folded = fold(unbroken);
  const place = folded.place(position);
  for (const match of folded.text.matchAll(tokenPattern(segmenter.lexicon.mixed))) {
    let [first, last] = [match.index, match.index + match[0].length];
    if (last <= place) continue;
    if (kindOf(match) === "han" && first < place) {
      const range = wordAcross(match[0], place - first, segmenter);
      if (!range) return null;
      [first, last] = range.map((offset) => first + offset);
    }
    return first >= place ? null : folded.source(first, last);
  }
  return null;
}

/** As `tokenAcross`, for a position in a run of Han characters; null between words. */
function wordAcross(han, position, segmenter) {
  let first = 0;
  for (const word of segmenter.cut(simplifyCharacters(han))) {
    const last = first + word.length;
    if (last > position) return first < position ? [first, last] : null;
    first = last;
  }
  return null;
}

/** [term, kind, start] of each token of a folded and simplified text, Han runs segmented. */
function* tokensOf(text, segmenter) {
  for (const match of text.matchAll(tokenPattern(segmenter.lexicon.mixed))) {
    const [token, kind] = [match[0], kindOf(match)];
    let start = match.index;
    if (kind === "han") {
      for (const word of segmenter.cut(token)) {
        yield [word, "han", start];
        start += word.length;
      }
    } else if (kind === "single" || kind === "syllabic") {
      yield [token, "han", start];
    } else {
      yield [token, kind === "latin" && ALPHANUMERIC.test(token) ? "latin" : "compound", start];
    }
  }
}

function kindOf(match) {
  return TOKEN_KINDS.find((kind) => match.groups[kind] !== undefined);
}
