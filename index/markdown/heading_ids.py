"""Ids of headings, generated as Hugo does (`autoIDType`), so that a hit can link to its section.

Of every inline element Hugo takes the first piece of text only, of a heading over several lines the last
line; links, and what its typographer turns into dashes and quotes, are dropped: `**a _b_ c** d--e` is
`a--de`. Source: goldmark's parser and Hugo's `markup/goldmark/autoid.go`, tried on the real `hugo`.
"""

import re
import unicodedata
from collections import defaultdict

from zhsearch.index.markdown.typographer import BARE_LINK, without_single_tildes

_DASHES = re.compile("---?")
# Where goldmark ends a piece of text: after a possible emphasis or link, before a quote, dash or dots.
_END_OF_PIECE = re.compile(r"(?<=[_*\[])|['\"]|--|\.\.\.")
_END_OF_PLAIN_PIECE = re.compile(r"(?<=[_*\[])")


def anchor(text: str, id_type: str = "github") -> str:
    """The id of a heading with this text, before duplicates are numbered; "" without letter or digit.

    `id_type` is one of `options.AUTO_IDS`.
    """
    if id_type == "blackfriday":
        return _blackfriday_anchor(text)
    text = text.strip()
    if id_type == "github-ascii":
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(character for character in decomposed if character.isascii())
    characters = (
        "-" if character in "- " else character.lower()[0]
        for character in text
        if character.isalpha() or character in "-_ " or character.isdecimal()
    )
    return "".join(characters)


def _blackfriday_anchor(text: str) -> str:
    """Letters and numbers, with one hyphen for whatever is between them."""
    characters = [
        character.lower()[0] if unicodedata.category(character)[0] in "LN" else " " for character in text
    ]
    return "-".join("".join(characters).split())


class HeadingIds:
    """The heading ids of one page; a duplicate gets a number.

    `id_type` is one of `options.AUTO_IDS`; None: only headings whose author wrote an id have one.
    """

    def __init__(self, id_type: str | None = "github") -> None:
        self._id_type = id_type
        self._taken: set[str] = set()
        self._last_number: defaultdict[str, int] = defaultdict(int)

    def reserve(self, anchor: str) -> None:
        """Take an id that the author wrote, `{#id}`; Hugo never numbers it, even if it is a duplicate."""
        self._taken.add(anchor)

    def make(self, text: str) -> str:
        """The id of the next heading, which has this text."""
        if self._id_type is None:
            return ""
        base = unique = anchor(text, self._id_type) or "heading"
        while unique in self._taken:
            self._last_number[base] += 1
            unique = f"{base}-{self._last_number[base]}"
        self._taken.add(unique)
        return unique


class HeadingText:
    """The text that a heading's id is generated from, collected event by event.

    `typeset`: the typographer is on; `linked`: bare addresses become links (`linkify`).
    """

    def __init__(self, *, typeset: bool = True, linked: bool = True) -> None:
        self._typeset = typeset
        self._linked = linked
        self._pieces: list[str] = []
        self._depth = 0  # of open inline elements
        self._has_first_piece = False  # within an inline element: its first piece of text was added

    def __str__(self) -> str:
        return "".join(self._pieces)

    def is_empty(self) -> bool:
        """Whether there is no text at all; Hugo then gives no id."""
        return not any(self._pieces)

    def open(self, *, is_autolink: bool) -> None:
        """Begin an inline element."""
        self._depth += 1
        self._has_first_piece = is_autolink or (self._has_first_piece and self._depth > 1)

    def close(self) -> None:
        """End an inline element."""
        self._depth -= 1

    def text(self, value: str, escaped: tuple[int, ...] = ()) -> None:
        """Add text, or "" for HTML in the line. Characters at the positions `escaped` end a link."""
        if self._depth:
            end_of_piece = _END_OF_PIECE if self._typeset else _END_OF_PLAIN_PIECE
            self.code(end_of_piece.split(value, maxsplit=1)[0] or value[:1])
            return
        for position in reversed(escaped):
            value = f"{value[:position]}\\{value[position:]}"
        if "~" in value:
            value = without_single_tildes(value)
        if self._linked:
            value = BARE_LINK.sub("", value)
        self._pieces.append(_DASHES.sub("–", value) if self._typeset else value)

    def code(self, value: str) -> None:
        """Add text as it is, such as that of a code span."""
        if not (self._depth and self._has_first_piece):
            self._pieces.append(value)
        self._has_first_piece = True

    def new_line(self) -> None:
        """Drop the lines before the last one."""
        self._pieces.clear()
