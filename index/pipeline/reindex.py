"""Content in, a new generation out: which files changed, the segments they become, one publish."""

import datetime as dt
import functools
import hashlib
import importlib.metadata
import itertools
import os
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from zhsearch.index.analysis.lexicon import Lexicon, lexicon_of, read_lexicon
from zhsearch.index.analysis.segmenter import get_segmenter, segmenter_signature
from zhsearch.index.errors import CorruptIndexError, StoreError, ZhsearchError
from zhsearch.index.generations.store import ChecksumCache, Generation
from zhsearch.index.generations.writer import IndexWriter, open_writer
from zhsearch.index.hugo.discovery import ContentFiles, find_files
from zhsearch.index.hugo.site import Site, load_site
from zhsearch.index.models import FileNotice, ReindexReport
from zhsearch.index.pipeline.ingest import FileState, IndexedBatch, ingest_files
from zhsearch.index.pipeline.segment_set import SegmentSet
from zhsearch.index.pipeline.site_terms import site_terms
from zhsearch.index.pipeline.stale_pages import stale_paths
from zhsearch.index.pipeline.unused_boosts import unmatched_boosts_in
from zhsearch.index.settings import IndexSettings

_NAMED = {
    "code": "the version of zhsearch",
    "dictionary": "the segmenter's dictionary",
    "site": "the site's configuration",
    "sections": "what the sections' _index files say",
}
"""Parts of the signature whose values are hashes or lists."""

Progress = Callable[[int, int], None]
"""Called with (files done, files in all) as a run goes on."""


class StrictError(ZhsearchError):
    """A strict run met posts that it cannot index; nothing was published."""

    def __init__(self, skipped: tuple[FileNotice, ...]) -> None:
        names = ", ".join(note.path for note in skipped[:5])
        super().__init__(
            f"{len(skipped)} posts cannot be indexed ({names}{', …' if len(skipped) > 5 else ''});"
            " nothing was published. Mend them, or run without --strict"
        )
        self.skipped = skipped


@dataclass(slots=True)
class _Tally:
    """What a run has found so far."""

    live: dict[str, FileState] = field(default_factory=dict)
    unchanged: int = 0
    indexed: list[str] = field(default_factory=list)
    unpublished: int = 0
    skipped: list[FileNotice] = field(default_factory=list)
    warnings: list[FileNotice] = field(default_factory=list)

    def add(self, batch: IndexedBatch) -> None:
        self.live |= batch.unchanged | batch.indexed
        self.unchanged += len(batch.unchanged)
        self.indexed += batch.indexed
        self.unpublished += batch.unpublished
        self.skipped += batch.skipped
        self.warnings += batch.warnings


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run works with, the same from its beginning to its end."""

    settings: IndexSettings
    found: ContentFiles
    lexicon: Lexicon
    signature: Mapping[str, Any]
    strict: bool
    progress: Progress
    now: dt.datetime
    writer: IndexWriter


def reindex(
    settings: IndexSettings,
    *,
    full: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
    now: dt.datetime | None = None,
    seen: ChecksumCache | None = None,
) -> ReindexReport:
    """Bring the index up to date with the content, and publish it if anything changed.

    Only new and changed posts are analysed, and those that have a word which is new in the lexicon or gone
    from it; all of them with `full`, when a setting that changes all terms did, or when no whole generation
    is left. `seen` spares a process that runs again and again to read all of the index each time. Raises
    SiteError, SettingsError, StoreError, LockedError, and StrictError when `strict` and a post was skipped;
    whatever is raised, the index in use goes on serving.
    """
    start = time.perf_counter()
    site = load_site(settings.content, settings.environment)
    lexicon = read_lexicon(settings.dictionary, settings.stop_words, settings.synonyms)
    with open_writer(settings.index, seen) as writer:
        writer.clean_up(keep=settings.keep_generations)  # what a killed run left may be what fills the disk
        moment = now or dt.datetime.now(dt.UTC)
        found = find_files(site, settings.exclude)
        signature = _signature(found.site, settings.segmenter)
        run = _Run(settings, found, lexicon, signature, strict, progress or _ignore, moment, writer)
        because = _why_rebuild(writer, signature)
        before = set(writer.live.files()) if writer.live else set()
        generation, tally = _bring_up_to_date(run, None if full or because else writer.live)
        if writer.live and writer.refused:
            tally.warnings += [FileNotice(name, _what(problem)) for name, problem in writer.refused.items()]
        writer.clean_up(keep=settings.keep_generations)
    return ReindexReport(
        generation=generation,
        indexed=len(tally.indexed),
        unchanged=tally.unchanged,
        updated=sum(path in before for path in tally.indexed),
        deleted=len(before - set(tally.live)),
        unpublished=tally.unpublished,
        skipped=tuple(sorted(tally.skipped, key=lambda note: note.path)),
        warnings=tuple(tally.warnings),
        seconds=round(time.perf_counter() - start, 3),
        rebuilt_because=because,
    )


def _bring_up_to_date(run: _Run, base: Generation | None) -> tuple[str, _Tally]:
    """Index what `base` lacks and publish if that is anything; the live generation's name."""
    tally = _Tally()
    known = {path: FileState(*entry) for path, entry in base.files().items()} if base else {}
    before = lexicon_of(base.manifest) if base else Lexicon()
    lexicon = replace(run.lexicon, site_terms=before.site_terms)
    again = _cut_otherwise(base, lexicon.changed_words(before))
    batches = _batches(run, lexicon, known, again, tally)
    first = next((batch for batch in batches if batch.arrays), None)
    boosts = dict(run.settings.boosts)
    as_before = (
        not run.writer.refused
        and before == lexicon
        and base is not None
        and base.manifest["boosts"] == boosts
    )
    if base and not first and as_before and not known.keys() - tally.live.keys():
        _check_strict(run, tally)
        tally.warnings += unmatched_boosts_in(boosts, SegmentSet(base.folder, base).pages() if boosts else ())
        return base.id, tally
    with run.writer.new_folder() as folder:
        segments = SegmentSet(folder, base)
        for batch in itertools.chain([first] if first else [], batches):
            if batch.arrays:
                segments.add(batch.arrays)
        _check_strict(run, tally)
        segments.drop(set(tally.indexed) | (known.keys() - tally.live.keys()), added=False)
        lexicon = _learn(run, lexicon, segments, tally)
        tally.warnings += unmatched_boosts_in(boosts, segments.pages())
        segments.finish()
        manifest = {
            "version": importlib.metadata.version("zhsearch"),
            "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "signature": run.signature,
            "documents": len(tally.live),
            "lexicon": lexicon.as_json(),
            "boosts": boosts,
            "segments": segments.listed,
            "files": tally.live,
        }
        return run.writer.publish(folder, manifest, known=segments.checksums), tally


def _cut_otherwise(base: Generation | None, words: Set[str]) -> set[str]:
    """The paths of the pages that have words which are cut otherwise than they were."""
    return stale_paths(SegmentSet(base.folder, base).pages(), words) if base and words else set()


def _learn(run: _Run, lexicon: Lexicon, segments: SegmentSet, tally: _Tally) -> Lexicon:
    """The lexicon with the words that the pages teach; those that have a word which is new or gone are
    analysed again."""
    settings = run.settings
    segmenter = get_segmenter(settings.segmenter, settings.cache, run.lexicon)
    learnt = replace(run.lexicon, site_terms=site_terms(segments.pages(), segmenter))
    again = stale_paths(segments.pages(), learnt.changed_words(lexicon))
    if again:
        segments.drop(again)
        sizes = {path: tally.live.pop(path).size for path in sorted(again)}
        tally.unchanged -= len(again - set(tally.indexed))
        tally.indexed = [path for path in tally.indexed if path not in again]
        for batch in ingest_files(run.found.site, settings, learnt, run.now, sizes, {}):
            tally.add(replace(batch, warnings=[]))  # told before
            if batch.arrays:
                segments.add(batch.arrays)
    return learnt


def _batches(
    run: _Run, lexicon: Lexicon, known: Mapping[str, FileState], again: Set[str], tally: _Tally
) -> Iterator[IndexedBatch]:
    """Take in every file that may have changed or is to be analysed `again`; the tally has what was found
    when the last batch is out."""
    known = {path: entry for path, entry in known.items() if path not in again}
    found = run.found
    tally.skipped += found.refused
    tally.warnings += found.unmatched_patterns
    sizes: dict[str, int] = {}
    for path in found.paths:
        entry = known.get(path)
        try:
            stat = os.stat(f"{found.site.content}/{path}", follow_symlinks=False)  # noqa: PTH116  a Path costs more
        except OSError:
            sizes[path] = 0  # gone since; read_files says so by name
            continue
        if entry and entry.is_as_read(stat) and not entry.is_expired(run.now):
            tally.live[path] = entry
            tally.unchanged += 1
        else:
            sizes[path] = stat.st_size
    done = 0
    run.progress(done, len(sizes))
    for batch in ingest_files(run.found.site, run.settings, lexicon, run.now, sizes, known):
        tally.add(batch)
        done += batch.files
        run.progress(done, len(sizes))
        yield batch


def _check_strict(run: _Run, tally: _Tally) -> None:
    if run.strict and tally.skipped:
        raise StrictError(tuple(tally.skipped))


def _ignore(done: int, total: int) -> None:
    """No one watches."""


def _signature(site: Site, segmenter: str) -> dict[str, Any]:
    """Everything but the posts that decides what is in the index."""
    return {
        "code": _code_hash(),
        **segmenter_signature(segmenter),
        **_versions(),
        "unicode": unicodedata.unidata_version,
        "site": site.fingerprint,
        "sections": site.cascade_fingerprint,
    }


@functools.cache  # of what runs, even where a newer version was installed since
def _versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in ("opencc", "pyromark", "PyYAML")}


@functools.cache
def _code_hash() -> str:
    """The hash of this package's own files: whatever a new version does otherwise, it does to all posts."""
    hasher = hashlib.blake2b(digest_size=8)
    for file in sorted(Path(str(files("zhsearch.index"))).rglob("*")):
        if file.suffix in (".py", ".txt"):
            hasher.update(file.read_bytes())
    return hasher.hexdigest()


def _why_rebuild(writer: IndexWriter, signature: Mapping[str, Any]) -> str | None:
    """Why all posts are to be analysed again, None where they need not."""
    if writer.live is None:
        return _what(next(iter(writer.refused.values()))) if writer.refused else None
    old = writer.live.manifest["signature"]
    changed = [
        _told(key, old.get(key), signature[key]) for key in signature if old.get(key) != signature[key]
    ]
    return f"changed: {', '.join(changed)}" if changed else None


def _told(key: str, old: object, new: object) -> str:
    """A part of the signature in words, with both values where they say something."""
    if key in _NAMED:
        return _NAMED[key]
    return f"{key} ({old or 'none'} → {new})"


def _what(problem: StoreError) -> str:
    return problem.what if isinstance(problem, CorruptIndexError) else str(problem)
