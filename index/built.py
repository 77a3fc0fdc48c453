"""A built site or its sitemap in, the addresses of its regular pages out, as far as the files tell."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from index.errors import SiteError
from index.site import Site
from index.urls import section_url

_ALIAS = re.compile(rb"<meta[^>]+http-equiv=[\"']?refresh", re.IGNORECASE)
_HEAD = 2_000  # bytes of a page that an alias fits into
_PAGER = re.compile(r"/page/\d+/$")


def built_addresses(place: Path, site: Site, known: Mapping[str, str]) -> dict[str, str]:
    """Address (decoded) of each page to where it was seen, of a folder `public/` or a sitemap.

    Lists are left out: home pages, sections and taxonomies with their pagers, and aliases. `known` are the
    addresses that the content has, with the paths of their files. Raises SiteError where nothing can be read.
    """
    if place.is_dir():
        found = dict(_in_folder(place, site))
    elif place.is_file():
        found = dict(_in_sitemap(place))
    else:
        raise SiteError(
            f"{place} is neither a built site nor a sitemap, and hugo is not installed. Build the site first,"
            " or say where it is: --against DIR"
        )
    if not found:
        raise SiteError(f"{place} has no pages; is it a built site, or a sitemap.xml?")
    pages = {unquote(url) for url in known}
    lists = {above for url in pages for above in _above(url)}
    lists |= {unquote(section_url(site, *section)) for section in _sections(site, known.values())}
    return {
        url: where
        for url, where in found.items()
        if url in pages or not (url in lists or _PAGER.search(url) or _is_taxonomy(url, site))
    }


def _in_folder(place: Path, site: Site) -> Iterator[tuple[str, str]]:
    for file in sorted(place.rglob("*.html")):
        where = file.relative_to(place)
        root, parts = next(iter(site.languages.values())).root, where.parts
        own = site.languages.get(parts[0])
        if own and len({language.root for language in site.languages.values()}) > 1:  # a host for each
            root, parts = own.root, parts[1:]
        with file.open("rb") as opened:
            alias = _ALIAS.search(opened.read(_HEAD))
        if not alias and parts[-1] != "404.html":
            yield root + "/".join(parts).removesuffix("index.html"), str(where)


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
            yield unquote(path), address


def _above(url: str) -> Iterator[str]:
    """The addresses of the folders that a page is in."""
    parts = url.strip("/").split("/")
    for depth in range(len(parts)):
        yield "/" + "".join(f"{part}/" for part in parts[:depth])


def _sections(site: Site, paths: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Language and folders of each section: those with _index, and all of the first level."""
    yield from site.sections.known
    for place in map(site.place, paths):
        yield place.language, place.folders[:1]


def _is_taxonomy(url: str, site: Site) -> bool:
    return any(
        url.startswith(f"{language.prefix}{taxonomy}/")
        for language in site.languages.values()
        for taxonomy in site.taxonomies
    )
