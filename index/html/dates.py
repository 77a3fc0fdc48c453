"""Dates as pages write them, for machines or for readers."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime

_DAY = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})(?:\s*日)?(.*)", re.DOTALL)
_ZONE = re.compile(r"\s*([+-]\d{2}:?\d{2})(?:\s+[+-]?\w+)?$")  # as Go prints it, too: +0800 CST
_ZONE_NAME = re.compile(r"\s+[A-Z]{2,5}$")
_ENGLISH = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y")


def read_date(text: str) -> dt.datetime | None:
    """The date in a text, in its own offset, UTC where it has none; None if it is none."""
    text = text.strip()
    if found := _DAY.match(text):
        text = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}{found[4]}".strip()
    for candidate in (text, _ZONE.sub(r"\1", text), _ZONE_NAME.sub("", text), text[:10]):
        try:
            return _with_zone(dt.datetime.fromisoformat(candidate))
        except ValueError:
            continue
    return _read_english(text)


def _read_english(text: str) -> dt.datetime | None:
    for form in _ENGLISH:
        try:
            return _with_zone(dt.datetime.strptime(text, form))
        except ValueError:
            continue
    try:
        return _with_zone(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError):
        return None


def _with_zone(date: dt.datetime) -> dt.datetime:
    if not dt.MINYEAR < date.year < dt.MAXYEAR:
        raise ValueError("a date that stands for none, as the year 1 in Go")
    date = date.replace(microsecond=0)
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)
