"""Bundle and minify search/static/src/ into the modules that are exported: `make widget`.

All sources of a module become one scope, in the order of their imports, so that the minifier shortens every name.
Parts that few queries need (`PARTS` in base/parts.js) are modules of their own, which get what they share with the first
as arguments. The modules are committed: an installation needs no minifier, and a release has one integrity value
everywhere.
"""

import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from tests.browser.bundle import short_names_of, with_short_names
from tests.helpers.sites import ROOT
from tests.static.data import DATA, SCRIPTS, data
from tests.static.own_names import own_names_of, with_own_names

MODULES = ROOT / "search" / "static"
ENTRY = SCRIPTS / "worker.js"
EXPORTED = ("open",)
GROUPS = {
    "orders": ("orders",),
    "more": ("writings", "forms", "questions", "versions", "dates", "oldest", "hmm"),
    "suggest": ("completion", "corrections"),
    "lists": ("lists", "problems"),
}
"""The parts by the module that has them."""

_IMPORTED = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function\*? |const |let |class )([\w$]+)", re.MULTILINE)
_EXPORTS = re.compile(r"^export (?:async )?(?:function\*? |const |let |class )([\w$]+)", re.MULTILINE)
_PART = re.compile(r'(\w+): \(\) => import\("([^"]+)"\)')
_PART_MODULE = re.compile(r'import\("\./(\w+)\.js"\)')
_CONSTANT = re.compile(r"^export const (\w+) = ", re.MULTILINE)
_VALUE = re.compile(
    r"""^(?:export )?const ([A-Z][A-Z0-9]*_[A-Z0-9_]+) = (-?[0-9][0-9a-fxe_.]*|"[^"\\]{,4}");.*\n""",
    re.MULTILINE,
)

Sources = dict[Path, str]


def modules() -> dict[str, str]:
    """The text of each module by its name. Numbers and short texts stand where they are used, not in constants."""
    first = ordered([ENTRY])
    parts = {
        name: (SCRIPTS / "base" / path).resolve() for name, path in _PART.findall("".join(first.values()))
    }
    groups = {group: ordered(parts[name] for name in names) for group, names in GROUPS.items()}
    own = {
        group: {path: text for path, text in sources.items() if path not in first}
        for group, sources in groups.items()
    }
    shared = {group: shared_names(sources, first) for group, sources in own.items()}
    texts = {"search": _search(first, shared, own)}
    for group, sources in own.items():
        texts[group] = _part_module(
            sources, first, shared[group], {name: parts[name] for name in GROUPS[group]}
        )
    values = values_of([DATA, *first, *(path for sources in own.values() for path in sources)])
    texts = {name: with_values(text, values) for name, text in texts.items()}
    names, own_names = short_names_of("".join(texts.values())), own_names_of("".join(texts.values()))
    scripts = {
        name: _minified(with_own_names(with_short_names(text, names), own_names))
        for name, text in texts.items()
    }
    return scripts | {
        "search": _PART_MODULE.sub(lambda match: _versioned(match[1], scripts), scripts["search"])
    }


def _versioned(group: str, scripts: Mapping[str, str]) -> str:
    """The import of a part's module by its content: a cache may have an older one, whose names are others."""
    return f'import("./{group}.js?v={hashlib.sha256(scripts[group].encode()).hexdigest()[:8]}")'


def values_of(sources: Iterable[Path]) -> dict[str, str]:
    """The constants of sources that are a number or a short text."""
    return {
        name: value for path in sources for name, value in _VALUE.findall(path.read_text(encoding="utf-8"))
    }


def with_values(text: str, values: Mapping[str, str]) -> str:
    """A text with values instead of the names of constants."""
    return re.sub(
        r"(?<![\w$.])[A-Z][A-Z0-9]*_[A-Z0-9_]+\b",
        lambda match: values.get(match[0], match[0]),
        _VALUE.sub("", text),
    )


def ordered(entries: Iterable[Path]) -> Sources:
    """The sources that entries import, each after those that it imports itself; data.js is no source."""
    found: Sources = {}
    visited: set[Path] = {DATA}

    def visit(path: Path) -> None:
        if path in visited:
            return
        visited.add(path)
        text = path.read_text(encoding="utf-8")
        for _, imported in _IMPORTED.findall(text):
            visit((path.parent / imported).resolve())
        found[path] = text

    for entry in entries:
        visit(entry.resolve())
    return _room_by_room(found)


def _room_by_room(sources: Sources) -> Sources:
    """The same in an order in which those of a folder stand together, as far as imports allow it: what is alike compresses
    better side by side."""
    wanted = {
        path: {(path.parent / imported).resolve() for _, imported in _IMPORTED.findall(text)}
        for path, text in sources.items()
    }
    found: Sources = {}
    left, room = list(sources), None
    while left:
        ready = [path for path in left if not wanted[path] & set(left) - {path}] or left[:1]
        path = min(ready, key=lambda path: (path.parent != room, path))
        found[path] = sources[path]
        left.remove(path)
        room = path.parent
    return found


def imports(sources: Sources) -> dict[Path, set[str]]:
    """The names that sources import, by the file that has them."""
    names: dict[Path, set[str]] = {}
    for path, text in sources.items():
        for listed, imported in _IMPORTED.findall(text):
            names.setdefault((path.parent / imported).resolve(), set()).update(re.findall(r"[\w$]+", listed))
    return names


def shared_names(sources: Sources, first: Sources) -> list[str]:
    """The names that a part's module gets from the first module."""
    wanted = imports(sources)
    names = {name for path, imported in wanted.items() if path in first for name in imported}
    names |= wanted.get(DATA, set()) & imports(first).get(DATA, set())
    return sorted(names - values_of([DATA, *first]).keys())


def repeated_names() -> list[str]:
    """The names that several sources of a module have at their top level, which one scope cannot hold."""
    first = ordered([ENTRY])
    parts = [(SCRIPTS / "base" / path).resolve() for _, path in _PART.findall("".join(first.values()))]
    sources = {**first, **ordered(parts)}
    counts = Counter(name for text in sources.values() for name in _TOP_LEVEL.findall(text))
    return sorted(name for name, count in counts.items() if count > 1)


def _search(first: Sources, shared: Mapping[str, list[str]], own: Mapping[str, Sources]) -> str:
    """The first module. What a part's module gets is made when it is loaded."""
    body = _scope(first, imports(first).get(DATA, set()))
    for group, names in shared.items():
        for part in GROUPS[group]:
            body = re.sub(
                rf'\b{part}: \(\) => import\("[^"]+"\)',
                f'{part}: () => import("./{group}.js").then((module) => module.{part}({group}Needs))',
                body,
            )
        body += f"\nfunction {group}Needs() {{ return [{', '.join(names)}]; }}\n"
    exported = ", ".join(EXPORTED)
    # In a function, because a minifier keeps the names of the top level.
    return f"const [{exported}] = (() => {{\n{body}\nreturn [{exported}];\n}})();\nexport {{ {exported} }};\n"


def _part_module(sources: Sources, first: Sources, shared: list[str], parts: Mapping[str, Path]) -> str:
    """The module of a group of parts: a function for each, which returns the part's exports."""
    constants = imports(sources).get(DATA, set()) - imports(first).get(DATA, set())
    body = _scope(sources, constants)
    returned = ", ".join(
        f"{name}: {{ {', '.join(_EXPORTS.findall(sources[path]))} }}" for name, path in parts.items()
    )
    names = ", ".join(parts)
    made = f"const made = ([{', '.join(shared)}]) => {{\n{body}\nreturn {{ {returned} }};\n}};\n"
    functions = f"let all;\nconst [{names}] = [{', '.join(f'(needs) => (all ??= made(needs())).{name}' for name in parts)}];\n"
    return f"const [{names}] = (() => {{\n{made}{functions}return [{names}];\n}})();\nexport {{ {names} }};\n"


def _scope(sources: Sources, constants: set[str]) -> str:
    """Sources as one scope, after the constants of data.js that they use."""
    lines = [
        line
        for line in DATA.read_text(encoding="utf-8").splitlines(keepends=True)
        if _name(line) in constants
    ]
    texts = (_EXPORT.sub("", _IMPORTED.sub("", text)) for text in ["".join(lines), *sources.values()])
    return "".join(texts)


def _name(line: str) -> str:
    match = _CONSTANT.match(line)
    return match[1] if match else ""


def _minified(script: str) -> str:
    minified: str = import_module("minify").string("application/javascript", script)
    return f"/* zhsearch: made of search/static/src/ by `make widget` */\n{minified}\n"


def write() -> None:
    """Write data.js and the modules."""
    DATA.write_text(data(), encoding="utf-8")
    if repeated := repeated_names():
        raise SystemExit(f"names of several sources: {', '.join(repeated)}")
    for name, text in modules().items():
        path = MODULES / f"{name}.js"
        path.write_text(text, encoding="utf-8")
        zipped = len(gzip.compress(path.read_bytes(), mtime=0))
        print(f"{path.relative_to(ROOT)}: {len(text.encode()):,} bytes, {zipped:,} compressed")


if __name__ == "__main__":
    write()
