"""`zhsearch hugo`: the files that it writes into a site, those that it leaves alone, and that Hugo builds them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.helpers.hugo import hugo, write_files
from zhsearch.search.cli.main import main
from zhsearch.search.widget import installed_box
from zhsearch.search.widget.bundle import static_bundle, widget_bundle

URL = "https://search.example"
CONFIGURATION = 'baseURL = "https://x.example/"\nlocale = "zh-CN"\ntheme = "{}"\n'
TAG = widget_bundle().tag(URL)


def site_of(folder: Path, theme: str) -> Path:
    return write_files(folder, {"hugo.toml": CONFIGURATION.format(theme)})


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["hugo", *map(str, arguments)])


@pytest.mark.parametrize(
    ("theme", "file"),
    [
        ("Mainroad", "layouts/partials/widgets/recent.html"),
        ("hugo-PaperMod", "layouts/zhsearch.html"),
        ("hugo-theme-stack", "layouts/partials/widget/search.html"),
        ("something", "layouts/partials/zhsearch/taglist.html"),
    ],
)
def test_the_theme_that_the_site_names_gets_its_partials(tmp_path: Path, theme: str, file: str) -> None:
    result = run("init", site_of(tmp_path, theme), "--url", URL, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert file in report["written"]
    assert report["integrity"] == widget_bundle().integrity
    assert (
        (tmp_path / "layouts/partials/zhsearch/script.html").read_text(encoding="utf-8").endswith(f"{TAG}\n")
    )
    for path in report["written"]:
        assert "@" not in re.sub(r"@\w+\.example", "", (tmp_path / path).read_text(encoding="utf-8"))
    again = json.loads(run("init", tmp_path, "--url", URL, "--json").output)
    assert (again["written"], again["unchanged"]) == ([], report["written"])


HEADER = '<nav>\n  <a href="/">x</a>\n  <ul id="menu" class="menu"></ul>\n</nav>\n'
CALL = '{{ partial "zhsearch/button.html" . }}'


@pytest.mark.parametrize("folder", ["partials", "_partials"])
def test_papermods_header_is_copied_with_the_search_button_before_its_menu(
    tmp_path: Path, folder: str
) -> None:
    theme = f"themes/hugo-PaperMod/layouts/{folder}/header.html"
    write_files(site_of(tmp_path, "hugo-PaperMod"), {theme: HEADER})
    report = json.loads(run("init", tmp_path, "--url", URL, "--json").output)
    assert "layouts/partials/header.html" in report["written"]
    own = tmp_path / "layouts/partials/header.html"
    text = own.read_text(encoding="utf-8")
    assert text.split("\n", 1)[1] == HEADER.replace("  <ul", f"  {CALL}\n  <ul")
    assert (tmp_path / theme).read_text(encoding="utf-8") == HEADER
    assert CALL not in "".join(report["todo"])
    write_files(tmp_path, {theme: HEADER.replace("x", "y")})  # a new version of the theme
    assert (
        "layouts/partials/header.html"
        in json.loads(run("init", tmp_path, "--url", URL, "--json").output)["written"]
    )
    assert ">y</a>" in own.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "files",
    [
        {"layouts/partials/header.html": "<header>mine</header>"},
        {"layouts/_partials/header.html": "<header>mine</header>"},
        {"themes/hugo-PaperMod/layouts/_partials/header.html": "<header>another</header>"},
        {},
    ],
    ids=["own", "own, since Hugo 0.146", "unknown", "a module"],
)
def test_a_header_that_is_the_owners_or_not_known_is_left_with_a_line_for_it(
    tmp_path: Path, files: dict[str, str]
) -> None:
    write_files(site_of(tmp_path, "hugo-PaperMod"), files)
    for force in ((), ("--force",)):
        result = run("init", tmp_path, "--url", URL, *force)
        assert result.exit_code == 0, result.output
        assert CALL in result.output
        for path, text in files.items():
            assert (tmp_path / path).read_text(encoding="utf-8") == text


def test_a_header_with_the_button_needs_nothing_more(tmp_path: Path) -> None:
    write_files(site_of(tmp_path, "hugo-PaperMod"), {"layouts/partials/header.html": f"<nav>{CALL}</nav>"})
    assert CALL not in run("init", tmp_path, "--url", URL).output


def test_another_url_replaces_written_files_but_no_edited_ones(tmp_path: Path) -> None:
    site_of(tmp_path, "Mainroad")
    run("init", tmp_path, "--url", URL)
    assert run("init", tmp_path, "--url", "/zh").exit_code == 0
    own = tmp_path / "layouts/partials/widgets/search.html"
    assert '<zh-search src="/zh" ' in own.read_text(encoding="utf-8")
    own.write_text(own.read_text(encoding="utf-8") + "<p>mine</p>\n", encoding="utf-8")
    result = run("init", tmp_path, "--url", URL)
    assert result.exit_code == 1
    assert "layouts/partials/widgets/search.html" in result.output
    assert "--force" in result.output
    script = tmp_path / "layouts/partials/zhsearch/script.html"
    assert '"/zh/widget.js?v=' in script.read_text(encoding="utf-8")  # after the error no file was replaced
    assert run("init", tmp_path, "--url", URL, "--force").exit_code == 0
    assert "mine" not in own.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "url", ["search.example", "ftp://x", "https://x/?q=", 'https://x"onload="', "javascript:x"]
)
def test_an_invalid_url_is_named(tmp_path: Path, url: str) -> None:
    result = run("init", site_of(tmp_path, "x"), "--url", url)
    assert result.exit_code == 2
    assert url in result.output
    assert not (tmp_path / "layouts").exists()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (site_of(tmp_path, "x") / "layouts").write_text("")
    result = run("init", tmp_path, "--url", URL)
    assert result.exit_code == 1
    assert "layouts/partials/zhsearch" in result.output


def test_a_folder_without_a_configuration_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    result = run("init", tmp_path, "--url", URL)
    assert result.exit_code == 1
    assert "hugo.toml" in result.output


def test_the_steps_left_to_the_owner_are_printed(tmp_path: Path) -> None:
    result = run("init", site_of(tmp_path, "Mainroad"), "--url", URL)
    assert f'url = "{URL}/search"' in result.output
    assert 'cors_origins = ["https://x.example"]' in result.output


def test_the_html_to_paste_has_the_integrity_value() -> None:
    html = run("snippet", "--url", URL).output
    assert html.startswith(f"{TAG}\n<zh-search")
    assert f'action="{URL}/search"' in html
    assert "{{" not in html
    assert json.loads(run("snippet", "--url", URL, "--json").output)["html"] == html
    assert "integrity" not in run("snippet", "--url", URL, "--no-pin").output


def test_hugo_builds_the_partials_of_any_theme(tmp_path: Path) -> None:
    layout = '{{ partial "zhsearch/search.html" . }}{{ partial "zhsearch/recent.html" . }}{{ partial "zhsearch/taglist.html" . }}'
    posts = {"content/posts/a.md": 'title: 甲\ntags: ["R&D"]', "content/posts/b.md": "title: 乙"}
    write_files(
        tmp_path,
        {"hugo.toml": CONFIGURATION.replace('theme = "{}"\n', ""), "layouts/all.html": layout, **posts},
    )
    assert run("init", tmp_path, "--url", URL).exit_code == 0
    hugo("--source", tmp_path, "--destination", tmp_path / "public", "--quiet")
    page = (tmp_path / "public/index.html").read_text(encoding="utf-8")
    assert page.count(TAG.partition(" crossorigin")[0].partition("integrity")[0]) == 3
    assert '<a href="/posts/a/">甲</a>' in page
    assert re.search(r'<a href="/tags/rd/">R&amp;D \(1\)</a>', page)


@pytest.mark.parametrize("theme", ["Mainroad", "hugo-PaperMod", "hugo-theme-stack", "something"])
def test_a_box_of_files_asks_no_server_and_leaves_the_lists_to_the_site(tmp_path: Path, theme: str) -> None:
    result = run("init", site_of(tmp_path, theme), "--static", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["integrity"] == static_bundle().integrity
    assert not [
        path for path in report["written"] if "recent" in path or "taglist" in path or ".toml" in path
    ]
    assert "  zhsearch build public/zhsearch" in report["todo"]
    for path in report["written"]:
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert "@" not in text
        assert '/search"' not in text
    box = installed_box(tmp_path)
    assert box
    assert (box.is_static, box.is_current) == (True, True)


def test_the_url_of_a_server_is_needed_and_that_of_files_may_be_given(tmp_path: Path) -> None:
    assert "--url" in run("init", site_of(tmp_path, "x")).output
    assert run("init", tmp_path, "--static", "--url", "/news/files/").exit_code == 0
    script = (tmp_path / "layouts/partials/zhsearch/script.html").read_text(encoding="utf-8")
    assert f'src="/news/files/widget.js?v={static_bundle().version}"' in script
    html = run("snippet", "--static", "--no-pin").output
    assert html.startswith('<script type="module" src="/zhsearch/widget.js"></script>')
    assert "action" not in html


def test_what_the_box_of_a_server_left_is_named(tmp_path: Path) -> None:
    site_of(tmp_path, "mainroad")
    with (tmp_path / "hugo.toml").open("a", encoding="utf-8") as file:
        file.write('\n[Params.widgets.search]\nurl = "/search"\n')
    assert run("init", tmp_path, "--url", URL).exit_code == 0
    todo = json.loads(run("init", tmp_path, "--static", "--json").output)["todo"]
    assert [line for line in todo if "layouts" in line][1:] == [
        "  layouts/partials/widgets/recent.html",
        "  layouts/partials/widgets/taglist.html",
    ]
    assert '  [Params.widgets.search]\n    url = "/search"' in todo
    elsewhere = (
        (tmp_path / "hugo.toml").read_text(encoding="utf-8").replace('"/search"', '"https://engine.example"')
    )
    (tmp_path / "hugo.toml").write_text(elsewhere, encoding="utf-8")
    (tmp_path / "layouts/partials/widgets/recent.html").unlink()
    (tmp_path / "layouts/partials/widgets/taglist.html").unlink()
    todo = json.loads(run("init", tmp_path, "--static", "--json").output)["todo"]
    assert "widgets.search" not in "".join(todo)
    assert "layouts" not in "".join(todo)


def test_hugo_puts_the_files_of_a_site_under_a_path_below_it(tmp_path: Path) -> None:
    layout = '{{ partial "zhsearch/search.html" . }}{{ partial "widgets/search.html" . }}'
    configuration = CONFIGURATION.format("mainroad").replace("x.example/", "x.example/news/")
    write_files(
        tmp_path,
        {
            "hugo.toml": configuration,
            "layouts/all.html": layout,
            "themes/mainroad/theme.toml": "",
            "content/a.md": "title: 甲",
        },
    )
    assert run("init", tmp_path, "--static").exit_code == 0
    hugo("--source", tmp_path, "--destination", tmp_path / "public", "--quiet")
    page = (tmp_path / "public/a/index.html").read_text(encoding="utf-8")
    assert page.count('<zh-search src="/news/zhsearch" lang="zh-CN">') == 2
    assert f'src="/news/zhsearch/widget.js?v={static_bundle().version}"' in page
    assert page.count("<form") == 2
    assert "action" not in page
