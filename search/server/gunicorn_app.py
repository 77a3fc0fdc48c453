"""A gunicorn application: configured by our settings, workers that share the index opened before the fork,
reload by SIGHUP."""

import ctypes
import gc
import logging
import os
import resource
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from zhsearch.index.analysis import Lexicon, get_segmenter
from zhsearch.index.errors import StoreError, ZhsearchError
from zhsearch.index.messages import system_message
from zhsearch.search.backends import backend_of
from zhsearch.search.engine import Follower
from zhsearch.search.http import InFlight, WorkerSlots, create_app
from zhsearch.search.server.lifecycle import ignore_stop_signals, stop_signals_blocked
from zhsearch.search.server.rejections import MAX_HEADER_BYTES, MAX_HEADERS, MAX_REQUEST_LINE_BYTES
from zhsearch.search.server.worker import Worker
from zhsearch.search.settings import Settings

_log = logging.getLogger(__name__)

_M_ARENA_MAX = -8  # glibc's malloc.h

MIN_DESCRIPTORS = 96
"""File descriptors that a process needs at least: most of them for the index, the log and runs of reindex."""

_MAX_CONNECTIONS = 1000
"""Connections of a worker, as far as descriptors allow; beyond it the one that has waited longest is
closed."""

_RESERVED_DESCRIPTORS = 64  # for everything but connections


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """A gunicorn server configured by our settings alone; `run` returns after SIGTERM or SIGINT.

    SIGHUP reads the settings again and replaces the workers one by one; SIGTERM lets requests finish first.
    `read_settings` is called at the start and for each SIGHUP, `on_ready` with the URL once it is served.
    With `parent`, the id of the process that started this one, the server also ends when that one has ended.
    """

    def __init__(
        self,
        read_settings: Callable[[], Settings],
        on_ready: Callable[[str], None],
        *,
        parent: int | None = None,
    ) -> None:
        self.parent = parent
        self._read_settings = read_settings
        self.settings = read_settings()
        self._on_ready = on_ready
        self.follower = self._follow()
        self.in_flight = InFlight()  # of a worker, after the fork
        self._slots: WorkerSlots | None = None
        super().__init__()

    def run(self) -> None:
        """Serve until a signal. Raises ZhsearchError if the address cannot be bound or a setting is wrong."""
        _use_one_malloc_arena()
        logging.raiseExceptions = False  # a line that cannot be logged is lost, and no request fails
        check_address(self.settings.host, self.settings.port)
        create_app(self.settings, self.follower)  # raises now if a setting is wrong
        with _shared_folder() as folder:
            self._slots = WorkerSlots(folder)
            try:
                _Arbiter(self).run()
            finally:  # of the master, and of each worker
                ignore_stop_signals()

    def reload(self) -> None:
        """Called by gunicorn on SIGHUP. If the settings cannot be read, the old ones stay in use."""
        try:
            settings = self._read_settings()
            create_app(settings, self._follow())  # raises if a setting is wrong, which would end the server
            self.settings = settings
        except ZhsearchError as error:
            _log.error("%s The settings stay as they were.", error)
        self.follower, self.callable = self._follow(), None
        super().reload()

    def _follow(self) -> Follower:
        return backend_of(self.settings).follow()

    def load_config(self) -> None:
        """Called by gunicorn."""
        settings = self.settings
        options = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.workers,
            "worker_connections": _max_connections(),
            "threads": settings.threads,
            "worker_class": Worker,
            "preload_app": True,  # before the fork, so that workers share it
            "limit_request_line": MAX_REQUEST_LINE_BYTES,
            "limit_request_fields": MAX_HEADERS,
            "limit_request_field_size": MAX_HEADER_BYTES,
            "sendfile": False,  # responses are written to memory first: ResponseBuffer
            "forwarded_allow_ips": "",  # proxies are trusted by the setting trusted_hops alone
            "timeout": 30,
            "graceful_timeout": 10,
            "proc_name": "zhsearch",
            "loglevel": "warning",
            "when_ready": lambda _: self._on_ready(f"http://{settings.host}:{settings.port}"),
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def index_problem(self) -> StoreError | None:
        """Why no generation can be opened; None if one can."""
        try:
            self.follower.engine()
        except StoreError as problem:
            # The traceback would hold what was opened for as long as the error lives.
            return problem.with_traceback(None)
        return None

    def load(self) -> Flask:
        """Called by gunicorn, before it forks."""
        if self.settings.log_format == "json":
            from zhsearch.search.http.access_log import configure_json_logging  # noqa: PLC0415

            configure_json_logging()
        return create_app(self.settings, self.follower, in_flight=self.in_flight, slots=self._slots)


def check_address(host: str, port: int) -> None:
    """Bind the address for a moment, because gunicorn would retry. Raises ZhsearchError if that fails."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ZhsearchError(
            "Cannot listen on {host}:{port}: {problem}. Choose another address: --port PORT, --host HOST",
            host=host,
            port=port,
            problem=system_message(error),
        ) from error


def _max_connections() -> int:
    """The maximum number of connections of a worker; raises the soft limit on descriptors as far as needed.

    Raises ZhsearchError if the hard limit is too low.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = _MAX_CONNECTIONS + _RESERVED_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft < MIN_DESCRIPTORS:
            raise ZhsearchError(
                "A process may open {soft} file descriptors; at least {min_descriptors} are needed. Raise"
                " the limit: ulimit -n {needed}, or LimitNOFILE= in a systemd unit",
                soft=soft,
                min_descriptors=MIN_DESCRIPTORS,
                needed=needed,
            )
        return soft - _RESERVED_DESCRIPTORS
    return _MAX_CONNECTIONS


@contextmanager
def _shared_folder() -> Iterator[Path]:
    """A temporary folder for the metrics files, removed by the process that made it, not by forked
    workers."""
    owner, folder = os.getpid(), Path(mkdtemp(prefix="zhsearch-"))
    try:
        yield folder
    finally:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)


def _use_one_malloc_arena() -> None:
    """Make all threads use one arena of malloc, where the C library is glibc.

    They take turns anyway, and an arena never shrinks: one for each thread would cost a third of a worker's
    memory.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """A master that opens the index before it forks, so that workers share it, and closes it afterwards: it
    would not follow the next generation."""

    app: Server

    def spawn_worker(self) -> int:
        self._preload()
        gc.freeze()  # or the garbage collector writes to every shared page
        with stop_signals_blocked():
            worker: int = super().spawn_worker()
        return worker

    def _preload(self) -> None:
        """Load the data that workers share. No stack frame that a worker inherits may refer to the engine: it
        would hold the generation for as long as the worker lives."""
        lexicon = Lexicon()
        with suppress(StoreError):  # the workers report it
            engine = self.app.follower.engine()
            engine.warm()
            lexicon = engine.lexicon
        get_segmenter(self.app.settings.segmenter, self.app.settings.cache, lexicon)

    def manage_workers(self) -> None:
        """Called by gunicorn every second."""
        if self.app.parent not in (None, os.getppid()):
            raise StopIteration  # gunicorn lets requests finish and ends
        super().manage_workers()
        self.app.follower.release()
        gc.unfreeze()
