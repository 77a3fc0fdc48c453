"""What a process asked of the file system, as strace tells it: the calls that change a folder, in their order."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.sites import ROOT

CALLS = (
    "openat,openat2,open,creat,write,pwrite64,writev,pwritev,pwritev2,splice,fsync,fdatasync,rename,renameat,"
    "renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,ftruncate,truncate,sendfile,copy_file_range,symlink,symlinkat,fallocate"
)
_UNREAD = frozenset(
    {"pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "fallocate", "splice"}
)
"""Calls that write through a descriptor and that no one here knows the data of."""
_IN_FULL = ("-y", "-xx", "-s", "10000000")
"""Options: descriptors with their paths, every byte as a number, nothing cut short."""
_BY_DESCRIPTOR = frozenset({"write", "fsync", "fdatasync", "ftruncate"})
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(.*)$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NAMED = re.compile(r'(?:(?:AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>, )?"((?:\\x[0-9a-f]{2})*)"')
_OF = re.compile(r"\d+<((?:\\x[0-9a-f]{2})*)>")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one process: `paths` are those it names, `number` its place among the calls of this name upon the
    first of them, as strace counts them with -P. Its place among all calls would be that of another one in the
    next run, which may find more, or less, that is imported, cached or compiled."""

    name: str
    paths: tuple[Path, ...]
    data: bytes
    flags: str
    number: int


def strace(*options: str) -> list[str]:
    """The beginning of a command line; skips, aloud, where no process can be traced."""
    program = shutil.which("strace")
    if (
        not program
        or subprocess.run(
            [program, "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "true"], check=False
        ).returncode
    ):
        pytest.skip("needs strace, and the right to trace a process")
    return [program, "-f", "-qq", "--seccomp-bpf", *options]


def record(command: Sequence[str], folder: Path, log: Path) -> list[Call]:
    """Run a command, which must succeed, and tell what it changed in the folder."""
    traced = strace(*_IN_FULL, "-o", str(log), "-e", f"trace={CALLS}")
    subprocess.run([*traced, *command], cwd=ROOT, check=True, capture_output=True, timeout=120)
    calls = []
    for call, ending in _read(log, bytes(folder)):
        if ending.startswith("-"):
            continue
        inside = [path.is_relative_to(folder) for path in call.paths]
        assert all(inside) or not any(inside), f"into or out of the folder: {call}"
        calls += [call] if any(inside) else []
    return calls


def fail(command: Sequence[str], call: Call, error: str, log: Path) -> subprocess.CompletedProcess[str]:
    """Run a command again and let this one call fail; it must be the one that did, and the only one."""
    path = call.paths[0]
    fault = f"{call.name}:error={error}:when={call.number}"
    traced = strace(
        *_IN_FULL, "-o", str(log), "-P", str(path), "-e", f"trace={call.name}", "-e", f"inject={fault}"
    )
    done = subprocess.run(
        [*traced, *command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    hit = [found for found, ending in _read(log, bytes(path)) if ending.endswith("(INJECTED)")]
    assert [(one.name, one.paths[0], one.number) for one in hit] == [(call.name, path, call.number)], call
    return done


def _read(log: Path, folder: bytes) -> Iterator[tuple[Call, str]]:
    """The calls that a log has, and how each ended: what it gave back, and why it failed."""
    counts: dict[tuple[str, bytes], int] = {}
    for line in log.read_text(encoding="ascii").splitlines():
        found = _LINE.match(line)
        assert found or "exited" in line or "+++" in line or "---" in line, line[:200]
        if not found:
            continue
        name, given, result, why = found.groups()
        if name in _UNREAD and any(_bytes(of).startswith(folder) for of in _OF.findall(given)):
            pytest.fail(f"{name} is not modelled: {line[:200]}")
        failed = int(result) < 0
        assert failed or '"...' not in given, line[:200]
        if name in _BY_DESCRIPTOR:
            paths = [_bytes(of) for of in _OF.findall(given)[:1]]
            data = b"".join(map(_bytes, _TEXT.findall(given)))
            assert failed or name != "write" or len(data) == int(result)
        else:
            paths, data = [_joined(*found) for found in _NAMED.findall(given)], b""
        assert paths or failed, line[:200]
        if not paths or (name in _BY_DESCRIPTOR and not paths[0].startswith(b"/")):
            continue  # a pipe or a socket, or nothing that there is
        counts[name, paths[0]] = number = counts.get((name, paths[0]), 0) + 1
        yield Call(name, tuple(Path(path.decode()) for path in paths), data, given, number), result + why


def _joined(folder: str, name: str) -> bytes:
    """A path as a call names it: from the top, or from an open folder or the working one."""
    return os.path.join(_bytes(folder) or bytes(ROOT), _bytes(name))  # noqa: PTH118  bytes


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
