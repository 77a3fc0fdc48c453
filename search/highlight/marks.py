"""A text and its marks in, the pieces of it out, for whoever shows them."""

from collections.abc import Iterator


def split_marks(text: str, marks: list[list[int]]) -> Iterator[tuple[str, bool]]:
    """The text cut at its marks: (piece, is it marked)."""
    at = 0
    for start, end in marks:
        if at < start:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False
