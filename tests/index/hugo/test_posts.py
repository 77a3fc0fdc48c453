"""Posts: every file is indexed as well as possible, left out, or refused with a reason; others never suffer."""

import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import CACHE, ROOT, SEED, Searcher, default_segmenter, post, read_post, write_site
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.errors import PostError
from zhsearch.index.hugo.documents import make_document
from zhsearch.index.hugo.languages import Language
from zhsearch.index.hugo.site import Site
from zhsearch.index.models import Post, ReindexReport
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.segment.builder import build_segment
from zhsearch.search.settings import Settings

NOW = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
GOOD = post("好文章", "独角兽在此", date="2025-01-02", tags=["测试"])


def read(data: str | bytes, path: str = "posts/a.md", site: Site | None = None) -> Post | None:
    encoded = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    return read_post(site or Site(Path("content"), Path()), path, encoded, NOW)


def published(data: str | bytes, path: str = "posts/a.md") -> Post:
    found = read(data, path)
    assert found is not None
    return found


def index_beside_a_good_post(folder: Path, **files: bytes) -> tuple[ReindexReport, Searcher]:
    site = write_site(folder, {"good.md": GOOD})
    for name, data in files.items():
        (site / "content" / f"{name}.md").write_bytes(data)
    settings = Settings(content=site, index=folder / "index", cache=CACHE, max_post_bytes=100_000)
    report = reindex(settings, now=NOW)
    search = Searcher(settings)
    assert search.titles("独角兽") == ["好文章"]
    return report, search


SKIPPED = {
    "broken YAML": (b'---\ntitle: "a\ntags: [a\n---\n\xe6\xad\xa3', "front matter: line "),
    "a list": (b"---\n- a\n- b\n---\n", "front matter: a list instead of names with values"),
    "no end": (b"---\ntitle: a\n", "front matter: the closing --- is missing"),
    "deep brackets": (b"---\na: " + b"[" * 20_000 + b"\n---\n", "front matter: nested too deeply"),
    "binary": (bytes(range(256)) * 300, "neither UTF-8 nor GB18030"),
    "NULs": (b"\0" * 5_000, "not a text file (binary data)"),
    "control characters": (b"\x01\x02\x03\x04" * 500, "not a text file (binary data)"),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + random.Random(0).randbytes(3_000),
        "neither UTF-8 nor GB18030",
    ),
    "UTF-16": (("\ufeff" + GOOD).encode("utf-16-le"), "neither UTF-8"),
    "UTF-16, big end first": (("\ufeff" + GOOD).encode("utf-16-be"), "neither UTF-8"),
    "UTF-32": (GOOD.encode("utf-32"), "neither UTF-8"),
    "Latin-1": ("Déjà vu à la carte, été où naïveté règne. ".encode("latin-1") * 9, "neither UTF-8"),
    "too large": (b"a" * 100_001, "100,001 bytes, more than max_post_bytes = 100,000"),
    "another host": (b"---\nurl: https://x.example/\n---\n", "names another host"),
}


@pytest.mark.parametrize(("data", "reason"), SKIPPED.values(), ids=SKIPPED.keys())
def test_what_cannot_be_indexed_is_skipped_with_its_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    report, _ = index_beside_a_good_post(tmp_path, bad=data)
    (notice,) = report.skipped
    assert notice.path == "bad.md"
    assert reason in notice.reason
    assert "\n" not in notice.reason
    assert report.indexed == 1


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)
BODY = "正文有麒麟"
INDEXED = {
    "no date": (post("无日期", BODY), None),
    "an unreadable date": (post("坏日期", BODY, date="昨天"), "date: '昨天' is not a date"),
    "an impossible date": (post("坏日期", BODY, date="2025-02-30"), "date: '2025-02-30' is not a date"),
    "no title": (f"---\ndate: 2025-01-01\n---\n{BODY}\n", None),
    "no front matter": (BODY, None),
    "front matter alone": ("---\ntitle: 麒麟\n---", None),
    "tags that are none": (post("怪标签", BODY, tags="{a: 1}"), "tags: a value is neither text nor a number"),
    "a BOM": ("\ufeff" + post("有BOM", BODY), None),
    "CRLF": (post("换行", BODY).replace("\n", "\r\n"), None),
    "GB18030": (post("国标", BODY).encode("gb18030"), "read as GB18030"),
    "GB18030 with control bytes": (post("国标", BODY + "\x01\x02").encode("gb18030"), "control characters were removed"),
    "a few control characters": (post("空\0字符", BODY + "\0"), "control characters were removed"),
    "a broken byte": (post("坏字节", BODY).encode() + b"\xff", "not UTF-8 at byte"),
    "half a character at the end": (post("断尾", BODY).encode() + "尾".encode()[:2], "not UTF-8 at byte"),
    "halves of characters": (post("代理", BODY).encode() + b"\xed\xa0\x80", "not UTF-8 at byte"),
    "an escaped half of a character": ('{"title": "a\\ud800b", "tags": ["\\udc00"]}\n' + BODY, None),
    "a YAML bomb": (f"---\n{BOMB}---\n{BODY}", None),
    "a YAML bomb for every name": (
        "---\n" + BOMB + "".join(f"{name}: *a11\n" for name in ("title", "url", "slug", "draft", "tags", "lang", "summary", "date", "build", "headless", "outputs", "cascade", "params"))
        + f"---\n{BODY}", "date: 'list' is not a date",
    ),
    "a duplicate name": (f"---\ntitle: 一\ntitle: 二\n---\n{BODY}", None),
    "a title over two lines": (f'---\ntitle: "一\\n二"\n---\n{BODY}', None),
    "a thousand tags": (post("多", BODY, tags=[f"标签{n}" for n in range(1500)]), "tags: 1500 values, more than 1000"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "warning"), INDEXED.values(), ids=INDEXED.keys())
def test_what_can_be_repaired_is_indexed_with_a_warning(
    tmp_path: Path, data: str | bytes, warning: str | None
) -> None:
    encoded = data.encode() if isinstance(data, str) else data
    report, search = index_beside_a_good_post(tmp_path, odd=encoded)
    assert report.skipped == ()
    assert [r["url"] for r in search("麒麟")["results"]] == ["/odd/"]
    if warning:
        assert any(notice.path == "odd.md" and warning in notice.reason for notice in report.warnings)
    else:
        assert report.warnings == ()


def test_an_empty_file_is_a_page_named_after_it(tmp_path: Path) -> None:
    report, search = index_beside_a_good_post(tmp_path, empty=b"", blank=b" \n\n")
    assert report.skipped == ()
    assert sorted(search.titles()) == ["blank", "empty", "好文章"]


@pytest.mark.parametrize(
    ("path", "data", "title"),
    [
        ("p/文件名.md", "正文", "文件名"),
        ("p/叶子/index.md", "正文", "叶子"),
        ("p/a.md", "前言\n\n## **第一个** `标题` {#x}\n\n# 第二个", "第一个 标题"),
        ("p/a.md", "```\n# 注释\n```\n\n# C#", "C#"),
        ("p/a.md", "标题\n===\n", "标题"),
        ("p/a.md", "---\ntitle: ''\n---\n# 标题", "标题"),
        ("p/a.md", "---\ntitle: [不是, 文本]\n---\n正文", "a"),
        ("p/a.md", "---\ntitle: 2025\n---\n", "2025"),
        ("p/a.html", "<p>文</p><h1>题</h1>", "题"),
    ],
)
def test_a_title_falls_back_to_the_first_heading_then_to_the_name(path: str, data: str, title: str) -> None:
    assert published(data, path).title == title


def test_the_language_of_a_post_is_in_its_front_matter_or_its_file_name() -> None:
    languages = {key: Language(key, tag) for key, tag in (("zh", "zh-CN"), ("en", "en-US"))}
    site = Site(Path("content"), Path(), languages, default_language="zh")
    langs = [read(data, path, site) for path, data in (
        ("a.md", ""), ("a.en.md", ""), ("a.en.md", "---\nlang: ZH_tw\n---\n"), ("a.md", "---\nlang: [fr]\n---\n"),
    )]  # fmt: skip
    assert [post.lang for post in langs if post] == ["zh-CN", "en-US", "zh-TW", "fr"]


def test_fields_have_the_values_that_their_author_sees() -> None:
    found = published(
        "---\ntitle: 题\ntags: [yes, 1, 1.5, '', ' 空 ', 空]\ncategories: 单个\nthumbnail: /a.png\ndescription: 摘要\n"
        "expiryDate: 2199-01-01\n---\n文"
    )
    assert found.tags == ("yes", "1", "1.5", "空")
    assert found.categories == ("单个",)
    assert (found.thumbnail, found.markup) == ("/a.png", "markdown")
    assert found.expires == dt.datetime(2199, 1, 1, tzinfo=dt.UTC)
    assert published("---\nparams: {thumbnail: /b.png}\n---\n").thumbnail == "/b.png"


def test_the_post_of_the_customer_is_read_whole() -> None:
    file = ROOT / "content/posts/deepseek-aicg-suanli-geming.md"
    found = published(file.read_bytes())
    assert found.title == SEED
    assert (found.tags, found.categories, found.warnings) == (("qq",), ("qq",), ())
    assert found.date == dt.datetime(2025, 2, 13, 8, 1, 14, tzinfo=dt.UTC)


def test_drafts_and_the_like_are_unpublished_and_not_skipped(tmp_path: Path) -> None:
    states = {
        "draft": "draft: true", "future": "date: 2199-01-01", "expired": "expiryDate: 2001-01-01", "headless": "headless: true",
        "never": "build: {render: never}", "unlisted": "build: {list: never}",
    }  # fmt: skip
    report, search = index_beside_a_good_post(
        tmp_path, **{name: f"---\n{state}\n---\n梼杌\n".encode() for name, state in states.items()}
    )
    assert (report.indexed, report.unpublished, report.skipped) == (1, len(states), ())
    assert search.titles("梼杌") == []


@given(st.data())
def test_any_bytes_are_read_or_refused_with_a_reason(data: st.DataObject) -> None:
    seeds = [
        GOOD.encode(),
        b'+++\ntitle = "a"\n+++\nb',
        b'{"title": "a"}\nb',
        GOOD.encode("gb18030"),
        b"# a\n\nb",
    ]
    whole = bytearray(data.draw(st.sampled_from(seeds)))
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(whole)))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        found = read(bytes(whole))
    except PostError as problem:
        assert str(problem)
    else:
        if found:
            build_segment([make_document(found)], Analyzer(default_segmenter()))
