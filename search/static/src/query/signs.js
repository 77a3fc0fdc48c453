/* The signs of a query text as the lexer has them, and its parts without blanks at their edges. */

import { LEXER_ASCII_SIGNS, LEXER_CONTROL, LEXER_VISIBLE } from "../data.js";
import { all } from "../base/patterns.js";

const CONTROLS = all(LEXER_CONTROL);
const CHARACTERS = /[^\0-\x7f]/gu;
const VISIBLE_PARTS = all(LEXER_VISIBLE);

/** A text with ASCII signs for those of input methods, and blanks for control characters; offsets stay. */
export function asciiSigns(text) {
  const asciiSign = (character) => LEXER_ASCII_SIGNS[character.codePointAt(0)] ?? character;
  return text.replace(CONTROLS, " ").replace(CHARACTERS, asciiSign);
}

/** The ranges {start, end} of a text between blanks. */
export function visibleParts(text) {
  return Array.from(text.matchAll(VISIBLE_PARTS), ({ index, 0: part }) => ({ start: index, end: index + part.length }));
}

/** A text without blanks at its beginning. */
export function withoutBlanksBefore(text) {
  const [first] = visibleParts(text);
  return first ? text.slice(first.start) : "";
}

/** A text without blanks at its end. */
export function withoutBlanksAfter(text) {
  return text.slice(0, visibleParts(text).at(-1)?.end ?? 0);
}

/** A text without blanks at its edges. */
export function withoutOuterBlanks(text) {
  return withoutBlanksBefore(withoutBlanksAfter(text));
}
