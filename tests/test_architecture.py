"""What keeps the house in order besides import-linter (layers) and ruff (complexity, names, docstrings)."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.sites import ROOT

PACKAGES = ("index", "search")
ROOMS = sorted(folder.parent for package in PACKAGES for folder in (ROOT / package).glob("*/__init__.py"))
MODULES = sorted(module for package in PACKAGES for module in (ROOT / package).rglob("*.py"))
MAX_LINES = 45  # of a function; nine of ten have at most SHORT_LINES
SHORT_LINES = 30
NAMED_BY_MODULE = {
    "zhsearch.index.segment.builder",  # only runs build, merge and write; a query starts without these
    "zhsearch.index.segment.merge",
    "zhsearch.index.generations.writer",
    "zhsearch.index.generations.write_lock",
    "zhsearch.index.generations.rollback",
    "zhsearch.index.segment.ngrams",  # only runs and exports decode whole lists
    "zhsearch.index.segment.postings",
    "zhsearch.search.embedded.snapshot",  # an export reads what the embedded engine reads
    "zhsearch.search.embedded.completion_entries",
    "zhsearch.search.highlight.text_fragment",  # patterns that only the search page needs
    "zhsearch.search.query.parser",  # OpenCC and a segmenter
    "zhsearch.search.query.latin",  # a stemmer
    *(
        f"zhsearch.search.suggest.{module}"  # only misspelt queries and completions need their tables
        for module in ("completion", "entries", "pinyin", "pinyin_input", "readings", "spelling", "words")
    ),
}
"""Modules that others import by their own name, since whoever enters their room mostly does without them."""


def name_of(path: Path) -> str:
    """The name under which a module or room is imported."""
    return ".".join(["zhsearch", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")


def room_of(module: str) -> str | None:
    """The room that a module lies in, None for the shared ground."""
    return next((room for room in map(name_of, ROOMS) if f"{module}.".startswith(f"{room}.")), None)


def imports_at_load(module: Path) -> Iterator[ast.ImportFrom]:
    """The `from … import …` statements that are executed when the module is imported."""

    def walk(node: ast.AST) -> Iterator[ast.ImportFrom]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ImportFrom):
                yield child
            elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from walk(child)

    yield from walk(ast.parse(module.read_text(encoding="utf-8")))


def exports(room: Path) -> set[str]:
    """The names in a room's `__all__`."""
    for node in ast.parse((room / "__init__.py").read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == "__all__":
            return set(ast.literal_eval(node.value))  # type: ignore[attr-defined]
    raise AssertionError(f"{room}/__init__.py has no __all__")


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_a_room_says_what_others_may_use(room: Path) -> None:
    assert exports(room) or room.name in ("embedded", "opensearch")


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_room_is_entered_by_its_door(module: Path) -> None:
    """What is loaded late, inside a function, may name its module."""
    mine = room_of(name_of(module))
    for statement in imports_at_load(module):
        assert statement.level == 0, "relative import"
        if statement.module in NAMED_BY_MODULE:
            continue
        theirs = room_of(statement.module or "")
        assert theirs in (None, mine) or statement.module == theirs, (
            f"{statement.module}: import from {theirs}"
        )


def test_the_wheel_holds_every_room() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    tops = [f"zhsearch.{package}" for package in PACKAGES]
    assert set(setuptools["packages"]) == {*tops, *map(name_of, ROOMS)}


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(module)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: lines for name, lines in lengths.items() if lines > MAX_LINES}
    assert sum(lines <= SHORT_LINES for lines in lengths.values()) >= 0.9 * len(lengths)


def test_browser_tests_wait_for_conditions_from_outside_the_page() -> None:
    """`wait_for_function` fails by the page's Content-Security-Policy when the condition does not hold at once."""
    tests = (path for path in (ROOT / "tests/browser").glob("*.py"))
    assert [path.name for path in tests if ".wait_for_function(" in path.read_text(encoding="utf-8")] == []
