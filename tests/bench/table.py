"""The result of a run as a Markdown table and as JSON."""

import datetime as dt
import importlib.metadata
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .corpus import Corpus
from .peer import Peer, Question
from .questions import OWN_KINDS
from .rows import Row, Spread


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures depend on besides the code. `load` is the load average at the start of the run."""

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
    missing: Mapping[str, str] = field(default_factory=dict)  # peers that were not measured, and why


def as_text(result: Result) -> str:
    """Two Markdown tables with a footer: medians with quartiles in brackets, and ratios to the first peer."""
    names = [peer.name for peer in result.peers]
    values = [["", *names]]
    ratios = [[f"× better: {names[0]}", *names[1:]]]
    for row in result.rows:
        values.append([row.measure.name, *(_format_spread(row.spread(name)) for name in names)])
        row_ratios = [row.ratio(names[0], name) for name in names[1:]]
        if any(ratio is not None for ratio in row_ratios):
            cells = ("–" if ratio is None else f"{format_number(ratio)}×" for ratio in row_ratios)
            ratios.append([row.measure.name, *cells])
    tables = [values, ratios] if len(names) > 1 else [values]
    return "\n".join([*(f"{as_table(lines)}\n" for lines in tables), *_footer(result)])


def as_table(lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table of lines of cells; the first line is the head."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    with_rule = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in with_rule)


def as_json(result: Result) -> dict[str, object]:
    """The result as plain values with every sample, so that other statistics can be computed."""
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
        "missing": dict(result.missing),
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
    """A description of this machine."""
    packages = ("zhsearch", "whoosh-reloaded", "jieba", "rjieba", "numpy", "tantivy")
    installed = {str(package.name).lower() for package in importlib.metadata.distributions()}
    return Machine(
        date=dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        processor=_processor(),
        cores=os.cpu_count(),
        memory_gb=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        load=round(os.getloadavg()[0], 1),
        system=platform.platform(),
        python=platform.python_version(),
        versions={name: importlib.metadata.version(name) for name in packages if name in installed},
    )


def _footer(result: Result) -> list[str]:
    machine = result.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    kinds = dict.fromkeys(question.kind for question in result.questions)
    counts = (f"{sum(q.kind == kind for q in result.questions)} {kind}" for kind in kinds)
    return [
        f"{len(result.corpus.pages)} posts, {result.corpus.size:,} bytes of Markdown, from {result.corpus.origin}.",
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, load {machine.load} at the start;"
        f" {machine.system}; Python {machine.python}, {versions}; {machine.date}, {result.seconds:.0f} s.",
        f"Medians of {result.rounds} interleaved rounds, quartiles in brackets. × is how many times better"
        f" {result.peers[0].name} is: the median of the ratios of each round.",
        f"A query is measured from its text to the first ten titles and the exact total, in one process, once on an"
        f" index opened for the round; {len(result.questions)} queries: {', '.join(counts)}."
        f" Percentiles are of all but {' and '.join(OWN_KINDS)}, whose medians are rows of their own: other engines require"
        " every word, and answer a relaxed query with nothing. Queries with excerpts include facets, as in the API.",
        "The first query of a process is that of one that has opened the index and answered nothing, with all that the"
        " peer can answer; it is measured in the first round alone, and importing and opening do not count. zhsearch is"
        " opened as `zhsearch serve` does it before it forks, which makes what its first queries need.",
        "Quotes read as words: the peer looks for all of the words, anywhere; its n-grams, by which zhsearch finds quoted"
        " text, count in its size alone.",
        "Indexing and cold start are whole processes; memory is the proportional set size (PSS) of the process tree,"
        " sampled every 50 ms. All index at nice 10. A changed post has one more line than when it was indexed.",
        *(f"{peer.name}: {peer.recipe}." for peer in result.peers),
        "Pagefind is measured in a browser, by tests.static.static_bench, with the other searches of static files.",
        *(f"not measured: {name} ({why})" for name, why in result.missing.items()),
    ]


def _format_spread(spread: Spread | None) -> str:
    if spread is None:
        return "–"
    median, low, high = map(format_number, (spread.median, spread.low, spread.high))
    return median if low == high else f"{median} ({low}–{high})"


def format_number(value: float) -> str:
    """The number with about three significant digits."""
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
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
