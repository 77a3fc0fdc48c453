"""Markdown: the text that a reader sees, block by block, and the sections that its headings form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.markdown.reader import read_html, read_markdown


def blocks(markdown: str) -> list[str]:
    text = read_markdown(markdown).text
    return text.split("\n") if text else []


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        ("第一段\n\n第二段", ["第一段", "第二段"]),
        ("中文的一行\n接着下一行", ["中文的一行接着下一行"]),
        ("one line\nnext line", ["one line next line"]),
        ("硬换行  \n之后", ["硬换行 之后"]),
        ("- 甲\n- 乙\n  - 丙", ["甲", "乙", "丙"]),
        ("1. 甲\n2. 乙", ["甲", "乙"]),
        ("- [x] 做完\n- [ ] 没做", ["做完", "没做"]),
        ("> 引文\n> 续", ["引文续"]),
        ("```python\nx = 1\n\ny = 2\n```", ["x = 1", "y = 2"]),
        ("    缩进的\n    代码", ["缩进的", "代码"]),
        ("| 表 | 头 |\n|---|---|\n| 格 | 子 |", ["表", "头", "格", "子"]),
        ("见[^1]文[^2]\n\n[^2]: 后\n\n[^3]: 无人提及\n\n[^1]: 前\n\n末", ["见文", "末", "前", "后"]),
        ("术语\n: 解释", ["术语", "解释"]),
        ("![图的说明](a.png)", ["图的说明"]),
        ("[链接](https://x.example/secret)后", ["链接后"]),
        ("**粗** *斜* ~~删~~ `码`", ["粗 斜 删 码"]),
        ("加快**。**虽然", ["加快。虽然"]),
        ("a*b*c 2**3", ["abc 2**3"]),
        ("参数**-v**", ["参数-v"]),
        ("`2**3`", ["2**3"]),
        ("&lt;p&gt; &copy; \\*", ["<p> © *"]),
        ("按<kbd>Ctrl</kbd>键<br>换行", ["按Ctrl键 换行"]),
        ("<div>\n<p>甲\n乙</p><p>丙</p>\n</div>\n\n丁", ["甲乙", "丙", "丁"]),
        ('文<img src="a.png" alt="图标">字', ["文字", "图标"]),
        ("见 ![一块 *主板*](a.png) 的 ![图片](b.png)照片", ["见 的 照片", "一块 主板"]),
        ("- 甲![乙](a.png)\n- 丙", ["甲", "乙", "丙"]),
        ("# ![一枚徽标](a.png)", ["一枚徽标"]),
        ("# 标题 ![IMG_0042.jpg](a.jpg)", ["标题"]),
        ("标题\n===\n正文", ["标题", "正文"]),
        ("上\n\n---\n\n下", ["上", "下"]),
        ("", []),
        ("   \n\n", []),
    ],
)
def test_what_a_reader_sees_comes_out_block_by_block(markdown: str, wanted: list[str]) -> None:
    assert blocks(markdown) == wanted


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- 密 -->", "<!--\n密\n\n密\n-->", "<script>\nlet 密 = 1;\n\n密()\n</script>", "<style>\n.密 {}\n</style>",
        "<!--more-->", "<iframe src=x>\n密\n</iframe>", '[密]: https://x.example "密"', "{{< toc >}}", "{{% notice %}}",
        '{{< figure src="密.png" >}}', "<div hidden\n data-密=1>\n</div>",
    ],
)  # fmt: skip
def test_what_no_reader_sees_stays_out(hidden: str) -> None:
    assert blocks(f"前\n\n{hidden}\n\n后") == ["前", "后"]


@pytest.mark.parametrize(
    ("shortcode", "wanted"),
    [
        ('{{< figure src="a.png" caption="图一：机房" alt="机房" >}}', ["机房", "图一：机房"]),
        ("{{< figure title=`反引号` >}}", ["反引号"]),
        ('{{< figure caption="说 \\"好\\"" >}}', ["说 “好”"]),
        ("{{% notice %}}里面{{% /notice %}}", ["里面"]),
        ("{{</* toc */>}}", ["{{< toc >}}"]),
        ("`{{ .Title }}`", ["{{ .Title }}"]),
        ("{{< 没有结束", ["{{< 没有结束"]),
        ("{{< a {{< b >}}", ["{{< a"]),
    ],
)
def test_shortcodes_show_their_captions_and_what_they_enclose(shortcode: str, wanted: list[str]) -> None:
    assert blocks(shortcode) == wanted


def test_sections_begin_at_their_headings_and_end_before_the_next() -> None:
    text, sections, _ = read_markdown("前言\n\n# 一 `码`\n\n甲\n\n## 二\n\n乙\n\n丙")
    assert [(s.title, s.anchor, s.level, text[s.start : s.end]) for s in sections] == [
        ("一 码", "一-码", 1, "一 码\n甲"),
        ("二", "二", 2, "二\n乙\n丙"),
    ]


def test_headings_without_text_form_no_section() -> None:
    text, sections, _ = read_markdown("#\n\n## ![](a.png)\n\n# <!-- 密 -->\n\n文\n\n# ！")
    assert text == "文\n！"
    assert [section.anchor for section in sections] == ["heading"]


def test_a_comment_in_code_is_not_a_heading() -> None:
    assert read_markdown("```\n# make install\n```").sections == ()


def test_a_page_of_html_has_text_and_the_ids_that_its_author_wrote() -> None:
    text, sections, code = read_html(
        "<h1>题</h1><p>文\n字 {{< toc >}}</p><script>密</script><h2 class=a id='二'>二<b>级</b></h2><pre>码\n码</pre>"
    )
    assert text == "题\n文字\n二级\n码\n码"
    assert [(s.title, s.anchor, s.level, s.start, s.end) for s in sections] == [
        ("题", "", 1, 0, 4), ("二级", "二", 2, 5, 11),
    ]  # fmt: skip
    assert code == ((8, 11),)


HOSTILE = [
    "{{< ", "{{< a */", "{{</*", "{{< alt=", '{{< alt="a ', "<a ", "> ", "- ", "[", "*a _b ", "*", "`", "|a", "[^1]", "[a](", "![a](",
    "<http://", "<div>\n", "中\n", "# a ", "# www.", "# a@", "<!--", "<script>", "# [a](b)\n", "&", "***a", "<![",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_piece_however_often_repeated_takes_more_than_one_pass(piece: str) -> None:
    read_markdown(piece * 30_000)


MARKS = st.sampled_from(
    [
        *"#*_`[]()<>!-|:=~\\ \n\t中文ab1",
        "{{<",
        ">}}",
        "{#a}",
        "\n\n",
        "```\n",
        "<p>",
        "<!--",
        "-->",
        "http://a.b ",
    ]
)


@given(st.lists(MARKS, max_size=60).map("".join))
def test_any_text_gives_blocks_and_sections_in_order(markdown: str) -> None:
    text, sections, _ = read_markdown(markdown)
    assert all(block and block == " ".join(block.split()) for block in text.split("\n")) or not text
    assert all(text[section.start :].startswith(section.title) for section in sections)
    edges = [edge for section in sections for edge in (section.start, section.end)]
    assert edges == sorted(edges)
    assert not sections or sections[-1].end == len(text)


HAN = st.text(st.sampled_from("中文算力国产芯片的一二三，。！？"), min_size=1, max_size=30)


@given(st.lists(HAN, max_size=6))
def test_every_han_character_of_plain_paragraphs_is_kept(paragraphs: list[str]) -> None:
    assert blocks("\n\n".join(paragraphs)) == paragraphs


@given(st.text(max_size=200))
def test_no_text_is_refused(body: str) -> None:
    for read in (read_markdown, read_html):
        text, sections, code = read(body)
        assert all(0 <= start < end <= len(text) for start, end in code)
        assert all(section.start < section.end for section in sections)
