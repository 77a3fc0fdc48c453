"""Completion by characters, by full, partial and initial pinyin, and by letters: the likeliest first, with highlights."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.settings import Settings

SITE = {
    "a.md": post(
        "国产算力加速", "国产算力。\n\n## 算力網絡\n\n国产芯片。", date="2025-03-01", tags=["国产算力"]
    ),
    "b.md": post("重庆银行的数据库", "重庆的银行，国产数据库。", date="2025-02-01", tags=["重庆"]),
    "c.md": post("Docker  入門", "Docker 与 Go。go 是词。", date="2025-01-01", tags=["Docker"]),
    "d.md": post("Another Go 语言", "安装 Go，安全。Docker。", date="2025-01-02", tags=["Go"]),
    "e.md": post("安全与安装", "国产。安全。安装。银行。", date="2025-01-03"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("complete"), SITE), engine_settings)


def suggestions(client: FlaskClient, q: str, **parameters: str) -> list[dict[str, Any]]:
    response = client.get("/api/suggest", query_string={"q": q, **parameters})
    assert response.status_code == 200, response.text
    assert response.get_json()["query"] == q
    completions: list[dict[str, Any]] = response.get_json()["suggestions"]
    return completions


def texts(client: FlaskClient, q: str) -> list[str]:
    return [completion["text"] for completion in suggestions(client, q, count="20")]


@pytest.mark.parametrize(
    ("typed", "completion"),
    [
        ("国", "国产算力"),
        ("國產", "国产算力"),
        ("guochan", "国产算力"),
        ("guoch", "国产算力"),
        ("gcsl", "国产算力"),
        ("国chan", "国产算力"),
        ("guo产", "国产算力"),
        ("gcsuanli", "国产算力"),
        ("guo chan", "国产算力"),
        ("chongqing", "重庆"),
        ("congqin", "重庆"),
        ("guocansuanli", "国产算力"),
        ("yinhang", "银行"),
        ("dock", "Docker"),
        ("DOCK", "Docker"),
        ("rumen", "Docker  入門"),
        ("算力网", "算力網絡"),
        ("数据", "重庆银行的数据库"),
        ("入门", "Docker  入門"),
    ],
)
def test_characters_pinyin_and_letters_are_completed(
    client: FlaskClient, typed: str, completion: str
) -> None:
    assert completion in texts(client, typed)


def test_a_completion_that_starts_with_the_input_stands_above_one_that_contains_it(
    client: FlaskClient,
) -> None:
    completions = texts(client, "算力")
    assert completions.index("算力網絡") < completions.index("国产算力加速")


def test_letters_that_are_a_word_and_pinyin_are_completed_as_a_word_first(client: FlaskClient) -> None:
    for typed, word in (("an", "Another Go 语言"), ("go", "Go")):
        completions = texts(client, typed)
        han = [rank for rank, text in enumerate(completions) if typed not in text.casefold()]
        assert completions.index(word) < min(han, default=len(completions))


def test_completed_titles_and_headings_lead_to_their_pages(client: FlaskClient) -> None:
    by_kind = {completion["kind"]: completion for completion in suggestions(client, "算力", count="20")}
    assert by_kind["title"]["url"] == "/a/"
    assert by_kind["heading"]["url"].startswith("/a/#")
    assert by_kind["tag"]["url"] is None
    assert by_kind["tag"]["pages"] == 1


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [("guochan", "国产算力", "国产"), ("入门", "Docker  入門", "入門"), ("wangluo", "算力網絡", "網絡")],
)
def test_the_typed_part_is_highlighted_in_the_original_text(
    client: FlaskClient, typed: str, text: str, marked: str
) -> None:
    (completion,) = [c for c in suggestions(client, typed, count="20") if c["text"] == text]
    assert [text[start:end] for start, end in completion["marks"]] == [marked]


@given(st.text(st.sampled_from(list("国產算力guochanDk 入門\u200b\ud800é🚀'\"-:(")), max_size=12))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_input_is_accepted_and_highlights_lie_within_the_text(client: FlaskClient, typed: str) -> None:
    query = {"q": typed.encode("utf-8", "replace").decode()}
    response = client.get("/api/suggest", query_string=query)
    assert response.status_code == 200
    for completion in response.get_json()["suggestions"]:
        for start, end in completion["marks"]:
            assert 0 <= start < end <= len(completion["text"])


def test_a_count_or_input_out_of_range_is_rejected(client: FlaskClient) -> None:
    assert client.get("/api/suggest?q=a&count=51").status_code == 400
    assert client.get(f"/api/suggest?q={'a' * 513}").status_code == 400
    assert suggestions(client, "") == []
    assert len(suggestions(client, "国", count="1")) == 1
