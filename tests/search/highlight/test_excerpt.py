"""Excerpts: whole words at their edges, an ellipsis where they were cut, blocks set apart."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import default_segmenter
from tests.search.highlight.test_snippet import document, marked, snippet_of, stored
from zhsearch.index.analysis import query_tokens
from zhsearch.search.highlight import Highlighter
from zhsearch.search.highlight.excerpt import BETWEEN_BLOCKS, EXCERPT_CHARS
from zhsearch.search.query.parser import parse

WORDS = [
    "算力",
    "芯片",
    "国产化",
    "數據中心",
    "的",
    "是",
    "GPT-4o",
    "192.168.1.1",
    "2.307亿",
    "Kubernetes",
    "C++",
]
SIGNS = ["，", "。", "、", " ", "\n\n", "\n- ", "（", "）", "🚀"]


def test_an_excerpt_begins_and_ends_at_words_with_an_ellipsis_where_it_was_cut() -> None:
    text = snippet_of("算力", "数据中心网络技术" * 9 + "算力" + "人工智能服务器" * 30).text
    assert text.startswith(("…数据中心", "…网络", "…技术"))
    assert text.endswith(("人工智能…", "服务器…"))
    assert len(text) <= EXCERPT_CHARS


def test_an_excerpt_begins_and_ends_with_a_sentence_where_one_is_near() -> None:
    text = snippet_of("算力", "前面一句话。" * 20 + "这里说算力。" + "后面一句话。" * 40).text
    assert text.startswith("这里说算力。")
    assert text.endswith("后面一句话。")


def test_an_excerpt_ends_with_a_sentence_rather_than_with_the_next_heading() -> None:
    text = snippet_of(
        "算力", "这里说算力，" + "一二三四五六七八九。" * 11 + "\n\n## 下一节\n\n" + "别的话题，" * 40
    ).text
    assert text.endswith("八九。")


def test_a_number_or_a_latin_word_is_never_cut() -> None:
    for word in ("192.168.100.200", "GPT-4o", "2.307亿", "Kubernetes", "don't", "C++"):
        shown = word.replace("'", "’")
        for shift in range(1, 20):
            body = "一" * shift + f" {word}" * 20 + " 算力 " + f"{word} " * 40
            words = snippet_of("算力", body).text.strip("…").split()
            assert set(words[1:]) <= {shown, "算力"}, (word, shift)
            assert words[0] in (shown, "一" * shift)


def test_table_cells_and_list_items_are_set_apart_and_sentences_are_not() -> None:
    table = "| 型号 | 算力 |\n| --- | --- |\n| MI300X | 1.3 |\n"
    assert snippet_of("型号 算力", table).text == "型号 · 算力 · MI300X · 1.3"
    assert snippet_of("算力", "- 通用算力\n- 智能算力\n").text == "通用算力 · 智能算力"
    assert (
        snippet_of("概览 算力", "## 概览\n\n算力够用。\n\n芯片不够。\n").text
        == "概览 · 算力够用。 芯片不够。"
    )


def test_the_text_that_stands_for_an_image_is_not_glued_to_the_sentence_beside_it() -> None:
    body = "![图片](a.png)\n\n## 硬件\n\n点这里 ![一张主板的照片](b.jpg) 看算力。![IMG_0042.jpg](c.jpg)"
    assert snippet_of("硬件 算力", body).text == "硬件 · 点这里 看算力。 一张主板的照片"
    assert marked(snippet_of("主板", body)) == ["主板"]


@given(
    st.lists(st.sampled_from(WORDS + SIGNS), max_size=160).map("".join),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
)
def test_an_excerpt_is_a_part_of_the_page_with_whole_words_and_exact_marks(body: str, q: str) -> None:
    segmenter = default_segmenter()
    page = document(body)
    snippet = Highlighter(parse(q, segmenter), segmenter).snippet(stored(page))
    assert len(snippet.text) <= EXCERPT_CHARS
    last = -1
    for start, end in snippet.marks:
        assert last < start < end <= len(snippet.text)
        last = end
    if "…" not in body and page.text:
        pattern = (
            re.escape(snippet.text.strip("…"))
            .replace(re.escape(BETWEEN_BLOCKS), "\n")
            .replace(r"\ ", r"[ \n]")
        )
        starts = [match.start() for match in re.finditer(f"(?={pattern})", page.text)]
        assert starts
        size = len(snippet.text.strip("…").replace(BETWEEN_BLOCKS, "\n"))
        assert any(_whole_words(page.text, start, start + size) for start in starts)


def _whole_words(text: str, start: int, end: int) -> bool:
    line = text.rfind("\n", 0, start) + 1
    spans = [
        (line + t.start, line + t.end)
        for t in query_tokens(text[line : text.find("\n", start)], default_segmenter())
    ]
    line = text.rfind("\n", 0, end) + 1
    after = text.find("\n", end)
    tokens = query_tokens(text[line : after if after >= 0 else None], default_segmenter())
    spans += [(line + t.start, line + t.end) for t in tokens]
    return not any(first < edge < last for first, last in spans for edge in (start, end))
