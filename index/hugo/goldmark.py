"""The Markdown options of a site, read from `markup.goldmark` of its configuration.

Source: https://gohugo.io/configuration/markup/
"""

from collections.abc import Mapping
from html import unescape
from typing import Any

from zhsearch.index.hugo.values import as_table
from zhsearch.index.markdown import AUTO_IDS, DEFAULT_SIGNS, EXTRAS, MarkdownOptions


def read_markdown_options(values: Mapping[str, Any]) -> MarkdownOptions:
    """Read the options from a configuration with lower-case keys; what it does not set is Hugo's default."""
    goldmark = as_table(as_table(values.get("markup")).get("goldmark"))
    extensions, parser = as_table(goldmark.get("extensions")), as_table(goldmark.get("parser"))
    # Where both names are set, Hugo takes the older one.
    id_type = parser.get("autoheadingidtype") or parser.get("autoidtype") or "github"
    return MarkdownOptions(
        html=as_table(goldmark.get("renderer")).get("unsafe") is True,
        auto_ids=parser.get("autoheadingid") is not False,
        id_type=id_type if id_type in AUTO_IDS else AUTO_IDS[0],
        own_ids=as_table(parser.get("attribute")).get("title") is not False,
        block_attributes=as_table(parser.get("attribute")).get("block") is True,
        off=frozenset(name for name, value in extensions.items() if _is_off(value)),
        extras=_extras(extensions),
        signs=_typographer_signs(extensions.get("typographer")),
    )


def _extras(extensions: Mapping[str, Any]) -> frozenset[str]:
    extras = as_table(extensions.get("extras"))
    return frozenset(name for name in EXTRAS if as_table(extras.get(name)).get("enable") is True)


def _is_off(value: Any) -> bool:
    return value is False or as_table(value).get("enable") is False


def _typographer_signs(value: Any) -> Mapping[str, str]:
    """The signs with those that the site replaces, which are often HTML entities; none if it is switched
    off."""
    replaced = as_table(value)
    if value is False or replaced.get("disable") is True:
        return {}
    return {name: unescape(str(replaced.get(name, sign))) for name, sign in DEFAULT_SIGNS.items()}
