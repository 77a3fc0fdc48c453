"""Excerpts and marks: the passage that matches best, marked exactly."""

import datetime as dt
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import CACHE, Searcher, default_segmenter, write_site
from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.markdown.reader import read_markdown
from zhsearch.index.models import Document
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.segment.docstore import StoredDocument, store
from zhsearch.search.highlight.snippet import SNIPPET_CHARS, Highlighter, Snippet
from zhsearch.search.query.parser import parse
from zhsearch.search.settings import Settings


def document(body: str, title: str = "标题") -> Document:
    text, sections, _ = read_markdown(body)
    date = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    return Document(
        path="a.md",
        url="/a/",
        title=title,
        date=date,
        lang="zh-CN",
        tags=(),
        categories=(),
        thumbnail=None,
        text=text,
        sections=sections,
    )


def excerpt(q: str, body: str, title: str = "标题") -> Snippet:
    return Highlighter(parse(q, default_segmenter())).snippet(stored(document(body, title)))


def stored(page: Document) -> StoredDocument:
    folded = f"{' '.join(fold_plain(page.title).split())}\n{fold_plain(page.text)}".encode()
    return StoredDocument(page.path, page.url, store(page, folded), folded)


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_the_words_of_the_query_are_marked() -> None:
    assert marked(excerpt("算力 芯片", "国产算力与芯片")) == ["算力", "芯片"]


def test_what_stands_side_by_side_is_one_mark() -> None:
    assert marked(excerpt("国产算力", "他说国产算力很强")) == ["国产算力"]


def test_the_original_is_marked_where_the_query_is_written_otherwise() -> None:
    assert marked(excerpt("国产", "這是國產晶片")) == ["國產"]
    assert marked(excerpt("deepseek", "用 ＤｅｅｐＳｅｅｋ 来写")) == ["ＤｅｅｐＳｅｅｋ"]
    assert marked(excerpt("ガ", "半角 ｶﾞ 一字")) == ["ｶﾞ"]
    assert marked(excerpt("café", "the cafe\u0301 is open")) == ["cafe\u0301"]


def test_ranges_count_code_points_beyond_the_basic_plane() -> None:
    found = excerpt("饭", "𠮷🚀饭")
    assert found.marks == ((2, 3),)


def test_a_latin_word_is_not_marked_inside_another() -> None:
    assert marked(excerpt("go", "google 的 Go 语言")) == ["Go"]
    assert marked(excerpt("C++", "C 与 C++ 不同")) == ["C++"]


def test_the_passage_with_most_different_words_is_shown() -> None:
    body = "算力。" * 60 + "\n\n" + "无关的话。" * 60 + "\n\n这里算力和芯片在一起。" + "无关。" * 60
    assert set(marked(excerpt("算力 芯片", body))) == {"算力", "芯片"}


def test_a_passage_is_not_chosen_for_a_word_that_stands_there_only_inside_another() -> None:
    body = "digital 管理平台。" + "无关的话。" * 60 + "用 Git 来管理代码。"
    assert marked(excerpt("Git 管理", body)) == ["Git", "管理"]


def test_the_hit_names_the_section_it_stands_in() -> None:
    body = "开头\n\n## 一 {#one}\n\n无\n\n## 二\n\n这里有貔貅\n\n### 三\n\n无"
    section = excerpt("貔貅", body).section
    assert section is not None
    assert (section.title, section.anchor) == ("二", "二")
    assert excerpt("开头", body).section is None


def test_a_word_of_the_heading_names_that_section() -> None:
    section = excerpt("第二", "甲\n\n## 第一\n\n乙\n\n## 第二\n\n丙").section
    assert section is not None
    assert section.title == "第二"


def test_a_match_in_the_title_alone_shows_how_the_page_begins() -> None:
    found = excerpt("标题", "正文如此开头。")
    assert found.title_marks == ((0, 2),)
    assert (found.text, found.marks) == ("正文如此开头。", ())


def test_a_title_word_marks_the_title_only() -> None:
    found = excerpt("title:芯片", "芯片在正文", "芯片在标题")
    assert found.title_marks == ((0, 2),)
    assert found.marks == ()


def test_no_excerpt_begins_within_a_latin_word() -> None:
    found = excerpt("算力", "x " * 20 + "Kubernetes " * 20 + "算力")
    assert found.text.split()[0] in ("x", "Kubernetes")


def test_excluded_words_are_not_marked() -> None:
    assert marked(excerpt("算力 -芯片", "算力与芯片")) == ["算力"]


@given(
    st.text(st.sampled_from(list("算力芯片國產国产。\n aAbＢé\u0301ﬁ🚀𠮷\u200b")), max_size=400),
    st.text(st.sampled_from(list('算力芯片国产 aAb"-éfi🚀𠮷')), max_size=12),
)
def test_marks_are_ranges_in_order_that_hold_what_was_asked_for(body: str, q: str) -> None:
    query = parse(q, default_segmenter())
    page = document(body, body[:20])
    found = Highlighter(query).snippet(stored(page))
    assert len(found.text) <= SNIPPET_CHARS
    needles = [item.pattern for item in query.positive()]
    for text, marks in ((found.text, found.marks), (body[:20], found.title_marks)):
        last = -1
        for start, end in marks:
            assert last < start < end <= len(text)
            last = end
            assert any(
                fold_plain(text[start:end]) in needle or needle in fold_plain(text[start:end])
                for needle in needles
            )


def test_an_authors_summary_is_shown_where_no_passage_matches(tmp_path: Path) -> None:
    files = {
        "a.md": "---\ntitle: 貔貅\nsummary: 作者 **自己** 写的摘要\n---\n正文说饕餮\n",
        "b.md": "---\ntitle: 别的\n---\n另一段正文\n",
    }
    settings = Settings(content=write_site(tmp_path, files), index=tmp_path / "index", cache=CACHE)
    reindex(settings)
    search = Searcher(settings)
    shown = {q: {r["title"]: r["excerpt"] for r in search(q)["results"]} for q in ("", "貔貅", "饕餮")}
    assert shown[""] == {"貔貅": "作者 自己 写的摘要", "别的": "另一段正文"}
    assert shown["貔貅"] == {"貔貅": "作者 自己 写的摘要"}
    assert shown["饕餮"] == {"貔貅": "正文说饕餮"}
