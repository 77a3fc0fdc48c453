"""Compare searches of static sites in a real browser: `python -m tests.static.static_bench [CORPUS]`.

Each tool indexes the same posts and is asked the same queries, of two words of a title each, in headless Chromium over a
file server that waits before each response. All that is sent counts but the page itself: the tool's search box with its
style, scripts, chunks; a query's answer is there when the addresses and excerpts of its first hits are. Nothing is
asserted: figures depend on the machine.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bench.corpus import LCTT, SAMPLE
from tests.bench.table import this_machine
from tests.helpers.sites import default_segmenter
from tests.static.bench_rows import as_json, table
from tests.static.bench_site import Post, title_queries, varied_posts
from tests.static.bench_tools import TOOLS, Tool, make_site, write_page
from tests.static.bench_visits import Result, chromium, find_chromium, visit
from tests.static.file_server import FileServer


def compare(options: argparse.Namespace, count: int, work: Path, executable: str) -> list[Result]:
    """Make the sites of `count` posts in `work` and measure them, a tool after the other in every round."""
    segmenter = default_segmenter()
    posts = varied_posts(options.corpus, count, work / "posts", segmenter)
    queries = list(title_queries(posts, options.visits * options.queries, segmenter))
    visits = [queries[first : first + options.queries] for first in range(0, len(queries), options.queries)]
    tools = [tool for tool in TOOLS if tool.name in options.tools]
    made = [(tool, result) for tool in tools if (result := _made(tool, posts, work))]
    with chromium(executable) as browser:
        for asked in visits:
            for tool, result in made:
                with FileServer(work / tool.folder, options.delay / 1_000).running() as server:
                    visit(browser, server, tool, asked, result)
    return [result for _, result in made]


def _made(tool: Tool, posts: Sequence[Post], work: Path) -> Result | None:
    """The files of a tool, or None where it is not to be had; those of a run before are taken as they are."""
    folder, told = work / tool.folder, work / f"{tool.folder}.json"
    if not told.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        try:
            seconds = make_site(tool, posts, work / "pages", folder)
        except pytest.skip.Exception as missing:
            print(f"{tool.name}: skipped, {missing}", file=sys.stderr)
            return None
        told.write_text(json.dumps(seconds), encoding="utf-8")
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.suffix != ".html" and file.is_file()]
    write_page(tool, folder)
    return Result(tool.name, json.loads(told.read_text(encoding="utf-8")), len(sizes), sum(sizes))


def _report(options: argparse.Namespace, count: int, work: Path, executable: str) -> None:
    """Compare at one number of posts, and print the table."""
    work.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(work / "posts", ignore_errors=True)
    machine = this_machine()
    results = compare(options, count, work, executable)
    origin = str(options.corpus or (LCTT if LCTT.is_dir() else SAMPLE))
    if options.json:
        text = json.dumps(as_json(results, count, origin, machine), ensure_ascii=False)
        (options.json / f"static-{count}.json").write_text(text + "\n", encoding="utf-8")
    print(f"{table(results)}\n")
    print(
        f"{count:,} posts, made of those of {origin}; {options.visits} readers with {options.queries} queries each;"
        f" {options.delay:g} ms before each response. Two values are median and 95th percentile.\n"
        f"{machine.processor}, {machine.cores} cores, load {machine.load} at the start, {machine.date}.\n"
    )


def main() -> None:
    """Compare at each number of posts."""
    parser = argparse.ArgumentParser(prog="make bench", description="Compare searches of static sites.")
    parser.add_argument(
        "corpus", type=Path, nargs="?", help="a Hugo site's folder; LCTT where it is, else the sample"
    )
    parser.add_argument("--posts", type=int, nargs="+", default=[5_980], help="default: 5,980")
    parser.add_argument("--visits", type=int, default=20, help="readers with an empty cache")
    parser.add_argument("--queries", type=int, default=4, help="of each reader")
    parser.add_argument("--delay", type=float, default=50, help="milliseconds before each response")
    parser.add_argument("--tools", nargs="+", metavar="TOOL", default=[tool.name for tool in TOOLS])
    parser.add_argument(
        "--work", type=Path, help="folder whose sites are kept for the next run, a folder for each number"
    )
    parser.add_argument("--json", type=Path, help="folder for all values, a file for each number of posts")
    options = parser.parse_args()
    executable = find_chromium()
    if not executable:
        print("searches of static sites: skipped, Chromium is not installed", file=sys.stderr)
        return
    for count in options.posts:
        with tempfile.TemporaryDirectory(prefix="zhsearch-bench-") as temporary:
            _report(options, count, (options.work or Path(temporary)) / str(count), executable)


if __name__ == "__main__":
    main()
