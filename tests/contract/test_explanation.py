"""Explanations: the parts add up to the score of a hit and name the channel and the field that matched."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.sites import Searcher, default_segmenter, index_site, post, searcher, write_site
from tests.search.cli.test_main import as_json, zhsearch
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

SITE = {
    "a.md": post(
        "国产算力", "算力与芯片。\n\n## 算力网络\n\n待处理的任务。", date="2025-01-01", tags=["算力"]
    ),
    "b.md": post("芯片", "算力不够，处理得慢。GPT-4o 与 Docker。", date="2025-01-02"),
    "c.md": post("民选县长", "首长自一九八九年起民选产生。", date="2025-01-03"),
}
WORDS = [
    "(芯片 docker)",
    "算力",
    "芯片",
    "处理",
    "gpt-4o",
    "docker",
    "的",
    '"算力与"',
    "-民选",
    "title:芯片",
    "tag:算力",
    "OR",
    "？",
    "谁",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, server_settings: Settings) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("explain"), SITE), server_settings)


@pytest.fixture(scope="module")
def search(site: Settings) -> Searcher:
    return searcher(site)


def explained(search: Searcher, q: str, **parameters: Any) -> Any:
    return run_search(search.engine, read_parameters(q=q, **parameters), default_segmenter(), explained=True)


@given(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_explained_parts_add_up_to_the_score(search: Searcher, q: str) -> None:
    answer = explained(search, q)
    for result in answer["results"]:
        parts = result["explain"]
        assert sum(part["score"] for part in parts) == pytest.approx(result["score"], abs=0.002)
        for part in parts:
            shares = part["fields"].values()
            assert not shares or sum(shares) == pytest.approx(part["score"], abs=0.002)


def test_an_explanation_changes_nothing_else_in_the_answer(search: Searcher) -> None:
    plain, with_explanation = search("算力 芯片"), explained(search, "算力 芯片")
    assert with_explanation.pop("explain")
    for result in with_explanation["results"]:
        assert result.pop("explain")
    assert with_explanation | {"took_ms": 0} == plain | {"took_ms": 0}


@pytest.mark.parametrize(
    ("q", "title", "channel", "what", "field"),
    [
        ("芯片", "芯片", "word", "芯片", "title"),
        ("芯片", "国产算力", "word", "芯片", "body"),
        ("算力网络", "国产算力", "word", "网络", "heading"),
        ("处", "芯片", "inside", "处", "inside"),
        ('"算力与"', "国产算力", "phrase", "算力与", None),
        ("首长从哪一年开始选出？", "民选县长", "pairs", "首长从哪一年开始选出?", None),
    ],
)
def test_an_explanation_names_the_channel_and_the_field(
    search: Searcher, q: str, title: str, channel: str, what: str, field: str | None
) -> None:
    (result,) = [r for r in explained(search, q)["results"] if r["title"] == title]
    (part,) = [p for p in result["explain"] if p["channel"] == channel and p["what"] == what]
    assert field is None or part["fields"][field] > 0


def test_an_explanation_shows_how_the_query_was_segmented_and_folded(search: Searcher) -> None:
    explanation = explained(search, "國產的 ＧＰＴ-4o")["explain"]
    assert explanation["folded"] == "国产的 gpt-4o"
    assert [(word["text"], word["term"], word["function"]) for word in explanation["words"]] == [
        ("國產", "国产", False), ("的", "的", True), ("ＧＰＴ-4o", "gpt-4o", False),
    ]  # fmt: skip


def test_an_explanation_lists_only_words_and_phrases_that_are_searched_for(search: Searcher) -> None:
    explanation = explained(search, 'tag:算力 -民选 OR 芯片 "算力与"')["explain"]
    assert [word["term"] for word in explanation["words"]] == ["芯片"]
    assert explanation["phrases"] == ["算力与"]


def test_the_api_explains_nothing_unless_the_owner_allows_it(site: Settings) -> None:
    closed, opened = (create_app(replace(site, explain=on)).test_client() for on in (False, True))
    assert closed.get("/api/search?q=算力&explain=0").status_code == 200
    refused = closed.get("/api/search?q=算力&explain=1")
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    assert opened.get("/api/search?q=算力&explain=1").get_json()["explain"]["asked_for"] == ["算力"]
    assert opened.get("/api/search?q=算力&explain=2").status_code == 400


def test_the_query_command_shows_the_segmentation_and_the_explanation(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_text(
        f"engine = {site.engine!r}\nopensearch_hosts = {list(site.opensearch_hosts)}\n"
        f"opensearch_index = {site.opensearch_index!r}\n"
    )
    done = zhsearch("query", "國產的算力", "--explain", "--index", site.index, cwd=tmp_path)
    assert done.returncode == 0
    assert "国产 | (的) | 算力" in done.stdout
    answer = as_json(zhsearch("query", "算力", "--explain", "--json", "--index", site.index, cwd=tmp_path))
    assert answer["results"][0]["explain"]
