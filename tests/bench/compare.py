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

from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.errors import ZhsearchError

from .corpus import make_corpus
from .fts5_peer import Fts5, has_fts5
from .measure import Report, measure
from .peer import Peer
from .process import CommandError
from .questions import make_queries, make_questions
from .serving import can_serve
from .table import Result, as_json, as_text, this_machine
from .whoosh_peer import StockWhoosh
from .zhsearch_peer import Zhsearch


def _tantivy(cache: Path, segmenter: str = "auto") -> Peer:
    from .tantivy_peer import Tantivy  # noqa: PLC0415  tantivy has no wheel for some machines

    return Tantivy(cache, segmenter)


_SERVED_QUERIES = 1_000  # distinct ones

PEERS: Mapping[str, Callable[[Path], Peer]] = {
    "zhsearch": Zhsearch,
    "stock": StockWhoosh,
    "tantivy": _tantivy,
    "tantivy-jieba": partial(_tantivy, segmenter="jieba"),
    "fts5": Fts5,
}
"""The peers by their names for `--peers`, each a function of a private cache folder.

The first peer of a run is the one that the others are compared with.
"""


def installed_peers() -> tuple[str, ...]:
    """The names of the peers that can run here."""
    missing = set()
    if not importlib.util.find_spec("tantivy"):
        missing |= {"tantivy", "tantivy-jieba"}
    if not has_fts5():
        missing.add("fts5")
    return tuple(name for name in PEERS if name not in missing)


def compare(
    folder: Path | None,
    names: Sequence[str],
    *,
    posts: int,
    rounds: int,
    work: Path,
    report: Report,
    grown: bool = False,
    served: bool = False,
) -> Result:
    """Run the whole comparison of the named peers in the folder `work`.

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
    peers = [PEERS[name](cache) for name in names]
    queries = make_queries(corpus.pages, segmenter, _SERVED_QUERIES) if served else []
    rows = measure(corpus, questions, peers, rounds=rounds, work=work, report=report, served=queries)
    return Result(machine, corpus, questions, peers, rounds, rows, time.perf_counter() - start)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"--json {options.json}: the folder does not exist")
    if not options.rounds:
        parser.error("--rounds 0: must be 1 or more")
    folder = Path(options.corpus) if options.corpus else None
    peers = options.peers or installed_peers()
    for missing in PEERS if not options.peers else ():
        if missing not in peers:
            _print_progress(f"{missing}: skipped, not installed")
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
        if name not in installed_peers():
            raise argparse.ArgumentTypeError(f"{name} is not installed")
    return names


def _print_progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
