"""Files in, parts and what became of each file out; batch by batch, here or in several processes.

Batches are made by size alone and come back in their order, so that an index does not depend on how many
processes made it. Memory is bounded by a few batches a process.
"""

import datetime as dt
import hashlib
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.lexicon import Lexicon
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.arrays import Array
from zhsearch.index.errors import PostError, StoreError, ZhsearchError
from zhsearch.index.hugo.posts import read_files, read_post
from zhsearch.index.hugo.site import Site
from zhsearch.index.markdown.options import MarkdownOptions
from zhsearch.index.markdown.reader import read_html, read_markdown
from zhsearch.index.models import Document, FileNotice, Post
from zhsearch.index.segment.builder import build_segment
from zhsearch.index.settings import IndexSettings

_BATCH_BYTES = 500_000
_BATCH_FILES = 500
_WORTH_A_PROCESS = 3_000_000  # bytes; a process takes half a second to start


class FileState(NamedTuple):
    """What is remembered of a live file: its content's hash, its stat when it was read (nanoseconds), when
    that was, and when the post expires."""

    hash: str
    size: int
    modified: int
    changed: int
    inode: int
    read: int
    expires: str | None

    def is_expired(self, now: dt.datetime) -> bool:
        """Is it due to leave the site?"""
        return self.expires is not None and dt.datetime.fromisoformat(self.expires) <= now

    def is_as_read(self, stat: os.stat_result) -> bool:
        """May the hash be spared? Not where the file changed so shortly before it was read that a second
        change could have left the same times."""
        same = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino) == self[1:5]
        return same and max(self.modified, self.changed) < self.read - 50_000_000


@dataclass(slots=True)
class IndexedBatch:
    """What became of some files. `arrays` is the part of the documents of `indexed`, in their order."""

    files: int = 0
    indexed: dict[str, FileState] = field(default_factory=dict)
    unchanged: dict[str, FileState] = field(default_factory=dict)
    unpublished: int = 0
    skipped: list[FileNotice] = field(default_factory=list)
    warnings: list[FileNotice] = field(default_factory=list)
    arrays: Mapping[str, Array] | None = None


@dataclass(frozen=True, slots=True)
class FileBatch:
    """Some files to take in: path, size in bytes, and what is remembered of it."""

    paths: tuple[str, ...]
    known: Mapping[str, FileState]


class Ingester:
    """Takes in the files of one site, as they are at one moment."""

    def __init__(self, site: Site, settings: IndexSettings, lexicon: Lexicon, now: dt.datetime) -> None:
        self._site = site
        self._limit = settings.max_post_bytes
        self._now = now
        self._by_file_time = any(language.dates.need_file_time for language in site.languages.values())
        self._analyzer = Analyzer(get_segmenter(settings.segmenter, settings.cache, lexicon))

    def ingest(self, files: FileBatch) -> IndexedBatch:
        """Read the files, and analyse what is new in them."""
        batch = IndexedBatch(files=len(files.paths))
        documents = []
        for path, data, stat in read_files(self._site, files.paths, self._limit):
            try:
                document = self._document(path, data, stat, files.known.get(path), batch)
            except PostError as problem:
                batch.skipped.append(FileNotice(path, str(problem)))
            except ZhsearchError:
                raise
            except Exception as problem:  # one odd post must never stop the others
                why = f"cannot be read ({type(problem).__name__}: {str(problem)[:120]})"
                batch.skipped.append(FileNotice(path, why))
            else:
                if document:
                    documents.append(document)
        if documents:
            batch.arrays = build_segment(documents, self._analyzer)
        return batch

    def _stamp(self, stat: os.stat_result) -> bytes:
        """What counts as content besides the bytes: the time of modification, where a page is dated by it."""
        return str(stat.st_mtime_ns).encode() if self._by_file_time else b""

    def _document(
        self,
        path: str,
        data: bytes | PostError,
        stat: os.stat_result | None,
        old: FileState | None,
        batch: IndexedBatch,
    ) -> Document | None:
        """Decide about one file; its document if it is to be indexed."""
        if isinstance(data, PostError) or stat is None:
            raise data if isinstance(data, PostError) else PostError("cannot be read")
        read = time.time_ns()
        digest = hashlib.blake2b(data + self._stamp(stat), digest_size=16).hexdigest()
        if old and old.hash == digest and not old.is_expired(self._now):
            batch.unchanged[path] = old
            return None
        post = read_post(self._site, path, data, self._now, stat.st_mtime)
        if post is None:
            batch.unpublished += 1
            return None
        document = make_document(post, self._site.markdown_options(path))
        batch.warnings += [FileNotice(path, warning) for warning in post.warnings]
        expires = post.expires.isoformat() if post.expires else None
        batch.indexed[path] = FileState(
            digest, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, read, expires
        )
        return document


def make_document(post: Post, markup: MarkdownOptions | None = None) -> Document:
    """The document of a post: its body as visible text with sections, as a site of this `markup` shows it."""
    text, sections, code = read_html(post.body) if post.markup == "html" else read_markdown(post.body, markup)
    shared = {f.name for f in fields(Document)} & {f.name for f in fields(Post)}
    values = {name: getattr(post, name) for name in shared}
    values["summary"] = read_markdown(post.summary, markup).text.replace("\n", " ")
    return Document(text=text, sections=sections, code=code, **values)


def ingest_files(
    site: Site,
    settings: IndexSettings,
    lexicon: Lexicon,
    now: dt.datetime,
    sizes: Mapping[str, int],
    known: Mapping[str, FileState],
) -> Iterator[IndexedBatch]:
    """Take in files (path to size in bytes), batch by batch in the order of `sizes`.

    Raises StoreError where a process dies.
    """
    batches = list(_batches(sizes, known))
    processes = settings.processes or len(os.sched_getaffinity(0))
    helpers = min(processes, len(batches), 1 + sum(sizes.values()) // _WORTH_A_PROCESS) - 1
    if helpers < 1:
        yield from map(Ingester(site, settings, lexicon, now).ingest, batches)
        return
    # Spawned, not forked: a fork would inherit the write lock, and hold it when this process is killed.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(helpers, context, _start_helper, (site, settings, lexicon, now)) as pool:
        try:
            with _no_interrupts():
                for _ in range(helpers):
                    pool.submit(os.getpid)  # starts one
            yield from _in_order(pool, Ingester(site, settings, lexicon, now), batches, ahead=2 * helpers)
        except BrokenProcessPool as problem:
            raise StoreError(
                "a process that analyses posts was killed, perhaps for want of memory. Nothing was published;"
                " run again, with fewer processes (setting `processes`) if it happens again"
            ) from problem
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Ctrl-C is for this process; those it starts meanwhile never hear of it, and end when it ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _batches(sizes: Mapping[str, int], known: Mapping[str, FileState]) -> Iterator[FileBatch]:
    paths: list[str] = []
    size = 0
    for path, more in sizes.items():
        if paths and (size + more > _BATCH_BYTES or len(paths) == _BATCH_FILES):
            yield FileBatch(tuple(paths), {path: known[path] for path in paths if path in known})
            paths, size = [], 0
        paths.append(path)
        size += more
    if paths:
        yield FileBatch(tuple(paths), {path: known[path] for path in paths if path in known})


def _in_order(
    pool: ProcessPoolExecutor, intake: Ingester, batches: Iterable[FileBatch], *, ahead: int
) -> Iterator[IndexedBatch]:
    """Batches from the pool, and from this process where the pool has enough to do."""
    waiting: deque[Future[IndexedBatch] | IndexedBatch] = deque()
    for files in batches:
        busy = sum(isinstance(batch, Future) and not batch.done() for batch in waiting)
        waiting.append(pool.submit(_take, files) if busy < ahead else intake.ingest(files))
        while waiting and (isinstance(waiting[0], IndexedBatch) or waiting[0].done()):
            yield _result(waiting.popleft())
    yield from map(_result, waiting)


def _result(batch: Future[IndexedBatch] | IndexedBatch) -> IndexedBatch:
    return batch if isinstance(batch, IndexedBatch) else batch.result()


def _start_helper(site: Site, settings: IndexSettings, lexicon: Lexicon, now: dt.datetime) -> None:
    """Make a process ready, and let it end with the one that started it, however that ends."""
    global _helper
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    _helper = Ingester(site, settings, lexicon, now)


_helper: Ingester | None = None


def _take(files: FileBatch) -> IndexedBatch:
    assert _helper is not None
    return _helper.ingest(files)
