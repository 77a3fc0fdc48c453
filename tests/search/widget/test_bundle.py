"""The script of the elements: small, one file, one version, one integrity value."""

import base64
import gzip
import hashlib
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.browser.bundle import OF_FILES, OF_SERVER, SCRIPTS, SOURCES, Script, bundle
from zhsearch.search.http.app import create_app
from zhsearch.search.i18n import TEXTS
from zhsearch.search.settings import Settings
from zhsearch.search.widget.bundle import widget_bundle

MAX_BYTES = 12 * 1024  # compressed; script and style together


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with create_app(Settings(index=tmp_path / "none")).test_client() as client:
        yield client


def test_script_and_styles_are_at_most_twelve_kilobytes_together(client: FlaskClient) -> None:
    size = 0
    for path in ("/widget.js", "/widget.css"):
        with client.get(path) as response:
            assert response.status_code == 200
            size += len(gzip.compress(response.data))
    assert size <= MAX_BYTES


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.path.parent.name)
def test_the_scripts_are_built_from_the_current_sources(script: Script) -> None:
    if not find_spec("minify"):
        pytest.skip("tdewolff-minify is not installed: it has no wheel for this machine")
    assert script.path.read_text(encoding="utf-8") == bundle(script), "out of date: make widget"


def test_every_source_starts_with_a_comment_and_is_short() -> None:
    used = {*OF_SERVER.sources, *OF_FILES.sources}
    assert set(SOURCES.glob("*.js")) == {source for source in used if source.parent == SOURCES}
    for source in SOURCES.glob("*.js"):
        text = source.read_text(encoding="utf-8")
        assert text.startswith("/*"), source.name
        assert text.count("\n") <= 300, source.name


def test_a_texts_keys_are_the_same_in_every_language() -> None:
    text = (SOURCES / "i18n.js").read_text(encoding="utf-8")
    languages = re.split(r'^  (?:"zh-CN"|"zh-TW"|en): \{$', text, flags=re.MULTILINE)[1:]
    keys = [re.findall(r"(\w+): [\"(]", re.sub(r'(["`])[^"`]*\1', '""', language)) for language in languages]
    assert len(keys) == 3
    assert keys[0] == keys[1] == keys[2]
    assert len(keys[0]) > 25


def test_a_failure_to_read_files_has_the_same_texts_in_every_language() -> None:
    text = (SOURCES / "files.js").read_text(encoding="utf-8")
    languages = re.split(r'^  (?:"zh-CN"|"zh-TW"|en): \{$', text, flags=re.MULTILINE)[1:]
    assert [re.findall(r"^    (\d+): ", language, re.MULTILINE) for language in languages] == 3 * [
        ["408", "410", "501"]
    ]


SHARED = ("category", "chosen", "filters", "lang", "newest", "relaxed", "search", "tag", "year")


@pytest.mark.parametrize("lang", ["zh-CN", "zh-TW", "en"])
def test_the_box_and_the_search_page_use_the_same_words_for_the_same_things(lang: str) -> None:
    text = (SOURCES / "i18n.js").read_text(encoding="utf-8")
    start = re.search(rf'^  "?{lang}"?: \{{$', text, re.MULTILINE)
    assert start
    block = text[start.end() : text.index("\n  },", start.end())]
    for key in SHARED:
        assert f'{key}: "{TEXTS[lang][key]}"' in block, key


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.path.parent.name)
def test_the_scripts_never_turn_text_into_markup_or_code(script: Script) -> None:
    assert not re.search(
        r"\.innerHTML|\.outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write",
        script.path.read_text(encoding="utf-8"),
    )


def test_the_script_of_an_export_asks_no_server() -> None:
    text = OF_FILES.path.read_text(encoding="utf-8")
    assert "api/" not in text
    assert "healthz" not in text
    assert "healthz" in OF_SERVER.path.read_text(encoding="utf-8")


def test_the_integrity_value_is_that_of_the_bytes_served(client: FlaskClient) -> None:
    served = client.get("/widget.js").data
    digest = base64.b64encode(hashlib.sha384(served).digest()).decode()
    assert f'integrity="sha384-{digest}"' in widget_bundle().tag("https://search.example/")


def test_only_a_url_with_the_current_version_is_cached_for_a_year(client: FlaskClient) -> None:
    fresh = client.get(f"/widget.js?v={widget_bundle().version}")
    assert fresh.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for address in ("/widget.js", "/widget.js?v=older"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "public, no-cache"
        again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_the_script_is_gzipped_for_clients_that_accept_it(client: FlaskClient) -> None:
    response = client.get("/widget.js", headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == widget_bundle().widget.body
    assert "Accept-Encoding" in response.headers["Vary"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_search_page_loads_the_current_version(client: FlaskClient) -> None:
    assert f'src="/widget.js?v={widget_bundle().version}"' in client.get("/search").get_data(as_text=True)
