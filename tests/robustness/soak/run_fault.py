"""A fault in, what became of a server that suffered it out."""

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from tests.helpers.server import Serving, serving, wait_for
from tests.robustness.soak.faults import TOKEN, Fault
from tests.robustness.soak.readers import Told, read
from zhsearch.index.settings import Settings

_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Suffered:
    """What readers saw meanwhile and afterwards; what went wrong besides; descriptors that are left open, by
    process; whether the log has a stack trace."""

    told: Told
    after: Told
    wrong: list[str]
    leaked: Counter[str]
    traced: bool


def suffer(fault: Fault, settings: Settings, seconds: float) -> Suffered:
    """Start a server, let it suffer for so many seconds, and see whether it is well afterwards."""
    site, stop = settings.content, Event()
    (site / "zhsearch.toml").write_text(
        f'workers = {_WORKERS}\ncontent = "."\nstatistics = true\nreindex_token = "{TOKEN}"\n'
    )
    wrong: list[str] = []

    def harm(do: object) -> None:
        assert callable(do)
        try:
            wrong.extend(do(server, stop))
        except Exception as problem:
            wrong.append(f"the fault itself: {problem!r}")

    with serving(site, settings, under=fault.under(settings.index), environ=fault.environ(site)) as server:
        wait_for(lambda: len(server.family()) == 1 + _WORKERS)
        read(server, 0.5)
        for _ in range(40):
            server.ask("/nothing")  # so that each worker has what it counts in open
        before = _descriptors(server)
        threads = [Thread(target=harm, args=(do,), daemon=True) for do in (fault.do, *fault.beside)]
        for thread in threads:
            thread.start()
        told = read(server, seconds)
        stop.set()
        for thread in threads:
            thread.join()
        _recover(server)
        after = read(server, 1)
        wait_for(lambda: all(_is_live(server) for _ in range(8)))
        leaked = _settled(server, before)
    log = (site / "server.log").read_text()
    return Suffered(told, after, wrong, leaked, "Traceback" in log)


def _recover(server: Serving) -> None:
    """Wait until what could not be opened is tried again, and all workers are there."""
    wait_for(lambda: len(server.family()) == 1 + _WORKERS)
    wait_for(lambda: server.ask("/api/reindex", {"Authorization": f"Bearer {TOKEN}"})[2].find(b"running") < 0)
    wait_for(lambda: all(_is_live(server) for _ in range(8)))


def _is_live(server: Serving) -> bool:
    """Does what answers serve the generation that CURRENT names?"""
    current = (server.settings.index / "CURRENT").read_text().strip()
    ready: dict[str, str] = server.get("/readyz")
    return ready["generation"] == current


def _descriptors(server: Serving) -> Counter[str]:
    """What all processes have open, by kind. A generation is one thing, however many segments it has."""
    kinds: Counter[str] = Counter()
    for one in server.family():
        links = []
        for link in Path(f"/proc/{one}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                links.append(str(link.readlink()))
        others = [link for link in links if "/generations/" not in link]
        kinds.update(re.sub(r"\d+|-\w+ \(deleted\)", "", link) for link in others)
        kinds["generations"] += len({Path(link).parent for link in links if "/generations/" in link})
    return kinds


def _settled(server: Serving, before: Counter[str]) -> Counter[str]:
    """What is open more than before, once connections are closed."""
    try:
        wait_for(lambda: not _descriptors(server) - before, 20)
    except AssertionError:
        return _descriptors(server) - before
    return Counter()
