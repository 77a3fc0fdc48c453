"""A pool of processes that ingest the files of a source.

Batches depend on sizes only and come back in their order, so that an index does not depend on the number of
processes. Memory is bounded by a few batches per process.
"""

import datetime as dt
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import NamedTuple

from zhsearch.index.analysis import Lexicon
from zhsearch.index.errors import StoreError
from zhsearch.index.generations.write_lock import drop_write_locks
from zhsearch.index.pipeline.ingest import FileBatch, IndexedBatch, Ingester, batches_of
from zhsearch.index.settings import IndexSettings
from zhsearch.index.source import FileState, PageReader

_BYTES_PER_PROCESS = 3_000_000  # fewer do not pay: a process takes half a second to start


class _IngesterArgs(NamedTuple):
    """The arguments of the Ingester in each process."""

    reader: PageReader
    settings: IndexSettings
    lexicon: Lexicon
    now: dt.datetime


def ingest_files(
    reader: PageReader,
    settings: IndexSettings,
    lexicon: Lexicon,
    now: dt.datetime,
    sizes: Mapping[str, int],
    known: Mapping[str, FileState],
) -> Iterator[IndexedBatch]:
    """Ingest files (path to size in bytes), batch by batch in the order of `sizes`.

    `known` are the states of those that were indexed before. Raises StoreError if a process is killed.
    """
    batches = list(batches_of(sizes, known))
    processes = settings.processes or len(os.sched_getaffinity(0))
    workers = min(processes, len(batches), 1 + sum(sizes.values()) // _BYTES_PER_PROCESS) - 1
    args = _IngesterArgs(reader, settings, lexicon, now)
    ingester = Ingester(*args)
    with _rare_collections():
        if workers < 1:
            yield from map(ingester.ingest, batches)
        else:
            yield from _ingest_in_pool(ingester, args, batches, workers)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for cycles of garbage seldom: a batch makes many objects, and hardly a cycle.

    It never looks at what existed before, so that a forked process does not copy that.
    """
    thresholds, is_frozen = gc.get_threshold(), gc.get_freeze_count() > 0
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        if not is_frozen:  # else by the caller, who may want it so
            gc.unfreeze()


def _ingest_in_pool(
    ingester: Ingester, args: _IngesterArgs, batches: Sequence[FileBatch], workers: int
) -> Iterator[IndexedBatch]:
    # A fork shares what is loaded, the segmenter's dictionary above all. It is not safe beside other threads,
    # which may hold locks, nor with the frameworks of macOS.
    may_fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if may_fork else "spawn")
    with ProcessPoolExecutor(workers, context, _start_worker, args) as pool:
        try:
            with _interrupts_held():
                for _ in range(workers):
                    pool.submit(os.getpid)  # starts a process
            yield from _in_order(pool, ingester, batches, max_busy=2 * workers)
        except BrokenProcessPool as problem:
            raise StoreError(
                "a process that analyses posts was killed, perhaps for lack of memory. Nothing was published;"
                " run again, with fewer processes (setting `processes`) if it happens again"
            ) from problem
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back until the end of the block.

    Processes that are started in it inherit the signal mask, so that Ctrl-C never reaches them; they end with
    this one. In this process another thread may still receive the signal: the handler then records it, since
    an interrupted start of a process prints a stack trace.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    for number in held[:1]:
        signal.raise_signal(number)


def _in_order(
    pool: ProcessPoolExecutor, ingester: Ingester, batches: Sequence[FileBatch], *, max_busy: int
) -> Iterator[IndexedBatch]:
    """Ingest batches in the pool, and in this process while `max_busy` of them are pending there."""
    waiting: deque[Future[IndexedBatch] | IndexedBatch] = deque()
    for files in batches:
        busy = sum(isinstance(batch, Future) and not batch.done() for batch in waiting)
        waiting.append(pool.submit(_ingest, files) if busy < max_busy else ingester.ingest(files))
        while waiting and (isinstance(waiting[0], IndexedBatch) or waiting[0].done()):
            yield _result(waiting.popleft())
    yield from map(_result, waiting)


def _result(batch: Future[IndexedBatch] | IndexedBatch) -> IndexedBatch:
    return batch if isinstance(batch, IndexedBatch) else batch.result()


_worker_ingester: Ingester | None = None  # in a process of the pool


def _start_worker(reader: PageReader, settings: IndexSettings, lexicon: Lexicon, now: dt.datetime) -> None:
    """Initialise a process of the pool; it ends with its parent, even if that is killed."""
    global _worker_ingester
    drop_write_locks()  # else a fork would hold them beyond the end of its parent
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has the handler of its parent, which may go on
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    _worker_ingester = Ingester(reader, settings, lexicon, now)


def _ingest(files: FileBatch) -> IndexedBatch:
    assert _worker_ingester is not None
    return _worker_ingester.ingest(files)
