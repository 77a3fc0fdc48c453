"""Decoding of files that are not UTF-8: GB18030 where it fits, replacement of broken bytes otherwise."""

import re

from zhsearch.index.errors import PostError

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def decode(data: bytes, warnings: list[str]) -> str:
    """UTF-8 with or without a BOM, else GB18030, else UTF-8 with a few bytes broken; not text is refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        text = _decode_gb18030(data, problem, warnings)
    strange = len(_CONTROL.findall(text))
    if strange > max(8, len(text) // 200):
        raise PostError("not a text file (binary data)")
    if strange:
        warnings.append("control characters were left out")
        text = _CONTROL.sub(" ", text)
    return text.replace("\r\n", "\n")


def _decode_gb18030(data: bytes, problem: UnicodeDecodeError, warnings: list[str]) -> str:
    mended = data.decode("utf-8", "replace")
    if data.count(b"\0") <= len(data) // 200:
        if mended.count("\ufffd") <= max(3, len(mended) // 200):
            warnings.append(f"not UTF-8 at byte {problem.start}; the broken bytes show as \ufffd")
            return mended
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            pass
        else:
            warnings.append("read as GB18030; Hugo wants UTF-8, so convert the file")
            return text
    raise PostError(f"neither UTF-8 nor GB18030 text (byte {problem.start}); convert it to UTF-8")
