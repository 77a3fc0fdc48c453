"""The faults of the soak test: each harms real processes until an event is set, then undoes the harm.

A fault returns errors of its own requests; `run_fault` records what readers observe.
"""

import os
import re
import resource
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tests.helpers.processes import open_files
from tests.helpers.server import COMMAND, Serving
from tests.helpers.sites import post
from zhsearch.index.pipeline.reindex import reindex

TOKEN = "a token of the soak"
_SLOW_CLIENTS = 64


def publish(server: Serving, stop: Event) -> list[str]:
    """Edit and index, one generation after the other, every twentieth by a full run."""
    number = 0
    while not stop.wait(0.5):
        number += 1
        file = server.settings.content / f"content/soak-{number % 50}.md"
        file.write_text(post(f"标记 {number}", "国产算力与芯片。" * 80), encoding="utf-8")
        reindex(server.settings, full=not number % 20)
    return []


def index_all(server: Serving, stop: Event) -> list[str]:
    """Run `reindex --full` again and again."""
    wrong = []
    while not stop.wait(0.1):
        settings = server.settings
        command = [COMMAND, "reindex", "--full"]
        command += ["--content", str(settings.content), "--index", str(settings.index)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            wrong.append(f"reindex: {run.stderr}")
    return wrong


def kill(server: Serving, stop: Event) -> list[str]:
    """Kill a worker every two seconds."""
    while not stop.wait(2):
        for worker in server.family()[1:2]:
            os.kill(worker, signal.SIGKILL)
    return []


def drip(server: Serving, stop: Event) -> list[str]:
    """Open many clients that send byte by byte, do not read, disconnect early, or send no HTTP."""
    openings = (
        b"",
        b"GET /search?q=a HT",
        b"POST /api/reindex HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n",
        b"GET /api/search?per_page=50 HTTP/1.1\r\nHost: x\r\n\r\n" * 100,
    )
    clients: list[socket.socket] = []
    while not stop.wait(0.5):
        for request in (b"\x00\xff\r\n\r\n", b"GET /api/search HTTP/1.1\r\nHost: x\r\n\r\n"):
            with suppress(OSError), socket.create_connection(server.address, timeout=30) as client:
                client.sendall(request)  # and disconnects
        for client in list(clients):
            try:
                client.send(b"a")
            except OSError:
                client.close()
                clients.remove(client)
        while len(clients) < _SLOW_CLIENTS:
            client = socket.create_connection(server.address, timeout=30)
            client.setblocking(False)
            with suppress(OSError):
                client.send(openings[len(clients) % len(openings)])
            clients.append(client)
    for client in clients:
        client.close()
    return []


def make_read_only(server: Serving, stop: Event) -> list[str]:
    """Make the index folder read-only: requests for a run must be refused until it is writable again."""
    status, _, body = 0, None, b""
    if os.geteuid() == 0:  # root may write whatever the mode of a file is
        mount = ["nsenter", "-t", str(server.process.pid), "-m", "mount", "-o"]
        subprocess.run([*mount, "remount,bind,ro", str(server.settings.index)], check=True)
        undo = [*mount, "remount,bind,rw", str(server.settings.index)]
    else:
        subprocess.run(["chmod", "-R", "a-w", str(server.settings.index)], check=True)
        undo = ["chmod", "-R", "u+w", str(server.settings.index)]
    wrong = []
    try:
        while not stop.wait(0.5):
            status, _, body = _request_run(server)
            if status != 503 or b"cannot be written" not in body:
                wrong.append(f"a run on a read-only folder: {status} {body[:200]!r}")
    finally:
        subprocess.run(undo, check=True)
    status, _, body = _request_run(server)
    if status != 202:
        wrong.append(f"a run on a folder that is writable again: {status} {body[:200]!r}")
    return wrong


def take_descriptors(server: Serving, stop: Event) -> list[str]:
    """Leave the workers without free descriptors now and then, while clients connect."""
    clients: list[socket.socket] = []
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    while not stop.wait(0.5):
        for worker in server.family()[1:]:
            with suppress(OSError):
                open_count = len(open_files(worker))
                resource.prlimit(worker, resource.RLIMIT_NOFILE, (open_count, limits[1]))
        for _ in range(20):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(server.address)
            clients.append(client)
        stop.wait(1.5)
        for worker in server.family()[1:]:
            with suppress(OSError):
                resource.prlimit(worker, resource.RLIMIT_NOFILE, limits)
        for client in clients:
            client.close()
        clients.clear()
    return []


def take_memory(server: Serving, stop: Event) -> list[str]:
    """Refuse the workers more memory now and then."""
    unlimited = resource.RLIM_INFINITY
    while not stop.wait(0.5):
        for worker in server.family()[1:]:
            with suppress(OSError):
                size = int(Path(f"/proc/{worker}/statm").read_text().split()[0]) * resource.getpagesize()
                resource.prlimit(worker, resource.RLIMIT_AS, (size, unlimited))
        stop.wait(1)
        for worker in server.family()[1:]:
            with suppress(OSError):
                resource.prlimit(worker, resource.RLIMIT_AS, (unlimited, unlimited))
    return []


def move_clock(server: Serving, stop: Event) -> list[str]:
    """Move the wall clock by hours and years, request runs, and look for negative durations in the metrics."""
    wrong = []
    number = 0
    while not stop.wait(0.7):
        number += 1
        offset = (3_600, -3_600, 86_400 * 400, -86_400 * 400, 0)[number % 5]
        _set_clock(server.settings.content, offset)
        status, _, body = _request_run(server)
        if status != 202:
            wrong.append(f"a run with the clock off by {offset} s: {status} {body[:200]!r}")
        text = server.ask("/metrics")[2].decode()
        wrong += re.findall(r"^zhsearch_\S*seconds\S* -\S+$", text, re.M)
    _set_clock(server.settings.content, 0)
    return wrong


def _request_run(server: Serving) -> tuple[int, object, bytes]:
    return server.ask("/api/reindex", {"Authorization": f"Bearer {TOKEN}"}, data=b"")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to harm a server.

    `beside`: functions that run at the same time. `under`: the command, given the index, that starts the server.
    `environ`: environment variables for it, given the site. `missing`: what this machine lacks for the fault, or
    None. `traces`: whether stack traces in the log are expected.
    """

    name: str
    do: Callable[[Serving, Event], list[str]]
    beside: tuple[Callable[[Serving, Event], list[str]], ...] = ()
    under: Callable[[Path], tuple[str, ...]] = lambda _: ()
    environ: Callable[[Path], Mapping[str, str]] = lambda _: {}
    missing: Callable[[], str | None] = lambda: None
    traces: bool = False


def _own_mount(index: Path) -> tuple[str, ...]:
    if os.geteuid():
        return ()
    script = f'mount --bind "{index}" "{index}" && exec "$@"'
    return ("unshare", "--mount", "sh", "-c", script, "sh")


def _missing_mount() -> str | None:
    if os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
        return "root may not mount here"
    return None


def _movable_clock(site: Path) -> Mapping[str, str]:
    source, library = Path(__file__).with_name("clock.c"), site / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source)], check=True)
    _set_clock(site, 0)
    return {"LD_PRELOAD": str(library), "TESTS_CLOCK": str(site / "clock")}


def _set_clock(site: Path, offset: int) -> None:
    """Set the seconds that a server adds to the wall clock; its processes have mapped the file."""
    with (site / "clock").open("r+b" if (site / "clock").exists() else "wb") as file:
        file.write(offset.to_bytes(8, "little", signed=True))


FAULTS = (
    Fault("generations change", publish),
    Fault("everything is indexed again", index_all),
    Fault("workers are killed", kill, (publish,)),
    Fault(f"{_SLOW_CLIENTS} slow and broken clients", drip, (publish,)),
    Fault(
        "the index folder is read-only",
        make_read_only,
        under=_own_mount,
        missing=_missing_mount,
    ),
    Fault("no descriptors", take_descriptors, (publish,)),
    Fault("no memory", take_memory, (publish,), traces=True),
    Fault(
        "the clock jumps",
        move_clock,
        environ=_movable_clock,
        missing=lambda: (
            None if shutil.which("cc") else "there is no C compiler for tests/robustness/soak/clock.c"
        ),
    ),
)
"""All faults, in the order in which they are tried."""
