"""Files of arrays: what is written is read again, and other files are refused."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as any_array

from zhsearch.index.arrays import Array
from zhsearch.index.segment.array_file import ArrayWriter, read_arrays

KINDS = st.sampled_from(["u1", "<u2", ">u2", "<u4", ">u4", "<u8", "<i8", ">i8", "<f4", "<f8", ">f8", "?"])
ARRAYS = KINDS.flatmap(lambda kind: any_array(np.dtype(kind), st.integers(0, 40)))
FILES = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), ARRAYS, max_size=5)


def write(path: Path, arrays: Iterable[tuple[str, Array]]) -> str:
    with ArrayWriter(path) as writer:
        for name, array in arrays:
            writer.add(name, array)
    return writer.checksum


@pytest.fixture
def array_file(tmp_path: Path) -> Path:
    write(tmp_path / "file", {"a": np.arange(100), "": np.zeros(0), "b": np.array([0.5, np.nan])}.items())
    return tmp_path / "file"


@given(FILES)
@settings(max_examples=30)
def test_arrays_of_any_kind_are_read_as_they_were_written(arrays: dict[str, Array]) -> None:
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
def test_each_array_is_little_endian_at_a_multiple_of_64_bytes(arrays: dict[str, Array]) -> None:
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
        items = [big_endian[index : index + 1].tobytes()[::-1] for index in range(count)]
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


def test_a_file_cut_short_anywhere_is_refused(array_file: Path) -> None:
    data = array_file.read_bytes()
    for length in range(len(data)):
        array_file.write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"cut short|empty file"):
            read_arrays(array_file)


@given(st.binary(max_size=200).filter(lambda data: not data.endswith(b"zharray1")))
@settings(max_examples=25)
def test_a_foreign_file_is_refused(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "file").write_bytes(data)
        with pytest.raises(ValueError, match=r"cut short|empty file"):
            read_arrays(Path(folder, "file"))


def test_a_file_whose_directory_is_lost_is_refused(array_file: Path) -> None:
    data = array_file.read_bytes()
    start = len(data) - 16 - int.from_bytes(data[-16:-8], "little")
    for lost in (data[:start] + bytes(len(data) - 16 - start) + data[-16:], data[-16:], data[-30:]):
        array_file.write_bytes(lost)
        with pytest.raises(ValueError):  # noqa: PT011  the message is that of the JSON reader
            read_arrays(array_file)


def test_a_missing_file_is_an_oserror(tmp_path: Path) -> None:
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


def test_arrays_that_were_read_cannot_be_changed_and_outlive_their_file(array_file: Path) -> None:
    array = read_arrays(array_file)["a"]
    array_file.unlink()
    assert array.tolist() == list(range(100))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_a_flipped_bit_in_the_directory_is_a_value_error(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with ArrayWriter(path) as writer:
        writer.add("a", np.arange(3))
    data = path.read_bytes()
    start = data.index(b'{"a"')
    for offset in range(start, len(data) - 16):
        for bit in range(8):
            path.write_bytes(data[:offset] + bytes([data[offset] ^ 1 << bit]) + data[offset + 1 :])
            with suppress(ValueError):
                read_arrays(path)
