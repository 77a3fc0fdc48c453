/* Years, months and days as ranges of days: those of parameters, and the facets that these select. */

import { DATE_RANGE_PERIOD } from "../data.js";
import { whole } from "../base/patterns.js";

const WHOLE_PERIOD = whole(DATE_RANGE_PERIOD);

/*
The first and last day, as YYYYMMDD, of `2025`, `2025-02` or `2025-02-13`; null for any other text and for
days that the calendar does not have.
*/
export function dayRange(period) {
  const [, yearText, monthText, dayText] = WHOLE_PERIOD.exec(period) ?? [];
  const year = Number(yearText);
  if (!year) {
    return null;
  }
  const [firstMonth, lastMonth] = monthText ? [Number(monthText), Number(monthText)] : [1, 12];
  if (firstMonth < 1 || firstMonth > 12) {
    return null;
  }
  // The day before the first of the next month; years below 100 are leap years when those of 1900 are.
  const daysInMonth = new Date(Date.UTC(year, lastMonth, 0)).getUTCDate();
  const [firstDay, lastDay] = dayText ? [Number(dayText), Number(dayText)] : [1, daysInMonth];
  if (firstDay < 1 || lastDay > daysInMonth) {
    return null;
  }
  return [year * 10000 + firstMonth * 100 + firstDay, year * 10000 + lastMonth * 100 + lastDay];
}

/*
The first day of one period and the last of another; null for those that are not given. `refuse(name, problem,
...values)` tells what is wrong with one.
*/
export function dayBounds(from, to, refuse) {
  const bound = (name, text, place) => (text && (dayRange(text) || refuse(name, "date", text))?.[place]) || null;
  const [first, last] = [bound("from", from, 0), bound("to", to, 1)];
  if (first && last && first > last) refuse("from", "late", from, to);
  return [first, last];
}

/* The numbers of the periods among some that have just these days, first and last. */
export function periodsOfDays(periods, days) {
  return new Set([...periods.keys()].filter((number) => dayRange(periods[number]).join() === days.join()));
}
