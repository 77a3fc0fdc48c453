"""A folded text to look for in folded texts, as bytes; matching and marking look alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field


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

    def places(self, text: bytes) -> Iterator[int]:
        """Where it begins in a folded text (UTF-8), apart from each other."""
        at = text.find(self.encoded)
        while at >= 0:
            end = at + len(self.encoded)
            if self.bounded and self._goes_on(text, at, end):
                end = at + 1
            else:
                yield at
            at = text.find(self.encoded, end)

    def is_in(self, text: bytes) -> bool:
        """Is it anywhere in a folded text?"""
        return self.encoded in text and (not self.bounded or next(self.places(text), None) is not None)

    def _goes_on(self, text: bytes, start: int, end: int) -> bool:
        return _continues(self.text[0], _before(text, start)) or _continues(self.text[-1], _at(text, end))


def is_letter(character: str) -> bool:
    """A letter or digit of an alphabet, which makes words without a segmenter."""
    return character < "\u2e80" and character.isalnum()


def _continues(edge: str, neighbour: str) -> bool:
    return neighbour == edge if edge in "+#" else is_letter(neighbour) and is_letter(edge)


def _before(text: bytes, at: int) -> str:
    """The character that ends at a place, none at the beginning."""
    start = at - 1
    while start > 0 and text[start] & 0xC0 == 0x80:
        start -= 1
    return text[max(start, 0) : at].decode("utf-8", "replace")


def _at(text: bytes, at: int) -> str:
    """The character that begins at a place, none at the end."""
    end = at + 1
    while end < len(text) and text[end] & 0xC0 == 0x80:
        end += 1
    return text[at:end].decode("utf-8", "replace")
