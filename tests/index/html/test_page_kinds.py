"""Which files of a built site are pages that are searched, and at which addresses."""

from pathlib import Path

import pytest

from tests.helpers.built_sites import html_settings, page, read_pages, write_pages
from zhsearch.index.models import Document, LeftOut

POST = page("<main><article><h1>熊猫</h1><p>熊猫爱吃竹子。</p></article></main>", title="熊猫")
CARDS = "".join(
    f"<article><h2><a href='/posts/{n}/'>第{n}篇</a></h2><p>{'摘要' * 40}</p></article>" for n in range(2)
)
DATED = (
    "<li><span class='post-meta'>Feb 13, 2025</span><h3><a href='/posts/1/'>川西自驾的行李清单</a></h3></li>"
)
LINKS = "<main><h1>归档</h1><ul>" + "".join(f"<li><a href='/posts/{n}/'>第{n}篇</a></li>" for n in range(12))


@pytest.mark.parametrize(
    ("path", "html", "kind"),
    [
        ("index.html", page(f"<main>{CARDS}</main>"), "list"),
        ("page/2/index.html", POST, "list"),
        ("blog/page2.html", POST, "list"),
        (
            "tags/竹子/index.html",
            page(f"<main><h1>竹子</h1>{CARDS.partition('</article>')[0]}</main>"),
            "list",
        ),
        (
            "categories/a/index.html",
            page(
                "<main><h1>甲</h1><article><h2>第一篇</h2><p>摘要</p><a aria-label='第一篇' href='/p/1/'></a></article>"
            ),
            "list",
        ),
        ("archives/index.html", page(LINKS), "list"),
        ("index.html", page(f"<main><h2>Posts</h2><ul>{DATED * 7}</ul></main>"), "list"),  # Jekyll's minima
        ("sitemap/index.html", page(LINKS), "list"),
        ("404.html", POST, "error_page"),
        ("404/index.html", POST, "error_page"),
        (
            "old/index.html",
            page("", head="<meta http-equiv='refresh' content='0; url=/posts/a/'>"),
            "redirect",
        ),
        (
            "secret.html",
            page("<main><p>暗</p></main>", head="<meta name='robots' content='noindex, follow'>"),
            "hidden",
        ),
        ("app/index.html", page("<div id='root'></div><script>start()</script>"), "empty"),
    ],
)
def test_what_is_no_page_is_left_out_with_its_kind(path: str, html: str, kind: str, tmp_path: Path) -> None:
    found = read_pages(write_pages(tmp_path, {path: html, "posts/a/index.html": POST}))
    assert isinstance(found["posts/a/index.html"], Document)
    left_out = found[path]
    assert isinstance(left_out, LeftOut)
    assert left_out.kind == kind


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("index.html", page("<main><h1>欢迎</h1><p>这里写熊猫和竹子的故事。</p></main>")),
        (
            "tags/panda.html",
            page("<main><h1>panda 标签</h1><p>HTML 里没有这个标签，写了也不显示。</p></main>"),
        ),
        (
            "docs/index.html",
            page("<main><h1>文档</h1><p>先读安装一章。</p><ul><li><a href='a/'>安装</a></ul></main>"),
        ),
    ],
)
def test_a_page_with_text_of_its_own_is_searched_wherever_it_is(path: str, html: str, tmp_path: Path) -> None:
    found = read_pages(write_pages(tmp_path, {path: html, "posts/a/index.html": POST}))
    assert isinstance(found[path], Document)


def with_canonical(address: str) -> str:
    post = POST.replace("爱吃竹子", f"住在{address}")
    return post.replace("</head>", f"<link rel='canonical' href='{address}'></head>")


def test_the_base_of_a_site_is_that_of_its_canonical_addresses(tmp_path: Path) -> None:
    pages = {f"posts/{n}/index.html": with_canonical(f"https://x.example/docs/posts/{n}/") for n in "ab"}
    found = read_pages(write_pages(tmp_path, {**pages, "posts/竹 子.html": POST}))
    urls = [document.url for document in found.values() if isinstance(document, Document)]
    assert urls == ["/docs/posts/a/", "/docs/posts/b/", "/docs/posts/%E7%AB%B9%20%E5%AD%90.html"]


def test_the_base_of_a_site_is_found_by_the_files_that_it_loads(tmp_path: Path) -> None:
    write_pages(
        tmp_path,
        {
            "assets/app.css": "",
            "a.html": POST.replace("</head>", "<link href='/zh/docs/assets/app.css'></head>"),
        },
    )
    found = read_pages(tmp_path)["a.html"]
    assert isinstance(found, Document)
    assert found.url == "/zh/docs/a.html"


def test_the_owner_may_name_the_base(tmp_path: Path) -> None:
    found = read_pages(write_pages(tmp_path, {"a.html": POST}), html_settings(tmp_path, html_base="docs"))[
        "a.html"
    ]
    assert isinstance(found, Document)
    assert found.url == "/docs/a.html"


@pytest.mark.parametrize("address", ["/posts/a", "/posts/a/", "/posts/a.html"])
def test_the_canonical_address_of_a_page_is_its_address(address: str, tmp_path: Path) -> None:
    write_pages(tmp_path, {"posts/a.html": with_canonical(f"https://x.example{address}"), "index.html": POST})
    found = read_pages(tmp_path)["posts/a.html"]
    assert isinstance(found, Document)
    assert found.url == address


def test_addresses_without_suffix_are_those_that_the_site_links_to(tmp_path: Path) -> None:
    body = "<main><p>正文</p></main><a href='/posts/a'>甲</a><a href='/posts/b'>乙</a>"
    found = read_pages(write_pages(tmp_path, {f"posts/{n}.html": page(body, title=n) for n in "ab"}))
    assert [document.url for document in found.values() if isinstance(document, Document)] == [
        "/posts/a",
        "/posts/b",
    ]


def test_a_copy_whose_canonical_address_is_another_page_is_left_out(tmp_path: Path) -> None:
    pages = {"posts/a/index.html": POST, "print/a/index.html": with_canonical("https://x.example/posts/a/")}
    found = read_pages(write_pages(tmp_path, pages))
    assert getattr(found["print/a/index.html"], "kind", None) == "duplicate"


def test_a_post_first_published_on_another_site_stays(tmp_path: Path) -> None:
    pages = {f"posts/{n}/index.html": with_canonical(f"https://x.example/posts/{n}/") for n in "abc"}
    pages["posts/d/index.html"] = with_canonical("https://other.example/posts/a/")
    found = read_pages(write_pages(tmp_path, pages))["posts/d/index.html"]
    assert isinstance(found, Document)
    assert found.url == "/posts/d/"


def test_a_page_of_sphinx_with_a_sentence_above_its_table_of_pages_is_searched_without_the_table(
    tmp_path: Path,
) -> None:
    links = LINKS.partition("<ul>")[2]
    body = f"<main><h1>手册</h1><p>从这里读起。</p><div class='toctree-wrapper compound'><ul>{links}</ul></div></main>"
    found = read_pages(write_pages(tmp_path, {"index.html": page(body)}))["index.html"]
    assert isinstance(found, Document)
    assert found.text == "从这里读起。"


def test_a_page_that_reloads_itself_or_only_without_scripts_is_a_page(tmp_path: Path) -> None:
    refresh = "<meta http-equiv='refresh' content='{}'>"
    pages = {
        "live/index.html": page("<main><p>直播</p></main>", head=refresh.format("300; url=/live/")),
        "ticker.html": page("<main><p>行情</p></main>", head=refresh.format("300")),
        "app.html": page(
            "<main><p>应用</p></main>", head=f"<noscript>{refresh.format('0; url=/plain.html')}</noscript>"
        ),
        "old.html": page("<p>转到新址</p>", head=refresh.format("0;/live/")),
    }
    found = read_pages(write_pages(tmp_path, pages))
    assert [path for path, read in found.items() if isinstance(read, LeftOut)] == ["old.html"]


def test_a_post_with_a_number_for_an_address_is_no_further_page_of_a_list(tmp_path: Path) -> None:
    """Hexo's abbrlink: /p/2841329075/."""
    found = read_pages(write_pages(tmp_path, {"p/2841329075/index.html": POST, "p/1024.html": POST}))
    assert all(isinstance(read, Document) for read in found.values())


def test_a_page_is_hidden_by_any_of_its_robots_elements(tmp_path: Path) -> None:
    head = "<meta name=robots content='max-image-preview:large'><meta name=robots content=noindex>"
    found = read_pages(write_pages(tmp_path, {"a.html": page("<main><p>暗</p></main>", head=head)}))["a.html"]
    assert isinstance(found, LeftOut)
    assert found.kind == "hidden"


def test_a_post_copied_from_another_site_does_not_move_the_other_pages(tmp_path: Path) -> None:
    """Its canonical address is there, and may look like one of this site's."""
    pages = {f"posts/{n}/index.html": page(f"<main><p>第{n}篇的正文。</p></main>") for n in range(9)}
    there = "<link rel='canonical' href='https://other.example/{}'>"
    pages["copied/index.html"] = page("<main><p>转载。</p></main>", head=there.format("user/copied/"))
    pages["second/index.html"] = page("<main><p>另一篇。</p></main>", head=there.format("posts/1/"))
    found = read_pages(write_pages(tmp_path, pages))
    addresses = [read.url for read in found.values() if isinstance(read, Document)]
    assert addresses == ["/copied/", *(f"/posts/{n}/" for n in range(9)), "/second/"]


@pytest.mark.parametrize(
    "beside",
    [
        "<article><h3><a href='/b/'>竹林</a></h3></article><article><h3><a href='/c/'>溪流</a></h3></article>",
        "<article><h4><a href='https://a.example'>王</a></h4><p>好</p></article>"
        "<article><h4><a href='https://b.example'>李</a></h4><p>好</p></article>",
    ],
)
def test_related_posts_and_comments_make_no_list_of_a_post(beside: str, tmp_path: Path) -> None:
    article = f"<article><h1>熊猫</h1>{'<p>熊猫爱吃竹子。</p>' * 9}</article>"
    post = page(f"<main>{article}<section>{beside}</section></main>", title="熊猫")
    found = read_pages(write_pages(tmp_path, {"posts/a/index.html": post}))["posts/a/index.html"]
    assert isinstance(found, Document)
    assert found.text.startswith("熊猫爱吃竹子。")
