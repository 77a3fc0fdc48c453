"""Errors: unexpected ones are logged and not sent; /readyz gives the reason why a server cannot answer."""

import errno
import json
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import (
    BadRequest,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    ServiceUnavailable,
)

from tests.helpers.sites import index_site, post, write_site
from zhsearch.index.errors import BackendUnavailableError, CorruptIndexError, NoIndexError
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.deadline import DeadlineExceededError
from zhsearch.search.errors import ParameterError
from zhsearch.search.http import endpoints
from zhsearch.search.http.app import create_app
from zhsearch.search.http.errors import (
    OverloadedError,
    RateLimitedError,
    problem_of,
    record_refusal,
    refusal_of,
)
from zhsearch.search.http.limits import BODY_TOO_LARGE, InFlight
from zhsearch.search.settings import Settings
from zhsearch.search.translation import translated


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return index_site(write_site(tmp_path, {"a.md": post("算力", "芯片")}))


def test_an_unexpected_error_is_logged_and_not_sent(
    site: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of /home/us")

    monkeypatch.setattr(endpoints, "read_search", fail)
    client = create_app(site).test_client()
    for path in ("/api/search?q=a", "/search?q=a"):
        response = client.get(path)
        assert response.status_code == 500
        body = response.get_data(as_text=True)
        assert "secret" not in body
        assert "Traceback" not in body
        assert "/home" not in body
    assert "a secret of /home/us" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (ParameterError("page", "wrong"), 400, "page: wrong"),
        (RateLimitedError(7), 429, "Too many requests from this address. Try again in 7 s"),
        (OverloadedError("too many"), 503, "too many"),
        (DeadlineExceededError("too long"), 503, "too long"),
        (NoIndexError("no index in /srv"), 503, "The index is not built yet. Try again later."),
        (
            BackendUnavailableError("http://10.0.0.1:9200 refused"),
            503,
            "Search is temporarily unavailable. Try again shortly.",
        ),
        (
            CorruptIndexError("/srv/a.segment", "its checksum differs"),
            503,
            "The index cannot be read at the moment. Try again shortly.",
        ),
        (
            MemoryError(),
            503,
            "The server is out of memory or file descriptors. Try again shortly.",
        ),
        (
            OSError(errno.EMFILE, "/srv/a.segment"),
            503,
            "The server is out of memory or file descriptors. Try again shortly.",
        ),
        (ValueError("/srv/secret"), 500, "Something went wrong here; it was logged."),
    ],
)
def test_an_error_text_names_nothing_of_the_server(error: Exception, status: int, detail: str) -> None:
    problem = problem_of(error)  # outside of any request
    assert (problem["status"], problem["detail"]) == (status, detail)


def test_a_refusal_is_recorded_with_its_reason_and_other_errors_are_not() -> None:
    environ: dict[str, Any] = {}
    record_refusal(environ, ValueError())
    assert refusal_of(environ) is None
    record_refusal(environ, RateLimitedError(1))
    assert refusal_of(environ) == "rate"


def reason_of_readyz(settings: Settings) -> str:
    response = create_app(settings).test_client().get("/readyz")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    problem = json.loads(response.data)
    assert problem["title"] == "Not ready"
    assert str(settings.index) not in problem["detail"]
    return str(problem["detail"])


def test_readyz_says_that_there_is_no_index_yet(site: Settings, tmp_path: Path) -> None:
    assert "no index in none yet. Make one: zhsearch reindex" in reason_of_readyz(
        replace(site, index=tmp_path / "none")
    )


def test_readyz_names_the_damaged_file_and_the_remedy(site: Settings) -> None:
    (segment,) = (site.index / "generations").glob("*/*.segment")
    with segment.open("ab") as file:
        file.write(b"x")
    reason = reason_of_readyz(site)
    assert reason.startswith(f"generations/{segment.parent.name}/{segment.name}: ")
    assert "Rebuild it: zhsearch reindex --full" in reason
    (site.index / "generations" / segment.parent.name / "manifest.json").write_text("{}")
    assert "manifest.json: its checksum differs" in reason_of_readyz(site)


def test_readyz_warns_if_an_older_generation_serves(site: Settings, caplog: pytest.LogCaptureFixture) -> None:
    first = (site.index / "CURRENT").read_text()
    (site.content / "content/b.md").write_text(post("芯片", "算力"), encoding="utf-8")
    reindex(site)
    live = (site.index / "CURRENT").read_text()
    (site.index / "generations" / live / "manifest.json").write_text("{}")
    with caplog.at_level(logging.CRITICAL):
        ready = create_app(site).test_client().get("/readyz").get_json()
    assert (ready["status"], ready["generation"]) == ("ready", first)
    assert live in ready["warning"]


PAGES = {
    "/search?q=a&per_page=99": {"zh-CN": "per_page：&#39;99&#39; 不是 1 到 50 的整数", "zh-TW": "不是 1 到 50 的整數", "en": "is not a whole number"},
    "/search?q=a&from=2026&to=2025": {"zh-CN": "请对调", "zh-TW": "請對調", "en": "swap them"},
    "/search?q=a&sort=x": {"zh-CN": "不是其中之一", "zh-TW": "不是其中之一", "en": "is not one of"},
    f"/search?q={'a' * 600}": {"zh-CN": "600 个字符；最多 512 个", "zh-TW": "600 個字元", "en": "600 characters"},
    "/nowhere": {"zh-CN": "服务器上没有这个网址", "zh-TW": "伺服器上沒有這個網址", "en": "was not found on the server"},
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_tell_what_is_wrong_in_the_readers_language(site: Settings, path: str, language: str) -> None:
    client = create_app(site).test_client()
    page = client.get(path, headers={"Accept-Language": language}).get_data(as_text=True)
    assert PAGES[path][language] in page
    shown = re.sub(r"<[^>]*>|https?://\S+", " ", page)
    if language != "en":
        assert not re.search(r"[A-Za-z]{2,}(?: [a-z']+){2,}", shown)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN", "zh-CN"), ("zh", "zh-CN"), ("zh-Hant-HK", "zh-TW"), ("en-GB,zh;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("fr,zh-TW;q=0.5,en;q=0.1", "zh-TW"), ("en;q=0.1,zh", "zh-CN"),
        ("zh;q=0,en", "en"), ("fr", "en"), ("*", "en"), ("", "en"), ("\x00;;q=", "en"), (None, "en"),
    ],
)  # fmt: skip
def test_the_api_tells_what_is_wrong_in_the_readers_language_and_in_english_without_one(
    site: Settings, accepted: str | None, language: str
) -> None:
    client = create_app(site).test_client()
    headers = {} if accepted is None else {"Accept-Language": accepted}
    response = client.get("/api/search?q=a&from=2026&to=2025", headers=headers)
    problem = response.get_json()
    assert PAGES["/search?q=a&from=2026&to=2025"][language].replace("&#39;", "'") in problem["detail"]
    assert problem["title"] == {"en": "Bad parameter", "zh-CN": "参数有误", "zh-TW": "參數有誤"}[language]
    assert (problem["type"], problem["status"], problem["parameter"]) == ("about:blank", 400, "from")
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    assert response.headers["Cache-Control"] == "no-store"


ANSWERED = {
    400: "/api/search?page=0", 404: "/api/nothing", 405: "/api/tags", 413: "/api/reindex", 429: "/api/recent",
    503: "/api/search?q=a",
}  # fmt: skip


@pytest.mark.parametrize("status", ANSWERED)
def test_every_error_that_a_reader_may_meet_is_in_chinese(site: Settings, status: int) -> None:
    limited = replace(site, rate_limit="1/hour" if status == 429 else "", reindex_token="x" * 16)
    in_flight = InFlight()
    client = create_app(limited, in_flight=in_flight).test_client()
    client.get("/search")
    in_flight.count = 10_000 if status == 503 else 0
    for language in ("zh-CN", "zh-TW"):
        response = client.open(
            ANSWERED[status],
            method={405: "DELETE", 413: "POST"}.get(status, "GET"),
            data=b"x" * (5 << 20) if status == 413 else None,
            headers={"Accept-Language": language},
        )
        problem = response.get_json()
        assert (response.status_code, problem["status"]) == (status, status)
        assert re.match(r"[一-鿿]", problem["title"]), problem
        assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", problem["detail"]), problem
        assert ("Retry-After" in response.headers) == (status in (429, 503))


def test_an_answer_that_is_no_error_is_the_same_in_every_language(site: Settings) -> None:
    response = create_app(site).test_client().get("/api/tags", headers={"Accept-Language": "zh"})
    assert "Accept-Language" not in response.headers["Vary"]
    assert "Content-Language" not in response.headers


@pytest.mark.parametrize(
    ("language", "shown"), [("zh-CN", "索引还没有建好"), ("zh-TW", "索引還沒有建好"), ("en", "not built yet")]
)
def test_without_an_index_the_page_says_so_in_the_readers_language(
    tmp_path: Path, language: str, shown: str
) -> None:
    client = create_app(Settings(index=tmp_path / "none")).test_client()
    response = client.get("/search?q=a", headers={"Accept-Language": language})
    assert response.status_code == 503
    assert shown in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "error",
    [OverloadedError("More than {max_in_flight} requests at once. Try again in a second", max_in_flight=2),
     RateLimitedError(7), DeadlineExceededError("This query takes too long here. Use fewer or rarer words"),
     BackendUnavailableError("x"), CorruptIndexError("x", "y"), RuntimeError("x"), MemoryError(), MethodNotAllowed(),
     RequestEntityTooLarge(BODY_TOO_LARGE), BadRequest(), InternalServerError(), ServiceUnavailable(), NotFound()],
)  # fmt: skip
def test_every_error_of_a_page_has_a_title_and_a_text_in_chinese(error: Exception) -> None:
    problem = problem_of(error)
    for language in ("zh-CN", "zh-TW"):
        for text in (problem["title"], problem["detail"]):
            assert re.match(r"[一-鿿]", translated(text, language)), text
