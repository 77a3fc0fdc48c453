"""Readers' queries as data: what a reader finds however a thing is written (`tests/data/writings.toml`), on every engine.

A query with `fails` is expected to fail; one that does not any more fails the test until its line is removed.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.helpers.sites import DATA, Searcher, index_site, post, searcher, write_site
from zhsearch.search.settings import Settings

_DATA = tomllib.loads((DATA / "writings.toml").read_text(encoding="utf-8"))


def _cases() -> Iterator[Any]:
    for case in _DATA["case"]:
        failing = case.get("fails", {})
        for query in case.get("queries") or [case["query"]]:
            reason = failing if isinstance(failing, str) else failing.get(query)
            marks = [pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError)] if reason else []
            expected = " ".join(sorted(case.keys() - {"query", "queries", "fails"}))
            yield pytest.param(query, case, marks=marks, id=f"{query} {expected}")


def _post(data: Mapping[str, Any]) -> str:
    dated = {"date": data["date"]} if "date" in data else {}
    return post(data["title"], data["body"], **dated, **data.get("fields", {}))


def _inside_words(text: str, marks: list[list[int]]) -> list[str]:
    """The marked texts that a letter goes on beyond."""
    beside = [(text[max(start - 1, 0) : start], text[start:end], text[end : end + 1]) for start, end in marks]
    return [mark for before, mark, after in beside if re.search("[A-Za-z]", before + after)]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Searcher:
    posts = {f"{number}.md": _post(data) for number, data in enumerate(_DATA["post"])}
    return searcher(index_site(write_site(tmp_path_factory.mktemp("writings"), posts), engine_settings))


@pytest.mark.parametrize(("query", "expected"), list(_cases()))
def test_a_reader_finds_what_is_meant(search: Searcher, query: str, expected: Mapping[str, Any]) -> None:
    answer = search(query, per_page="50")
    titles = [result["title"] for result in answer["results"]]
    if "first" in expected:
        assert titles[:1] == [expected["first"]]
    assert set(expected.get("leading", ())) <= set(titles[:3])
    assert set(expected.get("found", ())) <= set(titles[:10])
    assert not set(expected.get("absent", ())) & set(titles)
    assert answer["total"] == expected.get("total", answer["total"])
    assert answer["relaxed"] == expected.get("relaxed", answer["relaxed"])
    if "suggestion" in expected:
        assert (answer["suggestion"] or "") == expected["suggestion"]
    if "unmarked" in expected:
        for result in answer["results"]:
            for name in ("title", "excerpt"):
                inside = _inside_words(result[name], result[f"{name}_marks"])
                assert expected["unmarked"] not in [mark.lower() for mark in inside]
    if "completions" in expected:
        completions = [completion.text for completion in search.engine.complete(query, 10)]
        assert completions[: len(expected["completions"])] == expected["completions"]
