"""Exports the live index as static files: what a browser needs to answer queries without a server."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from zhsearch.index.analysis import Segmenter, get_segmenter
from zhsearch.index.generations import open_current
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.settings import Settings
from zhsearch.search.static.codec import Chunk
from zhsearch.search.static.core import (
    FORMAT,
    Directory,
    character_facts,
    group_facts,
    page_facts,
    recent_pages,
    site_facts,
)
from zhsearch.search.static.files import Publisher, open_publisher
from zhsearch.search.static.infixes import infix_chunks
from zhsearch.search.static.ngrams import ngram_chunks, read_ngrams, title_ngrams
from zhsearch.search.static.pages import Pages, number_pages
from zhsearch.search.static.postings import read_postings
from zhsearch.search.static.records import encode_json, page_groups
from zhsearch.search.static.terms import Texts, list_entries, plain_endings, term_chunks


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did: the number of its files, of those that were not there before, and all bytes."""

    files: int
    written: int
    bytes: int
    seconds: float


def export_site(settings: Settings, folder: Path) -> ExportReport:
    """Export the live index to a folder. Raises StoreError if the index cannot be read, or the folder not be
    written."""
    started = time.perf_counter()
    snapshot = open_current(settings.index, Snapshot)
    manifest = snapshot.generation.manifest
    segmenter = get_segmenter(settings.segmenter, settings.cache, manifest.lexicon)
    with open_publisher(folder) as publisher:
        core = publisher.chunk(encode_json(_write(publisher, number_pages(snapshot), segmenter)))
        for name, content in _code():
            publisher.code(name, content)
        publisher.publish(
            {
                "format": FORMAT,
                "core": core,
                "generation": snapshot.generation.id,
                "documents": snapshot.count,
                "version": manifest.version,
            },
            keep=settings.keep_generations,
        )
    seconds = round(time.perf_counter() - started, 3)
    return ExportReport(publisher.count, publisher.written, publisher.size, seconds)


def _write(publisher: Publisher, pages: Pages, segmenter: Segmenter) -> dict[str, Any]:
    """Write all chunks and records. Returns the core."""
    texts = _texts(pages)
    entries = list_entries(read_postings(pages), segmenter.lexicon, segmenter)
    endings = plain_endings(entries)
    groups = [(group.start, publisher.group(group.records)) for group in page_groups(pages)]
    ngrams = _directory(publisher, ngram_chunks(texts.ngrams, texts.title_ngrams))
    infixes = _directory(publisher, infix_chunks(endings, entries.keys))
    terms = _directory(publisher, term_chunks(entries, pages, texts, endings, segmenter, {}))
    return {
        **site_facts(pages, segmenter),
        **page_facts(pages),
        **character_facts(texts.ngrams, segmenter),
        "groups": group_facts([start for start, _ in groups], [name for _, name in groups]),
        "terms": terms.as_json(),
        "ngrams": publisher.chunk(encode_json(ngrams.as_json())),
        "infixes": publisher.chunk(encode_json(infixes.as_json())),
        "recent": publisher.chunk(encode_json({"pages": recent_pages(pages)})),
    }


def _texts(pages: Pages) -> Texts:
    """The folded texts of all pages."""
    places = list(pages.places())
    titles = [segment.title(number) for segment, number in places]
    folded = [segment.folded(number) for segment, number in places]
    return Texts(folded, titles, read_ngrams(pages), title_ngrams(titles))


def _directory(publisher: Publisher, chunks: Iterable[Chunk]) -> Directory:
    """Write chunks; returns how they are found."""
    firsts, names = list[str](), list[str]()
    for chunk in chunks:
        firsts.append(chunk.first)
        names.append(publisher.chunk(chunk.data))
    return Directory(firsts, "".join(names))


def _code() -> Iterable[tuple[str, bytes]]:
    """The scripts and the style that read the files, as far as they were built."""
    for name in ("static/search.js", "static/widget.js", "widget/widget.css"):
        file = files("zhsearch.search") / name
        if file.is_file():
            yield file.name, file.read_bytes()
