"""A site's configuration in; how Hugo reads and shows Markdown there (`markup.goldmark`) out."""

from collections.abc import Mapping
from html import unescape
from typing import Any

from zhsearch.index.hugo.values import as_table
from zhsearch.index.markdown.options import _SIGNS, AUTO_IDS, MarkdownOptions


def read_markdown_options(values: Mapping[str, Any]) -> MarkdownOptions:
    """What a site's configuration (keys in lower case) says of Markdown; the rest is Hugo's default."""
    goldmark = as_table(as_table(values.get("markup")).get("goldmark"))
    extensions, parser = as_table(goldmark.get("extensions")), as_table(goldmark.get("parser"))
    # The older name wins, and so it does in Hugo.
    id_type = parser.get("autoheadingidtype") or parser.get("autoidtype") or "github"
    return MarkdownOptions(
        html=as_table(goldmark.get("renderer")).get("unsafe") is True,
        auto_ids=parser.get("autoheadingid") is not False,
        id_type=id_type if id_type in AUTO_IDS else AUTO_IDS[0],
        own_ids=as_table(parser.get("attribute")).get("title") is not False,
        block_attributes=as_table(parser.get("attribute")).get("block") is True,
        off=frozenset(name for name, value in extensions.items() if _is_off(value)),
        signs=_signs(extensions.get("typographer")),
    )


def _is_off(value: Any) -> bool:
    return value is False or as_table(value).get("enable") is False


def _signs(value: Any) -> Mapping[str, str]:
    own = as_table(value)
    if value is False or own.get("disable") is True:
        return {}
    return {name: unescape(str(own.get(name, sign))) for name, sign in _SIGNS.items()}
