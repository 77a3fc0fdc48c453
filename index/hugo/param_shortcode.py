"""Expansion of Hugo's shortcode `param`, which shows a parameter of the page or of the site.

What `{{< param name >}}` prints is not read as Markdown: a placeholder represents it in the body until the
text has been extracted. Source: Hugo's embedded shortcode `param.html`, and `GetNestedParam` in
`common/maps`.
"""

import html
import re
from collections.abc import Mapping
from typing import Any

from zhsearch.index.hugo.values import as_lower_table, scalar_text
from zhsearch.index.markdown import PLACEHOLDER, TAG, hide

_NAME = re.compile(r'\s*(?:"([^"\\]+)"|`([^`]+)`|([^\s"`=]+))\s*')
_MAX_ITEMS = 100


def expand_params(body: str, page: Mapping[str, Any], site: Mapping[str, Any], *, is_html: bool) -> str:
    """The body with each `param` expanded.

    `page` is the page's front matter, `site` the configuration's [params], both with lower-case keys. Names
    that neither has, which make Hugo fail, and tables within tables print nothing.
    """
    body = body.replace(PLACEHOLDER, "\ufffd")
    if "{{" not in body or "param" not in body:
        return body
    page = {**page, **as_lower_table(page.get("params"))}

    def expansion(tag: re.Match[str]) -> str:
        name = _NAME.fullmatch(tag["rest"])
        if tag["name"] != "param" or tag["escaped"] or tag["end"] or not name:
            return tag[0]
        key = (name[1] or name[2] or name[3]).lower()
        text = _printed(_lookup(key, page) or _lookup(key, site))
        return html.escape(text) if is_html or tag["sign"] == "%" else hide(text)

    return TAG.sub(expansion, body)


def _lookup(key: str, values: Mapping[str, Any]) -> Any:
    """The value of a key, or of `a.b` in the table `a`; None if there is none."""
    if key in values:
        return values[key]
    table, dot, rest = key.partition(".")
    inner = as_lower_table(values.get(table)) if dot else {}
    return _lookup(rest, inner) if inner else None


def _printed(value: object) -> str:
    """The value as Go's templates print it; of what is in lists and tables only scalars."""
    if isinstance(value, list):
        return f"[{' '.join(map(scalar_text, value[:_MAX_ITEMS]))}]"
    if isinstance(value, Mapping):
        pairs = sorted((str(key), scalar_text(inner)) for key, inner in list(value.items())[:_MAX_ITEMS])
        return f"map[{' '.join(f'{key}:{text}' for key, text in pairs)}]"
    return scalar_text(value)
