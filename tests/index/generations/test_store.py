"""Generations: published whole or not at all, kept while they have a reader, refused by name when broken."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import pytest

from tests.helpers.sites import CACHE, Searcher, current_generation, index_site, post, write_site
from zhsearch.index.errors import LockedError, NoIndexError, StoreError
from zhsearch.index.generations import write_lock, writer
from zhsearch.index.generations.store import current_id, open_generation
from zhsearch.index.generations.writer import open_writer
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return index_site(write_site(tmp_path, {"a.md": post("一", "貔貅"), "b.md": post("二", "麒麟")}))


def change(settings: Settings, word: str, *, full: bool = False) -> str:
    (settings.content / "content/c.md").write_text(post("三", word), encoding="utf-8")
    return reindex(settings, full=full).generation


def generations(settings: Settings) -> list[str]:
    return sorted(folder.name for folder in (settings.index / "generations").iterdir())


def test_an_index_on_disk_has_the_documented_files(settings: Settings) -> None:
    name = (settings.index / "CURRENT").read_text()
    folder = settings.index / "generations" / name
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["documents"] == 2
    assert set(manifest["checksums"]) == {f.name for f in folder.iterdir()} - {"manifest.json"}
    assert sorted(manifest["files"]) == [
        "a.md",
        "b.md",
    ]
    assert {"segmenter", "segmenter_version", "dictionary", "code"} <= set(manifest["signature"])
    assert sorted(f.name for f in settings.index.iterdir()) == [
        ".gitignore",
        "CURRENT",
        "generations",
        "write.lock",
    ]


def test_a_corrupted_byte_in_any_file_is_found(settings: Settings) -> None:
    generation = current_generation(settings.index)
    generation.verify()
    for name in generation.manifest.checksums:
        file = generation.folder / name
        data = file.read_bytes()
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(StoreError, match=name):
            generation.verify()
        file.write_bytes(data)


def test_a_corrupted_manifest_is_refused_and_the_previous_generation_serves(settings: Settings) -> None:
    first, second = current_id(settings.index), change(settings, "穷奇")
    manifest = settings.index / "generations" / second / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"documents": 3', b'"documents": 4'))
    with pytest.raises(StoreError, match=r"checksum differs.*reindex --full"):
        open_generation(settings.index, second)
    assert current_generation(settings.index).id == first
    assert Searcher(settings).titles("穷奇") == []


def test_a_generation_of_another_format_is_refused_by_name(settings: Settings) -> None:
    generation = current_generation(settings.index)
    data = json.dumps({**generation.manifest.as_json(), "format": 99}).encode()
    name = f"000009-{hashlib.blake2b(data, digest_size=8).hexdigest()}"
    folder = settings.index / "generations" / name
    folder.mkdir()
    (folder / "manifest.json").write_bytes(data)
    with pytest.raises(StoreError, match=r"format 99.*reindex --full"):
        open_generation(settings.index, name)


def test_a_generation_that_lost_a_file_is_refused_and_the_previous_one_serves(settings: Settings) -> None:
    first, second = current_id(settings.index), change(settings, "穷奇")
    lost = next((settings.index / "generations" / second).glob("*.segment"))
    lost.unlink()
    with pytest.raises(
        StoreError, match=f"{lost.name}: No such file or directory. Rebuild it: zhsearch reindex --full"
    ):
        open_generation(settings.index, second)
    assert current_generation(settings.index).id == first
    assert reindex(settings).indexed == 1
    assert Searcher(settings).titles("穷奇") == ["三"]


def test_the_next_run_repairs_a_broken_index(settings: Settings) -> None:
    (settings.index / "CURRENT").write_text("nonsense")
    assert reindex(settings).generation == current_id(settings.index)
    assert Searcher(settings).titles("貔貅") == ["一"]
    for folder in (settings.index / "generations").iterdir():
        (folder / "manifest.json").write_text("{")
    with pytest.raises(StoreError):
        current_generation(settings.index)
    assert reindex(settings).indexed == 2
    assert Searcher(settings).titles("貔貅") == ["一"]


def test_an_incremental_run_changes_no_file_of_the_generation_it_starts_from(settings: Settings) -> None:
    base = current_generation(settings.index)
    before = {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in base.folder.iterdir()}
    change(settings, "穷奇")
    assert {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in base.folder.iterdir()} == before


def test_an_incremental_run_copies_nothing_that_it_can_link(settings: Settings) -> None:
    for number in range(40):  # a segment much larger than the change is not worth writing again
        (settings.content / f"content/more{number}.md").write_text(post("多", "凤凰"), encoding="utf-8")
    reindex(settings)
    base = current_generation(settings.index)
    change(settings, "穷奇")
    now = current_generation(settings.index)
    shared = set(base.manifest.checksums) & set(now.manifest.checksums)
    assert any(name.endswith(".segment") for name in shared)
    for name in shared:
        linked = (base.folder / name).samefile(now.folder / name)
        assert linked == name.endswith(".segment"), name


def test_a_generation_with_a_reader_is_not_cleaned_up(settings: Settings) -> None:
    reader = Searcher(settings)
    for number in range(4):
        change(settings, f"词{number}")
    assert reader.engine.generation in generations(settings)
    assert reader.titles("麒麟") == ["二"]
    assert len(generations(settings)) == settings.keep_generations + 1
    del reader
    change(settings, "最后")
    assert len(generations(settings)) == settings.keep_generations


def test_before_the_first_run_the_command_to_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="zhsearch reindex"):
        current_generation(tmp_path)


HOLD = "import sys, time; from pathlib import Path; from zhsearch.index.generations.writer import open_writer\nwith open_writer(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"


def test_a_second_writer_learns_which_process_writes_and_a_killed_one_is_never_in_the_way(
    settings: Settings,
) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, settings.index], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=str(holder.pid)):
            reindex(settings)
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    reindex(settings)


def test_a_failed_build_leaves_nothing_behind(settings: Settings) -> None:
    def fail() -> None:
        with open_writer(settings.index) as writer, writer.new_folder() as folder:
            (folder / "half").write_text("x")
            raise RuntimeError

    before = generations(settings)
    with pytest.raises(RuntimeError):
        fail()
    assert generations(settings) == before


def test_without_hard_links_files_are_copied(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    change(settings, "穷奇")
    assert Searcher(settings).titles("穷奇") == ["三"]
    assert Searcher(settings).titles("貔貅") == ["一"]
    current_generation(settings.index).verify()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        reindex(Settings(content=tmp_path, index=tmp_path / "file" / "ix", cache=CACHE))


def test_a_truncated_segment_is_refused_and_the_previous_generation_serves(settings: Settings) -> None:
    first, second = current_id(settings.index), change(settings, "穷奇")
    segment = next((settings.index / "generations" / second).glob("*.segment"))
    data = segment.read_bytes()
    segment.unlink()  # perhaps a link to the older generation's
    segment.write_bytes(data[:-100])
    assert Searcher(settings).engine.generation == first
    assert reindex(settings).indexed == 1
    assert Searcher(settings).titles("穷奇") == ["三"]


@pytest.mark.parametrize("place", range(8))
def test_flipped_bytes_of_the_same_length_are_never_a_traceback(settings: Settings, place: int) -> None:
    change(settings, "穷奇")
    for segment in settings.index.rglob("*.segment"):
        data = bytearray(segment.read_bytes())
        for at in range(len(data) * place // 8, len(data) * (place + 1) // 8, 97):
            data[at] ^= 0xFF
        segment.unlink()
        segment.write_bytes(data)
    with suppress(StoreError):
        Searcher(settings)


def test_a_first_run_that_fails_leaves_no_folder_and_a_later_one_leaves_the_index(
    tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(KeyboardInterrupt), open_writer(tmp_path / "a/b") as first, first.new_folder():
        raise KeyboardInterrupt
    assert not (tmp_path / "a").exists()
    before = sorted(settings.index.rglob("*"))
    with pytest.raises(KeyboardInterrupt), open_writer(settings.index) as later, later.new_folder():
        raise KeyboardInterrupt
    assert sorted(settings.index.rglob("*")) == before


def test_the_lock_of_a_folder_that_was_removed_meanwhile_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    acquire, removals = write_lock._acquire, [index]

    def acquire_too_late(lock: TextIO, folder: Path) -> None:
        acquire(lock, folder)
        if removals:
            writer._remove_empty(removals.pop(), [folder])

    monkeypatch.setattr(write_lock, "_acquire", acquire_too_late)
    with open_writer(index), pytest.raises(LockedError), open_writer(index):
        pass
    assert not removals


def test_a_process_that_a_writer_forked_does_not_keep_the_lock(tmp_path: Path) -> None:
    dropped, drop = os.pipe()
    with open_writer(tmp_path):
        child = os.fork()
        if not child:
            write_lock.drop_write_locks()
            os.write(drop, b"1")
            signal.pause()
        os.read(dropped, 1)
        with pytest.raises(LockedError), open_writer(tmp_path):
            pass
    try:
        with open_writer(tmp_path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(drop)
        os.close(dropped)
