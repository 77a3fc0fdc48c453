"""`hugo init` and the zhsearch.toml of a site: what is missing is added, and nothing else changes."""

import json
from pathlib import Path

import pytest

from tests.helpers.hugo import write_files
from tests.search.widget.test_hugo_partials import URL, run, site_of
from zhsearch.search.settings import load_settings

SITE = "https://x.example"
LINES = f'cors_origins = ["{SITE}"]\nsite_url = "{SITE}"\n'
OWN = """\
# Our search.
port = 8001   # behind nginx

cors_origins = [
  "https://other.example",  # the blog
]

[boosts]
"posts/news" = 1.5
"""


def toml(site: Path) -> str:
    return (site / "zhsearch.toml").read_bytes().decode()


def test_a_site_on_another_host_gets_a_zhsearch_toml(tmp_path: Path) -> None:
    shown = run("init", site_of(tmp_path, "Mainroad"), "--url", URL).output
    assert toml(tmp_path) == LINES
    assert "wrote      zhsearch.toml" in shown
    assert "zhsearch.toml: added cors_origins and site_url." in shown
    assert f'\n  site_url = "{SITE}"\n' in shown
    settings = load_settings(folder=tmp_path, environ={})
    assert (settings.cors_origins, settings.site_url) == ((SITE,), SITE)
    shown = run("init", tmp_path, "--url", URL).output
    assert "unchanged  zhsearch.toml" in shown
    assert "zhsearch.toml: cors_origins and site_url there already." in shown
    assert toml(tmp_path) == LINES


def test_comments_order_and_layout_of_a_file_stay(tmp_path: Path) -> None:
    write_files(site_of(tmp_path, "x"), {"zhsearch.toml": OWN})
    assert run("init", tmp_path, "--url", URL).exit_code == 0
    lines = toml(tmp_path).splitlines()
    assert [line for line in lines if line not in OWN.splitlines()] == [
        f'  "{SITE}",',
        f'site_url = "{SITE}"',
    ]
    assert [line for line in lines if line in OWN.splitlines() and line] == [
        line for line in OWN.splitlines() if line
    ]
    settings = load_settings(folder=tmp_path, environ={})
    assert settings.cors_origins == ("https://other.example", SITE)
    assert (settings.port, settings.site_url, settings.boosts) == (8001, SITE, {"posts/news": 1.5})


@pytest.mark.parametrize(
    "text",
    [
        "port = 1",
        "port = 1\r\n",
        "[boosts]\na = 2\n",
        "",
        "# only a comment",
        "site_url = 'https://x.example'",
    ],
)
def test_any_file_stays_readable(tmp_path: Path, text: str) -> None:
    write_files(site_of(tmp_path, "x"), {"zhsearch.toml": text})
    (tmp_path / "zhsearch.toml").write_bytes(text.encode())
    assert run("init", tmp_path, "--url", URL).exit_code == 0
    settings = load_settings(folder=tmp_path, environ={})
    assert (settings.cors_origins, settings.site_url) == ((SITE,), SITE)
    assert all(line in toml(tmp_path) for line in text.splitlines())
    assert toml(tmp_path).count("\n") == toml(tmp_path).count("\r\n") or "\r" not in text


def test_a_value_of_the_owner_stays_and_the_line_is_printed(tmp_path: Path) -> None:
    text = f'site_url = "https://www.x.example"\ncors_origins = ["{SITE}"]\n'
    write_files(site_of(tmp_path, "x"), {"zhsearch.toml": text})
    result = run("init", tmp_path, "--url", URL)
    assert toml(tmp_path) == text
    assert "zhsearch.toml: cors_origins there already." in result.output
    assert f'zhsearch.toml, where you have other values:\n  site_url = "{SITE}"' in result.output


def test_a_broken_file_is_named_before_anything_is_written(tmp_path: Path) -> None:
    write_files(site_of(tmp_path, "x"), {"zhsearch.toml": "port = 1\nhost = a\n"})
    result = run("init", tmp_path, "--url", URL)
    assert result.exit_code == 2
    assert "zhsearch.toml:2: host cannot be read: Invalid value. Put text in quotes" in result.output
    assert not (tmp_path / "layouts").exists()


@pytest.mark.parametrize("url", ["/zh", SITE, f"{SITE}/zh"])
def test_a_search_on_the_site_itself_needs_no_settings(tmp_path: Path, url: str) -> None:
    result = run("init", site_of(tmp_path, "x"), "--url", url)
    assert result.exit_code == 0
    assert "zhsearch.toml" not in result.output
    assert not (tmp_path / "zhsearch.toml").exists()


def test_a_server_on_this_machine_allows_hugo_server(tmp_path: Path) -> None:
    report = json.loads(
        run("init", site_of(tmp_path, "x"), "--url", "http://127.0.0.1:8000", "--json").output
    )
    assert report["written"][-1] == "zhsearch.toml"
    assert report["added"] == ["cors_origins", "site_url"]
    settings = load_settings(folder=tmp_path, environ={})
    assert settings.cors_origins == ("http://localhost:1313", "http://127.0.0.1:1313")
    assert settings.site_url == "http://localhost:1313"
