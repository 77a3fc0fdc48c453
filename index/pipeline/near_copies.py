"""Groups of pages that are near copies of each other, such as one page of documentation versions 15, 16 and
17.

Two pages are near copies if they have the same title (apart from version numbers) in the same language, and
nearly the same text: by the Jaccard similarity of their shingles (Broder, "On the resemblance and containment
of documents", 1997). It is exact; MinHash only passes over pairs that are far from it. Only pages that share
their title are read, so that a site without copies pays for a look at its titles. The groups depend on the
live pages alone, whichever segments they are in; an incremental run reads only pages whose title one that
changed has, and finds the groups of a full run.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import decode_text, encode_text, offsets
from zhsearch.index.pipeline.segment_set import Changes
from zhsearch.index.segment.merge import LiveSegment
from zhsearch.index.versions import (
    page_version,
    unversioned_path,
    unversioned_text,
    unversioned_title,
    version_order,
)

_SHINGLE = 5  # characters
_MIN_SHINGLES = 200  # a text of fewer is compared as a whole, since a template may be most of it
_MAX_SAME_TITLE = 1_000  # pages; a title that more have is that of a template
_MAX_READ = 5_000  # pages whose texts, in mapped files, may take memory at a time
_AT_SAME_PATH = 0.9  # similarity that pages need whose paths differ in the version alone
_ELSEWHERE = 0.95  # and other pages
_MINIMA = 64  # of the MinHash of a page
_MARGIN = 0.12  # three standard deviations of a similarity of 0.9 that so many minima estimate
_BASE, _MIX = np.uint64(1_000_003), np.uint64(0x9E3779B97F4A7C15)
_NONE = np.uint32(2**32 - 1)

Hashes = NDArray[np.uint32]
Groups = tuple[tuple[int, ...], ...]
"""The groups of near copies, each with its newest page first. A page is given by its number among the pages
of all segments, deleted ones included."""

_Title = tuple[str, bytes]  # without version numbers, and the language


class KnownGroups(NamedTuple):
    """The groups before some changes, by the paths of their pages, and the titles of pages that changed."""

    groups: tuple[tuple[bytes, ...], ...]
    changed: frozenset[_Title]


class _Page:
    """A live page that shares its title with another one. `number` counts the pages of all segments."""

    def __init__(self, segment: LiveSegment, page: int, number: int) -> None:
        self._segment = segment
        self._page = page
        self.number = number
        self.path = segment.reader.string("path", page)
        self.place = unversioned_path(self.path)

    @property
    def title(self) -> str:
        return decode_text(self._segment.reader.title(self._page))

    @cached_property
    def text(self) -> str:
        """Its folded blocks, without the number of its own version."""
        _, _, blocks = decode_text(self._segment.reader.folded(self._page)).partition("\n")
        return unversioned_text(self.path, blocks)

    @cached_property
    def shingles(self) -> Hashes:
        """The hashes of its shingles, each once, ascending."""
        data = self.text.encode("utf-32-le", "surrogatepass")
        characters = np.frombuffer(data, dtype=np.uint32).astype(np.uint64)
        count = max(len(characters) - _SHINGLE + 1, 0)
        hashes = np.zeros(count, dtype=np.uint64)
        for offset in range(_SHINGLE):
            hashes *= _BASE
            hashes += characters[offset : offset + count]
        hashes *= _MIX
        shingles = (hashes >> np.uint64(32)).astype(np.uint32)
        shingles.sort()  # np.unique takes three times as long
        return shingles[np.flatnonzero(np.diff(shingles, prepend=~shingles[:1]))]

    @property
    def minima(self) -> Hashes:
        """(_MINIMA,) the lowest hash in each residue class."""
        minima = np.full(_MINIMA, _NONE)
        np.minimum.at(minima, self.shingles % _MINIMA, self.shingles)
        return minima

    def age(self) -> tuple[object, ...]:
        """The key that sorts versions, the newest last: by version, by date, by path."""
        instant = float(self._segment.reader.arrays["instant"][self._page])
        version = page_version(self.path, self.title)
        return version_order(version), -np.inf if np.isnan(instant) else instant, self.path


def near_copies(segments: Sequence[LiveSegment], known: KnownGroups | None = None) -> Groups:
    """The groups of near copies. Of known groups those stay whose title no changed page has."""
    copies = frozenset(path for group in known.groups for path in group) if known else ()
    by_title: dict[_Title, list[int]] = defaultdict(list)  # the numbers of its pages
    kept: dict[bytes, int] = {}  # the numbers of pages in known groups that stay
    firsts = offsets([len(segment.live) for segment in segments]).tolist()
    for segment, first in zip(segments, firsts, strict=False):
        for page, path, title in _titles(segment):
            if known is None or title in known.changed:
                by_title[title].append(first + page)
            elif path in copies:
                kept[path] = first + page
        segment.reader.release()
    groups = [group for pages in _pages_of(by_title.values(), segments, firsts) for group in _groups(pages)]
    ordered = [sorted(group, key=_Page.age, reverse=True) for group in groups]
    found = [tuple(page.number for page in group) for group in ordered]
    if known:
        found += [tuple(map(kept.__getitem__, group)) for group in known.groups if group[0] in kept]
    return tuple(sorted(found))


def known_groups(groups: Groups, changes: Changes) -> KnownGroups:
    """What is known of the groups from the run before some changes."""
    firsts = offsets([len(segment.live) for segment in changes.kept]).tolist()

    def path_of(number: int) -> bytes:
        place = bisect_right(firsts, number) - 1
        return encode_text(changes.kept[place].reader.string("path", number - firsts[place]))

    changed = [title for segment in (*changes.removed, *changes.added) for *_, title in _titles(segment)]
    return KnownGroups(tuple(tuple(map(path_of, group)) for group in groups), frozenset(changed))


def _titles(segment: LiveSegment) -> Iterator[tuple[int, bytes, _Title]]:
    """(page, path, title) of each live page."""
    if not segment.live.any():
        return
    reader = segment.reader
    live = np.flatnonzero(segment.live).tolist()
    languages = reader.all_facet_values("lang")
    langs = compress(reader.arrays["lang.ids"].tolist(), segment.live.tolist())
    titles, paths = segment.strings("title_line"), segment.strings("path")
    for page, lang, title, path in zip(live, langs, titles, paths, strict=True):
        yield page, path, (unversioned_title(decode_text(path), decode_text(title)), languages[lang])


def _pages_of(
    groups: Iterable[Sequence[int]], segments: Sequence[LiveSegment], firsts: Sequence[int]
) -> Iterator[list[_Page]]:
    """The pages of each title that several share, by path; `groups` are their numbers."""
    read = 0
    for numbers in groups:
        if not 1 < len(numbers) <= _MAX_SAME_TITLE:
            continue
        places = [bisect_right(firsts, number) - 1 for number in numbers]
        pages = [
            _Page(segments[place], number - firsts[place], number)
            for place, number in zip(places, numbers, strict=True)
        ]
        yield sorted(pages, key=lambda page: page.path)
        read += len(pages)
        if read > _MAX_READ:
            for segment in segments:
                segment.reader.release()
            read = 0


def _groups(pages: Sequence[_Page]) -> Iterator[list[_Page]]:
    """The groups of near copies among pages of one title: those that a chain of similar pairs joins."""
    group_of = list(range(len(pages)))
    minima = np.array([page.minima for page in pages])
    for number, page in enumerate(pages):
        estimates = (minima[number + 1 :] == minima[number]).mean(axis=1)
        for offset in np.flatnonzero(estimates >= _AT_SAME_PATH - _MARGIN).tolist():
            other = number + 1 + offset
            if group_of[other] != group_of[number] and _are_copies(page, pages[other]):
                joined, kept = group_of[other], group_of[number]
                group_of = [kept if group == joined else group for group in group_of]
    members: dict[int, list[_Page]] = defaultdict(list)
    for page, group in zip(pages, group_of, strict=True):
        members[group].append(page)
    return (group for group in members.values() if len(group) > 1)


def _are_copies(page: _Page, other: _Page) -> bool:
    """Whether two pages of one title are near copies."""
    at_same_path = page.place == other.place
    if min(len(page.shingles), len(other.shingles)) < _MIN_SHINGLES:
        return at_same_path and page.title == other.title and page.text == other.text
    both = np.concatenate((page.shingles, other.shingles))
    both.sort(kind="stable")  # which merges sorted runs
    common = int(np.count_nonzero(both[1:] == both[:-1]))
    similarity = common / (len(page.shingles) + len(other.shingles) - common)
    return similarity >= (_AT_SAME_PATH if at_same_path else _ELSEWHERE)
