"""Page lists on disk: ascending page numbers of many rows, each row in the shortest of three forms.

- Numbers: two bytes for each page.
- Gaps: a byte for each page, its difference from the page before, from 0 for the first one; a difference of
  255 or more has bytes of 255 before the rest of it. One more 255 at the end makes the number of bytes odd.
- A bitmap: a bit for each page of the segment.

The number of bytes distinguishes the forms: a row as long as a bitmap is one; of the others gaps are odd, and
numbers even.
"""

import numpy as np

from zhsearch.index.arrays import Array, Bytes, IntArray, Mask, concat, offsets

_SKIP = 255  # in a list of gaps: that far from the page before, and no page yet
_NUMBERS = np.dtype("<u2")
_BITMAP_BATCH = 4_000_000  # pages in the bitmaps that are packed or unpacked at once


def bitmap_bytes(size: int) -> int:
    """The number of bytes of a bitmap of the pages of a segment."""
    return (size + 7) // 8


def encode_lists(counts: Array, pages: Array, size: int) -> tuple[Array, Bytes]:
    """(bytes of each row, the bytes) of rows of `counts` pages, none of them 0, in a segment of `size` pages;
    `pages` (counts.sum(),) uint16."""
    width = bitmap_bytes(size)
    firsts = offsets(counts)[:-1]
    gaps = np.diff(pages, prepend=pages[:1])
    gaps[firsts] = pages[firsts]
    skips = gaps // _SKIP  # (pages,): the bytes before that of each page
    plain = counts.astype(np.int64)
    if len(firsts):
        plain += np.add.reduceat(skips, firsts, dtype=np.int64)
    lengths = np.minimum(np.minimum(2 * counts, plain | 1), width)
    is_bitmap = lengths == width
    is_gaps = (lengths & 1).astype(np.bool_) & ~is_bitmap
    is_numbers = ~(is_gaps | is_bitmap)
    data = np.empty(int(lengths.sum()), dtype=np.uint8)
    data[is_numbers.repeat(lengths)] = (
        pages[is_numbers.repeat(counts)].astype("<u2", copy=False).view(np.uint8)
    )
    of_gaps = is_gaps.repeat(counts)
    padding = lengths[is_gaps] - plain[is_gaps]
    data[is_gaps.repeat(lengths)] = _gap_bytes(gaps[of_gaps], skips[of_gaps], counts[is_gaps], padding)
    data[is_bitmap.repeat(lengths)] = _bitmaps(counts[is_bitmap], pages[is_bitmap.repeat(counts)], width)
    return lengths, data


def _gap_bytes(gaps: Array, skips: Array, counts: Array, padding: Array) -> Bytes:
    """The bytes of rows of gaps: `skips` before the byte of each, and `padding` after each row."""
    data = np.full(len(gaps) + int(skips.sum(dtype=np.int64) + padding.sum()), _SKIP, dtype=np.uint8)
    places = np.cumsum(skips, dtype=np.int64)
    places += np.arange(len(gaps))
    places += (np.cumsum(padding) - padding).repeat(counts)
    data[places] = gaps % _SKIP
    return data


def _bitmaps(counts: Array, pages: Array, width: int) -> Bytes:
    """The bytes of rows that are bitmaps."""
    starts = offsets(counts)
    batch = max(1, _BITMAP_BATCH // max(8 * width, 1))
    packed = [np.zeros(0, dtype=np.uint8)]
    for first in range(0, len(counts), batch):
        rows = counts[first : first + batch]
        bits = np.zeros((len(rows), width * 8), dtype=np.bool_)  # (row, page)
        bits[np.arange(len(rows)).repeat(rows), pages[starts[first] : starts[first + len(rows)]]] = True
        packed.append(np.packbits(bits, axis=1, bitorder="little").ravel())
    return concat(packed)


def decode_lists(lengths: Array, data: Array, size: int) -> tuple[IntArray, Array]:
    """Decode what `encode_lists` encoded: (counts, pages)."""
    width = bitmap_bytes(size)
    is_bitmap = lengths == width
    is_gaps = (lengths & 1).astype(np.bool_) & ~is_bitmap
    is_numbers = ~(is_gaps | is_bitmap)
    counts = (lengths // 2).astype(np.int64)
    numbers = data[is_numbers.repeat(lengths)].view("<u2")
    counts[is_gaps], of_gaps = _pages_of_gaps(lengths[is_gaps], data[is_gaps.repeat(lengths)])
    counts[is_bitmap], of_bitmaps = _pages_of_bitmaps(data[is_bitmap.repeat(lengths)], width, size)
    pages = np.empty(int(counts.sum()), dtype=np.uint16)
    pages[is_numbers.repeat(counts)] = numbers
    pages[is_gaps.repeat(counts)] = of_gaps
    pages[is_bitmap.repeat(counts)] = of_bitmaps
    return counts, pages


def _pages_of_gaps(lengths: Array, data: Array) -> tuple[Array, Array]:
    """(counts, pages) of rows of gaps."""
    if not len(lengths):
        return lengths, np.zeros(0, dtype=np.uint16)
    firsts = offsets(lengths)[:-1]
    is_page = data != _SKIP
    sums = np.cumsum(data, dtype=np.uint16)  # modulo 65,536: so are the differences, which are below it
    sums -= (sums[firsts] - data[firsts]).repeat(lengths)
    return np.add.reduceat(is_page, firsts, dtype=np.int64), sums[is_page]


def _pages_of_bitmaps(data: Array, width: int, size: int) -> tuple[Array, Array]:
    """(counts, pages) of rows that are bitmaps."""
    rows = data.reshape(-1, width) if width else data.reshape(0, 0)
    batch = max(1, _BITMAP_BATCH // max(8 * width, 1))
    counts, pages = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.uint16)]
    for first in range(0, len(rows), batch):
        row_of, numbers = _bits(rows[first : first + batch], size).nonzero()
        counts.append(np.bincount(row_of, minlength=len(rows[first : first + batch])))
        pages.append(numbers.astype(np.uint16))
    return concat(counts), concat(pages)


def decode_list(data: Array, size: int) -> IntArray:
    """The pages of one row from its bytes, ascending."""
    length = len(data)
    if length == (size + 7) // 8:
        return _bits(data, size).nonzero()[0]
    if length & 1:
        pages: IntArray = np.add.accumulate(data, dtype=np.int64)[data != _SKIP]
        return pages
    return data.view(_NUMBERS).astype(np.int64)


def count_list(data: Array, size: int) -> int:
    """The number of pages of one row."""
    if len(data) == bitmap_bytes(size):
        return int.from_bytes(data, "little").bit_count()
    return len(data) - data.tobytes().count(_SKIP) if len(data) & 1 else len(data) // 2


def _bits(packed: Array, size: int) -> Mask:
    """The first `size` bits of bytes, (bytes,) or (rows, bytes), as bool: `nonzero` reads that far faster."""
    return np.unpackbits(packed, axis=-1, count=size, bitorder="little").view(np.bool_)
