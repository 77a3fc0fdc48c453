"""The site owner's boosts: factors for the scores of pages, by folder and by tag.

`posts/news` names a folder below the content folder and may be a glob pattern; `tag:教程` names a tag. The
settings, the warnings about unused boosts, and both engines evaluate them here, so that they agree.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from zhsearch.index.fields import facet_key
from zhsearch.index.glob import glob
from zhsearch.index.messages import Message

_TAG = "tag:"
_NEUTRAL = 1.0
MIN_FACTOR, MAX_FACTOR = 0.1, 10.0


class BoostRules:
    """Evaluates boosts (name: factor) for pages.

    A page's factor is that of the innermost named folder above it, times those of its tags; 1 where no boost
    matches. Of two patterns that are equally deep and long the later one counts.
    """

    def __init__(self, factors: Mapping[str, float]) -> None:
        folders = sorted(
            (name for name in factors if not name.startswith(_TAG)),
            key=lambda name: (name.count("/"), len(name)),
        )
        # Innermost first.
        self._folders = [(_below(name), factors[name]) for name in reversed(folders)]
        self._names = tuple(factors)
        self.tag_factors = [
            (facet_key(name.removeprefix(_TAG)), factor)
            for name, factor in factors.items()
            if name.startswith(_TAG)
        ]
        """(facet key of a tag, factor), in the order given."""

    def __bool__(self) -> bool:
        return bool(self._names)

    def factor(self, path: str, tags: Iterable[str]) -> float:
        """The factor of the page at `path`, relative to the content folder, with these tags as written."""
        factor = self.folder_factor(path)
        keys = set(map(facet_key, tags))
        for key, tag_factor in self.tag_factors:
            if key in keys:
                factor *= tag_factor
        return factor

    def folder_factor(self, path: str) -> float:
        """The factor of the innermost named folder above `path`."""
        return next((factor for pattern, factor in self._folders if pattern.fullmatch(path)), _NEUTRAL)

    def unmatched(self, paths: Collection[str], tags: Iterable[str]) -> list[str]:
        """The names that match none of the pages with these paths and tags, in the order given."""
        keys = set(map(facet_key, tags))
        return [
            name
            for name in self._names
            if not (
                facet_key(name.removeprefix(_TAG)) in keys
                if name.startswith(_TAG)
                else any(map(_below(name).fullmatch, paths))
            )
        ]


def read_boosts(value: object) -> dict[str, float]:
    """Read factors by name from a table, or from one line: `posts/news=1.5,tag:教程=2`.

    Raises ValueError for an invalid name or factor; its message continues "boosts = value".
    """
    table = _read_line(value) if isinstance(value, str) else value
    if not isinstance(table, Mapping):
        raise ValueError(Message('is not a table of factors: write { "posts/news" = 1.5, "tag:教程" = 2 }'))
    return {_read_name(name): _read_factor(str(name).strip(), factor) for name, factor in table.items()}


def _read_line(line: str) -> dict[str, str]:
    pairs = [pair.rpartition("=") for pair in line.split(",") if pair.strip()]
    if line.lstrip().startswith("{") or not all(equals for _, equals, _ in pairs):
        raise ValueError(Message("cannot be read: write posts/news=1.5,tag:教程=2"))
    return {name: factor for name, _, factor in pairs}


def _read_name(name: object) -> str:
    text = str(name).strip()
    kind, colon, tag = text.partition(":")
    if not (tag if colon else kind) or (colon and f"{kind}:" != _TAG):
        raise ValueError(
            Message("has {name!r}, which is neither a folder (posts/news) nor a tag (tag:教程)", name=name)
        )
    return text.strip("/")


def _read_factor(name: str, value: object) -> float:
    try:
        factor = float(value)  # type: ignore[arg-type]  # float raises TypeError for other types
    except (TypeError, ValueError):
        factor = 0.0
    if isinstance(value, bool) or not MIN_FACTOR <= factor <= MAX_FACTOR:
        raise ValueError(
            Message(
                "has {value!r} for {name!r}: use a number from {low:g} to {high:g}",
                value=value,
                name=name,
                low=MIN_FACTOR,
                high=MAX_FACTOR,
            )
        )
    return factor


def _below(folder: str) -> re.Pattern[str]:
    """A pattern of the paths below a folder."""
    return glob(f"{folder}/**")
