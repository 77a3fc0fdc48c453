"""Expansion of a query's words: synonyms, other writings, and the components of site terms.

The lexicon has the owner's synonyms, which count as much as the word itself, and variants, which rank below
it; `writings` has the rules for numbers and dates. A site term may also be matched by its component words: it
must not hide pages that have these apart.
"""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from zhsearch.index.analysis import (
    HAN,
    Lexicon,
    QueryToken,
    Segmenter,
    fold,
    fold_plain,
    query_tokens,
    simplify_characters,
)
from zhsearch.search.query.ast import And, Node, Or, Phrase, Word, conjunction, or_also, or_writings
from zhsearch.search.query.numerals import NUMERAL
from zhsearch.search.query.writings import passages

VARIANT_WEIGHT = 0.4
"""Factor of the score of a writing that the query does not have itself."""

_AMBIGUOUS = 0.75  # of a variant, if it is one of several
_ADJACENT_WEIGHT = 0.5  # of words side by side, added to theirs
_APART_WEIGHT = 0.15  # of words apart, where their run has variants

# The parts of getUserName and parseHTTPResponse; of parseXML2JSON also with the digits after them.
_HUMPS = (
    re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+"),
    re.compile("(?:[A-Z]?[a-z]+|[A-Z]+(?![a-z]))[0-9]*|[0-9]+"),
)
_MAY_HAVE_WRITINGS = re.compile(f"[a-z][A-Z]|[A-Z]{{2}}[a-z]|\\d|{NUMERAL}|[萬〇]|[国國]元")
_CAMEL = re.compile("[a-z][A-Z]|[A-Z]{2}[a-z]|[0-9][A-Z][a-z]")
_MAX_HUMPS = 5
_SPACED_MEASURE = re.compile(r"[0-9.]+ °?[a-z]+")
_MIXED_RUNS = re.compile(f"([0-9a-z]{{2,}})([{HAN}]+)")  # IP地址, but not U盘
_LATIN_EDGE = re.compile(r"^[0-9a-z]|[0-9a-z]$")


def expand_words(
    chunk: str,
    tokens: Sequence[QueryToken],
    content: Container[QueryToken],
    field: str | None,
    segmenter: Segmenter,
) -> Iterator[tuple[Node, int, int]]:
    """(node, start, end) for the tokens of a chunk: for those in `content`, and all that have other writings.

    A run of tokens that has synonyms, variants or other writings becomes one node with these as alternatives.
    """
    lexicon = segmenter.lexicon
    written = _written_otherwise(chunk, tokens, field) if lexicon.other_writings else {}
    start = 0
    while start < len(tokens):
        end, text = _longest_with_synonyms(tokens, start, lexicon)
        if end > start:
            node = _with_synonyms(tokens[start:end], text, content, field, segmenter)
            yield node, tokens[start].start, tokens[end - 1].end
        elif start in written:
            last, node = written[start]
            yield node, tokens[start].start, tokens[last - 1].end
            end = last
        else:
            end = start + 1
            token = tokens[start]
            if token in content:
                is_spaced = " " in chunk[token.start : token.end]
                node = _word_or_components(token, field, segmenter, is_spaced=is_spaced)
                yield node, token.start, token.end
        start = end


def _longest_with_synonyms(tokens: Sequence[QueryToken], start: int, lexicon: Lexicon) -> tuple[int, str]:
    """The end of the longest run of tokens from `start` on that has synonyms or variants, and its text; else
    `start`."""
    longest = start, ""
    beginnings, limit = lexicon.variant_beginnings, lexicon.longest_variant
    for end in range(start + 1, len(tokens) + 1):
        text = _joined(tokens[start:end])
        if len(text) > limit or (len(text) > 1 and text[:2] not in beginnings):
            break
        if text in lexicon.synonyms_of or text in lexicon.variants_of:
            longest = end, text
    return longest


def _with_synonyms(
    tokens: Sequence[QueryToken],
    text: str,
    content: Container[QueryToken],
    field: str | None,
    segmenter: Segmenter,
) -> Node:
    """A run of tokens, its synonyms and its variants as alternatives.

    Of several words the run is what a page must have to rank above its variants: a page with the words apart
    is further from 資料結構 than one with 数据结构.
    """
    lexicon = segmenter.lexicon
    words = [Word.of(token, field) for token in tokens if token in content]
    words = words or [Word.of(token, field) for token in tokens]
    synonyms = lexicon.synonyms_of.get(text, ())
    variants = [variant for variant in lexicon.variants_of.get(text, ()) if variant not in synonyms]
    own, apart = conjunction([*words]), []
    if variants and len(words) > 1:
        own = And((_phrase(text, field, weight=_ADJACENT_WEIGHT), *words))
        apart = [And(tuple(replace(word, weight=_APART_WEIGHT) for word in words))]
    node = or_also(own, (_alternative(synonym, field, segmenter) for synonym in synonyms))
    others = (
        _alternative(variant, field, segmenter, weight=_variant_weight(text, variant, lexicon))
        for variant in variants
    )
    return or_writings(node, (*others, *apart))


def _variant_weight(text: str, variant: str, lexicon: Lexicon) -> float:
    """The weight of a variant; less where either may also stand for another word: 文件 is 檔案 and 文檔."""
    is_ambiguous = not lexicon.ambiguous.isdisjoint((text, variant))
    return VARIANT_WEIGHT * (_AMBIGUOUS if is_ambiguous else 1.0)


def _written_otherwise(
    chunk: str, tokens: Sequence[QueryToken], field: str | None
) -> dict[int, tuple[int, Node]]:
    """The runs of tokens with other writings of a number, date or name: {first: (last + 1, node)}."""
    nodes: dict[int, tuple[int, Node]] = {}
    if not _MAY_HAVE_WRITINGS.search(chunk):
        return nodes
    folded = fold(chunk)
    text = simplify_characters(folded.text)
    for number, token in enumerate(tokens):
        written = chunk[token.start : token.end]
        if token.kind == "latin" and _CAMEL.search(written):
            variants = [_phrase(text, field, weight=VARIANT_WEIGHT) for text in _humps_apart(written)]
            nodes[number] = number + 1, or_writings(Word.of(token, field), variants)
    for start, end, writings in passages(text):
        spans = [(folded.place(token.start), folded.place(token.end)) for token in tokens]
        inside = [number for number, (left, right) in enumerate(spans) if left < end and start < right]
        if not inside:
            continue
        first, last = inside[0], inside[-1]
        before, after = text[min(spans[first][0], start) : start], text[end : max(spans[last][1], end)]
        own, *others = [f"{before}{writing}{after}" for writing in writings]
        node: Node = Word.of(tokens[first], field) if first == last else _phrase(own, field, weight=1.0)
        variants = [_phrase(other, field, weight=VARIANT_WEIGHT) for other in others]
        words = [Word.of(token, field) for token in tokens[first : last + 1]]
        if _SPACED_MEASURE.fullmatch(own):  # 12 m may be typed on the way to 12 monkeys
            node = or_also(or_writings(And((*words,)), variants), [node])
        else:
            node = or_writings(node, variants)
            if (before or after) and _is_spaced(tokens[first : last + 1]):  # 2021 大事 has no 2021大
                node = or_also(node, [And((*words,))])
        nodes[first] = last + 1, node
    return nodes


def _is_spaced(tokens: Sequence[QueryToken]) -> bool:
    """Whether something stands between two of the tokens: a blank, in a chunk of words."""
    return any(left.end < right.start for left, right in pairwise(tokens))


def _humps_apart(written: str) -> Iterator[str]:
    """A word in camelCase as its parts: get user name, get_user_name, get-user-name."""
    for pattern in _HUMPS:
        humps = pattern.findall(written)
        if 1 < len(humps) <= _MAX_HUMPS:
            yield from (separator.join(humps).lower() for separator in " _-")


def _phrase(text: str, field: str | None, *, weight: float) -> Phrase:
    """A writing of several tokens, wherever it occurs."""
    return Phrase(text, field, bounded=bool(_LATIN_EDGE.search(text)), quoted=False, weight=weight)


def _word_or_components(
    token: QueryToken, field: str | None, segmenter: Segmenter, *, is_spaced: bool = False
) -> Node:
    """A word; with its component words as an alternative, if it is a site term, joins Latin and Han, or has
    blanks in it."""
    word = Word.of(token, field)
    if is_spaced and token.kind == "han":
        return Or((word, And(tuple(Word(character, character, "han", field) for character in token.term))))
    if token.kind == "compound" and (runs := _MIXED_RUNS.fullmatch(token.term)):
        latin, han = Word(runs[1], runs[1], "latin", field), segmenter.cut(runs[2])
        return Or((word, And((latin, *(Word(part, part, "han", field) for part in han)))))
    if token.term in segmenter.lexicon.site_term_set and (
        components := _component_words(token.term, segmenter)
    ):
        return Or((word, And(tuple(Word(component, component, "han", field) for component in components))))
    return word


def _component_words(term: str, segmenter: Segmenter) -> list[str]:
    """The dictionary words that make up a term, in order; none if they do not cover it."""
    spans = [(start, end) for word, start, end in segmenter.search(term) if word != term]

    def cover(start: int) -> list[str] | None:
        if start == len(term):
            return []
        for end in sorted((last for first, last in spans if first == start), reverse=True):
            if (rest := cover(end)) is not None:
                return [term[start:end], *rest]
        return None

    return cover(0) or []


def _joined(tokens: Sequence[QueryToken]) -> str:
    """Tokens as the lexicon writes them: with a blank between those that do not touch, where it counts."""
    text = tokens[0].term
    if len(tokens) == 1:
        return text
    for before, token in pairwise(tokens):
        text += token.term if before.end == token.start else f" {token.term}"
    return text if text.isascii() or " " not in text else fold(text).text


def _alternative(text: str, field: str | None, segmenter: Segmenter, *, weight: float = 1.0) -> Node:
    """A synonym or variant as one node: a word, or a text of several words wherever it occurs."""
    tokens = query_tokens(text, segmenter)
    if len(tokens) == 1 and len(tokens[0].term) == len(text):
        return replace(Word.of(tokens[0], field), weight=weight)
    pattern = fold_plain(text)
    return Word(pattern, pattern, "han", field, weight)
