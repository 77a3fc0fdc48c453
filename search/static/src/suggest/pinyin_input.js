/*
Partial pinyin parsed into candidate syllables for each character of a completion: the twin of
search/suggest/pinyin_input.py.

An item of a reading is a character itself, or a prefix of its pinyin; a whole syllable ends in a blank, one that
stands for all similar ones in `~`.
*/

import {
  PINYIN_INPUT_BLURRED,
  PINYIN_INPUT_CONFUSED,
  PINYIN_INPUT_CONFUSED_INITIAL,
  PINYIN_INPUT_INITIALS,
  PINYIN_INPUT_MAX_BLURRED_READINGS,
  PINYIN_INPUT_MAX_INPUT_CHARS,
  PINYIN_INPUT_MAX_INPUT_READINGS,
  PINYIN_INPUT_OTHER_SPELLINGS,
} from "../data.js";

const FIRST_HAN = "\u3400";
const MAX_ITEM_LETTERS = 6;
const OTHER_SPELLINGS = new Map(Object.entries(PINYIN_INPUT_OTHER_SPELLINGS));

/** The readings of a folded input, those with the fullest syllables first. Empty if any of it is neither a Han
 * character nor pinyin. */
export function pinyinReadings(typed, pinyin) {
  const text = [...typed.replace(/\s/g, "")].slice(0, PINYIN_INPUT_MAX_INPUT_CHARS).join("").replace(/ü/g, "v");
  // Backwards, so that no reading is begun that cannot reach the end: `anganganganv` has thousands of them.
  const steps = [];
  for (let start = text.length - 1; start >= 0; start--) {
    steps[start] = inputSteps(text, start, pinyin).filter(([, end]) => end === text.length || steps[end].length);
  }
  const readings = [];
  const pending = [[0, []]];
  while (pending.length && readings.length < PINYIN_INPUT_MAX_INPUT_READINGS) {
    const [start, reading] = pending.pop();
    if (start === text.length) readings.push(reading);
    else pending.push(...steps[start].map(([item, end]) => [end, [...reading, item]]).reverse());
  }
  return readings.sort((left, right) => left.length - right.length);
}

/** The readings of a folded input, then their blurred variants. */
export function allReadings(text, pinyin) {
  const readings = pinyinReadings(text, pinyin);
  return [...readings, ...blurredReadings(readings, pinyin)];
}

/** Whether syllables of a reading stand for similar ones. */
export function isBlurred(reading) {
  return reading.some((item) => item.endsWith(PINYIN_INPUT_BLURRED));
}

/** The blurred variants of readings: of whole syllables, the last one aside. */
function blurredReadings(readings, pinyin) {
  const exact = new Set(readings.map((reading) => reading.join("|")));
  const variants = new Map();
  for (const reading of readings) {
    if (!reading.slice(0, -1).every(isWholeItem)) continue;
    const variant = reading.map((item) => blurredItem(item, pinyin));
    const key = variant.join("|");
    if (!exact.has(key) && !variants.has(key)) variants.set(key, variant);
  }
  return [...variants.values()].slice(0, PINYIN_INPUT_MAX_BLURRED_READINGS);
}

function isWholeItem(item) {
  return item.endsWith(" ") || item.endsWith(PINYIN_INPUT_BLURRED) || item > "{";
}

/** The item that stands for all syllables similar to a whole one; the item itself where there are none. */
function blurredItem(item, pinyin) {
  if (!item.endsWith(" ") || similarSyllables(item.slice(0, -1), pinyin).length < 2) return item;
  return item.slice(0, -1) + PINYIN_INPUT_BLURRED;
}

/** The syllables that people type as this one, itself included. */
function similarSyllables(syllable, pinyin) {
  return byBlur(pinyin).get(blurOf(syllable)) || [];
}

function byBlur(pinyin) {
  if (!pinyin.similar.size) {
    for (const syllable of pinyin.syllables) {
      const blur = blurOf(syllable);
      pinyin.similar.set(blur, [...(pinyin.similar.get(blur) || []), syllable]);
    }
  }
  return pinyin.similar;
}

/** What similar syllables have in common: zh is z, n and r are l, -ng is -n, ü is u. */
function blurOf(syllable) {
  return syllable
    .replace(PINYIN_INPUT_CONFUSED_INITIAL, (initial) => PINYIN_INPUT_CONFUSED[initial])
    .replace(/v/g, "u")
    .replace(/ng$/, "n");
}

/** The items that a reading may have from offset `start` on, the longest first, each with its end. */
function inputSteps(text, start, pinyin) {
  const steps = [];
  if (text[start] >= FIRST_HAN) {
    const character = String.fromCodePoint(text.codePointAt(start));
    steps.push([character, start + character.length]);
  }
  for (let end = Math.min(start + MAX_ITEM_LETTERS, text.length); end > start; end--) {
    const letters = text.slice(start, end);
    if (pinyin.syllableSet.has(letters)) steps.push([`${letters} `, end]);
    else if (OTHER_SPELLINGS.has(letters)) steps.push([`${OTHER_SPELLINGS.get(letters)} `, end]);
    else if (byBlur(pinyin).has(letters)) steps.push([letters + PINYIN_INPUT_BLURRED, end]); // -n for -ng: `len`
    const isPrefix = end === text.length && syllablesWithPrefix(letters, pinyin).length > 0;
    if (isPrefix || PINYIN_INPUT_INITIALS.includes(letters)) steps.push([letters, end]);
  }
  return steps;
}

/** The candidate syllables of an item of a reading: a whole one, similar ones, or all with this prefix. */
export function syllablesWithPrefix(item, pinyin) {
  if (item.endsWith(" ")) return [item.slice(0, -1)];
  if (item.endsWith(PINYIN_INPUT_BLURRED)) return similarSyllables(item.slice(0, -1), pinyin);
  return pinyin.syllables.filter((syllable) => syllable.startsWith(item));
}
