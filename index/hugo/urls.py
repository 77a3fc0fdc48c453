"""A page's path and front matter in, its address out: the RelPermalink that Hugo gives it.

Source: Hugo's URL management, tried on the real `hugo`.
"""

import datetime as dt
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from zhsearch.index.errors import PostError
from zhsearch.index.glob import matches
from zhsearch.index.hugo.languages import Language, Permalink
from zhsearch.index.hugo.permalinks import Tokens, expand, file_part, fill, sanitize
from zhsearch.index.hugo.site import ContentPath, Site
from zhsearch.index.hugo.values import scalar_text


def page_url(
    site: Site, place: ContentPath, fields: Mapping[str, Any], title: str, date: dt.datetime | None
) -> str:
    """A regular page's RelPermalink: percent-encoded path from the host's root.

    Raises SiteError for a permalink pattern that cannot be read, PostError for a `url` that is none of this
    site's.
    """
    language = site.languages[place.language]
    url = scalar_text(fields.get("url"))
    if re.match(r"https?:", url, re.IGNORECASE):
        raise PostError(f"url: {url[:80]!r} names another host; write a path of this site")
    slug = scalar_text(fields.get("slug")).strip("-")
    tokens = Tokens(site, place, slug, title, date)
    if url:
        return _own_url(language, url, tokens)
    if pattern := _pattern(language.permalinks, place):
        middle = expand(pattern, tokens)
    else:
        last = sanitize(slug) if slug else file_part(place.name)
        middle = "/".join([*_folders(site, place.language, place.folders), last])
    middle = _lower(language, re.sub(r"/{2,}", "/", middle).strip("/"))
    section = place.folders[0].lower() if place.folders else "/"
    # Of a name without any letter (①.md) nothing is left.
    form = language.html
    is_ugly = language.ugly_urls or section in language.ugly_sections or form.is_ugly
    ending = ".html" if is_ugly and not form.is_never_ugly else f"/{file_part(form.file)}"
    return _encode(language.prefix + form.path + (middle + ending if middle else ""))


def list_url(site: Site, kind: str, language: str, folders: tuple[str, ...]) -> str:
    """The address of a list: `kind` is section, taxonomy or term; no folders are those of the home page.

    Raises SiteError for a permalink pattern that cannot be read.
    """
    rules = site.languages[language]
    fields = site.section_fields(language, folders) or {}
    url, title, slug = (scalar_text(fields.get(key)) for key in ("url", "title", "slug"))
    name = folders[-1] if folders else ""
    tokens = Tokens(site, ContentPath(folders, name, language), slug.strip("-"), title or name, None)
    if url:
        return _own_url(rules, url, tokens)
    pattern = _pattern(rules.list_permalinks.get(kind, ()), ContentPath(folders[:-1], name, language))
    if pattern and folders:
        middle = expand(pattern, tokens).strip("/") + "/"
    else:
        middle = "".join(f"{part}/" for part in _folders(site, language, folders))
    return _encode(rules.prefix + rules.html.path + _lower(rules, re.sub(r"/{2,}", "/", middle)))


def terms_start(site: Site, language: str, taxonomy: str) -> str:
    """What the addresses of a taxonomy's terms begin with; nothing where a pattern begins with a token."""
    rules = site.languages[language]
    place = ContentPath((taxonomy,), "", language)
    pattern = _pattern(rules.list_permalinks.get("term", ()), place)
    start = pattern.partition(":")[0].rpartition("/")[0] if pattern else file_part(taxonomy)
    middle = expand(start, Tokens(site, place, "", "", None)).strip("/")
    return _encode(f"{rules.prefix}{rules.html.path}{_lower(rules, middle)}/") if middle else ""


def _pattern(rules: Iterable[Permalink], place: ContentPath) -> str:
    return next((rule.pattern for rule in rules if matches(rule.path, place.path)), "")


def _own_url(language: Language, url: str, tokens: Tokens) -> str:
    """What a `url` of front matter makes."""
    expanded = fill(url, tokens, lambda text: _lower(language, text)) if ":" in url else url
    root = language.root if url.startswith("/") else language.prefix
    path = _literal(expanded)
    is_folder = path.endswith("/") and not expanded.endswith("/index.html")
    return _encode(root + language.html.path + path + (language.html.file if is_folder else ""))


def _folders(site: Site, language: str, folders: tuple[str, ...]) -> Iterator[str]:
    """The folders of a page in its address: a section may have a slug."""
    for depth, folder in enumerate(folders, 1):
        fields = site.section_fields(language, folders[:depth]) or {}
        slug = scalar_text(fields.get("slug")).strip("-")
        yield sanitize(slug) if slug else file_part(folder)


def _literal(url: str) -> str:
    """A `url` of front matter below the site's root: one with a dot is a file unless it ends in a slash."""
    kept = re.sub(r"/{2,}", "/", f"/{url}")
    if "/../" in kept:
        kept = posixpath.normpath(kept) + ("/" if kept.endswith("/") else "")
    is_file = "." in kept and not kept.endswith("/")
    whole = kept if is_file else kept.rstrip("/") + "/"
    return whole.removesuffix("index.html" if whole.endswith("/index.html") else "").lstrip("/")


def _lower(language: Language, path: str) -> str:
    """The letters of a path as the site wants them: without accents, in lower case."""
    if language.remove_accents:
        decomposed = unicodedata.normalize("NFD", path)
        kept = (character for character in decomposed if unicodedata.category(character) != "Mn")
        path = unicodedata.normalize("NFC", "".join(kept))
    # Letter by letter, as Go does it: İ becomes i, and a final Σ is no ς.
    return "".join(character.lower()[0] for character in path) if language.lower_paths else path


def _encode(path: str) -> str:
    """Percent-encoded as Go does it: all that needs it, or nothing in a path that a URL may hold as it is."""
    if re.fullmatch(r"(?:[\w.~!$&'()*+,;=:@/\[\]-]|%[0-9a-fA-F]{2})*", path, re.ASCII):
        return path
    return quote(unquote_to_bytes(path), safe="/$&+,:;=@~-_.")
