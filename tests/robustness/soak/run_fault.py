"""Run one fault against a server while readers search, and check that it recovers."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from tests.helpers.processes import open_files
from tests.helpers.server import Serving, serving, wait_for
from tests.robustness.soak.faults import TOKEN, Fault
from tests.robustness.soak.readers import Observed, read
from zhsearch.search.settings import Settings

_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a fault.

    `during` and `after`: what readers observed. `wrong`: errors of the fault's own requests. `leaked`: descriptors left open,
    by kind. `traced`: whether the log has a stack trace.
    """

    during: Observed
    after: Observed
    wrong: list[str]
    leaked: Counter[str]
    traced: bool


def run_fault(fault: Fault, settings: Settings, seconds: float) -> Outcome:
    """Start a server, harm it for so many seconds, and wait until it has recovered."""
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
            server.ask("/nothing")  # so that each worker has opened its metrics files
        before = _descriptors(server)
        threads = [Thread(target=harm, args=(do,), daemon=True) for do in (fault.do, *fault.beside)]
        for thread in threads:
            thread.start()
        during = read(server, seconds)
        stop.set()
        for thread in threads:
            thread.join()
        _recover(server)
        after = read(server, 1)
        wait_for(lambda: all(_is_live(server) for _ in range(8)))
        leaked = _leaked(server, before)
    log = (site / "server.log").read_text()
    return Outcome(during, after, wrong, leaked, "Traceback" in log)


def _recover(server: Serving) -> None:
    """Wait until all workers run, no run is under way, and each worker serves the live generation."""
    wait_for(lambda: len(server.family()) == 1 + _WORKERS)
    wait_for(lambda: server.ask("/api/reindex", {"Authorization": f"Bearer {TOKEN}"})[2].find(b"running") < 0)
    wait_for(lambda: all(_is_live(server) for _ in range(8)))


def _is_live(server: Serving) -> bool:
    """Whether the worker that answers serves the generation that CURRENT names."""
    current = (server.settings.index / "CURRENT").read_text().strip()
    ready: dict[str, str] = server.get("/readyz")
    return ready["generation"] == current


def _descriptors(server: Serving) -> Counter[str]:
    """The open descriptors of all processes by kind; all segments of a generation count as one."""
    kinds: Counter[str] = Counter()
    for pid in server.family():
        links = open_files(pid)
        outside = [link for link in links if "/generations/" not in link]
        kinds.update(re.sub(r"\d+|-\w+ \(deleted\)", "", link) for link in outside)
        kinds["generations"] += len({Path(link).parent for link in links if "/generations/" in link})
    return kinds


def _leaked(server: Serving, before: Counter[str]) -> Counter[str]:
    """The descriptors that are open beyond those of `before`, once connections are closed."""
    try:
        wait_for(lambda: not _descriptors(server) - before, 20)
    except AssertionError:
        return _descriptors(server) - before
    return Counter()
