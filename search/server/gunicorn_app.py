"""Settings in, a serving process out: gunicorn, whose workers share what was loaded before the fork."""

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

from zhsearch.index.analysis.lexicon import Lexicon
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.errors import StoreError, ZhsearchError
from zhsearch.search.backends import backend_of
from zhsearch.search.engine.backend import Follower
from zhsearch.search.http.app import create_app
from zhsearch.search.http.limits import InFlight
from zhsearch.search.http.metrics import WorkerSlots
from zhsearch.search.server.worker import Worker
from zhsearch.search.settings import Settings

_log = logging.getLogger(__name__)

_M_ARENA_MAX = -8  # glibc's malloc.h

OnReady = Callable[[str], None]
"""Called with the address once it is answered on."""

MAX_REQUEST_LINE = 8190
"""Bytes of the longest request line answered: a query of 512 Han characters takes 4,608 of them."""


HEADERS, HEADER = 64, 8190
"""Header fields of a request, and bytes of one: more is refused."""

MIN_CONNECTIONS = 96
"""File descriptors without which a process cannot serve: most are for the index, the log, and runs."""

_CONNECTIONS = 1000
"""Connections that a worker holds at once, as far as descriptors go; of more, who waits longest is let go."""

_OTHERS = 64  # descriptors that are for none of them


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by our settings alone; returns when it is told to stop.

    SIGHUP reads the settings again and replaces the workers one by one; SIGTERM lets requests end first.
    """

    def __init__(self, read: Callable[[], Settings], ready: OnReady) -> None:
        self._read = read
        self.settings = read()
        self._ready = ready
        self.live = self._live()
        self.load_of_requests = InFlight()
        self._slots: WorkerSlots | None = None
        super().__init__()

    def run(self) -> None:
        """Serve. Raises ZhsearchError where the address cannot be had."""
        _share_one_heap()
        logging.raiseExceptions = False  # a line that cannot be logged is lost; it ends no request
        settings = self.settings
        try:
            family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port)[0]
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as problem:
            raise ZhsearchError(
                f"{settings.host}:{settings.port} cannot be had: {problem.strerror}."
                " Choose another: --port PORT, --host HOST"
            ) from problem
        create_app(settings, self.live)  # what is wrong with the settings is told now, in one line
        with _shared_folder() as folder:
            self._slots = WorkerSlots(folder)
            _Arbiter(self).run()

    def reload(self) -> None:
        """Called by gunicorn on SIGHUP. What cannot be read is logged, and the settings stay as they were."""
        try:
            settings = self._read()
            create_app(settings, self._live())  # raises what would end the server
            self.settings = settings
        except ZhsearchError as problem:
            _log.error("%s The settings stay as they were.", problem)
        self.live, self.callable = self._live(), None
        super().reload()

    def _live(self) -> Follower:
        return backend_of(self.settings).follow()

    def load_config(self) -> None:
        """Called by gunicorn."""
        settings = self.settings
        options = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.workers,
            "worker_connections": _connections(),
            "threads": settings.threads,
            "worker_class": Worker,
            "preload_app": True,  # what is loaded is shared
            "limit_request_line": MAX_REQUEST_LINE,
            "limit_request_fields": HEADERS,
            "limit_request_field_size": HEADER,
            "sendfile": False,  # answers are written to memory first; see search/server/connection.py
            "forwarded_allow_ips": "",  # whom to believe is told by trusted_hops alone
            "timeout": 30,
            "graceful_timeout": 10,
            "proc_name": "zhsearch",
            "loglevel": "warning",
            "when_ready": lambda _: self._ready(f"http://{settings.host}:{settings.port}"),
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called by gunicorn, before it forks."""
        if self.settings.log_format == "json":
            from zhsearch.search.http.access_log import write_json  # noqa: PLC0415

            write_json()
        return create_app(self.settings, self.live, load=self.load_of_requests, slots=self._slots)


def _connections() -> int:
    """How many connections a worker may hold, of as many descriptors as the system lets it have. Raises
    ZhsearchError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHERS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft < MIN_CONNECTIONS:
            raise ZhsearchError(
                f"Only {soft} file descriptors may be open here, {MIN_CONNECTIONS} are needed."
                " Allow more: ulimit -n 1064, or LimitNOFILE= in a systemd unit"
            )
        return soft - _OTHERS
    return _CONNECTIONS


@contextmanager
def _shared_folder() -> Iterator[Path]:
    """A folder that the workers count in together. They leave through here as well, and must let it be."""
    owner, folder = os.getpid(), Path(mkdtemp(prefix="zhsearch-"))
    try:
        yield folder
    finally:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)


def _share_one_heap() -> None:
    """Let threads take memory from one heap, where the C library is glibc. They take turns anyway, and a heap
    for each of them keeps what it once needed: a third of a worker's private memory."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


class _Arbiter(Arbiter):  # type: ignore[misc]
    """Forks from a process that has the index open, so that workers share it; keeps none itself, since it
    would not follow the next generation."""

    app: Server

    def spawn_worker(self) -> int:
        self._load()
        gc.freeze()  # or the collector writes to every page that is shared
        worker: int = super().spawn_worker()
        return worker

    def _load(self) -> None:
        """Load what workers share. Nothing of it may stay in a frame that a worker goes on from, which would
        hold the generation for as long as the worker lives."""
        lexicon = Lexicon()
        with suppress(StoreError):  # a worker says so to whoever asks
            engine = self.app.live.engine()
            engine.warm()
            lexicon = engine.lexicon
        get_segmenter(self.app.settings.segmenter, self.app.settings.cache, lexicon)

    def manage_workers(self) -> None:
        super().manage_workers()
        self.app.live.release()
        gc.unfreeze()
