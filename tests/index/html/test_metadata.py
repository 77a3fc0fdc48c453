"""What a built page says of itself: title, date, tags and the rest, for machines and for readers."""

from pathlib import Path

import pytest

from tests.helpers.built_sites import page, read_one, read_pages, write_pages
from zhsearch.index.html.dates import read_date
from zhsearch.index.models import Document

BODY = "<main><h1>熊猫</h1><p>正文</p></main>"
JSON_LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
    {"@type": "BlogPosting", "headline": "熊猫", "datePublished": "2025-02-13T08:01:14+08:00",
     "author": {"@type": "Person", "name": "张三"}, "keywords": "动物, 竹子", "articleSection": "科普"},
    {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "position": 1, "name": "首页"}]}]}</script>"""


def meta(**values: str) -> str:
    names = {name.replace("__", ":"): value for name, value in values.items()}
    return "".join(
        f'<meta {"property" if ":" in name else "name"}="{name}" content="{value}">'
        for name, value in names.items()
    )


def test_json_ld_says_date_tags_and_category(tmp_path: Path) -> None:
    found = read_one(tmp_path, page(BODY, head=JSON_LD))
    assert found.date
    assert found.date.isoformat() == "2025-02-13T08:01:14+08:00"
    assert (found.tags, found.categories) == (("动物", "竹子"), ("科普",))
    assert "张三" in found.text


def test_json_ld_that_is_broken_loses_no_page(tmp_path: Path) -> None:
    broken = '<script type="application/ld+json">{"@type": [}</script>'
    assert read_one(tmp_path, page(BODY, head=broken)).title == "熊猫"


def test_open_graph_says_date_tags_and_image(tmp_path: Path) -> None:
    head = meta(
        article__published_time="2025-02-13", og__image="https://x.example/a.png", article__section="posts"
    )
    head += meta(article__tag="动物") + meta(article__tag="竹子")
    found = read_one(tmp_path, page(BODY, head=head))
    assert found.date
    assert found.date.date().isoformat() == "2025-02-13"
    assert found.tags == ("动物", "竹子")
    assert found.categories == ()  # the name of the folder
    assert found.thumbnail == "https://x.example/a.png"


def test_a_description_of_the_authors_own_is_searched_and_shown(tmp_path: Path) -> None:
    found = read_one(tmp_path, page(BODY, head=meta(description="一篇写熊猫的文章")))
    assert found.summary == "一篇写熊猫的文章"
    assert found.text == "正文\n一篇写熊猫的文章"
    assert found.text[found.meta_start :] == "一篇写熊猫的文章"


def test_a_description_that_is_the_beginning_of_the_text_is_not_repeated(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        page("<main><p>正文说的是熊猫。</p></main>", title="题", head=meta(description="正文说的是…")),
    )
    assert (found.text, found.summary) == ("正文说的是熊猫。", "")


def test_a_description_of_the_title_and_the_text_is_not_repeated(tmp_path: Path) -> None:
    head = meta(description="熊猫 正文说的是 竹子...")
    found = read_one(tmp_path, page("<main><h1>熊猫</h1><p>正文说的是竹子和水。</p></main>", head=head))
    assert found.text == "正文说的是竹子和水。"


def test_what_the_whole_site_says_is_not_taken_for_the_page(tmp_path: Path) -> None:
    head = meta(description="全站的介绍", keywords="博客,生活", og__image="/logo.png", og__site_name="我的站")
    body = "<main><p>第{}篇</p></main>"
    pages = {f"{n}.html": page(body.format(n), head=head, title=f"题{n} - 我的站") for n in range(4)}
    for number, found in enumerate(read_pages(write_pages(tmp_path, pages)).values()):
        assert isinstance(found, Document)
        assert (found.title, found.text, found.tags) == (f"题{number}", f"第{number}篇", ())
        assert found.thumbnail is None


@pytest.mark.parametrize(
    ("body", "head", "title", "expected"),
    [
        ("<main><h1>熊猫</h1><p>文</p></main>", "", "熊猫 | 站", "熊猫"),
        ("<main><h1>一、序</h1><h1>二、结</h1><p>文</p></main>", "", "熊猫", "熊猫"),
        ("<main><p>文</p></main>", meta(og__title="熊猫的一天"), "站", "熊猫的一天"),
        ("<main><h2 id='x'>小节</h2><p>文</p></main>", "", "", "小节"),
        ("<main><h1 id='x'>熊猫<a href='#x'>#</a></h1><p>文</p></main>", "", "", "熊猫"),
        ("<main><p>文</p></main>", "", "", "posts/a/index.html"),
    ],
)
def test_the_title_of_a_page(body: str, head: str, title: str, expected: str, tmp_path: Path) -> None:
    assert read_one(tmp_path, page(body, head=head, title=title)).title == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-02-13T08:01:14.000Z", "2025-02-13T08:01:14+00:00"),
        ("2025-02-13 08:01:14 +0800 CST", "2025-02-13T08:01:14+08:00"),
        ("2025-02-13", "2025-02-13T00:00:00+00:00"),
        ("2025/2/3", "2025-02-03T00:00:00+00:00"),
        ("2025年2月13日", "2025-02-13T00:00:00+00:00"),
        ("Thu, 13 Feb 2025 08:01:14 +0800", "2025-02-13T08:01:14+08:00"),
        ("Feb 13, 2025", "2025-02-13T00:00:00+00:00"),
        ("昨天", None),
        ("2025-02-31", None),
        ("", None),
    ],
)
def test_dates_as_pages_write_them(text: str, expected: str | None) -> None:
    found = read_date(text)
    assert (found.isoformat() if found else None) == expected


def test_pagefinds_attributes_are_understood(tmp_path: Path) -> None:
    body = """<main data-pagefind-body><h1 data-pagefind-meta="title">熊猫</h1>
        <time data-pagefind-sort="date[datetime]" datetime="2025-02-13">昨天</time>
        <img src="/a.png" alt="熊猫图" data-pagefind-meta="image[src], image_alt[alt]">
        <span data-pagefind-filter="tag">动物</span><span data-pagefind-filter="栏目:科普, 自然">x</span>
        <p data-pagefind-weight="2">重要的一句</p><p>正文</p><p data-pagefind-ignore>略</p></main>"""
    found = read_one(tmp_path, page(body))
    assert (found.title, found.tags, found.thumbnail) == ("熊猫", ("动物",), "/a.png")
    assert found.date
    assert found.facets == {"栏目": ("科普, 自然",)}
    lines = found.text[found.meta_start :].split("\n")
    assert found.meta_weights[lines.index("重要的一句")] == 4.0
    assert "略" not in found.text


def test_the_fields_that_the_settings_name_are_facets(tmp_path: Path) -> None:
    found = read_one(tmp_path, page(BODY, head=meta(author="张三")), facets=("author",))
    assert found.facets == {"author": ("张三",)}


def test_categories_of_a_post_may_stand_in_a_sidebar(tmp_path: Path) -> None:
    sidebar = (
        "<nav class='md-nav'><ul class='md-post__meta'><li><a href='../category/a/'>科普</a></li></ul></nav>"
    )
    menu = "<nav class='menu'><a href='/category/b/'>生活</a></nav>"
    body = f"<main>{menu}{sidebar}<article><h1>熊猫</h1><p>正文</p></article></main>"
    assert read_one(tmp_path, page(body)).categories == ("科普",)


@pytest.mark.parametrize(
    ("html", "lang"),
    [
        ("<html>", "zh"),
        ("<html lang='中文 简体'>", "zh"),
        ("<html xml:lang='zh-cn'>", "zh-CN"),
        ("<html><meta http-equiv='Content-Language' content='zh-tw'>", "zh-TW"),
    ],
)
def test_a_chinese_page_is_chinese_however_it_says_so(html: str, lang: str, tmp_path: Path) -> None:
    found = read_one(tmp_path, f"{html}<title>熊猫</title><main><p>熊猫爱吃竹子，用 Linux。</p></main>")
    assert found.lang == lang


def test_a_page_without_a_language_that_is_not_in_chinese_is_english(tmp_path: Path) -> None:
    assert read_one(tmp_path, "<title>Panda</title><main><p>Bamboo (竹).</p></main>").lang == "en"


def test_the_name_of_a_project_before_a_colon_is_no_part_of_titles(tmp_path: Path) -> None:
    pages = {f"{n}.html": page(f"<p>第{n}章的正文。</p>", title=f"Doxygen: 第{n}章") for n in range(4)}
    found = read_pages(write_pages(tmp_path, pages))
    assert [read.title for read in found.values() if isinstance(read, Document)] == [
        f"第{n}章" for n in range(4)
    ]


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_date_that_stands_for_none_is_none(date: str, tmp_path: Path) -> None:
    head = f"<meta property='article:published_time' content='{date}'>"
    assert read_one(tmp_path, page("<main><p>正文。</p></main>", head=head)).date is None
