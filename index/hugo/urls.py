"""Addresses of pages and lists: the RelPermalink that Hugo gives them.

A hit must lead to the page, so the address is computed from the file's place and the front matter, without
building the site. Source: https://gohugo.io/content-management/urls/ and Hugo's
`resources/page/page_paths.go`, tried on the real `hugo`.
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
from zhsearch.index.hugo.permalinks import Tokens, expand, fill, sanitize, sanitize_file_name
from zhsearch.index.hugo.sections import Folders
from zhsearch.index.hugo.site import ContentPath, Site
from zhsearch.index.hugo.values import scalar_text
from zhsearch.index.models import PageKind

_MAX_SHOWN_CHARS = 80
_OTHER_HOST = re.compile("https?:", re.IGNORECASE)
_SLASHES = re.compile("/{2,}")
_VALID = re.compile(r"(?:[\w.~!$&'()*+,;=:@/\[\]-]|%[0-9a-fA-F]{2})*", re.ASCII)


def page_url(
    site: Site, content_path: ContentPath, fields: Mapping[str, Any], title: str, date: dt.datetime | None
) -> str:
    """The address of a regular page: a percent-encoded path from the root of its host.

    Raises SiteError for an invalid permalink pattern, PostError for a `url` on another host.
    """
    language = site.languages[content_path.language]
    url = scalar_text(fields.get("url"))
    if url and _OTHER_HOST.match(url):
        raise PostError(
            "url: {url!r} names another host; write a path of this site", url=url[:_MAX_SHOWN_CHARS]
        )
    slug = scalar_text(fields.get("slug")).strip("-")
    tokens = Tokens(site, content_path, slug, title, date)
    if url:
        return _front_matter_url(language, url, tokens)
    if pattern := _pattern_for(content_path, language.permalinks):
        path = expand(pattern, tokens)
    else:
        name = sanitize(slug) if slug else sanitize_file_name(content_path.name)
        path = "/".join([*_folder_segments(site, content_path.language, content_path.folders), name])
    path = _normalize(language, _SLASHES.sub("/", path).strip("/"))
    # Nothing may be left of a name without letters (①.md): the page is then at the root.
    ending = _ending(language, content_path.folders) if path else ""
    return _encode(language.prefix + language.html.path + path + ending)


def _ending(language: Language, folders: Folders) -> str:
    """The ending of a page's address: `.html` if it is ugly, else a slash (and a file name)."""
    return ".html" if _is_ugly(language, folders) else f"/{sanitize_file_name(language.html.file)}"


def _is_ugly(language: Language, folders: Folders) -> bool:
    section = folders[0].lower() if folders else "/"
    is_ugly = language.ugly_urls or section in language.ugly_sections or language.html.is_ugly
    return is_ugly and not language.html.is_never_ugly


def list_url(site: Site, kind: PageKind, language: str, folders: Folders) -> str:
    """The address of a list page: `()` are the folders of the home page.

    Raises SiteError for an invalid permalink pattern.
    """
    rules = site.languages[language]
    fields = site.section_fields(language, folders) or {}
    url, title, slug = (scalar_text(fields.get(key)) for key in ("url", "title", "slug"))
    name = folders[-1] if folders else ""
    tokens = Tokens(site, ContentPath(folders, name, language), slug.strip("-"), title or name, None)
    if url:
        return _front_matter_url(rules, url, tokens)
    pattern = _pattern_for(ContentPath(folders[:-1], name, language), rules.list_permalinks.get(kind, ()))
    if pattern and folders:
        path = expand(pattern, tokens).strip("/") + "/"
    else:
        path = "".join(f"{segment}/" for segment in _folder_segments(site, language, folders))
    path = _normalize(rules, _SLASHES.sub("/", path))
    file = sanitize_file_name(rules.html.file)
    if not file and _is_ugly(rules, folders):  # a term is ugly itself, the others are files in their folders
        path, file = (path.rstrip("/"), ".html") if kind == "term" else (path, "index.html")
    return _encode(rules.prefix + rules.html.path + path + file)


def terms_prefix(site: Site, language: str, taxonomy: str) -> str:
    """The prefix of the addresses of a taxonomy's terms; "" if their pattern begins with a token."""
    rules = site.languages[language]
    content_path = ContentPath((taxonomy,), "", language)
    pattern = _pattern_for(content_path, rules.list_permalinks.get("term", ()))
    fixed = pattern.partition(":")[0].rpartition("/")[0] if pattern else sanitize_file_name(taxonomy)
    path = expand(fixed, Tokens(site, content_path, "", "", None)).strip("/")
    return _encode(f"{rules.prefix}{rules.html.path}{_normalize(rules, path)}/") if path else ""


def _pattern_for(content_path: ContentPath, permalinks: Iterable[Permalink]) -> str:
    """The first pattern whose path matches, "" if none does."""
    return next((rule.pattern for rule in permalinks if matches(rule.path, content_path.path)), "")


def _folder_segments(site: Site, language: str, folders: Folders) -> Iterator[str]:
    """The folders of a page as segments of its address; a section's slug replaces its name."""
    for depth, folder in enumerate(folders, 1):
        fields = site.section_fields(language, folders[:depth]) or {}
        slug = scalar_text(fields.get("slug")).strip("-")
        yield sanitize(slug) if slug else sanitize_file_name(folder)


def _front_matter_url(language: Language, url: str, tokens: Tokens) -> str:
    """The address of a page whose front matter has a `url`, which may contain permalink tokens.

    It is relative to the host if it begins with a slash, else to the language.
    """
    expanded = fill(url, tokens, lambda text: _normalize(language, text)) if ":" in url else url
    root = language.root if url.startswith("/") else language.prefix
    path = _clean_url(expanded)
    is_folder = path.endswith("/") and not expanded.endswith("/index.html")
    return _encode(root + language.html.path + path + (language.html.file if is_folder else ""))


def _clean_url(url: str) -> str:
    """A `url` without double slashes, `..` and index.html; it is a file if it has a dot and no slash at its
    end."""
    path = _SLASHES.sub("/", f"/{url}")
    if "/../" in path:
        path = posixpath.normpath(path) + ("/" if path.endswith("/") else "")
    is_file = "." in path and not path.endswith("/")
    path = path if is_file else path.rstrip("/") + "/"
    return path.removesuffix("index.html" if path.endswith("/index.html") else "").lstrip("/")


def _normalize(language: Language, path: str) -> str:
    """The path in lower case and without accents, as the site's settings say."""
    if language.remove_accents and not path.isascii():
        decomposed = unicodedata.normalize("NFD", path)
        bare = (character for character in decomposed if unicodedata.category(character) != "Mn")
        path = unicodedata.normalize("NFC", "".join(bare))
    if path.isascii():
        return path.lower() if language.lower_paths else path
    # Letter by letter, as in Go: İ becomes i, and Σ at the end of a word stays σ.
    return "".join(character.lower()[0] for character in path) if language.lower_paths else path


def _encode(path: str) -> str:
    """Percent-encode a path as Go's `url.URL` does: all that needs it, or nothing if the path is already
    valid."""
    if _VALID.fullmatch(path):
        return path
    return quote(unquote_to_bytes(path), safe="/$&+,:;=@~-_.")
