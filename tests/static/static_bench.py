"""Compare searches of static sites in a real browser: `python -m tests.static.static_bench [CORPUS]`.

Each tool indexes the same posts and is asked the same queries, of two words of a title each, in headless Chromium over a
file server that waits before each response. All bodies count, scripts included; a query's answer is there when the
addresses and excerpts of its first hits are. Nothing is asserted: figures depend on the machine.
"""

import argparse
import gzip
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.helpers.sites import default_segmenter
from tests.static.bench_site import Post, TitleQuery, title_queries, varied_posts
from tests.static.bench_tools import SHOWN, TOOLS, Tool, make_site
from tests.static.file_server import FileServer, Sent

_ASK = """async (text) => {
  const start = performance.now();
  const urls = await window.ask(text);
  return [performance.now() - start, urls];
}"""
_WARM_ROUNDS = 3


@dataclass
class Cost:
    """The cost of answers of one kind: what was sent for each query, and the milliseconds of each."""

    sent: list[list[Sent]] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    @property
    def bytes(self) -> list[int]:
        """The transferred bytes for each query."""
        return [sum(each.bytes for each in sent) for sent in self.sent]

    @property
    def requests(self) -> list[int]:
        """The number of requests for each query."""
        return list(map(len, self.sent))


@dataclass
class Result:
    """What was measured of a tool. `box` are the compressed bytes of its search box, `found` is the share of queries whose post is among the first hits; `heap` the
    bytes that the page's scripts hold after the queries of a visit."""

    name: str
    index_seconds: float
    files: int
    bytes: int
    box: int
    first: Cost = field(default_factory=Cost)
    next: Cost = field(default_factory=Cost)
    warm_ms: list[float] = field(default_factory=list)
    heap: list[int] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)


def measure(
    browser: Browser, server: FileServer, visits: Sequence[Sequence[TitleQuery]], result: Result
) -> None:
    """Ask the queries of each visit by a reader whose cache is empty, then the same again."""
    for queries in visits:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{server.url}/")
        page.wait_for_function("() => Boolean(window.ask)")
        for number, query in enumerate(queries):
            _ask(page, server, query, result.next if number else result.first, result)
        for query in list(queries) * _WARM_ROUNDS:
            result.warm_ms.append(page.evaluate(_ASK, query.text)[0])
        result.heap.append(_heap(page))
        context.close()


def _ask(page: Page, server: FileServer, query: TitleQuery, cost: Cost, result: Result) -> None:
    server.sent.clear()
    ms, urls = page.evaluate(_ASK, query.text)
    cost.ms.append(ms)
    cost.sent.append(list(server.sent))
    result.found.append(f"/{query.path}" in urls)


def _heap(page: Page) -> int:
    """The bytes that the scripts of a page hold, those of arrays included."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return int(usage["usedSize"] + usage.get("backingStorageSize", 0))


@contextmanager
def _chromium() -> Iterator[Browser]:
    executable = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if executable is None:
        raise SystemExit("no chromium, chromium-browser or google-chrome is installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


def _made(tool: Tool, posts: Sequence[Post], work: Path) -> Result | None:
    """The files of a tool, or None where it is not to be had; those of a run before are taken as they are."""
    folder, told = work / tool.name, work / f"{tool.name}.json"
    if not told.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        try:
            seconds = make_site(tool, posts, work / "pages", folder)
        except pytest.skip.Exception as missing:
            print(f"{tool.name} is left out: {missing}", file=sys.stderr)
            return None
        told.write_text(json.dumps(seconds), encoding="utf-8")
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    box = sum(
        len(gzip.compress((folder / name).read_bytes())) for name in tool.box if (folder / name).is_file()
    )
    return Result(tool.name, json.loads(told.read_text(encoding="utf-8")), len(sizes) - 1, sum(sizes), box)


def table(results: Sequence[Result]) -> str:
    """The results as a table in Markdown, a tool a column."""
    rows = [
        ("index, s", [f"{each.index_seconds:.1f}" for each in results]),
        ("files / MB", [f"{each.files:,} / {each.bytes / 1e6:.1f}" for each in results]),
        ("its search box, not in the below: kB", [f"{each.box / 1e3:.0f}" for each in results]),
    ]
    for name, costs in (
        ("first answer", [each.first for each in results]),
        ("next new query", [each.next for each in results]),
    ):
        rows += [
            (f"{name}: kB, p50 / p95", [_middle(cost.bytes, 1_000, 0) for cost in costs]),
            (f"{name}: requests, p50 / p95", [_middle(cost.requests, 1, 0) for cost in costs]),
            (f"{name}: ms, p50 / p95", [_middle(cost.ms, 1, 0) for cost in costs]),
        ]
    rows += [
        ("query seen before: ms, p50 / p95", [_middle(each.warm_ms, 1, 1) for each in results]),
        ("memory of scripts after a visit, MB", [f"{median(each.heap) / 1e6:.0f}" for each in results]),
        (f"post among the first {SHOWN}", [f"{sum(each.found) / len(each.found):.1%}" for each in results]),
    ]
    head = ["", *(each.name for each in results)]
    lines = [head, ["---"] * len(head), *([name, *cells] for name, cells in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _middle(values: Sequence[float], unit: float, digits: int) -> str:
    """Median and 95th percentile."""
    high = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    return f"{median(values) / unit:,.{digits}f} / {high / unit:,.{digits}f}"


def compare(options: argparse.Namespace, work: Path) -> list[Result]:
    """Make the sites in `work` and measure them, a tool after the other in every round."""
    segmenter = default_segmenter()
    posts = varied_posts(options.corpus, options.posts, work / "posts", segmenter)
    queries = list(title_queries(posts, options.visits * options.queries, segmenter))
    visits = [queries[first : first + options.queries] for first in range(0, len(queries), options.queries)]
    tools = [tool for tool in TOOLS if tool.name in options.tools]
    results = [result for tool in tools if (result := _made(tool, posts, work))]
    with _chromium() as browser:
        for visit in visits:
            for result in results:
                with FileServer(work / result.name, options.delay / 1_000).running() as server:
                    measure(browser, server, [visit], result)
    return results


def main() -> None:
    """Compare, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "corpus", type=Path, nargs="?", help="a Hugo site's folder; LCTT where it is, else the sample"
    )
    parser.add_argument("--posts", type=int, default=5_980)
    parser.add_argument("--visits", type=int, default=20, help="readers with an empty cache")
    parser.add_argument("--queries", type=int, default=4, help="of each reader")
    parser.add_argument("--delay", type=float, default=50, help="milliseconds before each response")
    parser.add_argument("--tools", nargs="*", default=[tool.name for tool in TOOLS])
    parser.add_argument("--work", type=Path, help="folder whose sites are kept for the next run")
    parser.add_argument("--json", type=Path, help="file for all values, each response among them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(work / "posts", ignore_errors=True)
        results = compare(options, work)
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in results]), encoding="utf-8")
    print(
        f"{options.posts:,} posts, {options.visits} visits of {options.queries} queries, {options.delay:g} ms a response"
    )
    print(table(results))


if __name__ == "__main__":
    main()
