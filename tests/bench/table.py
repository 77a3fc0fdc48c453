"""Rows and facts in, the table that is printed and the same as JSON out."""

import datetime as dt
import importlib.metadata
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .corpus import Corpus
from .peer import Peer, Question
from .rows import Row, Spread


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures depend on, besides the code. `load` is what others asked of it when the run began."""

    date: str
    processor: str
    cores: int | None
    memory_gb: float
    load: float
    system: str
    python: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """One finished run."""

    machine: Machine
    corpus: Corpus
    questions: Sequence[Question]
    peers: Sequence[Peer]
    rounds: int
    rows: Sequence[Row]
    seconds: float


def as_text(result: Result) -> str:
    """A Markdown table with its footer: medians, quartiles in brackets, then the first peer's ratios."""
    names = [peer.name for peer in result.peers]
    head = ["", *names, *(f"× {name}" for name in names[1:])]
    lines = [head]
    for row in result.rows:
        ratios = (row.ratio(names[0], name) for name in names[1:])
        lines.append(
            [
                row.measure.name,
                *(_shown(row.spread(name)) for name in names),
                *("–" if ratio is None else f"{_number(ratio)}×" for ratio in ratios),
            ]
        )
    return "\n".join([as_table(lines), "", *_footer(result)])


def as_table(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells, the first the head, as Markdown."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in ruled)


def as_json(result: Result) -> dict[str, object]:
    """Plain values: every sample, so that other figures can be made of them."""
    names = [peer.name for peer in result.peers]
    return {
        "corpus": {
            "origin": result.corpus.origin,
            "posts": len(result.corpus.pages),
            "bytes": result.corpus.size,
        },
        "rounds": result.rounds,
        "machine": asdict(result.machine),
        "seconds": round(result.seconds, 1),
        "peers": [{"name": peer.name, "recipe": peer.recipe} for peer in result.peers],
        "questions": [{"kind": q.kind, "text": q.text, "tag": q.tag} for q in result.questions],
        "rows": [
            {
                "measure": row.measure.name,
                "better": row.measure.better,
                "peers": {name: _values(row, name) for name in names},
                "ratios": {name: row.ratio(names[0], name) for name in names[1:]},
            }
            for row in result.rows
        ],
    }


def this_machine() -> Machine:
    """The machine as it is now."""
    wanted = ("zhsearch", "whoosh-reloaded", "jieba", "rjieba", "numpy", "tantivy")
    installed = {str(found.name).lower() for found in importlib.metadata.distributions()}
    return Machine(
        date=dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        processor=_processor(),
        cores=os.cpu_count(),
        memory_gb=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        load=round(os.getloadavg()[0], 1),
        system=platform.platform(),
        python=platform.python_version(),
        versions={name: importlib.metadata.version(name) for name in wanted if name in installed},
    )


def _footer(result: Result) -> list[str]:
    machine = result.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    kinds = dict.fromkeys(question.kind for question in result.questions)
    counted = (f"{sum(q.kind == kind for q in result.questions)} {kind}" for kind in kinds)
    return [
        f"{len(result.corpus.pages)} posts, {result.corpus.size:,} bytes of Markdown, from {result.corpus.origin}.",
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, load {machine.load} at the start;"
        f" {machine.system}; Python {machine.python}, {versions}; {machine.date}, {result.seconds:.0f} s.",
        f"Medians of {result.rounds} interleaved rounds (in brackets: the middle half). × says how many times better"
        f" {result.peers[0].name} is, as the median of the rounds' own ratios.",
        f"A query is everything from its text to the first ten titles and the exact total, in one process, asked"
        f" once of an index opened for the round; {len(result.questions)} of them: {', '.join(counted)}."
        " Excerpts come with facets, as the API gives them.",
        "Indexing and cold start are whole processes; memory is the proportional set size (PSS) of the process"
        " and all that it started, every 50 ms. A changed post has one line more than when it was indexed.",
        *(f"{peer.name}: {peer.recipe}." for peer in result.peers),
    ]


def _shown(spread: Spread | None) -> str:
    if spread is None:
        return "–"
    median, low, high = map(_number, (spread.median, spread.low, spread.high))
    return median if low == high else f"{median} ({low}–{high})"


def _number(value: float) -> str:
    """Three digits that count."""
    if value == int(value) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _values(row: Row, peer: str) -> dict[str, object] | None:
    spread = row.spread(peer)
    if spread is None:
        return None
    return {
        "median": spread.median,
        "q1": spread.low,
        "q3": spread.high,
        "samples": list(row.samples[peer]),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(found, platform.machine())
