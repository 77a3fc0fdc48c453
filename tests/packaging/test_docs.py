"""The docs match the code: links, commands, examples, settings, error messages, rooms."""

import ast
import functools
import gzip
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from shutil import which
from typing import Any

import click
import pytest

from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import CACHE, ROOT, Searcher
from tests.packaging.settings_table import with_table
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.cli import main
from zhsearch.search.http import MAX_BODY_BYTES, create_app
from zhsearch.search.query import MAX_QUERY_CHARS
from zhsearch.search.ranking.constants import MAX_NGRAMS, MAX_SUBSTRING_SCANS
from zhsearch.search.reindex_state import is_running
from zhsearch.search.server.gunicorn_app import MIN_DESCRIPTORS
from zhsearch.search.server.rejections import MAX_REQUEST_LINE_BYTES
from zhsearch.search.server.request_framing import MAX_HEAD_BYTES
from zhsearch.search.server.worker import FIRST_BYTE_TIMEOUT_S, REQUEST_TIMEOUT_S, RESPONSE_TIMEOUT_S
from zhsearch.search.settings import Settings, load_settings

PACKAGES = (ROOT / "index", ROOT / "search")
ROOMS = sorted(init.parent for package in PACKAGES for init in package.rglob("__init__.py"))
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "tests/README.md",
        *(page for package in PACKAGES for page in package.rglob("README.md")),
    ]
)
MANUAL = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""Pages that describe the current state."""

CODE_PAGES = [
    ROOT / "ARCHITECTURE.md",
    *(page for page in PAGES if page.is_relative_to(PACKAGES[0]) or page.is_relative_to(PACKAGES[1])),
]
"""Pages for those who read the code."""

IDENTIFIER = re.compile(r"\b(?:[A-Z]+[a-z]\w+|[a-z]+(?:_[a-z0-9]+)+|[A-Z]+(?:_[A-Z]+)+)\b")
"""A name in CamelCase, snake_case or UPPER_CASE."""

NOT_IN_THE_CODE = {"RelPermalink", "test_architecture", "test_same"}
"""Identifiers in the docs of the code that are Hugo's, or modules of the tests."""

TOKEN = "token-of-sixteen-or-more"

FENCE = re.compile(r"^```([\w-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(page: str | Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str | Path, kind: str) -> list[str]:
    return [text for name, text in FENCE.findall(read(page)) if name == kind]


def prose(page: str | Path) -> str:
    return FENCE.sub("", read(page))


def headings(page: str | Path) -> list[tuple[int, str]]:
    return [(len(marks), text) for marks, text in re.findall(r"^(#+) (.*)$", prose(page), re.MULTILINE)]


def anchor(heading: str) -> str:
    """The anchor that GitHub generates for a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links(page: str | Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", prose(page))


def rows(text: str) -> list[list[str]]:
    """The cells of all table rows, without the rules below the heads."""
    lines = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in line.split(" | ")] for line in lines if not line.startswith("---")]


def commands(page: str | Path) -> Iterator[list[str]]:
    """The arguments of each `zhsearch` command in the shell blocks of a page."""
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            if line.startswith("zhsearch "):
                yield shlex.split(line, comments=True)[1:]


def string_literals() -> list[str]:
    """Every string literal of the packages."""
    return [
        node.value
        for package in PACKAGES
        for module in package.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@functools.cache
def code_names() -> frozenset[str]:
    """Every identifier in the packages, and every string literal that is a single word; none of a comment."""
    names = set()
    for package in PACKAGES:
        for module in package.rglob("*.py"):
            names |= {module.stem, module.parent.name}
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                found = (getattr(node, key, None) for key in ("id", "attr", "arg", "name", "value"))
                names |= {name for name in found if isinstance(name, str) and name.isidentifier()}
    return frozenset(names)


def long_options() -> Iterator[str]:
    """The long options of every command."""

    def walk(command: click.Command) -> Iterator[str]:
        for parameter in command.params:
            yield from parameter.opts + parameter.secondary_opts
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                subcommand = command.get_command(click.Context(command), name)
                assert subcommand
                yield from walk(subcommand)

    return walk(main)


def contains(answer: Any, example: Any) -> bool:
    """Whether the answer has every key and value of the example, and possibly more."""
    if isinstance(example, dict):
        return all(key in answer and contains(answer[key], value) for key, value in example.items())
    if isinstance(example, list) and example and isinstance(example[0], dict):
        items = zip(answer, example, strict=False)
        return all(contains(item, shown) for item, shown in items) and bool(answer)
    return bool(answer == example)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_targets_of_links_exist(page: Path) -> None:
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if fragment:
            assert fragment in [anchor(text) for _, text in headings(target)], link


@pytest.mark.parametrize("page", MANUAL, ids=name_of)
def test_files_named_in_the_docs_exist(page: Path) -> None:
    for path in re.findall(r"`((?:index|search|tests|content|docs|\.ci)/[\w./-]*)`", prose(page)):
        assert (ROOT / path).exists(), path


def test_readme_and_architecture_are_short() -> None:
    assert len(read("README.md").splitlines()) <= 150
    assert len(read("README.zh-CN.md").splitlines()) <= 150
    assert len(read("ARCHITECTURE.md").splitlines()) <= 250


def test_the_readmes_have_the_same_headings_code_links_and_figures() -> None:
    english, chinese = "README.md", "README.zh-CN.md"
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert FENCE.findall(read(english)) == FENCE.findall(read(chinese))
    assert set(links(english)) ^ set(links(chinese)) == {english, chinese}  # each links to the other
    figures = [
        [sorted(re.findall(r"\d(?:[\d.,]*\d)?", " ".join(row))) for row in rows(read(page))]
        for page in (english, chinese)
    ]
    assert figures[0] == figures[1]


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_the_readme_of_a_room_opens_with_its_question(room: Path) -> None:
    page = room / "README.md"
    assert 600 <= page.stat().st_size <= 2_600
    ((_, title),) = [heading for heading in headings(page) if heading[0] == 1]
    assert title.startswith(f"{room.name}: ")
    assert title.endswith("?")
    named = re.findall(r"`(\w+\.(?:py|js|css))`", read(page))
    assert not [module for module in named if not (room / module).exists()]
    question = title.partition(": ")[2]
    assert question in read("ARCHITECTURE.md")
    if room not in PACKAGES:
        row = f"| [{room.name}]({room.name}/README.md) | {question[0].upper()}{question[1:]} |"
        assert row in read(room.parent / "README.md")


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_the_readme_of_a_room_names_every_module(room: Path) -> None:
    modules = {path.name for path in room.glob("*.py") if not path.name.startswith("__")}
    assert not modules - set(re.findall(r"`(\w+\.py)`", read(room / "README.md")))


@pytest.mark.parametrize("page", CODE_PAGES, ids=name_of)
def test_identifiers_in_the_docs_of_the_code_exist(page: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`", prose(page))
    names = {name for span in spans for name in IDENTIFIER.findall(span)}
    assert not names - code_names() - NOT_IN_THE_CODE


@pytest.mark.parametrize("package", PACKAGES, ids=name_of)
def test_the_layers_in_a_readme_are_those_of_the_contract(package: Path) -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    name = f"zhsearch.{package.name}"
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == [name])
    (line,) = re.findall(r"^Layers: (.*?) > the modules below", read(package / "README.md"), re.M | re.S)
    shown = [set(layer.split(", ")) for layer in " ".join(line.split()).split(" > ")]
    rooms = {room.name for room in ROOMS if room.parent == package}
    expected = [names for layer in layers if (names := set(layer.split(" | "))) & rooms]
    assert shown == expected


@pytest.mark.parametrize("page", MANUAL, ids=name_of)
def test_options_named_in_the_docs_exist(page: Path) -> None:
    """Options of zhsearch stand alone in backticks; those of other programs follow their name."""
    named = set(re.findall(r"`(--[a-z][\w-]*)[^`]*`", prose(page)))
    assert not named - set(long_options()) - {"--help", "--resolution"}  # click, pip-tools


def test_the_limits_of_the_api_in_the_docs_are_those_of_the_code() -> None:
    page = read("docs/http-api.md")
    table = page[page.index("## Limits") : page.index("Behind a reverse proxy")]
    limits = {row[0]: row[1] for row in rows(table)}
    assert limits["request line"] == f"{MAX_REQUEST_LINE_BYTES:,} bytes"
    assert f"{MAX_HEAD_BYTES >> 10} KiB" in table
    assert f"{MAX_BODY_BYTES >> 20} MiB" in table
    assert f"{MAX_QUERY_CHARS} characters" in table
    assert limits["a connection that is silent"] == f"{FIRST_BYTE_TIMEOUT_S} s"
    assert limits["a request that arrives slowly"] == f"{REQUEST_TIMEOUT_S} s"
    assert limits["a response that the client reads slowly"] == f"{RESPONSE_TIMEOUT_S} s"
    assert f"({MIN_DESCRIPTORS} at least)" in table
    searched = next(value for name, value in limits.items() if name.startswith("words of a query"))
    assert searched.startswith(f"{MAX_SUBSTRING_SCANS}; {MAX_NGRAMS};")


@pytest.mark.parametrize("page", MANUAL, ids=name_of)
def test_commands_in_the_docs_exist_with_their_options(page: Path) -> None:
    for args in commands(page):
        command: click.Command = main
        rest = args
        while isinstance(command, click.Group):
            subcommand = command.get_command(click.Context(command), rest[0])
            assert subcommand, args
            command, rest = subcommand, rest[1:]
        command.make_context(command.name, list(rest)).close()  # parsed, not run


def test_every_command_is_in_the_manual() -> None:
    shown = {args[0] for args in commands("docs/command-line.md")}
    assert shown == set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("page", ["README.md", "docs/command-line.md"])
def test_commands_in_the_docs_run(page: str, tmp_path: Path) -> None:
    (tmp_path / "content").symlink_to(ROOT / "content")
    (tmp_path / "hugo.toml").write_text('theme = "Mainroad"\n', encoding="utf-8")
    judged = '{"doc": 1, "title": "貔貅", "text": "瑞兽"}\n{"query": "什么是貔貅", "relevant": 1}\n'
    (tmp_path / "questions.jsonl").write_text(judged, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # the newest hugo
    for args in commands(page):
        if "--content" in args:
            continue
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "zhsearch.search.cli",
                *([args[0], "--help"] if args[0] in ("serve", "dev", "lab") else args),
            ],
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (args, done.stderr)


EXAMPLES = [
    (name_of(page), line, shown)
    for page in MANUAL
    for block, shown in re.findall(
        r"^```\w+\n(.*?)^```\n(?:```json\n(.*?)^```)?", read(page), re.MULTILINE | re.DOTALL
    )
    for line in re.findall(r"^curl .*", block, re.MULTILINE)
]
"""Each call of curl in the docs: its page, the line, and the JSON shown below it."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """`zhsearch serve` for the sample site, with a token."""
    folder = tmp_path_factory.mktemp("sample")
    settings = Settings(content=ROOT / "content", index=folder / "index", cache=CACHE)
    reindex(settings)
    lines = {"content": settings.content, "cache": settings.cache, "reindex_token": TOKEN}
    (folder / "zhsearch.toml").write_text("".join(f'{name} = "{value}"\n' for name, value in lines.items()))
    with serving(folder, settings) as server:
        yield server
    wait_for(lambda: not is_running(settings.index))


@pytest.mark.skipif(not which("curl"), reason="needs curl")
@pytest.mark.parametrize(("page", "line", "shown"), EXAMPLES, ids=[line for _, line, _ in EXAMPLES])
def test_a_pasted_call_of_curl_returns_what_the_docs_show(
    sample: Serving, page: str, line: str, shown: str
) -> None:
    pasted = re.sub(r"http://127\.0\.0\.1:8000|https://search\.example", sample.url, line)
    done = subprocess.run(
        ["sh", "-c", pasted], env={**os.environ, "TOKEN": TOKEN}, capture_output=True, timeout=60, check=True
    )
    assert contains(json.loads(done.stdout), json.loads(shown)), done.stdout.decode()


def test_the_docs_of_the_api_have_an_example_of_each_answer() -> None:
    calls = [line for page, line, _ in EXAMPLES if page == "docs/http-api.md"]
    for path in ("search", "suggest", "recent", "tags", "related", "readyz"):
        assert any(path in call for call in calls), path
    assert not blocks("docs/http-api.md", "http")


def test_the_spelling_examples_of_the_docs_work_on_the_sample_site(tmp_path: Path) -> None:
    settings = Settings(content=ROOT / "content", index=tmp_path, cache=CACHE)
    reindex(settings)
    table = read("docs/query-language.md").partition("| typed | suggested |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `?(.+?)`? \| `?(.+?)`? \| [\w ]+ \|$", table, re.MULTILINE)
    assert ("人工只能", "人工智能") in rows
    search = Searcher(settings)
    assert {typed: search(typed)["suggestion"] for typed, _ in rows} == dict(rows)


def test_every_api_endpoint_is_documented_and_every_documented_one_exists(tmp_path: Path) -> None:
    app = create_app(Settings(index=tmp_path, cache=CACHE))
    endpoints = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method != "OPTIONS"
    }
    cells = re.findall(r"`((?:GET|POST) /[\w./]*)`", read("docs/http-api.md"))
    documented = {(cell.split()[0], cell.split()[1]) for cell in cells}
    assert documented <= endpoints
    api = {(method, path) for method, path in endpoints if path.startswith("/api/") and method != "HEAD"}
    assert api <= documented


def test_the_table_of_settings_is_that_of_the_code() -> None:
    assert read("docs/configuration.md") == with_table(read("docs/configuration.md")), "run `make docs`"


def test_the_table_of_settings_has_every_setting_with_its_default() -> None:
    page = read("docs/configuration.md")
    table = page[page.index("<!-- settings:begin -->") : page.index("<!-- settings:end -->")]
    _, *shown = rows(table)
    assert [row[0].strip("`") for row in shown] == [field.name for field in fields(Settings)]
    for name, default, *_ in shown:
        value = None if default == "none" else tomllib.loads(f"value = {default.strip('`')}")["value"]
        actual = getattr(Settings(), name.strip("`"))
        if isinstance(actual, Path):
            assert Path(str(value)) == actual, name
        else:
            assert (tuple(value) if isinstance(value, list) else value) == actual, name


@pytest.mark.parametrize("page", MANUAL, ids=name_of)
def test_settings_in_the_docs_are_valid(page: Path, tmp_path: Path) -> None:
    known = {field.name for field in fields(Settings)}
    for block in blocks(page, "toml"):
        if known & set(tomllib.loads(block)):  # other blocks are Hugo's configuration
            (tmp_path / "zhsearch.toml").write_text(block, encoding="utf-8")
            load_settings(folder=tmp_path, environ={})


def test_error_messages_in_the_docs_occur_in_the_code() -> None:
    literals = string_literals()
    page = read("docs/faq.md")
    messages = re.findall(
        r"^\| (?:\d{3} )?`([^`]+)` \|", page[page.index("## Error messages") :], re.MULTILINE
    )
    assert len(messages) > 20
    for message in messages:
        for part in filter(None, map(str.strip, message.split("…"))):
            assert any(part in literal for literal in literals), message


def test_metrics_and_make_targets_in_the_docs_exist() -> None:
    literals = set(string_literals())
    for name in re.findall(r"`(zhsearch_\w+)`", read("docs/operations.md")):
        assert name.removesuffix("_total") in literals, name
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for page in MANUAL:
        assert set(re.findall(r"`make ([a-z-]+)", read(page))) <= targets, page


def test_the_attributes_and_the_size_of_the_search_box_match_the_docs() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "search/widget/src").rglob("*.js"))
    page = read("docs/install.md")
    tables = page[page.index("### Attributes of zh-search") : page.index("### Colours")]
    for name in re.findall(r'^\| `(\w+)(?:="\w+")?` \|', tables, re.MULTILINE):
        assert re.search(rf'"{name}"|\b{name}\b', sources), name
    size = len(gzip.compress((ROOT / "search/widget/widget.js").read_bytes()))
    (documented,) = re.findall(r"(\d+) kB compressed", page)
    assert abs(size / 1000 - int(documented)) < 1
