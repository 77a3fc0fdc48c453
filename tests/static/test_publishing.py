"""An export is published as a whole: readers of the one before go on, and whatever fails leaves that in use."""

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import index_site, post, write_site
from tests.static.exported import Export
from tests.static.node import run
from zhsearch.index.errors import LockedError, SettingsError, StoreError
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings
from zhsearch.search.static import export_site
from zhsearch.search.static.files import ExportError, Publisher, open_publisher


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    posts = {f"posts/{number}.md": post(f"第{number}篇", f"正文 {number} 云原生") for number in range(8)}
    return index_site(write_site(tmp_path / "site", posts))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "public" / "zhsearch"


def edit(settings: Settings, text: str) -> None:
    (settings.content / "content" / "posts" / "3.md").write_text(post("改过的", text), encoding="utf-8")
    reindex(settings)


def texts(folder: Path) -> str:
    """The texts of all records, read by the manifest alone; every other file is read, too."""
    export = Export(folder)
    export.terms(), export.ngrams(), export.infixes()
    return "\n".join(record["text"] for record in export.records())


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_readers_of_the_export_before_still_find_their_files(settings: Settings, out: Path) -> None:
    export_site(settings, out)
    reader = Export(out)
    edit(settings, "第二次")
    export_site(settings, out)
    assert "第二次" in texts(out)
    assert reader.terms()
    assert "第二次" not in json.dumps(reader.records(), ensure_ascii=False)


def test_files_of_exports_beyond_keep_generations_are_removed(settings: Settings, out: Path) -> None:
    sizes = []
    for number in range(4):
        edit(settings, f"版本{number}号")
        export_site(settings, out)
        sizes.append(len(content(out)))
    assert sizes[1] == sizes[2] == sizes[3]
    assert len(list((out / "exports").glob("*.json"))) == settings.keep_generations == 2
    only = replace(settings, keep_generations=1)
    export_site(only, out)
    own = export_site(only, out)
    lists = ("exports/write.lock", "exports/000004.json", "manifest.bin")
    assert len(content(out)) == own.files - 1 + len(lists)
    assert "版本3号" in texts(out)


def test_the_same_index_again_writes_nothing(settings: Settings, out: Path) -> None:
    first = export_site(settings, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    again = export_site(settings, out)
    assert (again.written, again.files) == (0, first.files)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before


def test_files_of_others_are_left_alone(settings: Settings, out: Path) -> None:
    export_site(settings, out)
    others = ("robots.txt", "data/README", "data/aaaaaaa.txt", "pages/mine/1.bin", "exports/notes.txt")
    for name in others:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
    edit(settings, "又一次")
    export_site(replace(settings, keep_generations=1), out)
    assert all((out / name).read_text() == "mine" for name in others)


@pytest.mark.parametrize("name", ["index.html", "manifest.bin"])
def test_a_folder_with_other_files_is_refused(settings: Settings, out: Path, name: str) -> None:
    """A manifest may be that of something else."""
    out.mkdir(parents=True)
    (out / name).write_text('{"name": "my app"}')
    with pytest.raises(
        ExportError, match=rf"{re.escape(name)}\. Choose a folder for the search alone, such as .*/zhsearch"
    ):
        export_site(settings, out)
    assert [*content(out)] == [name]


def test_a_folder_that_git_keeps_counts_as_empty(settings: Settings, out: Path) -> None:
    out.mkdir(parents=True)
    (out / ".gitkeep").touch()
    assert export_site(settings, out).files > 8


@pytest.mark.parametrize("place", ["index", "index/static", "content", "content/posts/search", "."])
def test_an_export_into_index_or_posts_is_refused(settings: Settings, place: str) -> None:
    before = content(settings.content)
    with pytest.raises(SettingsError, match="is no place for an export"):
        export_site(settings, settings.content / place)
    assert content(settings.content) == before


@pytest.mark.parametrize("place", ["public/zhsearch", "static/zhsearch"])
def test_an_export_beside_the_posts_is_none_in_them(settings: Settings, place: str) -> None:
    assert export_site(settings, settings.content / place).files > 8


def test_a_folder_that_cannot_be_written_is_named(settings: Settings, out: Path) -> None:
    out.parent.mkdir()
    out.write_text("a file")
    with pytest.raises(StoreError, match=re.escape(str(out))):
        export_site(settings, out)


class _FullDisk:
    """Lets some files be written, then has no space."""

    def __init__(self, files: int) -> None:
        self.files, self._replace = files, Publisher._replace

    def __call__(self, publisher: Publisher, path: Path, data: bytes) -> None:
        self.files -= 1
        if self.files < 0:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(path.name + ".new").write_bytes(data[: len(data) // 2])
            raise OSError(28, "No space left on device", str(path))
        self._replace(publisher, path, data)


def test_a_full_disk_leaves_the_export_before_in_use(
    settings: Settings, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_site(settings, out)
    before = texts(out)
    edit(settings, "满盘")
    for files in (0, 1, 3, 9, 18):
        with monkeypatch.context() as patch:
            full = _FullDisk(files)
            patch.setattr(Publisher, "_replace", lambda *values, full=full: full(*values))
            try:
                export_site(settings, out)
            except ExportError as problem:
                assert "No space left on device. What was exported before is untouched" in str(problem)
            else:
                break
        assert texts(out) == before
    export_site(settings, out)
    assert "满盘" in texts(out)
    assert not list(out.rglob("*.new"))


def _export(settings: Settings, out: Path) -> None:
    export_site(settings, out)


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.05])
def test_a_killed_export_leaves_the_one_before_in_use_and_the_next_repairs(
    settings: Settings, out: Path, delay: float
) -> None:
    export_site(settings, out)
    before = texts(out)
    edit(settings, "被杀")
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_export, args=(settings, out))
    process.start()
    names = {path.name for path in (out / "data").iterdir()}
    while process.is_alive() and {path.name for path in (out / "data").iterdir()} == names:
        time.sleep(0.001)
    time.sleep(delay)
    process.kill()
    process.join()
    assert texts(out) == before or "被杀" in texts(out)
    export_site(replace(settings, keep_generations=1), out)
    assert "被杀" in texts(out)
    fresh = out.parent / "fresh"
    export_site(settings, fresh)
    ignored = re.compile("exports/")
    assert {name: data for name, data in content(out).items() if not ignored.match(name)} == {
        name: data for name, data in content(fresh).items() if not ignored.match(name)
    }


def test_a_damaged_file_is_written_again(settings: Settings, out: Path) -> None:
    export_site(settings, out)
    for path in sorted((out / "data").iterdir())[:3]:
        path.write_bytes(path.read_bytes()[:10])
    assert export_site(settings, out).written == 3
    assert texts(out)


@pytest.fixture
def locked(out: Path) -> Iterator[None]:
    with open_publisher(out):
        yield


@pytest.mark.usefixtures("locked")
def test_a_second_export_at_the_same_time_is_told_to_wait(settings: Settings, out: Path) -> None:
    with pytest.raises(LockedError, match="is being written by another export"):
        export_site(settings, out)


def test_the_lock_of_a_killed_process_is_free(settings: Settings, out: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path;"
        "from zhsearch.search.static.files import open_publisher\n"
        "with open_publisher(Path(sys.argv[1])):\n    print('locked', flush=True); time.sleep(60)"
    )
    process: subprocess.Popen[Any] = subprocess.Popen(
        [sys.executable, "-c", code, str(out)], stdout=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert export_site(settings, out).files > 8


def test_a_damaged_index_is_named(settings: Settings, out: Path) -> None:
    (segment,) = settings.index.rglob("*.segment")
    data = bytearray(segment.read_bytes())
    data[-24:-16] = bytes(8)
    segment.write_bytes(data)
    with pytest.raises(StoreError, match=re.escape(str(segment.parent))):
        export_site(settings, out)
    assert not out.exists()


@pytest.mark.parametrize("place", [60, 1000, -2000])
def test_a_changed_byte_of_the_index_is_not_exported(settings: Settings, out: Path, place: int) -> None:
    (segment,) = settings.index.rglob("*.segment")
    data = bytearray(segment.read_bytes())
    data[place] ^= 0x55
    segment.write_bytes(data)
    with pytest.raises(StoreError, match="its checksum differs"):
        export_site(settings, out)
    assert not out.exists()


def test_an_index_that_does_not_exist_leaves_no_folder(tmp_path: Path, out: Path) -> None:
    with pytest.raises(StoreError, match="zhsearch reindex"):
        export_site(Settings(content=tmp_path, index=tmp_path / "none"), out)
    assert not out.exists()


REPUBLISHED = """
import { readFile } from "node:fs/promises";
import { open } from "SRC/open.js";
async function answer([before, after]) {
  let [folder, manifests] = [before, 0];
  const engine = await open("/", { fetch: async (path) => {
    if (path === "/manifest.bin") {
      manifests += 1;
      await new Promise((done) => { setTimeout(done, manifests > 2 ? 100 : 0); }); // one call is later than the other
    }
    return readFile(folder + path).then((bytes) => new Response(bytes), () => new Response("", { status: 404 }));
  } });
  folder = after;
  const calls = [engine.search("云原生"), engine.suggest("yun")];
  return (await Promise.allSettled(calls)).map(({ status }) => status);
}
"""


def test_calls_at_the_same_time_go_on_with_a_new_export(
    settings: Settings, out: Path, tmp_path: Path
) -> None:
    export_site(settings, out)
    for path in settings.content.rglob("*.md"):
        path.write_text(f"{path.read_text(encoding='utf-8')}\n新的一句话。\n", encoding="utf-8")
    reindex(settings)
    export_site(settings, tmp_path / "after")
    assert run(REPUBLISHED, [str(out), str(tmp_path / "after")]) == ["fulfilled", "fulfilled"]
