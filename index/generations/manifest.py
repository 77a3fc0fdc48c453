"""The manifest of a generation: a typed record, and the only code that encodes it as JSON and decodes it.

A damaged manifest raises an error here that names the value, so that no user of the record has to expect a
missing or wrong one. The states of the content files come last in the JSON: they may take 15 MB, and only a
run reads them, so `decode_manifest` stops before them.
"""

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

from zhsearch.index.analysis import Lexicon, lexicon_of
from zhsearch.index.errors import CorruptIndexError
from zhsearch.index.messages import Message
from zhsearch.index.models import SiteInfo
from zhsearch.index.source import FileState

FORMAT = 9
"""The format of an index's files. An index of another format is refused; the next run rebuilds it."""

MANIFEST = "manifest.json"
_FILES_KEY = b', "files": {'  # within a string the quotes would be escaped, so this is the key
T = TypeVar("T")


class SegmentEntry(NamedTuple):
    """A segment of a generation: its name, the number of its pages, and which of them are deleted."""

    name: str
    pages: int
    deleted: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The description of a generation.

    `version` is that of zhsearch which built it; `signature` is everything but the posts that decided about
    its terms, by name (see zhsearch.index.pipeline.signature); `site` is what search pages show of the site;
    `near_copies` are the groups of pages that are near copies, newest first, by their numbers among the pages
    of all segments (None: the setting is off); `facets` are the names of the site's own facets; `sizes`
    (bytes) and `checksums` are those of its files by name.
    """

    created: dt.datetime
    documents: int
    segments: tuple[SegmentEntry, ...]
    version: str = ""
    signature: Mapping[str, str] = field(default_factory=dict)
    site: SiteInfo = field(default_factory=SiteInfo)
    lexicon: Lexicon = field(default_factory=Lexicon)
    boosts: Mapping[str, float] = field(default_factory=dict)
    near_copies: tuple[tuple[int, ...], ...] | None = ()
    facets: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """The total size of the files of the generation, without the manifest."""
        return sum(self.sizes.values())

    def as_json(self) -> dict[str, Any]:
        """The manifest as values for JSON, without the states of the content files."""
        return {
            "format": FORMAT,
            "sizes": self.sizes,
            "checksums": self.checksums,
            "version": self.version,
            "created": self.created.isoformat(timespec="seconds"),
            "signature": self.signature,
            "documents": self.documents,
            "site": self.site._asdict(),
            "lexicon": self.lexicon.as_json(),
            "boosts": self.boosts,
            "near_copies": self.near_copies,
            "facets": list(self.facets),
            "segments": [
                {"name": name, "pages": pages, "deleted": sorted(deleted)}
                for name, pages, deleted in self.segments
            ],
        }


def encode_manifest(manifest: Manifest, files: Mapping[str, FileState]) -> bytes:
    """Encode the manifest with the states of the content files by path, as it is on disk."""
    return json.dumps({**manifest.as_json(), "files": files}, ensure_ascii=False).encode()


def decode_manifest(data: bytes, path: Path) -> Manifest:
    """Decode a manifest. Raises CorruptIndexError, which names `path`, if it is damaged or of another
    format."""
    head, key, _ = data.partition(_FILES_KEY)
    try:
        value = json.loads(head + b"}" if key else data)
    except (ValueError, RecursionError) as problem:
        raise CorruptIndexError(path, "not a manifest: {problem}", problem=problem) from problem
    if not isinstance(value, dict) or not isinstance(value.get("sizes"), dict):
        raise CorruptIndexError(path, "not a manifest: it does not name its files")
    if value.get("format") != FORMAT:
        raise CorruptIndexError(
            path, "format {found}, this version reads {format}", found=value.get("format"), format=FORMAT
        )
    try:
        return _manifest(value)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as problem:
        raise CorruptIndexError(path, "not a manifest: {problem}", problem=problem) from problem


def decode_files(data: bytes, path: Path) -> dict[str, FileState]:
    """Decode the states of the content files in a manifest, by path. Raises CorruptIndexError, which names
    `path`, if it is damaged."""
    try:
        return {name: _file_state(row) for name, row in json.loads(data)["files"].items()}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as problem:
        raise CorruptIndexError(path, "not a manifest: {problem}", problem=problem) from problem


def decode_segments(value: Any) -> tuple[SegmentEntry, ...]:
    """Decode the segments in a manifest's JSON. Raises ValueError, TypeError or KeyError if it is damaged."""
    return tuple(map(_segment, value))


def decode_near_copies(value: Any, segments: tuple[SegmentEntry, ...]) -> tuple[tuple[int, ...], ...] | None:
    """Decode the groups in a manifest's JSON. Raises ValueError or TypeError if it is damaged."""
    if value is None:
        return None
    groups = tuple(tuple(map(_whole, group)) for group in value)
    numbers = [number for group in groups for number in group]
    size = sum(segment.pages for segment in segments)
    if len(set(numbers)) < len(numbers) or (numbers and max(numbers) >= size):
        _refuse(value)
    return groups


def decode_site(value: Any) -> SiteInfo:
    """Decode the site in a manifest's JSON. Raises ValueError or KeyError if it is damaged."""
    table = _table_of(value, str)
    return SiteInfo(table["title"], table["home"])


def decode_facets(value: Any) -> tuple[str, ...]:
    """Decode the names of facets in a manifest's JSON. Raises ValueError if it is damaged."""
    return tuple(_of_type(name, str) for name in _of_type(value, list))


def _manifest(value: dict[str, Any]) -> Manifest:
    created = dt.datetime.fromisoformat(value["created"])
    if created.tzinfo is None:
        raise ValueError(Message("created: {value!r} has no offset", value=value["created"]))
    segments = decode_segments(value["segments"])
    return Manifest(
        created=created,
        documents=_whole(value["documents"]),
        segments=segments,
        version=_of_type(value["version"], str),
        signature=_table_of(value["signature"], str),
        site=decode_site(value["site"]),
        lexicon=lexicon_of({"lexicon": _of_type(value["lexicon"], dict)}),
        boosts=dict(zip(value["boosts"], map(_factor, value["boosts"].values()), strict=True)),
        near_copies=decode_near_copies(value["near_copies"], segments),
        facets=decode_facets(value["facets"]),
        sizes=_table_of(value["sizes"], int),
        checksums=_table_of(value["checksums"], str),
    )


def _segment(value: dict[str, Any]) -> SegmentEntry:
    name, pages, deleted = _of_type(value["name"], str), _whole(value["pages"]), value["deleted"]
    if deleted and not 0 <= min(map(_whole, deleted)) <= max(deleted) < pages:
        raise ValueError(Message("segment {name}: it has no page {number}", name=name, number=max(deleted)))
    return SegmentEntry(name, pages, frozenset(deleted))


def _file_state(row: Any) -> FileState:
    state = FileState(*row)
    hash_, size, modified, changed, inode, read, expires, built, winner = state
    texts = hash_, built, winner, *([] if expires is None else [expires])
    if not all(isinstance(text, str) for text in texts):
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
    raise ValueError(Message("unexpected value {value!r:.60}", value=value))
