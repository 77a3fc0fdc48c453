"""The indexed text of a page at its own address: on this machine alone, unless the settings say otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

HTML = "<script>alert(1)</script>"
POSTS = {
    "posts/a.md": post(
        f"标题 {HTML}",
        f"开头 <b onclick=x>粗</b> `{HTML}`\n\n## 章节\n\n- 一\n- 二\n\n# 顶层 {{#top}}\n\n###### 底层\n",
        date="2025-02-13T08:00:00+08:00",
        tags=["R&D", HTML],
    ),
    "posts/中文 C#.md": post("井号", "没有日期", lang="zh-TW"),
    "search.md": post("搜索", "站点自己的搜索页"),
    "api/x.md": post("接口", "接口说明"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("pages"), POSTS))


def status(settings: Settings, path: str = "/posts/a/", **headers: str) -> int:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return create_app(settings).test_client().get(path, headers=fields).status_code


def test_a_page_is_shown_with_title_date_tags_headings_and_blocks(client: FlaskClient) -> None:
    page = client.get("/posts/a/").get_data(as_text=True)
    assert '<time datetime="2025-02-13T08:00:00+08:00">2025-02-13</time>' in page
    assert '<a class="tag" href="/search?tag=R%26D">R&amp;D</a>' in page
    assert '<h2 id="章节">章节</h2>' in page
    assert '<h2 id="top">顶层</h2>' in page  # the title alone is above
    assert '<h6 id="底层">底层</h6>' in page
    assert "<p>一</p>\n" in page
    assert "<p>二</p>\n" in page
    assert page.count("<h1>") == 1


def test_it_says_what_it_is_in_the_readers_language(client: FlaskClient) -> None:
    for language, words in (("zh-CN", "收录的文字"), ("zh-TW", "收錄的文字"), ("en", "has indexed")):
        page = client.get("/posts/a/", headers={"Accept-Language": language}).get_data(as_text=True)
        assert words in page
        assert "site_url" in page
        assert 'href="/search"' in page


def test_no_html_of_a_post_is_passed_through(client: FlaskClient) -> None:
    response = client.get("/posts/a/")
    page = response.get_data(as_text=True)
    assert "<script>alert" not in page
    assert "onclick" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_search_engines_are_told_not_to_index_it(client: FlaskClient) -> None:
    response = client.get("/posts/a/")
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.get_data(as_text=True)


def test_every_hit_of_the_search_leads_to_its_page(client: FlaskClient) -> None:
    results = client.get("/api/search?per_page=50").get_json()["results"]
    shown = {hit["url"] for hit in results if not hit["url"].startswith("/api/")}
    assert len(shown) == 3
    for url in shown:
        assert client.get(url).status_code == 200, url
    (undated,) = (hit["url"] for hit in results if hit["title"] == "井号")
    page = client.get(undated).get_data(as_text=True)
    assert '<article class="indexed" lang="zh-TW">' in page
    assert "日期不详" in page


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nothing", 404), ("GET", "/posts/a", 404), ("GET", "//posts/a/", 404), ("GET", "/posts/a/index.html", 404),
        ("POST", "/posts/a/", 404), ("OPTIONS", "/posts/a/", 404), ("HEAD", "/posts/a/", 200),
        ("GET", "/search", 200), ("GET", "/search/", 200), ("POST", "/api/search", 405),
        ("GET", "/api/x/", 404), ("GET", "/%00%ff/../", 404), ("GET", "/" + "长" * 400, 404),
    ],
)  # fmt: skip
def test_everything_else_is_answered_as_before(
    client: FlaskClient, method: str, path: str, code: int
) -> None:
    response = client.open(path, method=method, follow_redirects=False)
    assert response.status_code in (code, 308) if path.startswith("//") else response.status_code == code
    assert path != "/search" or "最新文章" in response.get_data(as_text=True)
    assert path != "/api/x/" or response.mimetype == "application/problem+json"


def test_auto_shows_pages_only_to_this_machine_and_where_nothing_leads_to_a_site(site: Settings) -> None:
    assert status(site) == 200
    for host in ("localhost:8000", "127.0.0.1", "[::1]:80"):
        assert status(site, Host=host) == 200, host
    for host in ("news.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost.evil.example"):
        assert status(site, Host=host) == 404, host
    headers = ("X_Forwarded_For", "X_Forwarded_Host", "X_Forwarded_Proto", "X_Real_IP", "Forwarded", "Via")
    for header in (*headers, "CF_Connecting_IP", "True_Client_IP"):
        assert status(site, **{header: "127.0.0.1"}) == 404, header
    assert status(replace(site, host="0.0.0.0")) == 404
    assert status(replace(site, host="::1")) == 200
    assert status(replace(site, site_url="https://news.example")) == 404
    assert status(replace(site, trusted_hops=1)) == 404


def test_the_setting_decides_where_it_is_true_or_false(site: Settings) -> None:
    assert status(replace(site, show_pages=False)) == 404
    public = replace(site, show_pages=True, host="0.0.0.0", site_url="https://news.example")
    assert status(public, Host="news.example", X_Forwarded_For="1.2.3.4") == 200


def test_the_root_shows_an_indexed_home_page_and_else_leads_to_the_search(
    client: FlaskClient, tmp_path: Path
) -> None:
    assert client.get("/").headers["Location"] == "/search"
    home = index_site(write_site(tmp_path, {"home.md": post("首页", "欢迎", url="/")}))
    assert "<p>欢迎</p>" in create_app(home).test_client().get("/").get_data(as_text=True)
    assert create_app(replace(home, show_pages=False)).test_client().get("/").status_code == 302
    assert create_app(replace(home, index=tmp_path / "none")).test_client().get("/").status_code == 302


def test_without_an_index_an_unknown_page_is_a_404(site: Settings, tmp_path: Path) -> None:
    assert status(replace(site, index=tmp_path / "none")) == 404
