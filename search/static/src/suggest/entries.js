/*
The entries of completion as the files have them: see search/static/completions.py and completion_keys.py.

An input names keys of two letters, for the sounds of its first two characters; each key is in one file, all of
whose entries are searched.
*/

import { fold } from "../analysis/folding.js";
import { jsonFile } from "../base/files.js";
import { byCodePoints } from "../base/patterns.js";
import { COMPLETION_KEYS_ALIKE_INITIALS, COMPLETION_KIND_SCORES } from "../data.js";
import { pagesOfDeltas } from "../matching/facets.js";
import { Pinyin } from "./pinyin.js";

const ENTRY_KINDS = Object.keys(COMPLETION_KIND_SCORES);
const MAX_LOG = 4;
const FOLDED = "\x01"; // before the folded text in the line of an entry
const NAME_LENGTH = 7; // characters of a file's name

/** One entry: `text` folded with single blanks, `kind` a number as in entries.py, `page` the number of the page that
 * has it (null of tags and words), `score` that of it by itself. */
class CompletionEntry {
  constructor(kind, line, pages, page = null, anchor = null) {
    const [written, folded] = line.split(FOLDED);
    this.kind = kind;
    this.written = written;
    this.pages = pages;
    this.page = page;
    this.anchor = anchor === null ? "" : `#${anchor || plainAnchor(written)}`;
    this.text = folded || (kind === ENTRY_KINDS.indexOf("word") ? written : asEntryText(fold(written).text));
    this.score = COMPLETION_KIND_SCORES[ENTRY_KINDS[kind]] + Math.min(Math.log10(pages + 1), MAX_LOG) / 4;
    this.key = `${kind} ${page} ${written}`;
  }

  get kindName() {
    return ENTRY_KINDS[this.kind];
  }
}

/** The entries of a file, whose texts are one text with a line each; its words, entries or not, as {word, pages}; and
 * the hashes of words that need no correction. */
class CompletionFile {
  constructor(entries, words, correct) {
    this.entries = entries;
    this.words = words;
    this.correct = correct;
    this.text = entries.map(({ text }) => text).join("\n");
    this._starts = [];
    let start = 0;
    for (const { text } of entries) {
      this._starts.push(start);
      start += text.length + 1;
    }
  }

  /** The entry at an offset of the text, and the offset in it. */
  entryAt(offset) {
    let [low, high] = [0, this._starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this._starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return { entry: this.entries[low], start: offset - this._starts[low] };
  }
}

/** A folded text with single blanks, as entries have it. */
export function asEntryText(text) {
  return text.trim().replace(/\s+/g, " ");
}

/** The order of entries with the same score: those of one page stay as they are. */
export function byNumber(left, right) {
  if (left.kind !== right.kind) return left.kind - right.kind;
  return left.page === null ? byCodePoints(left.text, right.text) : right.page - left.page;
}

/** The anchor that most generators give a heading: its letters and digits, with hyphens for blanks. */
function plainAnchor(text) {
  return encodeURIComponent(
    text.trim().replace(/[^\p{L}\p{N}_ -]/gu, "").replace(/ /g, "-").toLowerCase(),
  );
}

/** The directory of completion, null where it has to be loaded first: the files, and how characters are read. */
export function completionDirectory(index) {
  const { files, core } = index;
  return files.get(`data/${core.completions}.bin`, (bytes) => {
    const directory = jsonFile(bytes);
    return { ...directory, pinyin: new Pinyin(directory, core.chars) };
  });
}

/** The files of some names; those that have to be loaded first are noted and left out. */
export function completionFiles(names, index) {
  const distinct = [...new Set(names)].filter(Boolean);
  return distinct.map((name) => index.files.get(`data/${name}.bin`, completionFile)).filter(Boolean);
}

/** The name of the file that has the entries of a key; empty if the site has none. */
export function completionFileOf(key, { firsts, names }) {
  let number = firsts.length;
  while (number > 0 && byCodePoints(firsts[number - 1], key) > 0) number--;
  return names.slice(NAME_LENGTH * (number - 1), NAME_LENGTH * number);
}

function completionFile(bytes) {
  const { tags, titles, words, headings, spelt, correct } = jsonFile(bytes);
  const shared = ([texts, counts], kind) =>
    linesOf(texts).map((text, row) => new CompletionEntry(kind, text, counts[row]));
  const located = ([numbers, texts, anchors], kind) => {
    const anchorOf = anchors === undefined ? [] : anchors.split("\n");
    let page = 2 * numbers[0];
    return linesOf(texts).map((text, row) => {
      page -= numbers[row];
      return new CompletionEntry(kind, text, 1, page, anchors === undefined ? null : anchorOf[row]);
    });
  };
  const entries = [shared(tags, 0), located(titles, 1), shared(words, 2), located(headings, 3)].flat();
  return new CompletionFile(entries, spellingWords([words, spelt]), new Set(pagesOfDeltas(correct)));
}

/** The tones of the readings of characters; null where they have to be loaded first. */
export function tonesOfSounds(directory, index) {
  const content = index.files.get(`data/${directory.tones}.bin`, jsonFile);
  return content && content.tones;
}

/** The readings of characters that include those of a text; null where they have to be loaded first. */
export function pinyinOf(text, directory, index) {
  if (directory.pinyin.knows(text)) return directory.pinyin;
  const others = index.files.get(`data/${directory.others}.bin`, jsonFile);
  if (others) directory.pinyin.add(others.sounds);
  return others && directory.pinyin;
}

/** The URL of an entry, null if it has none or its file has to be loaded first. */
export function urlOfEntry(entry, directory, index) {
  if (entry.page === null) return null;
  const row = Math.floor(entry.page / directory.urls_in_file);
  const name = directory.urls.slice(NAME_LENGTH * row, NAME_LENGTH * (row + 1));
  const urls = index.files.get(`data/${name}.bin`, (bytes) => jsonFile(bytes).urls.split("\n"));
  return urls && urls[entry.page % directory.urls_in_file] + entry.anchor;
}

function linesOf(text) {
  return text ? text.split("\n") : [];
}

/** (word, pages) of all words of a file, entries or not. */
function spellingWords(columns) {
  return columns.flatMap(([texts, counts]) => linesOf(texts).map((word, row) => ({ word, pages: counts[row] })));
}

/** The letter that stands for a character in a key; "" of a Han character that the site lacks. */
export function initialOf(character, pinyin) {
  const [reading] = pinyin.readings(character);
  return reading ? initialOfSyllable(reading) : character;
}

/** The letter that stands for the characters with a syllable. */
export function initialOfSyllable(syllable) {
  return COMPLETION_KEYS_ALIKE_INITIALS[syllable[0]] || syllable[0];
}
