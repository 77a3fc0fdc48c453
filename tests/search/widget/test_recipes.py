"""`zhsearch init`: the generator that it recognises, the files that it writes, and those that it leaves alone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.generators.source import write_files
from zhsearch.search.cli.main import main
from zhsearch.search.widget import static_bundle, widget_bundle

URL = "https://search.example"
HEXO = {"package.json": '{"dependencies": {"hexo": "8.1.2"}}', "_config.yml": "url: https://x.example\n"}
SITES = {  # files of a site -> generator, theme, the files that are written
    "hugo": (
        {"hugo.toml": 'baseURL = "https://x.example/"\n'},
        "other",
        "layouts/partials/zhsearch/search.html",
    ),
    "hexo": ({**HEXO, "_config.yml": "theme: next\n"}, "next", "scripts/zhsearch.js"),
    "vitepress": ({".vitepress/config.ts": ""}, "default", ".vitepress/theme/index.js"),
    "docusaurus": ({"docusaurus.config.ts": ""}, "classic", "src/theme/SearchBar/index.js"),
    "mkdocs": ({"mkdocs.yml": "theme:\n  name: material\n"}, "material", "overrides/partials/search.html"),
    "sphinx": ({"docs/conf.py": 'html_theme = "furo"\n'}, "furo", "docs/_templates/sidebar/search.html"),
    "jekyll": ({"_config.yml": "title: x\n", "Gemfile": ""}, "other", "_includes/zhsearch.html"),
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["init", *map(str, arguments), "--url", URL])


@pytest.mark.parametrize("generator", SITES)
def test_the_generator_is_recognised_and_the_box_written(generator: str, tmp_path: Path) -> None:
    files, theme, path = SITES[generator]
    write_files(tmp_path, files)
    report = json.loads(run(tmp_path, "--json").output)
    assert (report["generator"], report["theme"]) == (generator, theme)
    assert path in report["written"]
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in report["written"]]
    assert any(widget_bundle().integrity in text for text in texts)
    assert not any("@SE" in text or "@SCRIPT@" in text for text in texts)
    assert all((tmp_path / name).read_text(encoding="utf-8") == text for name, text in files.items())


@pytest.mark.parametrize("generator", [name for name in SITES if name != "hugo"])
def test_a_second_run_changes_nothing_and_an_edited_file_is_kept(generator: str, tmp_path: Path) -> None:
    files, _, path = SITES[generator]
    write_files(tmp_path, files)
    first = json.loads(run(tmp_path, "--json").output)
    again = json.loads(run(tmp_path, "--json").output)
    assert (again["written"], again["unchanged"]) == ([], first["written"])
    own = tmp_path / path
    edited = own.read_text(encoding="utf-8") + "// mine\n"
    own.write_text(edited, encoding="utf-8")
    result = CliRunner().invoke(main, ["init", str(tmp_path), "--url", "/zh"])
    assert result.exit_code == 1
    assert path in result.output
    assert "--force" in result.output
    assert own.read_text(encoding="utf-8") == edited
    assert run(tmp_path, "--force").exit_code == 0
    assert "mine" not in own.read_text(encoding="utf-8")


def test_the_owners_theme_of_vitepress_is_left_alone_and_the_lines_for_it_printed(tmp_path: Path) -> None:
    theme = "import Theme from 'vitepress/theme'\nexport default Theme\n"
    write_files(tmp_path, {"docs/.vitepress/config.mts": "", "docs/.vitepress/theme/index.ts": theme})
    result = run(tmp_path)
    assert result.exit_code == 0
    assert "docs/.vitepress/theme/index.ts, around the theme" in result.output
    assert "export default withSearch(theme)" in result.output
    assert (tmp_path / "docs/.vitepress/theme/index.ts").read_text(encoding="utf-8") == theme
    assert (tmp_path / "docs/.vitepress/theme/zhsearch.js").exists()


def test_the_search_server_is_told_of_the_sites_address(tmp_path: Path) -> None:
    write_files(tmp_path, HEXO)
    run(tmp_path)
    assert 'cors_origins = ["https://x.example"]' in (tmp_path / "zhsearch.toml").read_text(encoding="utf-8")


def test_a_theme_of_hexo_that_is_not_known_gets_a_line_to_paste(tmp_path: Path) -> None:
    write_files(tmp_path, {**HEXO, "_config.yml": "theme: butterfly\n"})
    assert "<%- zhsearch() %>" in run(tmp_path).output


def test_material_with_plugins_but_no_search_is_told_to_add_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"mkdocs.yml": "theme:\n  name: material\n  custom_dir: own\nplugins:\n  - blog\n"})
    output = run(tmp_path).output
    assert "    - search" in output
    assert "own/partials/search.html" in output
    assert "custom_dir" not in output


def test_plain_html_gets_the_lines_to_paste_and_no_file(tmp_path: Path) -> None:
    write_files(tmp_path, {"index.html": "<p>x</p>"})
    result = run(tmp_path)
    assert f'<zh-search src="{URL}"' in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_a_folder_that_is_no_site_is_named_with_what_is_known(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1
    assert str(tmp_path) in result.output
    assert "vitepress" in result.output
    assert "--generator" in result.output


def test_a_named_generator_without_its_configuration_is_an_error(tmp_path: Path) -> None:
    result = run(tmp_path, "--generator", "mkdocs")
    assert result.exit_code == 1
    assert "mkdocs.yml" in result.output


def test_a_theme_of_hugo_is_refused_elsewhere(tmp_path: Path) -> None:
    write_files(tmp_path, HEXO)
    result = run(tmp_path, "--theme", "stack")
    assert result.exit_code == 1
    assert "hexo" in result.output


STATIC = {  # generator: files of a site under a path, its export's address, what is run after a build
    "hexo": (
        {**HEXO, "_config.yml": "url: https://x.example/news\nroot: /news/\npublic_dir: out\n"},
        "zhsearch build --html out out/zhsearch",
    ),
    "vitepress": (
        {"docs/.vitepress/config.ts": "export default {\n  base: '/news/',\n}\n"},
        "zhsearch build --html docs/.vitepress/dist docs/.vitepress/dist/zhsearch",
    ),
    "docusaurus": (
        {"docusaurus.config.ts": "const c = {\n  url: 'https://x.example',\n  baseUrl: '/news/',\n};\n"},
        "zhsearch build --html build build/zhsearch",
    ),
    "mkdocs": (
        {"mkdocs.yml": "site_url: https://x.example/news/\ntheme:\n  name: material\n"},
        "zhsearch build --html site site/zhsearch",
    ),
    "sphinx": (
        {"docs/conf.py": 'html_theme = "furo"\nhtml_baseurl = "https://x.example/news/"\n'},
        "zhsearch build --html docs/_build/html docs/_build/html/zhsearch",
    ),
    "jekyll": (
        {"_config.yml": 'url: https://x.example\nbaseurl: "/news"\n', "Gemfile": ""},
        "zhsearch build --html _site _site/zhsearch",
    ),
}


@pytest.mark.parametrize("generator", STATIC)
def test_a_box_of_files_finds_them_below_the_sites_path(generator: str, tmp_path: Path) -> None:
    files, command = STATIC[generator]
    write_files(tmp_path, files)
    result = CliRunner().invoke(main, ["init", str(tmp_path), "--static", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert (report["generator"], report["integrity"]) == (generator, static_bundle().integrity)
    assert f"  {command}" in report["todo"]
    text = "".join((tmp_path / name).read_text(encoding="utf-8") for name in report["written"])
    assert f"/news/zhsearch/widget.js?v={static_bundle().version}" in text
    assert "action=" not in text
    assert not (tmp_path / "zhsearch.toml").exists()


def test_plain_html_gets_the_lines_of_a_box_of_files(tmp_path: Path) -> None:
    write_files(tmp_path, {"index.html": "<p>x</p>"})
    output = CliRunner().invoke(main, ["init", str(tmp_path), "--static"]).output
    assert '<zh-search src="/zhsearch">' in output
    assert "  zhsearch build --html . zhsearch" in output


def test_without_an_export_the_url_of_a_server_is_asked_for(tmp_path: Path) -> None:
    write_files(tmp_path, HEXO)
    result = CliRunner().invoke(main, ["init", str(tmp_path)])
    assert result.exit_code == 2
    assert "--url" in result.output
