"""README's minute on a fresh Hugo site: what is pasted there, the lines that are added by hand, and `hugo server`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.helpers.server import free_port, wait_for
from tests.helpers.sites import ROOT
from tests.helpers.terminal import terminal

PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def pasted_lines() -> str:
    """The shell block of README's section on the reader's own site."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Your Hugo site, in a minute")[2]
    block = re.search(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert block
    return block[1]


@contextmanager
def minute_on(site: Path) -> Iterator[str]:
    """Paste the minute into a site's root, add to its hugo.toml the lines printed there, and serve the site with Hugo.

    Yields the address of the site. At the end Ctrl-C must end the search without an error.
    """
    port = free_port()  # 1313 and 8000 may be in use here
    options = f"--port {free_port()} --site-url http://localhost:{port}"
    pasted = pasted_lines().replace("zhsearch dev", f"zhsearch dev {options}")
    assert options in pasted
    with terminal(["sh", "-c", pasted], site, PATH=PATH, LANGUAGE="en") as shell:
        shell.wait_until_serving()
        by_hand = re.search(r"^hugo\.toml, .*:\r?\n((?:  .*\n)+)", shell.text(), re.MULTILINE)
        assert by_hand
        with (site / "hugo.toml").open("a", encoding="utf-8") as file:
            file.write(by_hand[1].replace("\r", ""))
        with _hugo_server(site, port) as address:
            yield address
        shell.press_ctrl_c()
        shell.words_after_ctrl_c()


@contextmanager
def _hugo_server(site: Path, port: int) -> Iterator[str]:
    command = ["hugo", "server", "--port", str(port), "--noBuildLock"]
    with (site.parent / "hugo.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=site, env={**os.environ, "PATH": PATH}, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: urlopen(address).status == 200)
        yield address
    finally:
        process.terminate()
        process.wait(30)
