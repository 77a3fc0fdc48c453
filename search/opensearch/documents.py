"""A published generation in, the documents that OpenSearch is to have of its pages out.

Words are weighed here as the embedded engine weighs them: OpenSearch is given one number for each word of a
page, the weighted frequency of BM25F, and saturates it itself (see `queries`).
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson

from zhsearch.index.analysis.folding import facet_key, fold_plain
from zhsearch.index.arrays import IntArray, Scores
from zhsearch.index.fields import FACETS, TEXT_FIELDS
from zhsearch.index.generations.manifest import SegmentEntry
from zhsearch.index.generations.store import Generation
from zhsearch.index.glob import glob
from zhsearch.index.models import PageMeta, Section
from zhsearch.index.segment.reader import SUFFIX, SegmentReader, open_segment
from zhsearch.search.opensearch.mapping import MAX_CHARS
from zhsearch.search.opensearch.pinyin_tokens import index_tokens
from zhsearch.search.ranking.bm25f import FieldNorms, mean_lengths
from zhsearch.search.suggest.entries import as_entry_text

_ROUND = 1 + 2.0**-9  # OpenSearch cuts a weight after eight bits; so it is rounded
_TAG = "tag:"


class ClusterDocument(NamedTuple):
    """What is indexed of a page: its id, a hash of all of it, and it as JSON."""

    id: str
    hash: str
    source: str


def id_of(path: str) -> str:
    """The id of a page in OpenSearch, which allows 512 bytes of them."""
    return hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def segmenter_of(generation: Generation) -> list[float]:
    """The mean lengths of the text fields over the live pages."""
    lengths, live = [], []
    for segment in generation.manifest.segments:
        part = read_segment(generation, segment)
        lengths.append(part.lengths)
        live.append(_live(segment))
    if not lengths:
        return [1.0] * len(TEXT_FIELDS)
    means: list[float] = mean_lengths(np.concatenate(lengths, axis=1), np.concatenate(live)).tolist()
    return means


def read_segment(generation: Generation, segment: SegmentEntry) -> SegmentReader:
    """The part of a segment."""
    return open_segment(generation.folder / f"{segment.name}{SUFFIX}")


def documents_of(
    generation: Generation,
    segment: SegmentEntry,
    means: Sequence[float],
    *,
    before: SegmentEntry | None = None,
) -> Iterator[ClusterDocument]:
    """The documents of the live pages of a segment; those alone that were deleted `before`, where it was
    published in that state."""
    pages = np.flatnonzero(_live(segment)).tolist()
    if before:
        pages = sorted(before.deleted - segment.deleted)
    if not pages:
        return
    part = read_segment(generation, segment)
    weights = _Weights(part, means)
    factor = _factors(generation.manifest.boosts)
    for page in pages:
        stored = part.stored(page)
        meta = stored.meta
        source = {
            **_facts(meta),
            "instant": float(part.arrays["instant"][page]) if meta.date else None,
            "day": int(part.arrays["day"][page]) or None,
            "title": _text(part.title(page)),
            "folded": _text(part.folded(page)),
            "titled_so": index_tokens(_text(part.title(page))),
            **_headings(stored.sections),
            "record": base64.b64encode(_record(part, page)).decode(),
            "factor": factor(meta),
            **weights.of(page),
        }
        body = orjson.dumps(source)
        digest = hashlib.blake2b(body, digest_size=8).hexdigest()
        yield ClusterDocument(id_of(meta.path), digest, f'{{"hash":"{digest}",{body[1:].decode()}')


def _live(segment: SegmentEntry) -> Any:
    live = np.ones(segment.pages, dtype=np.bool_)
    live[list(segment.deleted)] = False
    return live


def _facts(meta: PageMeta) -> dict[str, Any]:
    values = {"tag": meta.tags, "category": meta.categories, "lang": (meta.lang,)}
    facts: dict[str, Any] = {
        "path": _clean(meta.path),
        "url": _clean(meta.url),
        "year": meta.date.isoformat()[:4] if meta.date else None,
        "month": meta.date.isoformat()[:7] if meta.date else None,
    }
    for name in FACETS:
        spelt = [_clean(value) for value in values[name]]
        facts[name] = sorted({facet_key(value) for value in spelt})
        facts[f"{name}_as"] = spelt
    return facts


def _headings(sections: Sequence[Section]) -> dict[str, list[str]]:
    """The fields of a page's headings, each text once."""
    texts = [as_entry_text(_clean(fold_plain(section.title))) for section in sections]
    numbers = {text: number for number, text in reversed(list(enumerate(texts))) if text}
    return {
        "headed_so": list(map(index_tokens, numbers)),
        "headings": [f"{number:05d} {text}" for text, number in numbers.items()],
    }


def _record(part: SegmentReader, page: int) -> bytes:
    starts = part.arrays["record.starts"]
    return part.arrays["record"].data[int(starts[page]) : int(starts[page + 1])].tobytes()


def _text(data: bytes) -> str:
    return _clean(data.decode("utf-8", "surrogatepass"))


def _clean(text: str) -> str:
    """Without halves of characters, which JSON cannot hold."""
    return text.encode("utf-8", "replace").decode()


class _Weights:
    """What each word of each page of a part weighs, in all fields and in the title."""

    def __init__(self, part: SegmentReader, means: Sequence[float]) -> None:
        self._terms = [feature_of(term.decode("utf-8", "replace")) for term in part.all_terms()]
        self._norms = FieldNorms(part.lengths, np.array(means))
        several = []
        for field in TEXT_FIELDS:
            postings = part.all_postings(field)
            terms = np.repeat(postings.terms, np.diff(postings.starts))
            pages = postings.pages.astype(np.int64)
            several.append((terms, pages, self._norms.weighted_frequency(field, pages, postings.frequencies)))
        self._words = _by_page(several, len(part))
        self._alone = {
            field: _by_page([one], len(part))
            for field, one in zip(TEXT_FIELDS, several, strict=True)
            if field != "body"
        }

    def of(self, page: int) -> dict[str, dict[str, float]]:
        """What a page has in each field of WEIGHTS; see `mapping`."""
        times = float(self._norms.title_weight(np.array([page]))[0])
        alone = {field: self._named(table, page) for field, table in self._alone.items()}
        heads = alone.pop("title")
        titled = dict.fromkeys(heads, times / (MAX_CHARS - times) * _ROUND)
        return {"words": self._named(self._words, page), "heads": heads, "titled": titled, **alone}

    def _named(self, table: tuple[IntArray, IntArray, Scores], page: int) -> dict[str, float]:
        starts, terms, weights = table
        here = slice(starts[page], starts[page + 1])
        names = map(self._terms.__getitem__, terms[here].tolist())
        return dict(zip(names, (weights[here] * _ROUND).tolist(), strict=True))


def _by_page(
    several: list[tuple[IntArray, IntArray, Scores]], size: int
) -> tuple[IntArray, IntArray, Scores]:
    """(starts, terms, weights) of pages, from the postings of fields: the weights of a word added up."""
    terms, pages, weights = (np.concatenate([one[at] for one in several]) for at in range(3))
    order = np.lexsort((terms, pages))
    terms, pages, weights = terms[order], pages[order], weights[order]
    new = np.ones(len(terms), dtype=np.bool_)
    new[1:] = (np.diff(terms) != 0) | (np.diff(pages) != 0)
    firsts = np.flatnonzero(new)
    weights = np.add.reduceat(weights, firsts) if len(firsts) else weights
    return np.searchsorted(pages[firsts], np.arange(size + 1)), terms[firsts], weights


def feature_of(term: str) -> str:
    """The name that a word has as a feature: no dot may be in it. Folding leaves no such sign in any text."""
    return term.replace(".", "\u2024")


def _factors(boosts: Mapping[str, float]) -> Callable[[PageMeta], float]:
    """What gives a page's factor: the nearest folder's, times those of its tags."""
    folders = sorted(
        (name for name in boosts if not name.startswith(_TAG)),
        key=lambda name: (name.count("/"), len(name)),
        reverse=True,
    )
    patterns = [(glob(f"{name}/**"), boosts[name]) for name in folders]
    tags = {facet_key(name.removeprefix(_TAG)): boosts[name] for name in boosts if name.startswith(_TAG)}

    def factor(meta: PageMeta) -> float:
        found = next((each for pattern, each in patterns if pattern.fullmatch(meta.path)), 1.0)
        for key in {facet_key(tag) for tag in meta.tags}:
            found *= tags.get(key, 1.0)
        return found

    return factor
