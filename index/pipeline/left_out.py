"""The pages of a site that are not searched on purpose, counts of them by kind, and pages at one address."""

from collections import Counter
from collections.abc import Iterable, Mapping

from zhsearch.index.arrays import decode_text
from zhsearch.index.messages import Message
from zhsearch.index.models import FileNotice, LeftOut
from zhsearch.index.segment.merge import LiveSegment
from zhsearch.index.source import PageFiles


def left_out_pages(files: PageFiles, unpublished: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """All pages that are left out, by path: `unpublished`, those that the owner excludes, and duplicates."""
    excluded = _of_kind("excluded", files.excluded)
    duplicates = _of_kind("duplicate", files.duplicates)
    return tuple(sorted((*unpublished, *excluded, *duplicates), key=lambda page: page.path))


def _of_kind(kind: str, notices: Iterable[FileNotice]) -> list[LeftOut]:
    return [LeftOut(notice.path, kind, notice.reason) for notice in notices]


def count_by_kind(pages: Iterable[LeftOut]) -> Mapping[str, int]:
    """The number of pages of each kind; only kinds that occur, by name."""
    return dict(sorted(Counter(page.kind for page in pages).items()))


def same_address_notices(pages: Iterable[LiveSegment]) -> list[FileNotice]:
    """A notice for each live page at the address of another one."""
    notices: list[FileNotice] = []
    seen: dict[bytes, bytes] = {}
    for segment in pages:
        for url, path in zip(segment.strings("url"), segment.strings("path"), strict=True):
            first = seen.setdefault(url, path)
            if first is not path:
                notices.append(same_address_notice(decode_text(path), decode_text(url), decode_text(first)))
    return notices


def same_address_notice(path: str, url: str, first: str) -> FileNotice:
    """The notice that the page of `path` is published at the same address as that of `first`."""
    reason = Message(
        "has the same address as {first}: {url}; the site has one of them only. Change its slug or url",
        first=first,
        url=url,
    )
    return FileNotice(path, reason)
