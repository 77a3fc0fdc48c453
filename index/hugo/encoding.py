"""Decoding of post files: UTF-8, else GB18030, else UTF-8 with its broken bytes replaced.

Hugo requires UTF-8. Old Chinese posts are often GB18030, and one broken byte must not lose a post.
"""

import re

from zhsearch.index.errors import PostError
from zhsearch.index.messages import Message

_CONTROL_BYTES = bytes((*range(0x09), *range(0x0E, 0x20)))
_CONTROL_CHARACTER = re.compile("[\x00-\x08\x0e-\x1f]")
_REPLACEMENT = "\ufffd"


def decode(data: bytes, warnings: list[str]) -> str:
    """The text of a file, with `\\n` as its only line break; each repair is added to `warnings`.

    A byte order mark is dropped. Raises PostError for binary data and for other encodings.
    """
    try:
        text = data.decode("utf-8-sig")
        if len(data) == len(data.translate(None, _CONTROL_BYTES)):  # much faster than the pattern
            return text.replace("\r\n", "\n") if "\r" in text else text
    except UnicodeDecodeError as problem:
        text = _decode_other(data, problem.start, warnings)
    control_characters = len(_CONTROL_CHARACTER.findall(text))
    if control_characters > max(8, len(text) // 200):
        raise PostError("not a text file (binary data)")
    if control_characters:
        warnings.append(Message("control characters were removed"))
        text = _CONTROL_CHARACTER.sub(" ", text)
    return text.replace("\r\n", "\n")


def _decode_other(data: bytes, position: int, warnings: list[str]) -> str:
    """Decode what is not valid UTF-8 from byte `position` on.

    A few replaced characters mean damaged UTF-8; many mean another encoding. Many NUL bytes mean UTF-16,
    UTF-32 or binary data, some of which GB18030 would decode into nonsense.
    """
    if data.count(b"\0") <= len(data) // 200:
        repaired = data.decode("utf-8", "replace")
        if repaired.count(_REPLACEMENT) <= max(3, len(repaired) // 200):
            warnings.append(
                Message(
                    "not UTF-8 at byte {position}; the broken bytes are shown as {replacement}",
                    position=position,
                    replacement=_REPLACEMENT,
                )
            )
            return repaired
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            pass
        else:
            warnings.append(Message("read as GB18030; Hugo requires UTF-8, so convert the file to UTF-8"))
            return text
    raise PostError(
        "neither UTF-8 nor GB18030 text (byte {position}); convert it to UTF-8", position=position
    )
