"""A year, month or day as text in, its first and last day as YYYYMMDD out."""

import calendar
import re

_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def day_range(period: str) -> tuple[int, int]:
    """First and last day of `2025`, `2025-02` or `2025-02-13`; ValueError where it is none of these."""
    match = _PERIOD.fullmatch(period)
    if not match or match[1] == "0000":
        raise ValueError(period)
    year = int(match[1])
    first_month, last_month = (int(match[2]), int(match[2])) if match[2] else (1, 12)
    if not 1 <= first_month <= 12:
        raise ValueError(period)
    days = calendar.monthrange(year, last_month)[1]
    first, last = (int(match[3]), int(match[3])) if match[3] else (1, days)
    if not 1 <= first <= last <= days:
        raise ValueError(period)
    return year * 10_000 + first_month * 100 + first, year * 10_000 + last_month * 100 + last
