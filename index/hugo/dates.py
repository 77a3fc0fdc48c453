"""Front matter's dates in, aware datetimes out: what Hugo accepts, and which key wins.

Source: Hugo's documentation of front matter dates; the accepted forms were tried on the real `hugo`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhsearch.index.hugo.values import as_strings, scalar_text

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
_ALSO = {
    "lastmod": ("modified",),
    "publishdate": ("pubdate", "published"),
    "expirydate": ("unpublishdate",),
}
_DEFAULT = {
    "date": ("date", "publishdate", "lastmod"),
    "publishdate": ("publishdate", "date"),
    "expirydate": ("expirydate",),
}
_FILE_NAME, _FILE_TIME = ":filename", ":filemodtime"


def _chain(names: Iterable[str]) -> tuple[str, ...]:
    """The names with those that Hugo takes for the same after each."""
    return tuple(dict.fromkeys(every for name in names for every in (name, *_ALSO.get(name, ()))))


@dataclass(frozen=True, slots=True)
class DateRules:
    """Where each date comes from, what wins first: keys of the front matter, `:filename`, `:filemodtime`."""

    date: tuple[str, ...] = _chain(_DEFAULT["date"])
    publish: tuple[str, ...] = _chain(_DEFAULT["publishdate"])
    expiry: tuple[str, ...] = _chain(_DEFAULT["expirydate"])

    @property
    def need_file_time(self) -> bool:
        """Does a date depend on when a file was last written?"""
        return _FILE_TIME in self.date + self.publish + self.expiry


def read_date_rules(value: Mapping[str, Any]) -> DateRules:
    """The rules that a configuration's [frontmatter] gives; a list of Hugo's for each date."""
    chains = {}
    for key, default in _DEFAULT.items():
        names = [name.lower() for name in as_strings(value.get(key))] or default
        chains[key] = _chain(n for name in names for n in (default if name == ":default" else (name,)))
    return DateRules(chains["date"], chains["publishdate"], chains["expirydate"])


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a page, each None where nothing gives one. `slug` is what a file's name has after the
    date, if that counts. `unreadable` are bad values."""

    date: dt.datetime | None
    publish: dt.datetime | None
    expiry: dt.datetime | None
    unreadable: tuple[str, ...]
    slug: str = ""


def read_dates(
    fields: Mapping[str, Any],
    zone: dt.tzinfo,
    *,
    rules: DateRules = DateRules(),
    name: str = "",
    written: float | None = None,
) -> Dates:
    """Resolve a page's dates.

    `zone` is the site's, for values without an offset; `name` the file's (a leaf bundle's folder's) without
    extensions; `written` its time of modification, in seconds since 1970.
    """
    unreadable: list[str] = []
    slugs: list[str] = []

    def first(sources: tuple[str, ...], date: dt.datetime | None = None) -> dt.datetime | None:
        for source in sources:
            if source == _FILE_NAME:
                found, slug = _from_file_name(name, zone)
                if found:
                    slugs.append(slug)
                    return found
            elif source == _FILE_TIME and written is not None:
                return dt.datetime.fromtimestamp(written, tz=zone).replace(microsecond=0)
            elif found := from_field(source):
                return found
            elif source == "date" and date:
                return date  # Hugo takes what `date` resolved to for the page's own
        return None

    def from_field(name: str) -> dt.datetime | None:
        value = fields.get(name)
        if value is not None and value != "" and not (name == "published" and is_switch(value)):
            found = parse_date(value, zone)
            if found and found.year > 1:  # Go's zero date, 0001-01-01, is none
                return found
            shown = scalar_text(value)[:40] or type(value).__name__
            unreadable.append(
                f"{name}: {shown!r} is not a date; write 2025-02-13 or 2025-02-13T08:01:14+08:00"
            )
        return None

    date = first(rules.date)
    publish, expiry = first(rules.publish, date), first(rules.expiry, date)
    return Dates(date, publish, expiry, tuple(dict.fromkeys(unreadable)), next(iter(slugs), ""))


def is_switch(value: object) -> bool:
    """Is it a value that Hugo reads as yes or no?"""
    return scalar_text(value).lower() in ("true", "false", "t", "f", "1", "0")


def _from_file_name(name: str, zone: dt.tzinfo) -> tuple[dt.datetime | None, str]:
    """The date that a file's name begins with, and the rest: `2025-02-13-post`,
    `2025-02-13-08-01-14-post`."""
    for length in (19, 10):
        written = f"{name[:10]}T{name[11:19].replace('-', ':')}" if length == 19 else name[:10]
        found = parse_date(written, zone) if len(name) >= length else None
        if found:
            return found, name[length:].strip(" -_")
    return None, ""


def parse_date(value: object, zone: dt.tzinfo) -> dt.datetime | None:
    """One date as Hugo reads it, or None. Without an offset it is in `zone`."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=zone)
    text = _ZONE_NAME.sub("", scalar_text(value).strip())
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
