"""Origins: every spelling of one becomes that of browsers, and what is none is refused with what to write."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from zhsearch.index.errors import SettingsError
from zhsearch.index.origin import read_origin
from zhsearch.search.cli import main
from zhsearch.search.settings import load_settings

READ = {
    "https://news.example": "https://news.example",
    "https://news.example/": "https://news.example",
    "https://NEWS.example": "https://news.example",
    "HTTPS://news.example": "https://news.example",
    "https://news.example:443": "https://news.example",
    "http://news.example:80/": "http://news.example",
    "https://news.example:80": "https://news.example:80",
    "http://localhost:1313": "http://localhost:1313",
    "http://127.0.0.1:8000": "http://127.0.0.1:8000",
    "http://[0:0:0:0:0:0:0:1]:8000": "http://[::1]:8000",
    "https://例子.中国": "https://xn--fsqu00a.xn--fiqs8s",
    "https://博客。例子.中国:443/": "https://xn--9krq6q.xn--fsqu00a.xn--fiqs8s",
    "tauri://localhost": "tauri://localhost",
}
REFUSED = {
    "https://news.example/blog": "more than an origin: write https://news.example",
    "https://news.example/blog/": "more than an origin: write https://news.example",
    "https://NEWS.example:443?x=1": "more than an origin: write https://news.example",
    "https://news.example#top": "more than an origin: write https://news.example",
    "news.example": "lacks a scheme: write https://news.example",
    "news.example/blog": "lacks a scheme: write https://news.example",
    "//news.example": "lacks a scheme: write https://news.example",
    "例子.中国": "lacks a scheme: write https://xn--fsqu00a.xn--fiqs8s",
    "localhost:1313": "lacks a scheme: write http://localhost:1313",
    "127.0.0.1": "lacks a scheme: write http://127.0.0.1",
    "javascript:alert(1)": "lacks a scheme: write https://news.example",
    "https://": "write https://news.example",
    "https:///blog": "no origin",
    "file:///srv/index.html": "no origin",
    "https://news.example:": "no origin",
    "https://news.example:99999": "no origin",
    "https://news.example:port": "no origin",
    "https://me:secret@news.example": "no origin",
    "https://news..example": "no origin",
    "https://straße.example": "no origin",
    "http://[::1": "no origin",
    "https://*.news.example": "* cannot be a part of an origin",
    "**": "* cannot be a part of an origin",
    "https://a.example https://b.example": 'has a blank in it: write ["a", "b"], or a,b in the environment',
    "https://news .example": "has a blank in it",
    "null": "open the pages from a web server",
}


@pytest.mark.parametrize("text", READ)
def test_every_spelling_becomes_that_of_browsers(text: str) -> None:
    assert read_origin(text) == READ[text]
    assert read_origin(READ[text]) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("setting", ["cors_origins", "site_url"])
def test_what_is_no_origin_is_refused_with_its_value_and_what_to_write(setting: str, text: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(environ={f"ZHSEARCH_{setting.upper()}": text})
    message = str(error.value)
    assert REFUSED[text] in message
    assert f"ZHSEARCH_{setting.upper()} = {text!r} has " in message


def test_lists_drop_blanks_and_repeats_and_take_a_star(tmp_path: Path) -> None:
    environ = {"ZHSEARCH_CORS_ORIGINS": " https://a.example/ ,, https://A.example:443,https://b.example "}
    settings = load_settings(folder=tmp_path, environ=environ)
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    (tmp_path / "zhsearch.toml").write_text('cors_origins = ["*"]\nsite_url = " https://A.example/ "\n')
    settings = load_settings(folder=tmp_path, environ={})
    assert (settings.cors_origins, settings.site_url) == (("*",), "https://a.example")
    assert load_settings(folder=tmp_path, environ={"ZHSEARCH_SITE_URL": ""}).site_url == ""


def test_the_command_line_says_it_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHSEARCH_LANG", "zh-CN")
    monkeypatch.setenv("ZHSEARCH_CORS_ORIGINS", "https://news.example/blog")
    done = CliRunner().invoke(main, ["serve"])
    assert done.exit_code == 2
    assert "请写成 https://news.example" in done.output
