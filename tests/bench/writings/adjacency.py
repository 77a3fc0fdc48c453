"""Two characters that stand together and are no word (item 5)."""

from itertools import pairwise

import jieba

from .pairs import LIMIT, Pair, exact_pairs
from .texts import Texts


def neighbours(texts: Texts) -> list[Pair]:
    """The last character of a word and the first of the next, drawn at random from random pages."""
    rng = texts.rng("neighbours")
    pairs = set[str]()
    while len(pairs) < LIMIT * 2:
        text = rng.choice(texts.folded)
        start = rng.randrange(max(1, len(text) - 60))
        words = list(jieba.cut(text[start : start + 60], HMM=False))[1:-1]
        found = [a[-1] + b[0] for a, b in pairwise(words) if _is_han(a[-1]) and _is_han(b[0])]
        if found and not jieba.get_FREQ(pair := rng.choice(found)):
            pairs.add(pair)
    return exact_pairs(texts, "neighbours", pairs, any_page=True)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fd5"
