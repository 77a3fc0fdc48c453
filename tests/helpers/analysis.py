"""Texts that are hard to analyse, and the terms that the analyzer finds in them."""

from hypothesis import strategies as st

from tests.helpers.sites import default_segmenter
from zhsearch.index.analysis.analyzer import Analyzer
from zhsearch.index.analysis.folding import fold, simplify_words

PIECES = st.sampled_from(
    ["算力", "國產", "C", "C++", "c语言", "卡拉OK", "2.307亿", "GPT-4o", "乾", "隆", "藉口", "𠮷", "カラ", "한국"]
    + list(" .-/_'&@+#%，\n") + ["é", "e\u0301", "ﬁ", "㎏", "㍿", "Ａ", "5", "９", "❤\ufe0f", "\u200b", "ß", "的"]
)  # fmt: skip
LONG = st.sampled_from(
    [*"aé1中・ー", "中国科学院", "a-", "1.5/", "北京大学b", "x" * 63, "カ" * 63, "y" * 64, "z" * 65]
)
TEXT = st.lists(PIECES | LONG, max_size=12).map("".join) | st.text(max_size=30)
LONG_TEXT = st.lists(
    st.tuples(LONG, st.integers(1, 80)).map(lambda piece: piece[0] * piece[1]), max_size=8
).map("".join)


def simple(text: str) -> str:
    """A text folded and simplified, as the analyzer expects it."""
    return simplify_words(fold(text).text)


def analyze(analyzer: Analyzer, text: str) -> list[tuple[str, int]]:
    """The (term, position) pairs of a text as written."""
    numbers, positions = analyzer.analyze(simple(text))
    return [
        (analyzer.vocabulary[number].decode(), position)
        for number, position in zip(numbers.tolist(), positions.tolist(), strict=True)
    ]


def terms(text: str) -> list[tuple[str, int]]:
    """The same by a new analyzer, with an empty vocabulary."""
    return analyze(Analyzer(default_segmenter()), text)


def term_names(text: str) -> list[str]:
    return [term for term, _ in terms(text)]
