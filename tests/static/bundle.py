"""Bundle and minify search/static/src/ into the one module that is exported: `make widget`.

All sources become one scope, in the order of their imports, so that the minifier shortens every name. The module is
committed: an installation needs no minifier, and a release has one integrity value everywhere.
"""

import gzip
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

from tests.browser.bundle import short_names
from tests.helpers.sites import ROOT
from tests.static.data import DATA, SCRIPTS, data

SCRIPT = ROOT / "search" / "static" / "search.js"
ENTRY = SCRIPTS / "worker.js"
EXPORTED = ("open",)

_IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) ([\w$]+)", re.MULTILINE)


def bundle() -> str:
    """The text of the script."""
    sources = [_EXPORT.sub("", _IMPORT.sub("", text)) for text in ordered(ENTRY).values()]
    names = ", ".join(EXPORTED)
    # In a function, because a minifier keeps the names of the top level.
    body = short_names("".join(sources))
    script = f"const [{names}] = (() => {{\n{body}\nreturn [{names}];\n}})();\nexport {{ {names} }};\n"
    minified: str = import_module("minify").string("application/javascript", script)
    return f"/* zhsearch: made of search/static/src/ by `make widget` */\n{minified}\n"


def ordered(entry: Path) -> dict[Path, str]:
    """The sources that an entry imports, each after those that it imports itself."""
    found: dict[Path, str] = {}
    visited: set[Path] = set()

    def visit(path: Path) -> None:
        if path in visited:
            return
        visited.add(path)
        text = path.read_text(encoding="utf-8")
        for imported in _IMPORT.findall(text):
            visit((path.parent / imported).resolve())
        found[path] = text

    visit(entry.resolve())
    return found


def repeated_names() -> list[str]:
    """The names that two sources have at their top level, which one scope cannot hold."""
    counts = Counter(name for text in ordered(ENTRY).values() for name in _TOP_LEVEL.findall(text))
    return sorted(name for name, count in counts.items() if count > 1)


def write() -> None:
    """Write data.js and the script."""
    DATA.write_text(data(), encoding="utf-8")
    if repeated := repeated_names():
        raise SystemExit(f"names of several sources: {', '.join(repeated)}")
    SCRIPT.write_text(bundle(), encoding="utf-8")
    size, zipped = SCRIPT.stat().st_size, len(gzip.compress(SCRIPT.read_bytes(), mtime=0))
    print(f"{SCRIPT.relative_to(ROOT)}: {size:,} bytes, {zipped:,} compressed")


if __name__ == "__main__":
    write()
