"""The writings alone: `python -m tests.bench.writings --kind flags`; all of them are part of `make ranking`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.corpus import make_corpus
from tests.bench.process import ROOT
from tests.bench.table import as_table
from tests.search.opensearch.node import UnavailableError, nodes
from zhsearch.search.settings import ENGINES, Settings

from .kinds import KINDS, KindResult
from .report import as_json, as_lines
from .run import measure_corpora

CORPORA = ROOT.parent / "shared/corpus"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    folders = [path for path in sorted(options.corpora.glob("*")) if path.is_dir()]
    if not folders:
        print(
            f"writings: {options.corpora} has no corpora; a corpus is a folder with a Hugo site",
            file=sys.stderr,
        )
        return 1
    earlier = json.loads(options.baseline.read_text(encoding="utf-8")) if options.baseline else None
    try:
        with tempfile.TemporaryDirectory(prefix="zhsearch-writings-") as work, _settings(options) as settings:
            corpora = [make_corpus(path, options.posts, Path(work) / path.name) for path in folders]
            results = measure_corpora(corpora, settings, Path(work), options.kind)
    except UnavailableError as error:
        print(f"writings: no OpenSearch node: {error}; set TESTS_CLUSTER=1, or give --host", file=sys.stderr)
        return 1
    print(as_table(as_lines(results, earlier)))
    _print_failures(results, options.failures)
    if options.json:
        result = json.dumps(as_json(results, options.engine), ensure_ascii=False)
        options.json.write_text(result, encoding="utf-8")
    return 0


def _print_failures(results: Sequence[KindResult], count: int) -> None:
    for result in results if count else ():
        print(f"\n{result.kind.name}")
        for outcome in [outcome for outcome in result.outcomes if outcome.found < 1][:count]:
            detail = f" -> {outcome.suggestion}" if outcome.suggestion else ""
            print(f"  {outcome.found:4.2f} {outcome.total:5d} {outcome.query}{detail}")


@contextmanager
def _settings(options: Any) -> Iterator[Settings]:
    """The settings of the engine; a node of its own where none is given."""
    if options.engine == "whoosh":
        yield Settings()
        return
    with ExitStack() as stack:
        hosts = options.host or [stack.enter_context(nodes())[0].url]
        yield Settings(engine=options.engine, opensearch_hosts=tuple(hosts), opensearch_index="writings")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.writings", description=__doc__)
    parser.add_argument(
        "--kind", nargs="*", default=[], choices=[kind.slug for kind in KINDS], help="default: all"
    )
    parser.add_argument("--engine", default=ENGINES[0], choices=ENGINES)
    parser.add_argument(
        "--host", nargs="*", help="OpenSearch nodes; default: one is started ($TESTS_CLUSTER)"
    )
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="a folder of Hugo sites (%(default)s)")
    parser.add_argument("--posts", type=int, default=0, help="posts of each corpus; 0: all (default)")
    parser.add_argument("--failures", type=int, default=0, help="print so many failed queries of each kind")
    parser.add_argument("--json", type=Path, help="write figures, queries and their hits to this file")
    parser.add_argument(
        "--baseline", type=Path, help="the JSON of an earlier run, to tell what came in since"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
