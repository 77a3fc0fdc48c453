"""Raw deflate (RFC 1951) of the texts in a segment.

Every text is deflated by itself, so that it is read alone, and always alike, so that merging copies its
bytes. The level is the last one at which zlib takes the first match that it finds: on 1,993 posts it takes a
quarter less time than the default, for 2 % more bytes.
"""

import zlib

from zhsearch.index.messages import Message

_LEVEL = 3
_RAW = -15  # no header or checksum; a window of 32 kB

Bytes = bytes | memoryview


def deflate(data: bytes, dictionary: bytes = b"") -> bytes:
    """Deflate data with a dictionary that has parts of it."""
    stream = zlib.compressobj(_LEVEL, wbits=_RAW, zdict=dictionary)
    return stream.compress(data) + stream.flush()


def inflate(data: Bytes, dictionary: bytes = b"") -> bytes:
    """Inflate what `deflate` made with the same dictionary. Raises ValueError if it is damaged."""
    try:
        if not dictionary:
            return zlib.decompress(data, _RAW)
        stream = zlib.decompressobj(_RAW, dictionary)
        inflated = stream.decompress(data)
    except zlib.error as problem:
        raise ValueError(str(problem)) from problem
    if not stream.eof:
        raise ValueError(Message("cut short"))
    return inflated
