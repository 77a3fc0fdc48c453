"""Versions of a page over HTTP: counted in the answer, unfolded on the search page, apart on request."""

import random

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.settings import Settings

CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    text = "".join(random.Random(1).choices(CHARACTERS, k=400))
    pages = {f"docs/{version}/install.md": post("安装手册", text) for version in (15, 16, 17)}
    pages |= {f"many/{n}/page.md": post("许多版本", f"麒麟{text[::-1]}") for n in range(1, 25)}
    return index_site(write_site(tmp_path_factory.mktemp("site"), pages))


def test_the_answer_lists_the_other_versions(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=安装手册").json
    assert answer
    assert (answer["total"], answer["matches"]) == (1, 3)
    assert answer["results"][0]["url"] == "/docs/17/install/"
    assert answer["results"][0]["versions"] == [
        {"url": f"/docs/{version}/install/", "title": "安装手册", "label": str(version)}
        for version in (16, 15)
    ]


def test_at_most_twenty_versions_are_listed_and_all_are_counted(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=麒麟").json
    assert answer
    hit = answer["results"][0]
    assert (hit["url"], len(hit["versions"]), hit["version_count"]) == ("/many/24/page/", 20, 23)
    page = client.get("/search?q=麒麟").text
    assert "另有 23 个版本" in page
    assert "versions=all" in page


def test_the_search_page_unfolds_the_other_versions(client: FlaskClient) -> None:
    page = client.get("/search?q=安装手册").text
    assert "共 1 条结果" in page
    assert "<summary>另有 2 个版本<" in page
    assert '<a href="/docs/15/install/">安装手册 · 15</a>' in page


def test_all_versions_are_hits_on_request_and_an_unknown_value_is_refused(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=安装手册&versions=all").json
    assert answer
    assert [hit["version_count"] for hit in answer["results"]] == [0, 0, 0]
    assert "共 3 条结果" in client.get("/search?q=安装手册&versions=all").text
    problem = client.get("/api/search?q=安装手册&versions=none")
    assert problem.status_code == 400
    assert "versions" in problem.text
