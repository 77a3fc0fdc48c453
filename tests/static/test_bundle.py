"""The module that is exported: small, of one scope, up to date with its sources."""

import gzip
from importlib.util import find_spec

import pytest

from tests.static.bundle import SCRIPT, bundle, repeated_names
from tests.static.data import DATA, SCRIPTS, data

MAX_BYTES = 25_000  # compressed; loaded when a reader begins to type
MAX_LINES = 320


def test_the_module_is_at_most_25_kilobytes() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) <= MAX_BYTES


def test_the_module_is_built_from_the_current_sources() -> None:
    if not find_spec("minify"):
        pytest.skip("tdewolff-minify is not installed: it has no wheel for this machine")
    assert SCRIPT.read_text(encoding="utf-8") == bundle(), "out of date: make widget"


def test_the_constants_are_those_of_python() -> None:
    assert DATA.read_text(encoding="utf-8") == data(), "out of date: make widget"


def test_no_two_sources_share_a_name() -> None:
    assert repeated_names() == []


def test_every_source_starts_with_a_comment_and_is_short() -> None:
    for source in SCRIPTS.rglob("*.js"):
        text = source.read_text(encoding="utf-8")
        assert text.startswith("/*"), source.name
        assert source == DATA or text.count("\n") <= MAX_LINES, source.name


def test_the_module_makes_no_code_from_texts() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "eval(" not in text
    assert "new Function" not in text
