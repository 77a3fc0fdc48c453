"""The infixes of an export: which terms have three letters or digits elsewhere than at their beginning.

A Latin word that is no term is found within longer ones by them, as rdp is in xfreerdp.
"""

from collections.abc import Iterator

import numpy as np

from zhsearch.index.arrays import offsets
from zhsearch.search.static.codec import (
    Chunk,
    ChunkSize,
    Column,
    Packed,
    cut_chunks,
    joined,
    numbers_packed,
    texts_packed,
)
from zhsearch.search.static.inside import Endings

TERMS = 1
"""The flag of an entry's terms."""

_SIZE = 3  # letters or digits of a key
_CHUNK = ChunkSize(20_000, 34_000)


def infix_chunks(endings: Endings, keys: list[bytes]) -> Iterator[Chunk]:
    """The entries of all infixes of terms, in chunks; `keys` are the texts of rows."""
    found = list(endings.within(_SIZE))
    counts = np.fromiter((len(rows) for _, rows in found), np.int64, len(found))
    texts = texts_packed(keys[row] for _, rows in found for row in rows.tolist())
    lists = joined([numbers_packed(counts), Packed(texts.starts[offsets(counts)], texts.data)])
    yield from cut_chunks(
        [infix for infix, _ in found], [Column(TERMS, np.arange(len(found)), lists)], _CHUNK
    )
