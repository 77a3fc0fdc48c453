"""The walls of the house, read from its imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.sites import ROOT

MODULES = sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "search").rglob("*.py")])


def name_of(module: Path) -> str:
    return "zhsearch." + ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(module: Path) -> set[str]:
    """Full names of the modules that it imports."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            found.add(node.module or "")
    return found


def users_of(package: str) -> set[str]:
    return {name_of(m) for m in MODULES if any(f"{i}.".startswith(f"{package}.") for i in imports(m))}


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_index_never_imports_search() -> None:
    assert not {user for user in users_of("zhsearch.search") if user.startswith("zhsearch.index")}


def test_index_knows_nothing_of_http() -> None:
    assert not {
        user for user in users_of("flask") | users_of("gunicorn") if user.startswith("zhsearch.index")
    }


def test_whoosh_is_known_in_at_most_four_files() -> None:
    assert users_of("whoosh") == {"zhsearch.index.whoosh_compat.schema", "zhsearch.index.whoosh_compat.codec"}


def test_one_module_imports_a_segmenter() -> None:
    assert users_of("jieba") | users_of("rjieba") == {"zhsearch.index.analysis.segmenter"}


def test_one_module_reads_the_environment() -> None:
    assigned = re.compile(r"os\.environ\[[^]]+\] = ")  # a library may take what it needs from there alone
    readers = {
        name_of(m)
        for m in MODULES
        if "os.environ" in (text := assigned.sub("", m.read_text(encoding="utf-8"))) or "getenv" in text
    }
    assert readers == {"zhsearch.index.settings_reader"}


def test_whoosh_types_do_not_cross_the_engine_seam() -> None:
    for module in (
        "zhsearch.index.models",
        "zhsearch.search.engine.protocol",
        "zhsearch.search.query.parser",
        "zhsearch.search.api.search",
        "zhsearch.search.highlight.snippet",
    ):
        assert not any(
            name.startswith(("whoosh", "numpy"))
            for name in imports(ROOT / (module.removeprefix("zhsearch.").replace(".", "/") + ".py"))
        )


def test_a_cluster_is_known_in_its_room_alone() -> None:
    users = users_of("opensearchpy") | {
        name_of(m) for m in MODULES if "opensearch" in m.read_text(encoding="utf-8").casefold()
    }
    users |= {
        name_of(m) for m in MODULES if any(i.startswith("zhsearch.search.opensearch") for i in imports(m))
    }
    outside = {user for user in users if not user.startswith("zhsearch.search.opensearch")}
    assert outside == {"zhsearch.search.settings", "zhsearch.search.backends"}


def test_one_module_chooses_the_engine() -> None:
    asking = {name_of(m) for m in MODULES if "settings.engine" in m.read_text(encoding="utf-8")}
    assert asking == {"zhsearch.search.backends"}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_module_opens_with_what_enters_and_leaves_and_stays_small(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 300


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(m)}.{f.name}": (f.end_lineno or 0) - f.lineno + 1 for m in MODULES for f in functions(m)
    }
    short = sum(length <= 30 for length in lengths.values())
    assert short >= 0.9 * len(lengths), sorted(lengths.items(), key=lambda item: -item[1])[:10]


def test_modules_import_each_other_in_one_direction() -> None:
    wanted = {name_of(m): {i for i in imports(m) if i.startswith("zhsearch.")} for m in MODULES}
    done: set[str] = set()
    while len(done) < len(wanted):
        free = {name for name, needs in wanted.items() if name not in done and needs <= done | {name}}
        assert free, f"a cycle among {sorted(set(wanted) - done)}"
        done |= free
