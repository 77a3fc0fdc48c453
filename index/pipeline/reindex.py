"""An indexing run: bring an index up to date with its content, and publish a new generation.

A run checks every file, analyses those that are new or changed, and publishes if anything differs from the
live generation.
"""

import datetime as dt
import importlib.metadata
import itertools
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from zhsearch.index.analysis import Lexicon, get_segmenter, read_lexicon
from zhsearch.index.errors import CorruptIndexError, StoreError, ZhsearchError
from zhsearch.index.generations import ChecksumCache, FileState, Generation, Manifest
from zhsearch.index.generations.writer import IndexWriter, open_writer
from zhsearch.index.hugo import ContentFiles, find_files, load_site, wanted_fields
from zhsearch.index.messages import counted_message
from zhsearch.index.models import FileNotice, LeftOut, ReindexReport
from zhsearch.index.pipeline.ingest import IndexedBatch
from zhsearch.index.pipeline.left_out import (
    count_by_kind,
    duplicates_of,
    left_out_pages,
    live_addresses,
    shared_addresses,
    shared_notices,
)
from zhsearch.index.pipeline.near_copies import near_copies
from zhsearch.index.pipeline.pool import ingest_files
from zhsearch.index.pipeline.regional_words import regional_words
from zhsearch.index.pipeline.removals import check_not_empty, removal_notices
from zhsearch.index.pipeline.segment_set import SegmentSet
from zhsearch.index.pipeline.signature import changes_between, signature_of
from zhsearch.index.pipeline.site_terms import site_terms
from zhsearch.index.pipeline.stale_pages import stale_paths
from zhsearch.index.pipeline.unused_boosts import unmatched_boosts_in
from zhsearch.index.settings import IndexSettings

Progress = Callable[[int, int], None]
"""A callback with (files done, files in total), called as a run proceeds."""


class StrictError(ZhsearchError):
    """A strict run met posts that it cannot index; nothing was published."""

    def __init__(self, skipped: tuple[FileNotice, ...]) -> None:
        names = ", ".join(notice.path for notice in skipped[:5]) + (", …" if len(skipped) > 5 else "")
        super().__init__(
            counted_message(
                "{count} post cannot be indexed ({names}); nothing was published. Fix it, or run without"
                " --strict",
                "{count} posts cannot be indexed ({names}); nothing was published. Fix them, or run without"
                " --strict",
                len(skipped),
                names=names,
            )
        )
        self.skipped = skipped


@dataclass(slots=True)
class _Tally:
    """The outcome of the files so far.

    `live` are the states of the files whose pages will be live, `shadowed` those of files whose pages have
    the address of a live one.
    """

    live: dict[str, FileState] = field(default_factory=dict)
    shadowed: dict[str, FileState] = field(default_factory=dict)
    unchanged: int = 0
    indexed: list[str] = field(default_factory=list)
    unpublished: list[LeftOut] = field(default_factory=list)
    skipped: list[FileNotice] = field(default_factory=list)
    warnings: list[FileNotice] = field(default_factory=list)

    def keep(self, unchanged: Mapping[str, FileState]) -> None:
        live = {path: state for path, state in unchanged.items() if not state.winner}
        self.live |= live
        self.shadowed |= {path: state for path, state in unchanged.items() if state.winner}
        self.unchanged += len(live)

    def add(self, batch: IndexedBatch) -> None:
        self.keep(batch.unchanged)
        self.live |= batch.indexed
        self.indexed += batch.indexed
        self.unpublished += batch.unpublished
        self.skipped += batch.skipped
        self.warnings += batch.warnings

    def add_each(self, batches: Iterable[IndexedBatch]) -> Iterator[IndexedBatch]:
        """Add batches as they are iterated over."""
        for batch in batches:
            self.add(batch)
            yield batch


@dataclass(frozen=True, slots=True)
class _Run:
    """The inputs of a run, which do not change while it runs.

    `base` is the generation that it builds upon, None if all posts are analysed; `known` are the states of
    its files. `lexicon` is the owner's, without site terms.
    """

    settings: IndexSettings
    content: ContentFiles
    lexicon: Lexicon
    signature: Mapping[str, str]
    writer: IndexWriter
    base: Generation | None
    known: Mapping[str, FileState]
    now: dt.datetime
    strict: bool
    allow_empty: bool
    progress: Progress


def reindex(
    settings: IndexSettings,
    *,
    full: bool = False,
    strict: bool = False,
    allow_empty: bool = False,
    progress: Progress | None = None,
    now: dt.datetime | None = None,
    checksum_cache: ChecksumCache | None = None,
) -> ReindexReport:
    """Bring the index up to date with the content, and publish it if anything changed.

    Only new and changed posts are analysed, and those with a word that was added to the lexicon or removed
    from it; all posts with `full`, if the signature changed, or if no intact generation is left. A process
    with several runs passes the same `checksum_cache`, so that it does not read the whole index each time.
    Raises SiteError, SettingsError, StoreError, LockedError, with `strict` StrictError if a post was skipped,
    and EmptySiteError if no page is left, unless `allow_empty`; the live generation is then unchanged.
    """
    start = time.perf_counter()
    site = load_site(settings.content, settings.environment, drafts=settings.drafts)
    lexicon = read_lexicon(settings.dictionary, settings.stop_words, settings.synonyms)
    lexicon = replace(lexicon, other_writings=settings.other_writings)
    with open_writer(settings.index, checksum_cache) as writer:
        writer.clean_up(keep=settings.keep_generations)  # what a killed run left may fill the disk
        now = now or dt.datetime.now(dt.UTC)
        content = find_files(site, settings.exclude, section_pages=settings.section_pages)
        signature = signature_of(content.site, settings)
        reason = _rebuild_reason(writer, signature)
        states = writer.live.files() if writer.live else {}
        before = {path for path, state in states.items() if not state.winner}
        base, known = (None, {}) if full or reason else (writer.live, states)
        progress = progress or (lambda done, total: None)
        run = _Run(
            settings, content, lexicon, signature, writer, base, known, now, strict, allow_empty, progress
        )
        generation, tally = _bring_up_to_date(run)
        writer.clean_up(keep=settings.keep_generations)
        tally.warnings += removal_notices(settings, writer.live, before, tally.live.keys())
    return _report(generation, content, tally, before, time.perf_counter() - start, reason)


def _rebuild_reason(writer: IndexWriter, signature: Mapping[str, str]) -> str | None:
    """Why all posts must be analysed again, None if they need not be."""
    if writer.live is None:
        return _description(next(iter(writer.refused.values()))) if writer.refused else None
    return changes_between(writer.live.manifest.signature, signature)


def _description(problem: StoreError) -> str:
    return problem.cause if isinstance(problem, CorruptIndexError) else str(problem)


def _report(
    generation: str,
    content: ContentFiles,
    tally: _Tally,
    before: Set[str],
    seconds: float,
    reason: str | None,
) -> ReindexReport:
    """The report of a run; `before` are the paths of the pages that were live when it began."""
    duplicates = duplicates_of(tally.shadowed)
    return ReindexReport(
        generation=generation,
        indexed=len(tally.indexed),
        unchanged=tally.unchanged,
        updated=sum(path in before for path in tally.indexed),
        deleted=len(before - tally.live.keys()),
        unpublished=len(tally.unpublished),
        unpublished_reasons=count_by_kind(tally.unpublished),
        excluded=len(content.excluded),
        duplicates=len(content.duplicates) + len(duplicates),
        left_out=left_out_pages(content, [*tally.unpublished, *duplicates]),
        skipped=tuple(sorted(tally.skipped, key=lambda notice: notice.path)),
        warnings=tuple(tally.warnings),
        seconds=round(seconds, 3),
        rebuilt_because=reason,
    )


def _bring_up_to_date(run: _Run) -> tuple[str, _Tally]:
    """Index what the base lacks, and publish if anything changed. Returns the live generation's name."""
    before = run.base.manifest.lexicon if run.base else Lexicon()
    lexicon = replace(run.lexicon, site_terms=before.site_terms, regional=before.regional)
    stale = _stale_paths(run.base, lexicon.changed_words(before))
    known = {path: state for path, state in run.known.items() if path not in stale}
    sizes, unchanged = _changed_files(run, known)
    tally = _Tally()
    tally.keep(unchanged)
    tally.skipped += run.content.refused
    tally.warnings += run.content.warnings
    batches = tally.add_each(_ingest(run, lexicon, sizes, known))
    first = next((batch for batch in batches if batch.arrays), None)
    if run.base and not first and _is_up_to_date(run, run.base, lexicon, tally):
        _check_strict(run, tally)
        generation = run.base.id
        if run.settings.boosts:
            _warn_of_unused_boosts(run, SegmentSet(run.base.folder, run.base), tally)
    else:
        generation = _publish(run, lexicon, itertools.chain([first] if first else [], batches), tally)
    if run.writer.live:
        refused = run.writer.refused.items()
        tally.warnings += [FileNotice(name, _description(problem)) for name, problem in refused]
    return generation, tally


def _stale_paths(base: Generation | None, changed_words: Set[str]) -> set[str]:
    """The paths of the pages with one of the words, which are now segmented differently."""
    if base is None or not changed_words:
        return set()
    return stale_paths(SegmentSet(base.folder, base).pages(), changed_words)


def _changed_files(run: _Run, known: Mapping[str, FileState]) -> tuple[dict[str, int], dict[str, FileState]]:
    """The files to read (path -> bytes), and the states of those that certainly did not change."""
    sizes: dict[str, int] = {}
    unchanged: dict[str, FileState] = {}
    site, root = run.content.site, run.content.site.content
    for path in run.content.paths:
        state = known.get(path)
        try:
            stat = os.stat(f"{root}/{site.file(path)}", follow_symlinks=False)  # noqa: PTH116  a Path costs more
        except OSError:
            sizes[path] = 0  # deleted meanwhile; read_files reports it
            continue
        if state and state.is_unchanged(stat) and not state.is_expired(run.now):
            unchanged[path] = state
        else:
            sizes[path] = stat.st_size
    return sizes, unchanged


def _ingest(
    run: _Run, lexicon: Lexicon, sizes: Mapping[str, int], known: Mapping[str, FileState]
) -> Iterator[IndexedBatch]:
    """Ingest files, and report the progress."""
    done = 0
    run.progress(done, len(sizes))
    for batch in ingest_files(run.content.site, run.settings, lexicon, run.now, sizes, known):
        done += batch.files
        run.progress(done, len(sizes))
        yield batch


def _is_up_to_date(run: _Run, base: Generation, lexicon: Lexicon, tally: _Tally) -> bool:
    """Whether the base needs no change, given that no file was indexed."""
    return (
        not run.writer.refused
        and base.manifest.lexicon == lexicon
        and base.manifest.boosts == dict(run.settings.boosts)
        and (base.manifest.near_copies is not None) == run.settings.group_versions
        and run.known.keys() <= tally.live.keys() | tally.shadowed.keys()
    )


def _check_strict(run: _Run, tally: _Tally) -> None:
    if run.strict and tally.skipped:
        raise StrictError(tuple(tally.skipped))


def _warn_of_unused_boosts(run: _Run, segments: SegmentSet, tally: _Tally) -> None:
    """Warn of the boosts that no live page matches."""
    tally.warnings += unmatched_boosts_in(dict(run.settings.boosts), segments.pages())


def _publish(run: _Run, lexicon: Lexicon, batches: Iterable[IndexedBatch], tally: _Tally) -> str:
    """Build a generation of the base and the batches, and make it live. Returns its name."""
    with run.writer.new_folder() as folder:
        segments = SegmentSet(folder, run.base)
        for batch in batches:
            if batch.arrays:
                segments.add(batch.arrays)
        _read_freed(run, lexicon, segments, tally)
        _check_strict(run, tally)
        if not (tally.live or run.allow_empty):
            check_not_empty(run.writer, run.content.site, len(tally.unpublished), len(tally.skipped))
        segments.delete(set(tally.indexed) | (run.known.keys() - tally.live.keys()), in_base_only=True)
        lexicon = _add_site_terms(run, lexicon, segments, tally)
        lexicon = replace(lexicon, regional=regional_words(segments.pages()))
        _warn_of_unused_boosts(run, segments, tally)
        _shadow(run, segments, tally)
        segments.finish()
        manifest = Manifest(
            version=_zhsearch_version(),
            created=dt.datetime.now(dt.UTC),
            signature=run.signature,
            documents=len(tally.live),
            site=run.content.site.info,
            lexicon=lexicon,
            boosts=dict(run.settings.boosts),
            facets=tuple(wanted_fields(run.content.site, {}, run.settings.facets).facets),
            segments=segments.entries,
            near_copies=near_copies(segments.finished) if run.settings.group_versions else None,
        )
        states = tally.live | tally.shadowed
        return run.writer.publish(folder, manifest, states, known_checksums=segments.checksums)


def _read_freed(run: _Run, lexicon: Lexicon, segments: SegmentSet, tally: _Tally) -> None:
    """Analyse the pages whose address may be free now, because the page that has it changed or is gone."""
    indexed = set(tally.indexed)
    freed = {
        path: state.size
        for path, state in tally.shadowed.items()
        if state.winner in indexed or state.winner not in tally.live
    }
    for path in freed:
        del tally.shadowed[path]
    for batch in ingest_files(run.content.site, run.settings, lexicon, run.now, freed, {}) if freed else ():
        tally.add(batch)
        if batch.arrays:
            segments.add(batch.arrays)


def _shadow(run: _Run, segments: SegmentSet, tally: _Tally) -> None:
    """Delete the pages at an address that another page has on the site."""
    site = run.content.site
    shared = shared_addresses(site, live_addresses(segments.pages()))
    segments.delete({page.path for page in shared})
    for page in shared:
        tally.shadowed[page.path] = tally.live.pop(page.path)._replace(winner=page.winner)
    losers = {page.path for page in shared}
    tally.unchanged -= len(losers - set(tally.indexed))
    tally.indexed = [path for path in tally.indexed if path not in losers]
    tally.warnings += shared_notices(site, shared)


def _zhsearch_version() -> str:
    try:
        return importlib.metadata.version("zhsearch")
    except importlib.metadata.PackageNotFoundError:  # run from a checkout
        return "unknown"


def _add_site_terms(run: _Run, lexicon: Lexicon, segments: SegmentSet, tally: _Tally) -> Lexicon:
    """Add the site terms of the pages to the owner's lexicon.

    Pages that were analysed with `lexicon`, and have a word that is now segmented differently, are analysed
    again. Returns the new lexicon.
    """
    settings = run.settings
    segmenter = get_segmenter(settings.segmenter, settings.cache, run.lexicon)
    new_lexicon = replace(run.lexicon, site_terms=site_terms(segments.pages(), segmenter))
    stale = stale_paths(segments.pages(), new_lexicon.changed_words(lexicon))
    if stale:
        segments.delete(stale)
        sizes = {path: tally.live.pop(path).size for path in sorted(stale)}
        tally.unchanged -= len(stale - set(tally.indexed))
        tally.indexed = [path for path in tally.indexed if path not in stale]
        for batch in ingest_files(run.content.site, settings, new_lexicon, run.now, sizes, {}):
            tally.add(replace(batch, warnings=[]))  # reported before
            if batch.arrays:
                segments.add(batch.arrays)
    return new_lexicon
