"""A line in, what the index keeps of each of its characters out: itself, and how it sounds; and what is typed
in, the tokens to look for in a row.

| token | stands for |
| --- | --- |
| `国` | the character |
| `'g` | a letter or digit that begins a word |
| `~g`, `~gu`, `~guo` | how its pinyin may begin |
| `=guo` | its pinyin in full |
| `<^`, `<$` | before the first character, after the last |

All tokens of a character stand at one place, so that a phrase of them is what is typed.
"""

from collections.abc import Sequence
from functools import lru_cache

from zhsearch.search.query.pattern import is_letter
from zhsearch.search.suggest.pinyin import readings
from zhsearch.search.suggest.pinyin_input import PinyinReading

FIRST, LAST = "<^", "<$"
_BLANK, _COMMA = "\ue000", "\ue001"  # in the place of what parts places, and tokens of one


def index_tokens(line: str) -> str:
    """A folded line for the analyzer `sounds`: its places parted by blanks, tokens of each by commas."""
    before = [" ", *line]
    places = (
        f"'{sign},{sign}" if is_letter(sign) and not is_letter(last) else _tokens(sign)
        for last, sign in zip(before, line, strict=False)
    )
    return " ".join([FIRST, *places, LAST])


def typed_tokens(sought: str) -> list[str]:
    """The tokens of a folded text as it stands; of an alphabet's words only where one begins."""
    first, *others = map(_sign, sought)
    return [f"'{first}" if is_letter(first) else first, *others]


def pinyin_query_tokens(way: PinyinReading) -> list[str]:
    """The tokens of one way to read it."""
    return [_sound(place) if place[0] <= "z" else place for place in way]


def phrase(field: str, tokens: Sequence[str]) -> dict[str, object]:
    """The pages that have some tokens in a row."""
    return {"match_phrase": {field: {"query": " ".join(tokens), "analyzer": "whitespace"}}}


def _sound(place: str) -> str:
    return f"={place[:-1]}" if place[-1] == " " else f"~{place}"


@lru_cache(maxsize=1 << 15)
def _tokens(sign: str) -> str:
    found = [_sign(sign)]
    for reading in readings(ord(sign)):
        found += [f"={reading}", *(f"~{reading[:size]}" for size in range(1, len(reading) + 1))]
    return ",".join(dict.fromkeys(found))


def _sign(sign: str) -> str:
    return _BLANK if sign.isspace() else _COMMA if sign == "," else sign
