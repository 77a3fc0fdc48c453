"""Hits as trees: sections, passages of about two lines, and the links to them."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.sites import ROOT
from zhsearch.search.http.page_hits import branches, direction, shortened

SENTENCES = "容器很轻。" * 12
SECTION = {"title": "安装", "anchor": "install"}


def hit(*passages: Any) -> Any:
    return {"url": "/posts/a/", "passages": list(passages)}


def passage(text: str, *marks: tuple[int, int], section: Any = None) -> dict[str, Any]:
    return {"text": text, "marks": list(marks), "section": section}


def test_passages_in_one_section_are_below_its_heading() -> None:
    before = passage("开头有容器。", (3, 5))
    first, second = (passage(text, (0, 2), section=SECTION) for text in ("容器一。", "容器二。"))
    top, inner = branches(hit(before, first, second), "https://x.example")
    assert top.heading is None
    assert [shown.text for shown in inner.passages] == ["容器一。", "容器二。"]
    assert inner.heading
    assert inner.heading.href == "https://x.example/posts/a/#install"
    assert top.passages[0].href.startswith("https://x.example/posts/a/#:~:text=")
    assert inner.passages[0].href.startswith("https://x.example/posts/a/#install:~:text=")


def test_a_heading_that_a_passage_begins_with_is_shown_once_with_its_marks() -> None:
    (branch,) = branches(hit(passage("安装 · 先安装容器。", (0, 2), (6, 8), section=SECTION)), "")
    assert branch.heading
    assert (branch.heading.text, branch.heading.marks) == ("安装", [(0, 2)])
    (shown,) = branch.passages
    assert (shown.text, shown.marks) == ("先安装容器。", [(1, 3)])


def test_a_passage_that_is_its_heading_alone_has_no_line_of_its_own() -> None:
    (branch,) = branches(hit(passage("安装", (0, 2), section=SECTION)), "")
    assert branch.passages == []


def test_a_long_passage_begins_at_the_sentence_of_its_mark_and_ends_with_a_sentence() -> None:
    text, marks = shortened(SENTENCES + "这里有算力。" + SENTENCES, [(63, 65)], 40)
    assert text.startswith("这里有算力。")
    assert text.endswith("。")
    assert [text[a:b] for a, b in marks] == ["算力"]


def test_what_is_cut_within_a_sentence_has_an_ellipsis() -> None:
    text, _ = shortened("很长的一句话没有停顿" * 20, [(100, 102)], 40)
    assert text[0] == text[-1] == "…"


@given(st.text("容器，。 ab·…\U0001f600", max_size=200), st.data(), st.integers(30, 90))
def test_the_first_mark_stays_and_marks_are_of_the_same_text(
    text: str, data: st.DataObject, limit: int
) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), unique=True, max_size=6)))
    marks = [(a, min(b, a + 6)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    shown, kept = shortened(text, marks, limit)
    assert shown.strip("…").rstrip(" ·") in text
    assert len(shown) <= max(len(text), 2 * limit + 8)
    if marks and text[slice(*marks[0])].strip(" ·"):
        assert shown[slice(*kept[0])] == text[slice(*marks[0])].rstrip(" ·") or shown == text


@pytest.mark.parametrize(
    ("lang", "written"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ku-Latn", "ltr"), ("zh-CN", "ltr"), ("", "ltr")],
)
def test_pages_are_shown_in_the_direction_of_their_language(lang: str, written: str) -> None:
    assert direction(lang) == written


def test_the_icons_are_those_of_the_search_box() -> None:
    own = (ROOT / "search/http/templates/icons.html").read_text(encoding="utf-8")
    box = (ROOT / "search/widget/src/box/icons.js").read_text(encoding="utf-8")
    drawings = dict(re.findall(r'"(\w+)": "(M[^"]+)"', own))
    (lens,) = re.findall(r'LENS = "([^"]+)"', box)
    of_the_box = dict(re.findall(r'(\w+): "(M[^"]+)"', box.replace("`", '"').replace("${LENS}", lens)))
    shared = drawings.keys() & of_the_box.keys()
    assert {"page", "section", "passage", "close", "empty"} <= shared
    assert all(drawings[name] == of_the_box[name] for name in shared)
