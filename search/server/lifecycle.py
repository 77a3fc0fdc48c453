"""The life of a worker process: its threads, its periodic tasks, the signals that stop it.

Signal handlers only set a flag for the event loop. Ctrl-C reaches a worker at least twice, SIGINT from the
terminal and SIGQUIT from the master, and may interrupt any line, one that holds a lock included.
"""

import atexit
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Barrier, Thread
from threading import enumerate as enumerate_threads
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from zhsearch.search.http import services_of

QUIT_TIMEOUT_S = 1.0
"""Seconds that requests in flight may still take after Ctrl-C."""

_STOP_SIGNALS = {signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}
_TASK_INTERVAL_S = 1.0
_NOTICE_INTERVAL_S = 1.0  # the master kills a worker that it has not heard of for half a minute
_THREAD_PREFIX = "request"


@contextmanager
def stop_signals_blocked() -> Iterator[None]:
    """Block the signals that stop a server, for the time of a fork.

    A worker unblocks them when it has handlers of its own: it inherits the master's, which would lose them.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP_SIGNALS)


def ignore_stop_signals() -> None:
    """Ignore the signals that stop a server, in a process that ends already.

    A second Ctrl-C would kill it while the interpreter shuts down, and be reported.
    """
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class RequestThreads:
    """The threads that answer requests, with what gunicorn calls of an executor.

    concurrent.futures would make a future with a lock and callbacks for each request, and cost more than the
    switch to the thread.
    """

    def __init__(self, count: int, handle: Callable[[Any], None]) -> None:
        self._count = count
        self._handle = handle
        self._waiting = SimpleQueue[Any]()

    def start(self) -> None:
        """Start all threads now: starting one when memory is short can hang."""
        all_started = Barrier(self._count + 1)
        for number in range(self._count):
            Thread(target=self._run, args=(all_started,), name=f"{_THREAD_PREFIX}_{number}").start()
        all_started.wait()

    def submit(self, connection: Any) -> None:
        """Let the next thread that is free handle a connection."""
        self._waiting.put(connection)

    def shutdown(self, wait: bool) -> None:
        """Called by gunicorn, without `wait`: the threads end after what was submitted."""
        for _ in range(self._count):
            self._waiting.put(None)

    def _run(self, all_started: Barrier) -> None:
        all_started.wait()
        while (connection := self._waiting.get()) is not None:
            self._handle(connection)
            del connection  # or it would live until the next request


class ProcessWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker process with its threads, periodic tasks and signal handlers; it adds no event loop."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.quit_deadline: float | None = None  # after Ctrl-C, in seconds of the monotonic clock
        self._is_ending = False
        self._last_notice = 0.0

    def get_thread_pool(self) -> RequestThreads:
        """Called by gunicorn."""
        return RequestThreads(self.cfg.threads, self.handle)

    def notify(self) -> None:
        """Called by gunicorn before each turn of the loop: tell the master that this worker is alive, at most
        once a second."""
        if (now := time.monotonic()) - self._last_notice >= _NOTICE_INTERVAL_S:
            self._last_notice = now
            super().notify()

    def init_signals(self) -> None:
        """Called by gunicorn, before there are threads: they and the processes that they start inherit the
        mask."""
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP_SIGNALS)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Called by gunicorn on SIGINT and SIGQUIT: give the requests in flight a second.

        gunicorn would shut the thread pool down here, and deadlock if the signal interrupts code that holds a
        lock of the pool, such as another call of this method.
        """
        if self.quit_deadline is None:
            self.quit_deadline, self.alive = time.monotonic() + QUIT_TIMEOUT_S, False
            self.method_queue.defer(lambda: None)  # wakes the event loop

    def run(self) -> None:
        """Called by gunicorn: serve until a signal."""
        self._start_threads()
        try:
            super().run()
        finally:
            self.tpool.shutdown(wait=False)  # or the process would wait for its threads for ever
        if self.quit_deadline is not None:
            atexit._run_exitfuncs()
            os._exit(0)  # a usual exit waits for the threads

    def end_gracefully(self, reason: str) -> None:
        """Finish the requests in flight and end; the master replaces the worker."""
        if self.alive and not self._is_ending:
            self.alive, self._is_ending = False, True
            self.log.error("%s; this worker will be replaced", reason)

    def _start_threads(self) -> None:
        self.tpool.start()
        Thread(target=self._run_periodic_tasks, daemon=True).start()

    def _run_periodic_tasks(self) -> None:
        while True:
            time.sleep(_TASK_INTERVAL_S)
            try:
                self._check_threads()
                for task in services_of(self.wsgi).periodic_tasks:
                    task()
            except MemoryError:
                pass  # there may be memory again at the next run
            except Exception:
                self.log.exception("a periodic task failed")

    def _check_threads(self) -> None:
        """End the worker if one of its threads has ended for lack of memory: the pool does not replace
        threads."""
        alive = sum(thread.name.startswith(_THREAD_PREFIX) for thread in enumerate_threads())
        if alive < self.cfg.threads:
            self.end_gracefully("a thread ended")
