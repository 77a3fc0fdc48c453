"""The response to a search: a page beyond the reach of the engine is a bad parameter like any other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.embedded.engine import EmbeddedEngine
from zhsearch.search.errors import TooDeepError
from zhsearch.search.http.app import create_app


def test_a_page_too_deep_for_the_engine_is_a_bad_parameter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_deep(*_: object) -> None:
        raise TooDeepError(100_000)

    settings = index_site(write_site(tmp_path, {"a.md": post("算力", "芯片")}))
    client = create_app(replace(settings, explain=True)).test_client()
    monkeypatch.setattr(EmbeddedEngine, "search", too_deep)
    monkeypatch.setattr(EmbeddedEngine, "explain", too_deep)
    for explain in ("", "&explain=1"):
        response = client.get(f"/api/search?q=a&page=9999{explain}")
        assert response.status_code == 400
        assert json.loads(response.data) == {
            "type": "about:blank",
            "title": "Bad parameter",
            "status": 400,
            "detail": "page: only the first 100,000 hits can be paged through; narrow the query",
            "parameter": "page",
        }
    assert client.get("/search?q=a&page=9999").status_code == 400
