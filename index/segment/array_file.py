"""The file of a segment: named arrays, aligned, behind a directory; memory-mapped when read.

A file is the arrays one after another, little-endian, each at a multiple of 64 bytes, then their directory as
JSON (name to dtype, offset and length), its length in eight bytes, and eight bytes that name the format. It
is written once, from its beginning to its end, and never changed.
"""

import hashlib
import json
import mmap
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from zhsearch.index.arrays import Array
from zhsearch.index.messages import Message

_MAGIC = b"zharray1"
_ALIGNMENT = 64  # bytes


class ArrayWriter:
    """Writes a file of arrays, to be used in a `with` block.

    The file is complete, and `checksum` final, when the block ends without an error.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._directory: dict[str, tuple[str, int, int]] = {}
        self._hash = hashlib.blake2b(digest_size=16)
        self._offset = 0

    def __enter__(self) -> Self:
        self._file = self._path.open("wb")
        return self

    def add(self, name: str, array: Array | Iterator[Array]) -> None:
        """Append an array of one dimension under a name of its own, whole or as pieces of one type, at least
        one."""
        assert name not in self._directory
        self._write(bytes(-self._offset % _ALIGNMENT))
        start, length = self._offset, 0
        for piece in [array] if isinstance(array, np.ndarray) else array:
            assert piece.ndim == 1
            kind = piece.dtype.newbyteorder("<")
            assert length == 0 or kind.str == self._directory[name][0]
            length += len(piece)
            self._directory[name] = (kind.str, start, length)
            if len(piece):
                self._write(np.ascontiguousarray(piece, dtype=kind).view(np.uint8).data)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if problem is None:
                directory = json.dumps(self._directory).encode()
                self._write(directory + len(directory).to_bytes(8, "little") + _MAGIC)

    @property
    def checksum(self) -> str:
        """The hash of the bytes written, in hexadecimal digits (BLAKE2b, 16 bytes)."""
        return self._hash.hexdigest()

    def _write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._hash.update(data)
        self._offset += len(data)


def read_arrays(path: Path) -> dict[str, Array]:
    """Map the arrays of a file into memory, read-only; the mapping lives as long as one of them.

    Raises OSError, and ValueError if ArrayWriter did not complete the file.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if mapped[-8:] != _MAGIC:
        raise ValueError(Message("not a file of arrays, or cut short"))
    end = len(mapped) - 16
    start = end - int.from_bytes(mapped[end : end + 8], "little")
    try:
        directory: dict[str, tuple[str, int, int]] = json.loads(mapped[max(start, 0) : end])
        return {
            name: np.frombuffer(mapped, dtype=_dtype(kind), count=count, offset=offset)
            for name, (kind, offset, count) in directory.items()
        }
    except (TypeError, SyntaxError, AttributeError) as problem:
        raise ValueError(Message("its directory is damaged ({problem})", problem=problem)) from problem


def release(arrays: Mapping[str, Array]) -> None:
    """Give back the memory that reading mapped arrays took; what is read again comes from the file again.

    Without it a process that reads a file once counts all of it as its own.
    """
    mapped = getattr(next(iter(arrays.values())).base, "obj", None)
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _dtype(kind: str) -> np.dtype[Any]:
    if not re.fullmatch(r"[<|][biuf][1248]", kind):
        raise ValueError(Message("its directory is damaged ({kind!r} is not a dtype)", kind=kind))
    return np.dtype(kind)
