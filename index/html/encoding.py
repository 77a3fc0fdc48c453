"""Decoding of a page by the rules of the HTML standard: byte order mark, `meta charset`, UTF-8."""

import codecs
import re

from zhsearch.index.messages import Message

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD_BYTES = 4_096  # where a charset is looked for; the standard demands the first 1,024
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252"}
"""The encodings that browsers take for others, by Python's names."""


def decode_html(data: bytes, warnings: list[str]) -> str:
    """The text of a page. What does not fit its encoding is replaced, and said in `warnings`."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], name, warnings)
    declared = _CHARSET.search(data, 0, _HEAD_BYTES)
    name = _python_name(declared[1].decode("ascii", "replace")) if declared else "utf-8"
    if not declared:
        try:
            return data.decode()
        except UnicodeDecodeError:
            name = "gb18030"
    return _decode(data, name, warnings)


def _python_name(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return "utf-8"
    # A page that says so in ASCII is not in UTF-16.
    return "utf-8" if name.startswith("utf-16") else _SUPERSETS.get(name, name)


def _decode(data: bytes, name: str, warnings: list[str]) -> str:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        warnings.append(Message("some bytes are not {encoding}; they are replaced", encoding=name))
        return data.decode(name, "replace")
