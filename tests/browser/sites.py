"""Sites built by the real Hugo from the sample content, with the partials that `zhsearch hugo init` writes."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.hugo import hugo
from tests.helpers.sites import ROOT

from .conftest import zhsearch

# Published themes, each in a folder of its name; their licences differ, so they are not committed here.
THEMES: Final = Path(os.environ.get("HUGO_THEMES", ROOT.parent / "shared" / "themes"))
# A layout like Mainroad's: widgets are partials, named in Params.sidebar.widgets.
LAYOUT = """<!doctype html>
<html lang="{{ site.Language.Lang }}"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>{{ .Title }}</h1><aside class="sidebar">
{{ range site.Params.sidebar.widgets }}{{ partial (printf "widgets/%s.html" .) $ }}{{ end }}
</aside><main>{{ .Content }}</main></body></html>
"""
PARAMETERS = """
[Params]
  mainSections = ["posts"]
[[Params.widgets.homepage]]
  type = "search"
"""
I18N = """
search_placeholder = "搜索…"
recent_title = "近期文章"
tags_title = "标签"
"""


def theme_folder(name: str) -> Path:
    """Return the folder of a theme; skips the test where it is missing."""
    if not (THEMES / name / "layouts").is_dir():
        pytest.skip(f"the theme {name} is not in {THEMES}; set HUGO_THEMES to the folder that contains it")
    return THEMES / name


def build(folder: Path, search: str, *, theme: Path | None = None) -> Path:
    """Build the sample site in `folder`, with `theme` or a minimal one, and return the folder that Hugo published.

    `search` is the URL of the search service.
    """
    shutil.copytree(ROOT / "content", folder / "content")
    configuration = (folder / "content" / "hugo.toml").read_text(encoding="utf-8")
    (folder / "content" / "hugo.toml").unlink()
    if theme and theme.name != "Mainroad":  # Mainroad's parameters have other meanings there
        configuration = configuration.partition("[Params]")[0] + PARAMETERS
    theme_line = f'theme = "{theme.name if theme else "mainroad"}"\n'
    (folder / "hugo.toml").write_text(theme_line + configuration, encoding="utf-8")
    write_minimal_mainroad(folder)
    if theme:
        (folder / "themes" / theme.name).symlink_to(theme)
    zhsearch("hugo", "init", str(folder), "--url", search)
    hugo("--source", folder, "--destination", folder / "public", "--quiet")
    return folder / "public"


def write_minimal_mainroad(folder: Path) -> None:
    """Write a theme `mainroad` into a site that shows the widgets of Params.sidebar on every page."""
    for name in ("single", "list"):
        layout = folder / "themes/mainroad/layouts/_default" / f"{name}.html"
        layout.parent.mkdir(parents=True, exist_ok=True)
        layout.write_text(LAYOUT, encoding="utf-8")
    texts = folder / "themes/mainroad/i18n/zh-cn.toml"
    texts.parent.mkdir()
    texts.write_text(I18N, encoding="utf-8")


@contextmanager
def static_server(folder: Path, port: int) -> Iterator[str]:
    """Serve a folder on `port` until the block ends; yields its URL."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.shutdown()
        thread.join()
