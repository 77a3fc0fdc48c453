"""A folded text to look for in folded texts, as bytes; matching and marking look alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field

_LONGEST = 4  # bytes of a character


@dataclass(frozen=True, slots=True)
class Needle:
    """A folded text to look for.

    `bounded`: only where no letter or digit of an alphabet goes on at an edge of the needle that is one
    (GPT-4 is not in GPT-4o), and no + or # (C+ is not in C++). Han characters have no such edges.
    """

    text: str
    bounded: bool
    encoded: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "encoded", self.text.encode("utf-8", "surrogatepass"))

    def places(self, text: str | bytes) -> Iterator[int]:
        """Where it begins in a folded text, apart from each other: in characters, or in bytes of UTF-8."""
        sought = self.text if isinstance(text, str) else self.encoded
        size = len(sought)
        at = text.find(sought)  # type: ignore[arg-type]  # both are of one type
        while at >= 0:
            end = at + size
            if self.bounded and self._goes_on(text, at, end):
                end = at + 1
            else:
                yield at
            at = text.find(sought, end)  # type: ignore[arg-type]

    def is_in(self, text: str | bytes) -> bool:
        """Is it anywhere in a folded text?"""
        return next(self.places(text), -1) >= 0

    def _goes_on(self, text: str | bytes, start: int, end: int) -> bool:
        before = _characters(text[max(0, start - _LONGEST) : start])
        after = _characters(text[end : end + _LONGEST])
        return _continues(self.text[0], before[-1:]) or _continues(self.text[-1], after[:1])


def _characters(piece: str | bytes) -> str:
    """Whole ones only."""
    return piece if isinstance(piece, str) else piece.decode("utf-8", "ignore")


def is_letter(character: str) -> bool:
    """A letter or digit of an alphabet, which makes words without a segmenter."""
    return character < "\u2e80" and character.isalnum()


def _continues(edge: str, neighbour: str) -> bool:
    return neighbour == edge if edge in "+#" else is_letter(neighbour) and is_letter(edge)
