"""List pages of a site by their addresses: home pages, sections, taxonomies, terms, and their further pages.

A built site contains them beside the regular pages, and only the latter are indexed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from zhsearch.index.hugo import Folders, Site, list_url, terms_prefix

_ENDING = re.compile(r"(?:/index)?(?:\.html)?/?$")


@dataclass(frozen=True, slots=True)
class ListPages:
    """The decoded addresses of list pages.

    `bare` are addresses without their ending (`/`, `.html`, `/index.html`), `term_prefixes` the prefixes of
    the addresses of terms, `pagers` the folders of further pages.
    """

    bare: frozenset[str]
    term_prefixes: tuple[str, ...]
    pagers: tuple[str, ...]

    def contains(self, url: str) -> bool:
        """Whether it is the address of a list, or of a further page of one."""
        return _bare(url) in self.bare or url.startswith(self.term_prefixes) or self.first_page(url) != url

    def first_page(self, url: str) -> str:
        """The address of the list whose further page this is; any other address unchanged."""
        for pager in self.pagers:
            if match := re.search(rf"/{re.escape(pager)}/\d+(/|\.html|/index\.html)$", url):
                return url[: match.start()] + "/"
        return url


def find_list_pages(site: Site, paths: Iterable[str], pages: Iterable[str]) -> ListPages:
    """The list pages of a site with content files at `paths` and pages at the decoded addresses `pages`.

    The folders above a page are taken for lists, too. Raises SiteError for an invalid permalink pattern.
    """
    sections = {*site.sections.known, *_top_sections(site, paths)}
    bare = {_bare(parent) for url in pages for parent in _parents(url)}
    term_prefixes: list[str] = []
    for key, language in site.languages.items():
        bare |= {_bare(language.prefix), _bare(language.root)}
        for taxonomy in language.taxonomies:
            bare.add(_bare(unquote(list_url(site, "taxonomy", key, (taxonomy,)))))
            term_prefixes.append(unquote(terms_prefix(site, key, taxonomy)))
    for key, folders in sections:
        bare.add(_bare(unquote(list_url(site, site.list_kind(key, folders), key, folders))))
    pagers = dict.fromkeys(language.pager for language in site.languages.values())
    return ListPages(frozenset(bare), tuple(filter(None, term_prefixes)), tuple(pagers))


def _bare(url: str) -> str:
    return _ENDING.sub("", url)


def _parents(url: str) -> Iterator[str]:
    """The addresses of the folders that a page is in."""
    segments = url.strip("/").split("/")
    for depth in range(len(segments)):
        yield "/" + "".join(f"{segment}/" for segment in segments[:depth])


def _top_sections(site: Site, paths: Iterable[str]) -> Iterator[tuple[str, Folders]]:
    """(language, folders) of each section at the first level, which needs no `_index` file."""
    for content_path in map(site.content_path, paths):
        yield content_path.language, content_path.folders[:1]
