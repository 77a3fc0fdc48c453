"""`/admin/report`: off by default, for the owner alone, and without anything from elsewhere."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.analytics import CountedSearch, QueryLog
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

TOKEN = "a-token-of-the-owner"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = index_site(write_site(tmp_path_factory.mktemp("admin"), {"a.md": post("算力", "芯片")}))
    counts = QueryLog(settings.index)
    for _ in range(3):
        counts.record(CountedSearch("<script>alert(1)</script>", 0))
    counts.flush()
    return replace(settings, reindex_token=TOKEN, admin_report=True)


def password(token: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'anyone:{token}'.encode()).decode()}"}


@pytest.mark.parametrize("off", [{"admin_report": False}, {"reindex_token": ""}])
def test_the_report_is_off_unless_both_settings_turn_it_on(site: Settings, off: dict[str, object]) -> None:
    settings = replace(site, **off)  # type: ignore[arg-type]  # names of settings
    response = create_app(settings).test_client().get("/admin/report", headers=password(""))
    assert response.status_code == 404
    assert "admin_report = true" in response.get_data(as_text=True)


@pytest.mark.parametrize("headers", [{}, password("another"), {"Authorization": "Bearer another"}])
def test_a_browser_without_the_token_is_asked_for_it(client: FlaskClient, headers: dict[str, str]) -> None:
    response = client.get("/admin/report", headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic ")
    assert "alert(1)" not in response.get_data(as_text=True)


@pytest.mark.parametrize("headers", [password(TOKEN), {"Authorization": f"Bearer {TOKEN}"}])
def test_the_owner_sees_the_report_in_the_language_of_the_browser(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    response = client.get("/admin/report", headers={**headers, "Accept-Language": "zh-TW"})
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert '<html lang="zh-TW">' in page
    assert "搜尋報告" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_has_no_script_and_loads_nothing(client: FlaskClient) -> None:
    response = client.get("/admin/report", headers=password(TOKEN))
    page = response.get_data(as_text=True)
    assert "<script" not in page
    assert not re.search(r"(src|href|style)=|url\(|@import", page)
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_the_token_as_a_password_does_not_start_a_run(site: Settings, tmp_path: Path) -> None:
    app = create_app(replace(site, index=tmp_path))
    assert app.test_client().post("/api/reindex", headers=password(TOKEN)).status_code == 401
