"""One request gives what a search box shows: hits, completions, the facets it wants, a reader's language, pinyin."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.settings import Settings

SITE = {
    "a.md": post("容器入门", "容器与镜像。国产算力。", date="2025-03-01", tags=["容器"], series="甲"),
    "b.md": post(
        "容器网络", "容器的网络。国产算力。", date="2024-02-01", tags=["容器", "网络"], lang="zh-CN"
    ),
    "c.md": post("容器與網絡", "容器的網絡。麒麟。", date="2024-01-01", tags=["網絡"], lang="zh-TW"),
    "d.md": post("Containers", "Only English here. Kubernetes.", date="2023-01-01", lang="en"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, server_settings: Settings) -> Settings:
    folder = write_site(tmp_path_factory.mktemp("one-request"), SITE)
    return index_site(folder, replace(server_settings, facets=("series",)))


def answer(client: FlaskClient, **parameters: str | int) -> dict[str, Any]:
    response = client.get("/api/search", query_string=parameters)
    assert response.status_code == 200, response.text
    return dict(response.get_json())


def urls(found: dict[str, Any]) -> list[str]:
    return sorted(hit["url"] for hit in found["results"])


def test_an_answer_has_nothing_more_unless_it_is_asked_for(client: FlaskClient) -> None:
    found = answer(client, q="容器")
    assert not {"completions", "language", "widened", "pinyin"} & found.keys()
    assert list(found["facets"]) == ["tag", "category", "lang", "year", "month", "series"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("tag,year", ["tag", "year"]),
        ("year, tag", ["tag", "year"]),
        ("*", ["series"]),
        ("lang,*", ["lang", "series"]),
        ("series", ["series"]),
        ("none", []),
        ("", ["tag", "category", "lang", "year", "month", "series"]),
    ],
)
def test_the_facets_that_are_named_are_counted_and_no_others(
    client: FlaskClient, wanted: str, names: list[str]
) -> None:
    for filters in ({}, {"tag": "网络"}, {"series": "甲"}, {"from": "2024", "to": "2024", "lang": "zh-CN"}):
        every = answer(client, q="容器", **filters)
        some = answer(client, q="容器", facets=wanted, **filters)
        assert some["facets"] == {name: every["facets"][name] for name in names}
        assert (some["results"], some["total"]) == (every["results"], every["total"])


def test_an_unknown_facet_is_refused_by_name(client: FlaskClient) -> None:
    response = client.get("/api/search?q=容器&facets=tag,colour")
    assert response.status_code == 400
    assert response.get_json()["detail"] == (
        "facets: 'colour' is no facet; known are tag, category, lang, year, month, series, *, none"
    )


@pytest.mark.parametrize("q", ["容", "rongq", "conta"])
def test_completions_are_those_that_the_endpoint_for_them_gives(client: FlaskClient, q: str) -> None:
    wanted = client.get("/api/suggest", query_string={"q": q, "count": 3}).get_json()["suggestions"]
    assert wanted
    assert answer(client, q=q, completions=3)["completions"] == wanted
    assert answer(client, q=q, completions=3, pinyin=1)["completions"] == wanted


def test_no_completions_are_zero_and_many_are_refused(client: FlaskClient) -> None:
    assert "completions" not in answer(client, q="容", completions=0)
    problem = client.get("/api/search?q=容&completions=21").get_json()
    assert problem["detail"] == "completions: '21' is not a whole number from 0 to 20"


@pytest.mark.parametrize(
    ("wished", "language"), [("zh-TW", "zh-TW"), ("ZH-tw", "zh-TW"), ("zh", "zh-CN"), ("en-GB", "en")]
)
def test_a_readers_language_is_searched_where_the_site_has_it(
    client: FlaskClient, wished: str, language: str
) -> None:
    found = answer(client, q="", prefer_lang=wished)
    assert (found["language"], found["widened"]) == (language, False)
    assert {hit["lang"] for hit in found["results"]} == {language}


def test_a_language_without_hits_gives_those_in_all_languages(client: FlaskClient) -> None:
    found = answer(client, q="容器", prefer_lang="en")
    assert (found["language"], found["widened"]) == ("en", True)
    assert urls(found) == urls(answer(client, q="容器"))


def test_nothing_in_any_language_is_not_called_widened(client: FlaskClient) -> None:
    found = answer(client, q="饕餮饕餮", prefer_lang="en")
    assert (found["language"], found["widened"], found["total"]) == ("en", False, 0)


def test_a_language_that_the_site_lacks_is_no_filter(client: FlaskClient) -> None:
    found = answer(client, q="容器", prefer_lang="fr")
    assert (found["language"], found["widened"]) == (None, False)
    assert urls(found) == urls(answer(client, q="容器"))


def test_a_chosen_language_wins_over_a_preferred_one(client: FlaskClient) -> None:
    found = answer(client, q="容器", lang="zh-TW", prefer_lang="zh-CN")
    assert (found["language"], found["widened"]) == (None, False)
    assert urls(found) == ["/c/"]
    assert not answer(client, q="麒麟", lang="en", prefer_lang="zh-CN")["results"]


@pytest.mark.parametrize("typed", ["rongq", "rongqi"])
def test_pinyin_that_finds_nothing_shows_the_hits_of_its_first_completion(
    client: FlaskClient, typed: str
) -> None:
    found = answer(client, q=typed, pinyin=1)
    assert found["total"] == 0
    wanted = answer(client, q="容器")
    assert found["pinyin"]["query"] == "容器"
    assert found["pinyin"]["total"] == wanted["total"]
    assert found["pinyin"]["results"] == wanted["results"]


def test_hits_by_pinyin_pass_the_same_filters(client: FlaskClient) -> None:
    assert urls(answer(client, q="rongqi", pinyin=1, tag="网络")["pinyin"]) == ["/b/"]
    assert answer(client, q="rongqi", pinyin=1, tag="无")["pinyin"] is None


@pytest.mark.parametrize("typed", ["容器", "Kubernetes", "xqzw", "饕餮饕餮", ""])
def test_what_has_hits_or_is_no_pinyin_of_the_site_has_no_hits_by_pinyin(
    client: FlaskClient, typed: str
) -> None:
    assert answer(client, q=typed, pinyin=1)["pinyin"] is None
