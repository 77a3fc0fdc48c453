"""A site in, which addresses are those of its lists out: home pages, sections, taxonomies, terms, pagers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from zhsearch.index.hugo.site import Site
from zhsearch.index.hugo.urls import list_url, terms_prefix

_INDEX = re.compile(r"(?:/index)?(?:\.html)?/?$")


@dataclass(frozen=True, slots=True)
class ListPages:
    """Addresses (decoded) of lists, without what ends them (`/`, `.html`, `/index.html`); what those of terms
    begin with; folders of pagers."""

    bare: frozenset[str]
    terms: tuple[str, ...]
    pagers: tuple[str, ...]

    def holds(self, url: str) -> bool:
        """Is it the address of a list, or of a further page of one?"""
        return _bare(url) in self.bare or url.startswith(self.terms) or self.first(url) != url

    def first(self, url: str) -> str:
        """The address of the list that the address of a pager is a further page of; others as they are."""
        for pager in self.pagers:
            if found := re.search(rf"/{re.escape(pager)}/\d+(/|\.html|/index\.html)$", url):
                return url[: found.start()] + "/"
        return url


def find_list_pages(site: Site, paths: Iterable[str], pages: Iterable[str]) -> ListPages:
    """The lists of a site with content files at `paths` and pages at the addresses `pages` (decoded).

    An address above a page's is taken for a list too. Raises SiteError for a permalink pattern that cannot
    be read.
    """
    known = {*site.sections.known, *_top_sections(site, paths)}
    bare = {_bare(above) for url in pages for above in _above(url)}
    terms: list[str] = []
    for key, language in site.languages.items():
        bare |= {_bare(language.prefix), _bare(language.root)}
        for name in language.taxonomies:
            bare.add(_bare(unquote(list_url(site, "taxonomy", key, (name,)))))
            terms.append(unquote(terms_prefix(site, key, name)))
    for key, folders in known:
        kind = "section"
        if folders and folders[0] in site.languages[key].taxonomies:
            kind = "taxonomy" if len(folders) == 1 else "term"
        bare.add(_bare(unquote(list_url(site, kind, key, folders))))
    pagers = dict.fromkeys(language.pager for language in site.languages.values())
    return ListPages(frozenset(bare), tuple(filter(None, terms)), tuple(pagers))


def _bare(url: str) -> str:
    return _INDEX.sub("", url)


def _above(url: str) -> Iterator[str]:
    """The addresses of the folders that a page is in."""
    parts = url.strip("/").split("/")
    for depth in range(len(parts)):
        yield "/" + "".join(f"{part}/" for part in parts[:depth])


def _top_sections(site: Site, paths: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Language and folder of each section of the first level, which needs no _index."""
    for place in map(site.content_path, paths):
        yield place.language, place.folders[:1]
