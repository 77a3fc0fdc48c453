"""Folding: texts that readers take for the same become equal, and every folded range maps to its source."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.folding import drop_accents, drop_neutral_blanks
from zhsearch.index.analysis import FoldedText
from zhsearch.index.analysis.folding import (
    fold,
    fold_keeping_blanks,
    fold_plain,
    folds_by_character,
    simplify_characters,
    simplify_words,
)

# Unicode's Default_Ignorable_Code_Point, as DerivedCoreProperties.txt lists it.
IGNORABLE = {
    0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010),
    *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
    *range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000),
}  # fmt: skip

JOINING = st.sampled_from(
    list("eAＥéﬁﬂßİſKÅ①㎏½") + ["\u0301", "\u0327", "\u0345", "\u1100", "\u1161", "\u11a8", "각"]
    + list("がカｶﾊ") + ["\u3099", "\u309a", "ﾞ", "ﾟ"] + list("☺👩👧1") + ["\ufe0f", "\u200d", "\u20e3"]
    + list("乾隆臺灣国產 \n") + ["\ufa0e", "\U0002f800", "\U00020bb7"]
)  # fmt: skip
TEXT = st.text(max_size=30) | st.text(JOINING, max_size=12)


def fold_whole(text: str) -> str:
    """The reference, blanks kept: fold the whole text at once by Unicode's own tables."""
    seen = "".join(character for character in text if ord(character) not in IGNORABLE)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    folded = drop_accents("".join(character for character in folded if ord(character) not in IGNORABLE))
    return re.sub("[‐‒–]", "-", re.sub("[“‟”]", '"', re.sub("[‘‛’]", "'", folded)))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＤｅｅｐＳｅｅｋ", "deepseek"),
        ("ﾊﾝｶｸ ｶﾞｷﾞ", "ハンカクガギ"),
        ("e\u0301cole Zürich ǖ й", "ecole zurich u й"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("Straße ﬁnal", "strasse final"),
        ("soft\u00adware\u200b 零\u200d宽", "software零宽"),
        ("❤\ufe0f 1\ufe0f\u20e3", "❤ 1\u20e3"),
        ("①㎏", "1kg"),
        ("it’s “GPT–4” ‘o’", "it's \"gpt-4\" 'o'"),
    ],
)
def test_texts_that_look_the_same_fold_to_the_same(written: str, folded: str) -> None:
    assert fold(written).text == folded


@given(TEXT)
def test_folding_by_clusters_equals_folding_the_whole_text(text: str) -> None:
    assert fold_keeping_blanks(text).text == fold_whole(text)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("C 语言 and 500 GB", "c语言and 500 gb"),
        ("早期测试， 但现在", "早期测试,但现在"),
        ("可靠的。 另一方面", "可靠的。另一方面"),
        ("好！ Linux 内核! Unix", "好!linux内核! unix"),
        ("2025 年 2 月\t13　日", "2025年2月13日"),
        ("大 纲\n 马  铃  薯", "大纲\n马铃薯"),
        ("안녕 하세요 Ｇｏ Ｒｕｓｔ", "안녕 하세요 go rust"),
    ],
)
def test_blanks_beside_wide_characters_do_not_count(written: str, folded: str) -> None:
    assert fold(written).text == folded


SPACED = st.text(list("C語言。，！カﾊ안Ａ1$ \t\u3000\xa0\u200b\u0301\n"), max_size=16)


@given(SPACED)
def test_no_blank_stands_beside_a_wide_character_after_folding(text: str) -> None:
    folded = fold(text)
    assert drop_neutral_blanks(folded.text) == folded.text
    whole = fold_keeping_blanks(text)
    dropped = [i for i in range(len(whole.text)) if whole.source(i, i + 1)[0] not in {*sources(folded)}]
    assert all(whole.text[index] in " \t" for index in dropped)


def sources(folded: FoldedText) -> list[int]:
    return [folded.source(index, index + 1)[0] for index in range(folded.size)]


def test_a_letter_under_a_hundred_thousand_accents_is_folded_in_linear_time() -> None:
    accents = "\u0301\u0327" * 50_000
    folded = fold("中a" + accents)
    assert folded.text.startswith("中a")
    assert folded.source(len(folded.text) - 1, len(folded.text))[1] == 100_002


@given(TEXT)
def test_folding_is_idempotent(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(TEXT)
def test_offsets_ascend_and_stay_within_the_source(text: str) -> None:
    folded = fold(text)
    ranges = [folded.source(index, index + 1) for index in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert [start for start, _ in ranges] == sorted(start for start, _ in ranges)
    assert [end for _, end in ranges] == sorted(end for _, end in ranges)


@given(TEXT, st.data())
def test_a_folded_range_leads_to_the_source_it_came_from(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.source(start, end)
    assert folded.text[start:end] in fold(text[first:last]).text


@pytest.mark.parametrize("traditional", ["國產算力", "臺灣", "資料庫", "頭髮發財", "乾燥的乾隆"])
def test_traditional_text_folds_to_simplified_of_the_same_length(traditional: str) -> None:
    assert len(simplify_words(traditional)) == len(simplify_characters(traditional)) == len(traditional)


def test_words_follow_phrases_and_characters_do_not() -> None:
    assert simplify_words("乾隆乾燥") == "乾隆干燥"
    assert simplify_characters("乾隆乾燥") == "干隆干燥"
    assert simplify_words("藉口") == "借口"
    assert simplify_characters("藉口") == "藉口"


def test_a_phrase_beside_traditional_neighbours_is_simplified_too() -> None:
    assert (
        simplify_words("位於倫敦") == simplify_words("位於伦敦") == simplify_words("位于伦敦") == "位于伦敦"
    )


@given(TEXT)
def test_simplifying_keeps_the_length_and_is_idempotent(text: str) -> None:
    folded = fold(text).text
    for simplify in (simplify_words, simplify_characters):
        simple = simplify(folded)
        assert len(simple) == len(folded)
        assert simplify(simple) == simple


@given(TEXT, TEXT)
def test_characters_are_simplified_the_same_in_every_context(left: str, right: str) -> None:
    assert simplify_characters(left + right) == simplify_characters(left) + simplify_characters(right)


@given(TEXT)
def test_fold_plain_folds_and_simplifies_by_character(text: str) -> None:
    assert fold_plain(text) == simplify_characters(fold(text).text)


def test_characters_listed_as_folding_one_to_one_do() -> None:
    for point in range(0x110000):
        if folds_by_character(chr(point)):
            folded = fold(f"a{chr(point)}b")
            assert len(folded.text) == 3
            assert folded.source(1, 2) == (1, 2)
    assert folds_by_character("他说：“国产 GPU，Ａ股”——好。")
    assert not folds_by_character("ﬁ")
    assert not folds_by_character("…")
    assert not folds_by_character("e\u0301")
