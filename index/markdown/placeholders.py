"""Placeholders that protect expanded shortcode parameters from the Markdown parser."""

import re

PLACEHOLDER = "\uf8fe"  # around the value's bytes in hexadecimal

_COVERED = re.compile(f"{PLACEHOLDER}((?:[0-9a-f]{{2}})*){PLACEHOLDER}")


def restore_placeholders(text: str) -> str:
    """A finished text with the values that were covered."""
    return _COVERED.sub(lambda found: bytes.fromhex(found[1]).decode("utf-8", "replace"), text)
