"""A folded text to look for in folded texts, as bytes; matching and marking look alike."""

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

    def places(self, text: str | bytes) -> list[int]:
        """Where it begins in a folded text, apart from each other: in characters, or in bytes of UTF-8."""
        found = []
        at, size = self.first(text), len(self.text if isinstance(text, str) else self.encoded)
        while at >= 0:
            found.append(at)
            at = self.first(text, at + size)
        return found

    def first(self, text: str | bytes, start: int = 0, end: int | None = None) -> int:
        """Where it begins for the first time between `start` and `end`; -1 where it does not."""
        sought = self.text if isinstance(text, str) else self.encoded
        at = text.find(sought, start, end)  # type: ignore[arg-type]  # both are of one type
        while self.bounded and at >= 0 and self._goes_on(text, at, at + len(sought)):
            at = text.find(sought, at + 1, end)  # type: ignore[arg-type]
        return at

    def is_in(self, text: str | bytes) -> bool:
        """Is it anywhere in a folded text?"""
        return self.first(text) >= 0

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
