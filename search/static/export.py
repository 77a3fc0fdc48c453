"""Exports the live index as static files: what a browser needs to answer queries without a server."""

import gc
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from zhsearch.index.analysis import Segmenter, get_segmenter
from zhsearch.index.arrays import decode_text
from zhsearch.index.errors import CorruptIndexError, SettingsError
from zhsearch.index.generations import Generation, open_current
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.settings import Settings
from zhsearch.search.static.codec import Chunk
from zhsearch.search.static.completions import completion_chunks, completion_sounds, completion_urls
from zhsearch.search.static.core import (
    group_facts,
    han_characters,
    has_traditional,
    page_facts,
    recent_pages,
    site_facts,
)
from zhsearch.search.static.files import Publisher, check_ours, open_publisher
from zhsearch.search.static.infixes import infix_chunks
from zhsearch.search.static.lexical import (
    dictionary_facts,
    markov_model,
    read_dictionary,
    traditional_tables,
)
from zhsearch.search.static.ngrams import ngram_chunks, read_ngrams, title_ngrams
from zhsearch.search.static.pages import Pages, number_pages
from zhsearch.search.static.postings import read_postings
from zhsearch.search.static.records import encode_json, page_groups
from zhsearch.search.static.terms import Texts, list_entries, plain_endings, term_chunks
from zhsearch.search.static.writings import packed_writings

_POSTS = "content"


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
    check_place(settings, folder)
    snapshot = open_current(settings.index, _opened)
    manifest = snapshot.generation.manifest
    segmenter = get_segmenter(settings.segmenter, settings.cache, manifest.lexicon)
    with open_publisher(folder) as publisher, _uncollected():
        core = _write(publisher, number_pages(snapshot), segmenter)
        for name, content in _code():
            publisher.code(name, content)
        publisher.publish(core, keep=settings.keep_generations)
    seconds = round(time.perf_counter() - started, 3)
    return ExportReport(publisher.count, publisher.written, publisher.size, seconds)


def _opened(generation: Generation) -> Snapshot:
    """A generation opened. Raises CorruptIndexError if it is damaged: an export would publish the damage."""
    generation.verify()
    try:
        return Snapshot(generation)
    except (IndexError, ValueError, KeyError, TypeError) as problem:  # whatever damaged arrays raise
        raise CorruptIndexError(
            generation.folder, "cannot be opened ({problem})", problem=problem
        ) from problem


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare the garbage collector, which would go through a million texts again and again for no cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def check_place(settings: Settings, folder: Path) -> None:
    """Raise SettingsError where an export would lie in the index or among the posts, or hold them, and
    ExportError where a folder has files that are not of an export."""
    place, index, content = (path.resolve() for path in (folder, settings.index, settings.content))
    posts = content / _POSTS if (content / _POSTS).is_dir() else content
    taken = {"index": index, "content": posts} if settings.has_content else {"index": index}
    for name, other in taken.items():
        # A site's root is no folder of posts, whatever its configuration calls that: public/ lies in it.
        is_inside = other in place.parents and (other == index or other.name == _POSTS)
        if place == other or place in other.parents or is_inside:
            raise SettingsError(
                "{folder} is no place for an export: {name} = {other}. Choose a folder for the search alone,"
                " such as public/zhsearch",
                folder=folder,
                name=name,
                other=other,
            )
    check_ours(folder)


def _write(publisher: Publisher, pages: Pages, segmenter: Segmenter) -> dict[str, Any]:
    """Write all chunks and records. Returns the core."""
    lexicon, texts, characters = segmenter.lexicon, _texts(pages), set[str]()
    chars, dictionary = han_characters(texts.ngrams), read_dictionary(lexicon)
    postings = read_postings(pages)
    entries = list_entries(postings, texts, lexicon, segmenter, dictionary)
    words = list(map(decode_text, entries.postings.terms))
    traditional = traditional_tables(chars, words)
    endings, writings = plain_endings(entries), packed_writings(entries, lexicon)
    grouped = page_groups(pages, characters, segmenter)
    groups = [(group.start, publisher.group(group.files)) for group in grouped]
    terms = _directory(publisher, term_chunks(entries, pages, texts, endings, dictionary, writings, lexicon))
    files = {
        "ngrams": _directory(publisher, ngram_chunks(texts.ngrams, texts.title_ngrams)),
        "infixes": _directory(publisher, infix_chunks(endings, entries.keys)),
        "completions": _directory(publisher, completion_chunks(pages, postings, dictionary.frequencies))
        | completion_urls(pages, publisher.chunk)
        | completion_sounds(chars, dictionary.frequencies, publisher.chunk),
        "recent": {"pages": recent_pages(pages)},
        "lexical": traditional.as_json(),
        "hmm": markov_model(chars),
    }
    return {
        **site_facts(pages, segmenter),
        **page_facts(pages),
        "groups": group_facts(groups, len(pages)),
        **dictionary_facts(chars, map(decode_text, entries.keys), dictionary),
        "traditional": has_traditional(characters),
        "unsettled": traditional.unsettled(),
        "otherwise": traditional.otherwise(),
        "terms": terms,
        **{name: publisher.chunk(encode_json(content)) for name, content in files.items()},
    }


def _texts(pages: Pages) -> Texts:
    """The folded texts of all pages."""
    places = list(pages.places())
    titles = [segment.title(number) for segment, number in places]
    folded = [segment.folded(number) for segment, number in places]
    return Texts(folded, titles, read_ngrams(pages), title_ngrams(titles))


def _directory(publisher: Publisher, chunks: Iterable[Chunk]) -> dict[str, Any]:
    """Write chunks; returns how they are found: the first key of each, shortened, and all names, joined."""
    firsts, names = list[str](), list[str]()
    for chunk in chunks:
        firsts.append(chunk.first)
        names.append(publisher.chunk(chunk.data))
    return {"firsts": firsts, "names": "".join(names)}


def _code() -> Iterable[tuple[str, bytes]]:
    """The scripts and the style that read the files, as far as they were built."""
    package = files("zhsearch.search")
    scripts = [file for file in (package / "static").iterdir() if file.name.endswith(".js")]
    shared = [package / "widget" / name for name in ("box.js", "widget.css")]
    for file in (*sorted(scripts, key=lambda file: file.name), *shared):
        if file.is_file():
            yield file.name, file.read_bytes()
