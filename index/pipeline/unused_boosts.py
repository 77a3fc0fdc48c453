"""Notices of boosts that match no published page, which are most likely misspelt."""

from collections.abc import Collection, Iterable, Mapping

from zhsearch.index.arrays import decode_text
from zhsearch.index.boosts import BoostRules
from zhsearch.index.messages import Message
from zhsearch.index.models import FileNotice
from zhsearch.index.segment.merge import LiveSegment

_REASON = Message(
    "matches no page; write a folder below the content folder (posts/news), or a tag (tag:教程)"
)


def unmatched_boosts_in(boosts: Mapping[str, float], pages: Iterable[LiveSegment]) -> list[FileNotice]:
    """A notice for each boost that matches none of the live pages."""
    if not boosts:
        return []
    segments = list(pages)
    paths = [decode_text(path) for segment in segments for path in segment.strings("path")]
    tags = (decode_text(tag) for segment in segments for tag in segment.facet_values("tag"))
    return unmatched_boosts(boosts, paths, tags)


def unmatched_boosts(
    boosts: Mapping[str, float], paths: Collection[str], tags: Iterable[str]
) -> list[FileNotice]:
    """A notice for each boost that matches none of the pages with these paths and tags."""
    return [FileNotice(f"boosts: {name!r}", _REASON) for name in BoostRules(boosts).unmatched(paths, tags)]
