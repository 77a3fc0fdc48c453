"""What a process asked of the file system, as strace tells it: the calls that change a folder, in their order."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import ROOT

CALLS = (
    "openat,open,creat,write,pwrite64,writev,pwritev,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,"
    "unlinkat,mkdir,mkdirat,rmdir,ftruncate,truncate,sendfile,copy_file_range,symlink,symlinkat,fallocate"
)
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(.*)$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_OF = re.compile(r"\d+<((?:\\x[0-9a-f]{2})*)>")


@dataclass(frozen=True, slots=True)
class Call:
    """A call below the folder that succeeded: `paths` are those it names, `number` its place among all calls of
    this name, as strace counts them."""

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
    traced = strace("-y", "-xx", "-s", "10000000", "-o", str(log), "-e", f"trace={CALLS}")
    subprocess.run([*traced, *command], cwd=ROOT, check=True, capture_output=True, timeout=120)
    return [call for call in _read(log) if all(path.is_relative_to(folder) for path in call.paths)]


def _read(log: Path) -> Iterator[Call]:
    counts: dict[str, int] = {}
    for line in log.read_text(encoding="ascii").splitlines():
        found = _LINE.match(line)
        assert found or "exited" in line or "+++" in line or "---" in line, line[:200]
        if not found:
            continue
        name, given, result, _ = found.groups()
        counts[name] = counts.get(name, 0) + 1
        if int(result) < 0:
            continue
        texts = [_bytes(text) for text, cut in _TEXT.findall(given) if not cut or pytest.fail("cut short")]
        if name in ("write", "fsync", "fdatasync", "ftruncate"):
            paths = [_bytes(of) for of in _OF.findall(given)[:1]]
            data = b"".join(texts)
            assert name != "write" or len(data) == int(result)
        else:
            paths, data = texts, b""
        if not paths or not all(path.startswith(b"/") for path in paths):
            continue
        yield Call(name, tuple(Path(path.decode()) for path in paths), data, given, counts[name])


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
