"""Other writings of Latin words: inflections, and words that are joined or separated.

`containers` also finds container, `opensource` also open source, `wi-fi` also wifi, `vs code` also VSCode.
Which of the possible writings exist is looked up in the index; what has no pages costs nothing more.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise, product

import Stemmer

from zhsearch.index.analysis import FUNCTION_WORDS
from zhsearch.search.query.ast import And, Node, Or, Phrase, Word, primary
from zhsearch.search.query.model import Query
from zhsearch.search.query.synonyms import VARIANT_WEIGHT

TermPages = Callable[[Sequence[str]], Sequence[int]]
"""The number of pages that have each of some words as a term."""

_SEPARATORS = (" ", "-", ".", "_")
_MIN_INFLECTED = 4  # letters
_MIN_JOINED = 4  # letters and digits
_MAX_JOINED = 24
_MAX_JOINED_WORDS = 3
_MAX_SPLITS = 2  # of one word
_JOINED_WEIGHT = 0.8  # of all words that it is made of, together: as rare as it is, they may be frequent
_STEMMER_CACHE = 1 << 14
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+")


def expand_latin(query: Query, term_pages: TermPages) -> Query:
    """The query with other writings of its Latin words as alternatives, below the words themselves."""
    joined = _joined_words(query.should)
    if not joined and not any(map(_has_latin, (*query.should, *query.must))):
        return query
    beside = {} if query.is_question else _side_by_side(query.should)
    should = tuple(
        _with(_expanded(node, term_pages, joined.get(place, ())), beside.get(place))
        for place, node in enumerate(query.should)
    )
    must = tuple(_expanded(node, term_pages, ()) for node in query.must)
    return query._replace(should=should, must=must)


def _with(node: Node, other: Node | None) -> Node:
    """A node with one more alternative, if it is given."""
    if other is None:
        return node
    return Or((*(node.nodes if isinstance(node, Or) else (node,)), other))


def _has_latin(node: Node) -> bool:
    if isinstance(node, And | Or):
        return any(map(_has_latin, node.nodes))
    return isinstance(node, Word) and node.kind != "han"


def _expanded(node: Node, term_pages: TermPages, joined: Sequence[Node]) -> Node:
    """A node with the other writings of its words, and with the words that it is a part of."""
    if isinstance(node, And):
        return And(tuple(_expanded(part, term_pages, ()) for part in node.nodes))
    if isinstance(node, Or):
        first, *others = node.nodes
        expanded = _expanded(first, term_pages, joined)
        own = expanded.nodes if isinstance(expanded, Or) else (expanded,)
        return Or(tuple(dict.fromkeys((*own, *others))))
    if not isinstance(node, Word) or node.kind == "han" or not node.term.isascii():
        return Or((node, *joined)) if joined else node
    alternatives = dict.fromkeys((node, *_writings(node, term_pages), *joined))
    return Or(tuple(alternatives)) if len(alternatives) > 1 else node


def _writings(word: Word, term_pages: TermPages) -> Iterator[Node]:
    """The other writings of a Latin word that the index has."""
    text = word.term
    if word.kind == "latin":
        forms, splits = _inflections(text), _possible_splits(text)
        parts = [part for split in splits for part in split]
        pages = dict(zip((*forms, *parts), term_pages((*forms, *parts)), strict=True))
        for form in forms:
            if pages[form]:
                yield _other(word, form)
        known = [split for split in splits if pages[split[0]] and pages[split[1]]]
        known.sort(key=lambda split: -min(pages[split[0]], pages[split[1]]))
        for split in known[:_MAX_SPLITS]:
            yield from _separated(word, split)
    elif _VERSION.fullmatch(text):
        if term_pages([f"{text}."])[0]:
            yield replace(word, term=f"{text}.", kind="latin", weight=VARIANT_WEIGHT, whole=True)
    elif parts := separated_parts(text):
        joined = "".join(parts)
        if term_pages([joined])[0]:
            yield _other(word, joined)
        yield from _separated(word, parts)


def _other(word: Word, text: str) -> Word:
    """Another writing of a word, a term by itself."""
    return replace(word, term=text, pattern=text, kind="latin", weight=VARIANT_WEIGHT, whole=True)


def _separated(word: Word, parts: Sequence[str]) -> Iterator[Phrase]:
    """The writings of a word with its parts separated, without its own."""
    # A single letter stands apart from a word by a hyphen alone: e-mail.
    separators = ("-",) if min(map(len, parts)) == 1 else _SEPARATORS
    for separator in separators:
        text = separator.join(parts)
        if text != word.term:
            yield Phrase(text, word.field, bounded=True, quoted=False, weight=VARIANT_WEIGHT)


def separated_parts(text: str) -> list[str]:
    """The two or three parts of a word that is written with hyphens, dots or underscores; else none."""
    for separator in _SEPARATORS[1:]:
        parts = text.split(separator)
        if 2 <= len(parts) <= _MAX_JOINED_WORDS and all(map(str.isalnum, parts)):
            has_letters = any(part.isalpha() for part in parts)
            return parts if has_letters and len(text) <= _MAX_JOINED else []
    return []


def _possible_splits(text: str) -> list[tuple[str, str]]:
    """The ways to split a word of letters in two."""
    if not text.isalpha() or not _MIN_JOINED <= len(text) <= _MAX_JOINED:
        return []
    return [(text[:end], text[end:]) for end in range(1, len(text) - 1)]


def _joined_words(nodes: Sequence[Node]) -> dict[int, list[Word]]:
    """For each node the words that it makes up with its neighbours, written as one."""
    words = [primary(node) for node in nodes]
    joined: dict[int, list[Word]] = {}
    for start, size in product(range(len(words)), range(2, _MAX_JOINED_WORDS + 1)):
        run = words[start : start + size]
        if len(run) < size or not all(_is_joinable(word) for word in run):
            continue
        text = "".join(word.term for word in run if isinstance(word, Word))
        if _MIN_JOINED <= len(text) <= _MAX_JOINED and not text.isdecimal():
            for place in range(start, start + size):
                # Each word of the run finds it, so that each has its share of the score.
                weight = _JOINED_WEIGHT / size
                joined.setdefault(place, []).append(Word(text, text, "latin", weight=weight))
    return joined


def _side_by_side(nodes: Sequence[Node]) -> dict[int, Phrase]:
    """For the first of two neighbouring words the text of both, which ranks pages that have them so higher.

    It changes nothing but the score: its pages have the word.
    """
    words = [primary(node) for node in nodes]
    texts: dict[int, Phrase] = {}
    for place, (word, following) in enumerate(pairwise(words)):
        if (
            isinstance(word, Word)
            and _is_joinable(word)
            and isinstance(following, Word)
            and _is_joinable(following)
        ):
            texts[place] = Phrase(f"{word.term} {following.term}", bounded=True, quoted=False)
    return texts


def _is_joinable(node: Node) -> bool:
    return isinstance(node, Word) and node.kind == "latin" and node.field is None and node.term.isascii()


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=_STEMMER_CACHE)
def _inflections(word: str) -> tuple[str, ...]:
    """The other forms of an English word with the same stem: plurals, -ed and -ing."""
    if len(word) < _MIN_INFLECTED or not word.isalpha() or word in FUNCTION_WORDS:
        return ()
    stem = _stemmer().stemWord
    forms = dict.fromkeys(form for base in _bases(word) for form in _forms(base))
    own = stem(word)
    others = (form for form in forms if form != word and len(form) > 2 and form not in FUNCTION_WORDS)
    return tuple(form for form in others if stem(form) == own)


def _bases(word: str) -> Iterator[str]:
    """The forms without ending that a word may be of: libraries is of library and librarie."""
    yield word
    for ending, bases in (("ies", ("y",)), ("ied", ("y",)), ("s", ("",)), ("es", ("",))):
        if word.endswith(ending):
            yield from (word.removesuffix(ending) + base for base in bases)
    for ending in ("ed", "ing"):
        if word.endswith(ending):
            base = word.removesuffix(ending)
            yield from (base, base + "e")
            if base[-2:-1] == base[-1:]:
                yield base[:-1]


def _forms(base: str) -> Iterator[str]:
    """The forms of a base: itself, plural, -ed and -ing."""
    yield from (base, f"{base}s", f"{base}es", f"{base}ed", f"{base}ing")
    if base.endswith("e"):
        yield from (f"{base}d", f"{base[:-1]}ing")
    elif base.endswith("y"):
        yield from (f"{base[:-1]}ies", f"{base[:-1]}ied")
    elif base:
        yield from (f"{base}{base[-1]}ed", f"{base}{base[-1]}ing")
