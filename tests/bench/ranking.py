"""Measure relevance and what each part of the ranking contributes: `make ranking`.

Four tables. Judged questions of `shared/relevance`, in both scripts, with the whole ranking and with one part
disabled at a time. Known-item searches (see `site_searches`), beside stock Whoosh. Misspelt queries (see
`misspellings`) and the suggestions for them. Pairs of a query and a page that writes the same thing otherwise (see
`writings`, which also runs by itself).
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import opencc

from zhsearch.index.analysis.segmenter import Segmenter, get_segmenter
from zhsearch.index.generations.store import open_current
from zhsearch.index.pipeline.temporary import index_documents
from zhsearch.search.analytics.evaluation import (
    JudgedQuery,
    JudgedSet,
    Metrics,
    evaluate,
    metrics_of,
    read_judged,
)
from zhsearch.search.api import parameters
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.query.model import Query
from zhsearch.search.query.parser import parse
from zhsearch.search.ranking import constants
from zhsearch.search.settings import Settings

from .corpus import Corpus, make_corpus
from .misspellings import KINDS as MISSPELLINGS
from .misspellings import make_misspellings
from .peer import AnswerDetail, Peer, Prepare, Question
from .process import ROOT, run
from .site_searches import KINDS, make_searches
from .table import as_table
from .whoosh_peer import StockWhoosh
from .writings import as_lines, measure_corpora
from .zhsearch_peer import Zhsearch

RELEVANCE = ROOT.parent / "shared/relevance"
CORPORA = ROOT.parent / "shared/corpus"
_TITLE_MEASURES = ("title words first", "any title words", "any title words, other order")
_OTHER_SCRIPT = {"drcd": "t2s", "cmrc": "s2t"}


def _as_words(text: str, segmenter: Segmenter, facets: tuple[str, ...] = ()) -> Query:
    return parse(text, segmenter, facets)._replace(is_question_form=False)


ABLATIONS: dict[str, list[tuple[object, str, object]]] = {
    "everything": [],
    "– question scoring (every query is a list of words)": [(parameters, "parse", _as_words)],
    "– character bigrams": [(constants, "BIGRAM_WEIGHT", 0.0)],
    "– single characters": [(constants, "UNIGRAM_WEIGHT", 0.0)],
    "– passage density": [(constants, "PASSAGE_WEIGHT", 0.0)],
    "– bonus for a named title": [(constants, "TITLE_NAMED", 0.0)],
    "– the title's own weight": [(constants, "TITLE_WEIGHT", 0.0)],
    "– points for every word in the title": [(constants, "TITLE_COMPLETE", 0.0)],
    "– title word order": [
        (constants, name, 0.0) for name in ("TITLE_ORDER", "TITLE_ADJACENT", "TITLE_PREFIX")
    ],
    "– both": [
        (constants, name, 0.0) for name in ("TITLE_COMPLETE", "TITLE_ORDER", "TITLE_ADJACENT", "TITLE_PREFIX")
    ],
    "– words inside words": [(constants, "SUBSTRING_WEIGHT", 1e-6)],
}
"""The disabled part, and the names to patch meanwhile: (module, name, value)."""


@dataclass(frozen=True, slots=True)
class _Set:
    """A file of judged questions with an index of its documents."""

    name: str
    judged: JudgedSet
    index: Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="make ranking", description="Measure relevance and what each part of the ranking contributes."
    )
    parser.add_argument("--posts", type=int, default=0, help="posts of each corpus; 0: all (default)")
    options = parser.parse_args(arguments)
    if not RELEVANCE.is_dir() or not CORPORA.is_dir():
        print(f"ranking: the folders {RELEVANCE} and {CORPORA} are required", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="zhsearch-ranking-") as folder:
        work = Path(folder)
        segmenter = get_segmenter("auto", work / "cache")
        corpora = [
            make_corpus(path, options.posts, work / path.name)
            for path in sorted(CORPORA.iterdir())
            if path.is_dir()
        ]
        indexes = [_indexed(Zhsearch(work / "cache"), corpus, work) for corpus in corpora]
        print(_ablations(work, corpora, indexes, segmenter), flush=True)
        print()
        print(_beside_stock(work, corpora, segmenter), flush=True)
        print()
        print(_suggestions(corpora, indexes, segmenter), flush=True)
        print()
        print(as_table(as_lines(measure_corpora(corpora, Settings(), work))))
    return 0


def _ablations(work: Path, corpora: list[Corpus], indexes: list[Path], segmenter: Segmenter) -> str:
    """MRR@10 of questions, and how well title words do, each with one part of the ranking disabled."""
    sets = [_indexed_set(name, work, segmenter) for name in _OTHER_SCRIPT]
    head = ["MRR@10"]
    for judged_set in sets:
        head += [judged_set.name, f"{judged_set.name}, other script"]
    names = [Path(corpus.origin).name for corpus in corpora]
    head += ["ms per question", *(f"{measure}, {name}" for name in names for measure in _TITLE_MEASURES)]
    lines = [head]
    for label, changes in ABLATIONS.items():
        with ExitStack() as stack:
            for where, name, value in changes:
                stack.enter_context(patch.object(where, name, value))
            lines.append(
                [label, *_question_mrr(sets, segmenter), *_title_recall(corpora, indexes, segmenter)]
            )
    return as_table(lines)


def _question_mrr(sets: Iterable[_Set], segmenter: Segmenter) -> list[str]:
    """MRR@10 of each set in both scripts, and the milliseconds per question."""
    cells, seconds, count = [], 0.0, 0
    for judged_set in sets:
        engine = open_current(judged_set.index, EmbeddedEngine)
        convert = opencc.OpenCC(_OTHER_SCRIPT[judged_set.name]).convert
        other = [
            JudgedQuery(convert(question.text), question.relevant) for question in judged_set.judged.queries
        ]
        start = time.perf_counter()
        cells += [
            _format_mrr(evaluate(engine, asked, segmenter)) for asked in (judged_set.judged.queries, other)
        ]
        seconds += time.perf_counter() - start
        count += 2 * len(other)
    return [*cells, f"{seconds / count * 1000:.2f}"]


def _title_recall(corpora: list[Corpus], indexes: list[Path], segmenter: Segmenter) -> list[str]:
    """Of each corpus, recall@1 of title words, and MRR@10 of any title words as written and in other order."""
    cells = []
    for corpus, index in zip(corpora, indexes, strict=True):
        engine = open_current(index, EmbeddedEngine)
        by_kind: dict[str, list[JudgedQuery]] = {kind: [] for kind in KINDS}
        for search in make_searches(corpus.pages, segmenter):
            by_kind[search.kind].append(JudgedQuery(search.text, search.pages))
        first, *others = (evaluate(engine, by_kind[KINDS[place]], segmenter) for place in (0, 3, 4))
        cells += [f"{first.recall_at_1:.1%}", *map(_format_mrr, others)]
    return cells


def _beside_stock(work: Path, corpora: list[Corpus], segmenter: Segmenter) -> str:
    """Recall@1 and recall@10 of known-item searches of every kind, for zhsearch and for stock Whoosh."""
    lines = [["site searches", "", "zhsearch: first", "first ten", "stock Whoosh: first", "first ten"]]
    for corpus in corpora:
        searches = make_searches(corpus.pages, segmenter)
        peers: list[Peer] = [Zhsearch(work / "cache"), StockWhoosh(work / "stock-cache")]
        by_peer = []
        for peer in peers:
            with peer.open(_indexed(peer, corpus, work), AnswerDetail.HITS) as prepare:
                by_peer.append(search_metrics(prepare, searches))
        for kind in KINDS:
            name = f"{Path(corpus.origin).name}: {kind}"
            recalls = [f"{recall:.1%}" for by_kind in by_peer for recall in _recalls(by_kind[kind])]
            lines.append([name, f"{by_peer[0][kind].queries:,}", *recalls])
    return as_table(lines)


def search_metrics(prepare: Prepare, searches: Iterable[Question]) -> dict[str, Metrics]:
    """The metrics of an engine's answers to known-item searches, by kind of search."""
    ranks: dict[str, list[int | None]] = {kind: [] for kind in KINDS}
    for search in searches:
        paths = prepare(search)().paths
        relevant = (rank for rank, path in enumerate(paths, 1) if path in search.pages)
        ranks[search.kind].append(next(relevant, None))
    return {kind: metrics_of(of_kind) for kind, of_kind in ranks.items()}


def _suggestions(corpora: list[Corpus], indexes: list[Path], segmenter: Segmenter) -> str:
    """How often the suggestion is the intended query, and how often a correct query gets none."""
    lines = [["suggestions", "", "right", "p50, ms", "p99, ms"]]
    for corpus, index in zip(corpora, indexes, strict=True):
        engine = open_current(index, EmbeddedEngine)
        engine.warm()
        name = Path(corpus.origin).name
        misspellings = make_misspellings(corpus.pages, segmenter)
        correct = [
            search.text for search in make_searches(corpus.pages, segmenter) if search.kind == KINDS[0]
        ]
        for kind in MISSPELLINGS:
            of_kind = [misspelling for misspelling in misspellings if misspelling.kind == kind]
            suggestions, times = _suggest(engine, [misspelling.typed for misspelling in of_kind], segmenter)
            right = sum(text == m.intended for text, m in zip(suggestions, of_kind, strict=True))
            lines.append([f"{name}: {kind}", f"{len(of_kind):,}", f"{right / len(of_kind):.1%}", *times])
        suggestions, times = _suggest(engine, correct, segmenter)
        untouched = suggestions.count(None) / len(correct)
        lines.append(
            [f"{name}: correct title words, left alone", f"{len(correct):,}", f"{untouched:.1%}", *times]
        )
    return as_table(lines)


def _suggest(
    engine: Engine, texts: Sequence[str], segmenter: Segmenter
) -> tuple[list[str | None], list[str]]:
    """The suggestion for each text, and the median and 99th percentile of whole answers in milliseconds."""
    suggestions, times = [], []
    for text in texts:
        start = time.perf_counter()
        suggestions.append(run_search(engine, read_parameters(q=text), segmenter)["suggestion"])
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return suggestions, [f"{times[len(times) * percent // 100]:.1f}" for percent in (50, 99)]


def _recalls(metrics: Metrics) -> tuple[float, float]:
    return metrics.recall_at_1, metrics.recall_at_10


def _indexed(peer: Peer, corpus: Corpus, work: Path) -> Path:
    index = work / f"{Path(corpus.origin).name}-{type(peer).__name__}"
    if not index.exists():
        run(peer.index_command(corpus.content, index))
    return index


def _indexed_set(name: str, work: Path, segmenter: Segmenter) -> _Set:
    judged = read_judged(RELEVANCE / f"{name}.jsonl")
    index = work / name
    index_documents(judged.documents, index, segmenter)
    return _Set(name, judged, index)


def _format_mrr(metrics: Metrics) -> str:
    return f"{metrics.mrr_at_10:.4f}"


if __name__ == "__main__":
    sys.exit(main())
