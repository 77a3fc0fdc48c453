"""A page's path and front matter in, its address out: the RelPermalink that Hugo gives it.

Source: Hugo's URL management, tried on the real `hugo`.
"""

import datetime as dt
import posixpath
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote_plus, unquote_to_bytes

from index.errors import PostError, SiteError
from index.frontmatter import text_of
from index.site import Site, split_language

_TOKEN = re.compile(r":(\w+)(?:\[([\w:]{1,20})\])?")
_CLEAN = re.compile(r"[A-Za-z0-9._-]*")
_SECTIONS = re.compile(r":sections\b")


def page_url(site: Site, path: str, fields: Mapping[str, Any], title: str, date: dt.datetime | None) -> str:
    """A regular page's RelPermalink: percent-encoded path from the host's root.

    `path` is relative to the content folder. Raises SiteError for a permalink pattern that cannot be read,
    PostError for a `url` that is none of this site's.
    """
    folder = PurePosixPath(path).parent
    name, language = split_language(site, PurePosixPath(path).name)
    if name.lower() == "index":  # a leaf bundle stands for its folder
        name, folder = folder.name, folder.parent
    in_subfolder = language != site.default_language or site.language_in_subfolder
    prefix = site.base_path + (f"{language}/" if in_subfolder else "")
    folders = [] if str(folder) == "." else list(folder.parts)
    url = text_of(fields.get("url"))
    if re.match(r"https?:", url, re.IGNORECASE):
        raise PostError(f"url: {url[:80]!r} names another host; write a path of this site")
    slug = text_of(fields.get("slug")).strip("-")
    section = folders[0].lower() if folders else "/"
    pattern = url or site.permalinks.get(section, "")
    if pattern:
        sections = _sections(site, folders) if _SECTIONS.search(pattern) else []
        tokens = _tokens(name, sections or folders[:1], slug, title, date)
    if url:
        lowered = {token: _lower(site, value) for token, value in tokens.items()}
        return _encode((site.base_path if url.startswith("/") else prefix) + _literal(_expand(url, lowered)))
    if pattern:
        middle = _expand(pattern, tokens)
        if unknown := re.search(r":\w+", middle):
            raise SiteError(
                f"permalinks: {unknown[0]} in {pattern!r} is not known; known are {', '.join(tokens)}"
            )
    else:
        last = sanitize(slug) if slug else _file_part(name)
        middle = "/".join([*map(_file_part, folders), last])
    middle = _lower(site, re.sub(r"/{2,}", "/", middle).strip("/"))
    # Of a name without any letter (①.md) nothing is left.
    ending = ".html" if site.ugly_urls or section in site.ugly_sections else "/"
    return _encode(prefix + (middle + ending if middle else ""))


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


def _file_part(name: str) -> str:
    """Hugo's path form of a file's or folder's name: every blank becomes a hyphen first."""
    return sanitize(name.replace(" ", "-"))


def _sections(site: Site, folders: list[str]) -> list[str]:
    """The folders down to the innermost section; one below the first level is a section if it has _index."""
    for depth in range(len(folders), 1, -1):
        if any(site.content.joinpath(*folders[:depth]).glob("_index.*")):
            return folders[:depth]
    return folders[:1]


def _in_pattern(text: str) -> str:
    """A text's path form inside a permalink pattern, where Hugo takes it for a URL once: `+` is a blank,
    `%41` an A, a last `#` an empty fragment."""
    once = unquote_plus(sanitize(text).removesuffix("#"))
    return ("-" if once.strip() and once[0].isspace() else "") + sanitize(once)


def section_folders(site: Site) -> list[str]:
    """The folders whose `_index` files decide about addresses; none where no pattern asks for them."""
    if not any(_SECTIONS.search(pattern) for pattern in site.permalinks.values()):
        return []
    indexes = site.content.rglob("_index.*")
    return sorted({file.parent.relative_to(site.content).as_posix() for file in indexes})


def _tokens(
    name: str, sections: list[str], slug: str, title: str, date: dt.datetime | None
) -> dict[str, str]:
    """What the tokens of a permalink pattern, and Go's layouts of a date, stand for on one page."""
    when = date or dt.datetime(1, 1, 1, tzinfo=dt.UTC)
    file = _in_pattern(name)
    parts = [_file_part(section) for section in sections]
    named = _in_pattern(slug)
    titled = _in_pattern(title.replace("/", "-"))
    return {
        "year": f"{when.year}",
        "month": f"{when.month:02d}",
        "day": f"{when.day:02d}",
        "monthname": when.strftime("%B"),
        "weekday": str((when.weekday() + 1) % 7),
        "weekdayname": when.strftime("%A"),
        "yearday": str(when.timetuple().tm_yday),
        "section": parts[0] if parts else "",
        "sections": "/".join(parts),
        "title": titled,
        "slug": named if slug else titled,
        "filename": file,
        "contentbasename": file,
        "slugorfilename": named if slug else file,
        "slugorcontentbasename": named if slug else file,
        "2006": f"{when.year:04d}",
        "06": f"{when.year % 100:02d}",
        "01": f"{when.month:02d}",
        "1": f"{when.month}",
        "02": f"{when.day:02d}",
        "2": f"{when.day}",
    }


def _expand(pattern: str, tokens: Mapping[str, str]) -> str:
    """The pattern with the tokens that are known filled in; `:sections[1:]` takes a part of them."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in tokens:
            return match[0]
        return _slice(tokens[match[1]].split("/"), match[2]) if match[2] else tokens[match[1]]

    return _TOKEN.sub(value, pattern)


def _slice(parts: list[str], wanted: str) -> str:
    """`parts` by Hugo's index or range: 0, last, 1:, :last, 1:2; out of range is nothing."""
    first, colon, end = wanted.replace("last", str(len(parts) - 1)).partition(":")
    start = int(first) if first.isdecimal() else 0
    stop = (int(end) if end.isdecimal() else len(parts)) if colon else start + 1
    return "/".join(parts[start:stop])


def _literal(url: str) -> str:
    """A `url` of front matter below the site's root: one with a dot is a file unless it ends in a slash."""
    kept = re.sub(r"/{2,}", "/", f"/{url}")
    if "/../" in kept:
        kept = posixpath.normpath(kept) + ("/" if kept.endswith("/") else "")
    is_file = "." in kept and not kept.endswith("/")
    whole = kept if is_file else kept.rstrip("/") + "/"
    return whole.removesuffix("index.html" if whole.endswith("/index.html") else "").lstrip("/")


def _lower(site: Site, path: str) -> str:
    """The letters of a path as the site wants them: without accents, in lower case."""
    if site.remove_accents:
        decomposed = unicodedata.normalize("NFD", path)
        kept = (character for character in decomposed if unicodedata.category(character) != "Mn")
        path = unicodedata.normalize("NFC", "".join(kept))
    # Letter by letter, as Go does it: İ becomes i, and a final Σ is no ς.
    return "".join(character.lower()[0] for character in path) if site.lower_paths else path


def _encode(path: str) -> str:
    """Percent-encoded as Go does it: all that needs it, or nothing in a path that a URL may hold as it is."""
    if re.fullmatch(r"(?:[\w.~!$&'()*+,;=:@/\[\]-]|%[0-9a-fA-F]{2})*", path, re.ASCII):
        return path
    return quote(unquote_to_bytes(path), safe="/$&+,:;=@~-_.")
