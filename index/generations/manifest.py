"""The manifest of a generation: a typed record, and the only place that knows it as JSON.

A damaged manifest fails here, by name, so that nobody who uses the record has to expect a missing or a wrong
value. What is remembered of the content files stands last in the JSON: it may be some 15 MB, and only a run
reads it, so that `decode_manifest` stops before it.
"""

import datetime as dt
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

from zhsearch.index.analysis import Lexicon, lexicon_of
from zhsearch.index.errors import CorruptIndexError

FORMAT = 6
"""The format of an index's files. An index of another format is refused; the next run rebuilds it."""

MANIFEST = "manifest.json"
_FILES_KEY = b', "files": {'  # within a string the quotes would be escaped, so that this is the key
_STAT_MARGIN_NS = 50_000_000
T = TypeVar("T")


class FileState(NamedTuple):
    """What a run remembers of a content file whose page is live: the hash of its content, its stat when it
    was read (times in nanoseconds), when that was, and when the post expires (ISO 8601)."""

    hash: str
    size: int
    modified: int
    changed: int
    inode: int
    read: int
    expires: str | None

    def is_expired(self, now: dt.datetime) -> bool:
        """Is the post due to leave the site?"""
        return self.expires is not None and dt.datetime.fromisoformat(self.expires) <= now

    def is_as_read(self, stat: os.stat_result) -> bool:
        """Is the content surely the one that was hashed? Not where the file changed so shortly before it was
        read that a second change could have left the same times."""
        return (
            stat.st_size == self.size
            and stat.st_mtime_ns == self.modified
            and stat.st_ctime_ns == self.changed
            and stat.st_ino == self.inode
            and max(self.modified, self.changed) < self.read - _STAT_MARGIN_NS
        )


class SegmentEntry(NamedTuple):
    """A segment of a generation: its name, the number of its pages, and which of them are deleted."""

    name: str
    pages: int
    deleted: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation says of itself.

    `version` is the zhsearch that made it; `signature` all but the posts that decided about its terms (see
    zhsearch.index.pipeline.signature), by name; `sizes` (bytes) and `checksums` are those of its files.
    """

    created: dt.datetime
    documents: int
    segments: tuple[SegmentEntry, ...]
    version: str = ""
    signature: Mapping[str, str] = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)
    boosts: Mapping[str, float] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """The size of all files of the generation but the manifest."""
        return sum(self.sizes.values())

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON, without the content files."""
        return {
            "format": FORMAT,
            "sizes": self.sizes,
            "checksums": self.checksums,
            "version": self.version,
            "created": self.created.isoformat(timespec="seconds"),
            "signature": self.signature,
            "documents": self.documents,
            "lexicon": self.lexicon.as_json(),
            "boosts": self.boosts,
            "segments": [
                {"name": name, "pages": pages, "deleted": sorted(deleted)}
                for name, pages, deleted in self.segments
            ],
        }


def encode_manifest(manifest: Manifest, files: Mapping[str, FileState]) -> bytes:
    """The manifest as it lies on disk, with what is remembered of each content file, by its path."""
    return json.dumps({**manifest.as_json(), "files": files}, ensure_ascii=False).encode()


def decode_manifest(data: bytes, path: Path) -> Manifest:
    """The manifest of these bytes. Raises CorruptIndexError naming `path` where they are none, or of another
    format."""
    head, key, _ = data.partition(_FILES_KEY)
    try:
        value = json.loads(head + b"}" if key else data)
    except (ValueError, RecursionError) as problem:
        raise CorruptIndexError(path, f"no manifest: {problem}") from problem
    if not isinstance(value, dict) or not isinstance(value.get("sizes"), dict):
        raise CorruptIndexError(path, "no manifest: it does not name its files")
    if value.get("format") != FORMAT:
        raise CorruptIndexError(path, f"format {value.get('format')}, this version reads {FORMAT}")
    try:
        return _manifest(value)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as problem:
        raise CorruptIndexError(path, f"no manifest: {problem}") from problem


def decode_files(data: bytes, path: Path) -> dict[str, FileState]:
    """What a manifest remembers of each content file, by its path. Raises CorruptIndexError naming `path`
    where it is damaged."""
    try:
        return {name: _file_state(row) for name, row in json.loads(data)["files"].items()}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as problem:
        raise CorruptIndexError(path, f"no manifest: {problem}") from problem


def decode_segments(value: Any) -> tuple[SegmentEntry, ...]:
    """The segments of a manifest's JSON. Raises ValueError, TypeError or KeyError where it is damaged."""
    return tuple(map(_segment, value))


def _manifest(value: dict[str, Any]) -> Manifest:
    created = dt.datetime.fromisoformat(value["created"])
    if created.tzinfo is None:
        raise ValueError(f"created: {value['created']!r} has no offset")
    return Manifest(
        created=created,
        documents=_whole(value["documents"]),
        segments=decode_segments(value["segments"]),
        version=_of_type(value["version"], str),
        signature=_table_of(value["signature"], str),
        lexicon=lexicon_of({"lexicon": _of_type(value["lexicon"], dict)}),
        boosts=dict(zip(value["boosts"], map(_factor, value["boosts"].values()), strict=True)),
        sizes=_table_of(value["sizes"], int),
        checksums=_table_of(value["checksums"], str),
    )


def _segment(value: dict[str, Any]) -> SegmentEntry:
    name, pages, deleted = _of_type(value["name"], str), _whole(value["pages"]), value["deleted"]
    if deleted and not 0 <= min(map(_whole, deleted)) <= max(deleted) < pages:
        raise ValueError(f"segment {name}: it has no page {max(deleted)}")
    return SegmentEntry(name, pages, frozenset(deleted))


def _file_state(row: Any) -> FileState:
    state = FileState(*row)
    hash_, size, modified, changed, inode, read, expires = state
    if not isinstance(hash_, str) or not (expires is None or isinstance(expires, str)):
        _refuse(row)
    if not type(size) is type(modified) is type(changed) is type(inode) is type(read) is int:
        _refuse(row)
    return state


def _table_of(value: Any, kind: type[T]) -> dict[str, T]:
    return {name: _of_type(each, kind) for name, each in _of_type(value, dict).items()}


def _of_type(value: Any, kind: type[T]) -> T:
    return value if isinstance(value, kind) else _refuse(value)


def _whole(value: Any) -> int:
    return value if type(value) is int and value >= 0 else _refuse(value)


def _factor(value: Any) -> float:
    return value if isinstance(value, float | int) and math.isfinite(value) else _refuse(value)


def _refuse(value: Any) -> NoReturn:
    raise ValueError(f"{value!r:.60} is not expected there")
