"""`python -m tests.bench.compare [CORPUS]`: this project beside its peers on one corpus, in one run.

Answers the question "is it worth it?" with a table that anyone can make on their own posts. Nothing is
asserted: the figures belong to the machine, and are to be read as ratios.
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
from .measure import Tell, measure
from .ours import Zhsearch
from .peer import Peer
from .process import CommandError
from .questions import make_queries, make_questions
from .serving import can_serve
from .stock_whoosh import StockWhoosh
from .table import Result, as_json, as_text, this_machine


def _tantivy(cache: Path, cutter: str = "auto") -> Peer:
    from .tantivy_peer import Tantivy  # noqa: PLC0415  has no wheel for every machine

    return Tantivy(cache, cutter)


_QUERIES = 1_000  # that a server is asked

PEERS: Mapping[str, Callable[[Path], Peer]] = {
    "zhsearch": Zhsearch,
    "stock": StockWhoosh,
    "tantivy": _tantivy,
    "tantivy-jieba": partial(_tantivy, cutter="jieba"),
    "fts5": Fts5,
}
"""The columns by their names for `--peers`, each made with a private cache folder. The first of a run is what
the others are compared with."""


def installed_peers() -> tuple[str, ...]:
    """Those that can run here."""
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
    tell: Tell,
    grown: bool = False,
    served: bool = False,
) -> Result:
    """Run the whole comparison of the peers named in the folder `work`; raises ZhsearchError and
    CommandError."""
    start, machine = time.perf_counter(), this_machine()
    corpus = make_corpus(folder, posts, work / "corpus", grown=grown)
    if not corpus.pages:
        raise ZhsearchError(f"{corpus.origin}: no published post in it. Give another CORPUS")
    cache = work / "cache"
    segmenter = get_segmenter("auto", cache)
    questions = make_questions(corpus.pages, segmenter)
    if not questions:
        raise ZhsearchError(f"{corpus.origin}: no titles to make queries of. Give another CORPUS")
    peers = [PEERS[name](cache) for name in names]
    queries = make_queries(corpus.pages, segmenter, _QUERIES) if served else []
    rows = measure(corpus, questions, peers, rounds=rounds, work=work, tell=tell, served=queries)
    return Result(machine, corpus, questions, peers, rounds, rows, time.perf_counter() - start)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"--json {options.json}: its folder does not exist")
    if not options.rounds:
        parser.error("--rounds 0: nothing would be measured")
    folder = Path(options.corpus) if options.corpus else None
    peers = options.peers or installed_peers()
    for missing in PEERS if not options.peers else ():
        if missing not in peers:
            _tell(f"left out, since it is not installed: {missing}")
    if options.serve and not can_serve():
        _tell("left out, since wrk (apt install wrk) or /proc is missing: serving")
    try:
        with tempfile.TemporaryDirectory(prefix="zhsearch-bench-") as work:
            result = compare(
                folder,
                peers,
                posts=options.posts,
                rounds=options.rounds,
                work=Path(work),
                tell=_tell,
                grown=options.grow,
                served=options.serve and can_serve(),
            )
    except (ZhsearchError, CommandError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    print(as_text(result))
    if options.json:
        text = json.dumps(as_json(result), ensure_ascii=False, indent=1, allow_nan=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make bench", description="zhsearch beside other engines, in one run"
    )
    parser.add_argument(
        "corpus",
        nargs="?",
        help="a Hugo site or content folder; default: LCTT beside the project, else content/",
    )
    parser.add_argument(
        "--posts", type=_count, default=200, help="posts, evenly taken; 0: all (default: 200)"
    )
    parser.add_argument("--rounds", type=_count, default=4, help="interleaved rounds (default: 4)")
    parser.add_argument(
        "--peers",
        type=_peers,
        metavar="A,B",
        help=f"which to run, of {', '.join(PEERS)}; the others are compared with the first (default: all)",
    )
    parser.add_argument(
        "--grow", action="store_true", help="as many posts as asked for, of sections and shuffled sentences"
    )
    parser.add_argument("--serve", action="store_true", help="measure the served index as well, by wrk")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there as well")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


def _peers(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(PEERS)}")
        if name not in installed_peers():
            raise argparse.ArgumentTypeError(f"{name} is not installed")
    return names


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
