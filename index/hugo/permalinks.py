"""A permalink pattern and a page in, the path that it makes out: `/:year/:slug/`.

Source: Hugo's `resources/page/permalinks.go`, tried on the real `hugo`.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote_plus

from zhsearch.index.errors import SiteError
from zhsearch.index.hugo.go_time import format_date, is_layout
from zhsearch.index.hugo.site import ContentPath, Site
from zhsearch.index.hugo.values import scalar_text

_TOKEN = re.compile(r":(\w+)(?:\[([\w:]{1,20})\])?")
_CLEAN = re.compile(r"[A-Za-z0-9._-]*")


class Tokens:
    """What the tokens of a pattern stand for on one page."""

    def __init__(
        self, site: Site, place: ContentPath, slug: str, title: str, date: dt.datetime | None
    ) -> None:
        self._site = site
        self._place = place
        self._slug = _in_pattern(slug) if slug else None
        self._title = _in_pattern(title.replace("/", "-"))
        self._date = date or dt.datetime(1, 1, 1, tzinfo=dt.UTC)

    def value(self, name: str) -> list[str] | None:
        """The parts of a token's value, most have one; None where it is no token."""
        if name in _BY_PLACE:
            return _BY_PLACE[name](self)
        if name in _BY_DATE:
            return [_BY_DATE[name](self._date)]
        return [_once(format_date(self._date, name))] if is_layout(name) else None

    def folders(self) -> list[str]:
        """The sections of the page as path parts."""
        inner = self._site.sections.folders_of(self._place.language, self._place.folders)
        return [file_part(folder).lower() for folder in inner]

    def section_names(self) -> list[str]:
        """The slugs, else titles, of its sections, else the name of the folder."""
        language, folders = self._place.language, self._place.folders
        inner = self._site.sections.folders_of(language, folders)
        names = []
        for depth, folder in enumerate(inner, 1):
            fields = self._site.section_fields(language, inner[:depth])
            if fields is not None:
                slug, title = (scalar_text(fields.get(key)) for key in ("slug", "title"))
                names.append(_in_pattern((slug.strip("-") or title or folder).replace("/", "-")))
        return names

    def file(self) -> str:
        """The name of the page's file, of a leaf bundle's folder."""
        return _in_pattern(self._place.name)

    def title(self) -> str:
        """The page's title."""
        return self._title

    def slug(self, otherwise: str) -> str:
        """The page's slug, if it has one; nothing may be left of it."""
        return otherwise if self._slug is None else self._slug


_BY_PLACE: dict[str, Callable[[Tokens], list[str]]] = {
    "section": lambda page: page.folders()[:1],
    "sections": Tokens.folders,
    "sectionslug": lambda page: page.section_names()[:1],
    "sectionslugs": Tokens.section_names,
    "title": lambda page: [page.title()],
    "slug": lambda page: [page.slug(page.title())],
    "filename": lambda page: [page.file()],
    "contentbasename": lambda page: [page.file()],
    "slugorfilename": lambda page: [page.slug(page.file())],
    "slugorcontentbasename": lambda page: [page.slug(page.file())],
}
_BY_DATE: dict[str, Callable[[dt.datetime], str]] = {
    "year": lambda when: f"{when.year}",
    "month": lambda when: f"{when.month:02d}",
    "monthname": lambda when: f"{when:%B}",
    "day": lambda when: f"{when.day:02d}",
    "weekday": lambda when: f"{when:%w}",
    "weekdayname": lambda when: f"{when:%A}",
    "yearday": lambda when: f"{int(f'{when:%j}')}",
}


def expand(pattern: str, tokens: Tokens) -> str:
    """The path that a pattern of the configuration makes. Raises SiteError naming an unknown token."""
    parts = []
    end = 0
    for match in _TOKEN.finditer(pattern.replace("\\:", "")):
        parts += [_in_pattern(match.string[end : match.start()]), _value(match, tokens)]
        if parts[-1] is None:
            known = ", ".join([*_BY_DATE, *_BY_PLACE])
            raise SiteError(f"permalinks: {match[0]} in {pattern!r} is not known; known are {known}")
        end = match.end()
    return "".join(part or "" for part in [*parts, _in_pattern(pattern.replace("\\:", "")[end:])])


def fill(url: str, tokens: Tokens, form: Callable[[str], str]) -> str:
    """A `url` of front matter with the tokens that are known filled in, each value put through `form`."""

    def value(match: re.Match[str]) -> str:
        found = _value(match, tokens)
        return match[0] if found is None else form(found)

    return _TOKEN.sub(value, url)


def _value(match: re.Match[str], tokens: Tokens) -> str | None:
    """What one token stands for; `:sections[1:]` takes a part of them."""
    parts = tokens.value(match[1])
    if parts is None:
        return None
    return _slice(parts, match[2]) if match[2] else "/".join(parts)


def _slice(parts: list[str], wanted: str) -> str:
    """`parts` by Hugo's index or range: 0, last, 1:, :last, 1:2; out of range is nothing."""
    first, colon, end = wanted.replace("last", str(len(parts) - 1)).partition(":")
    start = int(first) if first.isdecimal() else 0
    stop = (int(end) if end.isdecimal() else len(parts)) if colon else start + 1
    return "/".join(parts[start:stop])


@lru_cache(maxsize=1 << 12)  # the folders of many posts are the same
def sanitize(text: str) -> str:
    """Hugo's path form of a text: letters, digits and a few marks stay, space between them is one hyphen.

    Source: `Sanitize` in Hugo's common/paths.
    """
    if _CLEAN.fullmatch(text):
        return text
    kept: list[str] = []
    space = False
    for at, character in enumerate(text):
        if _allowed(character) or (character == "%" and re.match("[0-9a-fA-F]{2}", text[at + 1 : at + 3])):
            if space and character != "-":
                kept.append("-")
            kept.append(character)
            space = False
        elif character.isspace() and kept and kept[-1] != "-":
            space = True
    return "".join(kept)


def _allowed(character: str) -> bool:
    return character in "./\\_#+~-@" or unicodedata.category(character)[:2] in (
        "Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc", "Me",
    )  # fmt: skip


def file_part(name: str) -> str:
    """Hugo's path form of a file's or folder's name: every blank becomes a hyphen first."""
    return sanitize(name.replace(" ", "-"))


def _in_pattern(text: str) -> str:
    """A text's path form inside a permalink pattern."""
    return _once(sanitize(text).removesuffix("#"))  # which would begin an empty fragment


def _once(text: str) -> str:
    """The path form of what Hugo takes for a URL once: `+` is a blank, `%41` an A."""
    once = unquote_plus(text)
    return ("-" if once.strip() and once[0].isspace() else "") + sanitize(once)
