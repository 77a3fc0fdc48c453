"""A built site or its sitemap in, the addresses of its regular pages out, as far as the files tell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from zhsearch.index.audit.list_pages import find_list_pages
from zhsearch.index.errors import SiteError
from zhsearch.index.hugo.site import Site

_ALIAS = re.compile(rb"<meta[^>]+http-equiv=[\"']?refresh", re.IGNORECASE)
_HEAD = 2_000  # bytes of a page that an alias fits into


@dataclass(frozen=True, slots=True)
class PublishedPages:
    """The pages of a site: address (decoded) to where it was seen. `languages` are those that a sitemap is
    of, all where it is empty."""

    pages: Mapping[str, str]
    languages: frozenset[str] = frozenset()


def read_built_site(place: Path, site: Site, known: Mapping[str, str]) -> PublishedPages:
    """The pages of a folder `public/`, or of a sitemap.

    Left out are lists (home pages, sections, taxonomies and terms with their pagers), aliases and static
    files. A list is known by its address, or by the feed beside it, where the site's pages have none. `known`
    are the addresses (decoded) that the content has, with the paths of their files. Raises SiteError where
    nothing can be read.
    """
    feeds: set[str] = set()
    if place.is_dir():
        found = dict(_in_folder(place, site, known, feeds))
    elif place.is_file():
        found = dict(_in_sitemap(place))
    else:
        raise SiteError(f"{place} is not there. Give a built site or its sitemap.xml: --against public")
    if not found:
        raise SiteError(f"{place} has no pages; is it a built site, or a sitemap.xml?")
    lists = find_list_pages(site, known.values(), known)
    pages = {
        url: where
        for url, where in found.items()
        if url in known or not (lists.holds(url) or lists.first(url) in feeds)
    }
    seen = {site.content_path(known[url]).language for url in pages if url in known}
    alone = place.is_file() and len(seen) == 1
    return PublishedPages(pages, frozenset(seen) if alone else frozenset())


def _in_folder(
    place: Path, site: Site, known: Mapping[str, str], feeds: set[str]
) -> Iterator[tuple[str, str]]:
    """The HTML files by their addresses; those that a feed shows to be lists are added to `feeds` too."""
    several_hosts = len({language.root for language in site.languages.values()}) > 1
    pages_have_feeds = any("rss" in map(str.lower, language.outputs) for language in site.languages.values())
    for file in sorted(place.rglob("*.html")):
        where = file.relative_to(place)
        root, parts = next(iter(site.languages.values())).root, where.parts
        own = site.languages.get(parts[0])
        if own and several_hosts:  # a folder for each
            root, parts = own.root, parts[1:]
        url = root + "/".join(parts).removesuffix("index.html")
        if url in known:
            yield url, str(where)
            continue
        with file.open("rb") as opened:
            alias = _ALIAS.search(opened.read(_HEAD))
        folder = file.parent if file.name == "index.html" else file.with_suffix("")
        if not pages_have_feeds and (folder / "index.xml").is_file():
            feeds |= {url, f"{url.removesuffix('.html').rstrip('/')}/"}
        if not alias and parts[-1] != "404.html" and not _is_static(site, parts, file):
            yield url, str(where)


def _is_static(site: Site, parts: tuple[str, ...], file: Path) -> bool:
    """Was the file copied as it is?"""
    size = file.stat().st_size
    sources = (folder.joinpath(*parts) for folder in site.static_folders)
    return any(source.is_file() and source.stat().st_size == size for source in sources)


def _in_sitemap(file: Path) -> Iterator[tuple[str, str]]:
    try:
        root = ElementTree.parse(file).getroot()
    except (ElementTree.ParseError, OSError) as problem:
        raise SiteError(f"{file} cannot be read as a sitemap: {problem}") from problem
    for entry in root:
        address = next((inner.text or "" for inner in entry if inner.tag.endswith("}loc")), "").strip()
        path = urlsplit(address).path
        if entry.tag.endswith("}sitemap"):  # an index: one for each language beside it
            yield from _in_sitemap(file.parent.joinpath(*Path(unquote(path)).parts[-2:]))
        elif address:
            yield re.sub(r"/index\.html$", "/", unquote(path)), address
