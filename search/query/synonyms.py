"""Synonym expansion: words of a query that may be matched by alternatives.

The lexicon gives synonyms. A site term may also be matched by the words that it is made of: it must not hide
pages that have these apart.
"""

from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from zhsearch.index.analysis import Lexicon, QueryToken, Segmenter, fold_plain, query_tokens
from zhsearch.search.query.ast import And, Node, Or, Word, conjunction


def expand_synonyms(
    tokens: Sequence[QueryToken], content: Container[QueryToken], field: str | None, segmenter: Segmenter
) -> Iterator[Node]:
    """The nodes of the tokens of a chunk: of those in `content`, and of all that have synonyms.

    One or more tokens in a row that have synonyms become one node with these as alternatives.
    """
    lexicon = segmenter.lexicon
    start = 0
    while start < len(tokens):
        end, text = _longest_with_synonyms(tokens, start, lexicon) if lexicon.synonyms_of else (start, "")
        if end > start:
            row = tokens[start:end]
            own: list[Node] = [Word.of(token, field) for token in row if token in content]
            own = own or [Word.of(token, field) for token in row]
            others = [_alternative(synonym, field, segmenter) for synonym in lexicon.synonyms_of[text]]
            yield Or((conjunction(own), *others))
        else:
            end = start + 1
            if tokens[start] in content:
                yield _word_or_parts(tokens[start], field, segmenter)
        start = end


def _longest_with_synonyms(tokens: Sequence[QueryToken], start: int, lexicon: Lexicon) -> tuple[int, str]:
    """The end of the longest row of tokens from `start` on that has synonyms, and its text; else `start`."""
    longest = start, ""
    for end in range(start + 1, len(tokens) + 1):
        text = _joined(tokens[start:end])
        if len(text) > lexicon.longest_synonym:
            break
        if text in lexicon.synonyms_of:
            longest = end, text
    return longest


def _word_or_parts(token: QueryToken, field: str | None, segmenter: Segmenter) -> Node:
    """A word; a site term with the words that it is made of as an alternative."""
    word = Word.of(token, field)
    if token.term in segmenter.lexicon.site_term_set and (parts := _parts(token.term, segmenter)):
        return Or((word, And(tuple(Word(part, part, "han", field) for part in parts))))
    return word


def _parts(term: str, segmenter: Segmenter) -> list[str]:
    """The dictionary words that a term is made of, side by side; none if they do not cover it."""
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
