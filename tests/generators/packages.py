"""Generators from the package registries, installed outside of the repository.

A folder is keyed by the packages' versions and by the interpreter, so that a new version is a new folder, and
runs share what is installed. Only direct dependencies are pinned: the lock file of one generator alone would be
larger than all tests. No package runs a script at installation.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

_CACHE = Path(tempfile.gettempdir()) / f"zhsearch-tests-{os.getuid()}" / "generators"


def node_packages(packages: Mapping[str, str]) -> Path:
    """The folder whose node_modules has these packages (name -> version); skips the test if it cannot be made."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    manifest = json.dumps({"private": True, "dependencies": dict(packages)})
    install = ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    return _installed(f"node-{version}", manifest, {"package.json": manifest}, install)


def python_packages(packages: Mapping[str, str]) -> Path:
    """The folder, for PYTHONPATH, with these packages; skips the test if it cannot be made."""
    lines = "".join(f"{name}=={version}\n" for name, version in packages.items())
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", ".", "-r", "requirements.txt"]
    tag = f"python-{sys.version_info[0]}.{sys.version_info[1]}"
    return _installed(tag, lines, {"requirements.txt": lines}, install)


@contextmanager
def node_project(packages: Mapping[str, str]) -> Iterator[Path]:
    """A new folder inside of which Node finds the packages: it looks into node_modules of the folders above."""
    with tempfile.TemporaryDirectory(dir=node_packages(packages), prefix="site-") as folder:
        yield Path(folder)


def run(folder: Path, *command: str | Path, python_path: Path | None = None) -> None:
    """Run a generator in a folder; fails the test with what it printed."""
    environment = {**os.environ, "NO_UPDATE_NOTIFIER": "1", "DO_NOT_TRACK": "1", "CI": "1", "NO_COLOR": "1"}
    if python_path:
        environment["PYTHONPATH"] = str(python_path)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}: {done.stdout[-3000:]}{done.stderr[-3000:]}")


def _installed(tag: str, key: str, files: Mapping[str, str], command: list[str]) -> Path:
    """The folder for `key`, made by `command` unless a run before did. Skips the test where it fails."""
    folder = _CACHE / f"{tag}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / ".installed"
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may want the same packages
        if done.exists():
            return folder
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"{' '.join(command[:3])}: {made.stderr[-500:]}")
        done.touch()
    return folder
