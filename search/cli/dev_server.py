"""The server of `zhsearch dev`, in a process of its own, and the settings that both processes use."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from zhsearch.index.messages import Message
from zhsearch.search.cli.checked_settings import checked_settings
from zhsearch.search.server import Server
from zhsearch.search.settings import Settings

_STOP_TIMEOUT_S = 5.0  # a server that was asked to stop gives its requests one second


def dev_settings(content: Path, port: int, origins: tuple[str, ...], *, drafts: bool) -> Settings:
    """The settings of the working folder, for one writer on one machine.

    The index is embedded and in `.zhsearch`, so that a public index or a cluster is never written; one with
    drafts is in a folder of its own there, so that it is not copied to a public server. Limits and caches of
    such a server do not apply. Hits lead to the first of `origins`, and all of them may call.
    """
    settings = checked_settings()
    return replace(
        settings,
        content=content,
        html=None,  # built pages are older than what is being written
        index=Path(".zhsearch/drafts" if drafts else ".zhsearch").absolute(),
        drafts=drafts,
        engine="whoosh",
        host="127.0.0.1",
        port=port,
        workers=1,
        site_url=origins[0],
        cors_origins=tuple(dict.fromkeys((*settings.cors_origins, *origins))),
        rate_limit="",
        trusted_hops=0,
        max_age=0,
        statistics=False,
    )


def serve_for(parent: int, read_settings: Callable[[], Settings]) -> None:
    """Serve until a signal, or until the process `parent` has ended; print the URL once it is served."""
    Server(read_settings, on_ready=lambda url: print(url, flush=True), parent=parent).run()


class DevServer:
    """The server as a process with a session of its own: Ctrl-C reaches this process alone, which stops it.

    If the server ends by itself, this process gets SIGTERM, and `failure` says why.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self._is_serving = self._is_stopping = False
        self.failure = ""

    def start(self) -> bool:
        """Start the server and wait until it serves; False if it was started before or has ended at once."""
        if self._process:
            return False
        command = [sys.executable, "-P", "-m", "zhsearch.search.cli", "dev", "--server-of", str(os.getpid())]
        self._process = subprocess.Popen(
            [*command, *self._arguments],
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        threading.Thread(target=self._wait, args=(self._process,), daemon=True).start()
        assert self._process.stdout
        self._is_serving = bool(self._process.stdout.readline())
        return self._is_serving

    def reload(self) -> None:
        """Let a server that runs read the settings again."""
        if self._process:
            self._process.send_signal(signal.SIGHUP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server with all its processes; the requests in flight have a second."""
        if self._process is None:
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it ends already
        self._is_stopping = True
        # Python that still starts prints a stack trace for SIGINT, and ends without a word for SIGTERM.
        self._process.send_signal(signal.SIGINT if self._is_serving else signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_TIMEOUT_S)
        with suppress(ProcessLookupError):  # usually nobody is left
            os.killpg(self._process.pid, signal.SIGKILL)

    def _wait(self, process: subprocess.Popen[str]) -> None:
        code = process.wait()
        if not self._is_stopping:
            self.failure = Message(
                "the server ended with exit code {code}; the lines above say why", code=code
            )
            os.kill(os.getpid(), signal.SIGTERM)  # in the background of a shell SIGINT is ignored
