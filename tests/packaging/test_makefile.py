"""`make setup` tells its steps, and begins anew what was killed. pip is a stand-in here; the rest is real."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from shutil import copytree, which

import pytest

from tests.helpers.server import wait_for
from tests.helpers.sites import ROOT

pytestmark = pytest.mark.skipif(not which("make"), reason="needs make")

PYTHON = f"""#!/bin/sh
# Makes real environments; as pip it leaves a file in .venv, and waits to be killed while there is a file "hang".
case "$*" in
    "-m venv .venv") exec {sys.executable} -m venv --without-pip .venv ;;
    *"-m pip"*) echo "$@" >> pip.log; touch .venv/half-installed
        while [ -f hang ]; do sleep 0.05; done
        case "$*" in *"$REFUSE"*) exit 1 ;; esac ;;
    *) exec {sys.executable} "$@" ;;
esac
"""


def make(folder: Path, target: str, refuse: str = "nothing") -> subprocess.Popen[str]:
    command = ["make", "-f", str(ROOT / "Makefile"), f"PYTHON={folder}/python", target]
    # As from a shell: `make test` itself runs these tests.
    outer = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    environ = {**outer, "REFUSE": refuse}
    return subprocess.Popen(
        command, cwd=folder, env=environ, text=True, stdout=subprocess.PIPE, start_new_session=True
    )


def said(process: subprocess.Popen[str]) -> str:
    output = process.communicate(timeout=120)[0]
    assert process.returncode == 0, output
    return output


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def test_setting_up_names_each_step_and_is_silent_the_second_time(clone: Path) -> None:
    steps = said(make(clone, "setup"))
    assert "creating the environment .venv with Python 3" in steps
    assert "downloading and installing" in steps
    assert "installing zhsearch itself" in steps
    assert said(make(clone, "setup")) == "make: Nothing to be done for 'setup'.\n"
    assert "installing what the tests need" in said(make(clone, ".venv/installed-test"))


@pytest.mark.parametrize("target", ["setup", ".venv/installed-test"])
def test_an_environment_whose_making_was_killed_is_made_anew(clone: Path, target: str) -> None:
    if target != "setup":
        said(make(clone, "setup"))
    (clone / "pip.log").unlink(missing_ok=True)
    (clone / "hang").touch()
    first = make(clone, target)
    wait_for((clone / "pip.log").exists)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    (clone / ".venv/left-over").touch()
    (clone / "hang").unlink()
    assert "creating the environment .venv" in said(make(clone, target))
    assert not (clone / ".venv/left-over").exists()
    assert (clone / ".venv/installed").exists()


def test_without_the_locked_versions_those_of_pyproject_are_installed(clone: Path) -> None:
    assert "without the locked versions" in said(make(clone, "setup", refuse="--require-hashes"))
    assert ".[fast]" in (clone / "pip.log").read_text()
