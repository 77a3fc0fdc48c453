"""A site of static files below a path, under a strict content policy, whose search box reads the files of an export."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.helpers.hugo import write_files
from tests.helpers.sites import ROOT
from zhsearch.search.widget import static_bundle

from .conftest import zhsearch
from .sites import write_minimal_mainroad

BASE: Final = "/news/"
SEARCH: Final = f"{BASE}zhsearch"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self' https:; base-uri 'none';"
    " form-action 'self'"
)
BOX: Final = (
    f'<zh-search src="{SEARCH}"><form role="search"><input type="search" name="q"></form></zh-search>'
)


def export_sample(
    folder: Path, *, edit: tuple[str, str] = ("", ""), posts: Mapping[str, str] = MappingProxyType({})
) -> Path:
    """Export the sample site, as it were published below a path, into a folder that is then served.

    `edit`: words of the posts, and what stands there instead. `posts`: further ones, by their paths.
    """
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    configuration = content / "hugo.toml"
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text.replace("news.example/", f"news.example{BASE}"), encoding="utf-8")
    for post in content.rglob("*.md"):
        post.write_text(post.read_text(encoding="utf-8").replace(*edit), encoding="utf-8")
    write_files(content, posts)
    index, public = str(folder / "index"), folder / "public"
    zhsearch("reindex", "--content", str(content), "--index", index)
    zhsearch("export", str(public / SEARCH[1:]), "--index", index)
    return public


def build_with_hugo(folder: Path) -> Path:
    """Build the sample site with the real Hugo and the lines of docs/static.md, into a folder that is then served."""
    shutil.copytree(ROOT / "content", folder / "content")
    (folder / "content" / "hugo.toml").rename(folder / "hugo.toml")
    text = (folder / "hugo.toml").read_text(encoding="utf-8").replace("news.example/", f"news.example{BASE}")
    text = text.partition("[Params.widgets.search]")[0]  # which names a page of results
    (folder / "hugo.toml").write_text(f'theme = "mainroad"\n{text}', encoding="utf-8")
    write_minimal_mainroad(folder)
    partials = folder / "themes" / "mainroad" / "layouts" / "partials" / "widgets"
    for widget in ("recent", "taglist"):  # the theme's own
        write_files(partials, {f"{widget}.html": f"<p>{widget}</p>"})
    lines = re.search(
        r"^```sh\n(.*?)^```$", (ROOT / "docs" / "static.md").read_text(encoding="utf-8"), re.M | re.S
    )
    assert lines
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-ec", lines[1]],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder / "www").mkdir()
    (folder / "public").rename(folder / "www" / BASE.strip("/"))
    return folder / "www"


def write_page(public: Path, body: str = BOX, name: str = "index.html") -> None:
    """Write a page of the site with elements and their script."""
    file = public / BASE[1:] / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>站点</title>'
        f"{static_bundle().tag(SEARCH)}<body>{body}</body></html>",
        encoding="utf-8",
    )


class StaticSite:
    """A running server of files. `asked` are the paths of its requests; a path that `lost` fits is not found, and
    without `is_up` no request is answered."""

    def __init__(self, public: Path, port: int) -> None:
        self.public = public
        self.url = f"http://127.0.0.1:{port}{BASE}"
        self.policy = POLICY
        self.asked: list[str] = []
        self.lost = ""
        self.is_up = True

    def asked_below(self, path: str) -> list[str]:
        """The requests below a path of the export."""
        return [address for address in self.asked if address.startswith(f"{SEARCH}/{path}")]


class _Handler(SimpleHTTPRequestHandler):
    site: StaticSite

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        if not self.site.is_up:
            self.close_connection = True
        elif self.site.lost and re.search(self.site.lost, self.path):
            self.send_error(404)
        else:
            self.directory = str(self.site.public)
            super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.site.policy)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving_files(public: Path) -> Iterator[StaticSite]:
    """Serve a folder on a free port until the block ends."""
    handler = type("_SiteHandler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler)) as server:
        site = handler.site = StaticSite(public, server.server_port)  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()
