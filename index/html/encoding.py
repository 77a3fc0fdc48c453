"""Decoding of a page by the rules of the HTML standard: byte order mark, what it declares, UTF-8.

Old Chinese pages that declare nothing are taken for GB 18030, or for Big5 where only that gives characters.
"""

import codecs
import re

from zhsearch.index.messages import Message

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(
    rb"(?:<meta[^>]+charset|\A\s*<\?xml[^>]+encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_HEAD_BYTES = 4_096  # where a charset is looked for; the standard demands the first 1,024
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""The encodings that browsers take for others, by Python's names."""
_LABELS = {"x-gbk": "gb18030", "cn-big5": "big5hkscs", "x-x-big5": "big5hkscs", "x-sjis": "cp932"}
_PRIVATE, _BEYOND_ASCII = re.compile("[\ue000-\uf8ff]"), re.compile(r"[^\x00-\x7f]")
_MAX_PRIVATE = 0.05  # of the characters beyond ASCII: Big5 that is read as GB 18030 has more


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
            name = _undeclared(data)
    return _decode(data, name, warnings)


def _undeclared(data: bytes) -> str:
    """The Chinese encoding of a page that declares none."""
    for name in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if len(_PRIVATE.findall(text)) <= _MAX_PRIVATE * len(_BEYOND_ASCII.findall(text)):
            return name
    return "gb18030"


def _python_name(declared: str) -> str:
    if known := _LABELS.get(declared.lower()):
        return known
    try:
        name = codecs.lookup(declared).name
        # Who says so in ASCII uses an encoding that has it: neither UTF-16 nor a codec such as base64.
        if not b"a\xe4".decode(name, "replace").startswith("a"):
            return "utf-8"
    except (LookupError, UnicodeError):
        return "utf-8"
    return _SUPERSETS.get(name, name)


def _decode(data: bytes, name: str, warnings: list[str]) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        warnings.append(Message("some bytes are not {encoding}; they are replaced", encoding=name))
        return data.decode(name, "replace")
