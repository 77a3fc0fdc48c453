"""The pages of a site that are not searched on purpose, counts of them by kind, and pages at one address."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from zhsearch.index.arrays import decode_text
from zhsearch.index.messages import Message
from zhsearch.index.models import FileNotice, LeftOut
from zhsearch.index.segment.merge import LiveSegment
from zhsearch.index.source import FileState, PageFiles, PageOrder


def left_out_pages(files: PageFiles, unpublished: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """All pages that are left out, by path: `unpublished`, those that the owner excludes, and duplicates."""
    excluded = _of_kind("excluded", files.excluded)
    duplicates = _of_kind("duplicate", files.duplicates)
    return tuple(sorted((*unpublished, *excluded, *duplicates), key=lambda page: page.path))


def duplicates_of(shadowed: Mapping[str, FileState]) -> list[LeftOut]:
    """The pages that lose their address to another one, as `shared_addresses` found them."""
    return [
        LeftOut(
            path,
            "duplicate",
            Message("has the same address as {winner}, which Hugo takes", winner=state.winner),
        )
        for path, state in shadowed.items()
    ]


def _of_kind(kind: str, notices: Iterable[FileNotice]) -> list[LeftOut]:
    return [LeftOut(notice.path, kind, notice.reason) for notice in notices]


def count_by_kind(pages: Iterable[LeftOut]) -> Mapping[str, int]:
    """The number of pages of each kind; only kinds that occur, by name."""
    return dict(sorted(Counter(page.kind for page in pages).items()))


class SharedAddress(NamedTuple):
    """A page at the same address as another one: its path, that of the `winner`, which Hugo writes last, and
    the address."""

    path: str
    winner: str
    url: str

    def notice(self) -> FileNotice:
        """The notice that the page is not indexed."""
        reason = Message(
            "has the same address as {winner}: {url}; the site has one of them only, most likely {winner},"
            " which is indexed. Change the slug or url of one",
            winner=self.winner,
            url=self.url,
        )
        return FileNotice(self.path, reason)


def shared_addresses(site: PageOrder, pages: Iterable[tuple[str, str]]) -> list[SharedAddress]:
    """The pages (path, address) that lose their address to another one."""
    by_url: dict[str, list[str]] = {}
    for path, url in pages:
        by_url.setdefault(url, []).append(path)
    shared = []
    for url, paths in by_url.items():
        if len(paths) > 1:
            *losers, winner = sorted(paths, key=site.writing_order)
            shared += [SharedAddress(path, winner, url) for path in losers]
    return shared


def shared_notices(site: PageOrder, shared: Iterable[SharedAddress]) -> list[FileNotice]:
    """The notices of pages that lose their address, by path; not where both are one file that is mounted
    twice."""
    losers = (page for page in shared if site.file(page.path) != site.file(page.winner))
    return [page.notice() for page in sorted(losers)]


def live_addresses(pages: Iterable[LiveSegment]) -> Iterator[tuple[str, str]]:
    """(path, address) of each live page."""
    for segment in pages:
        for url, path in zip(segment.strings("url"), segment.strings("path"), strict=True):
            yield decode_text(path), decode_text(url)
