"""What is typed so far in, the sets of characters that each place of a completion may have out.

Han characters stand for themselves. Latin letters are pinyin: syllables in full, the last one begun
(`guoch`), initials alone (`gcsl`), and both together. A text can be read in several ways.
"""

from collections.abc import Iterator
from functools import lru_cache

from zhsearch.search.suggest.pinyin import syllables

_MOST_WAYS = 24
_LONGEST = 24  # letters and characters that are looked at
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")

PinyinReading = tuple[str, ...]
"""One for each place: a Han character, or how its pinyin begins; in full where it ends in a blank."""


def pinyin_readings(text: str) -> list[PinyinReading]:
    """The ways to read a folded text as what a completion has, the fullest first; none where some of it is
    neither Han nor letters."""
    text = "".join(text.split())[:_LONGEST]
    # Backwards, so that no way is begun that does not come to the end: of `anganganganv` there are thousands.
    steps: list[list[tuple[str, int]]] = [[] for _ in text]
    for at in reversed(range(len(text))):
        steps[at] = [(place, end) for place, end in _steps(text, at) if end == len(text) or steps[end]]
    found: list[PinyinReading] = []
    pending: list[tuple[int, PinyinReading]] = [(0, ())]
    while pending and len(found) < _MOST_WAYS:
        at, way = pending.pop()
        if at == len(text):
            found.append(way)
        else:
            pending += [(end, (*way, place)) for place, end in reversed(steps[at])]
    return sorted(found, key=len)


def _steps(text: str, at: int) -> Iterator[tuple[str, int]]:
    """What the text from some place on may begin with, the longest first, and where that ends."""
    if text[at] >= "\u3400":
        yield text[at], at + 1
    for end in range(min(at + 6, len(text)), at, -1):
        piece = text[at:end]
        if piece in syllables():
            yield f"{piece} ", end
        if (end == len(text) and syllables_with_prefix(piece)) or piece in _INITIALS:
            yield piece, end


@lru_cache(maxsize=1 << 12)
def syllables_with_prefix(place: str) -> tuple[str, ...]:
    """The syllables that a place of a way allows: one, or all that begin so."""
    if place[-1] == " ":
        return (place[:-1],)
    return tuple(syllable for syllable in syllables() if syllable.startswith(place))
