"""How a query was read: the parts of its text, what each was taken for, and the texts that undo them."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.sites import default_segmenter
from zhsearch.search.query import Reading
from zhsearch.search.query.parser import parse


def readings(text: str) -> tuple[Reading, ...]:
    return parse(text, default_segmenter()).readings


def parts(text: str) -> list[tuple[str, str]]:
    """(kind, text as typed) of each part of a query."""
    return [(reading.kind, text[reading.start : reading.end]) for reading in readings(text)]


def undone(text: str, kind: str) -> str | None:
    """The query text that undoes the first part of a kind."""
    return next(reading.undo for reading in readings(text) if reading.kind == kind)


def test_each_part_of_a_query_is_told_as_typed() -> None:
    assert parts("怎么 算力 OR 芯片 “存储 设备” －手机 標籤：開源 )") == [
        ("ignored", "怎么"),
        ("word", "算力"),
        ("alternative", "算力 OR 芯片"),
        ("word", "芯片"),
        ("phrase", "“存储 设备”"),
        ("exclusion", "－手机"),
        ("filter", "標籤：開源"),
        ("ignored", ")"),
    ]


@pytest.mark.parametrize(
    "text", ["git rebase -i", "rm -rf", "-18℃", "返回 -1", "IS NOT NULL", "find . -name a"]
)
def test_a_sign_in_the_text_sought_is_no_order(text: str) -> None:
    assert {kind for kind, _ in parts(text)} <= {"word", "ignored"}


def test_a_part_has_its_value_without_signs_and_its_field() -> None:
    found = [
        (reading.value, reading.field) for reading in readings('-"手机 壳" NOT 电脑 -标签:开源 标题:算力')
    ]
    assert found == [("手机 壳", None), ("电脑", None), ("开源", "tag"), ("算力", "title")]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("算力 -手机", "exclusion", "算力"),
        ("-手机 算力", "exclusion", "算力"),
        ("算力 NOT 手机 芯片", "exclusion", "算力 芯片"),
        ("算力 -(手机 OR 电脑)", "exclusion", "算力"),
        ("算力 OR -手机 芯片", "exclusion", "算力 芯片"),
        ("(算力 -手机)", "exclusion", "(算力)"),
        ("-手机", "exclusion", "手机"),
        ("标题：革命 算力", "filter", "革命 算力"),
        ('title:"算力 革命"', "filter", '"算力 革命"'),
        ("title:-手机 算力", "filter", "算力"),
        ("算力 tag:qq", "filter", "算力"),
        ("tag:qq", "filter", "qq"),
        ("算力 || 芯片 手机", "alternative", "算力 芯片 手机"),
        ("算力|芯片", "alternative", "算力 芯片"),
        ("“国产算力” 手机", "phrase", "国产算力 手机"),
        ('"rm -rf"', "phrase", None),
        # What is left stays what it was: -flask after a Latin word would be a flag.
        ("python -手机 -flask", "exclusion", 'python "" -flask'),
        ("tag:docker -django", "filter", '"" -django'),
        ('"web" -flask', "phrase", 'web"" -flask'),
        ('"开源 软件"分类:新闻', "phrase", "开源 软件 分类:新闻"),
    ],
)
def test_a_part_is_undone(text: str, kind: str, expected: str | None) -> None:
    assert undone(text, kind) == expected


_TYPED = st.lists(
    st.sampled_from(
        [
            *'算力的 - ""()|a',
            " ",
            " -",
            "OR",
            "NOT",
            "NULL",
            "title:",
            "标签：",
            "－",
            "“",
            "docker",
            "-18",
            "\x00",
        ]
    ),
    max_size=24,
).map("".join)


@given(st.text(max_size=60) | _TYPED)
def test_every_part_is_a_range_of_the_text(text: str) -> None:
    for reading in readings(text):
        assert 0 <= reading.start < reading.end <= len(text)
        assert reading.value in text


@given(_TYPED)
@example("算 OR (力")
def test_undoing_a_part_takes_it_away(text: str) -> None:
    for reading in readings(text):
        if reading.undo is not None:
            before, after = (
                Counter((part.kind, part.value) for part in readings(of)) for of in (text, reading.undo)
            )
            part = reading.kind, reading.value
            assert after[part] < before[part], reading
            assert len(reading.undo) <= len(text)
