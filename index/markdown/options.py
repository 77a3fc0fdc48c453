"""The options of a site's Markdown renderer, as Hugo's goldmark has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

DEFAULT_SIGNS = {
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
"""The typographer's signs by the lower-case names of Hugo's `markup.goldmark.extensions.typographer`."""

AUTO_IDS = ("github", "github-ascii", "blackfriday")
"""Hugo's algorithms for heading ids (`autoIDType`)."""


class TemplateTexts(NamedTuple):
    """What the template of a shortcode prints of its parameters.

    They are names in lower case, and positions as digits. `shown` are those that are texts, in their order;
    of the `undecided` the name decides, see `shortcodes`. `is_block`: it prints paragraphs, boxes and the
    like, not a part of a line.
    """

    shown: tuple[str, ...] = ()
    undecided: frozenset[str] = frozenset()
    is_block: bool = False


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """How the Markdown of one site is rendered; the defaults are Hugo's, except that HTML is shown.

    They apply if a site has no configuration. `html`: raw HTML is shown. `auto_ids`: headings get
    ids by the algorithm `id_type` (one of AUTO_IDS). `own_ids`: authors may write `{#id}`.
    `block_attributes`: a line `{.class}` belongs to the block before it. `off`: Markdown extensions that are
    switched off, by Hugo's names in lower case. `signs`: the typographer's signs (see DEFAULT_SIGNS), empty
    if it is off. `extras`: those of goldmark's that are switched on, by name. `shortcodes`: what the
    templates of the site's shortcodes show, by their names in lower case. `code_attributes`: attributes of
    code blocks that the site's render hook shows.
    """

    html: bool = True
    auto_ids: bool = True
    id_type: str = "github"
    own_ids: bool = True
    block_attributes: bool = False
    off: frozenset[str] = frozenset()
    signs: Mapping[str, str] = field(default_factory=DEFAULT_SIGNS.copy)
    extras: frozenset[str] = frozenset()
    shortcodes: Mapping[str, TemplateTexts] = field(default_factory=dict)
    code_attributes: frozenset[str] = frozenset()
