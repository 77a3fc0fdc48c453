"""The owner of a small site: a folder with the sample site and its index, and a lab that runs there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.server import COMMAND
from tests.helpers.sites import ROOT


def sample_in(folder: Path) -> Path:
    """Copy the sample site into a folder, index it there, and return the folder."""
    shutil.copytree(ROOT / "content", folder / "content")
    subprocess.run([COMMAND, "reindex"], cwd=folder, check=True, capture_output=True)
    return folder


@contextmanager
def running_lab(folder: Path) -> Iterator[str]:
    """Run the lab in a folder; yields its address, which works once."""
    with subprocess.Popen(
        [COMMAND, "lab", "--no-browser"],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.terminate()
