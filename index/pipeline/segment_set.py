"""The segments of a generation under construction, and the policy of merging them.

A run's batches are collected, in memory and then in a file without a name, and written as one segment. Old
segments are linked, with removed pages marked as deleted; small ones are merged, so that there are never
many, and a page is seldom rewritten.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from zhsearch.index.arrays import Array, Mask, encode_text, free_memory
from zhsearch.index.generations import Generation, SegmentEntry
from zhsearch.index.generations.writer import link
from zhsearch.index.segment import MAX_PAGES, SUFFIX, ArrayWriter, SegmentReader, open_segment, read_arrays
from zhsearch.index.segment.merge import LiveSegment, merge

_MAX_BYTES = 192_000_000  # of batches to be written as one segment, and of a merged segment
_MAX_MEMORY = 8_000_000  # bytes of batches held in memory
_MERGE_RATIO = 16  # an older segment with fewer than 16 times the pages of the newer ones is merged


@dataclass(slots=True)
class _Segment:
    """A segment file. `live`: (page,) bool, False for deleted pages; `linked`: the file is the base's."""

    name: str
    reader: SegmentReader
    live: Mask
    linked: bool

    def source(self) -> LiveSegment:
        return LiveSegment(self.reader, self.live)

    def entry(self) -> SegmentEntry:
        return SegmentEntry(self.name, len(self.live), frozenset(np.flatnonzero(~self.live).tolist()))

    @property
    def live_pages(self) -> int:
        return int(self.live.sum())


class Changes(NamedTuple):
    """What a run changed: the pages of the base's segments that were removed, those that were kept, segment
    by segment, and the segments of the pages that were added."""

    removed: tuple[LiveSegment, ...]
    kept: tuple[LiveSegment, ...]
    added: tuple[LiveSegment, ...]


class SegmentSet:
    """The segments of a generation under construction in `folder`, starting from those of `base`.

    `base` must be verified: damage must neither be linked nor merged into a segment with a new checksum.
    After `finish`, `finished` are the segments in order, `entries` the same for the manifest, and `checksums`
    those of their files.
    """

    def __init__(self, folder: Path, base: Generation | None) -> None:
        self._folder = folder
        self._base = base
        self._pending: list[LiveSegment] = []
        self._in_memory: list[LiveSegment] = []  # the last ones of them; the others are mapped
        self._pending_bytes = 0
        self._written: list[_Segment] = []
        self._old = _segments_of(base) if base else []
        self.checksums: dict[str, str] = {}
        self.finished: tuple[LiveSegment, ...] = ()
        self.entries: tuple[SegmentEntry, ...] = ()

    def add(self, arrays: Mapping[str, Array]) -> None:
        """Add a segment of pages that are new, or replace those of the base."""
        reader = SegmentReader(arrays)
        pages = sum(len(pending.reader) for pending in self._pending)
        if self._pending and (self._pending_bytes > _MAX_BYTES or pages + len(reader) > MAX_PAGES):
            self._flush()
        segment = LiveSegment(reader, np.ones(len(reader), dtype=np.bool_))
        self._pending.append(segment)
        self._pending_bytes += _bytes_of([segment])
        self._in_memory.append(segment)
        if _bytes_of(self._in_memory) > _MAX_MEMORY:
            self._save()

    def delete(self, paths: Set[str], *, in_base_only: bool = False) -> None:
        """Mark the pages with these paths as deleted, in all segments or in those of the base only."""
        deleted = set(map(encode_text, paths))
        for reader, live in map(_Segment.source, self._old) if in_base_only else self.pages():
            segment_paths = reader.all_strings("path") if deleted else ()
            live[[page for page, path in enumerate(segment_paths) if path in deleted]] = False

    def pages(self) -> list[LiveSegment]:
        """All segments so far, with their live pages; what was read of them before is released."""
        segments = [segment.source() for segment in (*self._old, *self._written)] + self._pending
        for reader, _ in segments:
            reader.release()
        return segments

    def changes(self) -> Changes:
        """What differs from the base."""
        kept = tuple(map(_Segment.source, self._old))
        before = map(_live_before, self._base.manifest.segments if self._base else ())
        removed = (
            LiveSegment(reader, was_live & ~live)
            for (reader, live), was_live in zip(kept, before, strict=True)
        )
        return Changes(tuple(removed), kept, (*map(_Segment.source, self._written), *self._pending))

    def finish(self) -> None:
        """Write added segments, merge small ones, link unchanged ones, and write the TOC for Whoosh."""
        self._flush()
        segments = [
            self._without_deletions(segment) for segment in (*self._old, *self._written) if segment.live.any()
        ]
        while (count := _count_to_merge(segments)) > 1:
            segments[-count:] = [self._write([segment.source() for segment in segments[-count:]])]
        for segment in segments:
            if segment.linked:
                self._link(segment)
        self._remove_all_but({_file_name(segment.name) for segment in segments})
        self.finished = tuple(map(_Segment.source, segments))
        self.entries = tuple(segment.entry() for segment in segments)
        # Whoosh takes a tenth of a second to import, and a run without changes does not need it.
        from zhsearch.index.whoosh_compat import write_toc  # noqa: PLC0415

        write_toc(self._folder, self.entries)

    def _save(self) -> None:
        """Replace the batches in memory by the same in a file, which goes with this process."""
        path = self._folder / "batches.new"
        with ArrayWriter(path) as writer:
            for number, (reader, _) in enumerate(self._in_memory):
                for name, array in reader.arrays.items():
                    writer.add(f"{number} {name}", array)
        tables: list[dict[str, Array]] = [{} for _ in self._in_memory]
        for key, array in read_arrays(path).items():
            place, _, name = key.partition(" ")
            tables[int(place)][name] = array
        path.unlink()
        first = len(self._pending) - len(self._in_memory)
        for number, table in enumerate(tables, first):
            self._pending[number] = self._pending[number]._replace(reader=SegmentReader(table))
            self._pending[number].reader.release()
        self._in_memory = []
        free_memory()

    def _flush(self) -> None:
        if self._pending:
            self._written.append(self._write(self._pending))
            self._pending, self._in_memory, self._pending_bytes = [], [], 0

    def _write(self, sources: list[LiveSegment]) -> _Segment:
        path = self._folder / f"segment{len(self.checksums)}.new"
        with ArrayWriter(path) as writer:
            for name, array in merge(sources):
                writer.add(name, array)
        free_memory()
        name = writer.checksum[:16]  # the same content has the same name
        path = path.replace(path.with_name(_file_name(name)))
        self.checksums[path.name] = writer.checksum
        reader = open_segment(path)
        reader.release()
        return _Segment(name, reader, np.ones(len(reader), dtype=np.bool_), linked=False)

    def _without_deletions(self, segment: _Segment) -> _Segment:
        """The segment; written again without its deleted pages if these are more than half."""
        if 2 * segment.live_pages >= len(segment.live):
            return segment
        return self._write([segment.source()])

    def _link(self, segment: _Segment) -> None:
        assert self._base is not None
        file = _file_name(segment.name)
        link(self._base.folder / file, self._folder / file)
        self.checksums[file] = self._base.manifest.checksums[file]

    def _remove_all_but(self, files: Set[str]) -> None:
        for path in self._folder.glob(f"*{SUFFIX}"):
            if path.name not in files:
                path.unlink()
        self.checksums = {name: self.checksums[name] for name in files}


def _segments_of(base: Generation) -> list[_Segment]:
    segments = []
    for entry in base.manifest.segments:
        reader = open_segment(base.folder / _file_name(entry.name))
        segments.append(_Segment(entry.name, reader, _live_before(entry), linked=True))
    return segments


def _live_before(entry: SegmentEntry) -> Mask:
    """Which pages of a segment are live in the base: (page,) bool."""
    live = np.ones(entry.pages, dtype=np.bool_)
    live[sorted(entry.deleted)] = False
    return live


def _file_name(segment: str) -> str:
    return f"{segment}{SUFFIX}"


def _bytes_of(segments: Iterable[LiveSegment]) -> int:
    return sum(array.nbytes for segment in segments for array in segment.reader.arrays.values())


def _count_to_merge(segments: list[_Segment]) -> int:
    """The number of last segments to merge into one; 1 or 0 if none need be merged."""
    count = pages = size = 0
    for segment in reversed(segments):
        pages, size = pages + segment.live_pages, size + _bytes_of([segment.source()])
        too_large = pages > MAX_PAGES or size > _MAX_BYTES
        if count and (too_large or segment.live_pages >= _MERGE_RATIO * (pages - segment.live_pages)):
            break
        count += 1
    return count
