"""Heading ids as Hugo makes them; `test_text_like_hugo` compares many more with the real Hugo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.markdown.heading_ids import HeadingIds, anchor
from zhsearch.index.markdown.reader import read_markdown


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("国产算力的崛起", "国产算力的崛起"),
        ("GPT-4o 与 MI300X：对比", "gpt-4o-与-mi300x对比"),
        ("C++ / C#", "c--c"),
        ("foo_bar", "foo_bar"),
        ("　全角　空格　", "全角空格"),
        ("½ ² Ⅷ", "--"),
        ("！！！", ""),
    ],
)
def test_an_id_is_made_of_letters_digits_and_hyphens(heading: str, name: str) -> None:
    assert anchor(heading) == name


def test_equal_headings_are_numbered_and_never_take_the_id_of_another() -> None:
    ids = HeadingIds()
    assert [ids.make(text) for text in ("a", "a", "a-1", "a", "！", "？")] == [
        "a", "a-1", "a-1-1", "a-2", "heading", "heading-1",
    ]  # fmt: skip


def test_an_id_that_the_author_wrote_is_unchanged_and_reserved() -> None:
    sections = read_markdown("# 一 {#x}\n# x\n# 二 {#x}\n").sections
    assert [(section.title, section.anchor) for section in sections] == [
        ("一", "x"),
        ("x", "x-1"),
        ("二", "x"),
    ]


@given(st.lists(st.text("aA1-_ 中！", max_size=4), max_size=30))
def test_no_two_headings_of_a_page_share_an_id(headings: list[str]) -> None:
    ids = HeadingIds()
    made = [ids.make(heading) for heading in headings]
    assert len(set(made)) == len(made)
    assert all(made)


def test_ten_thousand_equal_headings_are_numbered_in_one_pass() -> None:
    sections = read_markdown("# a\n\n" * 10_000).sections
    assert sections[-1].anchor == "a-9999"
