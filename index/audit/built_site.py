"""The regular pages of a built site or its sitemap, distinguished from others by files and addresses.

A built site does not say which of its pages are lists, aliases or copied files; these are recognised by their
addresses, by their content, or by the feed beside them.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from zhsearch.index.audit.list_pages import find_list_pages
from zhsearch.index.errors import SiteError
from zhsearch.index.hugo import Site

_ALIAS = re.compile(rb"<meta[^>]+http-equiv=[\"']?refresh", re.IGNORECASE)
_MAX_ALIAS_BYTES = 2_000


class Label(NamedTuple):
    """Title and date of a page."""

    title: str
    date: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PublishedPages:
    """The pages of a site: decoded address -> where it was seen.

    `languages` are those that a sitemap contains; empty: all of the site's. `labels` are the titles and dates
    that a list of pages tells.
    """

    pages: Mapping[str, str]
    languages: frozenset[str] = frozenset()
    labels: Mapping[str, Label] = field(default_factory=dict)


def read_built_site(location: Path, site: Site, known: Mapping[str, str]) -> PublishedPages:
    """Read the pages of a folder `public/`, or of a sitemap.

    Left out are list pages (home, sections, taxonomies, terms, and their further pages), aliases and static
    files. A list is recognised by its address, or, if pages have no feeds, by the feed beside it. `known`
    are the decoded addresses of the content, with the paths of their files. Raises SiteError if there are no
    pages to read.
    """
    if location.is_dir():
        scan = _scan_folder(location, site, known)
    elif location.is_file():
        scan = _Scan(dict(_read_sitemap(location, known)))
    else:
        raise SiteError(
            "{location} does not exist. Give a built site or its sitemap.xml: --against public",
            location=location,
        )
    if not scan.pages:
        raise SiteError(
            "{location} has no pages. Give a built site or its sitemap.xml: --against public",
            location=location,
        )
    lists = find_list_pages(site, known.values(), known)
    pages = {
        url: seen
        for url, seen in scan.pages.items()
        if url in known or not (lists.contains(url) or lists.first_page(url) in scan.with_feed)
    }
    languages = {site.content_path(known[url]).language for url in pages if url in known}
    is_of_one_language = location.is_file() and len(languages) == 1
    return PublishedPages(pages, frozenset(languages) if is_of_one_language else frozenset())


@dataclass(slots=True)
class _Scan:
    """Pages that may be regular (address -> where it was seen), and addresses with a feed beside them."""

    pages: dict[str, str] = field(default_factory=dict)
    with_feed: set[str] = field(default_factory=set)


def _scan_folder(folder: Path, site: Site, known: Mapping[str, str]) -> _Scan:
    """The HTML files of a built site, without aliases, static files and the error page."""
    scan = _Scan()
    pages_have_feeds = any(
        "rss" in map(str.lower, language.outputs.get("page", ())) for language in site.languages.values()
    )
    for file in sorted(folder.rglob("*.html")):
        relative = file.relative_to(folder)
        root, segments = _host_of(site, relative)
        url = _address(root + "/".join(segments), known)
        if url in known:
            scan.pages[url] = str(relative)
            continue
        page_folder = file.parent if file.name == "index.html" else file.with_suffix("")
        if not pages_have_feeds and (page_folder / "index.xml").is_file():
            scan.with_feed |= {url, f"{url.removesuffix('.html').rstrip('/')}/"}
        if segments[-1] != "404.html" and not _is_alias(file) and not _is_static(site, segments, file):
            scan.pages[url] = str(relative)
    return scan


def _host_of(site: Site, relative: Path) -> tuple[str, tuple[str, ...]]:
    """The base path of a file's host, and the file's path there. Hugo builds several hosts into one folder
    each."""
    several_hosts = len({language.root for language in site.languages.values()}) > 1
    language = site.languages.get(relative.parts[0])
    if language and several_hosts:
        return language.root, relative.parts[1:]
    return next(iter(site.languages.values())).root, relative.parts


def _is_alias(file: Path) -> bool:
    """Whether the page only redirects to another one (`aliases` in front matter)."""
    with file.open("rb") as opened:
        return _ALIAS.search(opened.read(_MAX_ALIAS_BYTES)) is not None


def _is_static(site: Site, segments: tuple[str, ...], file: Path) -> bool:
    """Whether the file was copied from a static folder: one there has the same path and size."""
    size = file.stat().st_size
    originals = (folder.joinpath(*segments) for folder in site.static_folders)
    return any(original.is_file() and original.stat().st_size == size for original in originals)


def _address(url: str, known: Mapping[str, str]) -> str:
    """The address without index.html, which Hugo writes for sections with ugly addresses alone."""
    return url if url in known else re.sub(r"/index\.html$", "/", url)


def _read_sitemap(file: Path, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(decoded path, address) of each page; an index of sitemaps names one for each language beside it."""
    try:
        root = ElementTree.parse(file).getroot()
    except (ElementTree.ParseError, OSError) as problem:
        raise SiteError(
            "{file} cannot be read as a sitemap: {problem}", file=file, problem=problem
        ) from problem
    for entry in root:
        address = next((inner.text or "" for inner in entry if inner.tag.endswith("}loc")), "").strip()
        path = unquote(urlsplit(address).path)
        if entry.tag.endswith("}sitemap"):
            yield from _read_sitemap(file.parent.joinpath(*Path(path).parts[-2:]), known)
        elif address:
            yield _address(path, known), address
