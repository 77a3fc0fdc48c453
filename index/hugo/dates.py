"""The dates of a page: which values Hugo accepts as dates, and which key wins.

Front matter has up to eight keys for three dates, and a configuration may reorder them or add the file's
name and time. A wrong date publishes a page too early, or never. Source:
https://gohugo.io/configuration/front-matter/ and https://gohugo.io/functions/time/astime/; the accepted
forms were tried on the real `hugo`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from zhsearch.index.hugo.values import as_strings, is_bool_like, scalar_text

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d?):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s*([Zz]|[+-]\d\d:?\d\d)?)?"
)
_SECONDS = re.compile(r"-?\d{1,11}")  # since 1970
_FORMATS_WITH_NAMES = (
    "%d %b %Y",
    "%d %b %y %H:%M",
    "%d %b %y %H:%M %z",
    "%a %b %d %H:%M:%S %Y",
    "%a %b %d %H:%M:%S %z %Y",
    "%a, %d %b %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%A, %d-%b-%y %H:%M:%S",
)
_ZONE_NAME = re.compile(r" [A-Z]{3,4}\b")  # Go parses the name, but takes the time from a numeric offset only
_SYNONYMS = {
    "lastmod": ("modified",),
    "publishdate": ("pubdate", "published"),
    "expirydate": ("unpublishdate",),
}
_DEFAULT_SOURCES = {
    "date": ("date", "publishdate", "lastmod"),
    "publishdate": ("publishdate", "date"),
    "expirydate": ("expirydate",),
}
_FILE_NAME, _FILE_TIME = ":filename", ":filemodtime"


def _with_synonyms(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each followed by its synonyms in Hugo."""
    return tuple(dict.fromkeys(key for name in names for key in (name, *_SYNONYMS.get(name, ()))))


@dataclass(frozen=True, slots=True)
class DateRules:
    """The sources of each date, the first that has one wins: front matter keys, `:filename`,
    `:filemodtime`."""

    date: tuple[str, ...] = _with_synonyms(_DEFAULT_SOURCES["date"])
    publish: tuple[str, ...] = _with_synonyms(_DEFAULT_SOURCES["publishdate"])
    expiry: tuple[str, ...] = _with_synonyms(_DEFAULT_SOURCES["expirydate"])

    @property
    def need_file_time(self) -> bool:
        """Whether a date depends on the modification time of the file."""
        return _FILE_TIME in self.date + self.publish + self.expiry


def read_date_rules(frontmatter: Mapping[str, Any]) -> DateRules:
    """Read the table [frontmatter] of a configuration: a list of sources for each date."""
    sources = {}
    for key, default in _DEFAULT_SOURCES.items():
        names = [name.lower() for name in as_strings(frontmatter.get(key))] or default
        sources[key] = _with_synonyms(
            source for name in names for source in (default if name == ":default" else (name,))
        )
    return DateRules(sources["date"], sources["publishdate"], sources["expirydate"])


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a page, None where it has none.

    `unreadable` are messages about values that are not dates. `slug` is the rest of a file name that begins
    with a date, if a date was taken from there.
    """

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
    mtime: float | None = None,
) -> Dates:
    """Resolve the dates of a page from its front matter, in lower case.

    `zone` is the site's time zone, for values without an offset; `name` is the name of the file (of a leaf
    bundle's folder) without extensions, `mtime` its modification time in seconds since 1970.
    """
    resolver = _DateResolver(fields, zone, name, mtime)
    date = resolver.first_of(rules.date)
    publish = resolver.first_of(rules.publish, date)
    expiry = resolver.first_of(rules.expiry, date)
    return Dates(date, publish, expiry, tuple(dict.fromkeys(resolver.unreadable)), resolver.slug)


@dataclass(slots=True)
class _DateResolver:
    """Resolves the dates of one page from their sources, and collects messages about unreadable values."""

    fields: Mapping[str, Any]
    zone: dt.tzinfo
    file_name: str
    mtime: float | None
    unreadable: list[str] = field(default_factory=list)
    slug: str = ""
    _read: dict[str, dt.datetime | None] = field(default_factory=dict)  # dates by the names of their fields

    def first_of(self, sources: Iterable[str], date: dt.datetime | None = None) -> dt.datetime | None:
        """The date of the first source that has one. `date` is the page's own date, once it is known: Hugo
        uses the resolved `date` where another date falls back to that key."""
        for source in sources:
            resolved = self._from_source(source) or (date if source == "date" else None)
            if resolved:
                return resolved
        return None

    def _from_source(self, source: str) -> dt.datetime | None:
        if source == _FILE_NAME:
            return self._from_file_name()
        if source == _FILE_TIME and self.mtime is not None:
            return dt.datetime.fromtimestamp(self.mtime, tz=self.zone).replace(microsecond=0)
        if source not in self._read:
            self._read[source] = self._from_field(source)
        return self._read[source]

    def _from_file_name(self) -> dt.datetime | None:
        date, slug = _split_file_name(self.file_name, self.zone)
        if date:
            self.slug = slug
        return date

    def _from_field(self, name: str) -> dt.datetime | None:
        value = self.fields.get(name)
        if value is None or value == "" or (name == "published" and is_bool_like(value)):
            return None
        date = parse_date(value, self.zone)
        if date and date.year > 1:  # 0001-01-01 is Go's zero time, which means no date
            return date
        shown = scalar_text(value)[:40] or type(value).__name__
        self.unreadable.append(
            f"{name}: {shown!r} is not a date; write 2025-02-13 or 2025-02-13T08:01:14+08:00"
        )
        return None


def _split_file_name(name: str, zone: dt.tzinfo) -> tuple[dt.datetime | None, str]:
    """The date that a file name begins with, and the slug after it: `2025-02-13-post`,
    `2025-02-13-08-01-14-post`."""
    for length in (19, 10):
        text = f"{name[:10]}T{name[11:19].replace('-', ':')}" if length == 19 else name[:10]
        date = parse_date(text, zone) if len(name) >= length else None
        if date:
            return date, name[length:].strip(" -_")
    return None, ""


def parse_date(value: object, zone: dt.tzinfo) -> dt.datetime | None:
    """Parse one date as Hugo does; None if it is not a date. Without an offset it is in `zone`."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=zone)
    text = scalar_text(value).strip()
    try:
        if match := _ISO.fullmatch(text) or _ISO.fullmatch(text := _ZONE_NAME.sub("", text)):
            return _from_iso(match, zone)
        if _SECONDS.fullmatch(text):
            return dt.datetime.fromtimestamp(int(text), tz=dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return _from_names(text, zone)


def _from_iso(match: re.Match[str], zone: dt.tzinfo) -> dt.datetime:
    year, month, day, hour, minute, second = (int(digits or 0) for digits in match.groups()[:6])
    microsecond = int((match[7] or "").ljust(6, "0")[:6])
    return dt.datetime(
        year, month, day, hour, minute, second, microsecond, tzinfo=_from_offset(match[8], zone)
    )


def _from_offset(offset: str | None, zone: dt.tzinfo) -> dt.tzinfo:
    """The time zone of `Z`, `+08:00` or `+0800`; `zone` for None."""
    if not offset:
        return zone
    return dt.UTC if offset in "Zz" else _fixed_offset(offset)


@lru_cache
def _fixed_offset(offset: str) -> dt.timezone:
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return dt.timezone(dt.timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _from_names(text: str, zone: dt.tzinfo) -> dt.datetime | None:
    """Parse the forms with names of months or days: `13 Feb 2025`, `Thu, 13 Feb 2025 08:01:14 +0800`."""
    for form in _FORMATS_WITH_NAMES:
        try:
            date = dt.datetime.strptime(text, form)
        except ValueError:
            continue
        return date if date.tzinfo else date.replace(tzinfo=zone)
    return None
