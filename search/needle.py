"""A folded needle and a folded text in, where the needle stands out; matching and marking look alike."""

from collections.abc import Iterator


def occurrences(needle: str, text: str, *, bounded: bool) -> Iterator[int]:
    """Starts of the needle in the text, apart from each other.

    `bounded`: only where no letter or digit of an alphabet goes on at an edge of the needle that is one
    (GPT-4 is not in GPT-4o), and no + or # (C+ is not in C++). Han characters have no such edges.
    """
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if bounded and (_goes_on(needle[0], text[at - 1 : at]) or _goes_on(needle[-1], text[end : end + 1])):
            end = at + 1
        else:
            yield at
        at = text.find(needle, end)


def stands_out(needle: str, text: str) -> bool:
    """Does the text have the needle where nothing goes on at its edges?"""
    return next(occurrences(needle, text, bounded=True), None) is not None


def is_letter(character: str) -> bool:
    """A letter or digit of an alphabet, which makes words without a segmenter."""
    return character.isalnum() and character < "\u2e80"


def _goes_on(edge: str, neighbour: str) -> bool:
    return neighbour == edge if edge in "+#" else is_letter(edge) and is_letter(neighbour)
