/*
Regular expressions and code points: what Python's `re` and `str` have and JavaScript spells otherwise.

Patterns of `data.js` have no flag that keeps a place; a module makes the form that it needs once, at its top.
Offsets inside the engine are UTF-16 units; answers give code points, as the server's do.
*/

const BLANKS_OF_PYTHON = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const SURROGATE = /[\ud800-\udfff]/;

/** A pattern for `matchAll`, `replace` and `split`: every match. */
export function all(pattern) {
  return new RegExp(pattern.source, flagsWith(pattern, "g"));
}

/** A pattern that matches a whole text only, as `fullmatch` does. */
export function whole(pattern) {
  return new RegExp(`^(?:${pattern.source})$`, flagsWith(pattern, ""));
}

/** A pattern that matches at the beginning of a text only, as `match` does. */
export function beginning(pattern) {
  return new RegExp(`^(?:${pattern.source})`, flagsWith(pattern, ""));
}

function flagsWith(pattern, flag) {
  return pattern.flags.replace("g", "") + flag;
}

/** Whether a text has characters outside the first plane: only then do UTF-16 units and code points differ. */
export function hasSurrogates(text) {
  return SURROGATE.test(text);
}

/** The number of code points of a text. */
export function lengthOf(text) {
  return hasSurrogates(text) ? [...text].length : text.length;
}

/** The code point offset of a UTF-16 offset in a text. */
export function toCodePoints(text, offset) {
  return hasSurrogates(text) ? lengthOf(text.slice(0, offset)) : offset;
}

/** The UTF-16 offset of a code point offset in a text; that of the end if it lies beyond. */
export function fromCodePoints(text, offset) {
  if (!hasSurrogates(text)) {
    return Math.min(offset, text.length);
  }
  let units = 0;
  for (; offset > 0 && units < text.length; offset--) {
    units += text.codePointAt(units) > 0xffff ? 2 : 1;
  }
  return units;
}

/** Ranges [start, end] of a text, in code points instead of UTF-16 units. */
export function rangesInCodePoints(text, ranges) {
  return hasSurrogates(text)
    ? ranges.map(([start, end]) => [toCodePoints(text, start), toCodePoints(text, end)])
    : ranges;
}

/** The first `count` code points of a text. */
export function firstCharacters(text, count) {
  return text.slice(0, fromCodePoints(text, count));
}

/** The words of a text between blanks, as Python's `split` finds them. */
export function splitBlanks(text) {
  return text.split(BLANKS_OF_PYTHON).filter((word) => word);
}

/** A text as a pattern that matches it alone. */
export function escapePattern(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The order of two texts by code points, as Python sorts them. */
export function byCodePoints(left, right) {
  const size = Math.min(left.length, right.length);
  for (let place = 0; place < size; place++) {
    const [a, b] = [left.charCodeAt(place), right.charCodeAt(place)];
    if (a !== b) {
      // A surrogate is the half of a code point above every other one.
      return (isSurrogate(a) ? a + 0x10000 : a) - (isSurrogate(b) ? b + 0x10000 : b);
    }
  }
  return left.length - right.length;
}

function isSurrogate(unit) {
  return unit >= 0xd800 && unit <= 0xdfff;
}
