"""The system calls of a process that change a folder, in order, as strace records them."""

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
"""Calls that write through a descriptor and whose data is not read here; a test that meets one fails."""
_IN_FULL = ("-y", "-xx", "-s", "10000000")
"""Options of strace: descriptors with their paths, strings as bytes, nothing truncated."""
_BY_DESCRIPTOR = frozenset({"write", "fsync", "fdatasync", "ftruncate"})
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(.*)$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NAMED = re.compile(r'(?:(?:AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>, )?"((?:\\x[0-9a-f]{2})*)"')
_OF = re.compile(r"\d+<((?:\\x[0-9a-f]{2})*)>")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one process.

    `paths`: the paths that it names. `number`: its place among the calls of this name on the first of them, as strace
    counts with -P. Its place among all calls would differ in the next run, which may import, cache or compile more or
    fewer files.
    """

    name: str
    paths: tuple[Path, ...]
    data: bytes
    flags: str
    number: int


def strace(*options: str) -> list[str]:
    """The beginning of a command line that traces a program; skips the test where no process can be traced."""
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
    """Run a command, which must succeed; the calls by which it changed the folder."""
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
    """Run a command again and let one call fail; checks that this call failed, and no other."""
    path = call.paths[0]
    fault = f"{call.name}:error={error}:when={call.number}"
    traced = strace(
        *_IN_FULL, "-o", str(log), "-P", str(path), "-e", f"trace={call.name}", "-e", f"inject={fault}"
    )
    completed = subprocess.run(
        [*traced, *command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    injected = [found for found, ending in _read(log, bytes(path)) if ending.endswith("(INJECTED)")]
    assert [(each.name, each.paths[0], each.number) for each in injected] == [
        (call.name, path, call.number)
    ], call
    return completed


def _read(log: Path, folder: bytes) -> Iterator[tuple[Call, str]]:
    """The calls in a log, each with its result and, where it failed, the reason."""
    counts: dict[tuple[str, bytes], int] = {}
    for line in log.read_text(encoding="ascii").splitlines():
        found = _LINE.match(line)
        assert found or "exited" in line or "+++" in line or "---" in line, line[:200]
        if not found:
            continue
        name, arguments, result, reason = found.groups()
        if name in _UNREAD and any(_bytes(of).startswith(folder) for of in _OF.findall(arguments)):
            pytest.fail(f"{name} is not modelled: {line[:200]}")
        failed = int(result) < 0
        assert failed or '"...' not in arguments, line[:200]
        if name in _BY_DESCRIPTOR:
            paths = [_bytes(of) for of in _OF.findall(arguments)[:1]]
            data = b"".join(map(_bytes, _TEXT.findall(arguments)))
            assert failed or name != "write" or len(data) == int(result)
        else:
            paths, data = [_joined(*found) for found in _NAMED.findall(arguments)], b""
        assert paths or failed, line[:200]
        if not paths or (name in _BY_DESCRIPTOR and not paths[0].startswith(b"/")):
            continue  # a pipe, a socket, or a path that does not exist
        counts[name, paths[0]] = number = counts.get((name, paths[0]), 0) + 1
        yield (
            Call(name, tuple(Path(path.decode()) for path in paths), data, arguments, number),
            result + reason,
        )


def _joined(folder: str, name: str) -> bytes:
    """A path of a call: absolute, or relative to an open folder or the working one."""
    return os.path.join(_bytes(folder) or bytes(ROOT), _bytes(name))  # noqa: PTH118  bytes


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
