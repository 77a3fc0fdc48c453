"""Splitting a text at its marks, for templates and terminals."""

from collections.abc import Iterator


def split_marks(text: str, marks: list[list[int]]) -> Iterator[tuple[str, bool]]:
    """The consecutive parts of a text, each with whether it is marked.

    `marks` are [start, end) ranges of code points, in order and without overlap.
    """
    offset = 0
    for start, end in marks:
        if offset < start:
            yield text[offset:start], False
        yield text[start:end], True
        offset = end
    if offset < len(text):
        yield text[offset:], False
