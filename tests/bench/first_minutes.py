"""Seconds from a clone to the first page, and from `pipx install` to a box on a fresh Hugo site.

`python -m tests.bench.first_minutes`: each with pip's cache empty, then filled by the run before. Needs git, make,
pipx and a package index; Hugo comes from this environment.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from tests.browser.sites import write_minimal_mainroad
from tests.helpers.hugo import write_files
from tests.helpers.server import free_ports, wait_for
from tests.helpers.sites import ROOT, post

_TIMEOUT_S = 900


@contextmanager
def _running(command: list[str], folder: Path, environ: Mapping[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=folder, env=environ, start_new_session=True, stdout=sys.stderr)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def _page(url: str, **headers: str) -> str:
    with urlopen(Request(url, headers=headers)) as response:
        text: str = response.read().decode()
        return text


def _clone(folder: Path, environ: Mapping[str, str]) -> Path:
    subprocess.run(["git", "clone", "-q", ROOT, folder / "clone"], env=environ, check=True)
    return folder / "clone"


def make_run(folder: Path, environ: Mapping[str, str]) -> float:
    """Seconds from `git clone` until the search page of `make run` answers."""
    start = time.monotonic()
    clone = _clone(folder, environ)
    (port,) = free_ports(1)
    with _running(["make", "run", f"PORT={port}"], clone, environ):
        wait_for(lambda: "<form" in _page(f"http://127.0.0.1:{port}/search"), _TIMEOUT_S)
        return time.monotonic() - start


def pipx_to_box(folder: Path, environ: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of `pipx install`, and from then until a fresh site has the box and its pages may search."""
    clone = _clone(folder, environ)
    start = time.monotonic()
    subprocess.run(["pipx", "install", ".[fast]"], cwd=clone, env=environ, check=True, stdout=sys.stderr)
    installed = time.monotonic()
    site = folder / "site"
    hugo = [str(Path(sys.executable).with_name("hugo"))]
    subprocess.run([*hugo, "new", "site", site], env=environ, check=True, stdout=sys.stderr)
    write_minimal_mainroad(site)
    write_files(site, {"content/posts/a.md": post("国产算力", "芯片与服务器")})
    widgets = 'theme = "mainroad"\n[Params.sidebar]\n  widgets = ["search", "recent", "taglist"]\n'
    (site / "hugo.toml").write_text((site / "hugo.toml").read_text() + widgets)
    port, site_port = free_ports(2)
    origin = f"http://127.0.0.1:{site_port}"
    dev = [f"{environ['PIPX_BIN_DIR']}/zhsearch", "dev", "--init", "--port", str(port), "--site-url", origin]
    with _running(dev, site, environ):
        wait_for(
            lambda: '"total":1' in _page(f"http://127.0.0.1:{port}/api/search?q=", Origin=origin), _TIMEOUT_S
        )
        with _running([*hugo, "server", "--port", str(site_port)], site, environ):
            wait_for(
                lambda: re.search(f"<zh-search src=.?http://127.0.0.1:{port}", _page(origin)), _TIMEOUT_S
            )
            return installed - start, time.monotonic() - installed


def main() -> None:
    """Print both, with an empty and with a filled cache of pip, and the load of the machine before each."""
    with TemporaryDirectory() as temporary:
        for cache in ("empty", "filled"):
            folder = Path(temporary) / cache
            home = folder / "home"
            home.mkdir(parents=True)
            environ = {**os.environ, "HOME": str(home), "PIPX_HOME": str(folder / "pipx")}
            environ |= {"PIPX_BIN_DIR": str(folder / "bin"), "PIP_CACHE_DIR": f"{temporary}/pip"}
            environ = {
                name: value
                for name, value in environ.items()
                if name not in ("VIRTUAL_ENV", "XDG_CACHE_HOME")
            }
            print(f"pip cache {cache}, load {os.getloadavg()[0]:.1f}", flush=True)
            print(f"  git clone, make run, first page: {make_run(folder, environ):.0f} s", flush=True)
            shutil.rmtree(folder / "clone")
            if cache == "empty":
                shutil.rmtree(f"{temporary}/pip", ignore_errors=True)
            print(f"  load {os.getloadavg()[0]:.1f}")
            install, box = pipx_to_box(folder, environ)
            print(f"  pipx install {install:.0f} s, then a box on a fresh site {box:.0f} s", flush=True)


if __name__ == "__main__":
    main()
