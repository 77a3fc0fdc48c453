"""`make ranking`: how well pages are ranked, and what each means of ranking is good for.

Three tables. Questions: the files of `shared/relevance`, as they are and put in the other script, with
everything and with one means left out at a time. Site searches, made by rule of a corpus (see `sites`),
beside the recipe that everyone copies. Mistakes, made by rule as well (`mistakes`), and what is suggested.
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
from zhsearch.search.embedded import matcher as match
from zhsearch.search.embedded import question_match as answering
from zhsearch.search.embedded import rerank as look
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.engine.protocol import Engine
from zhsearch.search.query.parser import ParsedQuery, parse
from zhsearch.search.ranking import bm25f as score

from .corpus import Corpus, make_corpus
from .mistakes import KINDS as MISTAKES
from .mistakes import make_mistakes
from .ours import Zhsearch
from .peer import Peer, Wanted
from .process import ROOT, run
from .sites import KINDS, make_searches
from .stock_whoosh import StockWhoosh
from .table import as_table

RELEVANCE = ROOT.parent / "shared/relevance"
CORPORA = ROOT.parent / "shared/corpus"
_OTHER_SCRIPT = {"drcd": "t2s", "cmrc": "s2t"}


def _as_words(text: str, segmenter: Segmenter) -> ParsedQuery:
    return parse(text, segmenter)._replace(is_question_form=False)


ABLATIONS: dict[str, list[tuple[object, str, object]]] = {
    "everything": [],
    "– a question is one (all are lists of words)": [(parameters, "parse", _as_words)],
    "– pairs of characters": [(answering, "BIGRAM_WEIGHT", 0.0)],
    "– single characters": [(answering, "UNIGRAM_WEIGHT", 0.0)],
    "– one place of the text": [(look, "NEAR", 0.0)],
    "– a title that is named": [(look, "NAMED", 0.0)],
    "– the title's own weight": [(score, "TITLE", 0.0)],
    "– order in the title": [(look, "TOGETHER", 0.0), (look, "BEGINS", 0.0)],
    "– words inside words": [(match, "SUBSTRING", 1e-6)],
}
"""What is left out, and the names that are something else meanwhile."""


@dataclass(frozen=True, slots=True)
class _Set:
    """One file of questions, indexed."""

    name: str
    judged: JudgedSet
    index: Path


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make ranking", description="relevance, and what it is made of")
    parser.add_argument("--posts", type=int, default=0, help="posts of each corpus; 0: all (default)")
    options = parser.parse_args(arguments)
    if not RELEVANCE.is_dir() or not CORPORA.is_dir():
        print(f"ranking: {RELEVANCE} and {CORPORA} are needed", file=sys.stderr)
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
        print(_suggestions(corpora, indexes, segmenter))
    return 0


def _ablations(work: Path, corpora: list[Corpus], indexes: list[Path], segmenter: Segmenter) -> str:
    """MRR@10 of questions, and how often the first hit of title words is their page, each without a means."""
    sets = [_indexed_set(name, work, segmenter) for name in _OTHER_SCRIPT]
    head = ["MRR@10"]
    for one in sets:
        head += [one.name, f"{one.name}, other script"]
    head += ["ms a question", *(f"title words first, {Path(corpus.origin).name}" for corpus in corpora)]
    lines = [head]
    for label, changes in ABLATIONS.items():
        with ExitStack() as stack:
            for where, name, value in changes:
                stack.enter_context(patch.object(where, name, value))
            lines.append([label, *_asked(sets, segmenter), *_first(corpora, indexes, segmenter)])
    return as_table(lines)


def _asked(sets: Iterable[_Set], segmenter: Segmenter) -> list[str]:
    shown, took, count = [], 0.0, 0
    for one in sets:
        engine = open_current(one.index, EmbeddedEngine)
        convert = opencc.OpenCC(_OTHER_SCRIPT[one.name]).convert
        other = [JudgedQuery(convert(question.text), question.relevant) for question in one.judged.queries]
        start = time.perf_counter()
        shown += [_percent(evaluate(engine, asked, segmenter)) for asked in (one.judged.queries, other)]
        took += time.perf_counter() - start
        count += 2 * len(other)
    return [*shown, f"{took / count * 1000:.2f}"]


def _first(corpora: list[Corpus], indexes: list[Path], segmenter: Segmenter) -> list[str]:
    shown = []
    for corpus, index in zip(corpora, indexes, strict=True):
        asked = [search for search in make_searches(corpus.pages, segmenter) if search.kind == KINDS[0]]
        engine = open_current(index, EmbeddedEngine)
        questions = [JudgedQuery(search.text, search.pages) for search in asked]
        shown.append(f"{evaluate(engine, questions, segmenter).recall_at_1:.1%}")
    return shown


def _beside_stock(work: Path, corpora: list[Corpus], segmenter: Segmenter) -> str:
    """Site searches of every kind: found first, found among the first ten; ours and the recipe's."""
    lines = [["site searches", "", "zhsearch: first", "first ten", "stock Whoosh: first", "first ten"]]
    for corpus in corpora:
        searches = make_searches(corpus.pages, segmenter)
        peers: list[Peer] = [Zhsearch(work / "cache"), StockWhoosh(work / "stock-cache")]
        found = []
        for peer in peers:
            ranks: dict[str, list[int | None]] = {kind: [] for kind in KINDS}
            with peer.open(_indexed(peer, corpus, work), Wanted.ROWS) as ask:
                for search in searches:
                    paths = ask(search)().paths
                    places = (place for place, path in enumerate(paths, 1) if path in search.pages)
                    ranks[search.kind].append(next(places, None))
            found.append({kind: metrics_of(some) for kind, some in ranks.items()})
        for kind in KINDS:
            name = f"{Path(corpus.origin).name}: {kind}"
            both = [f"{value:.1%}" for one in found for value in _recalls(one[kind])]
            lines.append([name, f"{found[0][kind].queries:,}", *both])
    return as_table(lines)


def _suggestions(corpora: list[Corpus], indexes: list[Path], segmenter: Segmenter) -> str:
    """How often the suggestion is what was meant, and how often what is fine gets one."""
    lines = [["suggestions", "", "right", "p50, ms", "p99, ms"]]
    for corpus, index in zip(corpora, indexes, strict=True):
        engine = open_current(index, EmbeddedEngine)
        engine.warm()
        name = Path(corpus.origin).name
        mistakes = make_mistakes(corpus.pages, segmenter)
        fine = [search.text for search in make_searches(corpus.pages, segmenter) if search.kind == KINDS[0]]
        for kind in MISTAKES:
            some = [mistake for mistake in mistakes if mistake.kind == kind]
            told, times = _told(engine, [mistake.typed for mistake in some], segmenter)
            right = sum(text == mistake.meant for text, mistake in zip(told, some, strict=True))
            lines.append([f"{name}: {kind}", f"{len(some):,}", f"{right / len(some):.1%}", *times])
        told, times = _told(engine, fine, segmenter)
        spared = sum(text is None for text in told)
        lines.append(
            [f"{name}: title words, none wanted", f"{len(fine):,}", f"{spared / len(fine):.1%}", *times]
        )
    return as_table(lines)


def _told(engine: Engine, texts: Sequence[str], segmenter: Segmenter) -> tuple[list[str | None], list[str]]:
    """The suggestion for each text, and median and 99th percentile of the whole answers' milliseconds."""
    told, took = [], []
    for text in texts:
        start = time.perf_counter()
        told.append(run_search(engine, read_parameters(q=text), segmenter)["suggestion"])
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return told, [f"{took[len(took) * part // 100]:.1f}" for part in (50, 99)]


def _recalls(found: Metrics) -> tuple[float, float]:
    return found.recall_at_1, found.recall_at_10


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


def _percent(found: Metrics) -> str:
    return f"{found.mrr_at_10:.4f}"


if __name__ == "__main__":
    sys.exit(main())
