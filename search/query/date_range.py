"""Parsing of years, months and days into ranges of days."""

import calendar
import re

_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def day_range(period: str) -> tuple[int, int]:
    """The first and last day, as YYYYMMDD, of `2025`, `2025-02` or `2025-02-13`.

    Raises ValueError for any other text and for days that the calendar does not have.
    """
    match = _PERIOD.fullmatch(period)
    if not match or match[1] == "0000":
        raise ValueError(period)
    year = int(match[1])
    first_month, last_month = (int(match[2]), int(match[2])) if match[2] else (1, 12)
    if not 1 <= first_month <= 12:
        raise ValueError(period)
    days_in_month = calendar.monthrange(year, last_month)[1]
    first_day, last_day = (int(match[3]), int(match[3])) if match[3] else (1, days_in_month)
    if not 1 <= first_day <= last_day <= days_in_month:
        raise ValueError(period)
    return year * 10_000 + first_month * 100 + first_day, year * 10_000 + last_month * 100 + last_day
