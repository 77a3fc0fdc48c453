"""Errors: what was not foreseen is logged and not told, what keeps the server from answering is told where it helps."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import index_site, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.settings import Settings
from zhsearch.search.http import endpoints
from zhsearch.search.http.app import create_app


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return index_site(write_site(tmp_path, {"a.md": post("算力", "芯片")}))


def test_a_fault_of_ours_is_logged_and_not_told(
    site: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of /home/us")

    monkeypatch.setattr(endpoints, "read_search", fail)
    client = create_app(site).test_client()
    for path in ("/api/search?q=a", "/search?q=a"):
        response = client.get(path)
        assert response.status_code == 500
        told = response.get_data(as_text=True)
        assert "secret" not in told
        assert "Traceback" not in told
        assert "/home" not in told
    assert "a secret of /home/us" in caplog.text
    assert "Traceback" in caplog.text


def why(settings: Settings) -> str:
    response = create_app(settings).test_client().get("/readyz")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    problem = json.loads(response.data)
    assert problem["title"] == "Not ready"
    assert str(settings.index) not in problem["detail"]
    return str(problem["detail"])


def test_readyz_tells_that_there_is_no_index_yet(site: Settings, tmp_path: Path) -> None:
    assert "no index in none yet. Make one: zhsearch reindex" in why(replace(site, index=tmp_path / "none"))


def test_readyz_names_the_file_that_is_broken_and_the_remedy(site: Settings) -> None:
    (part,) = (site.index / "generations").glob("*/*.part")
    with part.open("ab") as file:
        file.write(b"x")
    told = why(site)
    assert told.startswith(f"generations/{part.parent.name}/{part.name}: ")
    assert "Rebuild it: zhsearch reindex --full" in told
    (site.index / "generations" / part.parent.name / "manifest.json").write_text("{}")
    assert "manifest.json: its checksum differs" in why(site)


def test_readyz_warns_where_an_older_generation_serves(
    site: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    first = (site.index / "CURRENT").read_text()
    (site.content / "content/b.md").write_text(post("芯片", "算力"), encoding="utf-8")
    reindex(site)
    live = (site.index / "CURRENT").read_text()
    (site.index / "generations" / live / "manifest.json").write_text("{}")
    with caplog.at_level(logging.CRITICAL):
        ready = create_app(site).test_client().get("/readyz").get_json()
    assert (ready["status"], ready["generation"]) == ("ready", first)
    assert live in ready["warning"]
