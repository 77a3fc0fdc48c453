"""We list what Hugo publishes: the same pages, at the same addresses, of the same dates and titles."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.hugo import (
    assert_same_pages,
    copy_site,
    headings_by_hugo,
    published_by_us,
    remove_what_hugo_refuses,
    write_files,
)
from tests.helpers.sites import ROOT

BASE = 'baseURL = "https://x.example/sub/"\n'
LANGUAGES = """
defaultContentLanguage = "zh"
[languages.zh]
weight = 1
[languages.de]
weight = 2
[languages.fr]
disabled = true
"""


def test_the_sample_site(tmp_path: Path) -> None:
    pages = assert_same_pages(ROOT, "--config", "content/hugo.toml", ours=ROOT / "content")
    assert len(pages) >= 15


def test_the_corpus_of_lctt(shared: Callable[[str], Path]) -> None:
    assert len(assert_same_pages(shared("corpus/lctt"))) == 1993


def test_the_corpus_of_servicemesher_but_for_what_hugo_refuses(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    site = copy_site(shared("corpus/servicemesher"), tmp_path / "site")
    refused = remove_what_hugo_refuses(site)
    assert 0 < refused < 20
    assert len(assert_same_pages(site)) > 250


FILE_NAMES = [
    "a b", "c  d", "v1.2.3", "c++", "F#-教程", "É", "ｆｕｌｌ", "Upper Case", "上海", "a&b", "a,b", "a(b)", "it's",
    "a%20b", "100%", "a~b", "a@b", "a=b", "a_b", "-a-", "a---b", " lead", "…省略", "“引号”", "a·b", "a、b", "e\u0301",
    "a\u3000b", "\u3000全", "한국어", "ﬁ", "İstanbul", "ΟΔΟΣ", "a\u200bc", "page.html", "Ⅷ级", "x²", "٣", "हिन्दी", "😀笑",
    "README", "2025-02-13-post", "post.xx",
]  # fmt: skip
FILES = {
    **{f"content/{name}.md": f"title: {number}" for number, name in enumerate(FILE_NAMES)},
    **{
        f"content/{path}": "title: x"
        for path in (
            "s/_index.md", "s/Sub Dir/Page One.md", "s/c++/x.md", "s/UP.markdown", "s/y.mdown", "s/z.MD", "s/über/ä.md",
            "leaf one/index.md", "leaf one/resource.md", "leaf one/deep/x.md", "n/INDEX.md", "n/no.md", "m/_Index.md",
            "m/yes.md", ".hidden/x.md", "s/.hidden.md", "s/#hash.md", "#dir/x.md", "dir~/x.md", "s/tilde~.md",
            "node_modules/x.md", "s/draft.txt", "b/sub/index.md", "b/page.md",
        )
    },
    "hugo.toml": BASE,
}  # fmt: skip


def test_odd_names_of_files_and_folders(tmp_path: Path) -> None:
    pages = assert_same_pages(write_files(tmp_path, FILES))
    assert len(pages) == len(FILE_NAMES) + 15


URLS = [
    "/abs/path/", "rel/path", "/abs/page.html", "rel/page.html", "/no-slash", "/中文/路径/", "/a b/c", "/UPPER/Case",
    "/a#b", "//double//slash", "/x.y/", "/v1.2/page", "/a/../b", "/d/index.html", "/%E4%B8%AD/1/", "/a'b/", "/中(文)/",
    "/a(b)/", "/c++/", "/[a]/", "/a!b*c/", "/é/", "/ａ/", "/a,b;c=d&e/", "/:year/:slug/", "/UP/:title/", "/:sections/x-:filename",
    "rel/:slug.html", "../up", "a%20b c",
]  # fmt: skip
SLUGS = [
    "my-slug", "My Slug", "中文 slug", "a/b", "/c/", "a.b", "a  c", "C++", "a&b c", "2025", "é", " x ", "-y-", "d--e",
    "f - g", "a#b", "a%20d", "①", "你好，世界！", "a — z", "x.html", "a\u3000w", "1.50",
]  # fmt: skip


def test_addresses_that_the_front_matter_gives(tmp_path: Path) -> None:
    files = {f"content/p/u{n}.md": f'title: "T {n}"\nurl: "{url}"' for n, url in enumerate(URLS)}
    files |= {f"content/q/s{n}.md": f'title: "T {n}"\nslug: "{slug}"' for n, slug in enumerate(SLUGS)}
    files |= {"content/r/leaf/index.md": "slug: Leaf Slug", "content/r/one/index.md": "url: one.html"}
    pages = assert_same_pages(write_files(tmp_path, {**files, "hugo.toml": BASE}))
    assert len(pages) == len(files)


PATTERNS = {
    "a": "/:year/:month/:day/:slug/",
    "b": "/x/:title/",
    "c": ":section/:filename",
    "d": "/:slugorfilename/d/",
    "e": "/:slugorcontentbasename/:contentbasename/e",
    "f": "/:monthname/:weekday/:weekdayname/:yearday/:filename.html",
    "g": "/UP/:sections/:filename/",
    "h": "/:sections[1:]/:sections[last]/:sections[0]/:filename/h/",
    "i": "/:2006/:06/:01/:1/:02/:2/:filename/",
}


def test_addresses_that_permalink_patterns_give(tmp_path: Path) -> None:
    permalinks = "".join(f'{name} = "{pattern}"\n' for name, pattern in PATTERNS.items())
    files = {
        "hugo.toml": BASE + "[permalinks]\n" + permalinks + '"/" = "/root/:filename/"\n',
        "content/top.md": "title: t",
    }
    for name in PATTERNS:
        files |= {
            f"content/{name}/a post.md": 'title: "My Title: 你好！"\ndate: 2025-03-04T05:06:07+08:00',
            f"content/{name}/b.md": 'title: "B"\ndate: 2024-12-31\nslug: "My slug"',
            f"content/{name}/sub dir/c.md": 'title: "- C -"\nslug: "-c-"\ndate: 2023-01-01',
            f"content/{name}/real/_index.md": "title: r",
            f"content/{name}/real/deep/d.md": "title: D",
            f"content/{name}/leaf/index.md": "title: Leaf x\ndate: 2020-02-29",
            f"content/{name}/untitled.md": "weight: 1",
        }
    assert len(assert_same_pages(write_files(tmp_path, files))) == 7 * len(PATTERNS) + 1


def test_patterns_by_kind_and_for_one_section_alone(tmp_path: Path) -> None:
    files = {"content/p/a.md": "title: a", "content/q/b.md": "title: b"}
    config = BASE + '[permalinks.page]\np = "/page/:filename/"\n[permalinks.section]\nq = "/section/"\n'
    assert_same_pages(write_files(tmp_path, {**files, "hugo.toml": config}))


@pytest.mark.parametrize(
    "config",
    [
        "",
        "uglyURLs = true",
        "[uglyURLs]\np = true",
        "disablePathToLower = true",
        "removePathAccents = true",
        'timeZone = "Asia/Shanghai"',
        'timeZone = "America/New_York"',
        "ignoreFiles = ['\\.draft\\.md$', '/hidden/']",
        "defaultContentLanguageInSubdir = true",
        LANGUAGES,
        "defaultContentLanguageInSubdir = true" + LANGUAGES,
    ],
)
def test_settings_of_the_site(tmp_path: Path, config: str) -> None:
    names = [
        "p/A B",
        "p/é",
        "q/x.draft",
        "hidden/y",
        "p/two",
        "p/two.de",
        "p/three.fr",
        "p/four.de",
        "p/leaf/index",
    ]
    names += ["p/leaf/index.de", "p/other/index.de", "p/five.xx", "fr"]
    files = {f"content/{name}.md": "title: Tïtle\ndate: 2025-01-02 03:04:05" for name in names}
    files |= {
        "content/p/u.de.md": "url: /rooted/",
        "content/p/v.de.md": "url: v/",
        "content/p/w.de.md": "slug: Ww",
    }
    assert_same_pages(write_files(tmp_path, {**files, "hugo.toml": BASE + config}))


@pytest.mark.parametrize(
    "base", ["https://x.example", "https://x.example/a/b", "https://x.example/博 客/", "//x.example/A/"]
)
def test_the_path_of_the_base_url(tmp_path: Path, base: str) -> None:
    assert_same_pages(
        write_files(tmp_path, {"content/p/a.md": "title: a", "hugo.toml": f'baseURL = "{base}"'})
    )


def test_an_index_file_of_the_home_page_leaves_no_other_pages(tmp_path: Path) -> None:
    files = {"content/index.md": "title: a", "content/p/b.md": "title: b", "hugo.toml": BASE}
    assert list(assert_same_pages(write_files(tmp_path, files))) == ["index.md"]


PAST, FUTURE = "2001-01-01", "2199-01-01"
STATES = [
    "draft: true", "draft: false", 'draft: "true"', "draft: yes", "draft: 1", "draft:", "Draft: true",
    f"date: {FUTURE}", f"date: {FUTURE}\npublishDate: {PAST}", f"date: {PAST}\npublishDate: {FUTURE}",
    f"publishDate: {FUTURE}", f"pubdate: {FUTURE}", f"published: {PAST}", f"lastmod: {FUTURE}", f"lastmod: {PAST}",
    f"modified: {PAST}", f"pubdate: {PAST}\nlastmod: 2002-02-02", f'date: ""\npublishDate: {PAST}',
    f"expiryDate: {PAST}", f"expiryDate: {FUTURE}", f"unpublishdate: {PAST}", f"expirydate: {FUTURE}\nunpublishdate: {PAST}",
    "headless: true", "headless: false", "build: {render: never}", "build: {render: always}", "build: {list: never}",
    "build: {list: false}", "build: {render: false}", "build: {Render: never}", "build: {render: Never}",
    "params: {draft: true}", "title: 123", "title: 5.0", "title: yes", 'title: "<b>a</b>"', "title: null", "title: [a]",
    '+++\ntitle = 2025-01-02\ndate = 2025-01-02\n+++\n', "+++\ndate = 2025-01-02T03:04:05\n+++\n",
    "+++\ndate = 2025-01-02T03:04:05.5+08:00\n+++\n", '{"title": "j", "date": "2025-01-02"}\n',
]  # fmt: skip


@pytest.mark.parametrize("name", ["c{}.md", "c{}/index.md"])
def test_what_is_published(tmp_path: Path, name: str) -> None:
    files = {f"content/p/{name.format(number)}": state for number, state in enumerate(STATES)}
    pages = assert_same_pages(
        write_files(tmp_path, {**files, "hugo.toml": BASE + 'timeZone = "Asia/Shanghai"'})
    )
    assert 15 < len(pages) < len(STATES)


def test_what_is_built_is_decided_by_the_site(tmp_path: Path) -> None:
    # `hugo list published` leaves these out whatever the site says, so ask what is rendered.
    files = {
        "content/a.md": "draft: true",
        "content/b.md": f"date: {FUTURE}",
        "content/c.md": f"expiryDate: {PAST}",
    }
    config = BASE + "buildDrafts = true\nbuildFuture = true\nbuildExpired = true\n"
    site = write_files(tmp_path / "site", {**files, "hugo.toml": config})
    rendered = headings_by_hugo(site, tmp_path / "out")
    assert {"/a/", "/b/", "/c/"} <= set(rendered)
    assert sorted(page.url for page in published_by_us(site).values()) == ["/sub/a/", "/sub/b/", "/sub/c/"]


def test_a_page_that_is_rendered_and_not_listed_everywhere_is_indexed_and_a_mere_link_is_not(
    tmp_path: Path,
) -> None:
    # Not what `hugo list` lists, but what a reader can open and may find.
    files = {
        "content/local.md": "build: {list: local}",
        "content/link.md": "build: {render: link}",
        "hugo.toml": BASE,
    }
    site = write_files(tmp_path / "site", files)
    assert list(published_by_us(site)) == ["local.md"]
    rendered = headings_by_hugo(site, tmp_path / "out")
    assert "/local/" in rendered
    assert "/link/" not in rendered


DATES = [
    "2025-02-13", "2025-02-13 08:01:14", "2025-02-13T08:01:14", "2025-02-13T08:01:14Z", "2025-02-13T08:01:14+08:00",
    "2025-02-13T08:01:14+0800", "2025-02-13 08:01:14 +0800", "2025-02-13 08:01:14 -05:30", "2025-02-13 08:01:14+08:00",
    "2025-02-13 08:01:14 +0800 CST", "2025-02-13T08:01:14.123Z", "2025-02-13T08:01:14.123456789+08:00", "2025-02-13T8:01:14",
    "13 Feb 2025", "Thu, 13 Feb 2025 08:01:14 +0800", "Thu, 13 Feb 2025 08:01:14 GMT", "Thursday, 13-Feb-25 08:01:14 UTC",
    "13 Feb 25 08:01 +0800", "13 Feb 25 08:01 MST", "Thu Feb 13 08:01:14 2025", "Thu Feb 13 08:01:14 CST 2025",
    "Thu Feb 13 08:01:14 +0800 2025", "2024-02-29", "0001-01-01", "1969-12-31", "2025-07-13 02:30:00",
]  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_every_form_of_a_date_that_hugo_reads(tmp_path: Path, zone: str) -> None:
    files = {f"content/d{number}.md": f'title: d\ndate: "{date}"' for number, date in enumerate(DATES)}
    files |= {"content/unix.md": "date: 1739433674", "content/zero.md": "date: 0"}
    pages = assert_same_pages(write_files(tmp_path, {**files, "hugo.toml": f'{BASE}timeZone = "{zone}"'}))
    assert len(pages) == len(files)


ODD_TITLES = (
    "C++", "C#", "A/B test", "1/20", "x + y", "a+b", "%41", "a~b", "a@b", "a_b", "a.b", "你好，世界！", "a - b", "--",
    "a  b", "é", "A&B", "a%b", "100%", "#1", "...", "a/ b", "C++/CLI", "+a", "a+", "a ++ b", "#", "+", "a#b",
    "%2F", "%20b", "／", "c＋＋", "a:b", "a?b", "(a)", "𠮷", "🚀 go", "/a", "a/", "-a-", "a--b", "~",
)  # fmt: skip


@pytest.mark.parametrize("pattern", [":title", ":slug", ":filename", ":slugorfilename"])
def test_odd_titles_in_a_permalink_pattern(tmp_path: Path, pattern: str) -> None:
    files = {"hugo.toml": f'{BASE}\n[permalinks]\np = "/x/{pattern}/"\n'}
    for number, title in enumerate(ODD_TITLES):
        files[f"content/p/t{number}.md"] = f'---\ntitle: "{title}"\n---\n'
        files[f"content/p/s{number}.md"] = f'---\ntitle: "x"\nslug: "{title}"\n---\n'
        if "/" not in title:
            files[f"content/p/{number} {title}.md"] = f'---\ntitle: "f{number}"\n---\n'
    assert_same_pages(write_files(tmp_path, files))
