"""Quotes, dashes and tildes come out as the real Hugo shows them; emphasis beside Han loses its marks."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.rendered import Shown, difference, shown_by_hugo, shown_by_us
from tests.helpers.hugo import write_files
from zhsearch.index.markdown.options import MarkdownOptions
from zhsearch.index.markdown.typographer import Typographer, without_single_tildes, without_stray_emphasis

SIGNS = ["'", '"', "'", '"', "--", "---", "-", "...", ".", ">>", '""', "''"]
OTHERS = [
    "a",
    "s",
    "t",
    "ll",
    "9",
    "'90s",
    "中",
    "，",
    "。",
    "（",
    ")",
    "(",
    " ",
    " ",
    "!",
    "\n",
    "**b**",
    "`c`",
    "*中*",
    "é",
]


def test_a_thousand_lines_of_quotes_and_dashes(tmp_path: Path) -> None:
    rng = random.Random(4)
    files = {"hugo.toml": 'baseURL = "https://x.example/"\n'}
    for number in range(1000):
        pieces = (rng.choice(SIGNS if rng.random() < 0.5 else OTHERS) for _ in range(rng.randint(2, 14)))
        line = re.sub(" +\n", "\n", "".join(pieces))  # pulldown-cmark does not tell of such blanks
        files[f"content/{number}.md"] = f"---\ntitle: x\n---\nx{line}x\n"
    site = write_files(tmp_path / "site", files)
    wanted, found = shown_by_hugo(site, tmp_path / "out"), shown_by_us(site)
    differ = [path for path, page in found.items() if plain(wanted[path]) != plain(page)]
    assert [(files[f"content/{path}"], *difference(wanted[path], found[path])) for path in differ] == []


def plain(shown: Shown) -> str:
    """Without what is dropped on purpose, and white space."""
    return "".join("\n".join(shown.blocks).split()).replace("**", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("加快**。**虽然", "加快。虽然"),
        ("参数**-v**", "参数-v"),
        ("**注意: **只有", "注意: 只有"),
        ("2**3 与 4**5", "2**3 与 4**5"),
        ("一个**", "一个"),
        ("a ** b", "a ** b"),
        ("是*星号", "是*星号"),
        ("是*****五个", "是*****五个"),
    ],
)
def test_only_marks_beside_han_and_what_closes_them_are_dropped(typed: str, shown: str) -> None:
    assert without_stray_emphasis(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("H~2~O", "H2O"),
        ("~/a 与 ~/b", "~/a 与 ~/b"),
        ("约~3", "约~3"),
        ("（~）通常用~配合", "（）通常用配合"),
    ],
)
def test_a_pair_of_single_tildes_strikes_through(typed: str, shown: str) -> None:
    assert without_single_tildes(typed) == shown


@given(st.lists(st.sampled_from([*"'\"-.<>~*/:ab9 中。\n\0", "https://"]), max_size=60).map("".join))
def test_no_letter_is_lost(line: str) -> None:
    shown = without_stray_emphasis(without_single_tildes(Typographer(MarkdownOptions().signs).typeset(line)))
    letters = "ab9中/:\0"
    assert [sign for sign in shown if sign in letters] == [sign for sign in line if sign in letters]


@pytest.mark.parametrize(
    "piece", ["'", '"', "--", "...", "~", "~a", "**", "中**", "https://a.b/", "www.", "a@", ">>", "'a"]
)
def test_no_piece_however_often_repeated_takes_more_than_one_pass(piece: str) -> None:
    line = piece * 20_000
    without_stray_emphasis(without_single_tildes(Typographer(MarkdownOptions().signs).typeset(line)))
