"""Permalink patterns: replaces the tokens of `/:year/:slug/` by their values on one page.

Source: Hugo's `resources/page/permalinks.go` and https://gohugo.io/configuration/permalinks/, tried on the
real `hugo`.
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
_SANITIZED = re.compile(r"[A-Za-z0-9._-]*")


class Tokens:
    """The values of permalink tokens on one page."""

    def __init__(
        self, site: Site, content_path: ContentPath, slug: str, title: str, date: dt.datetime | None
    ) -> None:
        self._site = site
        self._content_path = content_path
        self._slug = slug
        self._title = title
        self._date = date or dt.datetime(1, 1, 1, tzinfo=dt.UTC)  # Go's zero time

    def value(self, name: str) -> list[str] | None:
        """The segments of a token's value, usually one; None if Hugo does not have the token."""
        if name in _BY_PAGE:
            return _BY_PAGE[name](self)
        if name in _BY_DATE:
            return [_BY_DATE[name](self._date)]
        return [_sanitize_decoded(format_date(self._date, name))] if is_layout(name) else None

    def sections(self) -> list[str]:
        """The folders of the page's sections, from the top."""
        folders = self._site.sections.folders_of(self._content_path.language, self._content_path.folders)
        return [sanitize_file_name(folder).lower() for folder in folders]

    def section_slugs(self) -> list[str]:
        """For each of its sections the slug, else the title, else the folder's name."""
        language, folders = self._content_path.language, self._content_path.folders
        section_folders = self._site.sections.folders_of(language, folders)
        slugs = []
        for depth, folder in enumerate(section_folders, 1):
            fields = self._site.section_fields(language, section_folders[:depth])
            if fields is not None:
                slug, title = (scalar_text(fields.get(key)) for key in ("slug", "title"))
                slugs.append(_sanitize_value((slug.strip("-") or title or folder).replace("/", "-")))
        return slugs

    def file_name(self) -> str:
        """The name of the page's file, or of a leaf bundle's folder."""
        return _sanitize_value(self._content_path.name)

    def title(self) -> str:
        """The page's title."""
        return _sanitize_value(self._title.replace("/", "-"))

    def slug_or(self, fallback: str) -> str:
        """The page's slug, `fallback` if it has none; it may be empty after sanitizing."""
        return _sanitize_value(self._slug) if self._slug else fallback


_BY_PAGE: dict[str, Callable[[Tokens], list[str]]] = {
    "section": lambda page: page.sections()[:1],
    "sections": Tokens.sections,
    "sectionslug": lambda page: page.section_slugs()[:1],
    "sectionslugs": Tokens.section_slugs,
    "title": lambda page: [page.title()],
    "slug": lambda page: [page.slug_or(page.title())],
    "filename": lambda page: [page.file_name()],
    "contentbasename": lambda page: [page.file_name()],
    "slugorfilename": lambda page: [page.slug_or(page.file_name())],
    "slugorcontentbasename": lambda page: [page.slug_or(page.file_name())],
}
_BY_DATE: dict[str, Callable[[dt.datetime], str]] = {
    "year": lambda date: f"{date.year}",
    "month": lambda date: f"{date.month:02d}",
    "monthname": lambda date: f"{date:%B}",
    "day": lambda date: f"{date.day:02d}",
    "weekday": lambda date: f"{date:%w}",
    "weekdayname": lambda date: f"{date:%A}",
    "yearday": lambda date: f"{int(f'{date:%j}')}",
}


def expand(pattern: str, tokens: Tokens) -> str:
    """Expand a pattern of the configuration to the path of a page.

    `\\:` is a literal colon, which Hugo drops. Raises SiteError naming an unknown token.
    """
    text = pattern.replace("\\:", "")
    path = ""
    end = 0
    for match in _TOKEN.finditer(text):
        value = _value(match, tokens)
        if value is None:
            known = ", ".join([*_BY_DATE, *_BY_PAGE])
            raise SiteError(
                "permalinks: {match} in {pattern!r} is not known; write one of the tokens {known}",
                match=match[0],
                pattern=pattern,
                known=known,
            )
        path += _sanitize_value(text[end : match.start()]) + value
        end = match.end()
    return path + _sanitize_value(text[end:])


def fill(url: str, tokens: Tokens, normalize: Callable[[str], str]) -> str:
    """Replace the known tokens in a `url` of front matter by their normalized values."""

    def replacement(match: re.Match[str]) -> str:
        value = _value(match, tokens)
        return match[0] if value is None else normalize(value)

    return _TOKEN.sub(replacement, url)


def _value(match: re.Match[str], tokens: Tokens) -> str | None:
    """The value of one token as a path; `:sections[1:]` selects some of its segments."""
    segments = tokens.value(match[1])
    if segments is None:
        return None
    return "/".join(_slice(segments, match[2]) if match[2] else segments)


def _slice(segments: list[str], selection: str) -> list[str]:
    """The segments that Hugo's index or range selects: 0, last, 1:, :last, 1:2; none out of range."""
    first, colon, end = selection.replace("last", str(len(segments) - 1)).partition(":")
    start = int(first) if first.isdecimal() else 0
    stop = (int(end) if end.isdecimal() else len(segments)) if colon else start + 1
    return segments[start:stop]


@lru_cache(maxsize=1 << 12)  # many posts share their folders
def sanitize(text: str) -> str:
    """Sanitize a text for a URL path: keep letters, digits and a few marks; white space becomes one hyphen.

    Source: `Sanitize` in Hugo's `common/paths`.
    """
    if _SANITIZED.fullmatch(text):
        return text
    characters: list[str] = []
    after_space = False
    for position, character in enumerate(text):
        if _is_allowed(character) or _is_percent_code(text, position):
            if after_space and character != "-":
                characters.append("-")
            characters.append(character)
            after_space = False
        elif character.isspace() and characters and characters[-1] != "-":
            after_space = True
    return "".join(characters)


def _is_allowed(character: str) -> bool:
    return character in "./\\_#+~-@" or unicodedata.category(character)[:2] in (
        "Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc", "Me",
    )  # fmt: skip


def _is_percent_code(text: str, position: int) -> bool:
    return re.match("%[0-9a-fA-F]{2}", text[position : position + 3]) is not None


def sanitize_file_name(name: str) -> str:
    """Sanitize the name of a file or folder: unlike in other texts, every blank becomes a hyphen."""
    return sanitize(name.replace(" ", "-"))


def _sanitize_value(text: str) -> str:
    """Sanitize a text for the path of a permalink pattern."""
    return _sanitize_decoded(sanitize(text).removesuffix("#"))  # `#` would begin an empty fragment


def _sanitize_decoded(text: str) -> str:
    """Sanitize a text that Hugo has parsed as a URL in between: `+` is a blank, `%41` is A."""
    decoded = unquote_plus(text)
    return ("-" if decoded.strip() and decoded[0].isspace() else "") + sanitize(decoded)
