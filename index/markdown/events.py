"""The events of a Markdown body, as pulldown-cmark reports them for one site's extensions.

Events with positions cost five times as much as those without, so only bodies with escapes or entities are
read with them.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pyromark

from zhsearch.index.markdown.options import MarkdownOptions

LITERALS = "Literals"
"""Our own kind of event: a text and the positions of characters in it that are literal, escaped ones and
entities, which are neither emphasis nor typographic signs."""

_NO_EXTENSIONS = pyromark.Options(0)
_EXTENSIONS = {  # by Hugo's names
    "table": pyromark.Options.ENABLE_TABLES,
    "footnote": pyromark.Options.ENABLE_FOOTNOTES,
    "strikethrough": pyromark.Options.ENABLE_STRIKETHROUGH,
    "tasklist": pyromark.Options.ENABLE_TASKLISTS,
    "definitionlist": pyromark.Options.ENABLE_DEFINITION_LIST,
}
_ESCAPE = re.compile(r"\\[*~'\"<>./:-]|&(?:quot|apos|#|[lr][ds]quo|ast|lt|gt)")


def markdown_events(body: str, options: MarkdownOptions) -> Iterable[Any]:
    """The events of a body: a name, or a table of one kind and its value."""
    flags = _flags(options.off, own_ids=options.own_ids)
    if ("\\" in body or "&" in body) and _ESCAPE.search(body):
        return _events_with_literals(body, flags)
    return pyromark.events(body, options=flags)


@lru_cache
def _flags(off: frozenset[str], *, own_ids: bool) -> pyromark.Options:
    """The options of pulldown-cmark, without the extensions `off`."""
    flags = _NO_EXTENSIONS
    for name, option in _EXTENSIONS.items():
        if name not in off:
            flags |= option
    return flags | pyromark.Options.ENABLE_HEADING_ATTRIBUTES if own_ids else flags


def _events_with_literals(body: str, flags: pyromark.Options) -> Iterator[Any]:
    """The events of a body, with neighbouring texts joined; a text with literal characters is an event
    LITERALS.

    pulldown-cmark unescapes them; the body's bytes show what was written.
    """
    source = body.encode("utf-8", "surrogatepass")
    text = ""
    literal: list[int] = []
    for event, span in pyromark.events_with_range(body, options=flags):
        if isinstance(event, dict) and (value := str(event.get("Text", ""))):
            start = span["start"]
            is_escaped = source[start - 1 : start] == b"\\" and not value[0].isalnum()
            if is_escaped or source[start : start + 1] == b"&" != value[:1].encode():
                literal.append(len(text))
            text += value
            continue
        if text:
            yield {LITERALS: (text, tuple(literal))} if literal else {"Text": text}
            text, literal = "", []
        yield event
