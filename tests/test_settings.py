"""Settings: defaults < file < environment < flags; what is wrong is named with its source."""

from pathlib import Path

import pytest

from index.errors import SettingsError
from index.settings import Settings, load_settings


def read(folder: Path, toml: str = "", environ: dict[str, str] | None = None, **flags: object) -> Settings:
    if toml:
        (folder / "zhsearch.toml").write_text(toml, encoding="utf-8")
    return load_settings(flags=flags, folder=folder, environ=environ or {})


def test_nothing_needs_to_be_configured(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.content, settings.index, settings.port) == (Path("content"), Path(".zhsearch"), 8000)


def test_flags_win_over_the_environment_over_the_file(tmp_path: Path) -> None:
    environ = {"ZHSEARCH_PORT": "2", "ZHSEARCH_HOST": "b"}
    settings = read(tmp_path, 'port = 1\nhost = "a"\nworkers = 7', environ, port="3", host=None)
    assert (settings.port, settings.host, settings.workers) == (3, "b", 7)


def test_paths_in_the_file_start_where_the_file_lies(tmp_path: Path) -> None:
    assert read(tmp_path, 'content = "site"').content == tmp_path / "site"


def test_lists_come_from_commas_in_the_environment(tmp_path: Path) -> None:
    environ = {"ZHSEARCH_CORS_ORIGINS": "https://a.example/, https://b.example"}
    assert read(tmp_path, environ=environ).cors_origins == ("https://a.example", "https://b.example")
    assert read(tmp_path, 'cors_origins = ["https://c.example"]').cors_origins == ("https://c.example",)


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("portt = 1", "portt"),
        ("port = 0", "port = 0"),
        ("port = 70000", "between 1 and 65535"),
        ('port = "x"', "whole number"),
        ("host = 1", "host = 1"),
        ('segmenter = "icu"', "auto, jieba, rjieba"),
        ("content = 5", "content = 5"),
        ("cors_origins = 5", "cors_origins"),
        ("port = ", "zhsearch.toml"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, toml: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read(tmp_path, toml)
    assert "zhsearch.toml" in str(caught.value)


def test_what_is_wrong_in_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ZHSEARCH_WORKERS"):
        read(tmp_path, environ={"ZHSEARCH_WORKERS": "many"})
