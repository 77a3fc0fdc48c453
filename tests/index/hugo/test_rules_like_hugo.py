"""Every rule of Hugo's about what is published and where, alone and beside every other, on small sites.

The oracle is the real `hugo`: the same pages, at the same addresses, with the same titles and dates.
"""

import itertools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

from tests.helpers.hugo import assert_same_pages, hugo, posts_of, write_files
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.site import load_site

LANGUAGES = {"zh": {"weight": 1}, "de": {"weight": 2}}


class Rule(NamedTuple):
    """What a site has besides the pages that all sites have."""

    config: Mapping[str, Any] = {}
    files: Mapping[str, str] = {}


BASE = {
    "content/top level.md": "title: Top Level\ndate: 2025-01-02T03:04:05+08:00",
    "content/posts/_index.md": "title: Posts Of Ours",
    "content/posts/First Post.md": "title: 第一篇\ndate: 2024-12-31 23:30:00",
    "content/posts/slug.md": "title: Slug\nslug: My Slug\ndate: 2023-02-03",
    "content/posts/url.md": "title: URL\nurl: /fixed/Place/\ndate: 2023-02-03",
    "content/posts/leaf/index.md": "title: Leaf\ntags: [a]",
    "content/posts/leaf/inner.md": "title: Resource",
    "content/posts/deep/_index.md": "title: Deep Section",
    "content/posts/deep/page.md": "title: Deep Page\ndate: 2022-05-06",
    "content/posts/deep/er/page.md": "title: Deeper\nlastmod: 2021-01-01",
    "content/notes/2020-02-03-note.md": "title: Note\ntags: [b]",
    "content/notes/draft.md": "title: Draft\ndraft: true",
    "content/notes/future.md": "title: Future\npublishDate: 2199-01-01",
    "content/notes/gone.md": "title: Gone\nexpiryDate: 2001-01-01",
    "content/notes/zh.de.md": "title: Auf Deutsch",
    "content/Großes/Äpfel.md": "title: Äpfel & Birnen",
}

RULES = {
    "nothing": Rule(),
    "a base URL with a path": Rule({"baseURL": "https://x.example/blog/sub/"}),
    "ugly URLs": Rule({"uglyURLs": True}),
    "ugly URLs of one section": Rule({"uglyURLs": {"posts": True}}),
    "paths as they are written": Rule({"disablePathToLower": True}),
    "paths without accents": Rule({"removePathAccents": True}),
    "a time zone": Rule({"timeZone": "Asia/Shanghai"}),
    "files that are ignored": Rule({"ignoreFiles": ["slug", "/deep/er/"]}),
    "languages by suffix": Rule({"languages": LANGUAGES, "defaultContentLanguage": "zh"}),
    "a folder for the default language": Rule({"defaultContentLanguageInSubdir": True}),
    "a language that is not built": Rule({"languages": {**LANGUAGES, "de": {"disabled": True}}, "defaultContentLanguage": "zh"}),
    "a language left out by a list": Rule({"disableLanguages": ["de"], "languages": LANGUAGES, "defaultContentLanguage": "zh"}),
    "a content folder for a language": Rule(
        {"languages": {"zh": {}, "de": {"contentDir": "inhalt"}}, "defaultContentLanguage": "zh"},
        {"inhalt/posts/erster.md": "title: Erster", "inhalt/posts/b/index.md": "title: Bündel", "inhalt/posts/c.zh.md": "title: 中"},
    ),
    "a host for each language": Rule(
        {"defaultContentLanguage": "zh", "languages": {
            "zh": {"baseURL": "https://zh.example/z/"}, "de": {"baseURL": "https://de.example/", "timeZone": "Europe/Berlin"},
        }}
    ),
    "permalinks by section": Rule({"permalinks": {"posts": "/:year/:month/:slug/", "/": "/root/:filename/"}}),
    "permalinks by kind": Rule({"permalinks": {"page": {"großes": "/:sections/:title/"}, "section": {"notes": "/n/"}}}),
    "permalinks of one language": Rule(
        {"languages": {"zh": {}, "de": {"permalinks": {"notes": "/de-:slug/"}}}, "defaultContentLanguage": "zh"}
    ),
    "a layout of a date in a permalink": Rule({"permalinks": {"posts": "/:2006/:Jan/:_2/:sectionslugs/:contentbasename/"}}),
    "a cascade of the configuration": Rule(
        {"cascade": [{"draft": True, "target": {"path": "/posts/deep/**"}}, {"date": "2019-09-09", "target": {"kind": "page"}}]}
    ),
    "a cascade of a section": Rule(
        {}, {"content/posts/_index.md": "title: P\ncascade:\n- slug: fallen\n  target: {path: '/posts/{first*,deep/*}'}\n- title: Fallen"}
    ),
    "a cascade of the home page": Rule({}, {"content/_index.md": "cascade: {expiryDate: 2001-01-01, target: {path: '/notes/**'}}"}),
    "a section with a slug": Rule({}, {"content/posts/deep/_index.md": "title: D\nslug: Tief Unten"}),
    "dates from file names": Rule({"frontmatter": {"date": [":filename", ":default"]}}),
    "dates from other keys": Rule({"frontmatter": {"date": ["lastmod"], "publishDate": ["date"], "expiryDate": [":default"]}}),
    "mounts": Rule(
        {"module": {"mounts": [
            {"source": "content", "target": "content", "files": ["! notes/draft*"]}, {"source": "docs", "target": "content/docs"},
        ]}},
        {"docs/Guide.md": "title: Guide", "docs/b/index.md": "title: B", "content/docs/own.md": "title: Own"},
    ),
    "a theme with content": Rule(
        {"theme": "plain"},
        {"themes/plain/content/posts/First Post.md": "title: Hidden", "themes/plain/content/help.md": "title: Help"},
    ),
    "an ugly format": Rule({"outputFormats": {"html": {"ugly": True}}}),
    "a format in a folder": Rule({"outputFormats": {"html": {"path": "amp/lite"}}}),
    "a format with a file's name": Rule({"outputFormats": {"html": {"baseName": "main page", "noUgly": True}}}),
    "a theme's configuration": Rule(
        {"theme": ["deep"], "permalinks": {"_merge": "deep"}},
        {"themes/deep/hugo.toml": 'theme = "below"\nuglyURLs = true\n[permalinks]\nposts = "/themed/:slug/"\n[outputFormats.html]\nbaseName = "t"',
         "themes/below/config/_default/permalinks.toml": 'notes = "/below/:filename/"\nposts = "/never/"'},
    ),
    "mounts of files": Rule(
        {"module": {"mounts": [
            {"source": "content", "target": "content"}, {"source": "README.md", "target": "content/posts/The Readme.md"},
            {"source": "docs/guide.md", "target": "content/guides/sub/_index.md"}, {"source": "docs/x.md", "target": "content/guides/sub/leaf/index.md"},
        ]}},
        {"README.md": "title: Readme", "docs/guide.md": "title: G\ncascade: {slug: handed}", "docs/x.md": "title: X", "docs/y.md": "title: Y"},
    ),
    "an environment": Rule({}, {"config/production/permalinks.json": '{"notes": "/p/:filename/"}'}),
}  # fmt: skip


def combined(*rules: Rule) -> dict[str, str]:
    """The files of a site that has all these rules."""
    config: dict[str, Any] = {"baseURL": "https://x.example/"}
    files = dict(BASE)
    for rule in rules:
        config = merged(config, rule.config)
        files |= rule.files
    return {**files, "hugo.json": json.dumps(config, ensure_ascii=False)}


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: merged(below[key], above[key])
        for key in below.keys() & above.keys()
        if isinstance(below[key], dict) and isinstance(above[key], dict)
    }
    return {**below, **above, **both}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds_alone_and_beside_later_ones(tmp_path: Path, name: str) -> None:
    later = itertools.dropwhile(lambda other: other != name, RULES)
    for number, other in enumerate(itertools.islice(later, None if "FAULT_ROUNDS" in os.environ else 2)):
        root = write_files(tmp_path / str(number), combined(RULES[name], RULES[other]))
        pages = assert_same_pages(root, why=f"{name} + {other}")
        assert len(pages) >= 3


MISSES = {
    "the same page twice": (
        {f"content/{name}": "---\ntitle: x\n---\n" for name in (
            "a.md", "a.markdown", "b.md", "b.mdown", "C.md", "c.md", "x Y.md", "x-y.md", "d.md", "d/index.md",
        )},
        5,
    ),
    "languages anywhere in a name": (
        {"hugo.json": json.dumps({"defaultContentLanguage": "zh", "languages": {**LANGUAGES, "fr": {"disabled": True}}})}
        | {f"content/p/{name}.md": "title: x" for name in (
            "a.de.x", "b.x.de", "v1.2.de", "v1.2", "g.de.v1", "h.fr.x", "fr.x", "i.zh.fr", "j.fr.zh", "de.x", "de", "k.DE", "l.de.fr",
        )},
        9,
    ),
    "own cascades": (
        {"content/p/a.md": "cascade: {title: mine, slug: s}", "content/p/l/index.md": "cascade: {title: leaf}\nweight: 1"}, 2,
    ),
    "a cascade of one language's configuration": (
        {"hugo.json": json.dumps({"defaultContentLanguage": "zh", "languages": {"zh": {}, "de": {"cascade": {"slug": "x"}}}}),
         "content/p/a.md": "title: a", "content/p/a.de.md": "title: a", "content/p/s/_index.de.md": "title: s",
         "content/p/s/b.de.md": "title: b", "content/p/_index.md": "cascade: {date: 2020-01-01}"},
        5,
    ),
    "a cascade for one language": (
        {"hugo.json": json.dumps({
            "defaultContentLanguage": "zh", "languages": {"zh": {}, "de": {}},
            "cascade": [{"slug": "y", "target": {"sites": {"matrix": {"languages": ["z*"]}}}}],
        }), "content/p/a.md": "title: a", "content/p/a.de.md": "title: b"},
        2,
    ),
    "permalinks with targets": (
        {"hugo.json": json.dumps({"permalinks": [
            {"pattern": "/s/:slug/", "target": {"path": "/p/**", "kind": "page"}}, {"pattern": "/else/:filename/"},
        ]}), "content/p/a.md": "title: A a", "content/q/b.md": "title: b", "content/top.md": "title: top"},
        3,
    ),
    "odd patterns": (
        {"hugo.json": json.dumps({"permalinks": {
            "p": "/a\\:b/:filename/", "q": "/a b&c/Ü,x/:filename/", "r": "/a%20b/c+d/(x)/:filename/", "s/t": "/:sectionslug/:filename",
        }}), **{f"content/{folder}/a.md": "title: a" for folder in ("p", "q", "r", "s", "s/t")}},
        5,
    ),
    "dates in file names": (
        {"hugo.json": '{"frontmatter": {"date": [":filename", ":default"], "publishDate": ["publishDate"]}}'}
        | {f"content/p/{name}.md": "title: t" for name in (
            "2025-01-02-abc", "2025-01-02", "2025-01-02 x y", "2025-01-02-03-04-05-z", "2025-01-02 03-04-05_q", "abc", "2025-13-02-x",
            "2025-01-02-_-x-", "2025-1-2-x", "2199-03-03-later",
        )}
        | {"content/p/2024-01-01-s.md": "title: t\nslug: own", "content/p/2023-03-03-leaf/index.md": "title: l"},
        12,
    ),
    "dates in the names of files with languages and dots": (
        {"hugo.json": json.dumps({
            "frontmatter": {"date": [":filename", ":default"]}, "defaultContentLanguage": "zh", "languages": LANGUAGES,
        })}
        | {f"content/p/{name}.md": "title: t" for name in (
            "2024-05-06-x.de", "2024-05-07.de", "2024-05-06-v1.0", "2024-05-08-l.x/index", "2024-05-09-m/index.de",
        )},
        5,
    ),
    "no language is named the default": (
        {"hugo.json": json.dumps({"languages": {"zh-cn": {"permalinks": {"posts": "/q/:slug/"}}}}), "content/posts/a.md": "title: A one"},
        1,
    ),
    "English is the default where there is one": (
        {"hugo.json": json.dumps({"languages": {"zh-cn": {"weight": 5}, "de": {"weight": 2}, "en": {}}}),
         **{f"content/posts/{name}.md": "title: a" for name in ("a", "b.de", "c.zh-cn", "d.en")}},
        4,
    ),
    "a language of no weight comes last": (
        {"hugo.json": json.dumps({"languages": {"aa": {}, "de": {"weight": 7}, "bb": {"disabled": True}}}),
         **{f"content/posts/{name}.md": "title: a" for name in ("a", "b.de", "c.aa", "d.bb")}},
        3,
    ),
    "folders and sections that are ignored": (
        {"hugo.json": json.dumps({"ignoreFiles": ["drafts$", "_index.md$", "\\p{Han}", "z\\.md\\z"]}),
         "content/s/_index.md": "title: s\ncascade: {draft: true}",
         **{f"content/{name}.md": "title: a" for name in ("drafts/a", "x/drafts/a", "x/draftsy/a", "s/x", "汉", "zz")}},
        2,
    ),
    "texts and numbers for true": (
        {"hugo.json": json.dumps({"uglyURLs": "true", "disablePathToLower": "true", "defaultContentLanguageInSubdir": 1}),
         **{f"content/p/A{number}.md": state for number, state in enumerate((
             "draft: 2", "draft: -1", "headless: 2", "build: {list: 0}", "build: {render: 0}", "draft: 0", 'draft: "2"', "draft: yes",
         ))}},
        3,
    ),
    "output formats of the site and of a page": (
        {"hugo.json": json.dumps({"outputs": {"page": ["json"]}}), "content/p/_index.md": "cascade: {outputs: [html]}",
         "content/p/a.md": "title: a", "content/o.md": "title: o\noutputs: [HTML]"},
        3,
    ),
    "filters of mounts": (
        {"hugo.json": json.dumps({"module": {"mounts": [
            {"source": f"c{number}", "target": f"content/c{number}", "files": files} for number, files in enumerate((
                ["! q"], ["**.md", "! q/**"], ["**.md", "! **/x.md"], ["q/**"], ["q/*.md", "*.md"], ["! s/_index.md"], ["! l/index.md"], ["! **/x.md", "! r"],
            ))
        ]}})}
        | {f"c{number}/{name}.md": "title: a" for number in range(8) for name in (
            "a", "x", "q/a", "q/x", "q/r/a", "r/x", "r/b", "s/a", "l/index", "l/x",
        )}
        | {f"c{number}/s/_index.md": "cascade: {draft: true}" for number in range(8)}
        | {"content/unmounted.md": "title: x"},
        38,
    ),
    "a file that is mounted beside its folder": (
        {"hugo.json": json.dumps({"module": {"mounts": [
            {"source": "c", "target": "content"}, {"source": "d/x.md", "target": "content/p/y.de.md"}, {"source": "d/x.md", "target": "content/none.txt"},
        ]}, "defaultContentLanguage": "zh", "languages": LANGUAGES}), "c/p/y.md": "title: a", "c/q.md": "title: b", "d/x.md": "title: x",
         "content/unmounted.md": "title: u"},
        3,
    ),
    "what a theme may not add": (
        {"hugo.json": json.dumps({"theme": "t", "outputFormats": {"amp": {"path": "amp"}}, "uglyURLs": {"q": True}}), "content/p/a.md": "title: A a", "content/q/b.md": "title: b",
         "themes/t/hugo.json": json.dumps({"permalinks": {"p": "/t/:slug"}, "uglyURLs": {"p": True}, "outputFormats": {"html": {"baseName": "t"}}, "disablePathToLower": True})},
        2,
    ),
    "all that a theme may add": (
        {"hugo.json": json.dumps({"theme": ["t", "u"], "_merge": "deep"}), "content/p/A.md": "title: A a", "content/q/B.md": "title: b",
         "themes/t/hugo.json": json.dumps({"permalinks": {"p": "/t/:slug"}, "disablePathToLower": True}),
         "themes/u/hugo.json": json.dumps({"permalinks": {"p": "/u/:slug", "q": "/q/u/:filename"}, "disablePathToLower": False})},
        2,
    ),
    "a file with the default language in its name and one without": (
        {"hugo.json": json.dumps({"defaultContentLanguage": "zh", "languages": LANGUAGES, "security": {"allowContent": [".*"]}})}
        | {f"content/{folder}/{name}": f"---\ntitle: t\nslug: s-{number}\n---\n" for folder, names in {
            "a": ("p.md", "p.zh.md"), "b": ("p.zh.html", "p.md"), "c": ("p.zh.markdown", "p.mdown"), "d": ("p/index.md", "p.zh.md"),
            "e": ("p/index.md", "p/index.zh.html"), "f": ("p/index.zh.html", "p.md"), "g": ("p.md", "p.de.md"), "h": ("_index.md", "_index.zh.md", "p.md"),
            "i": ("_index.zh.html", "_index.md", "p.md"), "j": ("_index.markdown", "_index.md", "p.md"), "k": ("_index.mdown", "_index.markdown", "p.md"),
        }.items() for number, name in enumerate(names)},
        16,
    ),
    "two files for one section": (
        {"content/s/_index.md": "title: a\ncascade: {slug: m}", "content/s/_index.html": "---\ncascade: {slug: h}\n---\n", "content/s/a.md": "title: a"},
        2,
    ),
    "the times of files": ({"hugo.json": '{"frontmatter": {"date": [":fileModTime"]}}', "content/p/a.md": "title: a"}, 1),
    "a theme that mounts": (
        {"hugo.json": '{"theme": "t"}', "content/a.md": "title: a", "themes/t/stuff/b.md": "title: b", "themes/t/content/c.md": "title: c",
         "themes/t/hugo.json": '{"module": {"mounts": [{"source": "stuff", "target": "content/th"}]}}'},
        2,
    ),
    "a module that is imported in part": (
        {"hugo.json": '{"module": {"imports": [{"path": "t", "mounts": [{"source": "stuff", "target": "content/th"}]}]}}',
         "themes/t/stuff/b.md": "title: b", "themes/t/content/c.md": "title: c", "content/a.md": "title: a"},
        2,
    ),
    "mounts by language": (
        {"hugo.json": json.dumps({"defaultContentLanguage": "zh", "languages": LANGUAGES, "module": {"mounts": [
            {"source": f"c/{key}", "target": "content", "sites": {"matrix": {"languages": [key]}}} for key in LANGUAGES
        ]}}), "c/zh/p/a.md": "title: a", "c/de/p/a.md": "title: b", "content/no.md": "title: n"},
        2,
    ),
    "a configuration in a folder goes over the one in a file": (
        {"hugo.json": '{"baseURL": "https://x.example/file/"}', "config/_default/hugo.json": '{"baseURL": "https://x.example/dir/"}',
         "config/_default/languages.json": '{"zh": {"weight": 1}, "de": {"weight": 2}}', "config/_default/config.toml": 'defaultContentLanguage = "zh"',
         "config/_default/languages.de.toml": 'disablePathToLower = true', "content/A.md": "title: a", "content/A.de.md": "title: b"},
        2,
    ),
    "pages of taxonomies' folders": (
        {"content/tags/a.md": "title: a", "content/tags/b/_index.md": "title: b", "content/tags/b/c.md": "title: c",
         "content/categories/index.md": "title: leafy"},
        4,
    ),
    "bundles in bundles": (
        {f"content/p/{name}.md": "title: x" for name in ("l/index", "l/m/index", "l/n", "b/_index", "b/index", "b/x")}, 2,
    ),
    "dots in folders": ({f"content/{name}.md": "title: x" for name in ("v1.2/a", "p.q/index", "p/v1.2")}, 3),
    "no pages at all": ({"hugo.json": '{"disableKinds": ["page"]}', "content/a.md": "title: a"}, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", MISSES)
def test_corners_of_the_rules(tmp_path: Path, name: str) -> None:
    files, count = MISSES[name]
    assert len(assert_same_pages(write_files(tmp_path, files))) == count


def test_layouts_of_dates_in_patterns(tmp_path: Path) -> None:
    layouts = [
        "Jan", "January", "Mon", "Monday", "06", "2006_01", "Jan02", "0102", "15", "03", "3", "04", "4", "05", "5", "2", "_2", "002", "1",
        "MST", "Z0700", "x2006y", "20060102T150405", "2006_01_02pm", "__2",
    ]  # fmt: skip
    dates = ["2025-02-03T04:05:06+08:00", "2025-12-13T14:15:16", "2025-12-13T14:15:16Z"]
    patterns = {f"p{number}": f"/p{number}/:{layout}/:filename/" for number, layout in enumerate(layouts)}
    files = {
        f"content/{section}/{number}.md": f"title: t\ndate: {date}"
        for section in patterns for number, date in enumerate(dates)
    }  # fmt: skip
    config = json.dumps({"permalinks": patterns, "timeZone": "Asia/Shanghai"})
    assert len(assert_same_pages(write_files(tmp_path, {**files, "hugo.json": config}))) == len(files)


@pytest.mark.parametrize(
    "name", ["languages by suffix", "a content folder for a language", "a folder for the default language"]
)
def test_pages_are_in_the_language_that_hugo_has_them_in(tmp_path: Path, name: str) -> None:
    layout = {"layouts/all.html": "{{ .Language.Lang }} {{ .Kind }}"}
    root = write_files(tmp_path / "site", {**combined(RULES[name]), **layout})
    hugo("--source", root, "--destination", tmp_path / "public", "--quiet")
    site = find_files(load_site(root)).site
    ours = {unquote(post.url): site.content_path(post.path).language for post in posts_of(root)}
    wanted = {}
    for page in (tmp_path / "public").rglob("index.html"):
        language, kind = page.read_text(encoding="utf-8").split()[:2]
        url = f"/{page.parent.relative_to(tmp_path / 'public').as_posix()}/"
        if kind == "page" or url in ours:
            wanted[url] = language
    assert ours == wanted
