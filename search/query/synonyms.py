"""Synonym expansion: alternatives for the words of a query.

The lexicon has the synonyms. A site term may also be matched by its component words: it must not hide pages
that have these apart.
"""

from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from zhsearch.index.analysis import Lexicon, QueryToken, Segmenter, fold_plain, query_tokens
from zhsearch.search.query.ast import And, Node, Or, Word, conjunction


def expand_synonyms(
    tokens: Sequence[QueryToken], content: Container[QueryToken], field: str | None, segmenter: Segmenter
) -> Iterator[tuple[Node, int, int]]:
    """(node, start, end) for the tokens of a chunk: for those in `content`, and for all that have synonyms.

    A run of tokens that has synonyms becomes one node with these as alternatives.
    """
    lexicon = segmenter.lexicon
    start = 0
    while start < len(tokens):
        end, text = _longest_with_synonyms(tokens, start, lexicon) if lexicon.synonyms_of else (start, "")
        if end > start:
            matched = tokens[start:end]
            own: list[Node] = [Word.of(token, field) for token in matched if token in content]
            own = own or [Word.of(token, field) for token in matched]
            others = [_alternative(synonym, field, segmenter) for synonym in lexicon.synonyms_of[text]]
            yield Or((conjunction(own), *others)), matched[0].start, matched[-1].end
        else:
            end = start + 1
            token = tokens[start]
            if token in content:
                yield _word_or_components(token, field, segmenter), token.start, token.end
        start = end


def _longest_with_synonyms(tokens: Sequence[QueryToken], start: int, lexicon: Lexicon) -> tuple[int, str]:
    """The end of the longest run of tokens from `start` on that has synonyms, and its text; else `start`."""
    longest = start, ""
    for end in range(start + 1, len(tokens) + 1):
        text = _joined(tokens[start:end])
        if len(text) > lexicon.longest_synonym:
            break
        if text in lexicon.synonyms_of:
            longest = end, text
    return longest


def _word_or_components(token: QueryToken, field: str | None, segmenter: Segmenter) -> Node:
    """A word; a site term with its component words as an alternative."""
    word = Word.of(token, field)
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
    """Tokens as the lexicon writes them: with a blank between those that do not touch."""
    text = tokens[0].term
    for before, token in pairwise(tokens):
        text += token.term if before.end == token.start else f" {token.term}"
    return text


def _alternative(text: str, field: str | None, segmenter: Segmenter) -> Node:
    """A synonym as one node: a word, or a text of several words wherever it occurs."""
    tokens = query_tokens(text, segmenter)
    if len(tokens) == 1 and len(tokens[0].term) == len(text):
        return Word.of(tokens[0], field)
    pattern = fold_plain(text)
    return Word(pattern, pattern, "han", field)
