"""Placeholders that hide text from the Markdown parser until the visible text has been extracted."""

import re

PLACEHOLDER = "\uf8fe"
"""A private-use character on either side of the hidden text's UTF-8 bytes in hexadecimal."""

_HIDDEN = re.compile(f"{PLACEHOLDER}((?:[0-9a-f]{{2}})*){PLACEHOLDER}")


def hide(text: str) -> str:
    """A placeholder for `text` that Markdown syntax does not affect."""
    return f"{PLACEHOLDER}{text.encode().hex()}{PLACEHOLDER}"


def restore_placeholders(text: str) -> str:
    """The text with each placeholder replaced by what it hides."""
    return _HIDDEN.sub(lambda match: bytes.fromhex(match[1]).decode("utf-8", "replace"), text)
