"""Words of a query in, nodes out, in which a word that has synonyms may be any of them.

The owner gives synonyms. A word that the site's tags taught is one with the words that it is made of: it must
not hide pages that have these apart.
"""

from collections.abc import Container, Iterator
from itertools import pairwise

from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import QueryToken as Cut
from zhsearch.index.analysis.tokenizer import query_tokens
from zhsearch.search.query.ast import And, Node, Or, Word, conjunction


def expand_synonyms(
    found: list[Cut], kept: Container[Cut], name: str | None, segmenter: Segmenter
) -> Iterator[Node]:
    """Those of the words that are `kept` as nodes; a word, or several in a row, that the owner gave synonyms
    for with these as alternatives, kept or not."""
    lexicon = segmenter.lexicon
    at = 0
    while at < len(found):
        nodes: list[Node] = []
        if found[at] in kept:
            nodes = [Word(found[at].term, found[at].pattern, found[at].kind, name)]
        end = at + 1
        if nodes and found[at].term in lexicon.site_term_set and (parts := _parts(found[at].term, segmenter)):
            nodes = [Or((*nodes, And(tuple(Word(part, part, "han", name) for part in parts))))]
        for last in range(at + 1, len(found) + 1 if lexicon.synonyms_of else 0):
            joined = _joined(found[at:last])
            if len(joined) > lexicon.longest_synonym:
                break
            if joined in lexicon.synonyms_of:
                end = last
                words_of = [word for word in found[at:last] if word in kept] or found[at:last]
                own: list[Node] = [Word(word.term, word.pattern, word.kind, name) for word in words_of]
                others = [_alternative(text, name, segmenter) for text in lexicon.synonyms_of[joined]]
                nodes = [Or((conjunction(own), *others))]
        yield from nodes
        at = end


def _parts(term: str, segmenter: Segmenter) -> list[str]:
    """The dictionary words that a word is made of, side by side; none where they are not all of it."""
    inside = [(start, end) for word, start, end in segmenter.search(term) if word != term]

    def tiles(start: int) -> list[str] | None:
        if start == len(term):
            return []
        for end in sorted((end for begin, end in inside if begin == start), reverse=True):
            if (others := tiles(end)) is not None:
                return [term[start:end], *others]
        return None

    return tiles(0) or []


def _joined(found: list[Cut]) -> str:
    """Words as they are written: with a blank between those that stand apart."""
    text = found[0].term
    for before, word in pairwise(found):
        text += word.term if before.end == word.start else f" {word.term}"
    return text


def _alternative(text: str, name: str | None, segmenter: Segmenter) -> Node:
    """A synonym: a word, or where it is cut into several, their text wherever it stands."""
    found = query_tokens(text, segmenter)
    if len(found) == 1 and len(found[0].term) == len(text):
        return Word(found[0].term, found[0].pattern, found[0].kind, name)
    needle = fold_plain(text)
    return Word(needle, needle, "han", name)
