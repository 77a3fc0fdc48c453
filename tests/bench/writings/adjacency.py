"""Two characters that stand together and are no word (item 5)."""

from collections.abc import Callable
from itertools import pairwise

import jieba

from .pairs import LIMIT, Pair, exact_pairs
from .texts import Texts


def neighbours(texts: Texts) -> list[Pair]:
    """The last character of a word and the first of the next, drawn at random from random pages."""
    return _drawn(texts, "neighbours", lambda left, right: left[-1] + right[0])


def beside_words(texts: Texts) -> list[Pair]:
    """A word of one character and the word of two beside it, as surname and name are."""
    return _drawn(
        texts, "beside words", lambda left, right: left + right if {len(left), len(right)} == {1, 2} else ""
    )


def _drawn(texts: Texts, kind: str, join: Callable[[str, str], str]) -> list[Pair]:
    """Texts across the boundary of two Han words that are no word, drawn at random from random pages."""
    rng = texts.rng(kind)
    drawn = set[str]()
    while len(drawn) < LIMIT * 2:
        text = rng.choice(texts.folded)
        start = rng.randrange(max(1, len(text) - 60))
        words = list(jieba.cut(text[start : start + 60], HMM=False))[1:-1]
        joined = [join(a, b) for a, b in pairwise(words) if all(map(_is_han, a + b))]
        found = [text for text in joined if text]
        if found and not jieba.get_FREQ(text := rng.choice(found)):
            drawn.add(text)
    return exact_pairs(texts, kind, drawn, any_page=True)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fd5"
