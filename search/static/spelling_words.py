"""Words for "did you mean" beside the entries of completion: what was meant, and what is right as it is.

A query is corrected to a word of the site only; but a word of the segmenter's dictionary is correct, whether
the site has it or not. Of those words that a correction could be proposed for, the files have hashes.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from zhsearch.index.analysis import HAN
from zhsearch.search.suggest import MIN_KNOWN_FREQUENCY
from zhsearch.search.suggest.pinyin import MAX_SYLLABLES
from zhsearch.search.suggest.spelling import SpellingIndex, TermSource

HASH_FACTOR, HASHES = 31, 65_521
"""A hash takes this factor for each UTF-16 unit, modulo the number of hashes."""

_HAN = re.compile(rf"[{HAN}]{{2,{MAX_SYLLABLES}}}")
_HAN_LINE = re.compile(f"^{_HAN.pattern}$", re.MULTILINE)
_SPELT = re.compile(rf"{_HAN.pattern}|[a-z]{{3,25}}")


def words_to_spell(sources: Sequence[TermSource], known: set[str]) -> list[tuple[str, int]]:
    """(word, pages) of the Han and Latin words of an index that are not among those known, sorted."""
    pages = Counter[str]()
    for source in sources:
        for term, count in zip(source.all_terms(), source.page_counts().tolist(), strict=True):
            word = term.decode("utf-8", "surrogatepass")
            if word not in known and _SPELT.fullmatch(word):
                pages[word] += count
    return sorted(pages.items())


def known_words(frequencies: Mapping[str, int]) -> Iterator[str]:
    """The words of Han characters in a dictionary that readers know."""
    words = (word for word, frequency in frequencies.items() if frequency >= MIN_KNOWN_FREQUENCY)
    yield from _HAN_LINE.findall("\n".join(words))  # of all at once, for they are a hundred thousand


def correct_words(sources: Sequence[TermSource], frequencies: Mapping[str, int]) -> list[str]:
    """The words that readers know and the index lacks, of those that one of its words resembles."""
    terms = {term for source in sources for term in source.all_terms()}
    words = [word for word in known_words(frequencies) if word.encode() not in terms]
    may_be_corrected = SpellingIndex(sources).may_be_corrected(words).tolist()
    return [word for word, is_like_another in zip(words, may_be_corrected, strict=True) if is_like_another]


def word_hash(word: str) -> int:
    """A number for a word of Han characters of the first plane; few words share it."""
    value = 0
    for character in word:
        value = (value * HASH_FACTOR + ord(character)) % HASHES
    return value
