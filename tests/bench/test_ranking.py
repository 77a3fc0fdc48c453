"""Site searches by rule: what someone types who knows what a page is about brings the page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.corpus import make_corpus
from tests.bench.mistakes import KINDS as MISTAKES
from tests.bench.mistakes import make_mistakes
from tests.bench.ours import Zhsearch
from tests.bench.peer import Wanted
from tests.bench.process import run
from tests.bench.sites import KINDS, make_searches
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.generations.store import open_current
from zhsearch.search.analytics.evaluation import Metrics, metrics_of
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.embedded.engine import EmbeddedEngine

POSTS = 700  # evenly taken


@pytest.fixture(scope="module")
def found(
    shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Metrics]]:
    """By corpus and kind of search."""
    by_corpus: dict[str, dict[str, Metrics]] = {}
    for name in ("lctt", "servicemesher"):
        work = tmp_path_factory.mktemp(name)
        corpus = make_corpus(shared(f"corpus/{name}"), POSTS, work / "corpus")
        ours = Zhsearch(work / "cache")
        run(ours.index_command(corpus.content, work / "index"))
        ranks: dict[str, list[int | None]] = {kind: [] for kind in KINDS}
        with ours.open(work / "index", Wanted.ROWS) as ask:
            for search in make_searches(corpus.pages, get_segmenter("auto", work / "cache")):
                paths = ask(search)().paths
                places = (place for place, path in enumerate(paths, 1) if path in search.pages)
                ranks[search.kind].append(next(places, None))
        by_corpus[name] = {kind: metrics_of(some) for kind, some in ranks.items()}
    return by_corpus


@pytest.mark.parametrize("corpus", ["lctt", "servicemesher"])
def test_some_words_of_a_title_bring_its_page(found: dict[str, dict[str, Metrics]], corpus: str) -> None:
    words = found[corpus]["title words"]
    assert words.recall_at_10 >= 0.95
    assert words.recall_at_1 >= 0.75


@pytest.mark.parametrize("corpus", ["lctt", "servicemesher"])
def test_a_quoted_phrase_of_one_page_brings_it_first(
    found: dict[str, dict[str, Metrics]], corpus: str
) -> None:
    assert found[corpus]["quoted phrase"].recall_at_1 == 1.0


@pytest.mark.parametrize("corpus", ["lctt", "servicemesher"])
def test_one_mistake_is_seen_through(corpus: str, shared: Callable[[str], Path], tmp_path: Path) -> None:
    made = make_corpus(shared(f"corpus/{corpus}"), POSTS, tmp_path / "corpus")
    run(Zhsearch(tmp_path / "cache").index_command(made.content, tmp_path / "index"))
    segmenter = get_segmenter("auto", tmp_path / "cache")
    engine = open_current(tmp_path / "index", EmbeddedEngine)
    right: dict[str, list[bool]] = {kind: [] for kind in MISTAKES}
    for mistake in make_mistakes(made.pages, segmenter):
        told = run_search(engine, read_parameters(q=mistake.typed), segmenter)["suggestion"]
        right[mistake.kind].append(told == mistake.meant)
    for kind, least in zip(MISTAKES, (0.85, 0.70, 0.85), strict=True):
        assert sum(right[kind]) >= least * len(right[kind]), kind


def test_there_are_enough_searches_to_tell(found: dict[str, dict[str, Metrics]]) -> None:
    assert sum(kind.queries for kinds in found.values() for kind in kinds.values()) >= 2_000
