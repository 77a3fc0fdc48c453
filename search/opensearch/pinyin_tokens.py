"""Tokens that let a phrase query match partial input: characters, or their pinyin, full or partial.

| token | stands for |
| --- | --- |
| `国` | the character |
| `'g` | a letter or digit that begins a word |
| `~g`, `~gu`, `~guo` | a beginning of its pinyin |
| `=guo` | its pinyin in full |
| `<^`, `<$` | before the first character, after the last |

All tokens of a character have one position, so that each way to type a text is a phrase.
"""

from collections.abc import Sequence
from functools import lru_cache

from zhsearch.search.query import is_letter
from zhsearch.search.suggest.pinyin_input import BLURRED, PinyinReading, syllables_with_prefix
from zhsearch.search.suggest.readings import readings

LINE_START, LINE_END = "<^", "<$"
_SPACE, _COMMA = "\ue000", "\ue001"  # stand for the characters that separate positions, and tokens of one


def index_tokens(line: str) -> str:
    """A folded line for the analyzer `pinyin`: positions separated by spaces, tokens of one by commas."""
    before = [" ", *line]
    positions = (
        f"'{char},{char}" if is_letter(char) and not is_letter(last) else _tokens(char)
        for last, char in zip(before, line, strict=False)
    )
    return " ".join([LINE_START, *positions, LINE_END])


def typed_tokens(typed: str) -> list[tuple[str, ...]]:
    """The tokens of a folded input as typed; an alphabet's word matches only from its first letter on."""
    first, *others = map(_escaped, typed)
    return [(token,) for token in (f"'{first}" if is_letter(first) else first, *others)]


def pinyin_query_tokens(reading: PinyinReading) -> list[tuple[str, ...]]:
    """The tokens of one reading of an input as pinyin: for each position those of which one suffices."""
    return [_syllable_tokens(item) if item[0] <= "z" else (item,) for item in reading]


def phrase_query(field: str, positions: Sequence[tuple[str, ...]]) -> dict[str, object]:
    """The query for pages that have some tokens in a row, at each position one of several."""
    if all(len(tokens) == 1 for tokens in positions):
        text = " ".join(token for (token,) in positions)
        return {"match_phrase": {field: {"query": text, "analyzer": "whitespace"}}}
    clauses = [_span_query(field, tokens) for tokens in positions]
    return {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _span_query(field: str, tokens: tuple[str, ...]) -> dict[str, object]:
    return {"span_or": {"clauses": [{"span_term": {field: token}} for token in tokens]}}


def _syllable_tokens(item: str) -> tuple[str, ...]:
    if item[-1] in (" ", BLURRED):
        return tuple(f"={syllable}" for syllable in syllables_with_prefix(item))
    return (f"~{item}",)


@lru_cache(maxsize=1 << 15)
def _tokens(char: str) -> str:
    tokens = [_escaped(char)]
    for reading in readings(ord(char)):
        tokens += [f"={reading}", *(f"~{reading[:size]}" for size in range(1, len(reading) + 1))]
    return ",".join(dict.fromkeys(tokens))


def _escaped(char: str) -> str:
    return _SPACE if char.isspace() else _COMMA if char == "," else char
