"""The scripts of the elements: small, one version and one integrity value each, and the first pins the second."""

import base64
import gzip
import hashlib
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from tests.browser.bundle import SOURCES, scripts
from tests.helpers.sites import ROOT
from zhsearch.search.http.app import create_app
from zhsearch.search.i18n import TEXTS
from zhsearch.search.settings import Settings
from zhsearch.search.widget import WidgetBundle, static_bundle, widget_bundle

MAX_FIRST_BYTES = 12 * 1024  # compressed; before the box is used
MAX_BYTES = 24 * 1024  # with what comes then
SCRIPTS = ("/widget.js", "/box.js")
OF_SERVER, OF_FILES = ROOT / "search/widget", ROOT / "search/static"
SHARED = ("category", "chosen", "filters", "lang", "newest", "relaxed", "search", "tag", "year")
BUNDLES = pytest.mark.parametrize("bundle", [widget_bundle(), static_bundle()], ids=["server", "files"])


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with create_app(Settings(index=tmp_path / "none")).test_client() as client:
        yield client


@BUNDLES
def test_what_a_page_loads_is_at_most_twelve_kilobytes(bundle: WidgetBundle) -> None:
    assert first_bytes(bundle) <= MAX_FIRST_BYTES


def test_what_comes_at_first_use_makes_at_most_twenty_four_kilobytes() -> None:
    bundle = widget_bundle()
    assert first_bytes(bundle) + len(gzip.compress(bundle.box.body)) <= MAX_BYTES


def first_bytes(bundle: WidgetBundle) -> int:
    """The compressed size of what a page loads before the box is used."""
    style = (OF_SERVER / "widget.css").read_bytes()
    return len(gzip.compress(bundle.widget.body)) + len(gzip.compress(style))


def test_the_scripts_are_built_from_the_current_sources() -> None:
    if not find_spec("minify"):
        pytest.skip("tdewolff-minify is not installed: it has no wheel for this machine")
    for path, text in scripts().items():
        assert path.read_text(encoding="utf-8") == text, f"{path} is out of date: make widget"


def test_every_source_starts_with_a_comment_and_is_short() -> None:
    for source in SOURCES.rglob("*.js"):
        text = source.read_text(encoding="utf-8")
        assert text.startswith("/*"), source.name
        assert text.count("\n") <= 300, source.name


def test_every_text_of_the_box_is_there_in_three_languages() -> None:
    known = texts()
    assert list(known) == list(TEXTS)
    assert known["zh-CN"].keys() == known["zh-TW"].keys() == known["en"].keys()
    assert len(known["en"]) > 25


def test_the_box_and_the_search_page_use_the_same_words_for_the_same_things() -> None:
    for lang, said in texts().items():
        shared = {key: said[key] for key in SHARED if key in said}
        assert shared == {key: TEXTS[lang][key] for key in shared}
        assert len(shared) >= 5


def texts() -> dict[str, dict[str, str]]:
    """The texts in the sources, by language and key; "" for one that is a function."""
    sources = "".join(source.read_text(encoding="utf-8") for source in sorted((SOURCES / "box").glob("*.js")))
    found: dict[str, dict[str, str]] = {lang: {} for lang in TEXTS}
    for key, *said in re.findall(r'^  (\w+): \["([^"]*)", "([^"]*)", "([^"]*)"\],$', sources, re.MULTILINE):
        for lang, text in zip(found, said, strict=True):
            found[lang][key] = text
    for lang, block in re.findall(
        r'^  "?(zh-CN|zh-TW|en)"?: \{\n(.*?)^  \},$', sources, re.MULTILINE | re.DOTALL
    ):
        found[lang] |= dict(re.findall(r'^    (\w+): (?:"([^"]*)")?', block, re.MULTILINE))
    return found


@pytest.mark.parametrize("path", [OF_SERVER / "widget.js", OF_SERVER / "box.js", OF_FILES / "widget.js"])
def test_the_scripts_never_turn_text_into_markup_or_code(path: Path) -> None:
    assert not re.search(
        r"\.innerHTML|\.outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write",
        path.read_text(encoding="utf-8"),
    )


def test_the_script_of_an_export_asks_no_server() -> None:
    text = static_bundle().widget.body.decode()
    assert "api/" not in text
    assert "healthz" not in text
    assert "healthz" in widget_bundle().widget.body.decode()


@BUNDLES
def test_the_first_script_names_exactly_the_second_one_and_its_integrity_value(bundle: WidgetBundle) -> None:
    text = bundle.widget.body.decode()
    assert set(re.findall(r"[./]*box\.js[^\"'`]*", text)) == {f"./box.js?v={bundle.box.version}"}
    assert f'"{bundle.box.integrity}"' in text


@pytest.mark.parametrize("path", SCRIPTS)
def test_the_integrity_values_are_those_of_the_bytes_served(client: FlaskClient, path: str) -> None:
    digest = base64.b64encode(hashlib.sha384(client.get(path).data).digest()).decode()
    tag = widget_bundle().tag("https://search.example/")
    assert f"sha384-{digest}" in (tag if path == "/widget.js" else widget_bundle().box.integrity)


@pytest.mark.parametrize("path", SCRIPTS)
def test_only_a_url_with_the_current_version_is_cached_for_a_year(client: FlaskClient, path: str) -> None:
    version = {"/widget.js": widget_bundle().widget, "/box.js": widget_bundle().box}[path].version
    fresh = client.get(f"{path}?v={version}")
    assert fresh.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for address in (path, f"{path}?v=older"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "public, no-cache"
        again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", SCRIPTS)
def test_any_page_may_load_the_scripts_compressed(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept-Encoding": "gzip", "Origin": "https://anyone.example"})
    assert response.mimetype == "text/javascript"
    assert gzip.decompress(response.data) == client.get(path).data
    assert "Accept-Encoding" in response.headers["Vary"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_search_page_loads_the_current_version(client: FlaskClient) -> None:
    assert f'src="/widget.js?v={widget_bundle().version}"' in client.get("/search").get_data(as_text=True)


def test_below_a_proxys_path_both_scripts_have_the_same_base(tmp_path: Path) -> None:
    client = create_app(Settings(index=tmp_path / "none", trusted_hops=1)).test_client()
    page = client.get("/search", headers={"X-Forwarded-Prefix": "/find"}).get_data(as_text=True)
    (widget,) = re.findall(r'<script [^>]*src="([^"]+)"', page)
    box = urljoin(widget, f"./box.js?v={widget_bundle().box.version}")
    assert box.startswith("/find/box.js?")
    # the proxy takes its prefix away
    assert client.get(box.removeprefix("/find")).headers["Cache-Control"].endswith("immutable")
