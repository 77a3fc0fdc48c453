"""The modules that are exported: small, each of one scope, up to date with their sources."""

import gzip
import re
from importlib.util import find_spec

import pytest

from tests.helpers.sites import ROOT
from tests.static.bundle import GROUPS, MODULES, modules, repeated_names
from tests.static.data import DATA, SCRIPTS, data
from tests.static.node import run
from tests.static.own_names import own_names_of

MAX_BYTES = 25_000  # compressed; loaded when a reader begins to type
MAX_LINES = 320
NAMES = ("search", *GROUPS)


def text(name: str) -> str:
    return (MODULES / f"{name}.js").read_text(encoding="utf-8")


def test_the_module_is_at_most_25_kilobytes() -> None:
    assert len(gzip.compress(text("search").encode())) <= MAX_BYTES


def test_the_modules_are_built_from_the_current_sources() -> None:
    if not find_spec("minify"):
        pytest.skip("tdewolff-minify is not installed: it has no wheel for this machine")
    assert {name: text(name) for name in NAMES} == modules(), "out of date: make widget"


def test_the_constants_are_those_of_python() -> None:
    assert DATA.read_text(encoding="utf-8") == data(), "out of date: make widget"


def test_no_two_sources_share_a_name() -> None:
    assert repeated_names() == []


def test_every_source_starts_with_a_comment_and_is_short() -> None:
    for source in SCRIPTS.rglob("*.js"):
        lines = source.read_text(encoding="utf-8")
        assert lines.startswith("/*"), source.name
        assert source == DATA or lines.count("\n") <= MAX_LINES, source.name


def test_every_constant_is_imported_or_declared() -> None:
    for source in SCRIPTS.rglob("*.js"):
        lines = re.sub(r"/\*.*?\*/|//.*", "", source.read_text(encoding="utf-8"), flags=re.DOTALL)
        names = set(re.findall(r"(?<![.\w])[A-Z][A-Z0-9]*_[A-Z0-9_]+\b", lines))
        listed = ",".join(re.findall(r"import \{([^}]*)\}", lines))
        declared = set(re.findall(r"\w+", listed)) | set(re.findall(r"(?:const|let|static) (\w+)", lines))
        assert names <= declared, (source.name, names - declared)


def test_no_declaration_is_one_that_the_minifier_moves_before_what_it_needs() -> None:
    """Of several names at once, whose value has an object in it: the minifier joins it with other declarations."""
    for source in SCRIPTS.rglob("*.js"):
        found = re.findall(
            r"(?m)^\s+(?:const|let) (?:\{.*\}|\[.*\]) = .*\{.*", source.read_text(encoding="utf-8")
        )
        assert not found, (source.name, found)


def test_the_modules_make_no_code_from_texts() -> None:
    for name in NAMES:
        assert "eval(" not in text(name)
        assert "new Function" not in text(name)


def test_names_are_shortened_of_properties_that_neither_files_nor_javascript_have() -> None:
    names = own_names_of("".join(source.read_text(encoding="utf-8") for source in SCRIPTS.rglob("*.js")))
    exporters = (path for room in ("static", "api") for path in (ROOT / "search" / room).glob("*.py"))
    written = "".join(path.read_text(encoding="utf-8") for path in exporters)
    builtin = set(run("const answer = () => [...propertyNames()];" + _PROPERTY_NAMES))
    assert {name for name in names if f'"{name}"' in written or name in builtin} == set()


_PROPERTY_NAMES = """
function propertyNames() {
  const names = new Set();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value = globalThis[name];
    for (const object of [value, value?.prototype]) {
      if (object instanceof Object) Object.getOwnPropertyNames(object).forEach((own) => names.add(own));
    }
  }
  return names;
}
"""
