"""Parts of Latin words: beginnings, ends, parts of model and version numbers, words while typed (item 4)."""

import re
from collections.abc import Iterator

from .pairs import LIMIT, Pair, shuffled
from .texts import Texts

_MIN_PREFIX, _MIN_SUFFIX, _MIN_WORD = 4, 3, 6
_RARE = 30  # pages at most of a word that is looked for by a part
_NAME = r"(?<![a-z0-9_-])(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{5,16}(?![a-z0-9_-])"
_VERSION = r"(?<![\w.])v\d+\.\d+(?:\.\d+)?(?![\w.-])"


def beginnings(texts: Texts) -> list[Pair]:
    """`kube` finds pages with kubernetes, whether kube is a word of other pages (half of the pairs) or not."""
    words = texts.latin_words
    rng = texts.rng("beginnings")
    rare = sorted(word for word, count in words.items() if len(word) >= _MIN_WORD and count <= _RARE)
    prefixes = [word[: rng.randint(_MIN_PREFIX, len(word) - 2)] for word in rare]
    pairs = []
    for known in (True, False):
        of_sort = shuffled(texts, "beginnings", ((p,) for p in prefixes if (p in words) is known))
        for (prefix,) in of_sort[: LIMIT // 2]:
            exact = texts.holding(prefix)
            if wanted := texts.holding(prefix, right=False) - exact:
                pairs.append(Pair(prefix, wanted, exact, others=(prefix,), whole=(True, False)))
    return pairs


def inside_words(texts: Texts) -> list[Pair]:
    """rdp finds xfreerdp, C20 V300R200C20, 1.2 v1.2.3: below the pages with the part by itself."""
    pairs = []
    for (part,) in shuffled(texts, "parts inside words", _parts(texts)):
        exact = texts.holding(part)
        if wanted := texts.holding(part, left=False, right=False) - exact:
            # Other forms of an English word are found by right, and above those that have it inside.
            above = texts.holding_as_part((part, *texts.inflected.get(part, ())), whole=True)
            allowed = texts.holding_as_part((part, *texts.inflected.get(part, ())))
            pair = Pair(part, wanted, exact, allowed, others=(part,), whole=(False, False), above=above)
            pairs.append(pair)
        if len(pairs) == LIMIT:
            break
    return pairs


def typed_words(texts: Texts) -> list[str]:
    """Words of titles that are typed letter by letter."""
    words = texts.latin_words
    in_titles = {word for title in texts.titles for word in re.findall("[a-z]{6,}", title)}
    return [word for (word,) in shuffled(texts, "typed words", ((w,) for w in in_titles if words[w] > 1))][
        :LIMIT
    ]


def _parts(texts: Texts) -> Iterator[tuple[str]]:
    """Ends that are rare words themselves, pieces of names with digits, versions without their last number."""
    words = texts.latin_words
    for word, count in words.items():
        ends = (word[start:] for start in range(2, len(word) - _MIN_SUFFIX + 1))
        if count <= _RARE:
            yield from ((end,) for end in ends if 0 < words[end] <= _RARE and not _is_inflection(end, word))
    for match in texts.matches(_NAME, source=False):
        pieces = re.findall(r"[a-z]+\d+|[a-z]{3,}", match[0])
        yield from ((piece,) for piece in pieces if 2 < len(piece) < len(match[0]))
    for match in texts.matches(_VERSION, source=False):
        number = match[0].removeprefix("v")
        yield from ((part,) for part in {number, ".".join(number.split(".")[:2])})


def _is_inflection(end: str, word: str) -> bool:
    """Whether the end is a suffix of words and none by itself, or the word has a common prefix before it."""
    return end in ("ing", "ion", "ment", "able", "tion", "ness") or len(word) - len(end) < _MIN_SUFFIX
