"""A page's headings in, their ids out, the way Hugo makes them (`autoIDType`).

Of every inline element Hugo takes the first piece of text alone, of a heading over several lines the last
one; links, and what its typographer turns into dashes and quotes, are dropped: `**a _b_ c** d--e` is `a--de`.
Source: tried on the real `hugo`.
"""

import re
import unicodedata
from collections import defaultdict

from zhsearch.index.markdown.typographer import BARE_LINK, without_single_tildes

_DASHES = re.compile("---?")
# Where goldmark ends a piece of text: after what might be emphasis or a link, before a quote, dash or dots.
_PIECE = re.compile(r"(?<=[_*\[])|['\"]|--|\.\.\.")
_PLAIN_PIECE = re.compile(r"(?<=[_*\[])")


def anchor(text: str, id_type: str = "github") -> str:
    """The id of a heading of this text, before duplicates are numbered; empty without letter or digit.

    `id_type` is one of `markup.AUTO_IDS`.
    """
    if id_type == "blackfriday":
        return _blackfriday(text)
    text = text.strip()
    if id_type == "github-ascii":
        apart = unicodedata.normalize("NFD", text)
        text = "".join(character for character in apart if character.isascii())
    kept = (
        "-" if character in "- " else character.lower()[0]
        for character in text
        if character in "-_ " or unicodedata.category(character)[0] == "L" or character.isdecimal()
    )
    return "".join(kept)


def _blackfriday(text: str) -> str:
    """Letters and numbers, one hyphen for whatever stands between them."""
    kept = [character.lower()[0] if unicodedata.category(character)[0] in "LN" else " " for character in text]
    return "-".join("".join(kept).split())


class HeadingIds:
    """Hands out the ids of one page; a name that is taken gets a number.

    `id_type` is one of `markup.AUTO_IDS`, None where only those have ids whose author wrote one.
    """

    def __init__(self, id_type: str | None = "github") -> None:
        self._type = id_type
        self._taken: set[str] = set()
        self._last: defaultdict[str, int] = defaultdict(int)

    def own(self, name: str) -> str:
        """An id that the author wrote, `{#id}`."""
        self._taken.add(name)
        return name

    def make(self, text: str) -> str:
        """The id of a heading of this text."""
        if self._type is None:
            return ""
        wanted = found = anchor(text, self._type) or "heading"
        while found in self._taken:
            self._last[wanted] += 1
            found = f"{wanted}-{self._last[wanted]}"
        self._taken.add(found)
        return found


class HeadingText:
    """Gathers the text that a heading's id is made of, event by event.

    `typeset` and `linked`: does the site make signs of dashes and quotes, and links of bare addresses?
    """

    def __init__(self, *, typeset: bool = True, linked: bool = True) -> None:
        self._typeset = typeset
        self._linked = linked
        self._pieces: list[str] = []
        self._depth = 0
        self._heard = False  # within an inline element: its first piece of text

    def __str__(self) -> str:
        return "".join(self._pieces)

    def is_empty(self) -> bool:
        """Is there no text at all? Hugo then gives no id."""
        return not any(self._pieces)

    def open(self, *, is_autolink: bool) -> None:
        """An inline element begins."""
        self._depth += 1
        self._heard = is_autolink or (self._heard and self._depth > 1)

    def close(self) -> None:
        """An inline element ends."""
        self._depth -= 1

    def text(self, value: str, literal: tuple[int, ...] = ()) -> None:
        """Text, HTML (as an empty one) or anything else that stands in the heading's line.

        What is escaped, at the places `literal`, ends a link.
        """
        if not self._depth:
            for place in reversed(literal):
                value = f"{value[:place]}\\{value[place:]}"
            if "~" in value:
                value = without_single_tildes(value)
            if self._linked:
                value = BARE_LINK.sub("", value)
            self._pieces.append(_DASHES.sub("–", value) if self._typeset else value)
        else:
            piece = _PIECE if self._typeset else _PLAIN_PIECE
            self.code(piece.split(value, maxsplit=1)[0] or value[:1])

    def code(self, value: str) -> None:
        """Text as it stands."""
        if not (self._depth and self._heard):
            self._pieces.append(value)
        self._heard = True

    def new_line(self) -> None:
        """Forget the lines before the last one."""
        self._pieces.clear()
