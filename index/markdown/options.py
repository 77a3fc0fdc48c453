"""The options of a site's Markdown renderer, as goldmark has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_SIGNS = {
    "leftsinglequote": "‘",
    "rightsinglequote": "’",
    "leftdoublequote": "“",
    "rightdoublequote": "”",
    "apostrophe": "’",
    "endash": "–",
    "emdash": "—",
    "ellipsis": "…",
    "leftanglequote": "«",
    "rightanglequote": "»",
}


AUTO_IDS = ("github", "github-ascii", "blackfriday")


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """How the Markdown of one site is read.

    `html`: HTML within Markdown is shown; `auto_ids`: headings get ids, made as `id_type` says (one of
    AUTO_IDS); `own_ids`: `{#id}` gives one by hand; `block_attributes`: a line `{.class}` is for the block
    before it; `off`: extensions of Markdown that are not read; `signs`: what the typographer makes of
    quotes, dashes and dots, by Hugo's names in lower case, empty where it is off. The defaults are Hugo's,
    but that HTML is shown: they hold where a site's configuration is unknown.
    """

    html: bool = True
    auto_ids: bool = True
    id_type: str = "github"
    own_ids: bool = True
    block_attributes: bool = False
    off: frozenset[str] = frozenset()
    signs: Mapping[str, str] = field(default_factory=_SIGNS.copy)
