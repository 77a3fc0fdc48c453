"""Parts in, the segment files of a new generation out: which old ones stay, which are merged.

A run's parts are gathered in memory and written as one segment. Old segments stay as they are (links to
their files, pages that left marked as deleted); small ones are merged, so that there are never many, and a
page is seldom written again.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsearch.index.arrays import Array, unpack_strings
from zhsearch.index.generations.store import Generation
from zhsearch.index.generations.writer import link
from zhsearch.index.segment.array_file import ArrayWriter
from zhsearch.index.segment.merge import LiveSegment, merge
from zhsearch.index.segment.reader import MAX_PAGES, SUFFIX, SegmentReader, open_segment

_MOST_BYTES = 192_000_000  # of parts held in memory, and of a segment made of others
_RATIO = 16  # an older segment that has not so many times the pages of the newer ones is merged with them


@dataclass(slots=True)
class _Segment:
    """A segment file and which of its pages are live, (page,) bool."""

    name: str
    part: SegmentReader
    live: NDArray[np.bool_]
    linked: bool

    def source(self) -> LiveSegment:
        return LiveSegment(self.part, self.live)

    @property
    def pages(self) -> int:
        return int(self.live.sum())

    @property
    def bytes(self) -> int:
        return sum(array.nbytes for array in self.part.arrays.values())


class SegmentSet:
    """The segments of a generation under construction in `folder`, upon those of `base`, which is whole: what
    is damaged must neither be linked nor merged into a segment with a checksum of its own."""

    def __init__(self, folder: Path, base: Generation | None) -> None:
        self._folder = folder
        self._base = base
        self._parts: list[LiveSegment] = []
        self._new: list[_Segment] = []
        self._kept = self._old() if base else []
        self.checksums: dict[str, str] = {}
        self.listed: list[dict[str, Any]] = []

    def add(self, arrays: Mapping[str, Array]) -> None:
        """Add a part of pages that the base has not, or has in an older version."""
        part = SegmentReader(arrays)
        held = sum(array.nbytes for each, _ in self._parts for array in each.arrays.values())
        pages = sum(len(each) for each, _ in self._parts)
        if self._parts and (held > _MOST_BYTES or pages + len(part) > MAX_PAGES):
            self._flush()
        self._parts.append(LiveSegment(part, np.ones(len(part), dtype=np.bool_)))

    def drop(self, paths: Set[str], *, added: bool = True) -> None:
        """Take the pages of some paths for deleted; with `added` False in the segments of the base alone."""
        gone = {path.encode("utf-8", "surrogatepass") for path in paths}
        for part, live in self.pages() if added else map(_Segment.source, self._kept):
            found = unpack_strings(part.arrays["path"], part.arrays["path.starts"]) if gone else ()
            live[[page for page, path in enumerate(found) if path in gone]] = False

    def pages(self) -> list[LiveSegment]:
        """Everything so far, and which of it is live."""
        return [segment.source() for segment in (*self._kept, *self._new)] + self._parts

    def finish(self) -> None:
        """Write what was added, merge what is small, and write Whoosh's table of contents."""
        self._flush()
        some = [segment for segment in (*self._kept, *self._new) if segment.live.any()]
        segments = [self._without_many_dead(segment) for segment in some]
        while (count := _to_merge(segments)) > 1:
            segments[-count:] = [self._write([LiveSegment(s.part, s.live) for s in segments[-count:]])]
        for segment in segments:
            if segment.linked:
                self._link(segment)
        files = {f"{segment.name}{SUFFIX}" for segment in segments}
        for file in self._folder.glob(f"*{SUFFIX}"):
            if file.name not in files:
                file.unlink()
        self.checksums = {name: self.checksums[name] for name in files}
        self.listed = [
            {"name": s.name, "pages": len(s.live), "deleted": np.flatnonzero(~s.live).tolist()}
            for s in segments
        ]
        # Whoosh takes a tenth of a second to import, and a run that finds no change has no use for it.
        from zhsearch.index.whoosh_compat.codec import write_toc  # noqa: PLC0415

        write_toc(self._folder, [(s["name"], s["pages"], s["deleted"]) for s in self.listed])

    def _flush(self) -> None:
        if self._parts:
            self._new.append(self._write(self._parts))
            self._parts = []

    def _write(self, sources: list[LiveSegment]) -> _Segment:
        path = self._folder / f"segment{len(self.checksums)}.new"
        with ArrayWriter(path) as writer:
            for name, array in merge(sources):
                writer.add(name, array)
        name = writer.checksum[:16]  # the same pages, the same name
        path = path.replace(path.with_name(f"{name}{SUFFIX}"))
        self.checksums[path.name] = writer.checksum
        part = open_segment(path)
        return _Segment(name, part, np.ones(len(part), dtype=np.bool_), linked=False)

    def _old(self) -> list[_Segment]:
        assert self._base is not None
        segments = []
        for listed in self._base.manifest["segments"]:
            part = open_segment(self._base.folder / f"{listed['name']}{SUFFIX}")
            live = np.ones(listed["pages"], dtype=np.bool_)
            live[listed["deleted"]] = False
            segments.append(_Segment(listed["name"], part, live, linked=True))
        return segments

    def _without_many_dead(self, segment: _Segment) -> _Segment:
        if 2 * segment.pages >= len(segment.live):
            return segment
        return self._write([LiveSegment(segment.part, segment.live)])

    def _link(self, segment: _Segment) -> None:
        assert self._base is not None
        file = f"{segment.name}{SUFFIX}"
        link(self._base.folder / file, self._folder / file)
        self.checksums[file] = self._base.manifest["checksums"][file]


def _to_merge(segments: list[_Segment]) -> int:
    """How many of the last segments to make one of; 1 or 0 where all may stay."""
    count = pages = size = 0
    for segment in reversed(segments):
        pages, size = pages + segment.pages, size + segment.bytes
        large = pages > MAX_PAGES or size > _MOST_BYTES
        if count and (large or segment.pages >= _RATIO * (pages - segment.pages)):
            break
        count += 1
    return count
