/*
Chinese numerals up to 9999 and their values: 二十 and 20, 一百零五 and 105, 二〇二五 and 2025.
*/

import { NUMERALS_CHINESE_DIGITS, NUMERALS_UNITS, NUMERALS_VALUES } from "../data.js";

const NUMERAL_UNITS = new Map(Object.entries(NUMERALS_UNITS));
const NUMERAL_VALUES = new Map(Object.entries(NUMERALS_VALUES));

/** The numeral of a number from 0 to 9999, as it is spoken: 10 is 十, 105 is 一百零五. */
export function chineseNumeral(number) {
  if (number === 0) return NUMERALS_CHINESE_DIGITS[0];
  let text = "";
  let hasGap = false;
  for (const [name, unit] of [...NUMERAL_UNITS, ["", 1]]) {
    const digit = Math.floor(number / unit) % 10;
    if (digit) text += (hasGap ? "零" : "") + NUMERALS_CHINESE_DIGITS[digit] + name;
    hasGap = Boolean(text) && !digit;
  }
  return text.replace(/^一十/, "十");
}

/** The digits of a number as Chinese characters, as years are written: 2025 is 二〇二五. */
export function digitByDigit(number) {
  return `${number}`.replace(/[0-9]/g, (digit) => (digit === "0" ? "〇" : NUMERALS_CHINESE_DIGITS[digit]));
}

/** The value of a numeral in Chinese or Arabic digits, a BigInt if it is too large; null if it is none. */
export function numeralValue(text) {
  if (/^[0-9]+$/.test(text)) return integerOf(text);
  const characters = [...text];
  if (characters.length > 1 && characters.every((character) => NUMERAL_VALUES.has(character))) {
    return integerOf(characters.map((character) => NUMERAL_VALUES.get(character)).join(""));
  }
  let [total, digit, lastUnit] = [0, null, 10000];
  for (const character of characters) {
    const unit = NUMERAL_UNITS.get(character);
    if (unit) {
      if (unit >= lastUnit || (digit === null && (unit !== 10 || total))) return null;
      total += (digit ?? 1) * unit;
      [digit, lastUnit] = [null, unit];
    } else if (NUMERAL_VALUES.has(character) && !digit) {
      digit = NUMERAL_VALUES.get(character);
    } else {
      return null;
    }
  }
  return text ? total + (digit ?? 0) : null;
}

function integerOf(digits) {
  const number = Number(digits);
  return number <= Number.MAX_SAFE_INTEGER ? number : BigInt(digits);
}
