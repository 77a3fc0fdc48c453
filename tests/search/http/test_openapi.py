"""The contract: real responses match `/openapi.json`, for generated requests too."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from tests.helpers.server import Serving
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.http.app import create_app
from zhsearch.search.http.openapi import openapi
from zhsearch.search.settings import Settings

POSTS = {
    "a.md": post(
        "算力与芯片", "国产算力。\n\n## 章节\n\n芯片在此。", date="2025-02-13", tags=["AI"], thumbnail="/a.png", author="混沌"
    ),
    "b.md": post("没有日期", "芯片 GPT-4o", categories=["科技"], lang="en"),
}  # fmt: skip
TOKEN = "a-token-for-these-tests"
RESPONSES = {
    "/api/search?q=芯片&tag=AI": "SearchResponse",
    "/api/search?q=什么是芯片的算力&explain=1": "SearchResponse",
    "/api/search?author=混沌&author=饕餮": "SearchResponse",
    "/api/search?q=suanl&completions=2&prefer_lang=zh&pinyin=1&facets=tag": "SearchResponse",
    "/api/search": "SearchResponse",
    "/api/suggest?q=suan": "SuggestResponse",
    "/api/recent": "RecentResponse",
    "/api/tags": "TagsResponse",
    "/api/related?url=/a/": "RelatedResponse",
    "/healthz": "HealthResponse",
    "/readyz": "ReadyResponse",
    "/api/reindex": "ReindexStatus",
    "/api/search?page=0": "Problem",
    "/api/related?url=/nothing/": "Problem",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    own = Settings(facets=("author",))
    settings = index_site(write_site(tmp_path_factory.mktemp("contract"), POSTS), own)
    (settings.content / "zhsearch.toml").write_text(
        f'explain = true\nfacets = ["author"]\nreindex_token = "{TOKEN}"\n'
    )
    return replace(settings, explain=True, reindex_token=TOKEN)


def closed(schema: Any) -> Any:
    """The schema, with all fields forbidden that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    properties = {name: closed(value) for name, value in schema.items()}
    return {**properties, "additionalProperties": False} if "properties" in schema else properties


@pytest.mark.parametrize(("path", "name"), RESPONSES.items())
def test_a_response_has_the_fields_of_its_schema_and_no_others(
    client: FlaskClient, path: str, name: str
) -> None:
    document = closed(client.get("/openapi.json").get_json())
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    answer = json.loads(client.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).data)
    jsonschema_rs.validate(schema, answer)


def test_the_document_has_every_route_of_the_api(site: Settings) -> None:
    app = create_app(site)
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    others = {
        rule
        for rule in routes
        if rule
        in (
            "/",
            "/search",
            "/widget.js",
            "/box.js",
            "/widget.css",
            "/page.css",
            "/openapi.json",
            "/metrics",
            "/admin/report",
        )
    }
    assert set(openapi("/")["paths"]) == routes - others


def test_the_document_has_the_facets_of_the_sites_own(client: FlaskClient) -> None:
    search = client.get("/openapi.json").get_json()["paths"]["/api/search"]["get"]
    named = {parameter["name"]: parameter for parameter in search["parameters"]}
    assert named["author"] == {
        **named["tag"],
        "name": "author",
        "description": named["author"]["description"],
    }


def test_without_an_index_the_document_has_what_every_site_has(tmp_path: Path) -> None:
    with create_app(Settings(content=tmp_path, index=tmp_path / "index")).test_client() as client:
        answer = client.get("/openapi.json")
    assert answer.get_json() == openapi("/")


def test_behind_a_prefix_the_document_has_it_as_server(client: FlaskClient) -> None:
    document = json.loads(client.get("/openapi.json", base_url="http://x.example/find").data)
    assert document["servers"] == [{"url": "/find"}]


def test_a_real_server_keeps_the_contract_for_generated_requests(server: Serving, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file", str(tmp_path / "schemathesis.toml"),
        "run", f"{server.url}/openapi.json",
        "--header", f"Authorization: Bearer {TOKEN}",
        "--max-examples", "20", "--seed", "17", "--no-color",
    ]  # fmt: skip
    completed = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False
    )
    assert completed.returncode == 0, completed.stdout[-6_000:] + completed.stderr[-2_000:]
    log = (server.settings.content / "server.log").read_text()
    assert "Traceback" not in log


CONFIGURATION = """
[phases.stateful]
enabled = false

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 413, 414, 429]
"""
