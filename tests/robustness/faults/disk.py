"""A model of a disk that keeps for certain only what was synced, and the states that a loss of power may leave.

The model is that of POSIX, as ALICE (Pillai et al., OSDI 2014) has it: `fsync` of a file keeps its content but not
its name, `fsync` of a folder keeps its names; a rename within a folder is there or not; what was not synced may be
kept in any part and order. Files that were never synced may be complete, empty, zeros, or half there: all of them
alike, or one alone.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.robustness.faults.calls import Call

Rest = Literal["whole", "lost", "zeros", "half"]
RESTS: tuple[Rest, ...] = ("whole", "lost", "zeros", "half")
Tree = dict[str, "Tree | bytes"]
_ALL_SUBSETS = 5


@dataclass(eq=False, slots=True)
class File:
    """A file: its data now, and the data that was synced last."""

    data: bytes = b""
    synced: bytes = b""

    def left(self, rest: Rest) -> bytes:
        """The data after a loss of power that treats unsynced data in this way."""
        if rest == "whole" or self.data == self.synced:
            return self.data
        if rest == "lost":
            return self.synced
        synced = self.synced if self.data.startswith(self.synced) else b""
        unsynced = self.data[len(synced) :]
        return synced + (bytes(len(unsynced)) if rest == "zeros" else unsynced[: len(unsynced) // 2])


@dataclass(eq=False, slots=True)
class Folder:
    """A folder: its names now, and those that were synced last."""

    now: dict[str, "Folder | File"] = field(default_factory=dict)
    durable: dict[str, "Folder | File"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of a folder that is not synced: names that were removed, and names that were added."""

    folder: Folder
    removed: tuple[str, ...]
    added: tuple[tuple[str, Folder | File], ...]


class Disk:
    """The folder `root` on such a disk; at first everything in it is synced.

    `ignore`: the kinds (files, folders) whose `fsync` has no effect, to show that tests notice that.
    """

    def __init__(self, root: Path, *, ignore: Sequence[str] = ()) -> None:
        self._path = root
        self._ignore = ignore
        self.root = _load(root)
        self._pending: list[Change] = []
        self._files: list[File] = []

    def apply(self, call: Call) -> bool:
        """Apply a call to the model. Returns whether it changes the states that a loss of power may leave."""
        path = call.paths[0]
        if call.name in ("openat", "open"):
            return self._open(call)
        if call.name == "write":
            self._file(path).data += call.data  # all files are written from beginning to end
        elif call.name == "ftruncate":
            self._file(path).data = b""
        elif call.name in ("fsync", "fdatasync"):
            self._sync(path)
        elif call.name in ("mkdir", "mkdirat"):
            self._edit(path.parent, added={path.name: Folder()})
        elif call.name in ("rename", "renameat"):
            source, target = call.paths
            assert source.parent == target.parent
            node = self._folder(source.parent).now[source.name]
            self._edit(source.parent, removed=(source.name,), added={target.name: node})
        elif call.name in ("link", "linkat"):
            source, target = call.paths
            self._edit(target.parent, added={target.name: self._file(source)})
        elif call.name in ("unlink", "unlinkat", "rmdir"):
            self._edit(path.parent, removed=(path.name,))
        else:
            raise AssertionError(f"{call.name} is not modelled: {call.flags[:200]}")
        return True

    def _open(self, call: Call) -> bool:
        path = call.paths[0]
        is_new = "O_CREAT" in call.flags and path.name not in self._folder(path.parent).now
        if is_new:
            self._files.append(File())
            self._edit(path.parent, added={path.name: self._files[-1]})
        elif "O_TRUNC" in call.flags:
            self._file(path).data = b""
        return is_new or "O_TRUNC" in call.flags

    def _sync(self, path: Path) -> None:
        node = self._at(path)
        if isinstance(node, File):
            if "files" not in self._ignore:
                node.synced = node.data
        elif "folders" not in self._ignore:
            node.durable = dict(node.now)
            self._pending = [change for change in self._pending if change.folder is not node]

    def states(self) -> Iterator[Tree]:
        """The states that a loss of power may leave now."""
        torn = [file for file in self._files if file.data != file.synced]
        for chosen in _subsets(self._pending):
            for rest in RESTS:
                yield self._tree(self.root, chosen, dict.fromkeys(torn, rest))
                for file in torn if len(torn) > 1 else ():
                    yield self._tree(self.root, chosen, {file: rest})

    def now(self) -> Tree:
        """The state without a loss of power."""
        return self._tree(self.root, self._pending, {})

    def _tree(self, folder: Folder, chosen: Sequence[Change], rests: Mapping[File, Rest]) -> Tree:
        names = dict(folder.durable)
        for change in chosen:
            if change.folder is folder:
                for name in change.removed:
                    names.pop(name, None)
                names.update(change.added)
        return {
            name: node.left(rests.get(node, "whole"))
            if isinstance(node, File)
            else self._tree(node, chosen, rests)
            for name, node in names.items()
        }

    def _edit(
        self, path: Path, *, removed: tuple[str, ...] = (), added: dict[str, Folder | File] | None = None
    ) -> None:
        folder = self._folder(path)
        for name in removed:
            del folder.now[name]
        folder.now.update(added or {})
        self._pending.append(Change(folder, removed, tuple((added or {}).items())))

    def _at(self, path: Path) -> Folder | File:
        node: Folder | File = self.root
        for name in path.relative_to(self._path).parts:
            assert isinstance(node, Folder)
            node = node.now[name]
        return node

    def _folder(self, path: Path) -> Folder:
        node = self._at(path)
        assert isinstance(node, Folder)
        return node

    def _file(self, path: Path) -> File:
        node = self._at(path)
        assert isinstance(node, File)
        return node


def _subsets(changes: list[Change]) -> Iterator[Sequence[Change]]:
    """The unsynced edits that survive: any of them, where they are few; else the first ones, all but one, one alone."""
    if len(changes) <= _ALL_SUBSETS:
        for count in range(len(changes) + 1):
            yield from itertools.combinations(changes, count)
        return
    for number in range(len(changes) + 1):
        yield changes[:number]
        yield changes[:number] + changes[number + 1 :]
        yield changes[number : number + 1]


def _load(path: Path) -> Folder:
    files: dict[int, File] = {}

    def load(path: Path) -> Folder | File:
        if path.is_dir():
            names = {entry.name: load(entry) for entry in path.iterdir()}
            return Folder(names, dict(names))
        data = path.read_bytes()
        return files.setdefault(path.stat().st_ino, File(data, data))

    folder = load(path)
    assert isinstance(folder, Folder)
    return folder


def write_tree(tree: Tree, folder: Path) -> None:
    """Write a state to disk as a new folder."""
    folder.mkdir()
    for name, node in tree.items():
        if isinstance(node, bytes):
            (folder / name).write_bytes(node)
        else:
            write_tree(node, folder / name)
