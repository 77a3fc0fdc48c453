/*
Substring search for a folded pattern in folded texts. Offsets are those of JavaScript strings.
*/

const END_OF_ALPHABETS = "\u2e80"; // words of the characters before it need no segmenter
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/*
A folded text to search for, not empty.

`bounded`: an occurrence does not count if the word at its edge goes on beyond it: a letter or digit of an
alphabet beside another (GPT-4 in GPT-4o), or a + or # beside the same sign (C+ in C++). Han characters have
no such edges.
*/
export class Pattern {
  constructor(text, bounded) {
    this.text = text;
    this.bounded = bounded;
  }

  /* The offset of the first occurrence between `start` and `end`, -1 if there is none. */
  find(text, start = 0, end = text.length) {
    let offset = text.indexOf(this.text, start);
    while (this.bounded && offset >= 0 && this._isWithinWord(text, offset)) {
      offset = text.indexOf(this.text, offset + 1);
    }
    return offset + this.text.length <= end ? offset : -1;
  }

  /* The offsets of all occurrences between `start` and `end` that do not overlap. */
  findAll(text, start = 0, end = text.length) {
    const offsets = [];
    let offset = this.find(text, start, end);
    while (offset >= 0) {
      offsets.push(offset);
      offset = this.find(text, offset + this.text.length, end);
    }
    return offsets;
  }

  /* Whether a folded text contains it. */
  isIn(text) {
    return this.find(text) >= 0;
  }

  /* Whether the word at either edge of an occurrence goes on beyond it. */
  _isWithinWord(text, start) {
    const last = this.text.length - 1;
    const after = text.charAt(start + last + 1);
    return continuesWord(this.text[0], text.charAt(start - 1)) || continuesWord(this.text[last], after);
  }
}

/* Whether it is a letter or digit of an alphabet, whose words need no segmenter. */
export function isLetter(character) {
  return character < END_OF_ALPHABETS && LETTER_OR_DIGIT.test(character);
}

function continuesWord(edge, neighbour) {
  if (edge === "+" || edge === "#") return neighbour === edge;
  return isLetter(neighbour) && isLetter(edge);
}
