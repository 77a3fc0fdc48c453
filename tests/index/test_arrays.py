"""Files of arrays: what is written is read again, and nothing else is taken for one."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as any_array

from zhsearch.index.arrays import (
    Array,
    concat,
    expand_ranges,
    narrowest_uint,
    offsets,
    pack_strings,
    unpack_strings,
)
from zhsearch.index.segment.array_file import ArrayWriter, read_arrays

KINDS = st.sampled_from(["u1", "<u2", ">u2", "<u4", ">u4", "<u8", "<i8", ">i8", "<f4", "<f8", ">f8", "?"])
ARRAYS = KINDS.flatmap(lambda kind: any_array(np.dtype(kind), st.integers(0, 40)))
FILES = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), ARRAYS, max_size=5)
WHOLE = st.integers(0, 2**63 - 1) | st.sampled_from(
    [2**bits + more for bits in (8, 16, 32) for more in (-1, 0, 1)]
)


def write(path: Path, arrays: Iterable[tuple[str, Array]]) -> str:
    with ArrayWriter(path) as writer:
        for name, array in arrays:
            writer.add(name, array)
    return writer.checksum


@pytest.fixture
def some(tmp_path: Path) -> Path:
    write(tmp_path / "some", {"a": np.arange(100), "": np.zeros(0), "b": np.array([0.5, np.nan])}.items())
    return tmp_path / "some"


@given(FILES)
@settings(max_examples=30)
def test_arrays_of_any_kind_come_out_of_a_file_as_they_went_in(arrays: dict[str, Array]) -> None:
    with TemporaryDirectory() as folder:
        write(Path(folder, "file"), arrays.items())
        found = read_arrays(Path(folder, "file"))
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype.newbyteorder("<")
        assert found[name].dtype.byteorder != ">"
        np.testing.assert_array_equal(found[name], array)


@given(FILES)
@settings(max_examples=20)
def test_each_array_stands_little_endian_at_a_multiple_of_64_bytes(arrays: dict[str, Array]) -> None:
    with TemporaryDirectory() as folder:
        write(Path(folder, "file"), arrays.items())
        data = Path(folder, "file").read_bytes()
    assert data[-8:] == b"zharray1"
    length = int.from_bytes(data[-16:-8], "little")
    directory = json.loads(data[-16 - length : -16])
    assert list(directory) == list(arrays)
    for name, (_, offset, count) in directory.items():
        array = arrays[name]
        assert offset % 64 == 0
        assert count == len(array)
        big_endian = array.astype(array.dtype.newbyteorder(">"))
        items = [big_endian[at : at + 1].tobytes()[::-1] for at in range(count)]
        assert data[offset : offset + array.nbytes] == b"".join(items)


def test_every_second_item_of_an_array_is_written_as_seen(tmp_path: Path) -> None:
    write(tmp_path / "file", [("a", np.arange(10)[::2])])
    assert read_arrays(tmp_path / "file")["a"].tolist() == [0, 2, 4, 6, 8]


@given(FILES)
@settings(max_examples=15)
def test_the_checksum_is_that_of_the_bytes_on_disk(arrays: dict[str, Array]) -> None:
    with TemporaryDirectory() as folder:
        checksum = write(Path(folder, "file"), arrays.items())
        data = Path(folder, "file").read_bytes()
    assert checksum == hashlib.blake2b(data, digest_size=16).hexdigest()


def test_a_file_cut_short_anywhere_is_refused(some: Path) -> None:
    data = some.read_bytes()
    for length in range(len(data)):
        some.write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"cut short|empty file"):
            read_arrays(some)


@given(st.binary(max_size=200).filter(lambda data: not data.endswith(b"zharray1")))
@settings(max_examples=25)
def test_a_foreign_file_is_refused(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "file").write_bytes(data)
        with pytest.raises(ValueError, match=r"cut short|empty file"):
            read_arrays(Path(folder, "file"))


def test_a_file_whose_directory_is_lost_is_refused(some: Path) -> None:
    data = some.read_bytes()
    start = len(data) - 16 - int.from_bytes(data[-16:-8], "little")
    for lost in (data[:start] + bytes(len(data) - 16 - start) + data[-16:], data[-16:], data[-30:]):
        some.write_bytes(lost)
        with pytest.raises(ValueError):  # noqa: PT011  the message is that of the JSON reader
            read_arrays(some)


def test_a_file_that_is_not_there_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_arrays(tmp_path / "none")


def test_a_failed_block_leaves_no_complete_file(tmp_path: Path) -> None:
    def arrays() -> Iterator[tuple[str, Array]]:
        yield "a", np.arange(1000)
        raise RuntimeError("full")

    with pytest.raises(RuntimeError, match="full"):
        write(tmp_path / "file", arrays())
    with pytest.raises(ValueError, match="cut short"):
        read_arrays(tmp_path / "file")


def test_arrays_that_were_read_cannot_be_changed_and_outlive_their_file(some: Path) -> None:
    array = read_arrays(some)["a"]
    some.unlink()
    assert array.tolist() == list(range(100))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


@given(st.lists(WHOLE, max_size=10), st.sampled_from([np.uint8, np.uint16, np.uint32]))
@settings(max_examples=50)
def test_numbers_take_the_narrowest_type_that_holds_them(
    values: list[int], least: type[np.unsignedinteger]
) -> None:
    found = narrowest_uint(np.array(values, dtype=np.int64), least)
    assert found.tolist() == values
    bits = max(np.iinfo(least).bits, max(values, default=0).bit_length())
    assert found.dtype == np.dtype(f"u{next(size for size in (1, 2, 4, 8) if size * 8 >= bits)}")


@given(st.lists(st.integers(0, 1000), max_size=20))
@settings(max_examples=50)
def test_runs_one_after_another_begin_where_those_before_them_end(counts: list[int]) -> None:
    assert offsets(counts).tolist() == list(accumulate(counts, initial=0))
    assert offsets(np.array(counts, dtype=np.int64)).tolist() == list(accumulate(counts, initial=0))


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 20)), max_size=20))
@settings(max_examples=50)
def test_ranges_are_those_of_python_one_after_another(pairs: list[tuple[int, int]]) -> None:
    starts, counts = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    assert expand_ranges(starts, counts).tolist() == [
        at for start, count in pairs for at in range(start, start + count)
    ]


def test_ranges_may_begin_at_small_unsigned_numbers() -> None:
    starts, counts = np.array([5, 0, 2], dtype=np.uint32), np.array([2, 3, 0], dtype=np.uint32)
    assert expand_ranges(starts, counts).tolist() == [5, 6, 0, 1, 2]


@given(st.lists(st.binary(max_size=10), max_size=20))
@settings(max_examples=50)
def test_strings_are_unpacked_as_they_were_packed(strings: list[bytes]) -> None:
    text, starts = pack_strings(iter(strings))
    assert text.tobytes() == b"".join(strings)
    assert starts.tolist() == list(accumulate(map(len, strings), initial=0))
    assert starts.dtype == np.uint32
    assert unpack_strings(text, starts) == strings


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=5))
@settings(max_examples=50)
def test_arrays_are_joined_in_order(lists: list[list[int]]) -> None:
    found = concat([np.array(some, dtype=np.int64) for some in lists])
    assert found.tolist() == [item for some in lists for item in some]


def test_a_flipped_bit_in_the_directory_is_a_value_error(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with ArrayWriter(path) as writer:
        writer.add("a", np.arange(3))
    data = path.read_bytes()
    start = data.index(b'{"a"')
    for at in range(start, len(data) - 16):
        for bit in range(8):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])
            with suppress(ValueError):
                read_arrays(path)
