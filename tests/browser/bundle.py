"""Bundle and minify search/widget/src/ into the scripts that are delivered: `make widget`.

There are two, of the same elements: widget.js of a search server, and that of a static export, which answers from files.
They are committed, so that a release has one integrity value everywhere and an installation needs no minifier.
tests/search/widget/test_bundle.py fails when they do not match their sources.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.helpers.sites import ROOT

SOURCES: Final = ROOT / "search" / "widget" / "src"
PRIVATE: Final = re.compile(r"(?<![\w$])_[a-z]\w*")
WORKER: Final = ROOT / "search" / "static" / "src" / "in_worker.js"


@dataclass(frozen=True)
class Script:
    """A script that is delivered: its file, and its sources in their order, without the folder."""

    path: Path
    sources: tuple[Path, ...]
    styles: tuple[Path, ...]


def _script(path: str, answers: tuple[Path, ...], *styles: str) -> Script:
    """A script whose elements get their answers from `answers`."""
    first, last = ("i18n", "dom"), ("hits", "storage", "panel", "facets", "client", "search", "lists")
    sources = (
        *(SOURCES / f"{name}.js" for name in first),
        *answers,
        *(SOURCES / f"{name}.js" for name in last),
    )
    return Script(
        ROOT / "search" / path, sources, tuple(SOURCES / f"{name}.css" for name in ("style", *styles))
    )


OF_SERVER: Final = _script("widget/widget.js", (SOURCES / "server.js",))
OF_FILES: Final = _script("static/widget.js", (WORKER, SOURCES / "files.js"), "files")
SCRIPTS: Final = (OF_SERVER, OF_FILES)


def bundle(script: Script) -> str:
    """Return the text of a script: one module with its style sheet as a string, minified by Hugo's minifier."""
    minify = import_module("minify")
    style = minify.string("text/css", "".join(map(read, script.styles)))
    sources = "".join(map(read, script.sources))
    # In a block, because a minifier keeps the names of the top level.
    text = f"{{const CSS = {json.dumps(style, ensure_ascii=False)};\n{without_exports(sources)}}}"
    minified: str = minify.string("application/javascript", short_names(text))
    return f"/* zhsearch: made of search/widget/src/ by `make widget` */\n{minified}\n"


def without_exports(text: str) -> str:
    """Sources whose declarations are those of one scope."""
    return re.sub(r"^export (?=async|function|class|const)", "", text, flags=re.MULTILINE)


def short_names(script: str) -> str:
    """The script with short names for private members (`_request`), which a minifier keeps."""
    return with_short_names(script, short_names_of(script))


def short_names_of(script: str) -> dict[str, str]:
    """Short names for the private members of a script, the shortest for what saves most."""
    counts = Counter(PRIVATE.findall(script))
    names = sorted(counts, key=lambda name: (-counts[name] * len(name), name))
    return {
        name: f"_{chr(97 + place // 26) if place >= 26 else ''}{chr(97 + place % 26)}"
        for place, name in enumerate(names)
    }


def with_short_names(script: str, short: Mapping[str, str]) -> str:
    """A script with the short names of its private members."""
    return PRIVATE.sub(lambda match: short[match[0]], script)


def read(path: Path) -> str:
    """Return the text of a source."""
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    for script in SCRIPTS:
        script.path.write_text(bundle(script), encoding="utf-8")
        print(f"{script.path.relative_to(ROOT)}: {script.path.stat().st_size:,} bytes")
