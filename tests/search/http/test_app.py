"""The HTTP interface, on a real index."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import CACHE, SEED, index_site, marked, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

NASTY = '<script>alert("x")</script>'
POSTS = {
    "posts/a.md": post(
        "算力与芯片",
        "国产算力。\n\n## 章节\n\n芯片在此。",
        date="2025-02-13",
        tags=["AI"],
        thumbnail="https://x/y.png",
    ),
    "posts/b.md": post(
        "危险", f"前面 `{NASTY}` 后面", date="2024-01-01", tags=[NASTY.replace('"', "'")], lang="en"
    ),
    "posts/c.md": post("<img src=x onerror=alert(1)>", "芯片", categories=["<b>粗</b>"]),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("app"), POSTS))


def get(client: FlaskClient, path: str, **query: Any) -> dict[str, Any]:
    response = client.get(path, query_string=query)
    assert response.status_code == 200
    answer: dict[str, Any] = response.get_json()
    return answer


def test_a_search_returns_every_field_of_the_contract(client: FlaskClient) -> None:
    answer = get(client, "/api/search", q="算力")
    assert list(answer) == [
        "query", "total", "matches", "page", "per_page", "took_ms", "relaxed", "weak", "suggestion", "read",
        "results", "facets",
    ]  # fmt: skip
    (result,) = answer["results"]
    assert result | {"score": 0} == {
        "url": "/posts/a/",
        "title": "算力与芯片",
        "title_marks": [[0, 2]],
        "date": "2025-02-13T00:00:00+00:00",
        "lang": "zh-CN",
        "tags": ["AI"],
        "categories": [],
        "thumbnail": "https://x/y.png",
        "kind": "page",
        "section": None,
        "excerpt": "国产算力。 章节 · 芯片在此。",
        "excerpt_marks": [[2, 4]],
        "passages": [{"section": None, "text": "国产算力。 章节 · 芯片在此。", "marks": [[2, 4]]}],
        "missing": [],
        "score": 0,
        "version_count": 0,
        "versions": [],
    }
    assert list(answer["facets"]) == ["tag", "category", "lang", "year", "month"]
    assert answer["facets"]["month"] == [{"value": "2025-02", "count": 1, "selected": False}]


def test_a_hit_names_its_section_and_anchor(client: FlaskClient) -> None:
    (result,) = get(client, "/api/search", q="title:算力 芯片")["results"]
    assert result["section"] == {"title": "章节", "anchor": "章节"}


def test_chinese_stays_readable_in_the_json(client: FlaskClient) -> None:
    assert "算力与芯片" in client.get("/api/search?q=算力").get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    ["page=0", "per_page=51", "sort=evil", "from=2025-13", "to=x", "from=2026&to=2025", "q=" + "a" * 513],
)
def test_an_invalid_parameter_is_a_problem_that_names_it(client: FlaskClient, query: str) -> None:
    for path in ("/api/search", "/search"):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 400
        if path == "/api/search":
            assert response.mimetype == "application/problem+json"
            problem = json.loads(response.data)
            assert problem["status"] == 400
            assert problem["parameter"] == query.split("=")[0]
            assert problem["detail"]


def test_an_unknown_address_is_a_problem_in_the_api_and_a_page_elsewhere(client: FlaskClient) -> None:
    response = client.get("/api/nothing")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    response = client.get("/nothing")
    assert (response.status_code, response.mimetype) == (404, "text/html")


def test_a_405_names_the_allowed_methods(client: FlaskClient) -> None:
    response = client.post("/api/search")
    assert (response.status_code, response.mimetype) == (405, "application/problem+json")
    assert "GET" in response.headers["Allow"]


def test_the_page_accepts_the_form_of_the_mainroad_widget(client: FlaskClient) -> None:
    response = client.get("/search", query_string={"q": "算力", "sitesearch": "https://x.example/"})
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "<mark>算力</mark>" in page
    assert 'href="/posts/a/#:~:text=' in page
    assert "sitesearch" not in page


def test_the_page_strikes_out_what_a_hit_lacks_and_sets_weak_hits_apart(client: FlaskClient) -> None:
    def page(q: str) -> str:
        return client.get("/search", query_string={"q": q}).get_data(as_text=True)

    relaxed = page("国产算力 <麻辣>")
    assert '<p class="missing">缺少字词：<s>麻辣</s></p>' in relaxed
    assert "以下内容不一定包含所有词语。" in relaxed
    assert "没有找到" not in relaxed
    weak = page("国产 火锅 麻辣")
    assert "<h1>没有找到“国产 火锅 麻辣”</h1>" in weak
    assert "以下 1 条结果只包含其中一部分" in weak
    assert "<s>火锅</s> <s>麻辣</s>" in weak
    assert "缺少字词" not in page("算力")


def test_the_page_is_not_for_search_engines(client: FlaskClient) -> None:
    assert '<meta name="robots" content="noindex">' in client.get("/search").get_data(as_text=True)


class Tags(HTMLParser):
    """Collects the elements that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("q", ["", "危险", "芯片", NASTY, '"><img src=x>', "{{777*777}}", "'; DROP TABLE"])
def test_html_in_posts_and_queries_comes_out_as_text(client: FlaskClient, q: str) -> None:
    page = client.get("/search", query_string={"q": q}).get_data(as_text=True)
    tags = Tags()
    tags.feed(page)
    assert all(attrs.get("src", "").startswith("/") for tag, attrs in tags.seen if tag == "script")  # type: ignore[union-attr]
    assert not any(name.startswith("on") or name == "style" for _, attrs in tags.seen for name in attrs)
    assert not any(tag == "img" and attrs["src"] == "x" for tag, attrs in tags.seen)
    assert str(777 * 777) not in page  # as the version of the script, a hash, hardly is


def test_titles_with_html_are_returned_as_written(client: FlaskClient) -> None:
    titles = [result["title"] for result in get(client, "/api/search", q="芯片")["results"]]
    assert "<img src=x onerror=alert(1)>" in titles


def test_marks_in_the_api_are_ranges_never_html(client: FlaskClient) -> None:
    result = get(client, "/api/search", q="alert")["results"][0]
    assert "alert" in marked(result["excerpt"], result["excerpt_marks"]) + marked(
        result["title"], result["title_marks"]
    )


def test_every_page_has_a_strict_content_security_policy(client: FlaskClient) -> None:
    headers = client.get("/search").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_recent_lists_the_newest_pages_and_tags_their_counts(client: FlaskClient) -> None:
    assert [r["url"] for r in get(client, "/api/recent")["results"]] == ["/posts/a/", "/posts/b/"]
    assert [r["url"] for r in get(client, "/api/recent", lang="en")["results"]] == ["/posts/b/"]
    assert len(get(client, "/api/recent", count="1")["results"]) == 1
    assert client.get("/api/recent?count=0").status_code == 400
    assert {"value": "AI", "count": 1} in get(client, "/api/tags")["tags"]


def test_an_invalid_count_of_recent_is_named_as_the_client_spelt_it(client: FlaskClient) -> None:
    assert json.loads(client.get("/api/recent?count=0").data)["parameter"] == "count"


def test_the_widget_and_the_style_of_the_page_are_served(client: FlaskClient) -> None:
    for name, kind in (
        ("widget.js", "text/javascript"),
        ("widget.css", "text/css"),
        ("page.css", "text/css"),
    ):
        with client.get(f"/{name}") as response:
            assert response.mimetype == kind


def test_hits_link_to_the_host_of_the_site_if_it_is_configured(site: Settings) -> None:
    with create_app(replace(site, site_url="https://news.example/")).test_client() as client:
        page = client.get("/search").get_data(as_text=True)
        assert 'site="https://news.example"' in page
        assert '<h2><a href="https://news.example/posts/' in page
        assert 'href="https://news.example/search' not in page


def test_the_page_names_the_site_and_leads_back_to_it(site: Settings, tmp_path: Path) -> None:
    def header(**settings: str) -> str:
        client = create_app(replace(named, **settings)).test_client()  # type: ignore[arg-type]
        page = client.get("/search").get_data(as_text=True)
        return page[page.index("<header>") : page.index("<form")]

    folder = write_site(tmp_path, POSTS)
    (folder / "hugo.toml").write_text('baseURL = "https://x.example/blog/"\ntitle = "码上 <b>"\n')
    named = index_site(folder)
    assert '<a class="home" href="/blog/" title="返回网站首页">码上 &lt;b&gt;</a>' in header()
    assert 'href="https://news.example/blog/"' in header(site_url="https://news.example/")
    named = site  # without a title
    assert 'class="home"' not in header()
    assert 'href="https://news.example/" title="返回网站首页">返回网站首页<' in header(
        site_url="https://news.example"
    )


def test_an_error_page_of_the_search_names_the_site_and_gives_tips(client: FlaskClient) -> None:
    page = client.get("/search?page=0").get_data(as_text=True)
    assert "搜索技巧" in page
    assert "title:算力" in page


def test_a_suggestion_that_finds_something_comes_before_nothing_found(client: FlaskClient) -> None:
    page = client.get("/search?q=xinpian").get_data(as_text=True)
    assert (
        '<h1 class="meant">您要找的是不是：<a href="/search?q=%E8%8A%AF%E7%89%87&amp;suggested=1">芯片</a>（2 条）</h1>'
        in page
    )
    assert page.count("<h1") == 1
    assert "<p>没有找到“xinpian”</p>" in page
    filtered = client.get("/search?q=xinpian&tag=AI").get_data(as_text=True)
    assert (
        '<h2 class="meant">您要找的是不是：<a href="/search?q=%E8%8A%AF%E7%89%87&amp;tag=AI&amp;suggested=1">芯片</a>（1 条）</h2>'
        in filtered
    )
    english = client.get("/search?q=xinpian", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Did you mean: <a" in english
    assert "</a> (2 found)</h1>" in english


def test_the_root_redirects_to_the_search_page(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/search"


def test_without_an_index_only_healthz_is_ok(site: Settings, tmp_path: Path) -> None:
    with create_app(replace(site, index=tmp_path / "none")).test_client() as client:
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
        assert (response.status_code, response.mimetype) == (503, "application/problem+json")
        assert client.get("/api/search?q=a").status_code == 503
        page = client.get("/search?q=a")
        assert (page.status_code, page.mimetype) == (503, "text/html")


def test_a_new_generation_answers_the_next_request(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("一", "貔貅")}))
    with create_app(settings).test_client() as client:
        first = get(client, "/readyz")["generation"]
        assert get(client, "/api/search", q="麒麟")["total"] == 0
        (tmp_path / "content/b.md").write_text(post("二", "麒麟"), encoding="utf-8")
        reindex(settings)
        assert get(client, "/api/search", q="麒麟")["total"] == 1
        assert get(client, "/readyz")["generation"] != first


def test_a_broken_new_generation_leaves_the_old_one_serving(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("一", "貔貅")}))
    with create_app(settings).test_client() as client:
        assert get(client, "/api/search", q="貔貅")["total"] == 1
        (settings.index / "CURRENT.new").write_text("000099-0123456789abcdef")
        (settings.index / "CURRENT.new").replace(settings.index / "CURRENT")
        assert get(client, "/api/search", q="貔貅")["total"] == 1


def test_only_listed_origins_get_a_cors_header(site: Settings) -> None:
    allowed = replace(site, cors_origins=("https://news.example",))
    with create_app(allowed).test_client() as client:
        for origin, wanted in (
            ("https://news.example", "https://news.example"),
            ("https://evil.example", None),
        ):
            headers = client.get("/api/search?q=a", headers={"Origin": origin}).headers
            assert headers.get("Access-Control-Allow-Origin") == wanted
            assert "Origin" in headers["Vary"]


def test_the_page_is_in_the_readers_language(client: FlaskClient) -> None:
    for accept, lang in (("zh-TW,zh;q=0.9", "zh-TW"), ("en-US", "en"), ("zh-CN", "zh-CN"), ("", "zh-CN")):
        page = client.get("/search?q=x", headers={"Accept-Language": accept}).get_data(as_text=True)
        assert f'<html lang="{lang}"' in page


def test_it_works_behind_a_path_prefix(site: Settings) -> None:
    with create_app(site).test_client() as client:
        page = client.get("/search?q=算力", base_url="http://x.example/find").get_data(as_text=True)
        assert 'src="/find/widget.js' in page
        assert 'action="/find/search"' in page


def test_the_seed_is_found_over_http(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path, cache=CACHE)
    reindex(settings)
    with create_app(settings).test_client() as client:
        assert [r["title"] for r in get(client, "/api/search", q="卡脖子")["results"]] == [SEED]


API = ("/api/search?q=芯片", "/api/recent", "/api/tags", "/api/search")


@pytest.mark.parametrize("path", API)
def test_an_answer_is_cached_until_the_next_generation(tmp_path: Path, path: str) -> None:
    site = write_site(tmp_path, POSTS)
    settings = index_site(site)
    client = create_app(settings).test_client()
    first = client.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert client.get(path).data == first.data  # with the time that it took
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    (site / "content/posts/new.md").write_text(
        post("新的芯片", tags=["新"], date="2026-01-01"), encoding="utf-8"
    )
    reindex(settings)
    after = client.get(path, headers={"If-None-Match": tag})
    assert after.status_code == 200
    assert after.headers["ETag"] != tag
    assert "新" in after.get_data(as_text=True)


def test_no_query_gets_the_cached_answer_of_another(client: FlaskClient) -> None:
    for _ in range(2):
        assert get(client, "/api/search", q="算力")["total"] == 1
        assert get(client, "/api/search", q="芯片")["total"] == 2
        assert get(client, "/api/search", q="芯片", tag="AI")["total"] == 1
        assert get(client, "/api/recent", count=1)["results"][0]["title"] == "算力与芯片"


def test_max_age_is_sent_as_cache_control(site: Settings) -> None:
    client = create_app(replace(site, max_age=60, answer_cache_mb=0)).test_client()
    assert client.get("/api/search?q=芯片").headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("path", ["/api/search?per_page=51", "/healthz", "/readyz", "/api/nothing"])
def test_errors_and_health_are_never_cached(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_a_browser_may_go_back_to_a_page_without_a_request(client: FlaskClient) -> None:
    assert client.get("/search?q=芯片").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "name", "remedy"),
    [
        ("/api/search?q=a&page_size=5", "page_size", "did you mean per_page?"),
        ("/api/search?qq=算力", "qq", "did you mean q?"),
        ("/api/suggest?query=a", "query", "did you mean q?"),
        ("/api/recent?limit=3", "limit", "did you mean count?"),
        ("/api/related?url=/posts/a/&n=3", "n", "did you mean count?"),
        ("/api/tags?q=a", "q", "this endpoint has none"),
        ("/api/search?q=a&page=1&page=2", "page", "give it once"),
        ("/api/search?q=a&q=a", "q", "give it once"),
        ("/api/search?utm_source=x", "utm_source", "known are q, tag,"),
        ("/api/search?=x", "", "known are q, tag,"),
        ("/api/search?q=a&%ED%A0%80=1", "%ED%A0%80", "known are q, tag,"),
    ],
)
def test_an_unknown_or_repeated_parameter_of_the_api_is_a_problem_that_names_it(
    client: FlaskClient, path: str, name: str, remedy: str
) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    problem = json.loads(response.data)
    assert problem["parameter"] == name
    assert remedy in problem["detail"]


@pytest.mark.parametrize(
    "added",
    ["utm_source=x&utm_medium=y", "fbclid=1", "sitesearch=https://x.example/", "_=1", "page_size=5", "q=b"],
)
def test_the_page_ignores_what_trackers_and_themes_add(client: FlaskClient, added: str) -> None:
    page = client.get(f"/search?q=算力&{added}")
    assert page.status_code == 200
    assert "<mark>算力</mark>" in page.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/api/search?q=算力", "/api/suggest?q=算", "/api/recent", "/api/tags"])
def test_the_api_ignores_what_clients_add_against_caches(client: FlaskClient, path: str) -> None:
    mark = "&" if "?" in path else "?"
    assert client.get(f"{path}{mark}_=1700000000000").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/widget.js"])
def test_what_is_not_the_api_takes_any_parameter(client: FlaskClient, path: str) -> None:
    with client.get(f"{path}?probe=1&v=x") as response:
        assert response.status_code == 200


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    posts = {
        "a.md": post("甲", "正文", series=["山海经"], author="<b>混沌</b>"),
        "b.md": post("乙", "正文", series=["搜神记"]),
    }
    settings = Settings(facets=("series", "author"))
    return index_site(write_site(tmp_path_factory.mktemp("own"), posts), settings)


def test_a_facet_of_the_sites_own_is_counted_and_filters(own: Settings) -> None:
    with create_app(own).test_client() as client:
        facets = get(client, "/api/search", q="正文")["facets"]
        assert list(facets) == ["tag", "category", "lang", "year", "month", "series", "author"]
        assert facets["series"] == [
            {"value": "山海经", "count": 1, "selected": False},
            {"value": "搜神记", "count": 1, "selected": False},
        ]
        chosen = get(client, "/api/search", q="正文", series="搜神记")
        assert [result["title"] for result in chosen["results"]] == ["乙"]
        assert [value["selected"] for value in chosen["facets"]["series"]] == [False, True]
        both = get(client, "/api/search", q="正文", series=["搜神记", "山海经"])
        assert both["total"] == 2


def test_a_facet_that_the_site_lacks_is_an_unknown_parameter(own: Settings, client: FlaskClient) -> None:
    response = client.get("/api/search?q=x&series=y")
    assert (response.status_code, response.get_json()["parameter"]) == (400, "series")
    with create_app(own).test_client() as other:
        response = other.get("/api/search?q=x&serie=y")
        assert "did you mean series?" in response.get_json()["detail"]
        response = other.get(f"/api/search?q=x&series={'长' * 300}")
        assert (response.status_code, response.get_json()["parameter"]) == (400, "series")


def test_the_page_lists_the_facets_of_the_sites_own_and_keeps_their_filters(own: Settings) -> None:
    with create_app(own).test_client() as client:
        page = client.get("/search?q=正文&series=搜神记&utm_source=x").get_data(as_text=True)
        assert "<h3>系列</h3>" in page
        assert "<h3>作者</h3>" not in page  # no match has an author
        assert '<input type="hidden" name="series" value="搜神记">' in page
        assert 'aria-label="移除“搜神记”"' in page
        assert page.count('<li class="hit"') == 1
        page = client.get("/search?q=正文 series:山海经").get_data(as_text=True)
        assert "系列：山海经" in page
        assert "<b>混沌</b>" not in page
        assert "&lt;b&gt;混沌" in page
