"""Time hostile requests on a large index: `python -m tests.bench.hostile --posts 100000`.

A real server with two workers gets every request of `tests/robustness/test_hostile.py`, and the costliest ones that
an attacker who knows this engine could make. Printed are the slowest requests, those that exceeded the time budget,
and any other 5xx.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
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
"""Characters that most pages contain, so that their postings are long."""


@dataclass(frozen=True, slots=True)
class Response:
    """One request path and the response to it."""

    path: str
    status: int
    seconds: float
    body: bytes


def costly_paths() -> Iterator[str]:
    """Request paths that cause as much work as the limits allow."""
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
        for endpoint in ("/api/search?per_page=50&q=", "/search?q=", "/api/suggest?q="):
            if len(path := endpoint + quote(query[:512])) < 8_000:
                yield path
        yield "/api/search?per_page=50&sort=oldest&page=2&tag=Linux&from=2015&q=" + quote(query[:300])
    for page in (100, 1_000, 100_000):
        yield f"/api/search?per_page=50&page={page}&q=" + quote(COMMON[0])
        yield f"/api/search?per_page=50&page={page}"
    for typed in ("a", "s", "zh", "shi", "yi", "shishi", "sssss", "nnnnnnnnnn", "yiyiyiyi"):
        yield f"/api/suggest?q={typed}"


def send_all(index: Path, folder: Path, repeat: int, budget_ms: int) -> Iterator[Response]:
    """Serve an index and send every request to it, one after the other."""
    (folder / "zhsearch.toml").write_text(f"budget_ms = {budget_ms}\n")
    with serving(folder, replace(Settings(), index=index)) as server:
        for _ in range(repeat):
            for path in (*paths(), *costly_paths()):
                if len(path) < 8_000:
                    start = time.perf_counter()
                    status, _, body = server.ask(path)
                    yield Response(path, status, time.perf_counter() - start, body)


def main() -> None:
    """Send the requests and print a summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--index", type=Path, help="use this index instead of building one")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--budget-ms", type=int, default=Settings().budget_ms)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhsearch-hostile-") as name:
        folder = Path(name)
        index = options.index
        if index is None:
            content = make_corpus(None, options.posts, folder, grown=True).content
            index = folder / "index"
            reindex(replace(Settings(), content=content.parent, index=index, cache=CACHE))
        responses = list(send_all(index.absolute(), folder, options.repeat, options.budget_ms))
    _print_summary(responses, options.budget_ms / 1000)


def _print_summary(responses: Sequence[Response], budget_s: float) -> None:
    refused = [r for r in responses if r.status == 503 and b"takes too long here" in r.body]
    failed = [r for r in responses if r.status >= 500 and r not in refused]
    print(f"{len(responses)} requests, by status: {dict(Counter(r.status for r in responses))}")
    print(f"time budget exceeded (503): {len(refused)}; other 5xx: {len(failed)}")
    print(
        f"slower than the budget of {budget_s} s: {sum(r.seconds > budget_s for r in responses)}; the slowest:"
    )
    for response in sorted(responses, key=lambda r: -r.seconds)[:12]:
        print(f"  {response.seconds:6.3f} s  {response.status}  {response.path[:150]}")
    for response in failed[:12]:
        print(f"  {response.status}  {response.path[:150]}  {response.body[:150]!r}")


if __name__ == "__main__":
    main()
