"""Visits of readers to the sites of the benchmark, in headless Chromium: what was sent, and how long answers took."""

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.static.bench_site import TitleQuery
from tests.static.bench_tools import Tool
from tests.static.file_server import FileServer, Sent

_ASK = """async (text) => {
  const start = performance.now();
  const urls = await window.ask(text);
  return [performance.now() - start, urls];
}"""
_WARM_ROUNDS = 3
_QUIET_S = 0.2  # without a response, beyond the delay: nothing is under way
_WORKER_TIMEOUT_MS = 5_000


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
    """What was measured of a tool.

    `first` has all that was sent since the page was opened, but the page itself. `found` is whether the post of each
    query is among the first hits; `heap` the bytes that the scripts of page and workers hold after a visit.
    """

    name: str
    index_seconds: float
    files: int
    bytes: int
    first: Cost = field(default_factory=Cost)
    next: Cost = field(default_factory=Cost)
    warm_ms: list[float] = field(default_factory=list)
    heap: list[int] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)


def visit(
    browser: Browser, server: FileServer, tool: Tool, queries: Sequence[TitleQuery], result: Result
) -> None:
    """Ask queries as a reader whose cache is empty, then the same again."""
    server.sent.clear()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}{tool.page}")
    page.wait_for_function("() => Boolean(window.ask)")
    _wait_until_quiet(server)  # the page with its search box is there before a reader types
    for number, query in enumerate(queries):
        _ask(page, server, query, result.next if number else result.first, result)
    for query in list(queries) * _WARM_ROUNDS:
        result.warm_ms.append(page.evaluate(_ASK, query.text)[0])
    result.heap.append(_heap(page))
    context.close()


def _ask(page: Page, server: FileServer, query: TitleQuery, cost: Cost, result: Result) -> None:
    ms, urls = page.evaluate(_ASK, query.text)
    _wait_until_quiet(server)  # completions may come after the hits
    cost.ms.append(ms)
    cost.sent.append([sent for sent in server.sent if not sent.path.endswith(".html")])
    server.sent.clear()
    result.found.append(f"/{query.path}" in urls)


def _wait_until_quiet(server: FileServer) -> None:
    count = -1
    while count != len(server.sent):
        count = len(server.sent)
        time.sleep(server.delay + _QUIET_S)


def _heap(page: Page) -> int:
    """The bytes that the scripts of a page and of its workers hold, those of arrays included."""
    session = page.context.new_cdp_session(page)
    workers = list[str]()
    session.on("Target.attachedToTarget", lambda event: workers.append(event["sessionId"]))
    session.send(
        "Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
    )
    session.send("HeapProfiler.collectGarbage")
    total = _held(session.send("Runtime.getHeapUsage"))
    for worker in workers:
        _send_to(session, page, worker, "HeapProfiler.collectGarbage")
        total += _held(_send_to(session, page, worker, "Runtime.getHeapUsage"))
    return total


def _held(usage: dict[str, Any]) -> int:
    return int(usage["usedSize"] + usage.get("backingStorageSize", 0))


def _send_to(session: CDPSession, page: Page, worker: str, method: str) -> dict[str, Any]:
    """The result of a method of a worker's own session."""
    answers = list[dict[str, Any]]()

    def receive(event: dict[str, Any]) -> None:
        if event["sessionId"] == worker:
            answers.append(json.loads(event["message"]))

    session.on("Target.receivedMessageFromTarget", receive)
    session.send(
        "Target.sendMessageToTarget",
        {"sessionId": worker, "message": json.dumps({"id": 1, "method": method})},
    )
    for _ in range(_WORKER_TIMEOUT_MS // 10):
        page.wait_for_timeout(10)
        for answer in answers:
            if "id" in answer:
                return dict(answer["result"])
    raise TimeoutError(f"a worker does not answer {method}")


def find_chromium() -> str | None:
    """The installed program, since Playwright's own may not be."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()
