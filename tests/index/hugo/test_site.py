"""A site's configuration: found where Hugo finds it, read in every format; errors name the file."""

import zoneinfo
from pathlib import Path

import pytest

from tests.helpers.hugo import write_files
from zhsearch.index.errors import SiteError
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.languages import Language, Permalink, language_tag
from zhsearch.index.hugo.site import Site, load_site
from zhsearch.index.models import SiteInfo

TOML = 'baseURL = "https://x.example/a/"\nlocale = "zh-CN"\n[permalinks]\nposts = "/:year/:slug/"\n'
YAML = "baseURL: https://x.example/a/\nlocale: zh-CN\npermalinks:\n  posts: /:year/:slug/\n"
JSON = '{"baseURL": "https://x.example/a/", "locale": "zh-CN", "permalinks": {"posts": "/:year/:slug/"}}'


def site(root: Path, config: str, name: str = "hugo.toml") -> Site:
    (root / "content").mkdir(exist_ok=True)
    return load_site(write_files(root, {name: config}))


def only(site: Site) -> Language:
    (language,) = site.languages.values()
    return language


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("hugo.toml", TOML), ("hugo.yaml", YAML), ("hugo.yml", YAML), ("hugo.json", JSON), ("config.toml", TOML),
        ("config.yaml", YAML), ("config/_default/hugo.toml", TOML), ("config/_default/config.yaml", YAML),
        ("hugo.toml", "\ufeff" + TOML), ("hugo.toml", TOML.replace("baseURL", "BASEurl").replace("\n", "\r\n")),
    ],
)  # fmt: skip
def test_the_configuration_is_found_in_every_usual_place(tmp_path: Path, name: str, config: str) -> None:
    found = site(tmp_path, config, name)
    assert found.content == tmp_path / "content"
    language = only(found)
    assert (language.key, language.tag, language.root) == ("en", "zh-CN", "/a/")
    assert language.permalinks == (Permalink("/:year/:slug/", "/{posts,posts/**}"),)


def test_title_and_home_page_are_those_of_the_default_language(tmp_path: Path) -> None:
    assert site(tmp_path, TOML).info == SiteInfo("", "/a/")
    config = (
        'title = "News"\nbaseURL = "https://x.example/a/"\ndefaultContentLanguage = "zh"\n[languages.en]\n'
    )
    own = '[languages.zh]\ntitle = " 码上\\n新闻 "\n'
    assert site(tmp_path, config + "[languages.zh]\n").info == SiteInfo("News", "/a/")
    found = site(tmp_path, f"defaultContentLanguageInSubdir = true\n{config}{own}")
    assert found.info == SiteInfo("码上 新闻", "/a/zh/")


def test_hugo_toml_wins_over_older_names(tmp_path: Path) -> None:
    write_files(tmp_path, {"config.toml": 'baseURL = "/old/"', "hugo.yaml": "baseURL: /yaml/"})
    assert only(site(tmp_path, 'baseURL = "/new/"')).root == "/new/"


def test_a_split_configuration_is_read_by_the_names_of_its_files(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"config/_default/permalinks.toml": 'posts = "/p/:slug/"', "content/a.md": "title: a"}
    )
    found = only(site(tmp_path, TOML, "config/_default/hugo.toml"))
    assert [rule.pattern for rule in found.permalinks] == ["/p/:slug/"]


def test_a_content_folder_finds_its_configuration_inside_or_one_level_up_and_no_higher(
    tmp_path: Path,
) -> None:
    write_files(tmp_path, {"hugo.toml": TOML, "content/posts/a.md": "title: a"})
    assert only(load_site(tmp_path / "content")).root == "/a/"
    assert load_site(tmp_path / "content").content == tmp_path / "content"
    assert only(load_site(tmp_path / "content/posts")).root == "/"
    write_files(tmp_path, {"content/hugo.toml": 'baseURL = "/inside/"'})
    assert only(load_site(tmp_path / "content")).root == "/inside/"


def test_the_content_folder_may_have_another_name(tmp_path: Path) -> None:
    write_files(tmp_path, {"hugo.toml": 'contentDir = "src/posts"', "src/posts/a.md": "title: a"})
    assert load_site(tmp_path).content == tmp_path / "src/posts"


@pytest.mark.parametrize("folder", ["archetypes", "layouts", "themes"])
def test_a_root_that_lost_its_content_folder_is_an_error(tmp_path: Path, folder: str) -> None:
    """Without it the layouts would become pages, at addresses that the site does not have."""
    write_files(tmp_path, {"hugo.toml": "", "posts/a.md": "title: a"})
    (tmp_path / folder).mkdir()
    with pytest.raises(SiteError, match=rf"{tmp_path}/content is not a folder.*--content DIR"):
        load_site(tmp_path)


def test_a_content_folder_may_have_its_configuration_inside(tmp_path: Path) -> None:
    write_files(tmp_path, {"hugo.toml": "", "posts/a.md": "title: a"})
    assert load_site(tmp_path).content == tmp_path


def test_a_root_without_content_folder_may_mount_its_content(tmp_path: Path) -> None:
    mounts = '[[module.mounts]]\nsource = "docs"\ntarget = "content"'
    write_files(tmp_path, {"hugo.toml": mounts, "docs/a.md": "title: a", "layouts/b.html": ""})
    assert [mount.source for mount in load_site(tmp_path).mounts] == ["docs"]


def test_no_configuration_is_hugos_defaults(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/a.md": "title: a"})
    found = load_site(tmp_path)
    assert (found.content, found.languages) == (tmp_path / "content", {"en": Language()})


@pytest.mark.parametrize(
    ("name", "config", "reason"),
    [
        ("hugo.toml", "baseURL =\n", r"hugo\.toml:1: baseURL cannot be read: .*Put text in quotes"),
        ("config/_default/params.toml", "a = 1\nb = c\n", r"_default/params\.toml:2: b cannot be read: "),
        ("hugo.yaml", "b: 1\na: [", r"hugo\.yaml:2: a cannot be read: "),
        ("hugo.yaml", "a:\n\tb: 1\n", r"hugo\.yaml:2: b cannot be read: .*not with tabs"),
        ("hugo.json", '{"a": 1,\n "b" 2}', r"hugo\.json:2.* cannot be read: Expecting ':' delimiter"),
        ("hugo.toml", 'timeZone = "Mars/Olympus"', r"hugo\.toml: timeZone .*Mars/Olympus"),
        ("hugo.toml", "ignoreFiles = ['[']", r"hugo\.toml: ignoreFiles"),
    ],
)
def test_an_invalid_configuration_is_an_error_that_names_the_file(
    tmp_path: Path, name: str, config: str, reason: str
) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    with pytest.raises(SiteError, match=reason):
        site(tmp_path, config, name)


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"nowhere is not a folder.*--content"):
        load_site(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "config",
    [
        "languages = 3", 'permalinks = "x"', "permalinks = {page = 3}", "uglyURLs = {a = 1}", "ignoreFiles = 5",
        "languages = {en = 3}", "buildDrafts = \"yes\"", "baseURL = 5",
    ],
)  # fmt: skip
def test_values_of_the_wrong_type_are_ignored(tmp_path: Path, config: str) -> None:
    found = only(site(tmp_path, config))
    assert (found.build_drafts, found.ugly_urls, found.permalinks) == (False, False, ())
    assert found.root in ("/", "/5/")


def test_the_time_zone_of_the_site_is_read(tmp_path: Path) -> None:
    assert only(site(tmp_path, 'timeZone = "Asia/Shanghai"')).zone == zoneinfo.ZoneInfo("Asia/Shanghai")


def test_languages_have_the_tag_that_readers_see(tmp_path: Path) -> None:
    config = """
    defaultContentLanguage = "zh-CN"
    [languages.zh-cn]
    [languages.zh-tw]
    locale = "zh-Hant-tw"
    [languages.en]
    languageCode = "en-us"
    [languages.fr]
    disabled = true
    """
    found = site(tmp_path, config)
    tags = {key: language.tag for key, language in found.languages.items()}
    assert tags == {"zh-cn": "zh-CN", "zh-tw": "zh-Hant-TW", "en": "en-US"}
    assert found.disabled_languages == {"fr"}
    assert found.split_language("post.zh-TW.md") == ("post", "zh-tw")
    assert found.split_language("post.md") == ("post", "")
    assert found.split_language("v1.2.md") == ("v1.2", "")
    assert found.split_language("en.md") == ("en", "")


@pytest.mark.parametrize(
    ("written", "tag"), [("zh-cn", "zh-CN"), ("ZH_hant_tw", "zh-Hant-TW"), ("EN", "en"), ("es-419", "es-419")]
)
def test_language_tags_are_written_one_way(written: str, tag: str) -> None:
    assert language_tag(written) == tag


def test_every_change_of_the_configuration_changes_its_fingerprint(tmp_path: Path) -> None:
    before = site(tmp_path, TOML).fingerprint
    assert site(tmp_path, TOML).fingerprint == before
    assert site(tmp_path, TOML + "# x").fingerprint != before


@pytest.mark.parametrize(
    "config",
    [
        'defaultContentLanguage = "fr"\n[languages.zh]\n',
        'defaultContentLanguage = "zh"\n[languages.zh]\ndisabled = true\n[languages.de]\n',
    ],
)
def test_a_default_language_that_is_not_built_is_an_error_as_in_hugo(tmp_path: Path, config: str) -> None:
    with pytest.raises(SiteError, match=r"hugo\.toml: defaultContentLanguage = '(fr|zh)' is not one of"):
        site(tmp_path, config)


def test_unsupported_parts_of_a_configuration_are_reported(tmp_path: Path) -> None:
    config = """
[[module.imports]]
path = "github.com/x/y"
[outputFormats.html]
mediaType = "text/plain"
"""
    write_files(tmp_path, {"hugo.toml": config, "content/a.md": "title: a"})
    found = find_files(load_site(tmp_path))
    assert found.paths == ("a.md",)
    assert [notice.path for notice in found.warnings] == [
        "module github.com/x/y",
        "outputFormats.html.mediaType",
    ]
