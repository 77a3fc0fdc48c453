"""What the box costs a reader's browser, beside the boxes of Pagefind and DocSearch: `python -m tests.browser.box_cost`.

All boxes search the same posts, a query after the other in turn, in headless Chromium. A query is typed at once; script,
style and layout of the page's main thread are summed from that until its hits are painted. Of our box also from the
response on: the search of the others runs in the page, or their answer is made up. The bars are printed beside the
values; nothing is asserted, since figures depend on the machine.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, CDPSession, Page, Route, sync_playwright

from tests.bench.table import as_table, this_machine
from tests.helpers.sites import default_segmenter
from tests.static.bench_site import Post, varied_posts, write_html
from tests.static.bench_visits import find_chromium
from zhsearch.index.analysis import query_tokens

from .box_pages import BoxPage, Site, as_docsearch, serving_boxes
from .conftest import FLAGS

SPEEDS: Final = (1, 6)  # times slower than this machine
KEYS: Final = ("suanlirongqiwl", 180)  # typed by a reader with so many milliseconds between two
WORKED: Final = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
BARS: Final = {1: 16, 6: 90}  # ms at p95, from the response on
QUIET_MS: Final = 400
ALGOLIA: Final = re.compile("algolia")


@dataclass
class Cost:
    """What was measured of a box: compressed bytes, requests, and milliseconds by slowness."""

    before_use: int = 0
    first_use: int = 0
    requests: int = 0
    whole: dict[int, list[float]] = field(default_factory=dict)
    answered: dict[int, list[float]] = field(default_factory=dict)


class Visit:
    """A reader's page with a box, and what its main thread has worked."""

    def __init__(self, browser: Browser, site: Site, home: str, box: BoxPage) -> None:
        self.box, self._site = box, site
        self._context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
        self.page: Page = self._context.new_page()
        client = site._app.test_client()
        self.page.route(
            ALGOLIA, lambda route: route.fulfill(json=as_docsearch(client, route.request.post_data or "{}"))
        )
        self._devtools: CDPSession = self._context.new_cdp_session(self.page)
        self._devtools.send("Performance.enable")
        site.sent.clear()
        self.page.goto(f"{home}/{box.name}.html", wait_until="networkidle")
        self.before_use = self.sent_bytes()

    def sent_bytes(self) -> int:
        """The bytes that the site has sent since this was asked last."""
        sent = sum(size for path, size in self._site.sent if not path.startswith("/api/"))
        self._site.sent.clear()
        return sent

    def go_to_field(self) -> None:
        """Open the box and go to its field."""
        if self.box.opener:
            self.page.locator(self.box.opener).click()
        self.page.locator(self.box.field).click()

    def slow_down(self, times: int) -> None:
        """Make the page's processor so many times slower."""
        self._devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def worked_ms(self) -> float:
        """The milliseconds that script, style and layout have taken since the page was opened."""
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return 1000 * sum(float(metric["value"]) for metric in metrics if metric["name"] in WORKED)

    def ask(self, words: str) -> tuple[float, float | None]:
        """Type words at once; the work until their hits are painted, in all and from the response on."""
        self.page.locator(self.box.field).fill("")
        self.page.wait_for_timeout(QUIET_MS)
        held: list[Route] = []
        ours = "**/api/search?*"
        self.page.route(ours, lambda route: held.append(route))
        start = self.worked_ms()
        self.page.locator(self.box.field).fill(words)
        answered = None
        if self.box.name == "zhsearch":
            until = time.monotonic() + 30
            while not held and time.monotonic() < until:
                self.page.wait_for_timeout(5)
            self.page.wait_for_timeout(200)  # what shows that an answer is awaited is painted
            answered = self.worked_ms()
            held[-1].continue_()
        end = self._rested(self.worked_ms())
        assert self.page.locator(self.box.hit).count(), f"{self.box.name} has no hits for {words}"
        self.page.unroute(ours)
        return end - start, end - answered if answered is not None else None

    def _rested(self, before: float) -> float:
        """The work once nothing is added to it. To look for hits would itself be work of the page's."""
        while True:
            self.page.wait_for_timeout(2 * QUIET_MS)
            now = self.worked_ms()
            if now - before < 1:
                return now
            before = now

    def close(self) -> None:
        """Leave the page."""
        self._context.close()


def measure(
    browser: Browser, site: Site, home: str, boxes: Sequence[BoxPage], queries: Sequence[str]
) -> dict[str, Cost]:
    """The cost of each box; they take turns in every query."""
    costs = {box.name: Cost() for box in boxes}
    for times in SPEEDS:
        visits = [_begun(browser, site, home, box, queries[0], costs[box.name]) for box in boxes]
        for words in queries[1:]:  # each once in a visit: boxes keep answers
            for visit in visits:
                visit.slow_down(times)
                whole, answered = visit.ask(words)
                visit.slow_down(1)
                costs[visit.box.name].whole.setdefault(times, []).append(whole)
                if answered is not None:
                    costs[visit.box.name].answered.setdefault(times, []).append(answered)
        for visit in visits:
            costs[visit.box.name].requests = _requests(visit, site)
            visit.close()
    return costs


def _begun(browser: Browser, site: Site, home: str, box: BoxPage, words: str, cost: Cost) -> Visit:
    """A visit whose reader has asked once, with the filters open; the bytes of that are added to the cost."""
    visit = Visit(browser, site, home, box)
    cost.before_use = visit.before_use
    visit.go_to_field()
    visit.ask(words)
    cost.first_use = visit.sent_bytes()
    if box.filters:
        visit.page.locator(box.filters).click()
    return visit


def _requests(visit: Visit, site: Site) -> int:
    """The requests of a reader who types some keys, one after the other."""
    field_ = visit.page.locator(visit.box.field)
    field_.fill("")
    visit.page.wait_for_timeout(QUIET_MS)
    site.sent.clear()
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    field_.press_sequentially(KEYS[0], delay=KEYS[1])
    visit.page.wait_for_timeout(1_000)
    return len(asked)


def common_words(posts: Sequence[Post], count: int) -> list[str]:
    """The words of most titles: every box has ten hits for them."""
    segmenter = default_segmenter()
    counts: Counter[str] = Counter()
    for post in posts:
        tokens = query_tokens(post.title, segmenter)
        counts.update({token.term for token in tokens if len(token.term) > 1 and not token.is_function_word})
    return [word for word, _ in counts.most_common(count)]


def report(costs: dict[str, Cost]) -> str:
    """The table of all costs."""
    lines = [["box", "before use, kB", "at first use, kB", f"requests for {len(KEYS[0])} keys",
              *(f"a query at 1/{times}, ms" for times in SPEEDS), *(f"from the response at 1/{times}, ms" for times in SPEEDS)]]  # fmt: skip
    for name, cost in costs.items():
        sizes = [f"{size / 1000:.1f}" for size in (cost.before_use, cost.first_use)]
        times = [_spread(values.get(slow)) for values in (cost.whole, cost.answered) for slow in SPEEDS]
        lines.append([name, *sizes, str(cost.requests), *times])
    return as_table(lines)


def _spread(values: Sequence[float] | None) -> str:
    if not values:
        return ""
    return (
        f"{statistics.median(values):.0f} / {statistics.quantiles(values, n=20, method='inclusive')[-1]:.0f}"
    )


def main() -> None:
    """Measure all boxes, and print the table."""
    parser = argparse.ArgumentParser(
        prog="make bench", description="Compare what search boxes cost a browser."
    )
    parser.add_argument(
        "corpus", type=Path, nargs="?", help="a Hugo site's folder; LCTT where it is, else the sample"
    )
    parser.add_argument("--posts", type=int, default=300)
    parser.add_argument("--queries", type=int, default=12)
    options = parser.parse_args()
    executable = find_chromium()
    if not executable:
        print("search boxes: skipped, Chromium is not installed", file=sys.stderr)
        return
    machine, started = this_machine(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="zhsearch-box-") as name, sync_playwright() as playwright:
        work = Path(name)
        posts = varied_posts(options.corpus, options.posts, work / "posts", default_segmenter())
        write_html(posts, work / "pages")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        with serving_boxes(work / "pages", work) as (site, home, boxes):
            print(report(measure(browser, site, home, boxes, common_words(posts, options.queries))))
        browser.close()
    bars = ", ".join(f"{bar} ms at 1/{times}" for times, bar in BARS.items())
    print(
        f"\n{options.posts:,} posts, {options.queries} queries of a word that is in many titles; two values are median and 95th"
        f" percentile. The bars of ours from the response on: {bars}; one request a pause.\n"
        f"{machine.processor}, {machine.cores} cores, load {machine.load} at the start, {machine.date},"
        f" {time.perf_counter() - started:.0f} s.\n"
    )


if __name__ == "__main__":
    main()
