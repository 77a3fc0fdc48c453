"""A body, the parameters of its page and site in; the body with what `{{< param name >}}` says of them out.

Source: Hugo's embedded shortcode `param` and `maps.GetNestedParam`. What `{{< >}}` gives is no Markdown: it
stands in the body under a cover that `uncover` takes off the finished text.
"""

import html
import re
from collections.abc import Mapping
from typing import Any

from zhsearch.index.hugo.values import scalar_text
from zhsearch.index.markdown.placeholders import PLACEHOLDER
from zhsearch.index.markdown.shortcodes import TAG

_NAME = re.compile(r'\s*(?:"([^"\\]+)"|`([^`]+)`|([^\s"`=]+))\s*')
_MOST_ITEMS = 100


def expand_params(body: str, page: Mapping[str, Any], site: Mapping[str, Any], *, is_html: bool) -> str:
    """The body with each `param` filled in. `page` are its front matter, `site` the configuration's [params];
    keys are in lower case. What neither has, which Hugo refuses, and tables within tables are left out."""
    body = body.replace(PLACEHOLDER, "\ufffd")
    if "{{" not in body or "param" not in body:
        return body
    own = {**page, **_lower(page.get("params"))}

    def said(tag: re.Match[str]) -> str:
        name = _NAME.fullmatch(tag["rest"])
        if tag["name"] != "param" or tag["escaped"] or tag["end"] or not name:
            return tag[0]
        key = (name[1] or name[2] or name[3]).lower()
        value = _shown(_find(key, own) or _find(key, site))
        if is_html or tag["sign"] == "%":
            return html.escape(value)
        return f"{PLACEHOLDER}{value.encode().hex()}{PLACEHOLDER}"

    return TAG.sub(said, body)


def _lower(value: object) -> dict[str, Any]:
    return {str(key).lower(): inner for key, inner in value.items()} if isinstance(value, Mapping) else {}


def _find(key: str, values: Mapping[str, Any]) -> Any:
    """The value of a key, or of `a.b` within the table a; None where there is none."""
    if key in values:
        return values[key]
    first, dot, rest = key.partition(".")
    inner = _lower(values.get(first)) if dot else {}
    return _find(rest, inner) if inner else None


def _shown(value: object) -> str:
    """The value as a template of Go's prints it; of lists and tables those whose values are plain."""
    if isinstance(value, list):
        return f"[{' '.join(map(scalar_text, value[:_MOST_ITEMS]))}]"
    if isinstance(value, Mapping):
        pairs = sorted((str(key), scalar_text(inner)) for key, inner in list(value.items())[:_MOST_ITEMS])
        return f"map[{' '.join(f'{key}:{inner}' for key, inner in pairs)}]"
    return scalar_text(value)
