"""Lines of a text as written and folded, and the offsets of the one in the other.

Both texts have the same lines, and a line folds by itself. A snippet shows a line or two, so that the other
lines are never compared.
"""

from zhsearch.index.analysis import Offsets, offset_map


class Line:
    """A line as written, and folded; `folded_start` is where it begins in the folded text."""

    __slots__ = ("_offsets", "folded", "folded_start", "text")

    def __init__(self, text: str, folded: str, folded_start: int) -> None:
        self.text = text
        self.folded, self.folded_start = folded, folded_start
        self._offsets: Offsets | None = None

    @property
    def offsets(self) -> Offsets:
        """The map of offsets in `folded` to those in `text`."""
        if self._offsets is None:
            self._offsets = offset_map(self.text, self.folded)
        return self._offsets
