"""What an answer has besides hits, and which facets, as a client asks: one request for all that it shows."""

from collections.abc import Sequence
from typing import NamedTuple

from zhsearch.search.api.parameters import COMPLETIONS, COUNTED, PINYIN, PREFER_LANG
from zhsearch.search.engine import FACETS
from zhsearch.search.errors import ParameterError

OWN, NONE = "*", "none"
"""Among the names of facets: those of the site's own; and no facet."""

_MAX_SHOWN_CHARS = 40  # of an unknown name, in the error


class Extras(NamedTuple):
    """Checked parameters. `facets` are the names of those that are counted, None for all."""

    facets: tuple[str, ...] | None = None
    completions: int = 0
    prefer_lang: str = ""
    pinyin: bool = False


def read_extras(
    *,
    facets: str | None = None,
    completions: str | None = None,
    prefer_lang: str | None = None,
    pinyin: str | None = None,
    own_facets: Sequence[str] = (),
) -> Extras:
    """Parse and check the texts of a request; None and "" are the default. `own_facets` are the site's own.

    Raises ParameterError naming the first that is wrong.
    """
    return Extras(
        facets=_counted(COUNTED.read(facets), own_facets),
        completions=COMPLETIONS.read(completions),
        prefer_lang=PREFER_LANG.read(prefer_lang),
        pinyin=PINYIN.read(pinyin) == "1",
    )


def _counted(text: str, own: Sequence[str]) -> tuple[str, ...] | None:
    """The names of the facets to count, in the order of an answer that has all; None for all."""
    names = set(filter(None, map(str.strip, text.split(","))))
    if not names:
        return None
    every = (*FACETS, *own)
    for name in sorted(names - {OWN, NONE}.difference(own)):
        if name not in every:
            raise ParameterError(
                COUNTED.name,
                "{name!r} is no facet; known are {names}",
                name=name[:_MAX_SHOWN_CHARS],
                names=", ".join((*every, OWN, NONE)),
            )
    return tuple(name for name in every if name in names or (OWN in names and name in own))
