"""Snippets and marks: the passage that matches best, marked exactly."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.reference import DOCUMENTS, PIECES
from tests.helpers.reference import document as document_of
from tests.helpers.sites import CACHE, Searcher, default_segmenter, write_site
from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.markdown.reader import read_markdown
from zhsearch.index.models import Document
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.segment import docstore
from zhsearch.index.segment.docstore import StoredDocument, store
from zhsearch.search.highlight.excerpt import EXCERPT_CHARS
from zhsearch.search.highlight.snippet import Highlighter, Snippet
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


def snippet_of(q: str, body: str, title: str = "标题") -> Snippet:
    return Highlighter(parse(q, default_segmenter()), default_segmenter()).snippet(
        stored(document(body, title))
    )


def stored(page: Document) -> StoredDocument:
    title, blocks = " ".join(fold_plain(page.title).split()), fold_plain(page.text)
    record = store(page, blocks.encode())
    return StoredDocument(page.path, page.url, record, f"{title}\n{blocks}".encode)


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.marks]


def test_the_words_of_the_query_are_marked() -> None:
    assert marked(snippet_of("算力 芯片", "国产算力与芯片")) == ["算力", "芯片"]


def test_adjacent_words_get_one_mark() -> None:
    assert marked(snippet_of("国产算力", "他说国产算力很强")) == ["国产算力"]


def test_the_text_as_written_is_marked_where_the_query_is_spelt_differently() -> None:
    assert marked(snippet_of("国产", "這是國產晶片")) == ["國產"]
    assert marked(snippet_of("deepseek", "用 ＤｅｅｐＳｅｅｋ 来写")) == ["ＤｅｅｐＳｅｅｋ"]
    assert marked(snippet_of("ガ", "半角 ｶﾞ 一字")) == ["ｶﾞ"]
    assert marked(snippet_of("café", "the cafe\u0301 is open")) == ["cafe\u0301"]


def test_ranges_count_code_points_beyond_the_basic_plane() -> None:
    snippet = snippet_of("饭", "𠮷🚀饭")
    assert snippet.marks == ((2, 3),)


def test_a_latin_word_is_not_marked_inside_another() -> None:
    assert marked(snippet_of("go", "google 的 Go 语言")) == ["Go"]
    assert marked(snippet_of("C++", "C 与 C++ 不同")) == ["C++"]


def test_the_passage_with_most_different_words_is_shown() -> None:
    body = "算力。" * 60 + "\n\n" + "无关的话。" * 60 + "\n\n这里算力和芯片在一起。" + "无关。" * 60
    assert set(marked(snippet_of("算力 芯片", body))) == {"算力", "芯片"}


def test_a_passage_is_not_chosen_for_a_word_that_it_has_only_inside_another() -> None:
    body = "digital 管理平台。" + "无关的话。" * 60 + "用 Git 来管理代码。"
    assert marked(snippet_of("Git 管理", body)) == ["Git", "管理"]


def test_the_snippet_names_its_section() -> None:
    body = "开头\n\n## 一 {#one}\n\n无\n\n## 二\n\n这里有貔貅\n\n### 三\n\n无"
    section = snippet_of("貔貅", body).section
    assert section is not None
    assert (section.title, section.anchor) == ("二", "二")
    assert snippet_of("开头", body).section is None


def test_a_match_in_a_heading_names_that_section() -> None:
    section = snippet_of("第二", "甲\n\n## 第一\n\n乙\n\n## 第二\n\n丙").section
    assert section is not None
    assert section.title == "第二"


def test_a_match_in_the_title_alone_shows_the_beginning_of_the_page() -> None:
    snippet = snippet_of("标题", "正文如此开头。")
    assert snippet.title_marks == ((0, 2),)
    assert (snippet.text, snippet.marks) == ("正文如此开头。", ())


def test_a_title_word_marks_the_title_only() -> None:
    snippet = snippet_of("title:芯片", "芯片在正文", "芯片在标题")
    assert snippet.title_marks == ((0, 2),)
    assert snippet.marks == ()


def test_no_snippet_begins_within_a_latin_word() -> None:
    snippet = snippet_of("算力", "x " * 20 + "Kubernetes " * 20 + "算力")
    assert snippet.text.split()[0] in ("…x", "…Kubernetes")


def test_excluded_words_are_not_marked() -> None:
    assert marked(snippet_of("算力 -芯片", "算力与芯片")) == ["算力"]


@given(
    st.text(st.sampled_from(list("算力芯片國產国产。\n aAbＢé\u0301ﬁ🚀𠮷\u200b")), max_size=400),
    st.text(st.sampled_from(list('算力芯片国产 aAb"-éfi🚀𠮷')), max_size=12),
)
def test_marks_are_ranges_in_order_that_contain_words_of_the_query(body: str, q: str) -> None:
    query = parse(q, default_segmenter())
    page = document(body, body[:20])
    snippet = Highlighter(query, default_segmenter()).snippet(stored(page))
    assert len(snippet.text) <= EXCERPT_CHARS
    patterns = [node.pattern for node in query.positive()]
    for text, marks in ((snippet.text, snippet.marks), (body[:20], snippet.title_marks)):
        last = -1
        for start, end in marks:
            assert last < start < end <= len(text)
            last = end
            assert any(
                fold_plain(text[start:end]) in pattern or pattern in fold_plain(text[start:end])
                for pattern in patterns
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


@given(document=DOCUMENTS, words=st.lists(PIECES, min_size=1, max_size=3))
@example(document=document_of("前" * 40 + "\n" + "后" * 45 + "算力" + "后" * 200), words=["算力"])
@example(document=document_of("算力" + "…" * 60 + "\n" + "后" * 200), words=["算力"])
def test_a_snippet_does_not_depend_on_how_the_store_slices_a_page(
    document: Document, words: list[str]
) -> None:
    query = parse(" ".join(words), default_segmenter())
    snippets = []
    for size in (1, 50, 1 << 30):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(docstore, "_SLICE_BYTES", size)
            snippets.append(Highlighter(query, default_segmenter()).snippet(stored(document)))
    assert snippets[0] == snippets[1] == snippets[2]


def test_of_two_long_quotations_the_first_is_shown() -> None:
    first, second = "甲乙" * 60, "丙丁" * 60
    snippet = snippet_of(f'"{first}" "{second}"', "无关的话。" * 60 + "\n\n" + first + "\n\n" + second)
    assert marked(snippet)[0].startswith("甲乙")
