"""Pages in, searches with one mistake each out, by rule and not by hand; pypinyin alone says what sounds alike.

| kind | rule |
| --- | --- |
| homophone | in a word of a title of two Han characters or more, one is another of the same sound |
| near-homophone | the same, of a sound that is easily taken for it: zh z, ch c, sh s, n l, -ng -n |
| swapped letters | in a Latin word of a title of four letters or more, two neighbours have changed places |

The wrong characters are among the three thousand that the pages use most. What another title has as a word
by chance is no mistake, and left out. The same pages always give the same searches.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pypinyin import Style, pinyin

from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.index.analysis.tokenizer import query_tokens

from .peer import Page

KINDS = ("homophone", "near-homophone", "swapped letters")
_USED = 3_000
_EACH = 600  # at most, of a kind
_NEAR = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is typed and what was meant."""

    kind: str
    typed: str
    meant: str


def make_mistakes(pages: Sequence[Page], segmenter: Segmenter) -> list[Mistake]:
    """At most 600 of each kind."""
    found = [
        word for page in pages for word in query_tokens(page.title, segmenter) if not word.is_function_word
    ]
    han = {word.term for word in found if len(word.term) > 1 and all(map(_is_han, word.term))}
    latin = {
        word.term for word in found if len(word.term) > 3 and word.term.isascii() and word.term.isalpha()
    }
    used = Counter(fold_plain("".join(f"{page.title}{page.text[:2_000]}" for page in pages)))
    by_sound: dict[str, list[str]] = defaultdict(list)
    for character in [character for character, _ in used.most_common() if _is_han(character)][:_USED]:
        by_sound[_sound(character)].append(character)
    near: dict[str, list[str]] = defaultdict(list)
    for sound, characters in by_sound.items():
        near[_nearly(sound)] += characters

    def alike(character: str) -> list[str]:
        return by_sound[_sound(character)]

    def nearly_alike(character: str) -> list[str]:
        return [other for other in near[_nearly(_sound(character))] if _sound(other) != _sound(character)]

    made = [
        *_mistakes(KINDS[0], han, lambda word, rng: _replaced(word, rng, alike)),
        *_mistakes(KINDS[1], han, lambda word, rng: _replaced(word, rng, nearly_alike)),
        *_mistakes(KINDS[2], latin, _swapped),
    ]
    return [mistake for mistake in made if mistake.typed not in han | latin]


def _mistakes(
    kind: str, terms: Iterable[str], wrong: Callable[[str, random.Random], str | None]
) -> list[Mistake]:
    rng = random.Random(kind)
    some = sorted(terms)
    rng.shuffle(some)
    made = [Mistake(kind, typed, term) for term in some if (typed := wrong(term, rng))]
    return made[:_EACH]


def _replaced(word: str, rng: random.Random, others: Callable[[str], list[str]]) -> str | None:
    for at in rng.sample(range(len(word)), len(word)):
        if some := [other for other in others(word[at]) if other != word[at]]:
            return word[:at] + rng.choice(some) + word[at + 1 :]
    return None


def _swapped(word: str, rng: random.Random) -> str | None:
    places = [at for at in range(len(word) - 1) if word[at] != word[at + 1]]
    if not places:
        return None
    at = rng.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fd5"


def _sound(character: str) -> str:
    return pinyin(character, style=Style.NORMAL)[0][0]


def _nearly(sound: str) -> str:
    for initial, folded in _NEAR.items():
        if sound.startswith(initial):
            sound = folded + sound[len(initial) :]
            break
    return sound[:-1] if sound.endswith("ng") else sound
