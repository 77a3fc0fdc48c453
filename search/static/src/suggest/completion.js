/*
Autocompletion: the tags, titles, words and headings that contain what was typed, as such or by pinyin. The twin of
search/suggest/completion.py, over the entries of the files that the input names.
*/

import { fold, foldPlain, simplifyCharacters } from "../analysis/folding.js";
import { rangesInCodePoints } from "../base/patterns.js";
import { COMPLETION_AS_TYPED, COMPLETION_BEGINS, COMPLETION_SIMILAR, COMPLETION_WHOLE } from "../data.js";
import { isLetter } from "../query/pattern.js";
import {
  asEntryText,
  byNumber,
  completionDirectory,
  completionFileOf,
  completionFiles,
  initialOf,
  initialOfSyllable,
  urlOfEntry,
} from "./entries.js";
import { allReadings, isBlurred, syllablesWithPrefix } from "./pinyin_input.js";

/** At most `count` completions of an input, by descending score. */
export function complete(input, count, index) {
  const typed = asEntryText(foldPlain(input));
  const directory = typed && completionDirectory(index);
  if (!directory) return [];
  const { pinyin } = directory;
  const readings = /[a-z]/.test(typed) ? allReadings(typed, pinyin) : [];
  const names = inputKeys(typed, readings, pinyin).map((key) => completionFileOf(key, directory));
  const files = completionFiles(names, index);
  const distinct = new Map();
  for (const occurrence of rankedOccurrences(files, typed, readings, pinyin)) {
    const { entry } = occurrence;
    const key = `${entry.kindName === "title"} ${entry.written.toLowerCase()}`;
    if (!distinct.has(key)) distinct.set(key, occurrence);
    if (distinct.size >= count) break;
  }
  return [...distinct.values()].map(({ entry, start, end }) => ({
    text: entry.written,
    kind: entry.kindName,
    pages: entry.pages,
    marks: completionMarks(entry.written, start, end),
    url: urlOfEntry(entry, directory, index),
  }));
}

/** The keys under which the entries of a folded input are. */
function inputKeys(typed, readings, pinyin) {
  const initial = (character) => initialOf(character, pinyin);
  const characters = [...typed].slice(0, 2);
  const keys = new Set([characters.length > 1 ? characters.map(initial).join("") : typed]);
  for (const reading of readings) {
    const [first, second] = reading.map((item) => item.trim().replace("~", ""));
    if (second) keys.add([first, second].map((item) => (item > "{" ? initial(item) : initialOfSyllable(item))).join(""));
    else keys.add(first.slice(0, 2));
  }
  return [...keys];
}

/** The best occurrence of a folded input in each entry of some files: the score, and the range in its text. Those with
 * the highest scores come first. */
function rankedOccurrences(files, typed, readings, pinyin) {
  const best = new Map();
  const record = (file, offset, size, score) => {
    const { entry, start } = file.entryAt(offset);
    const isWhole = size === entry.text.length;
    const points = score + entry.score + (start ? 0 : COMPLETION_BEGINS + (isWhole ? COMPLETION_WHOLE : 0));
    if (!best.has(entry.key) || points > best.get(entry.key).score) {
      best.set(entry.key, { entry, start, end: start + size, score: points });
    }
  };
  for (const file of files) {
    for (const offset of exactOffsets(file.text, typed)) record(file, offset, typed.length, COMPLETION_AS_TYPED);
  }
  for (const reading of readings) {
    const pattern = patternOfReading(reading, pinyin);
    const score = isBlurred(reading) ? COMPLETION_SIMILAR : 0;
    for (const file of files) {
      for (const match of file.text.matchAll(pattern)) record(file, match.index, match[0].length, score);
    }
  }
  return [...best.values()].sort((left, right) => right.score - left.score || byNumber(left.entry, right.entry));
}

/** The offsets of the input as typed; in words of an alphabet only at their beginning. */
function exactOffsets(text, typed) {
  const offsets = [];
  const beginsWord = isLetter(typed[0]);
  for (let offset = text.indexOf(typed); offset >= 0; offset = text.indexOf(typed, offset + 1)) {
    if (!beginsWord || !offset || !isLetter(text[offset - 1])) offsets.push(offset);
  }
  return offsets;
}

/** What matches characters of the site that have a reading. */
function patternOfReading(reading, pinyin) {
  const sets = reading.map((item) =>
    item > "{" ? item : syllablesWithPrefix(item, pinyin).map((syllable) => pinyin.charactersOf(syllable)).join(""),
  );
  return new RegExp(sets.map((characters) => `[${characters}]`).join(""), "gu");
}

/** A range of an entry, which is folded with single blanks, as a range of the text as written. */
function completionMarks(text, start, end) {
  const folded = fold(text);
  const plain = simplifyCharacters(folded.text);
  // The offset in the folded text of each character of the entry.
  const offsets = [];
  let before = " ";
  for (let offset = 0; offset < plain.length; offset++) {
    if (!(isBlank(plain[offset]) && isBlank(before))) offsets.push(offset);
    before = plain[offset];
  }
  if (end > offsets.length) return [];
  return rangesInCodePoints(text, [folded.source(offsets[start], offsets[end - 1] + 1)]);
}

function isBlank(character) {
  return /\s/.test(character);
}
