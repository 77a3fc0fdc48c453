"""Substring search for a folded pattern, in UTF-8 bytes or in characters.

Pages are stored as folded UTF-8 and matched without decoding them; snippets search the decoded text.
"""

from dataclasses import dataclass, field

_MAX_CHARACTER_BYTES = 4  # in UTF-8
_NOT_ASCII = 0x80


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A folded text to search for, not empty.

    `bounded`: an occurrence does not count if the word at its edge goes on beyond it: a letter or digit of
    an alphabet beside another (GPT-4 in GPT-4o), or a + or # beside the same sign (C+ in C++). Han
    characters have no such edges.
    """

    text: str
    bounded: bool
    encoded: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "encoded", self.text.encode("utf-8", "surrogatepass"))

    @property
    def may_overlap(self) -> bool:
        """Whether two occurrences may overlap; then it matters where a search begins."""
        return self.text.find(self.text[0], 1) > 0

    def find(self, text: str | bytes, start: int = 0, end: int | None = None) -> int:
        """The offset of the first occurrence between `start` and `end`, -1 if there is none.

        Offsets are characters of a `str` and bytes of a `bytes`, here as below.
        """
        pattern = self.text if isinstance(text, str) else self.encoded
        offset = text.find(pattern, start, end)  # type: ignore[arg-type]  # both are of one type
        while self.bounded and offset >= 0 and self._is_within_word(text, offset, offset + len(pattern)):
            offset = text.find(pattern, offset + 1, end)  # type: ignore[arg-type]  # both are of one type
        return offset

    def find_all(self, text: str | bytes, start: int = 0, end: int | None = None) -> list[int]:
        """The offsets of all occurrences between `start` and `end` that do not overlap."""
        offsets: list[int] = []
        pattern = self.text if isinstance(text, str) else self.encoded
        size = len(pattern)
        offset = text.find(pattern, start, end)  # type: ignore[arg-type]  # both are of one type
        while offset >= 0:
            if self.bounded and self._is_within_word(text, offset, offset + size):
                offset = text.find(pattern, offset + 1, end)  # type: ignore[arg-type]  # as above
            else:
                offsets.append(offset)
                offset = text.find(pattern, offset + size, end)  # type: ignore[arg-type]  # as above
        return offsets

    def is_in(self, text: str | bytes) -> bool:
        """Whether a folded text contains it."""
        return self.find(text) >= 0

    def _is_within_word(self, text: str | bytes, start: int, end: int) -> bool:
        """Whether the word at either edge of a range goes on beyond it."""
        if isinstance(text, str):
            before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        else:
            before, after = _character_before(text, start), _character_at(text, end)
        return _continues(self.text[0], before) or _continues(self.text[-1], after)


def _character_before(text: bytes, offset: int) -> str:
    if not offset:
        return ""
    last = text[offset - 1]
    if last < _NOT_ASCII:
        return chr(last)
    return text[max(0, offset - _MAX_CHARACTER_BYTES) : offset].decode("utf-8", "ignore")[-1:]


def _character_at(text: bytes, offset: int) -> str:
    if offset >= len(text):
        return ""
    first = text[offset]
    if first < _NOT_ASCII:
        return chr(first)
    return text[offset : offset + _MAX_CHARACTER_BYTES].decode("utf-8", "ignore")[:1]


def is_letter(character: str) -> bool:
    """Whether it is a letter or digit of an alphabet, whose words need no segmenter."""
    return character < "\u2e80" and character.isalnum()


def _continues(edge: str, neighbour: str) -> bool:
    if edge in "+#":
        return neighbour == edge
    return neighbour < "\u2e80" and neighbour.isalnum() and is_letter(edge)
