"""`zhsearch eval`: figures that can be verified by hand, errors that name the line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import ROOT, index_site, post, write_site
from tests.search.cli.test_main import as_json, zhsearch
from zhsearch.index.errors import ZhsearchError
from zhsearch.search.analytics.evaluation import metrics_of, read_judged

DOCUMENTS: list[dict[str, Any]] = [
    {"doc": 1, "title": "貔貅", "text": "貔貅是一種瑞獸。"},
    {"doc": "b", "title": "算力", "text": "國產算力與芯片。"},
]
RELEVANCE = ROOT.parent / "shared" / "relevance"


def written(folder: Path, *lines: object) -> Path:
    file = folder / "judged.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text(text + "\n", encoding="utf-8")
    return file


def test_the_figures_are_means_over_all_queries() -> None:
    metrics = metrics_of([1, 2, 4, None])
    assert (metrics.mrr_at_10, metrics.recall_at_1, metrics.recall_at_10, metrics.queries) == (
        0.4375,
        0.25,
        0.75,
        4,
    )


def test_a_file_is_measured_in_one_command(tmp_path: Path) -> None:
    questions = [
        {"query": "貔貅是什么？", "relevant": 1},
        {"query": "国产算力", "relevant": ["b"]},
        {"query": "麻婆豆腐", "relevant": 1},
    ]
    file = written(tmp_path, *DOCUMENTS, *questions)
    assert as_json(zhsearch("eval", file, "--json", cwd=tmp_path)) == {
        "mrr_at_10": 0.6667, "recall_at_1": 0.6667, "recall_at_10": 0.6667, "queries": 3,
    }  # fmt: skip
    assert not (tmp_path / ".zhsearch").exists()


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "Expecting property name"),
        ('{"doc": 3, "title": "x"}', "'text' is missing"),
        ('{"doc": 3, "title": 1, "text": "x"}', "title must be a string"),
        ('{"query": "x", "relevant": 9}', "relevant document '9' is not in the file"),
        ('{"doc": 1, "title": "x", "text": "x"}', "twice"),
        ("[1]", "3:"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, line: str, named: str) -> None:
    with pytest.raises(ZhsearchError, match=r"judged.jsonl:3:") as problem:
        read_judged(written(tmp_path, *DOCUMENTS, line, {"query": "x", "relevant": 1}))
    assert named in str(problem.value)


def test_a_file_without_questions_measures_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZhsearchError, match="no queries"):
        read_judged(written(tmp_path, *DOCUMENTS))
    assert zhsearch("eval", tmp_path / "none.jsonl", cwd=tmp_path).returncode == 1


def test_a_file_without_documents_is_measured_on_the_pages_of_the_live_index(tmp_path: Path) -> None:
    posts = {"chips.md": post("国产芯片", "算力"), "tofu.md": post("麻婆豆腐", "算力，算力")}
    site = index_site(write_site(tmp_path, posts))
    file = written(
        tmp_path,
        {"query": "国产芯片", "relevant": "/chips/"},
        {"query": "豆腐", "relevant": ["tofu.md", "/gone/"]},
        {"query": "貔貅", "relevant": "/tofu/"},
    )
    done = zhsearch("eval", file, "--index", site.index, "--json", cwd=tmp_path)
    assert as_json(done)["mrr_at_10"] == 0.6667
    assert done.stderr == "/gone/ is not in the index: no query finds it\n"


@pytest.mark.skipif(not RELEVANCE.is_dir(), reason="shared/relevance is not at hand")
@pytest.mark.parametrize(("name", "min_mrr"), [("drcd", 0.970), ("cmrc", 0.988)])
def test_questions_rank_their_paragraph_first(name: str, min_mrr: float, tmp_path: Path) -> None:
    metrics = as_json(zhsearch("eval", RELEVANCE / f"{name}.jsonl", "--json", cwd=tmp_path))
    assert metrics["mrr_at_10"] >= min_mrr
