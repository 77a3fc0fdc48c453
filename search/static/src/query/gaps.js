/* Gaps between the chunks of a query that are no boundaries of words: C 语言, 第 3 章, 大 纲. */

import {
  GAPS_AMOUNT,
  GAPS_DIGIT,
  GAPS_DIGIT_AT_END,
  GAPS_HAN,
  GAPS_SINGLE,
  GAPS_TIMES,
  WRITINGS_SHORT_UNITS,
} from "../data.js";
import { beginning, whole } from "../base/patterns.js";

const AMOUNT_ALONE = whole(GAPS_AMOUNT);
const DIGIT_FIRST = beginning(GAPS_DIGIT);
const SINGLE_HAN = beginning(GAPS_SINGLE);

/*
Whether two chunks may be one word, spelt with a blank: of the characters beside it one is Han and the other is
not, or each chunk is a single one, or one is a times sign beside a digit, or they are a measure.
*/
export function isNeutralGap(left, right) {
  if (GAPS_TIMES.includes(right) || GAPS_TIMES.includes(left)) {
    return GAPS_DIGIT_AT_END.test(left) || DIGIT_FIRST.test(right);
  }
  const unit = right.replace(/℃/g, "°c").toLowerCase();
  if (AMOUNT_ALONE.test(left) && WRITINGS_SHORT_UNITS.includes(unit)) {
    return true;
  }
  return (
    GAPS_HAN.test(left.at(-1)) !== GAPS_HAN.test(right[0]) || (SINGLE_HAN.test(left) && SINGLE_HAN.test(right))
  );
}
