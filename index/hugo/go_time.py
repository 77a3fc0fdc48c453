"""A date and a layout of Go's in, the text that Go makes of them out: `2006-01` is year and month.

Source: `nextStdChunk` in Go's package time; as far as letters, digits and `_` go, which is what a permalink
token may hold.
"""

import datetime as dt
import re
from collections.abc import Callable

_CHUNK = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|002|0[1-6]|15|__2|_2(?!006)|[12345]|PM|pm|Z070000|Z0700|Z07"
)
_FORMS: dict[str, Callable[[dt.datetime], str]] = {
    "January": lambda when: f"{when:%B}",
    "Jan": lambda when: f"{when:%b}",
    "Monday": lambda when: f"{when:%A}",
    "Mon": lambda when: f"{when:%a}",
    "MST": lambda when: _zone(when),
    "2006": lambda when: f"{when.year:04d}",
    "06": lambda when: f"{when.year % 100:02d}",
    "01": lambda when: f"{when.month:02d}",
    "1": lambda when: f"{when.month}",
    "02": lambda when: f"{when.day:02d}",
    "2": lambda when: f"{when.day}",
    "_2": lambda when: f"{when.day:2d}",
    "002": lambda when: f"{when:%j}",
    "__2": lambda when: f"{int(f'{when:%j}'):3d}",
    "15": lambda when: f"{when:%H}",
    "03": lambda when: f"{when:%I}",
    "3": lambda when: f"{int(f'{when:%I}')}",
    "04": lambda when: f"{when:%M}",
    "4": lambda when: f"{when.minute}",
    "05": lambda when: f"{when:%S}",
    "5": lambda when: f"{when.second}",
    "PM": lambda when: f"{when:%p}",
    "pm": lambda when: f"{when:%p}".lower(),
    "Z07": lambda when: _offset(when)[:3],
    "Z0700": lambda when: _offset(when)[:5],
    "Z070000": lambda when: _offset(when).ljust(7, "0") if when.utcoffset() else "Z",
}


_ODD = dt.datetime(2019, 11, 9, 23, 1, 42, tzinfo=dt.UTC)


def is_layout(text: str) -> bool:
    """Does Hugo take the text for a layout: does it change a certain date's form? (PM is PM in the
    evening.)"""
    return format_date(_ODD, text) != text


def format_date(when: dt.datetime, layout: str) -> str:
    """What Go's `Time.Format` makes of the layout."""
    return _CHUNK.sub(lambda match: _FORMS[match[0]](when), layout)


def _offset(when: dt.datetime) -> str:
    return f"{when:%z}" if when.utcoffset() else "Z"


def _zone(when: dt.datetime) -> str:
    """The abbreviation of the zone; an offset has none, and stands for itself."""
    named = when.tzname() or ""
    return named if named.isalpha() else f"{when:%z}"
