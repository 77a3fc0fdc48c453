"""Front matter's dates in, aware datetimes out: what Hugo accepts, and which key wins.

Source: Hugo's documentation of front matter dates; the accepted forms were tried on the real `hugo`.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.frontmatter import text_of

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d?):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s*([Zz]|[+-]\d\d:?\d\d)?)?"
)
_NAMED = (
    "%d %b %Y",
    "%d %b %y %H:%M",
    "%d %b %y %H:%M %z",
    "%a %b %d %H:%M:%S %Y",
    "%a %b %d %H:%M:%S %z %Y",
    "%a, %d %b %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%A, %d-%b-%y %H:%M:%S",
)
_ZONE_NAME = re.compile(r" [A-Z]{3,4}\b")  # Hugo looks at a numeric offset only, and so must we
_ORDER = {
    "date": ("date", "publishdate", "pubdate", "published", "lastmod", "modified"),
    "publish": ("publishdate", "pubdate", "published", "date"),
    "expiry": ("expirydate", "unpublishdate"),
}


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a page, each None where the front matter gives none. `unreadable` are its bad values."""

    date: dt.datetime | None
    publish: dt.datetime | None
    expiry: dt.datetime | None
    unreadable: tuple[str, ...]


def read_dates(fields: Mapping[str, Any], zone: dt.tzinfo) -> Dates:
    """Resolve a page's dates; `zone` is the site's, for values without an offset."""
    unreadable: list[str] = []

    def first(names: tuple[str, ...]) -> dt.datetime | None:
        for name in names:
            value = fields.get(name)
            if value is None or value == "":
                continue
            found = parse_date(value, zone)
            if found and found.year > 1:  # Go's zero date, 0001-01-01, is none
                return found
            shown = text_of(value)[:40] or type(value).__name__
            unreadable.append(
                f"{name}: {shown!r} is not a date; write 2025-02-13 or 2025-02-13T08:01:14+08:00"
            )
        return None

    date = first(_ORDER["date"])
    return Dates(
        date,
        first(_ORDER["publish"]) or date,
        first(_ORDER["expiry"]),
        tuple(dict.fromkeys(unreadable)),
    )


def parse_date(value: object, zone: dt.tzinfo) -> dt.datetime | None:
    """One date as Hugo reads it, or None. Without an offset it is in `zone`."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=zone)
    text = _ZONE_NAME.sub("", text_of(value).strip())
    try:
        if match := _ISO.fullmatch(text):
            return _from_iso(match, zone)
        if re.fullmatch(r"-?\d{1,11}", text):
            return dt.datetime.fromtimestamp(int(text), tz=dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    for form in _NAMED:
        try:
            found = dt.datetime.strptime(text, form)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=zone)
    return None


def _from_iso(match: re.Match[str], zone: dt.tzinfo) -> dt.datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micro = int((match[7] or "").ljust(6, "0")[:6])
    offset = match[8]
    tz = zone
    if offset in ("Z", "z"):
        tz = dt.UTC
    elif offset:
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        tz = dt.timezone(dt.timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    return dt.datetime(year, month, day, hour, minute, second, micro, tzinfo=tz)
