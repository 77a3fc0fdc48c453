"""A disk that keeps for certain only what was synced: calls in, the states that a loss of power may leave out.

The model is that of POSIX, as ALICE (Pillai et al., OSDI 2014) has it: `fsync` of a file keeps its content but not
its name, `fsync` of a folder keeps its names; a rename within a folder is there or not; what was not synced may be
kept in any part and order. Files that were never synced may be whole, empty, as long as they were but zeros, or half: all of them, or one
alone.
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
    data: bytes = b""
    synced: bytes = b""

    def left(self, rest: Rest) -> bytes:
        """What is in it after a loss of power, if unsynced content fares so."""
        if rest == "whole" or self.data == self.synced:
            return self.data
        if rest == "lost":
            return self.synced
        kept = self.synced if self.data.startswith(self.synced) else b""
        more = self.data[len(kept) :]
        return kept + (bytes(len(more)) if rest == "zeros" else more[: len(more) // 2])


@dataclass(eq=False, slots=True)
class Folder:
    now: dict[str, "Folder | File"] = field(default_factory=dict)
    durable: dict[str, "Folder | File"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of a folder's names that no `fsync` has made certain: names that go, names that come."""

    folder: Folder
    gone: tuple[str, ...]
    new: tuple[tuple[str, Folder | File], ...]


class Disk:
    """The folder `root` on such a disk; at the beginning everything in it is synced."""

    def __init__(self, root: Path, *, ignore: Sequence[str] = ()) -> None:
        self._path = root
        self._ignore = ignore
        self.root = _load(root)
        self._pending: list[Change] = []
        self._files: list[File] = []

    def apply(self, call: Call) -> bool:
        """Do what a call did; does it change what a loss of power may leave?"""
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
            self._edit(path.parent, new={path.name: Folder()})
        elif call.name in ("rename", "renameat"):
            source, target = call.paths
            assert source.parent == target.parent
            node = self._folder(source.parent).now[source.name]
            self._edit(source.parent, gone=(source.name,), new={target.name: node})
        elif call.name in ("link", "linkat"):
            source, target = call.paths
            self._edit(target.parent, new={target.name: self._file(source)})
        elif call.name in ("unlink", "unlinkat", "rmdir"):
            self._edit(path.parent, gone=(path.name,))
        else:
            raise AssertionError(f"{call.name} is not modelled: {call.flags[:200]}")
        return True

    def _open(self, call: Call) -> bool:
        path = call.paths[0]
        made = "O_CREAT" in call.flags and path.name not in self._folder(path.parent).now
        if made:
            self._files.append(File())
            self._edit(path.parent, new={path.name: self._files[-1]})
        elif "O_TRUNC" in call.flags:
            self._file(path).data = b""
        return made or "O_TRUNC" in call.flags

    def _sync(self, path: Path) -> None:
        node = self._at(path)
        if isinstance(node, File):
            if "files" not in self._ignore:
                node.synced = node.data
        elif "folders" not in self._ignore:
            node.durable = dict(node.now)
            self._pending = [change for change in self._pending if change.folder is not node]

    def states(self) -> Iterator[Tree]:
        """What a loss of power may leave now."""
        torn = [file for file in self._files if file.data != file.synced]
        for chosen in _subsets(self._pending):
            for rest in RESTS:
                yield self._tree(self.root, chosen, dict.fromkeys(torn, rest))
                for file in torn if len(torn) > 1 else ():
                    yield self._tree(self.root, chosen, {file: rest})

    def now(self) -> Tree:
        """What is there without one."""
        return self._tree(self.root, self._pending, {})

    def _tree(self, folder: Folder, chosen: Sequence[Change], rests: Mapping[File, Rest]) -> Tree:
        names = dict(folder.durable)
        for change in chosen:
            if change.folder is folder:
                for name in change.gone:
                    names.pop(name, None)
                names.update(change.new)
        return {
            name: node.left(rests.get(node, "whole"))
            if isinstance(node, File)
            else self._tree(node, chosen, rests)
            for name, node in names.items()
        }

    def _edit(
        self, path: Path, *, gone: tuple[str, ...] = (), new: dict[str, Folder | File] | None = None
    ) -> None:
        folder = self._folder(path)
        for name in gone:
            del folder.now[name]
        folder.now.update(new or {})
        self._pending.append(Change(folder, gone, tuple((new or {}).items())))

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
    """Which unsynced edits were kept: any, where they are few; else the first ones, all but one, one alone."""
    if len(changes) <= _ALL_SUBSETS:
        for count in range(len(changes) + 1):
            yield from itertools.combinations(changes, count)
        return
    for at in range(len(changes) + 1):
        yield changes[:at]
        yield changes[:at] + changes[at + 1 :]
        yield changes[at : at + 1]


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
    """Make the folder, and what is in it."""
    folder.mkdir()
    for name, node in tree.items():
        if isinstance(node, bytes):
            (folder / name).write_bytes(node)
        else:
            write_tree(node, folder / name)
