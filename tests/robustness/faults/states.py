"""Sites in known states, what their indexes answer, and a reader who compares while something is broken on purpose."""

import json
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.helpers.server import Serving, wait_for
from tests.helpers.sites import CACHE, ROOT, post, write_site
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.generations.store import open_current
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.settings import Settings
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.embedded.engine import EmbeddedEngine

QUERIES = ("标记", '"国产算力"', "芯片 -独角鲸", "", "标记 OR 貔貅", "不在这里")
ZHSEARCH = [sys.executable, "-m", "zhsearch.search.cli"]
_STILL = """
import os, time
os.getpid = lambda: 1
time.time = lambda: 2e9
time.time_ns = lambda: 2 * 10**18
from zhsearch.search.cli import main
main()
"""
Answers = dict[str, str]
"""What an index answers to each of QUERIES, all of it but the time it took."""


def write_state(site: Path, number: int) -> None:
    """Edit the site: state 0 has 60 posts; a later one changes some or all of them, adds one and removes one."""
    rng = random.Random(number)
    content = site / "content"
    changed = range(60) if number % 3 == 0 else rng.sample(range(60), 1 + number % 5)
    for at in changed:
        body = f"标记{number}。" + "国产算力与芯片，讲了很多别的事情。" * rng.randrange(5, 60)
        text = post(f"第{at}篇 {number}", body, tags=[f"标签{at % 7}"], date=f"2025-01-{1 + at % 28:02d}")
        (content / f"{at}.md").write_text(text, encoding="utf-8")
    (content / f"added{number}.md").write_text(post(f"新{number}", f"标记{number}，貔貅"), encoding="utf-8")
    (content / f"added{number - 2}.md").unlink(missing_ok=True)


def make_site(folder: Path) -> Settings:
    """A site in state 0, indexed nowhere yet."""
    site = write_site(folder, {"x.md": post("别的", "独角鲸与芯片")})
    write_state(site, 0)
    return Settings(content=site, index=folder / "index", cache=CACHE, processes=1)


def known(settings: Settings, scratch: Path) -> Answers:
    """What a whole index of the site as it is now must answer: that of another one, made by a full run."""
    aside = replace(settings, index=scratch)
    reindex(aside, full=True)
    return answers_of(aside.index)


def answers_of(index: Path) -> Answers:
    """What the index itself answers."""
    engine = open_current(index, EmbeddedEngine)
    segmenter = get_segmenter("auto", CACHE, engine.lexicon)
    return {q: plain(run_search(engine, read_parameters(q=q), segmenter)) for q in QUERIES}


def plain(body: Mapping[str, Any]) -> str:
    """An answer without the time it took, as JSON."""
    kept = {name: value for name, value in body.items() if name != "took_ms"}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def command(settings: Settings, *flags: str) -> list[str]:
    """A reindex of the site."""
    return [*ZHSEARCH, "reindex", "--content", str(settings.content), "--index", str(settings.index), *flags]


def same_each_time(settings: Settings, *flags: str) -> list[str]:
    """A reindex whose number as a process and whose time are always the same: files that are named after them (a
    generation that is being built, Whoosh's new table of contents) have the same paths in each run from one state."""
    return [sys.executable, "-c", _STILL, *command(settings, *flags)[len(ZHSEARCH) :]]


def run(settings: Settings, *flags: str) -> dict[str, Any]:
    """A run that must succeed; its report."""
    done = subprocess.run(
        command(settings, "--json", *flags),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def assert_no_garbage(settings: Settings, *, readers: int = 0) -> None:
    """Nothing lies in the index but what is to be there; each reader may hold one generation longer."""
    assert {file.name for file in settings.index.iterdir()} <= {
        "CURRENT",
        "generations",
        "service",
        "write.lock",
    }
    left = [folder.name for folder in (settings.index / "generations").iterdir()]
    assert not [name for name in left if name.startswith(".")], left
    assert len(left) <= settings.keep_generations + readers, left


class Reader:
    """Asks a server without a pause; every answer must be one of those `allowed`, in whole."""

    def __init__(self, server: Serving, *allowed: Answers, refusals: bool = False) -> None:
        self._server = server
        self._refusals = refusals
        self.allowed: tuple[Answers, ...] = allowed
        self.bad: list[str] = []
        self.asked = 0
        self.refused = 0
        self._done = threading.Event()

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
                self.ask(q)
            time.sleep(0.005)

    def ask(self, q: str) -> None:
        """Ask once, and note what is wrong with the answer."""
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
        self.asked += 1

    def ask_all(self) -> int:
        """Ask everything several times, so that each worker is asked; how often it was refused."""
        before = self.refused
        for q in QUERIES * 4:
            self.ask(q)
        return self.refused - before


@contextmanager
def answered(reader: Reader) -> Iterator[None]:
    """The server answers from the beginning of this block on too, and only what is allowed. An answer is waited for:
    on a busy machine a block may be over before one comes."""
    before = reader.asked
    yield
    wait_for(lambda: reader.asked > before)
    assert not reader.bad, reader.bad[:3]
