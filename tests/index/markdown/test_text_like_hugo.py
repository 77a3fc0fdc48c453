"""The text of a page is what a reader of the page sees that the real Hugo renders."""

from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.bench.rendered import compare, difference, shown_by_hugo, shown_by_us
from tests.helpers.hugo import copy_site, remove_what_hugo_refuses, write_files
from tests.helpers.sites import ROOT

CONFIG = 'baseURL = "https://x.example/"\n[markup.goldmark.renderer]\nunsafe = {unsafe}\n'
SHORTCODES = {
    "layouts/_shortcodes/stub.html": "{{ .Inner | markdownify }}",
    "layouts/_shortcodes/raw.html": "{{ .Inner }}",
    "layouts/_shortcodes/single.html": "",
}
# A table whose second line is misshapen, a control character alone in a line, an address in an image's text.
IN_LCTT = (
    "posts/2016/excel-filter-and-edit-demonstrated-in-pandas-2084.md",
    "posts/2017/a-introduction-to-creating-documents-in-latex-2540.md",
    "posts/2015/the-art-of-command-line-1412.md",
)


def test_the_text_of_the_sample_site(tmp_path: Path) -> None:
    site = copy_site(ROOT / "content", tmp_path / "site/content").parent
    arguments = "--config", "content/hugo.toml"
    assert assert_same_text(site, tmp_path / "out", *arguments, ours=site / "content") >= 15


@pytest.mark.parametrize("unsafe", ["true", "false"])
def test_the_text_of_every_element_of_markdown_shortcodes_and_html(tmp_path: Path, unsafe: str) -> None:
    files = {**SHORTCODES, "hugo.toml": CONFIG.format(unsafe=unsafe)}
    for name in ("text", "headings", "shortcodes"):
        text = (ROOT / f"tests/data/{name}.md").read_text(encoding="utf-8")
        files[f"content/{name}.md"] = f"---\ntitle: {name}\n---\n{text}"
    site = write_files(tmp_path / "site", files)
    assert assert_same_text(site, tmp_path / "out") == 3


PARAMS = """
timeZone = "Asia/Shanghai"
defaultContentLanguage = "zh"
[params]
sitewide = "全站的"
ver = 1.50
n = 3
neg = -7
big = 12345678901
deep = {inner = "内"}
list = ["a", "b c"]
table = {b = 2, a = "x"}
t = true
moment = 2025-01-02T03:04:05Z
local = 2025-01-02
html = "<b>粗</b> & \\"引\\""
md = "**星** _下_ ~~删~~"
[languages.zh.params]
n = 4
"""


@pytest.mark.parametrize("unsafe", ["true", "false"])
def test_parameters_of_page_and_site_are_in_the_text_where_a_shortcode_shows_them(
    tmp_path: Path, unsafe: str
) -> None:
    text = (ROOT / "tests/data/params.md").read_text(encoding="utf-8")
    config = (
        CONFIG.format(unsafe=unsafe).replace("[markup", PARAMS + "[markup")
        + "[security]\nallowContent = ['.*']\n"
    )
    site = write_files(tmp_path / "site", {"hugo.toml": config, "content/a.md": text, "content/b.html": text})
    assert assert_same_text(site, tmp_path / "out") == 2


BLOCK_ATTRIBUTES = """段落文字
{.class #id}

> 引文
{.quote title="引 题"}

| 甲 | 乙 |
| -- | -- |
| 一 | 二 |
{.table}

![图](a.png)
{#image}

- 项
{.list}

上行
{.x data-a=1}

{不是属性} 与 {.a}

`{.代码}`

## 题 {.b}

```go
{.code}
```
{.after}
"""


@pytest.mark.parametrize("block", ["true", "false"])
def test_attributes_of_blocks_are_not_text_where_the_site_reads_them(tmp_path: Path, block: str) -> None:
    config = f"[markup.goldmark.parser.attribute]\nblock = {block}\n"
    page = f"---\ntitle: a\n---\n{BLOCK_ATTRIBUTES}"
    site = write_files(
        tmp_path / "site", {"hugo.toml": CONFIG.format(unsafe="true") + config, "content/a.md": page}
    )
    assert assert_same_text(site, tmp_path / "out") == 1


PARSER, EXTENSIONS = "[markup.goldmark.parser]\n", "[markup.goldmark.extensions]\n"
MARKUP = [
    *(
        PARSER + f'autoIDType = "{kind}"'
        for kind in ("github", "github-ascii", "blackfriday", "GitHub-ASCII", "x")
    ),
    PARSER + 'autoHeadingIDType = "blackfriday"',
    PARSER + 'autoHeadingIDType = "blackfriday"\nautoIDType = "github"',
    PARSER + "autoHeadingID = false",
    PARSER + "[markup.goldmark.parser.attribute]\ntitle = false",
    EXTENSIONS
    + "definitionList = false\nstrikethrough = false\ntable = false\ntaskList = false\nlinkify = false",
    EXTENSIONS + "footnote = false",
    "[markup.goldmark.extensions.footnote]\nenable = false",
    EXTENSIONS + "typographer = false",
    "[markup.goldmark.extensions.typographer]\ndisable = true",
    "[markup.goldmark.extensions.typographer]\nleftDoubleQuote = '&laquo;'\nenDash = '~'\nellipsis = ''",
]


@pytest.mark.parametrize("config", MARKUP)
def test_the_markup_options_of_a_site(tmp_path: Path, config: str) -> None:
    files = {"hugo.toml": CONFIG.format(unsafe="true") + config}
    for name in ("text", "headings"):
        text = (ROOT / f"tests/data/{name}.md").read_text(encoding="utf-8")
        files[f"content/{name}.md"] = f"---\ntitle: {name}\n---\n{text}"
    assert assert_same_text(write_files(tmp_path / "site", files), tmp_path / "out") == 2


def test_a_page_of_html_that_the_site_allows(tmp_path: Path) -> None:
    page = "<h2 id=a>题</h2>\n<p>一<b>段</b>\n又<br>一行</p>\n<script>密</script>\n<ul><li>项<li>{{< stub >}}里{{< /stub >}}</ul>\n"
    files = {
        **SHORTCODES,
        "hugo.toml": CONFIG.format(unsafe="false") + "[security]\nallowContent = ['.*']\n",
        "content/page.html": f"---\ntitle: x\n---\n{page}",
        "content/bare.htm": page,
    }
    assert assert_same_text(write_files(tmp_path / "site", files), tmp_path / "out") == 2


def test_the_text_of_the_corpus_of_servicemesher(shared: Callable[[str], Path], tmp_path: Path) -> None:
    site = copy_site(shared("corpus/servicemesher"), tmp_path / "site")
    remove_what_hugo_refuses(site)
    assert assert_same_text(site, tmp_path / "out") > 250


def test_the_text_of_the_corpus_of_lctt(shared: Callable[[str], Path], tmp_path: Path) -> None:
    site = copy_site(shared("corpus/lctt"), tmp_path / "site")
    assert assert_same_text(site, tmp_path / "out", but=IN_LCTT) == 1993


def assert_same_text(
    root: Path, output: Path, *arguments: str | Path, ours: Path | None = None, but: tuple[str, ...] = ()
) -> int:
    """Every page has the same text, but for what is wanted, and the same heading ids; returns how many."""
    wanted, found = shown_by_hugo(root, output, *arguments), shown_by_us(ours or root)
    counted, unexplained = compare(wanted, found)
    assert {path: difference(wanted[path], found[path]) for path in unexplained if path not in but} == {}
    others = {
        path: [pair for pair in zip_longest(wanted[path].anchors, page.anchors) if pair[0] != pair[1]]
        for path, page in found.items()
    }
    assert {path: pairs for path, pairs in others.items() if pairs} == {}
    return counted.total()
