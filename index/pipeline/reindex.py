"""An indexing run: bring an index up to date with its content, and publish a new generation.

A run checks every file, analyses those that are new or changed, and publishes if anything differs from the
live generation.
"""

import datetime as dt
import importlib.metadata
import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import partial

from zhsearch.index.analysis import Lexicon, get_segmenter, read_lexicon
from zhsearch.index.arrays import free_memory
from zhsearch.index.errors import CorruptIndexError, StoreError
from zhsearch.index.generations import ChecksumCache, Generation, Manifest
from zhsearch.index.generations.writer import IndexWriter, open_writer
from zhsearch.index.models import FileNotice, ReindexReport
from zhsearch.index.pipeline.ingest import IndexedBatch
from zhsearch.index.pipeline.left_out import live_addresses, shared_addresses, shared_notices
from zhsearch.index.pipeline.near_copies import Groups, known_groups, near_copies
from zhsearch.index.pipeline.pool import ingest_files
from zhsearch.index.pipeline.regional_words import RegionalWords, regional_words, updated_regional_words
from zhsearch.index.pipeline.removals import check_not_empty, removal_notices
from zhsearch.index.pipeline.run import Progress, Run, StrictError, Tally, make_report
from zhsearch.index.pipeline.segment_set import SegmentSet
from zhsearch.index.pipeline.signature import changes_between, signature_of
from zhsearch.index.pipeline.site_terms import site_terms
from zhsearch.index.pipeline.sources import open_source
from zhsearch.index.pipeline.stale_pages import stale_paths
from zhsearch.index.pipeline.unused_boosts import unmatched_boosts_in
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import FileState


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
    source = open_source(settings)
    lexicon = read_lexicon(settings.dictionary, settings.stop_words, settings.synonyms)
    lexicon = replace(lexicon, other_writings=settings.other_writings)
    with open_writer(settings.index, checksum_cache) as writer:
        writer.clean_up(keep=settings.keep_generations)  # what a killed run left may fill the disk
        now = now or dt.datetime.now(dt.UTC)
        signature = signature_of(source, settings)
        reason = _rebuild_reason(writer, signature)
        states = writer.live.files() if writer.live else {}
        before = {path for path, state in states.items() if not state.winner}
        base, known = (None, {}) if full or reason else (writer.live, states)
        progress = progress or (lambda done, total: None)
        run = Run(
            settings, source, lexicon, signature, writer, base, known, now, strict, allow_empty, progress
        )
        generation, tally = _bring_up_to_date(run)
        writer.clean_up(keep=settings.keep_generations)
        tally.warnings += removal_notices(settings, writer.live, before, tally.live.keys())
    return make_report(generation, source.files, tally, before, time.perf_counter() - start, reason)


def _rebuild_reason(writer: IndexWriter, signature: Mapping[str, str]) -> str | None:
    """Why all posts must be analysed again, None if they need not be."""
    if writer.live is None:
        return _description(next(iter(writer.refused.values()))) if writer.refused else None
    return changes_between(writer.live.manifest.signature, signature)


def _description(problem: StoreError) -> str:
    return problem.cause if isinstance(problem, CorruptIndexError) else str(problem)


def _bring_up_to_date(run: Run) -> tuple[str, Tally]:
    """Index what the base lacks, and publish if anything changed. Returns the live generation's name."""
    before = run.base.manifest.lexicon if run.base else Lexicon()
    lexicon = replace(run.lexicon, site_terms=before.site_terms, regional=before.regional)
    stale = _stale_paths(run.base, lexicon.changed_words(before))
    known = {path: state for path, state in run.known.items() if path not in stale}
    sizes, unchanged = _changed_files(run, known)
    tally = Tally()
    tally.keep(unchanged)
    tally.skipped += run.source.files.refused
    tally.warnings += run.source.files.warnings
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


def _changed_files(run: Run, known: Mapping[str, FileState]) -> tuple[dict[str, int], dict[str, FileState]]:
    """The files to read (path -> bytes), and the states of those that certainly did not change."""
    sizes: dict[str, int] = {}
    unchanged: dict[str, FileState] = {}
    for path in run.source.files.paths:
        state = known.get(path)
        size = run.source.unread_bytes(path, state, run.now)
        if size is not None:
            sizes[path] = size
        elif state:
            unchanged[path] = state
    return sizes, unchanged


def _ingest(
    run: Run, lexicon: Lexicon, sizes: Mapping[str, int], known: Mapping[str, FileState]
) -> Iterator[IndexedBatch]:
    """Ingest files, and report the progress."""
    done = 0
    run.progress(done, len(sizes))
    for batch in ingest_files(run.source.reader, run.settings, lexicon, run.now, sizes, known):
        done += batch.files
        run.progress(done, len(sizes))
        yield batch


def _is_up_to_date(run: Run, base: Generation, lexicon: Lexicon, tally: Tally) -> bool:
    """Whether the base needs no change, given that no file was indexed."""
    return (
        not run.writer.refused
        and base.manifest.lexicon == lexicon
        and base.manifest.boosts == dict(run.settings.boosts)
        and (base.manifest.near_copies is not None) == run.settings.group_versions
        and run.known.keys() <= tally.live.keys() | tally.shadowed.keys()
    )


def _check_strict(run: Run, tally: Tally) -> None:
    if run.strict and tally.skipped:
        raise StrictError(tuple(tally.skipped))


def _warn_of_unused_boosts(run: Run, segments: SegmentSet, tally: Tally) -> None:
    """Warn of the boosts that no live page matches."""
    tally.warnings += unmatched_boosts_in(dict(run.settings.boosts), segments.pages())


def _publish(run: Run, lexicon: Lexicon, batches: Iterable[IndexedBatch], tally: Tally) -> str:
    """Build a generation of the base and the batches, and make it live. Returns its name."""
    with run.writer.new_folder() as folder:
        segments = SegmentSet(folder, run.base)
        for batch in batches:
            if batch.arrays:
                segments.add(batch.arrays)
        _read_freed(run, lexicon, segments, tally)
        _check_strict(run, tally)
        if not (tally.live or run.allow_empty):
            check_not_empty(run.writer, run.source.folders, len(tally.unpublished), len(tally.skipped))
        segments.delete(set(tally.indexed) | (run.known.keys() - tally.live.keys()), in_base_only=True)
        lexicon = _add_site_terms(run, lexicon, segments, tally)
        _warn_of_unused_boosts(run, segments, tally)
        _shadow(run, segments, tally)
        segments.finish()
        lexicon = replace(lexicon, regional=_regional_words(run, segments))
        free_memory()
        manifest = Manifest(
            version=_zhsearch_version(),
            created=dt.datetime.now(dt.UTC),
            signature=run.signature,
            documents=len(tally.live),
            site=run.source.info,
            lexicon=lexicon,
            boosts=dict(run.settings.boosts),
            facets=run.source.facets,
            segments=segments.entries,
            near_copies=_near_copies(run, segments) if run.settings.group_versions else None,
        )
        states = tally.live | tally.shadowed
        return run.writer.publish(folder, manifest, states, known_checksums=segments.checksums)


def _regional_words(run: Run, segments: SegmentSet) -> RegionalWords:
    """The regional words of the finished segments."""
    if run.base is None:
        return regional_words(segments.finished)
    return updated_regional_words(run.base.manifest.lexicon.regional, segments.changes())


def _near_copies(run: Run, segments: SegmentSet) -> Groups:
    """The groups of near copies in the finished segments."""
    known = run.base.manifest.near_copies if run.base else None
    return near_copies(segments.finished, None if known is None else known_groups(known, segments.changes()))


def _read_freed(run: Run, lexicon: Lexicon, segments: SegmentSet, tally: Tally) -> None:
    """Analyse the pages whose address may be free now, because the page that has it changed or is gone."""
    indexed = set(tally.indexed)
    freed = {
        path: state.size
        for path, state in tally.shadowed.items()
        if state.winner in indexed or state.winner not in tally.live
    }
    for path in freed:
        del tally.shadowed[path]
    if freed:
        _analyse(run, lexicon, freed, segments, tally)


def _shadow(run: Run, segments: SegmentSet, tally: Tally) -> None:
    """Delete the pages at an address that another page has on the site."""
    shared = shared_addresses(run.source, live_addresses(segments.pages()))
    segments.delete({page.path for page in shared})
    for page in shared:
        tally.shadowed[page.path] = tally.live.pop(page.path)._replace(winner=page.winner)
    losers = {page.path for page in shared}
    tally.unchanged -= len(losers - set(tally.indexed))
    tally.indexed = [path for path in tally.indexed if path not in losers]
    tally.warnings += shared_notices(run.source, shared)


def _zhsearch_version() -> str:
    try:
        return importlib.metadata.version("zhsearch")
    except importlib.metadata.PackageNotFoundError:  # run from a checkout
        return "unknown"


def _add_site_terms(run: Run, lexicon: Lexicon, segments: SegmentSet, tally: Tally) -> Lexicon:
    """Add the site terms of the pages to the owner's lexicon.

    Pages that were analysed with `lexicon`, and have a word that is now segmented differently, are analysed
    again. Returns the new lexicon.
    """
    settings = run.settings
    segmenter = partial(get_segmenter, settings.segmenter, settings.cache, run.lexicon)
    before = run.base.manifest.lexicon if run.base else None
    known = before.site_term_set if before and before.words == run.lexicon.words else None
    new_lexicon = replace(run.lexicon, site_terms=site_terms(segments.changes(), segmenter, known))
    stale = stale_paths(segments.pages(), new_lexicon.changed_words(lexicon))
    if stale:
        segments.delete(stale)
        sizes = {path: tally.live.pop(path).size for path in sorted(stale)}
        tally.unchanged -= len(stale - set(tally.indexed))
        tally.indexed = [path for path in tally.indexed if path not in stale]
        reported = len(tally.warnings)
        _analyse(run, new_lexicon, sizes, segments, tally)
        del tally.warnings[reported:]  # the same as before
    return new_lexicon


def _analyse(
    run: Run, lexicon: Lexicon, sizes: Mapping[str, int], segments: SegmentSet, tally: Tally
) -> None:
    """Analyse files (path -> bytes) whether they changed or not, and add their pages."""
    for batch in ingest_files(run.source.reader, run.settings, lexicon, run.now, sizes, {}):
        tally.add(batch)
        if batch.arrays:
            segments.add(batch.arrays)
