"""Shortcodes: tags go, enclosed and shown text stays; `test_text_like_hugo` compares with the real Hugo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.markdown.shortcodes import without_shortcodes


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("没有", "没有"),
        ('甲{{< x "密 > 密" a=`密` >}}乙{{< /x >}}丙', "甲乙丙"),
        ("{{% a %}}外{{< b >}}内{{< /b >}}{{% /a %}}", "外内"),
        ("{{<a>}}紧{{</a>}}", "紧"),
        ("[字]({{< ref `密` >}}#x)", "[字](#x)"),
        ('{{< figure src="密" >}}', ""),
        ('{{< x title="题" >}}', " 题 "),
        ("{{</* x a=1 */>}}{{%/* /x */%}}", "{{< x a=1 >}}{{% /x %}}"),
        ("{{< highlight go >}}\na `b`\n{{< /highlight >}}", "\n\n```\na `b`\n```\n\n"),
        ("{{< highlight go >}}```{{< /highlight >}}", "\n\n````\n```\n````\n\n"),
        ("甲{{< comment >}}密{{< b >}}密{{< /b >}}{{< /comment >}}乙", "甲乙"),
        ("甲{{% comment %}}密{{% /comment %}}乙", "甲乙"),
        ("{{< figure src=密.png alt=无 caption=b />}}", "\n\n无\n\nb\n\n"),
        ('{{< x "密 title=密" n=1 title=题/>}}', " 题 "),
        ("{{< highlight 没有结束", "{{< highlight 没有结束"),
        ("{{ .Title }}", "{{ .Title }}"),
    ],
)
def test_tags_go_and_what_they_enclose_stays(body: str, wanted: str) -> None:
    assert without_shortcodes(body) == wanted


PIECES = st.sampled_from(
    [
        "{{<",
        ">}}",
        "{{%",
        "%}}",
        "{{</*",
        "*/>}}",
        "/",
        '"',
        "`",
        "=",
        "\\",
        "\n",
        " ",
        "x",
        "highlight",
        "title=",
        "中",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read(body: str) -> None:
    assert isinstance(without_shortcodes(body), str)


@given(st.text("中文ab \n", max_size=20), st.text("中文ab \n", max_size=20))
def test_what_stands_around_and_within_is_kept(inner: str, outer: str) -> None:
    assert without_shortcodes(f"{outer}{{{{< x 密 >}}}}{inner}{{{{< /x >}}}}{outer}") == outer + inner + outer


@pytest.mark.parametrize(
    "piece", ["{{< ", '{{< "', "{{< `", "{{< highlight >}}", "{{</*", '{{< a="b" ', "{{< / "]
)
def test_no_piece_however_often_repeated_takes_more_than_one_pass(piece: str) -> None:
    without_shortcodes(piece * 20_000)
