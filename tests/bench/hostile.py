"""A large index in, how long what no reader would type takes on it out: `python -m tests.bench.hostile --posts 100000`.

A real server of two workers is asked everything of `tests/robustness/test_hostile.py`, and what a stranger would make up who
knows this engine. Printed are 5xx that are no refusal, the slowest, and what was refused as too much work.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

from tests.bench.corpus import make_corpus
from tests.helpers.server import serving
from tests.helpers.sites import CACHE
from tests.robustness.test_hostile import paths
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings

COMMON = "的是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
"""Characters that stand on most pages: what they lead to is long."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one request."""

    path: str
    status: int
    seconds: float
    body: bytes


def costly() -> Iterator[str]:
    """Addresses that ask for as much work as their limits allow."""
    words = [*COMMON, *(one + other for one, other in pairwise(COMMON))]
    letters = "etaoinshrdlu"
    queries = [
        " ".join(words)[:512],
        " OR ".join(words)[:512],
        " ".join(f'"{word}"' for word in words)[:512],
        " OR ".join(f'"{word}"' for word in words)[:512],
        " ".join(f"-{word}" for word in words)[:512],
        "(" + ") OR (".join(" ".join(words[at : at + 3]) for at in range(0, len(words), 3))[:508] + ")",
        " ".join(f"title:{word}" for word in words)[:512],
        "什么是" + COMMON * 4,
        "怎么 " + " ".join(words)[:500] + " 吗",
        COMMON * 5,
        " ".join(letters),
        " ".join(one + other for one in letters for other in letters)[:512],
        " OR ".join(f'"{one}{other}"' for one in letters for other in letters)[:512],
        " ".join(f'"{one}"' for one in letters * 8),
        '"' + "e" * 500 + '"',
        '"' + "的" * 500 + '"',
        " ".join(f"{one}x{other}q" for one in letters for other in letters)[:512],
        " ".join(f'"{one} {other}"' for one in letters for other in letters)[:512],
        " OR ".join(f'"{one}{other}{one}"' for one in letters for other in letters)[:512],
        " OR ".join(f'"{one}{other}{one}{other}"' for one in "etaoi" for other in "nshr")[:512],
        " OR ".join(
            f'"{one}{two}{three}"' for one, two, three in zip(COMMON, COMMON[2:], COMMON[5:], strict=False)
        )[:512],
        " ".join(f'-"{one}{other}{one}"' for one in letters for other in letters)[:512],
        '"e" "t" -"zzzz"',
        '"http"',
        '"://"',
        '"." "," "-" "/"',
        "tag:的 OR tag:a OR category:b " * 15,
    ]
    for query in queries:
        for address in ("/api/search?per_page=50&q=", "/search?q=", "/api/suggest?q="):
            if len(path := address + quote(query[:512])) < 8_000:
                yield path
        yield "/api/search?per_page=50&sort=oldest&page=2&tag=Linux&from=2015&q=" + quote(query[:300])
    for pages in (100, 1_000, 100_000):
        yield f"/api/search?per_page=50&page={pages}&q=" + quote(COMMON[0])
        yield f"/api/search?per_page=50&page={pages}"
    for typed in ("a", "s", "zh", "shi", "yi", "shishi", "sssss", "nnnnnnnnnn", "yiyiyiyi"):
        yield f"/api/suggest?q={typed}"


def ask(index: Path, folder: Path, repeat: int, budget: int) -> Iterator[Told]:
    """Ask a server of an index everything, one after the other; `budget` in milliseconds."""
    (folder / "zhsearch.toml").write_text(f"budget_ms = {budget}\n")
    with serving(folder, replace(Settings(), index=index)) as server:
        for _ in range(repeat):
            for path in (*paths(), *costly()):
                if len(path) < 8_000:
                    began = time.perf_counter()
                    status, _, body = server.ask(path)
                    yield Told(path, status, time.perf_counter() - began, body)


def main() -> None:
    """Ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--index", type=Path, help="an index that there is already")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--budget-ms", type=int, default=Settings().budget_ms)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhsearch-hostile-") as name:
        folder = Path(name)
        index = given.index
        if index is None:
            content = make_corpus(None, given.posts, folder, grown=True).content
            index = folder / "index"
            reindex(replace(Settings(), content=content.parent, index=index, cache=CACHE))
        told = list(ask(index.absolute(), folder, given.repeat, given.budget_ms))
    budget = given.budget_ms / 1000
    refused = [one for one in told if one.status == 503 and b"takes too long here" in one.body]
    broken = [one for one in told if one.status >= 500 and one not in refused]
    slowest = sorted(told, key=lambda one: -one.seconds)
    print(f"{len(told)} requests, by status: {dict(Counter(one.status for one in told))}")
    print(f"refused as too much work: {len(refused)}; other 5xx: {len(broken)}")
    print(f"above the budget of {budget} s: {sum(one.seconds > budget for one in told)}; the slowest:")
    for one in slowest[:12]:
        print(f"  {one.seconds:6.3f} s  {one.status}  {one.path[:150]}")
    for one in broken[:12]:
        print(f"  {one.status}  {one.path[:150]}  {one.body[:150]!r}")


if __name__ == "__main__":
    main()
