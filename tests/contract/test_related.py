"""Related posts: similar in content, never the page itself, always the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import CACHE, default_segmenter, index_site, post, searcher, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings

SITE = {
    "docker.md": post(
        "Docker 镜像瘦身", "容器镜像分层，构建缓存与镜像仓库。", date="2025-01-01", tags=["容器"]
    ),
    "compose.md": post("用 Compose 编排容器", "容器编排，镜像与网络。", date="2025-01-02", tags=["容器"]),
    "podman.md": post("Podman 入门", "不要守护进程的容器，同样的镜像。", date="2025-01-03"),
    "doufu.md": post("麻婆豆腐", "豆腐切块，花椒磨粉。", date="2025-01-04", tags=["菜谱"]),
    "doujiang.md": post("豆浆的做法", "黄豆泡软，豆腐也可以做。", date="2025-01-05", tags=["菜谱"]),
    "中文.md": post("镜像站", "软件镜像站。", date="2025-01-06"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, server_settings: Settings) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("related"), SITE), server_settings)


def titles(client: FlaskClient, url: str, **parameters: str) -> list[str]:
    response = client.get("/api/related", query_string={"url": url, **parameters})
    assert response.status_code == 200, response.text
    return [result["title"] for result in response.get_json()["results"]]


def test_pages_on_the_same_topic_come_first(client: FlaskClient) -> None:
    assert titles(client, "/docker/")[0] == "用 Compose 编排容器"
    assert titles(client, "/doufu/")[0] == "豆浆的做法"


def test_a_page_is_never_related_to_itself(client: FlaskClient) -> None:
    for name, title in (("docker", "Docker 镜像瘦身"), ("doufu", "麻婆豆腐")):
        assert title not in titles(client, f"/{name}/", count="50")


def test_the_page_may_be_given_by_path_or_url_escaped_or_not(client: FlaskClient) -> None:
    related = titles(client, "/%E4%B8%AD%E6%96%87/")
    assert related
    assert titles(client, "/%e4%b8%ad%e6%96%87/") == related
    assert titles(client, "/中文/") == titles(client, "https://x.example/中文/?a=b#c") == related


def test_the_same_page_always_has_the_same_related_pages(site: Settings, client: FlaskClient) -> None:
    before = titles(client, "/docker/", count="50")
    reindex(site, full=True)
    assert titles(client, "/docker/", count="50") == before


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("url=http://[", 404, "http://["),
        ("url=//[x", 404, "has no page"),
        ("", 400, "url: missing"),
        ("url=/none/", 404, "/none/"),
        ("url=/docker/&count=0", 400, "count"),
    ],
)
def test_an_invalid_request_is_rejected_with_the_value_in_its_detail(
    client: FlaskClient, query: str, status: int, detail: str
) -> None:
    response = client.get(f"/api/related?{query}")
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert detail in response.get_json()["detail"]


def test_every_real_page_has_related_pages_other_than_itself(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    corpus = shared("corpus/servicemesher")
    settings = Settings(content=corpus, index=tmp_path / "index", cache=CACHE)
    reindex(settings)
    search = searcher(settings)
    results: list[dict[str, Any]] = search("", per_page="50")["results"]
    for result in results:
        rows = search.engine.related(result["url"], 10, default_segmenter())
        assert rows
        assert len({row.page.meta.url for row in rows} - {result["url"]}) == len(rows) == 10
        scores = [row.score for row in rows]
        assert scores == sorted(scores, reverse=True)
