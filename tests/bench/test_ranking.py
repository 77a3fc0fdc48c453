"""Relevance on real corpora: known-item searches find their page, misspelt queries get the intended suggestion."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.corpus import make_corpus
from tests.bench.misspellings import KINDS as MISSPELLINGS
from tests.bench.misspellings import make_misspellings
from tests.bench.peer import AnswerDetail
from tests.bench.process import run
from tests.bench.ranking import ABLATIONS, search_metrics
from tests.bench.site_searches import make_searches
from tests.bench.zhsearch_peer import Zhsearch
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.generations.store import open_current
from zhsearch.search.analytics.evaluation import Metrics
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.embedded.engine import EmbeddedEngine

POSTS = 700  # evenly taken
pytestmark = pytest.mark.skipif(
    "TESTS_RANKING" not in os.environ, reason="half a minute: `make ranking` runs them"
)


@pytest.fixture(scope="module")
def metrics(
    shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Metrics]]:
    """The metrics by corpus and kind of search."""
    by_corpus: dict[str, dict[str, Metrics]] = {}
    for name in ("lctt", "servicemesher"):
        work = tmp_path_factory.mktemp(name)
        corpus = make_corpus(shared(f"corpus/{name}"), POSTS, work / "corpus")
        ours = Zhsearch(work / "cache")
        run(ours.index_command(corpus.content, work / "index"))
        searches = make_searches(corpus.pages, get_segmenter("auto", work / "cache"))
        with ours.open(work / "index", AnswerDetail.HITS) as prepare:
            by_corpus[name] = search_metrics(prepare, searches)
    return by_corpus


@pytest.mark.parametrize("corpus", ["lctt", "servicemesher"])
def test_a_few_words_of_a_title_find_its_page(metrics: dict[str, dict[str, Metrics]], corpus: str) -> None:
    words = metrics[corpus]["title words"]
    assert words.recall_at_10 >= 0.95
    assert words.recall_at_1 >= 0.75


@pytest.mark.parametrize(("corpus", "required"), [("lctt", 0.97), ("servicemesher", 0.96)])
def test_any_words_of_a_title_bring_its_page_near_the_top(
    metrics: dict[str, dict[str, Metrics]], corpus: str, required: float
) -> None:
    assert metrics[corpus]["any title words"].mrr_at_10 >= required
    assert metrics[corpus]["any title words, other order"].mrr_at_10 >= required - 0.02


@pytest.mark.parametrize("corpus", ["lctt", "servicemesher"])
def test_a_quoted_phrase_of_one_page_is_found_first(
    metrics: dict[str, dict[str, Metrics]], corpus: str
) -> None:
    assert metrics[corpus]["quoted phrase"].recall_at_1 == 1.0


@pytest.mark.parametrize("corpus", ["lctt", "servicemesher"])
def test_a_query_with_one_misspelling_gets_the_intended_suggestion(
    corpus: str, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    posts = make_corpus(shared(f"corpus/{corpus}"), POSTS, tmp_path / "corpus")
    run(Zhsearch(tmp_path / "cache").index_command(posts.content, tmp_path / "index"))
    segmenter = get_segmenter("auto", tmp_path / "cache")
    engine = open_current(tmp_path / "index", EmbeddedEngine)
    right: dict[str, list[bool]] = {kind: [] for kind in MISSPELLINGS}
    for misspelling in make_misspellings(posts.pages, segmenter):
        suggestion = run_search(engine, read_parameters(q=misspelling.typed), segmenter)["suggestion"]
        right[misspelling.kind].append(suggestion == misspelling.intended)
    for kind, required in zip(MISSPELLINGS, (0.85, 0.70, 0.85), strict=True):
        assert sum(right[kind]) >= required * len(right[kind]), kind


def test_relevance_is_measured_on_at_least_two_thousand_searches(
    metrics: dict[str, dict[str, Metrics]],
) -> None:
    assert sum(kind.queries for kinds in metrics.values() for kind in kinds.values()) >= 2_000


def test_every_ablation_patches_a_name_that_exists() -> None:
    patches = [patch for patches in ABLATIONS.values() for patch in patches]
    assert [name for module, name, _ in patches if not hasattr(module, name)] == []
