"""A folded text to look for in folded texts: in bytes of UTF-8, where pages are kept, or in characters."""

from dataclasses import dataclass, field

_LONGEST = 4  # bytes of a character


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A folded text to look for.

    `bounded`: only where no letter or digit of an alphabet goes on at an edge of the needle that is one
    (GPT-4 is not in GPT-4o), and no + or # (C+ is not in C++). Han characters have no such edges.
    """

    text: str
    bounded: bool
    encoded: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "encoded", self.text.encode("utf-8", "surrogatepass"))

    def find(self, text: str | bytes, start: int = 0, end: int | None = None) -> int:
        """Where it begins for the first time between `start` and `end`; -1 where it does not."""
        sought = self.text if isinstance(text, str) else self.encoded
        at = text.find(sought, start, end)  # type: ignore[arg-type]  # both are of one type
        if at >= 0 and self.bounded:
            while at >= 0 and self._goes_on(text, at, at + len(sought)):
                at = text.find(sought, at + 1, end)  # type: ignore[arg-type]
        return at

    def find_all(self, text: str | bytes, start: int = 0, end: int | None = None) -> list[int]:
        """Where it begins between `start` and `end`, apart from each other: in characters, or in bytes."""
        found: list[int] = []
        sought = self.text if isinstance(text, str) else self.encoded
        size = len(sought)
        at = text.find(sought, start, end)  # type: ignore[arg-type]
        while at >= 0:
            if self.bounded and self._goes_on(text, at, at + size):
                at = text.find(sought, at + 1, end)  # type: ignore[arg-type]
            else:
                found.append(at)
                at = text.find(sought, at + size, end)  # type: ignore[arg-type]
        return found

    def is_in(self, text: str | bytes) -> bool:
        """Is it anywhere in a folded text?"""
        return self.find(text) >= 0

    def _goes_on(self, text: str | bytes, start: int, end: int) -> bool:
        if isinstance(text, str):
            before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        else:
            before = text[max(0, start - _LONGEST) : start].decode("utf-8", "ignore")[-1:]
            after = text[end : end + _LONGEST].decode("utf-8", "ignore")[:1]
        return _continues(self.text[0], before) or _continues(self.text[-1], after)


def is_letter(character: str) -> bool:
    """A letter or digit of an alphabet, which makes words without a segmenter."""
    return character < "\u2e80" and character.isalnum()


def _continues(edge: str, neighbour: str) -> bool:
    if edge in "+#":
        return neighbour == edge
    return neighbour < "\u2e80" and neighbour.isalnum() and is_letter(edge)
