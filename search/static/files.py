"""The files of an export in their folder: named by content, published by the manifest, cleaned up later.

| path | content |
| --- | --- |
| `manifest.bin` | the core, which names all other files; compressed; the last file that changes |
| `data/<name>.bin`, `pages/<group>/<number>.bin` | compressed chunks and records, never changed |
| `search.js`, `widget.js`, `widget.css` | the code that reads them |
| `exports/<number>.json` | the files of one export, so that older ones can be removed |
| `exports/write.lock` | locked while a process writes |

A reader that began with an older manifest goes on: the files of the last exports stay. What a process that
was killed left behind is removed or completed by the next one.
"""

import base64
import contextlib
import fcntl
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhsearch.index.errors import LockedError, StoreError
from zhsearch.index.generations import sync
from zhsearch.index.messages import system_message

MANIFEST = "manifest.bin"
NAME_CHARS = 7

_LEVEL = 9
_GZIP = 31  # window bits of zlib for its gzip format
_TIME = 4  # where a gzip header has a time
_EXPORTS, _LOCK = "exports", "write.lock"
_NEW = ".new"
_HIDDEN = {".gitkeep", ".gitignore", ".DS_Store"}
_LIST = re.compile(r"[0-9]{6,}\.json")
_CHUNK = re.compile(rf"[a-z2-7]{{{NAME_CHARS}}}\.bin(?:\.new)?")
_GROUP = re.compile(rf"[a-z2-7]{{{NAME_CHARS}}}")
_RECORD = re.compile(r"[0-9]+\.bin(?:\.new)?")
_SYNCS = 8  # files that are synced at once, so that a file system can join them


class ExportError(StoreError):
    """The files cannot be written to this folder; the message says why and what to do."""


def packed(data: bytes) -> bytes:
    """Data compressed as gzip, the same bytes for the same data."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return compressor.compress(data) + compressor.flush()


def name_of(contents: Iterable[bytes]) -> str:
    """The name of files by their contents."""
    digest = hashlib.sha256(b"".join(contents)).digest()
    return base64.b32encode(digest).decode().lower()[:NAME_CHARS]


@dataclass(slots=True)
class Publisher:
    """Writes the files of one export below `folder`; created by `open_publisher`.

    `written` counts the files that were not there before, `count` and `size` (bytes) all files.
    """

    folder: Path
    written: int = 0
    count: int = 0
    size: int = 0
    _chunks: dict[str, bytes] = field(default_factory=dict)
    _groups: dict[str, int] = field(default_factory=dict)
    _unsynced: list[Path] = field(default_factory=list)
    _made: set[Path] = field(default_factory=set)

    def chunk(self, data: bytes) -> str:
        """Write a chunk, compressed. Returns its name."""
        content = packed(data)
        time = 0
        while self._chunks.setdefault(name := name_of([content]), content) != content:
            # Another chunk has the name, as two of 200,000 do: a time in the header gives it another one.
            time += 1
            content = content[:_TIME] + time.to_bytes(4, "little") + content[_TIME + 4 :]
        self._file(f"data/{name}.bin", content)
        return name

    def group(self, records: Sequence[bytes]) -> str:
        """Write the files of a group of pages, compressed. Returns its name."""
        contents = list(map(packed, records))
        name = name_of([len(content).to_bytes(4, "little") + content for content in contents])
        self._groups[name] = len(contents)
        for number, content in enumerate(contents):
            self._file(f"pages/{name}/{number}.bin", content)
        return name

    def code(self, name: str, content: bytes) -> None:
        """Write a file that keeps its name when it changes."""
        self._file(name, content)

    def publish(self, core: Mapping[str, Any], *, keep: int) -> None:
        """Make the files written the ones that readers get, and remove those of all but the last `keep`
        exports. `core` names them; published, it has a name of its own, by its content, as `export`."""
        name = name_of([_json(core)])
        self.sync()
        lists = _lists(self.folder)
        own = {
            "generation": core["generation"],
            "export": name,
            "chunks": "".join(self._chunks),
            "groups": [*self._groups.items()],
        }
        if not lists or _read_list(lists[-1]) != json.loads(json.dumps(own)):
            number = int(lists[-1].stem) + 1 if lists else 1
            lists.append(self.folder / _EXPORTS / f"{number:06d}.json")
            self._replace(lists[-1], _json(own))
            self.sync()
        self._file(MANIFEST, packed(_json({**core, "export": name})))
        self.sync()
        for path in lists[:-keep]:
            path.unlink(missing_ok=True)
        _remove_unlisted(self.folder, lists[-keep:])

    def _file(self, name: str, content: bytes) -> None:
        self.count += 1
        self.size += len(content)
        path = self.folder / name
        if not _has(path, content):
            self.written += 1
            self._replace(path, content)

    def _replace(self, path: Path, content: bytes) -> None:
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        new = path.with_name(path.name + _NEW)
        new.write_bytes(content)
        new.replace(path)
        self._unsynced.append(path)

    def sync(self) -> None:
        """Have the files on the disk before one that names them."""
        folders = {folder for path in self._unsynced for folder in (path.parent, path.parent.parent)}
        with ThreadPoolExecutor(_SYNCS) as pool:
            list(pool.map(sync, self._unsynced))
            list(pool.map(sync, sorted(folders)))
        self._unsynced.clear()


@contextlib.contextmanager
def open_publisher(folder: Path) -> Iterator[Publisher]:
    """Lock a folder for an export; it is made if it does not exist.

    Raises ExportError if it holds other files than an export's, or cannot be written; LockedError while
    another process exports to it.
    """
    try:
        check_ours(folder)
        (folder / _EXPORTS).mkdir(parents=True, exist_ok=True)
        with (folder / _EXPORTS / _LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LockedError(
                    "{folder} is being written by another export. Wait for it, then try again", folder=folder
                ) from None
            yield Publisher(folder)
    except OSError as problem:
        raise ExportError(
            "writing {filename} failed: {problem}. What was exported before is untouched",
            filename=problem.filename or folder,
            problem=system_message(problem),
        ) from problem


def check_ours(folder: Path) -> None:
    """Raise ExportError if a folder holds files that no export made, or is none."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ExportError("{folder} is a file. Choose a folder for the search alone", folder=folder)
    names = {entry.name for entry in folder.iterdir()} - _HIDDEN
    if names and not (folder / _EXPORTS / _LOCK).exists() and not _is_manifest(folder / MANIFEST):
        raise ExportError(
            "{folder} has files that are not of an export, such as {name}."
            " Choose a folder for the search alone, such as {suggestion}",
            folder=folder,
            name=min(names),
            suggestion=folder / "zhsearch",
        )


def _is_manifest(path: Path) -> bool:
    """Whether a file is the manifest of an export."""
    try:
        value = json.loads(zlib.decompress(path.read_bytes(), _GZIP))
    except (OSError, ValueError, zlib.error):
        return False
    return isinstance(value, dict) and {"format", "export", "generation"} <= value.keys()


def _has(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _lists(folder: Path) -> list[Path]:
    """The lists of the files of exports, oldest first."""
    paths = (path for path in (folder / _EXPORTS).iterdir() if _LIST.fullmatch(path.name))
    return sorted(paths, key=lambda path: int(path.stem))


def _read_list(path: Path) -> dict[str, Any] | None:
    """A list of files; None if it is damaged."""
    try:
        value = json.loads(path.read_bytes())
        names = value["chunks"]
        {"chunks": [names[at : at + NAME_CHARS] for at in range(0, len(names), NAME_CHARS)]}
        dict(value["groups"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return value if isinstance(value, dict) else None


def _remove_unlisted(folder: Path, lists: Iterable[Path]) -> None:
    """Remove the chunks and records that none of some exports has, and unfinished files. Files of other names
    are nobody's, and stay."""
    chunks, groups = set[str](), dict[str, int]()
    for path in lists:
        listed = _read_list(path) or {"chunks": "", "groups": []}
        names = listed["chunks"]
        chunks |= {f"{names[at : at + NAME_CHARS]}.bin" for at in range(0, len(names), NAME_CHARS)}
        groups |= dict(listed["groups"])
    for path in (folder / "data").iterdir():
        if _CHUNK.fullmatch(path.name) and path.name not in chunks:
            path.unlink(missing_ok=True)
    for group in (folder / "pages").iterdir() if (folder / "pages").is_dir() else ():
        if not _GROUP.fullmatch(group.name):
            continue
        for path in group.iterdir():
            if _RECORD.fullmatch(path.name) and (group.name not in groups or path.suffix == _NEW):
                path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # it has files of others
            group.rmdir()
    for path in (*folder.glob(f"*{_NEW}"), *(folder / _EXPORTS).glob(f"*{_NEW}")):
        path.unlink(missing_ok=True)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
