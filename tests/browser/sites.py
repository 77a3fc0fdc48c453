"""Sites that the real Hugo builds from the sample content, with the partials that `zhsearch hugo init` writes."""

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

# Themes as they are published, each in a folder of its name; ours to use, not to keep here.
THEMES: Final = Path(os.environ.get("HUGO_THEMES", ROOT.parent / "shared" / "themes"))
# A page in Mainroad's way: widgets are partials, named in Params.sidebar.widgets.
LAYOUT = """<!doctype html>
<html lang="{{ site.Language.Lang }}"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>{{ .Title }}</h1><aside class="sidebar">
{{ range site.Params.sidebar.widgets }}{{ partial (printf "widgets/%s.html" .) $ }}{{ end }}
</aside><main>{{ .Content }}</main></body></html>
"""
PARAMETERS = """
[[Params.widgets.homepage]]
  type = "search"
"""
WORDS = """
search_placeholder = "搜索…"
recent_title = "近期文章"
tags_title = "标签"
"""


def theme_at_hand(name: str) -> Path:
    """Return the folder of a theme; skips, by name, where it is not."""
    if not (THEMES / name / "layouts").is_dir():
        pytest.skip(f"the theme {name} is not in {THEMES}; HUGO_THEMES names the folder that holds it")
    return THEMES / name


def build(folder: Path, search: str, *, theme: Path | None = None) -> Path:
    """Build the sample site in `folder`, with `theme` or the small layout, and return what Hugo published.

    `search` is the search's address.
    """
    shutil.copytree(ROOT / "content", folder / "content")
    configuration = (folder / "content" / "hugo.toml").read_text(encoding="utf-8")
    (folder / "content" / "hugo.toml").unlink()
    if theme and theme.name != "Mainroad":  # its parameters mean other things there
        configuration = configuration.partition("[Params]")[0] + PARAMETERS
    named = f'theme = "{theme.name if theme else "mainroad"}"\n'
    (folder / "hugo.toml").write_text(named + configuration, encoding="utf-8")
    for name in ("single", "list"):
        layout = folder / "themes/mainroad/layouts/_default" / f"{name}.html"
        layout.parent.mkdir(parents=True, exist_ok=True)
        layout.write_text(LAYOUT, encoding="utf-8")
    words = folder / "themes/mainroad/i18n/zh-cn.toml"
    words.parent.mkdir()
    words.write_text(WORDS, encoding="utf-8")
    if theme:
        (folder / "themes" / theme.name).symlink_to(theme)
    zhsearch("hugo", "init", str(folder), "--url", search)
    hugo("--source", folder, "--destination", folder / "public", "--quiet")
    return folder / "public"


@contextmanager
def static_server(folder: Path, port: int) -> Iterator[str]:
    """Serve a folder of files on `port` until the block ends."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.shutdown()
        thread.join()
