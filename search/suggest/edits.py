"""Single edits of a word: what a slip of a finger makes of it."""

from collections.abc import Iterator
from itertools import pairwise

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def edits(token: str) -> Iterator[str]:
    """Every token that is one edit away; some twice."""
    yield from swaps(token)
    for offset in range(len(token) + 1):
        left, right = token[:offset], token[offset:]
        if right:
            yield left + right[1:]
        for letter in _LETTERS:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]


def swaps(token: str) -> Iterator[str]:
    """Every token with two different neighbouring letters swapped."""
    for offset, (first, second) in enumerate(pairwise(token)):
        if first != second:
            yield token[:offset] + second + first + token[offset + 2 :]


def is_one_edit(left: str, right: str) -> bool:
    """Whether two words are a single edit apart, a swap of neighbours included."""
    if len(left) == len(right):
        different = [offset for offset in range(len(left)) if left[offset] != right[offset]]
        if len(different) == 2 and different[1] == different[0] + 1:
            first, second = different
            return left[first] == right[second] and left[second] == right[first]
        return len(different) == 1
    short, long = sorted((left, right), key=len)
    if len(long) != len(short) + 1:
        return False
    return any(short == long[:offset] + long[offset + 1 :] for offset in range(len(long)))
