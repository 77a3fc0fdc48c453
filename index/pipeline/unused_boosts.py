"""Notices of boosts that match no published page, which are most likely misspelt."""

from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np

from zhsearch.index.arrays import expand_ranges, unpack_strings
from zhsearch.index.boosts import BoostRules
from zhsearch.index.models import FileNotice
from zhsearch.index.segment import LiveSegment

_NO_PAGE = "is for no page; write a folder below the content folder (posts/news), or a tag (tag:教程)"


def unmatched_boosts_in(boosts: Mapping[str, float], pages: Iterable[LiveSegment]) -> list[FileNotice]:
    """A notice for each boost that matches none of the live pages."""
    if not boosts:
        return []
    sources = list(pages)
    tags = (tag for source in sources for tag in _tags(source))
    return unmatched_boosts(boosts, [path for source in sources for path in _paths(source)], tags)


def unmatched_boosts(
    boosts: Mapping[str, float], paths: Collection[str], tags: Iterable[str]
) -> list[FileNotice]:
    """A notice for each boost that matches none of the pages with these paths and tags."""
    return [FileNotice(f"boosts: {name!r}", _NO_PAGE) for name in BoostRules(boosts).unmatched(paths, tags)]


def _paths(source: LiveSegment) -> Iterator[str]:
    paths = unpack_strings(source.reader.arrays["path"], source.reader.arrays["path.starts"])
    for path, is_live in zip(paths, source.live.tolist(), strict=True):
        if is_live:
            yield path.decode("utf-8", "surrogatepass")


def _tags(source: LiveSegment) -> Iterator[str]:
    arrays = source.reader.arrays
    values = unpack_strings(arrays["tag.values"], arrays["tag.value_starts"])
    starts = arrays["tag.starts"].astype(np.int64)
    used = arrays["tag.ids"][expand_ranges(starts[:-1][source.live], np.diff(starts)[source.live])]
    for number in np.unique(used).tolist():
        yield values[number].decode("utf-8", "surrogatepass")
