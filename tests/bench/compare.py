"""Compare this project with other engines on one corpus, in one run: `python -m tests.bench.compare [CORPUS]`.

Anyone can repeat it on their own posts. Nothing is asserted, because figures depend on the machine; read them as
ratios.
"""

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.errors import ZhsearchError

from .bleve_peer import Bleve
from .corpus import make_corpus
from .fts5_peer import Fts5, has_fts5
from .measure import Report, measure
from .minisearch_peer import MiniSearch
from .native import NativePeer
from .peer import Peer
from .process import CommandError
from .programs import PROGRAMS, build, build_minutes, command, why_missing
from .questions import make_queries, make_questions
from .seekstorm_peer import SeekStorm
from .serving import can_serve
from .table import Result, as_json, as_text, this_machine
from .whoosh_peer import StockWhoosh
from .zhsearch_peer import Zhsearch


def _tantivy(cache: Path, _programs: Path, segmenter: str = "auto") -> Peer:
    from .tantivy_peer import Tantivy  # noqa: PLC0415  tantivy has no wheel for some machines

    return Tantivy(cache, segmenter)


def _python(peer: Callable[[Path], Peer]) -> "MakePeer":
    return lambda cache, _programs: peer(cache)


def _native(name: str, peer: type[NativePeer]) -> "MakePeer":
    return lambda cache, programs: peer(cache, *command(name, programs))


_SERVED_QUERIES = 1_000  # distinct ones

MakePeer = Callable[[Path, Path], Peer]

_NATIVE: Mapping[str, type[NativePeer]] = {"seekstorm": SeekStorm, "bleve": Bleve, "minisearch": MiniSearch}

PEERS: Mapping[str, MakePeer] = {
    "zhsearch": _python(Zhsearch),
    "stock": _python(StockWhoosh),
    "tantivy": _tantivy,
    "tantivy-jieba": partial(_tantivy, segmenter="jieba"),
    "fts5": _python(Fts5),
    **{name: _native(name, peer) for name, peer in _NATIVE.items()},
}
"""The peers by their names for `--peers`, each a function of a private cache folder and of the folder of programs.

The first peer of a run is the one that the others are compared with. Pagefind is no peer: its search runs in a
browser, where `tests.static.static_bench` measures it.
"""


def missing_peers(programs: Path = PROGRAMS) -> dict[str, str]:
    """The names of the peers that cannot run here, and why."""
    missing: dict[str, str] = {}
    if not importlib.util.find_spec("tantivy"):
        missing |= dict.fromkeys(("tantivy", "tantivy-jieba"), "tantivy is not installed")
    if not has_fts5():
        missing["fts5"] = "Python's SQLite has no FTS5"
    return missing | {name: why for name in _NATIVE if (why := why_missing(name, programs))}


def compare(
    folder: Path | None,
    names: Sequence[str],
    *,
    posts: int,
    rounds: int,
    work: Path,
    report: Report,
    programs: Path = PROGRAMS,
    missing: Mapping[str, str] = MappingProxyType({}),
    grown: bool = False,
    served: bool = False,
) -> Result:
    """Run the whole comparison of the named peers in the folder `work`; `missing` are named with the result.

    Raises ZhsearchError for a corpus without usable posts, CommandError when a process fails.
    """
    start, machine = time.perf_counter(), this_machine()
    corpus = make_corpus(folder, posts, work / "corpus", grown=grown)
    if not corpus.pages:
        raise ZhsearchError(f"{corpus.origin}: contains no published post. Choose another CORPUS")
    cache = work / "cache"
    segmenter = get_segmenter("auto", cache)
    questions = make_questions(corpus.pages, segmenter)
    if not questions:
        raise ZhsearchError(
            f"{corpus.origin}: contains no titles to make queries from. Choose another CORPUS"
        )
    peers = [PEERS[name](cache, programs) for name in names]
    queries = make_queries(corpus.pages, segmenter, _SERVED_QUERIES) if served else []
    rows = measure(corpus, questions, peers, rounds=rounds, work=work, report=report, served=queries)
    seconds = time.perf_counter() - start
    return Result(machine, corpus, questions, peers, rounds, rows, seconds, missing)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"--json {options.json}: the folder does not exist")
    if not options.rounds:
        parser.error("--rounds 0: must be 1 or more")
    folder = Path(options.corpus) if options.corpus else None
    names = options.peers or tuple(PEERS)
    missing = _build(names, options.programs, slow=options.build)
    peers = tuple(name for name in names if name not in missing)
    if options.peers and missing:
        parser.error("; ".join(f"{name}: {why}" for name, why in missing.items()))
    if options.serve and not can_serve():
        _print_progress("serving: skipped, needs wrk (apt install wrk) and /proc")
    try:
        with tempfile.TemporaryDirectory(prefix="zhsearch-bench-") as work:
            result = compare(
                folder,
                peers,
                posts=options.posts,
                rounds=options.rounds,
                work=Path(work),
                report=_print_progress,
                programs=options.programs,
                missing=missing,
                grown=options.grow,
                served=options.serve and can_serve(),
            )
    except (ZhsearchError, CommandError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(as_text(result))
    if options.json:
        text = json.dumps(as_json(result), ensure_ascii=False, indent=1, allow_nan=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _build(names: Sequence[str], programs: Path, *, slow: bool) -> dict[str, str]:
    """Build the programs of the named peers, all or the quick ones. Those that cannot run, and why."""
    missing = {name: why for name, why in missing_peers(programs).items() if name in names}
    for name in [name for name in missing if name in _NATIVE]:
        if slow and build_minutes(name):
            _print_progress(
                f"{name}: building, which takes about {build_minutes(name)} minutes the first time"
            )
        if why := build(name, programs, slow=slow):
            missing[name] = why
        else:
            del missing[name]
    for name, why in missing.items():
        _print_progress(f"not measured: {name} ({why})")
    return missing


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Compare zhsearch with other engines in one interleaved run."
    )
    parser.add_argument(
        "corpus",
        nargs="?",
        help="a Hugo site or content folder (default: LCTT beside the project, else content/)",
    )
    parser.add_argument(
        "--posts", type=_count, default=200, help="number of posts, at even distances; 0: all (default: 200)"
    )
    parser.add_argument("--rounds", type=_count, default=4, help="number of interleaved rounds (default: 4)")
    parser.add_argument(
        "--peers",
        type=_peers,
        metavar="A,B",
        help=f"engines to run, of {', '.join(PEERS)}; the others are compared with the first (default: all)",
    )
    parser.add_argument(
        "--grow", action="store_true", help="make exactly --posts posts, from sections and mixed sentences"
    )
    parser.add_argument(
        "--build",
        action="store_true",
        help="build the peers' programs that take longer too, SeekStorm most of an hour the first time",
    )
    parser.add_argument(
        "--programs",
        type=Path,
        default=PROGRAMS,
        metavar="FOLDER",
        help=f"where they are (default: {PROGRAMS})",
    )
    parser.add_argument("--serve", action="store_true", help="also measure `zhsearch serve`, with wrk")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every sample to FILE")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def _peers(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(PEERS)}")
    return names


def _print_progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
