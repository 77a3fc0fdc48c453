"""What scripts need to fold and to cut texts as Python does: a share of OpenCC's and jieba's data.

The core has the frequencies of single characters; those of words lie with the terms. Two files are loaded
where a query needs them: the traditional forms of the site's characters and words, and the model by which
jieba joins characters that its dictionary leaves over.
"""

import math
from collections.abc import Collection, Container, Iterable, Mapping
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import opencc

from zhsearch.index.analysis import FUNCTION_WORDS, Lexicon, Segmenter, simplify_characters, simplify_words
from zhsearch.search.static.ngrams import Ngrams
from zhsearch.search.static.records import differences

_MAX_WORD = 16  # characters of the longest word of jieba's dictionary
_REGIONS = ("t2tw", "t2hk")  # OpenCC's conversions from its traditional writing to that of each region
_FIRST_TRADITIONAL, _END_OF_PLANE = 0x3400, 0x10000
_SCALE = 1.5  # of the squared logarithms of counts: rounding them changes one in a thousand joined runs
_LOG_SCALE = 12  # of frequencies of characters: to within 4 %
_FIRST_DIGIT = ord("0")  # stands for no count


class Dictionary(NamedTuple):
    """The words that a segmenter knows with their exact frequencies, and the sum of those.

    `Segmenter.frequency` is exact to within one, and 0 of a word that is segmented nevertheless; whether such
    a word is in the dictionary counts where characters are left over.
    """

    frequencies: Mapping[str, int]
    total: int

    def frequency(self, word: str) -> int:
        """0 of a text that is no word."""
        return self.frequencies.get(word, 0)


def read_dictionary(lexicon: Lexicon) -> Dictionary:
    """jieba's dictionary with the added words of a lexicon, as a segmenter has them."""
    frequencies, total = dict(_jieba_words()), sum(_jieba_words().values())
    for word, frequency in lexicon.han:
        frequencies[word] = frequency or _forcing_frequency(word, frequencies, total)
        total += frequencies[word]
    return Dictionary(frequencies, total)


@lru_cache(maxsize=1)
def _jieba_words() -> Mapping[str, int]:
    """The words of jieba's dictionary with their frequencies."""
    columns = (_jieba_folder() / "dict.txt").read_text(encoding="utf-8").split()
    counts = map(int, columns[1::3])  # of a word, its frequency and its part of speech
    return dict(zip(columns[::3], counts, strict=True))


def _forcing_frequency(word: str, frequencies: Mapping[str, int], total: int) -> int:
    """The lowest frequency with which a word is not segmented."""
    share = 1.0
    for part in _best_words(word, frequencies, total):
        share *= frequencies.get(part, 1) / total
    return max(int(share * total) + 1, frequencies.get(word, 0))


def _best_words(text: str, frequencies: Mapping[str, int], total: int) -> list[str]:
    """The likeliest words that make up a text, without joining characters that are left over."""
    best = [(0.0, len(text))] * (len(text) + 1)  # by place: likelihood of the rest, end of its first word
    for start in range(len(text) - 1, -1, -1):
        ends = range(start + 1, min(len(text), start + _MAX_WORD) + 1)
        known = [end for end in ends if frequencies.get(text[start:end])] or [start + 1]
        best[start] = max(
            (math.log(frequencies.get(text[start:end]) or 1) - math.log(total) + best[end][0], end)
            for end in known
        )
    words, start = [], 0
    while start < len(text):
        end = best[start][1]
        words.append(text[start:end])
        start = end
    return words


def dictionary_facts(chars: str, words: Iterable[str], dictionary: Dictionary) -> dict[str, Any]:
    """What the core has of the dictionary: frequencies of the site's characters, the sum of all frequencies,
    and the length of the longest of `words`, the site's terms, that the dictionary has."""
    known = (len(word) for word in words if dictionary.frequency(word))
    return {
        "chars": differences(list(map(ord, chars))),
        "char_frequencies": [_rounded_log(dictionary.frequency(char)) for char in chars],
        "total_frequency": dictionary.total,
        "longest_word": max(known, default=2),
    }


def _rounded_log(frequency: int) -> int:
    """The logarithm of a frequency above 0 in units of 1 / _LOG_SCALE, from 1 on; 0 for 0."""
    return round(_LOG_SCALE * math.log(frequency)) + 1 if frequency else 0


def composed_words(ngrams: Ngrams, terms: Container[str], dictionary: Dictionary) -> list[str]:
    """The dictionary's words that are never a term of pages, but whose parts are: 之父, where all characters
    are side by side, and 网络管理, of two terms; and the words of questions. A query is cut as in Python only
    if they are known."""
    words = [word for word in dictionary.frequencies if len(word) > 1 and word not in terms]
    starts, rows = ngrams.rows(words)
    unknown = np.add.reduceat(rows < 0, starts[:-1])
    return [
        word
        for word, count in zip(words, unknown.tolist(), strict=True)
        if not count
        or word in FUNCTION_WORDS
        or (
            len(word) > 3
            and any(word[:end] in terms and word[end:] in terms for end in range(2, len(word) - 1))
        )
    ]


def composed_terms(lexicon: Lexicon, segmenter: Segmenter) -> list[str]:
    """The site terms that consist of words: a query for one also finds those."""
    return [term for term in lexicon.site_terms if _is_composed(term, segmenter)]


def _is_composed(term: str, segmenter: Segmenter) -> bool:
    reached = {0}
    for word, start, end in sorted(segmenter.search(term), key=lambda part: part[1]):
        if word != term and start in reached:
            reached.add(end)
    return len(term) in reached


class Traditional(NamedTuple):
    """The traditional characters whose simplified ones a site has, as two texts of the same length, and the
    words of the site that do not change character by character: (traditional, simplified), shorter ones
    first."""

    characters: str
    simplified: str
    words: list[tuple[str, str]]

    def as_json(self) -> dict[str, Any]:
        """The content of the lexical file."""
        return {"simplified": {"from": self.characters, "to": self.simplified}, "words": self.words}

    def unsettled(self) -> str:
        """The characters that stand for others in some word only: 著, which is 着 in 看著. For the core."""
        changing = {
            before
            for word, simplified in self.words
            for before, after in zip(word, simplified, strict=True)
            if before != after
        }
        return "".join(sorted(changing.difference(self.characters)))

    def otherwise(self) -> str:
        """The characters that some word of the site has where its characters by themselves give others: 借 of
        借口, for 藉口. For the core."""
        table = str.maketrans(self.characters, self.simplified)
        differing = {
            after
            for word, simplified in self.words
            for before, after in zip(word.translate(table), simplified, strict=True)
            if before != after
        }
        return "".join(sorted(differing))


def traditional_tables(chars: str, words: Iterable[str]) -> Traditional:
    """The tables of a site that has these Han characters and these words (its terms; others are ignored)."""
    site = set(chars)
    pairs = sorted((after, before) for before, after in _simplified_characters().items() if after in site)
    characters = {before: after for after, before in pairs}
    exceptions = _exceptions(_traditional_writings(_han_words(words)), characters)
    return Traditional("".join(characters), "".join(characters.values()), exceptions)


@lru_cache(maxsize=1)
def _simplified_characters() -> dict[str, str]:
    """The simplified form of each character that has another. Without those outside the first plane, which
    scripts count twice: they would shift the offsets."""
    before = "".join(map(chr, range(_FIRST_TRADITIONAL, 0xD800))) + "".join(
        map(chr, range(0xF900, _END_OF_PLANE))
    )
    after = simplify_characters(before)
    return {
        old: new for old, new in zip(before, after, strict=True) if old != new and ord(new) < _END_OF_PLANE
    }


def _han_words(words: Iterable[str]) -> list[str]:
    """The words of several characters that have a Han character, sorted."""
    return sorted(word for word in words if len(word) > 1 and any(char >= "\u3400" for char in word))


def _traditional_writings(words: Collection[str]) -> list[str]:
    """The words and their writings in all regions, shorter ones first."""
    text = opencc.OpenCC("s2t").convert("\n".join(words))
    writings = {*words, *text.split("\n")}
    for region in _REGIONS:
        writings.update(opencc.OpenCC(region).convert(text).split("\n"))
    return sorted(writings, key=lambda word: (len(word), word))


def _exceptions(writings: Collection[str], characters: Mapping[str, str]) -> list[tuple[str, str]]:
    """The writings that are simplified otherwise than their characters, and than the exceptions in them."""
    simplified = simplify_words("\n".join(writings)).split("\n")
    table = str.maketrans(dict(characters))
    found: dict[str, str] = {}
    for word, wanted in zip(writings, simplified, strict=True):
        if (
            word.translate(table) != wanted
            and len(word) == len(wanted)
            and _converted(word, table, found) != wanted
        ):
            found[word] = wanted
    return list(found.items())


def _converted(word: str, table: Mapping[int, str], exceptions: Mapping[str, str]) -> str:
    """A word as scripts simplify it: the longest exception at each place, else the character."""
    text, start = "", 0
    while start < len(word):
        ends = range(len(word), start + 1, -1)
        end = next((end for end in ends if word[start:end] in exceptions), start + 1)
        part = word[start:end]
        text += exceptions.get(part) or part.translate(table)
        start = end
    return text


def markov_model(chars: str, *, scale: float = _SCALE) -> dict[str, Any]:
    """The hidden Markov model for a site's characters: the content of its file.

    `start` and `transitions` are logarithms of probabilities, by states. A character's probability in a state
    is its count in a corpus; the logarithm of the count is `sqrt(n / scale)`, where n + 1 is the distance
    from "0", which stands for none, of its sign in `counts`; `least` is the logarithm of the probability of a
    count of one. In the order of `chars`.
    """
    start, transitions, emissions = (_probabilities(name) for name in ("start", "trans", "emit"))
    states = {}
    for state, likelihoods in emissions.items():
        least = min(likelihoods.values())
        counts = (
            round(scale * (likelihoods[char] - least) ** 2) + 1 if char in likelihoods else 0
            for char in chars
        )
        states[state] = {"least": least, "counts": "".join(chr(_FIRST_DIGIT + count) for count in counts)}
    return {"scale": scale, "start": start, "transitions": transitions, "states": states}


def _probabilities(name: str) -> Any:
    """A table of jieba's model. Its module is run by itself: importing jieba takes half a second."""
    spec = spec_from_file_location(f"jieba_{name}", _jieba_folder() / "finalseg" / f"prob_{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.P


def _jieba_folder() -> Path:
    spec = find_spec("jieba")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent
