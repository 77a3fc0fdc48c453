"""The owner's synonyms and the spellings of other regions, which lie with the terms that they stand for.

A query loads the files of its words anyway. The core has only what tells which texts may have other words.
"""

import json
from collections.abc import Mapping
from typing import Any

from zhsearch.index.analysis import Lexicon
from zhsearch.index.arrays import encode_text
from zhsearch.search.static.records import differences


def packed_other_words(lexicon: Lexicon) -> dict[bytes, bytes]:
    """For each word that has others, as JSON: its synonyms, and its variants with whether one of the two may
    also stand for another word."""
    return {
        encode_text(word): json.dumps(
            [lexicon.synonyms_of.get(word, ()), _variants(word, lexicon)],
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode("utf-8", "replace")
        for word in _words(lexicon)
    }


def other_word_facts(lexicon: Lexicon) -> Mapping[str, Any]:
    """What the core has of them: the length of the longest word with synonyms, of the longest with any, and
    the first characters of all."""
    firsts = sorted({ord(word[0]) for word in _words(lexicon)})
    return {
        "longest_synonym": lexicon.longest_synonym,
        "longest_variant": lexicon.longest_variant,
        "firsts": differences(firsts),
    }


def _words(lexicon: Lexicon) -> list[str]:
    return sorted({*lexicon.synonyms_of, *lexicon.variants_of})


def _variants(word: str, lexicon: Lexicon) -> list[tuple[str, int]]:
    ambiguous = lexicon.ambiguous
    return [
        (variant, int(not ambiguous.isdisjoint((word, variant))))
        for variant in lexicon.variants_of.get(word, ())
    ]
