/*
Other writings of numbers, dates and measures in a query: 第3章 and 第三章, 2025-02-13 and 2025年2月13日.

Each rule finds a passage of the folded text of a query and gives the texts that readers take for the same. A
page that has one of them matches, below the pages that have the query's own. The rules need no index; words
with other spellings are in the lexicon (`variantsOf`).
*/

import { all } from "../base/patterns.js";
import {
  NUMERALS_CHINESE_DIGITS,
  WRITINGS_LAST_NUMERAL,
  WRITINGS_LAST_ROC,
  WRITINGS_MAX_WRITINGS,
  WRITINGS_MAY_HAVE_NUMBER,
  WRITINGS_ORDINAL_UNITS,
  WRITINGS_PATTERNS,
  WRITINGS_ROC,
  WRITINGS_UNITS,
} from "../data.js";
import { chineseNumeral, digitByDigit, numeralValue } from "./numerals.js";

const PASSAGE_PATTERNS = WRITINGS_PATTERNS.map(([name, pattern]) => [name, all(pattern)]);
const UNIT_NAMES = new Map(WRITINGS_UNITS.flatMap((names) => names.map((name) => [name, names])));
const SHORT_UNITS = new Set(WRITINGS_UNITS.map(([sign]) => sign));
const WRITING_RULES = {
  date: dateWritings,
  month: monthWritings,
  day_of_year: dayOfYearWritings,
  year: yearWritings,
  number: numberWritings,
  percentage: percentageWritings,
  born_in: bornInWritings,
  grouped: groupedWritings,
  telephone: ({ area, number }) => signedWritings(["", "-", " "])({ left: area, right: number }),
  long_number: longNumberWritings,
  times: signedWritings(["x", "×", "*", " x ", " × "]),
  measure: measureWritings,
  joined: signedWritings(["", " ", "-", "/"]),
  joined_letter: signedWritings(["", ".", "-"]),
};

/** The passages {start, end, writings} of a folded text that have other writings, the text's own first; they do
 * not overlap, earlier rules win. */
export function passages(text) {
  const found = [];
  if (!WRITINGS_MAY_HAVE_NUMBER.test(text)) return found;
  for (const [name, pattern] of PASSAGE_PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      if (found.some((other) => start < other.end && other.start < end)) continue;
      const others = WRITING_RULES[name](match.groups ?? {}, match[0]);
      const writings = [...new Set([match[0], ...others])].slice(0, WRITINGS_MAX_WRITINGS);
      if (writings.length > 1) found.push({ start, end, writings });
    }
  }
  return found.sort((left, right) => left.start - right.start);
}

function* dateWritings(groups) {
  const [year, month, day] = [yearOf(groups), numeralValue(groups.month), numeralValue(groups.day)];
  if (!isDate(year, month, day)) return;
  for (const separator of "-/.") {
    yield [year, twoDigits(month), twoDigits(day)].join(separator);
    yield [year, month, day].join(separator);
  }
  yield `${year}${twoDigits(month)}${twoDigits(day)}`;
  for (const before of writtenYears(year)) {
    const days = [...writtenDays(month, day, isInDigits(before))];
    yield* (before.startsWith("民国") ? days.slice(0, 1) : days).map((after) => before + after);
  }
}

function* monthWritings(groups) {
  const [year, month] = [yearOf(groups), numeralValue(groups.month)];
  if (!year || !month || month > 12) return;
  const padded = twoDigits(month);
  for (const before of writtenYears(year)) {
    const written = isInDigits(before) ? [month, padded] : [chineseNumeral(month)];
    yield* written.map((text) => `${before}${text}月`);
  }
  // Not 2025.2, which is a version.
  yield* [`${year}-${padded}`, `${year}/${padded}`, `${year}.${padded}`, `${year}/${month}`];
}

function* dayOfYearWritings(groups) {
  const [month, day] = [numeralValue(groups.month), numeralValue(groups.day)];
  if (month && day && month <= 12 && day <= 31) {
    yield* writtenDays(month, day, true);
    yield* writtenDays(month, day, false);
  }
}

function* yearWritings(groups) {
  const year = yearOf(groups);
  if (year) yield* writtenYears(year);
}

/* The year of a match, of our era. */
function yearOf({ year, roc }) {
  if (year !== undefined) return numeralValue(year);
  const since = roc === "元" ? 1 : numeralValue(roc);
  return since ? since + WRITINGS_ROC : null;
}

/* Whether there is such a day; years are those that Python's `date` has. */
function isDate(year, month, day) {
  if (!year || year > 9999 || !month || !day) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function twoDigits(number) {
  return `${number}`.padStart(2, "0");
}

function isInDigits(year) {
  return /[0-9]年$/.test(year);
}

/* The writings of a year: 2020年, 二〇二〇年, 二零二零年, 民国109年. */
function* writtenYears(year) {
  const numeral = digitByDigit(year);
  yield* [`${year}年`, `${numeral}年`, `${numeral.replaceAll("〇", NUMERALS_CHINESE_DIGITS[0])}年`];
  const since = year - WRITINGS_ROC;
  if (since > 0 && since < WRITINGS_LAST_ROC) {
    const numerals = since > 1 ? [chineseNumeral(since), digitByDigit(since)] : ["元"];
    yield* [since, ...numerals].map((written) => `民国${written}年`);
  }
}

/* The writings of a month and day, in digits or as numerals. */
function* writtenDays(month, day, isDigits) {
  for (const suffix of "日号") {
    if (isDigits) {
      yield `${month}月${day}${suffix}`;
      yield `${twoDigits(month)}月${twoDigits(day)}${suffix}`;
    } else {
      yield `${chineseNumeral(month)}月${chineseNumeral(day)}${suffix}`;
    }
  }
}

function* numberWritings({ before, number, after }) {
  const value = numeralValue(number.replaceAll(",", ""));
  const countsFromOne = before === "第" || `${WRITINGS_ORDINAL_UNITS}万亿`.includes(after.slice(0, 1));
  if (value === null || (value < 2 && !countsFromOne)) return; // 一个, 一次 are seldom numbers
  yield* [...writtenNumbers(value, before)].map((written) => before + written + after);
  if (value === 2 && before !== "第" && number !== "二") yield `两${after}`;
  if (!before) yield* withUnit(`${value}`, after); // 5 分钟 is also a measure
}

/* The writings of a number: 2200, 2,200, 二千二百, 两千二百. */
function* writtenNumbers(value, before = "") {
  yield `${value}`;
  if (value > 999 && before !== "第") yield withCommas(value);
  if (value <= WRITINGS_LAST_NUMERAL) {
    const numeral = chineseNumeral(value);
    yield numeral;
    if (/^二[百千]/.test(numeral) && before !== "第") yield `两${numeral.slice(1)}`;
  }
}

function withCommas(value) {
  return `${value}`.replace(/\B(?=(?:[0-9]{3})+$)/g, ",");
}

function* percentageWritings(groups) {
  const value = groups.number || groups.percent;
  const number = numeralValue(value);
  if (number === null && !/^[0-9]/.test(value)) return;
  const digits = number ?? value;
  yield* [`${digits}%`, `百分之${digits}`];
  if (number !== null && number <= WRITINGS_LAST_NUMERAL) yield `百分之${chineseNumeral(number)}`;
}

function* bornInWritings(groups) {
  const decade = twoDigits(numeralValue(groups.decade) ?? 0);
  yield `${decade}后`;
  for (const zero of "零〇") {
    yield `${decade.replace(/[0-9]/g, (digit) => (digit === "0" ? zero : NUMERALS_CHINESE_DIGITS[digit]))}后`;
  }
}

function groupedWritings(groups, text) {
  return [text.replaceAll(",", "")];
}

function longNumberWritings(groups, text) {
  return [withCommas(text)];
}

/* The rule that writes two parts with other signs between them. */
function signedWritings(signs) {
  return ({ left, right }) => signs.map((sign) => left + sign + right);
}

function measureWritings({ value, unit, short }) {
  return withUnit(value, unit || short);
}

/* The writings of a measure: 5公斤, 5kg, 5 kg, 五公斤; none of a Han unit without other names. */
function* withUnit(value, unit) {
  const own = isAsciiUnit(unit) ? [unit] : [];
  for (const name of UNIT_NAMES.get(unit) ?? own) {
    if (SHORT_UNITS.has(name) || isAsciiUnit(name)) {
      yield* [`${value}${name}`, `${value} ${name}`];
    } else if (/^[0-9]+$/.test(value) && numeralValue(value) > 1) {
      yield* [...writtenNumbers(numeralValue(value))].map((number) => number + name);
    } else {
      yield value + name;
    }
  }
}

function isAsciiUnit(unit) {
  return /^[a-z0-9]*$/.test(unit);
}
