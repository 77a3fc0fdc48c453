"""The `_meta` of a cluster index as a typed record: which generation it holds, and how it was weighted.

Only this module knows the keys. A run decides by the record whether an index can be updated in place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhsearch.index.analysis import Lexicon, lexicon_of
from zhsearch.index.errors import CorruptIndexError, StoreError
from zhsearch.index.generations import (
    Generation,
    SegmentEntry,
    decode_facets,
    decode_near_copies,
    decode_segments,
    decode_site,
)
from zhsearch.index.models import SiteInfo
from zhsearch.search.opensearch.mapping import VERSION


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """The description of the generation that an index holds.

    `version` is the VERSION of the zhsearch that created it, `created` an ISO 8601 time, `documents` the
    number of live pages, `bytes` the size of the generation's folder, `site` what search pages show of the
    site, `near_copies` those of the manifest. Terms are weighted by `means`, the mean length of each text
    field, in the order of TEXT_FIELDS. `unfinished` names the generation that an update was writing when it
    was interrupted.
    """

    version: str
    generation: str
    created: str
    documents: int
    bytes: int
    site: SiteInfo
    signature: Mapping[str, Any]
    boosts: Mapping[str, float]
    lexicon: Lexicon
    facets: tuple[str, ...]
    segments: tuple[SegmentEntry, ...]
    near_copies: tuple[tuple[int, ...], ...] | None
    means: tuple[float, ...]
    unfinished: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, which `read_meta` reads."""
        value: dict[str, Any] = {
            "version": self.version,
            "generation": self.generation,
            "created": self.created,
            "documents": self.documents,
            "bytes": self.bytes,
            "site": self.site._asdict(),
            "signature": dict(self.signature),
            "boosts": dict(self.boosts),
            "lexicon": self.lexicon.as_json(),
            "facets": list(self.facets),
            "segments": [
                {"name": segment.name, "pages": segment.pages, "deleted": sorted(segment.deleted)}
                for segment in self.segments
            ],
            "near_copies": self.near_copies,
            "means": list(self.means),
        }
        return value | ({"unfinished": self.unfinished} if self.unfinished else {})


def meta_of(generation: Generation, means: Sequence[float]) -> IndexMeta:
    """The record of an index that holds a generation, weighted by the `means`."""
    manifest = generation.manifest
    return IndexMeta(
        version=VERSION,
        generation=generation.id,
        created=manifest.created.isoformat(timespec="seconds"),
        documents=manifest.documents,
        bytes=manifest.bytes,
        site=manifest.site,
        signature=manifest.signature,
        boosts=manifest.boosts,
        lexicon=manifest.lexicon,
        facets=manifest.facets,
        segments=manifest.segments,
        near_copies=manifest.near_copies,
        means=tuple(means),
    )


def read_meta(index: str, stored: Mapping[str, Any]) -> IndexMeta:
    """The `_meta` that an index stores.

    Raises StoreError where it cannot be read and another version of zhsearch wrote it, CorruptIndexError
    where it is of this version.
    """
    try:
        segments = decode_segments(stored["segments"])
        return IndexMeta(
            version=str(stored["version"]),
            generation=str(stored["generation"]),
            created=str(stored["created"]),
            documents=int(stored["documents"]),
            bytes=int(stored["bytes"]),
            site=decode_site(stored["site"]),
            signature=dict(stored["signature"]),
            boosts={str(name): float(factor) for name, factor in stored["boosts"].items()},
            lexicon=lexicon_of(stored),
            facets=decode_facets(stored["facets"]),
            segments=segments,
            near_copies=decode_near_copies(stored["near_copies"], segments),
            means=tuple(map(float, stored["means"])),
            unfinished=stored.get("unfinished"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        if stored.get("version") != VERSION:
            raise version_error(index) from problem
        raise CorruptIndexError(
            f"_meta of {index} in OpenSearch",
            "unreadable ({name}: {problem})",
            name=type(problem).__name__,
            problem=problem,
        ) from problem


def version_error(index: str) -> StoreError:
    """The error where another version of zhsearch created an index."""
    return StoreError(
        "{index} was made by another version of zhsearch. Rebuild it: zhsearch reindex", index=index
    )
