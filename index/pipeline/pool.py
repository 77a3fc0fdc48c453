"""Ingest the files of a site in several processes.

Batches are made by size alone and come back in their order, so that an index does not depend on how many
processes made it. Memory is bounded by a few batches a process.
"""

import datetime as dt
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import NamedTuple

from zhsearch.index.analysis import Lexicon
from zhsearch.index.errors import StoreError
from zhsearch.index.generations import FileState
from zhsearch.index.hugo import Site
from zhsearch.index.pipeline.ingest import FileBatch, IndexedBatch, Ingester, batches_of
from zhsearch.index.settings import IndexSettings

_BYTES_PER_PROCESS = 3_000_000  # that are worth one: a process takes half a second to start


class _IngesterArgs(NamedTuple):
    """What each process makes its Ingester of."""

    site: Site
    settings: IndexSettings
    lexicon: Lexicon
    now: dt.datetime


def ingest_files(
    site: Site,
    settings: IndexSettings,
    lexicon: Lexicon,
    now: dt.datetime,
    sizes: Mapping[str, int],
    known: Mapping[str, FileState],
) -> Iterator[IndexedBatch]:
    """Ingest files (path to size in bytes), batch by batch in the order of `sizes`.

    `known` is what is remembered of some of them. Raises StoreError where a process is killed.
    """
    batches = list(batches_of(sizes, known))
    processes = settings.processes or len(os.sched_getaffinity(0))
    helpers = min(processes, len(batches), 1 + sum(sizes.values()) // _BYTES_PER_PROCESS) - 1
    args = _IngesterArgs(site, settings, lexicon, now)
    if helpers < 1:
        yield from map(Ingester(*args).ingest, batches)
    else:
        yield from _ingest_in_pool(args, batches, helpers)


def _ingest_in_pool(
    args: _IngesterArgs, batches: Sequence[FileBatch], helpers: int
) -> Iterator[IndexedBatch]:
    # Spawned, not forked: a fork would inherit the write lock, and hold it when this process is killed.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(helpers, context, _start_helper, args) as pool:
        try:
            with _interrupts_ignored():
                for _ in range(helpers):
                    pool.submit(os.getpid)  # starts one
            yield from _in_order(pool, Ingester(*args), batches, max_busy=2 * helpers)
        except BrokenProcessPool as problem:
            raise StoreError(
                "a process that analyses posts was killed, perhaps for want of memory. Nothing was published;"
                " run again, with fewer processes (setting `processes`) if it happens again"
            ) from problem
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C here and in the processes that are started meanwhile, which end when this one ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _in_order(
    pool: ProcessPoolExecutor, ingester: Ingester, batches: Sequence[FileBatch], *, max_busy: int
) -> Iterator[IndexedBatch]:
    """Batches from the pool, and from this process where the pool has enough to do."""
    waiting: deque[Future[IndexedBatch] | IndexedBatch] = deque()
    for files in batches:
        busy = sum(isinstance(batch, Future) and not batch.done() for batch in waiting)
        waiting.append(pool.submit(_ingest, files) if busy < max_busy else ingester.ingest(files))
        while waiting and (isinstance(waiting[0], IndexedBatch) or waiting[0].done()):
            yield _result(waiting.popleft())
    yield from map(_result, waiting)


def _result(batch: Future[IndexedBatch] | IndexedBatch) -> IndexedBatch:
    return batch if isinstance(batch, IndexedBatch) else batch.result()


_helper: Ingester | None = None  # of a process of the pool


def _start_helper(site: Site, settings: IndexSettings, lexicon: Lexicon, now: dt.datetime) -> None:
    """Prepare a process of the pool, and let it end with the one that started it, however that ends."""
    global _helper
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    _helper = Ingester(site, settings, lexicon, now)


def _ingest(files: FileBatch) -> IndexedBatch:
    assert _helper is not None
    return _helper.ingest(files)
