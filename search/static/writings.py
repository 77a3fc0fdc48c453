"""The other writings of the words of an index, found before anybody asks for them.

A server looks up which of the possible writings exist while it answers a query; a reader's browser would load
a chunk of terms for each. So every Latin word has its own beside it, see `zhsearch.search.query.latin`.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import compress

import numpy as np

from zhsearch.index.analysis import Lexicon
from zhsearch.index.arrays import decode_text
from zhsearch.search.query import Node, Phrase, Word
from zhsearch.search.query.latin import IndexedWritings
from zhsearch.search.static.terms import Entries


def packed_writings(entries: Entries, lexicon: Lexicon) -> dict[bytes, bytes]:
    """The other writings of the Latin words among the keys of entries that have any, as JSON.

    Also of beginnings that are no terms: a reader who types on should not load a chunk for each half of them.
    """
    if not lexicon.other_writings:
        return {}
    keys, postings = list(map(decode_text, entries.keys)), entries.postings
    counts = np.bincount(postings.pairs // postings.pages, minlength=len(keys)).tolist()
    are_terms = (~entries.is_whole).tolist()
    page_counts = dict(compress(zip(keys, counts, strict=True), are_terms))
    encode = json.JSONEncoder(separators=(",", ":")).encode
    return {
        word.encode(): encode(nodes).encode() for word, nodes in other_writings(keys, page_counts).items()
    }


def other_writings(words: Iterable[str], page_counts: Mapping[str, int]) -> dict[str, list[list[object]]]:
    """The other writings of those Latin words that have any, as arrays that `nodeOf` in ast.js reads.

    `page_counts`: for every term of the index, the number of pages that have it.
    """

    def are_terms(texts: Iterable[str]) -> list[bool]:
        return [text in page_counts for text in texts]

    indexed = IndexedWritings(are_terms, lambda word: page_counts.get(word, 0))
    found = {}
    for text in filter(str.isascii, words):
        if writings := indexed.of_word(Word(text, text, "latin" if text.isalnum() else "compound")):
            found[text] = [_as_array(node) for node in writings]
    return found


def _as_array(node: Node) -> list[object]:
    """A word as ["w", term, pattern, kind, weight, whole], a phrase as ["p", pattern, bounded, weight]."""
    if isinstance(node, Word):
        return ["w", node.term, node.pattern, node.kind, node.weight, int(node.whole)]
    if isinstance(node, Phrase):
        return ["p", node.pattern, int(node.bounded), node.weight]
    raise TypeError(type(node).__name__)
