"""Bundle and minify search/widget/src/ into the one script that is delivered: `make widget`.

The script is committed, so that a release has one integrity value everywhere and an installation needs no minifier.
tests/search/widget/test_bundle.py fails when it does not match its sources.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.helpers.sites import ROOT

SOURCES: Final = ROOT / "search" / "widget" / "src"
SCRIPT: Final = ROOT / "search" / "widget" / "widget.js"
ORDER: Final = ("i18n", "dom", "hits", "storage", "panel", "facets", "client", "search", "lists")


def bundle() -> str:
    """Return the script: one module with its style sheet as a string, minified by Hugo's minifier."""
    minify = import_module("minify")
    style = minify.string("text/css", read(SOURCES / "style.css"))
    sources = "".join(read(SOURCES / f"{name}.js") for name in ORDER)
    # In a block, because a minifier keeps the names of the top level.
    script = f"{{const CSS = {json.dumps(style, ensure_ascii=False)};\n{sources}}}"
    minified: str = minify.string("application/javascript", short_names(script))
    return f"/* zhsearch: made of search/widget/src/ by `make widget` */\n{minified}\n"


def short_names(script: str) -> str:
    """The script with short names for private members (`_request`), which a minifier keeps; most frequent first."""
    counts = Counter(re.findall(r"(?<![\w$])_[a-z]\w*", script))
    names = sorted(counts, key=lambda name: (-counts[name] * len(name), name))
    short = {
        name: f"_{chr(97 + place // 26) if place >= 26 else ''}{chr(97 + place % 26)}"
        for place, name in enumerate(names)
    }
    return re.sub(r"(?<![\w$])_[a-z]\w*", lambda match: short[match[0]], script)


def read(path: Path) -> str:
    """Return the text of a source."""
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    SCRIPT.write_text(bundle(), encoding="utf-8")
    print(f"{SCRIPT.relative_to(ROOT)}: {SCRIPT.stat().st_size:,} bytes")
