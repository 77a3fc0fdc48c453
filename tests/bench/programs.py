"""The programs of peers in other languages: built once from `peers/NAME`, at the versions of its lock file.

A program is in a folder that is keyed by its sources, below PROGRAMS or the folder of `--programs`. Nothing here runs
in the tests; `compare --build` builds all, `compare` those that take seconds. cargo keeps the libraries of SeekStorm,
which take most of an hour, in a folder beside it, so that changed sources of the peer alone are built in minutes. Its
settings are cargo's own for a release, as users get them: opt-level 3, 16 codegen units, no LTO across crates.
"""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).with_name("peers")
PROGRAMS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhsearch-bench"
_DONE = ".built"
_TIMEOUT_S = 2 * 3600


@dataclass(frozen=True, slots=True)
class Program:
    """How a program is built, and its version found.

    `tools` are what it needs on PATH; `build` and `command` are run in, and relative to, a copy of its sources.
    `version` finds the engine's version in the file `lock`. `minutes` is about how long the first build takes on two
    cores; 0 is seconds.
    """

    tools: tuple[str, ...]
    build: tuple[str, ...]
    command: tuple[str, ...]
    lock: str
    version: str
    minutes: int


_RECIPES = {
    "seekstorm": Program(
        ("cargo",),
        ("cargo", "install", "--quiet", "--locked", "--path", ".", "--root", ".",
         "--target-dir", "../seekstorm-target"),
        ("{folder}/bin/seekstorm-peer",),
        "Cargo.lock",
        r'name = "seekstorm"\nversion = "([^"]+)"',
        minutes=45,
    ),
    "bleve": Program(
        ("go",),
        ("go", "build", "-buildvcs=false", "-mod=readonly", "-o", "bin/bleve-peer", "."),
        ("{folder}/bin/bleve-peer",),
        "go.mod",
        r"blevesearch/bleve/v2 v(\S+)",
        minutes=2,
    ),
    "minisearch": Program(
        ("node", "npm"),
        ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
        ("node", "--max-old-space-size=8192", "{folder}/main.cjs"),
        "package-lock.json",
        r'"node_modules/minisearch": \{\s*"version": "([^"]+)"',
        minutes=0,
    ),
}  # fmt: skip


def version(name: str) -> str:
    """The version of the engine that a program is built with."""
    recipe = _RECIPES[name]
    found = re.search(recipe.version, (SOURCES / name / recipe.lock).read_text(encoding="utf-8"))
    assert found
    return found[1]


def build_minutes(name: str) -> int:
    """About how long the first build of a program takes on two cores; 0 is seconds."""
    return _RECIPES[name].minutes


def command(name: str, programs: Path) -> list[str]:
    """The command that starts a program, built or not."""
    folder = _folder(name, programs)
    return [part.format(folder=folder) for part in _RECIPES[name].command]


def why_missing(name: str, programs: Path) -> str | None:
    """Why a program cannot run here; None if it can."""
    if tool := _missing_tool(name):
        return tool
    return None if (_folder(name, programs) / _DONE).exists() else "not built; `make bench-full` builds it"


def build(name: str, programs: Path, *, slow: bool) -> str | None:
    """Build a program unless it is there; without `slow`, only one that takes seconds. Why it is missing, or None."""
    missing, recipe, folder = why_missing(name, programs), _RECIPES[name], _folder(name, programs)
    if missing is None or _missing_tool(name) or (recipe.minutes and not slow):
        return missing
    shutil.copytree(SOURCES / name, folder, dirs_exist_ok=True)
    try:
        done = subprocess.run(
            recipe.build, cwd=folder, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{recipe.build[0]}: {error}"
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        return f"{' '.join(recipe.build[:2])}: {said[-1] if said else f'exit {done.returncode}'}"
    (folder / _DONE).touch()
    return None


def _missing_tool(name: str) -> str | None:
    missing = [tool for tool in _RECIPES[name].tools if not shutil.which(tool)]
    return (
        f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed" if missing else None
    )


def _folder(name: str, programs: Path) -> Path:
    key = hashlib.sha256()
    for file in sorted(path for path in (SOURCES / name).rglob("*") if path.is_file()):
        key.update(file.relative_to(SOURCES).as_posix().encode() + b"\0" + file.read_bytes())
    return programs.absolute() / f"{name}-{key.hexdigest()[:12]}"
