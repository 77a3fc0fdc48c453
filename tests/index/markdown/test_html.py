"""HTML: what a reader sees of it, in blocks; nothing hidden, and nothing hostile, gets in the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.rendered import BLOCKS, HIDDEN
from zhsearch.index.markdown.html import html_blocks


def seen(html: str) -> list[str]:
    return [block.text for block in html_blocks(html)]


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>一</p><p>二</p>", ["一", "二"]),
        ("<p>强<b>调</b>的<i>字</i></p>", ["强调的字"]),
        ("上<br>下<hr/>末", ["上 下", "末"]),
        ("<ul><li>甲<li>乙</ul>", ["甲", "乙"]),
        ("<table><tr><td>格<td>子</table>", ["格", "子"]),
        ("<pre>一\n二</pre>三\n四", ["一", "二", "三四"]),
        ("a &lt; b &amp;&amp; c &copy; &#x4e2d;", ["a < b && c © 中"]),
        ("1 < 2 <3", ["1 < 2 <3"]),
        ('<img src=x alt="图：&quot;甲&quot;">', ['图："甲"']),
        ("<img alt=乙><img alt='丙 > 丁'><img src='alt=x'>", ["乙", "丙 > 丁"]),
        ('<p title="a > b" data-x=\'"\'>文</p>', ["文"]),
        ("<p title=it's>文</p>尾", ["文", "尾"]),
        ("<P>大</P><BR>写", ["大", "写"]),
    ],
)
def test_visible_text_comes_out_in_blocks(html: str, blocks: list[str]) -> None:
    assert seen(html) == blocks


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- 密 -->", "<!--\n密\n<p>密</p>\n-->", "<script>密 < 密</script>", "<style>\n.密 {}\n</style >",
        "<template><p>密</p></template>", "<noscript>密</noscript>", "<iframe src=x>密</iframe>", "<iframe src=x />",
        "<svg><text>密</text></svg>", "<!DOCTYPE 密>", "<?xml 密?>", "<![CDATA[密]]>", "<![endif]>", "</密>",
        "<svg><svg>密</svg>密</svg>", "<SCRIPT>密</script>", '<img src="密">',
    ],
)  # fmt: skip
def test_what_no_reader_sees_stays_out(hidden: str) -> None:
    assert seen(f"前{hidden}后") == ["前后"]


@pytest.mark.parametrize("tag", BLOCKS)
def test_what_browsers_show_as_a_block_is_one(tag: str) -> None:
    assert seen(f"前<{tag}>后") == ["前", "后"]


# What has no content, and the head of a whole page, whose end may be left out.
_EMPTY = {"-comment", "area", "base", "basefont", "link", "meta", "param", "head", "title"}


@pytest.mark.parametrize("tag", sorted({*HIDDEN} - _EMPTY))
def test_what_browsers_hide_is_hidden(tag: str) -> None:
    assert seen(f"前<{tag}>密</{tag}>后") == ["前后"]


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("见<!-- 密", ["见"]),
        ("见<script>密", ["见"]),
        ("见<p", ["见"]),
        ('见<a href="密', ["见"]),
        ("见<", ["见<"]),
    ],
)
def test_what_is_not_closed_ends_with_the_text(html: str, blocks: list[str]) -> None:
    assert seen(html) == blocks


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "</",
        "<!",
        "<!--",
        "<![",
        "<?",
        "<a ",
        '<a b="',
        "<a ='",
        "<script>",
        "<script></script ",
        "&",
        "<div>",
        "<img alt ",
    ],
)
def test_no_mark_however_often_repeated_takes_more_than_one_pass(piece: str) -> None:
    html_blocks(piece * 100_000)


MARKS = st.sampled_from([*"<>/!-?\"'= ab中\n&;", "<p>", "<!--", "-->", "<script>", "</script>"])


@given(st.lists(MARKS).map("".join))
def test_any_text_is_read(html: str) -> None:
    assert all(block.text == " ".join(block.text.split()) for block in html_blocks(html))


@given(st.text(st.characters(exclude_characters="<&\n", exclude_categories=["Cs"])))
def test_text_without_marks_comes_out_as_it_is(text: str) -> None:
    assert " ".join(seen(text)) == " ".join(text.split())
