"""The other writings of the words of an index, found before anybody asks for them.

A server looks up which of the possible writings exist while it answers a query; a reader's browser would load
a chunk of terms for each. So every Latin term has those of it beside it, see `zhsearch.search.query.latin`.
"""

import json
from collections.abc import Iterable, Mapping

import numpy as np

from zhsearch.index.analysis import Lexicon
from zhsearch.index.arrays import decode_text
from zhsearch.search.query.ast import Node, Phrase, Word
from zhsearch.search.query.latin import IndexedWritings
from zhsearch.search.static.postings import Postings


def packed_writings(postings: Postings, lexicon: Lexicon) -> dict[bytes, bytes]:
    """The other writings of the Latin terms that have any, as JSON."""
    if not lexicon.other_writings:
        return {}
    counts = np.bincount(postings.pairs // postings.pages, minlength=len(postings.terms))
    page_counts = dict(zip(map(decode_text, postings.terms), counts.tolist(), strict=True))
    found = other_writings(page_counts, page_counts)
    encode = json.JSONEncoder(separators=(",", ":")).encode
    return {term.encode(): encode(nodes).encode() for term, nodes in found.items()}


def other_writings(terms: Iterable[str], page_counts: Mapping[str, int]) -> dict[str, list[list[object]]]:
    """The other writings of those Latin terms that have any, as arrays that `nodeOf` in ast.js reads.

    `page_counts`: for every term of the index, the number of pages that have it.
    """

    def are_terms(words: Iterable[str]) -> list[bool]:
        return [word in page_counts for word in words]

    indexed = IndexedWritings(are_terms, lambda word: page_counts.get(word, 0))
    found = {}
    for term in filter(str.isascii, terms):
        if writings := indexed.of_word(Word(term, term, "latin" if term.isalnum() else "compound")):
            found[term] = [_as_array(node) for node in writings]
    return found


def _as_array(node: Node) -> list[object]:
    """A word as ["w", term, pattern, kind, weight, whole], a phrase as ["p", pattern, bounded, weight]."""
    if isinstance(node, Word):
        return ["w", node.term, node.pattern, node.kind, node.weight, int(node.whole)]
    if isinstance(node, Phrase):
        return ["p", node.pattern, int(node.bounded), node.weight]
    raise TypeError(type(node).__name__)
