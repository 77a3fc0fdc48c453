"""Splitting: the tokens found with arrays are those of the token pattern."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.analysis import LONG_TEXT, TEXT, simple
from zhsearch.index.analysis.splitter import Tokens, splitter
from zhsearch.index.analysis.tokenizer import token_pattern

MIXED = ("c++语言", "达·芬奇a", "中-国a", "3.5万b", "γ值")
# Everything that the kinds of characters and the joints between them distinguish.
SIGNS = st.text(
    st.sampled_from("中小大拉卡地址盘语言百万亿aksecup059γé·—。,，、 \n._/-'&@:+#%(カ한☆𠮷〇"), max_size=30
)
WORDS = st.lists(
    st.sampled_from(
        ["c++语言", "达·芬奇a", "中-国a", "3.5万b", "卡拉ok", "ip地址", "2.307亿", "1,000万", ".net"]
    )
    | st.sampled_from([*"中大a5.,+-/é ，\n"]),
    max_size=10,
).map("".join)


def found(tokens: Tokens) -> list[tuple[int, str]]:
    """(position, token) of all tokens, in text order."""
    runs = [match.span() for match in re.finditer(r"[^\n]+", tokens.han)]
    assert all(
        np.array_equal(tokens.han_positions[start:end] - tokens.han_positions[start], np.arange(end - start))
        for start, end in runs
    )
    han = [(int(tokens.han_positions[start]), tokens.han[start:end]) for start, end in runs]
    return sorted([*han, *zip(tokens.positions.tolist(), tokens.others, strict=True)])


def wanted(text: str, mixed: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in token_pattern(mixed).finditer(text)]


@pytest.mark.parametrize("mixed", [(), MIXED])
@given(text=TEXT | LONG_TEXT | SIGNS | WORDS)
@settings(max_examples=300)
def test_the_tokens_are_those_of_the_pattern(mixed: tuple[str, ...], text: str) -> None:
    assert found(splitter(mixed).split(text)) == wanted(text, mixed)


@pytest.mark.parametrize("mixed", [(), MIXED])
def test_every_character_beside_every_kind_is_split_as_by_the_pattern(mixed: tuple[str, ...]) -> None:
    points = (*range(0x3400), *range(0x9FC0, 0xA000), *range(0xF900, 0x10000), 0x1F600, 0x20000)
    characters = list(map(chr, points))
    for left, right in [("a", "b"), ("1", "2万"), ("中", "国"), ("é", "."), ("a+", ".b"), ("卡拉", "ok")]:
        text = "\n".join(f"{left}{character}{right}" for character in characters)
        assert found(splitter(mixed).split(text)) == wanted(text, mixed)


def test_han_runs_and_other_tokens_are_told_apart() -> None:
    tokens = splitter(()).split("中国linux系统,卡拉ok和c++语言2.307亿")
    assert set(tokens.han.split()) == {"中国", "系统", "和", "语言"}
    assert set(tokens.others) == {"linux", "卡拉ok", "c++", "2.307亿"}


def test_real_posts_have_the_tokens_of_the_pattern(shared: Callable[[str], Path]) -> None:
    for post in sorted(shared("corpus/lctt").rglob("*.md"))[::40]:
        text = simple(post.read_text(encoding="utf-8", errors="replace"))
        assert found(splitter(()).split(text)) == wanted(text, ())
