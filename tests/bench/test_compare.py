"""The benchmark runs and its table is whole; what the figures are is nobody's promise."""

import json
import math
from pathlib import Path

import pytest

from index.segment import get_segmenter

from . import corpus as corpora
from .compare import main
from .corpus import SAMPLE, make_corpus
from .questions import KINDS, make_questions

ROWS = [
    "index, posts/s",
    "peak memory while indexing, MB",
    "index size / Markdown size",
    "posts in the index",
    "query p50, ms",
    "query p95, ms",
    "query p50 with tag facets, ms",
    "query p95 with tag facets, ms",
    *(f"· {kind} p50, ms" for kind in KINDS),
    "cold start of one query, ms",
]
PEERS = ["zhsearch", "stock Whoosh + jieba"]


def test_the_table_has_every_row_and_only_finite_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bench.json"
    assert main([str(SAMPLE), "--posts", "5", "--rounds", "1", "--json", str(file)]) == 0
    printed = capsys.readouterr().out
    result = json.loads(file.read_text(encoding="utf-8"))
    names = [row["measure"] for row in result["rows"]]
    assert names[:-1] == ROWS
    assert names[-1].startswith("quoted phrases that found their page, of ")
    for row in result["rows"]:
        assert f"| {row['measure']}" in printed
        assert list(row["peers"]) == PEERS
        for values in row["peers"].values():
            figures = [values["median"], values["q1"], values["q3"], *values["samples"]]
            assert all(map(math.isfinite, figures))
            assert len(values["samples"]) == 1
        assert all(map(math.isfinite, filter(None, row["ratios"].values())))
    assert result["corpus"]["posts"] == 5
    assert f"5 posts, {result['corpus']['bytes']:,} bytes of Markdown" in printed


def test_the_same_posts_give_the_same_questions(tmp_path: Path) -> None:
    segmenter = get_segmenter("auto", tmp_path / "cache")
    made = [
        make_questions(make_corpus(SAMPLE, 0, tmp_path / name).pages, segmenter) for name in ("one", "two")
    ]
    assert made[0] == made[1]
    assert {question.kind for question in made[0]} == set(KINDS)
    assert all(question.pages for question in made[0] if question.kind == "phrase")


def test_a_small_sample_is_repeated_until_there_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora, "LCTT", tmp_path / "missing")
    corpus = make_corpus(None, 60, tmp_path / "work")
    assert len(corpus.pages) == len({page.path for page in corpus.pages}) == 60
    assert "repeated" in corpus.origin
