"""Bundle and minify search/widget/src/ into the scripts and the style sheet that are delivered: `make widget`.

widget.js is what a page loads: the elements, the field, where answers come from. There are two, of a search server and
of a static export, which answers from files. box.js is what is shown below the field, loaded at first use; it is the
same for both, and gets what it shares with widget.js as an argument. page.css is the style sheet of the page /search,
with the colours of the box.
They are committed, so that a release has one integrity value everywhere and an installation needs no minifier.
tests/search/widget/test_bundle.py fails when they do not match their sources.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.helpers.sites import ROOT

SOURCES: Final = ROOT / "search" / "widget" / "src"
WORKER: Final = ROOT / "search" / "static" / "src" / "in_worker.js"
PAGE: Final = ROOT / "search" / "http" / "static"
SERVER: Final = (SOURCES / "first" / "server.js",)
FILES: Final = (WORKER, SOURCES / "first" / "files.js")
"""Where answers come from: the difference between the two scripts."""

_FIRST: Final = ("frame", "follow", "field", "search_button", "lists")
_BOX: Final = (  # each after what it uses when it loads
    *("texts", "icons", "marks", "storage", "client", "theme", "panel"),
    *("excerpts", "hits", "facets", "start", "states", "search", "box"),
)
_FIRST_STYLES: Final = ("tokens.css", "first/field.css", "first/follow.css")
_BOX_STYLES: Final = ("box/box.css", "box/hits.css", "box/facets.css", "box/start.css")
_PRIVATE: Final = re.compile(r"(?<![\w$])_[a-z]\w*")
_TOP_LEVEL: Final = re.compile(r"^(?:async )?(?:function |const |let |class )([\w$]+)", re.MULTILINE)
_HEADER: Final = "/* zhsearch: made of search/widget/src/ by `make widget` */\n"


def scripts() -> dict[Path, str]:
    """The text of every file that is delivered, by its path."""
    box_sources = _sources(SOURCES / "box" / f"{name}.js" for name in _BOX)
    first_sources = {flavour: _first_sources(flavour) for flavour in (SERVER, FILES)}
    shared = _shared_names(first_sources[SERVER], box_sources)
    style = _css("BOX_CSS", _BOX_STYLES)
    box = f"export default ([{', '.join(shared)}]) => {{\n{style}{box_sources}return Box;\n}}"
    first = {flavour: _first_script(sources, shared) for flavour, sources in first_sources.items()}
    names = short_names_of("\n".join([box, *first.values()]))
    minified_box = _minified(with_short_names(box, names))
    widgets = {
        flavour: _minified(with_short_names(f"(() => {{{_address_of(minified_box)}{text}}})();", names))
        for flavour, text in first.items()
    }
    return {
        ROOT / "search/widget/box.js": minified_box,
        ROOT / "search/widget/widget.js": widgets[SERVER],
        ROOT / "search/static/widget.js": widgets[FILES],
        PAGE / "page.css": _minified_css([SOURCES / "tokens.css", PAGE / "src" / "page.css"]),
    }


def _first_sources(flavour: tuple[Path, ...]) -> str:
    first = SOURCES / "first"
    return _sources(
        [first / "dom.js", first / "texts.js", *flavour, *(first / f"{name}.js" for name in _FIRST)]
    )


def _first_script(sources: str, shared: Iterable[str]) -> str:
    """In a function, because a minifier keeps the names of the top level."""
    kit = f"function KIT() {{ return [{', '.join(shared)}]; }}\n"
    return f"{_css('CSS', _FIRST_STYLES)}{sources}{kit}"


def _address_of(box: str) -> str:
    """The constants by which widget.js finds exactly this box.js."""
    digest = hashlib.sha384(box.encode()).digest()
    address = f"./box.js?v={digest.hex()[:12]}"
    return f'const BOX = "{address}";\nconst BOX_INTEGRITY = "sha384-{base64.b64encode(digest).decode()}";\n'


def _shared_names(first: str, box: str) -> list[str]:
    """The names of widget.js that box.js uses."""
    code = re.sub(r"^ *(?:/?\*|/\*).*$|//.*$", "", box, flags=re.MULTILINE)
    used = set(re.findall(r"(?<![.\w$-])[A-Za-z_$][\w$]*(?=[.(),; ]|$)(?!:)", code))
    return [
        name
        for name in dict.fromkeys(_TOP_LEVEL.findall(first))
        if name in used - set(_TOP_LEVEL.findall(box))
    ]


def _sources(paths: Iterable[Path]) -> str:
    return "".join(without_exports(path.read_text(encoding="utf-8")) for path in paths)


def _css(name: str, styles: Iterable[str]) -> str:
    return f"const {name} = {json.dumps(_minified_css([SOURCES / style for style in styles]), ensure_ascii=False)};\n"


def _minified_css(paths: Iterable[Path]) -> str:
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    minified: str = import_module("minify").string("text/css", text)
    return minified


def _minified(script: str) -> str:
    minified: str = import_module("minify").string("application/javascript", script)
    return f"{_HEADER}{minified}\n"


def without_exports(text: str) -> str:
    """Sources whose declarations are those of one scope."""
    return re.sub(r"^export (?=async|function|class|const)", "", text, flags=re.MULTILINE)


def short_names_of(script: str) -> dict[str, str]:
    """Short names for the private members of a script (`_request`), the shortest for what saves most: a minifier keeps
    them."""
    counts = Counter(_PRIVATE.findall(script))
    names = sorted(counts, key=lambda name: (-counts[name] * len(name), name))
    return {
        name: f"_{chr(97 + place // 26) if place >= 26 else ''}{chr(97 + place % 26)}"
        for place, name in enumerate(names)
    }


def with_short_names(script: str, short: Mapping[str, str]) -> str:
    """A script with the short names of its private members."""
    return _PRIVATE.sub(lambda match: short[match[0]], script)


if __name__ == "__main__":
    for path, text in scripts().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
