"""What is typed so far in, the sets of characters that each place of a completion may have out.

Han characters stand for themselves. Latin letters are pinyin: syllables in full, the last one begun
(`guoch`), initials alone (`gcsl`), and both together. A text can be read in several ways.
"""

from collections.abc import Iterator
from functools import lru_cache

from search.sounds import syllables

_MOST_WAYS = 24
_LONGEST = 24  # letters and characters that are looked at
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")

Way = tuple[str, ...]
"""One for each place: a Han character, or how its pinyin begins; in full where it ends in a blank."""


def ways(text: str) -> list[Way]:
    """The ways to read a folded text as what a completion has, the fullest first; none where some of it is
    neither Han nor letters."""
    text = "".join(text.split())[:_LONGEST]
    if not all("a" <= character <= "z" or character >= "\u3400" for character in text):
        return []
    found: list[Way] = []
    for way in _read(text, 0):
        found.append(way)
        if len(found) == _MOST_WAYS:
            break
    return sorted(found, key=len)


def _read(text: str, at: int) -> Iterator[Way]:
    if at == len(text):
        yield ()
        return
    if text[at] > "z":
        yield from ((text[at], *rest) for rest in _read(text, at + 1))
        return
    for end in range(min(at + 6, len(text)), at, -1):
        piece = text[at:end]
        if piece in syllables():
            yield from ((f"{piece} ", *rest) for rest in _read(text, end))
        if (end == len(text) and _begins(piece)) or piece in _INITIALS:
            yield from ((piece, *rest) for rest in _read(text, end))


def _begins(piece: str) -> bool:
    return bool(beginning(piece))


@lru_cache(maxsize=1 << 12)
def beginning(place: str) -> tuple[str, ...]:
    """The syllables that a place of a way allows: one, or all that begin so."""
    if place[-1] == " ":
        return (place[:-1],)
    return tuple(syllable for syllable in syllables() if syllable.startswith(place))
