"""Section and home pages, files that are mounted more than once, and what precedes front matter: as the real Hugo has
them."""

import csv
import datetime as dt
import io
import json
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.helpers.hugo import hugo, posts_of, write_files
from zhsearch.index.hugo import NO_TEXT, Unpublished, find_files, load_site, read_page
from zhsearch.index.models import Post

BASE = 'baseURL = "https://x.example"\n'
TEXT = "---\ntitle: {0}\n---\n{0}的正文\n"


def listed(root: Path) -> list[tuple[str, str]]:
    """(kind, address) of the pages that Hugo publishes, of those with files."""
    rows = csv.DictReader(io.StringIO(hugo("list", "published", "--source", root)))
    return sorted((row["kind"], unquote(urlsplit(row["permalink"]).path)) for row in rows if row["permalink"])


def ours(root: Path) -> list[tuple[str, str]]:
    return sorted((post.kind, unquote(post.url)) for post in posts_of(root))


def read(root: Path, text: str | bytes, name: str = "p.md") -> Post | Unpublished:
    site = find_files(load_site(root)).site
    return read_page(site, name, text if isinstance(text, bytes) else text.encode(), dt.datetime.now(dt.UTC))


LISTS = {
    "content/_index.md": TEXT.format("首页"),
    "content/docs/_index.md": TEXT.format("调度概念"),
    "content/docs/draft/_index.md": "title: 草稿\ndraft: true",
    "content/docs/draft/a.md": "title: a\ntags: [甲]",
    "content/docs/headless/_index.md": "title: 无头\nbuild: {render: never}",
    "content/tags/_index.md": TEXT.format("标签"),
    "content/tags/甲/_index.md": TEXT.format("关于甲"),
    "content/tags/page.md": "title: 普通页面",
    "content/both/_index.md": TEXT.format("章节"),
    "content/both/leaf.md": "title: leaf",
    "content/both/leaf/index.md": "title: bundle",
    "content/auto.md": "title: 没有章节文件的文件夹旁边",
    "content/auto/b.md": "title: b",
}


@pytest.mark.parametrize(
    "config",
    [
        "",
        'disableKinds = ["section"]\n',
        'disableKinds = ["home", "term"]\n',
        'disableKinds = ["taxonomy"]\n',
        "uglyURLs = true\n",
        "[taxonomies]\nauthor = 'authors'\n",
        "[permalinks.section]\ndocs = '/d/:title/'\n[permalinks.term]\ntags = '/t/:slug/'\n",
        "defaultContentLanguage = 'zh'\ndefaultContentLanguageInSubdir = true\n[languages.zh]\n",
    ],
)
def test_section_pages_with_text_are_the_ones_that_hugo_renders(tmp_path: Path, config: str) -> None:
    root = write_files(tmp_path, {**LISTS, "hugo.toml": BASE + config})
    assert ours(root) == listed(root)


def test_a_section_is_the_page_where_a_file_beside_its_folder_has_the_same_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hugo itself takes the file once in forty times, and more often if a busy machine holds up one of its threads.
    monkeypatch.setenv("GOMAXPROCS", "1")
    files = {
        "content/both.md": "title: 文件",
        "content/both/_index.md": TEXT.format("章节"),
        "hugo.toml": BASE,
    }
    root = write_files(tmp_path, files)
    ((usual, times),) = Counter(tuple(listed(root)) for _ in range(7)).most_common(1)
    assert times > 3
    assert ours(root) == list(usual) == [("section", "/both/")]


def test_a_section_that_is_a_feed_alone_is_no_page_to_be_found(tmp_path: Path) -> None:
    config = "[outputs]\nsection = ['rss']\nhome = ['json']\n"
    kinds = {kind for kind, _ in ours(write_files(tmp_path, {**LISTS, "hugo.toml": BASE + config}))}
    assert kinds == {"page", "taxonomy", "term"}


def test_a_section_page_without_text_of_its_own_is_no_page_to_be_found(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"content/d/_index.md": "---\ntitle: 题\n---\n", "hugo.toml": BASE})
    page = read(root, "---\ntitle: 题\n---\n{{< cards >}}\n<!-- x -->\n", "d/_index.md")
    assert isinstance(page, Unpublished)
    assert (page.kind, page.url) == (NO_TEXT, "/d/")


def test_titles_of_section_pages_without_one(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"content/a.md": "title: a", "hugo.toml": BASE + 'title = "山居笔记"\n'})
    titles = [
        page.title
        for name, text in [("_index.md", "正文"), ("d/_index.md", "正文"), ("d/_index.md", "# 标题\n正文")]
        if isinstance(page := read(root, text, name), Post)
    ]
    assert titles == ["山居笔记", "d", "标题"]


def test_a_setting_leaves_section_pages_out(tmp_path: Path) -> None:
    site = load_site(write_files(tmp_path, {**LISTS, "hugo.toml": BASE}))
    assert not [path for path in find_files(site, section_pages=False).paths if "_index" in path]


LANGUAGES = {"en": {"weight": 1}, "zh": {"weight": 2}}


def mount(source: str, target: str = "content", *languages: str) -> dict[str, object]:
    return {"source": source, "target": target, "sites": {"matrix": {"languages": languages or ["en"]}}}


MOUNTS = {
    "a folder again for another language": [
        mount("content/en"), mount("content/zh", "content", "zh"), mount("content/en/docs", "content/docs", "zh"),
    ],
    "a folder again at another place": [mount("content/en"), mount("content/en/docs", "content/manual")],
    "one folder for two languages": [mount("content/en", "content", "en", "zh")],
    "a file again": [mount("content/en"), mount("content/en/b.md", "content/copy/c.md"), mount("content/en/b.md", "content/d.md", "zh")],
    "all of it again, and its parts": [mount("content"), mount("content/en", "content/x"), mount("content/en/docs", "content/y", "en", "zh")],
    "the same place twice": [mount("content/en"), mount("content/en", "content", "en", "zh")],
}  # fmt: skip


@pytest.mark.parametrize("name", MOUNTS)
def test_a_file_that_is_mounted_again_is_a_page_each_time(tmp_path: Path, name: str) -> None:
    config = {"baseURL": "https://x.example", "languages": LANGUAGES, "module": {"mounts": MOUNTS[name]}}
    files = {
        f"content/{path}.md": TEXT.format(path)
        for path in ("en/docs/one", "en/docs/two", "en/docs/_index", "zh/docs/one", "en/b", "en/l/index")
    }
    root = write_files(tmp_path, {**files, "hugo.json": json.dumps(config)})
    assert ours(root) == listed(root)
    posts = posts_of(root)
    assert len({post.path for post in posts}) == len(posts)


def test_a_content_folder_in_another_language_s_has_its_pages_once(tmp_path: Path) -> None:
    languages = {"en": {"contentDir": "content"}, "zh": {"contentDir": "content/zh"}}
    files = {"hugo.json": json.dumps({"baseURL": "https://x.example", "languages": languages})}
    files |= {f"content/{path}.md": TEXT.format(path) for path in ("a", "zh/a", "zh/docs/one")}
    root = write_files(tmp_path, files)
    assert ours(root) == sorted(set(listed(root)))


DRAFT = "---\ntitle: 机密\ndraft: true\n---\n未发布的薪资方案。\n"


@pytest.mark.parametrize("before", ["\n", " \t\n \n", "  ", "\ufeff", "\ufeff\n", "\r\n", "\n\n\t"])
@pytest.mark.parametrize(
    "front", [DRAFT, '+++\ntitle = "机密"\ndraft = true\n+++\n正文', '{"title": "机密", "draft": true}\n正文']
)
def test_a_draft_is_one_whatever_space_precedes_its_front_matter(
    tmp_path: Path, before: str, front: str
) -> None:
    root = write_files(tmp_path, {"hugo.toml": BASE, "content/a.md": "title: a"})
    (root / "content/p.md").write_text(before + front, encoding="utf-8", newline="")
    assert ours(root) == listed(root) == [("page", "/a/")]


@pytest.mark.parametrize(
    "text",
    ["\n\ufeff---\ntitle: 题\n---\n", "\u00a0\n---\ntitle: 题\n---\n", "\u3000\n---\ntitle: 题\n---\n", "\n# 题\n", "\n正文\n---\n"],
)  # fmt: skip
def test_what_hugo_takes_for_text_is_text(tmp_path: Path, text: str) -> None:
    root = write_files(tmp_path, {"hugo.toml": BASE, "content/a.md": "title: a"})
    (root / "content/p.md").write_text(text, encoding="utf-8")
    rows = csv.DictReader(io.StringIO(hugo("list", "published", "--source", root)))
    assert {row["path"]: row["title"] for row in rows}["content/p.md"] == ""
    assert len(ours(root)) == 2


@pytest.mark.parametrize("comment", ["<!-- c -->\n", "<!-- a\nb -->\n\n<!-- d -->", "\n<!-- c --> \n"])
def test_a_draft_after_a_comment_is_left_out_though_hugo_shows_it(tmp_path: Path, comment: str) -> None:
    root = write_files(tmp_path, {"hugo.toml": BASE, "content/a.md": "title: a"})
    assert isinstance(read(root, comment + DRAFT), Unpublished)
    page = read(root, comment + "---\ntitle: 题\nslug: other\n---\n正文")
    assert isinstance(page, Post)
    assert (page.title, page.url, page.body.strip()) == ("题", "/p/", "正文")  # Hugo does not see the slug
    assert "comment" in page.warnings[0]
    plain = read(root, comment + "正文")
    assert isinstance(plain, Post)
    assert not plain.warnings
    assert plain.body.startswith(comment)
