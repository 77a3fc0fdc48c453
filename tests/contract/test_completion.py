"""Completion: by characters, by pinyin of every kind, by letters; the likelier first, marked right."""

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
    found: list[dict[str, Any]] = response.get_json()["suggestions"]
    return found


def texts(client: FlaskClient, q: str) -> list[str]:
    return [completion["text"] for completion in suggestions(client, q, count="20")]


@pytest.mark.parametrize(
    ("typed", "wanted"),
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
        ("yinhang", "银行"),
        ("dock", "Docker"),
        ("DOCK", "Docker"),
        ("rumen", "Docker  入門"),
        ("算力网", "算力網絡"),
        ("数据", "重庆银行的数据库"),
        ("入门", "Docker  入門"),
    ],
)
def test_it_is_completed_from_what_is_typed(client: FlaskClient, typed: str, wanted: str) -> None:
    assert wanted in texts(client, typed)


def test_what_begins_so_stands_before_what_has_it_inside(client: FlaskClient) -> None:
    found = texts(client, "算力")
    assert found.index("算力網絡") < found.index("国产算力加速")


def test_a_pinyin_that_is_a_word_is_a_word_first(client: FlaskClient) -> None:
    for typed, word in (("an", "Another Go 语言"), ("go", "Go")):
        found = texts(client, typed)
        han = [at for at, text in enumerate(found) if typed not in text.casefold()]
        assert found.index(word) < min(han, default=len(found))


def test_titles_and_headings_lead_to_their_pages(client: FlaskClient) -> None:
    by_kind = {one["kind"]: one for one in suggestions(client, "算力", count="20")}
    assert by_kind["title"]["url"] == "/a/"
    assert by_kind["heading"]["url"].startswith("/a/#")
    assert by_kind["tag"]["url"] is None
    assert by_kind["tag"]["pages"] == 1


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [("guochan", "国产算力", "国产"), ("入门", "Docker  入門", "入門"), ("wangluo", "算力網絡", "網絡")],
)
def test_what_was_typed_is_marked_in_the_text_as_written(
    client: FlaskClient, typed: str, text: str, marked: str
) -> None:
    (one,) = [one for one in suggestions(client, typed, count="20") if one["text"] == text]
    assert [text[start:end] for start, end in one["marks"]] == [marked]


@given(st.text(st.sampled_from(list("国產算力guochanDk 入門\u200b\ud800é🚀'\"-:(")), max_size=12))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_completed_or_not_and_marks_fit(client: FlaskClient, typed: str) -> None:
    query = {"q": typed.encode("utf-8", "replace").decode()}
    response = client.get("/api/suggest", query_string=query)
    assert response.status_code == 200
    for one in response.get_json()["suggestions"]:
        for start, end in one["marks"]:
            assert 0 <= start < end <= len(one["text"])


def test_what_is_out_of_range_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/suggest?q=a&count=51").status_code == 400
    assert client.get(f"/api/suggest?q={'a' * 513}").status_code == 400
    assert suggestions(client, "") == []
    assert len(suggestions(client, "国", count="1")) == 1
