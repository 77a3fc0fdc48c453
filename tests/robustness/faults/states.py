"""Sites in known states, the expected answers of their indexes, and a reader that compares answers during faults."""

import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.helpers.server import Serving, wait_for
from tests.helpers.sites import CACHE, ROOT, post, write_site
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.generations.store import open_current
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.settings import Settings

IS_LONG = "FAULT_ROUNDS" in os.environ
"""Whether this is the long form of the tests: `make faults`."""
_PAUSE_S = 0.005 if IS_LONG else 0.05
"""Between a reader's rounds. In the short form the reader leaves the machine to the runs that it observes."""
_MAX_ROUNDS = 200  # of searches, until a worker has opened another generation

QUERIES = ("标记", '"国产算力"', "芯片 -独角鲸", "", "标记 OR 貔貅", "不在这里")
ZHSEARCH = [sys.executable, "-m", "zhsearch.search.cli"]
_FIXED_PROCESS = """
import os, time
os.getpid = lambda: 1
time.time = lambda: 2e9
time.time_ns = lambda: 2 * 10**18
from zhsearch.search.cli import main
main()
"""
Answers = dict[str, str]
"""The answer of an index to each of QUERIES, without the time it took."""


def write_state(site: Path, number: int) -> None:
    """Edit the site: state 0 has 60 posts; each later one changes some or all of them, adds one and removes one."""
    rng = random.Random(number)
    content = site / "content"
    changed = range(60) if number % 3 == 0 else rng.sample(range(60), 1 + number % 5)
    for post_number in changed:
        body = f"标记{number}。" + "国产算力与芯片，讲了很多别的事情。" * rng.randrange(5, 60)
        text = post(
            f"第{post_number}篇 {number}",
            body,
            tags=[f"标签{post_number % 7}"],
            date=f"2025-01-{1 + post_number % 28:02d}",
        )
        (content / f"{post_number}.md").write_text(text, encoding="utf-8")
    (content / f"added{number}.md").write_text(post(f"新{number}", f"标记{number}，貔貅"), encoding="utf-8")
    (content / f"added{number - 2}.md").unlink(missing_ok=True)


def make_site(folder: Path) -> Settings:
    """A site in state 0, not indexed yet."""
    site = write_site(folder, {"x.md": post("别的", "独角鲸与芯片")})
    write_state(site, 0)
    return Settings(content=site, index=folder / "index", cache=CACHE, processes=1)


def expected_answers(settings: Settings, scratch: Path) -> Answers:
    """The answers that an index of the site as it is now must give: those of another index, made by a full run."""
    separate = replace(settings, index=scratch)
    reindex(separate, full=True)
    return answers_of(separate.index)


def answers_of(index: Path) -> Answers:
    """The answers that an index gives."""
    engine = open_current(index, EmbeddedEngine)
    segmenter = get_segmenter("auto", CACHE, engine.lexicon)
    return {q: plain(run_search(engine, read_parameters(q=q), segmenter)) for q in QUERIES}


def plain(body: Mapping[str, Any]) -> str:
    """An answer without the time it took, as JSON."""
    compared = {name: value for name, value in body.items() if name != "took_ms"}
    return json.dumps(compared, ensure_ascii=False, sort_keys=True)


def command(settings: Settings, *flags: str) -> list[str]:
    """The command line of a reindex of the site."""
    return [*ZHSEARCH, "reindex", "--content", str(settings.content), "--index", str(settings.index), *flags]


def repeatable_command(settings: Settings, *flags: str) -> list[str]:
    """The command line of a reindex with a fixed process id and time.

    Files that are named after them (a generation being built, Whoosh's new table of contents) then have the same paths
    in each run from one state.
    """
    return [sys.executable, "-c", _FIXED_PROCESS, *command(settings, *flags)[len(ZHSEARCH) :]]


def run(settings: Settings, *flags: str) -> dict[str, Any]:
    """Run a reindex, which must succeed; its report. In the short form of the tests it runs in this process, without
    the start of Python, which would take most of their time."""
    if IS_LONG:
        return run_command(settings, *flags)
    return asdict(reindex(settings, full="--full" in flags))


def run_command(settings: Settings, *flags: str) -> dict[str, Any]:
    """Run the command that reindexes, which must succeed; its report."""
    completed = subprocess.run(
        command(settings, "--json", *flags),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    assert "Traceback" not in completed.stderr
    report: dict[str, Any] = json.loads(completed.stdout)
    return report


def assert_no_garbage(settings: Settings, *, readers: int = 0) -> None:
    """Check that the index has only the files it should; each reader may hold one generation longer."""
    assert {file.name for file in settings.index.iterdir()} <= {
        ".gitignore",
        "CURRENT",
        "generations",
        "service",
        "write.lock",
    }
    names = [folder.name for folder in (settings.index / "generations").iterdir()]
    assert not [name for name in names if name.startswith(".")], names
    assert len(names) <= settings.keep_generations + readers, names


class Reader:
    """Searches on a server without a pause; every answer must equal one of those `allowed`.

    `refusals`: whether a 503 is allowed as well.
    """

    def __init__(self, server: Serving, *allowed: Answers, refusals: bool = False) -> None:
        self._server = server
        self._refusals = refusals
        self.allowed: tuple[Answers, ...] = allowed
        self.bad: list[str] = []
        self.requests = 0
        self.refused = 0
        self._done = threading.Event()
        self._asking = threading.Lock()

    def __enter__(self) -> "Reader":
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join(30)

    def _read(self) -> None:
        while not self._done.is_set():
            for q in QUERIES:
                with self._asking:
                    self.ask(q)
            time.sleep(_PAUSE_S)

    def paused(self) -> threading.Lock:
        """A block during which it does not search, and no answer is on its way."""
        return self._asking

    def ask(self, q: str) -> None:
        """Search once, and add a wrong answer to `bad`."""
        host, port = self._server.address
        allowed = self.allowed
        try:
            with urllib.request.urlopen(
                f"http://{host}:{port}/api/search?q={quote(q)}", timeout=30
            ) as response:
                body = plain(json.loads(response.read()))
            if body not in [answers[q] for answers in allowed + self.allowed]:
                self.bad.append(f"{q}: {body[:300]}")
        except urllib.error.HTTPError as problem:
            text = problem.read().decode()
            problem.close()
            self.refused += 1
            if not (self._refusals and problem.code == 503 and "Index unavailable" in text):
                self.bad.append(f"{q}: {problem.code} {text[:300]}")
        except (OSError, ValueError) as problem:
            self.bad.append(f"{q}: {problem!r}")
        self.requests += 1

    def ask_all(self) -> int:
        """Send every query several times, so that each worker answers some; returns how many were refused.

        Nothing is asked beside that: while one request opens a new generation, others get the old one.
        """
        before = self.refused
        with self._asking:
            for q in QUERIES * 4:
                self.ask(q)
        return self.refused - before

    def settle(self, *allowed: Answers) -> None:
        """Search until all answers of a round equal one of `allowed`: the only ones that are from now on.

        A busy machine may hold up a worker that is to open another generation.
        """
        for _ in range(_MAX_ROUNDS):
            self.ask_all()
            settled = Reader(self._server, *allowed, refusals=self._refusals)
            settled.ask_all()
            if not settled.bad:
                break
            time.sleep(_PAUSE_S)
        self.allowed = allowed


@contextmanager
def answered(reader: Reader) -> Iterator[None]:
    """Check that the server answers during this block, and only with allowed answers.

    It waits for an answer, because on a busy machine the block may end before one comes.
    """
    before = reader.requests
    yield
    wait_for(lambda: reader.requests > before)
    assert not reader.bad, reader.bad[:3]
