"""Go's date layouts: `2006-01` is year and month.

Hugo replaces a permalink token that is a layout by the page's date in that form. Only characters that a token
may contain are supported: letters, digits and `_`. Source: `nextStdChunk` in Go's package `time`.
"""

import datetime as dt
import re
from collections.abc import Callable

_CHUNK = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|002|0[1-6]|15|__2|_2(?!006)|[12345]|PM|pm|Z070000|Z0700|Z07"
)
_FORMS: dict[str, Callable[[dt.datetime], str]] = {
    "January": lambda date: f"{date:%B}",
    "Jan": lambda date: f"{date:%b}",
    "Monday": lambda date: f"{date:%A}",
    "Mon": lambda date: f"{date:%a}",
    "MST": lambda date: _zone(date),
    "2006": lambda date: f"{date.year:04d}",
    "06": lambda date: f"{date.year % 100:02d}",
    "01": lambda date: f"{date.month:02d}",
    "1": lambda date: f"{date.month}",
    "02": lambda date: f"{date.day:02d}",
    "2": lambda date: f"{date.day}",
    "_2": lambda date: f"{date.day:2d}",
    "002": lambda date: f"{date:%j}",
    "__2": lambda date: f"{int(f'{date:%j}'):3d}",
    "15": lambda date: f"{date:%H}",
    "03": lambda date: f"{date:%I}",
    "3": lambda date: f"{int(f'{date:%I}')}",
    "04": lambda date: f"{date:%M}",
    "4": lambda date: f"{date.minute}",
    "05": lambda date: f"{date:%S}",
    "5": lambda date: f"{date.second}",
    "PM": lambda date: f"{date:%p}",
    "pm": lambda date: f"{date:%p}".lower(),
    "Z07": lambda date: _offset(date)[:3],
    "Z0700": lambda date: _offset(date)[:5],
    "Z070000": lambda date: _offset(date).ljust(7, "0") if date.utcoffset() else "Z",
}

_SAMPLE = dt.datetime(2019, 11, 9, 23, 1, 42, tzinfo=dt.UTC)


def is_layout(text: str) -> bool:
    """Whether Hugo treats the text as a layout: formatting a certain date with it gives another text. (`PM`
    is not one, because that date is in the evening.)"""
    return format_date(_SAMPLE, text) != text


def format_date(date: dt.datetime, layout: str) -> str:
    """Format a date like Go's `Time.Format`."""
    return _CHUNK.sub(lambda match: _FORMS[match[0]](date), layout)


def _offset(date: dt.datetime) -> str:
    return f"{date:%z}" if date.utcoffset() else "Z"


def _zone(date: dt.datetime) -> str:
    """The abbreviation of the time zone; Go prints an offset that has none."""
    name = date.tzname() or ""
    return name if name.isalpha() else f"{date:%z}"
