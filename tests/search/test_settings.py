"""Settings: defaults < file < environment < options; errors name value, source and remedy."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.packaging.settings_table import as_toml
from zhsearch.index.errors import SettingsError
from zhsearch.index.setting_fields import settings_of
from zhsearch.index.settings import IndexSettings
from zhsearch.search.cli import main
from zhsearch.search.settings import (
    EngineSettings,
    OpenSearchSettings,
    ServerSettings,
    Settings,
    load_settings,
)


def read(folder: Path, toml: str = "", environ: dict[str, str] | None = None, **flags: object) -> Settings:
    if toml:
        (folder / "zhsearch.toml").write_text(toml, encoding="utf-8")
    return load_settings(flags=flags, folder=folder, environ=environ or {})


def test_nothing_needs_to_be_configured(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.content, settings.index, settings.port) == (Path("content"), Path(".zhsearch"), 8000)


def test_options_win_over_the_environment_over_the_file(tmp_path: Path) -> None:
    environ = {"ZHSEARCH_PORT": "2", "ZHSEARCH_HOST": "b"}
    settings = read(tmp_path, 'port = 1\nhost = "a"\nworkers = 7', environ, port="3", host=None)
    assert (settings.port, settings.host, settings.workers) == (3, "b", 7)


def test_relative_paths_in_the_file_start_at_its_folder(tmp_path: Path) -> None:
    assert read(tmp_path, 'content = "site"').content == tmp_path / "site"


def test_lists_come_from_commas_in_the_environment(tmp_path: Path) -> None:
    environ = {"ZHSEARCH_CORS_ORIGINS": "https://a.example/, https://b.example"}
    assert read(tmp_path, environ=environ).cors_origins == ("https://a.example", "https://b.example")
    assert read(tmp_path, 'cors_origins = ["https://c.example"]').cors_origins == ("https://c.example",)


def test_fields_of_front_matter_come_from_the_file_or_the_environment(tmp_path: Path) -> None:
    environ = {"ZHSEARCH_SEARCH_FIELDS": "Editor=2, lead=0", "ZHSEARCH_FACETS": "Series, author"}
    settings = read(tmp_path, environ=environ)
    assert (settings.search_fields, settings.facets) == ({"editor": 2.0, "lead": 0.0}, ("series", "author"))
    toml = 'search_fields = { editor = 1.5 }\nfacets = ["难度"]'
    settings = read(tmp_path, toml)
    assert (settings.search_fields, settings.facets) == ({"editor": 1.5}, ("难度",))


def test_a_switch_is_auto_true_or_false(tmp_path: Path) -> None:
    assert read(tmp_path).show_pages == "auto"
    assert read(tmp_path, "show_pages = true").show_pages is True
    assert read(tmp_path, environ={"ZHSEARCH_SHOW_PAGES": "0"}).show_pages is False
    assert read(tmp_path, environ={"ZHSEARCH_SHOW_PAGES": "auto"}).show_pages == "auto"


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("portt = 1", r"toml:1: unknown setting portt\. Did you mean port\?"),
        (
            "[server]\nport = 1",
            r"toml:1: unknown setting server\. Settings are in no table: .* without \[server\]",
        ),
        ("colour = 1", r"unknown setting colour\. Known settings: content, html, .*, webhook_secret\."),
        ("port = 0", "port = 0 is out of range: use 1 to 65535"),
        ('host = "a"\n\n  port = 0', "toml:3: port = 0"),
        ("[boosts]\na = 100", "toml:1: boosts = { \"a\" = 100 } has 100 for 'a'"),
        ("port = 70000", "out of range: use 1 to 65535"),
        ('port = "x"', "whole number"),
        ("host = 1", "host = 1 is not a string: put it in quotes"),
        ('segmenter = "icu"', "unknown: use auto, jieba or rjieba"),
        ('opensearch_index = "News"', "must be lower-case letters, digits, - and _, starting with a letter"),
        ("show_pages = 2", "show_pages = 2 is unknown: use auto, true or false"),
        ("show_pages = 'yes'", "show_pages = 'yes' is unknown: use auto, true or false"),
        ("explain = 2", "explain = 2 is not a boolean: use true or false"),
        ("content = 5", "content = 5"),
        ("cors_origins = 5", "cors_origins = 5 is not a list of strings"),
        ("boosts = 5", "boosts = 5 is not a table of factors"),
        ("port = ", r"toml:1: port cannot be read: Invalid value\. Put text in quotes"),
        ("port = 1\nhost = “a”", r"toml:2: host cannot be read: Invalid value\. Write ASCII signs, not “"),
        ('host = "a', r"toml:1: host cannot be read: .*Close the list or text that begins there"),
        ("exclude = [", r"toml:1: exclude cannot be read: .*Close the list or text that begins there"),
        (
            'a = 1\nexclude = [\n  "x",\n',
            r"toml:2: exclude cannot be read: .*Close the list or text that begins there",
        ),
        ("port = 1\nport = 2", r"toml:2: port cannot be read: .*It is set twice; remove one"),
        ("exclude = [\n  'a'\n  'b'\n]", r"toml:3: exclude cannot be read: .*separate its items by commas"),
        ("port 8000", r'toml:1 cannot be read: Expected .=.*Write key = "text"'),
        ("[boosts]\na = 2\n[boosts]\n", r"toml:3: \[boosts\] cannot be read: .* write it once"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, toml: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read(tmp_path, toml)
    assert "zhsearch.toml" in str(caught.value)


def test_what_is_wrong_in_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ZHSEARCH_WORKERS"):
        read(tmp_path, environ={"ZHSEARCH_WORKERS": "many"})


def test_a_variable_that_is_no_setting_is_ignored_with_a_warning_that_names_the_nearest(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    environ = {"ZHSEARCH_PROT": "1", "ZHSEARCH_SERVICE_XYZ": "10.0.0.1", "ZHSEARCH_HOST": "a"}
    for _ in range(2):
        assert read(tmp_path, environ=environ).host == "a"
    assert [record.getMessage().partition("Known settings")[0] for record in caplog.records] == [
        "zhsearch: environment: ZHSEARCH_PROT is not a setting and is ignored. Did you mean ZHSEARCH_PORT?",
        "zhsearch: environment: ZHSEARCH_SERVICE_XYZ is not a setting and is ignored. ",
    ]


def test_an_error_in_the_syntax_shows_no_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="reindex_token cannot be read") as caught:
        read(tmp_path, "reindex_token = nobody-may-see-it")
    assert "nobody" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("ZHSEARCH_INDEX", "", "is not a path"),
        ("ZHSEARCH_THREADS", "1_000_000", "is out of range: use 1 to 256"),
        (
            "ZHSEARCH_BOOSTS",
            "tga:x=2",
            "ZHSEARCH_BOOSTS = 'tga:x=2' has 'tga:x', which is neither a folder .* nor a tag",
        ),
        ("ZHSEARCH_BOOSTS", '{"a": 2}', "cannot be read: write posts/news=1.5,tag:教程=2"),
        ("ZHSEARCH_BOOSTS", "{ 'a' = 2 }", "cannot be read: write posts/news=1.5,tag:教程=2"),
        ("ZHSEARCH_BOOSTS", "a", "cannot be read: write posts/news=1.5,tag:教程=2"),
        ("ZHSEARCH_BOOSTS", "a=100", "has '100' for 'a': use a number from 0.1 to 10"),
        ("ZHSEARCH_SEARCH_FIELDS", "description", "cannot be read: write description=2,editor=1"),
        ("ZHSEARCH_SEARCH_FIELDS", "lead=9", "has '9' for 'lead': use 0 .* up to 8 in steps of 0.5"),
        ("ZHSEARCH_SEARCH_FIELDS", "lead=1.2", "has '1.2' for 'lead': use 0 .* up to 8 in steps of 0.5"),
        ("ZHSEARCH_SEARCH_FIELDS", "lead=nan", "has 'nan' for 'lead'"),
        ("ZHSEARCH_SEARCH_FIELDS", "Tags=2", "has 'Tags', which is searched anyway: leave it out"),
        ("ZHSEARCH_SEARCH_FIELDS", "=2", "has '', which is no field of front matter"),
        ("ZHSEARCH_FACETS", "series,page", "has 'page', which means something else in a search"),
        ("ZHSEARCH_FACETS", "a b", "has 'a b': use letters, digits, - and _, starting with a letter"),
        ("ZHSEARCH_FACETS", ",".join(f"f{n}" for n in range(21)), "has 21 names: use at most 20"),
        ("ZHSEARCH_SEGMENTER", "icu", "unknown: use auto, jieba or rjieba"),
    ],
)
def test_no_variable_is_silently_ignored(tmp_path: Path, name: str, value: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read(tmp_path, environ={name: value})
    assert name in str(caught.value)


def test_an_option_that_is_wrong_is_named_as_it_is_typed(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"command line: --max-post-bytes = '5' is out of range: use 1000"
    ):
        read(tmp_path, max_post_bytes="5")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"zhsearch\.toml:1 cannot be read: it is not UTF-8"):
        read(tmp_path)


def test_the_cache_folder_follows_xdg_and_its_setting(tmp_path: Path) -> None:
    assert read(tmp_path).cache == Path("~/.cache/zhsearch").expanduser()
    assert read(tmp_path, environ={"XDG_CACHE_HOME": "/x"}).cache == Path("/x/zhsearch")
    assert (
        read(tmp_path, environ={"XDG_CACHE_HOME": "/x", "ZHSEARCH_CACHE": "~/y"}).cache
        == Path("~/y").expanduser()
    )


@pytest.mark.parametrize("name", settings_of(Settings))
def test_writing_out_a_default_changes_nothing(tmp_path: Path, name: str) -> None:
    default = getattr(Settings(), name)
    value = default.expanduser() if isinstance(default, Path) else default
    if value is not None:
        in_file = getattr(read(tmp_path, f"{name} = {as_toml(value)}"), name)
        assert in_file == (tmp_path / value if isinstance(value, Path) else value)


def test_each_setting_belongs_to_one_group() -> None:
    groups = (IndexSettings, EngineSettings, OpenSearchSettings, ServerSettings)
    names = [name for group in groups for name in settings_of(group)]
    assert names == list(settings_of(Settings))
    assert len(names) == len(set(names))


def test_options_show_the_default_of_their_setting() -> None:
    shown = CliRunner().invoke(main, ["serve", "--help"]).output
    assert "Port that serve listens on. Default: 8000" in shown
    assert "Default: .zhsearch" in shown


def test_no_secret_is_shown(tmp_path: Path) -> None:
    secrets = [name for name, setting in settings_of(Settings).items() if setting.secret]
    assert secrets == ["opensearch_password", "reindex_token", "webhook_secret"]
    for name in secrets:
        settings = read(tmp_path, environ={f"ZHSEARCH_{name.upper()}": "nobody-may-see-it"})
        assert getattr(settings, name) == "nobody-may-see-it"
        assert "nobody" not in repr(settings)
        with pytest.raises(SettingsError, match="= … is not a string") as caught:
            read(tmp_path, f"{name} = 123456")
        assert "123456" not in str(caught.value)
        (tmp_path / "zhsearch.toml").unlink()
