"""A million documents on one machine: `python -m tests.bench.million [--count N]`.

The documents are those of `grow`, written as they are made, so that this process never holds them. Then the
installed command indexes them, with the memory of its process tree and the system's swap watched, and one process
answers the questions of the bench, made from the first documents. Two incremental runs follow. Each line of the
output is one figure.
"""

import argparse
import gc
import json
import os
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from zhsearch.index.analysis.segmenter import get_segmenter

from .corpus import grown_pages
from .peer import AnswerDetail, Page, Question
from .process import run
from .questions import make_questions
from .zhsearch_peer import Zhsearch

_PAGES_FOR_QUESTIONS = 20_000
_REPORT_EVERY = 100_000
_DETAILS = {AnswerDetail.FACETS: "without excerpts", AnswerDetail.EXCERPTS: "with excerpts"}
_WARM_UP = Question("warm-up", "预热 warmup")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took: wall-clock and CPU seconds of its process tree, the peak of its memory (PSS), and
    what the whole system swapped in and out meanwhile; sizes in bytes."""

    seconds: float
    cpu_s: float
    peak: int | None
    swapped_in: int
    swapped_out: int

    def __str__(self) -> str:
        peak = f"{self.peak / 1e6:,.0f} MB at most" if self.peak else "memory not sampled"
        swapped = f"swapped {self.swapped_in / 1e6:,.0f} MB in, {self.swapped_out / 1e6:,.0f} MB out"
        return f"{self.seconds:,.1f} s, {self.cpu_s:,.1f} s of CPU, {peak}, {swapped}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    os.sched_setaffinity(
        0, sorted(os.sched_getaffinity(0))[: options.cores]
    )  # processes it starts inherit it
    with TemporaryDirectory(prefix="zhsearch-million-", dir=options.work) as folder:
        work = Path(folder)
        content, pages, size = _make(options.corpus, options.count, work)
        peer = Zhsearch(work / "cache")
        index = work / "index"
        cost, printed = _measured(peer.index_command(content, index))
        on_disk = _size(index)
        _print(
            "full run",
            f"{cost}, {options.count / cost.seconds:,.0f} documents/s, {_indexed(printed):,} indexed",
        )
        _print("index", f"{on_disk / 1e6:,.0f} MB, {on_disk / size:.2f} of the Markdown")
        questions = make_questions(pages, get_segmenter("auto", work / "cache"))
        for detail in _DETAILS:
            _print_times(detail, _times(peer, index, questions, detail))
        changed = content / pages[len(pages) // 2].path
        changed.write_text(f"{changed.read_text(encoding='utf-8')}\n\n又添了一行。\n", encoding="utf-8")
        for name in ("run with one changed post", "run with no change"):
            cost, printed = _measured(peer.update_command(content, index))
            _print(name, f"{cost}, {_indexed(printed):,} indexed")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.million", description=__doc__)
    parser.add_argument(
        "--count", type=int, default=1_000_000, metavar="N", help="documents (default: a million)"
    )
    parser.add_argument(
        "--cores", type=int, default=2, metavar="N", help="at most so many cores (default: 2)"
    )
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="the site whose sections the documents are made of"
    )
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="where content and index are written; 8 kB a document"
    )
    return parser


def _make(corpus: Path | None, count: int, work: Path) -> tuple[Path, list[Page], int]:
    """(content folder, the first pages, bytes of all files) of a site with so many documents."""
    content = work / "site/content"
    start = time.perf_counter()
    sizes = 0
    first: list[Page] = []
    for number, page in enumerate(grown_pages(corpus, count, content), 1):
        sizes += len(page.raw.encode())
        if len(first) < _PAGES_FOR_QUESTIONS:
            first.append(page)
        if number % _REPORT_EVERY == 0:
            print(f"{number:,} documents written", file=sys.stderr)
    _print("documents", f"{count:,}, {sizes / 1e6:,.0f} MB, written in {time.perf_counter() - start:,.0f} s")
    return content, first, sizes


def _measured(command: list[str]) -> tuple[Cost, str]:
    """Run a command to its end; what it cost, and what it printed."""
    cpu, (swapped_in, swapped_out) = _cpu_of_children(), _swapped()
    done = run(command, watch_memory=True)
    now_in, now_out = _swapped()
    return Cost(
        done.seconds, _cpu_of_children() - cpu, done.peak, now_in - swapped_in, now_out - swapped_out
    ), done.stdout


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _swapped() -> tuple[int, int]:
    """The bytes that the system has swapped in and out since it started."""
    counters = dict(line.split() for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines())
    page = resource.getpagesize()
    return int(counters["pswpin"]) * page, int(counters["pswpout"]) * page


def _size(folder: Path) -> int:
    """The bytes of the files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _indexed(printed: str) -> int:
    return int(json.loads(printed.splitlines()[-1])["indexed"])


def _times(
    peer: Zhsearch, index: Path, questions: Iterable[Question], detail: AnswerDetail
) -> dict[str, list[float]]:
    """The milliseconds of each question, by its kind; each is asked once, in a process that has answered another."""
    times: dict[str, list[float]] = defaultdict(list)
    with peer.open(index, detail) as prepare:
        prepare(_WARM_UP)()
        gc.collect()
        for question in questions:
            start = time.perf_counter()
            prepare(question)()
            times[question.kind].append((time.perf_counter() - start) * 1000)
    return times


def _print_times(detail: AnswerDetail, times: dict[str, list[float]]) -> None:
    every = [value for values in times.values() for value in values]
    for kind, values in ({"all": every} | times).items():
        p50, p95, p99 = _percentiles(values)
        _print(
            f"{kind}, {_DETAILS[detail]}",
            f"p50 {p50:.2f} ms, p95 {p95:.2f}, p99 {p99:.2f}, the slowest {max(values):.1f}; {len(values)} questions",
        )


def _percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles([*values, *values], n=100, method="inclusive")  # twice: it needs two values
    return cuts[49], cuts[94], cuts[98]


def _print(name: str, figure: str) -> None:
    print(f"{name}: {figure}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
