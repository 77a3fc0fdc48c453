"""Hits: a tree of the page and its passages, and the words, tags and titles that lead on."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .reader import (
    Site,
    artificial_answer,
    expected_runs,
    hits,
    mock_api,
    open_search_page,
    search_for,
    text_runs,
)

INSTALLING = {"title": "安装", "anchor": "安装"}
USING = {"title": "使用", "anchor": "使用"}
PIXEL = bytes.fromhex(
    "47494638396101000100800000ff000000000021f90400000000002c00000000010001000002024401003b"
)


def passage(text: str, marks: list[list[int]], section: dict[str, str] | None = None) -> dict[str, object]:
    return {"text": text, "marks": marks, "section": section}


LEAD = passage("算力是什么？先说结论。", [[0, 2]])
FIRST = passage("前文。安装算力的驱动。后文", [[5, 7]], INSTALLING)
SECOND = passage("再看算力的大小。", [[2, 4]], INSTALLING)
LAST = passage("算力要省着用。", [[0, 2]], USING)


def hit(**changes: object) -> dict[str, Any]:
    return {**artificial_answer()["results"][0], **changes}


def show(page: Page, *results: dict[str, Any], **changes: object) -> Locator:
    """Search on a page whose API answers with these hits, and return the rows."""
    mock_api(page, **{"results": results, "total": len(results), "query": "算力", **changes})
    open_search_page(page)
    search_for(page, "算力")
    return hits(page).get_by_role("option")


def link(row: Locator) -> str:
    return unquote(row.get_attribute("href") or "")


def test_each_passage_of_a_page_is_a_row_below_it_with_its_own_link(page: Page) -> None:
    rows = show(page, hit(title="算力入门", passages=[LEAD, FIRST, LAST]))
    assert [link(row) for row in rows.all()] == [
        "/posts/a/",
        "/posts/a/#:~:text=算力是什么",
        "/posts/a/#安装:~:text=安装算力的驱动",
        "/posts/a/#使用:~:text=算力要省着用",
    ]
    assert [name.inner_text() for name in rows.locator(".place").all()] == ["安装", "使用"]


def test_passages_of_one_section_stand_below_one_heading(page: Page) -> None:
    rows = show(page, hit(passages=[FIRST, SECOND, LAST]))
    assert [link(row).partition("#")[2].partition(":")[0] for row in rows.all()] == [
        "", "安装", "安装", "安装", "使用",
    ]  # fmt: skip
    expect(rows.locator(".place")).to_have_text(["安装", "使用"])
    expect(rows.nth(1).locator(".excerpt")).to_have_count(0)
    expect(rows.nth(2).locator(".excerpt")).to_have_text("前文。安装算力的驱动。后文")


@pytest.mark.parametrize("passages", [[LEAD], []], ids=["one passage", "an older server"])
def test_a_page_with_one_passage_outside_sections_is_one_row(page: Page, passages: list[object]) -> None:
    rows = show(page, hit(passages=passages, excerpt=LEAD["text"], excerpt_marks=LEAD["marks"], section=None))
    expect(rows).to_have_count(1)
    assert link(rows) == "/posts/a/#:~:text=算力是什么"
    expect(rows.locator(".excerpt")).to_have_text("算力是什么？先说结论。")


def test_a_row_is_named_by_title_and_section_and_described_by_its_passage(page: Page) -> None:
    rows = show(page, hit(title="算力入门", date="2025-02-13T08:00:00+08:00", passages=[LEAD, FIRST]))
    expect(rows.nth(0)).to_have_accessible_name("算力入门")
    expect(rows.nth(0)).to_have_accessible_description("2025-02-13")
    expect(rows.nth(1)).to_have_accessible_name("算力入门")
    expect(rows.nth(1)).to_have_accessible_description("算力是什么？先说结论。")
    expect(rows.nth(2)).to_have_accessible_name("算力入门 › 安装")
    expect(rows.nth(2)).to_have_accessible_description("前文。安装算力的驱动。后文")


def test_a_title_stands_between_its_category_and_its_sections(page: Page) -> None:
    long = "一个很长很长的分类名字，长得放不下"
    rows = show(
        page, hit(title="算力入门", categories=["硬件"]), hit(url="/b/", categories=[long], title="别的")
    )
    assert rows.nth(0).inner_text().replace("\n", "").startswith("硬件算力入门")
    expect(rows.nth(1).locator(".crumb")).to_have_text(long[:15] + "…")


def test_a_page_shows_three_tags_and_how_many_more_it_has(page: Page) -> None:
    rows = show(page, hit(tags=["甲", "乙", "丙", "丁", "戊"]))
    expect(rows.locator(".tag")).to_have_text(["甲", "乙", "丙"])
    expect(rows.locator(".meta")).to_contain_text("+2")


def test_words_that_a_page_lacks_are_struck_out(page: Page) -> None:
    rows = show(page, hit(missing=["麻辣", "<b>"]), relaxed=True)
    expect(rows.locator("s")).to_have_text(["麻辣", "<b>"])
    expect(rows).to_have_accessible_description(re.compile("缺少字词：麻辣 <b>"))


SENTENCE = "这里是一个不短的句子，说的是别的事情。"
CUTS = {
    "a sentence begins": (SENTENCE * 6 + "算力在这里。" + SENTENCE * 6, "算力在这里。", ""),
    "a clause begins": ("甲" * 90 + "，" + "乙" * 8 + "算力在这里。" + SENTENCE * 6, "…乙", ""),
    "no clause begins": ("甲" * 90 + "算力" + "乙" * 90, "…甲", "乙…"),
    "Latin words": ("unbreakable " * 12 + "算力 " + "unbreakable " * 12, "…unbreakable ", " unbreakable…"),
    "rare characters": ("𠮷野家😀" * 20 + "算力" + "𠮷野家👨‍👩‍👧" * 20, "…", "…"),
}


@pytest.mark.parametrize("case", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_passage_is_cut_around_its_first_mark(
    page: Page, case: tuple[str, str, str], width: int
) -> None:
    text, beginning, end = case
    at = text.index("算力")
    page.set_viewport_size({"width": width, "height": 800})
    rows = show(page, hit(passages=[passage(text, [[at, at + 2]])], excerpt=text))
    shown = rows.locator(".excerpt")
    expect(shown.locator("mark")).to_have_text("算力")
    cut = shown.inner_text()
    assert cut.startswith(beginning)
    assert cut.endswith(end)
    assert cut.removeprefix("…").removesuffix("…") in text
    assert len(cut) < 140  # Latin letters are half as wide
    assert not re.search("\u200d…$|^…\u200d", cut)


@pytest.mark.parametrize("width", [1280, 390])
def test_an_excerpt_takes_two_lines_at_most(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    texts = [SENTENCE * 8, "word " * 60, "算力 GPU 12 张，" * 20]
    rows = show(
        page,
        *(hit(url=f"/{n}/", title=str(n), passages=[passage(t, [])], excerpt=t) for n, t in enumerate(texts)),
    )
    for excerpt in rows.locator(".excerpt").all():
        lines = "e => e.scrollHeight / parseFloat(getComputedStyle(e).lineHeight)"
        assert round(excerpt.evaluate(lines)) <= 2, excerpt.inner_text()


def test_marks_are_right_after_a_cut(page: Page) -> None:
    text = "𠮷野家，" * 40 + "算力和算力。" + "后文" * 60
    rows = show(page, hit(passages=[passage(text, [[160, 162], [163, 165]])], excerpt=text))
    runs = text_runs(rows.locator(".excerpt"))
    assert [run for run, is_mark in runs if is_mark] == ["算力", "算力"]


def test_short_texts_are_shown_whole(page: Page) -> None:
    rows = show(page, hit(title="算力A", title_marks=[[0, 2]], passages=[LEAD]))
    assert text_runs(rows.locator(".title")) == expected_runs("算力A", [[0, 2]])
    assert text_runs(rows.locator(".excerpt")) == expected_runs("算力是什么？先说结论。", [[0, 2]])


def test_an_image_appears_once_it_is_loaded_and_moves_nothing(page: Page) -> None:
    held: list[Route] = []
    page.route(re.compile(r"\.gif"), lambda route: held.append(route))
    rows = show(page, hit(thumbnail="/good.gif"), hit(url="/b/", title="乙", thumbnail="/broken.gif"))
    image = rows.locator("img")
    expect(image).to_have_count(2)
    expect(image.nth(0)).to_have_css("opacity", "0")
    place = "row => [row.offsetTop, row.offsetHeight, row.querySelector('.title').offsetWidth]"
    before = [row.evaluate(place) for row in rows.all()]
    for route in held:
        assert "referer" not in route.request.headers
        if "good" in route.request.url:
            route.fulfill(body=PIXEL, content_type="image/gif")
        else:
            route.abort()
    expect(image.nth(0)).to_have_css("opacity", "1")
    expect(image.nth(1)).to_have_css("opacity", "0")
    assert [row.evaluate(place) for row in rows.all()] == before


def test_pages_that_say_the_same_are_one_hit_with_versions(page: Page) -> None:
    same = {"title": "算力入门", "passages": [LEAD], "excerpt": LEAD["text"]}
    rows = show(
        page,
        hit(**same),
        hit(**same, url="/copy/", date="2024-05-06T00:00:00Z"),
        hit(url="/other/", title="别的"),
    )
    expect(hits(page)).to_have_count(2)
    expect(hits(page).first).to_contain_text("另有 1 个版本")
    version = rows.filter(has_text=re.compile("^2024-05-06$"))
    expect(version).to_have_attribute("href", "/copy/")
    expect(version).to_have_accessible_name("算力入门 › 2024-05-06")


def completion(text: str, kind: str, url: str | None = None) -> dict[str, object]:
    return {"text": text, "kind": kind, "marks": [[0, 2]], "url": url}


COMPLETIONS = [
    completion("算力", "word"),
    completion("算力网络", "word"),
    completion("算力芯片", "tag"),
    completion("算力入门", "title", "/posts/a/"),
    completion("算力进阶", "title", "/posts/b/"),
    completion("算力调度", "heading", "/posts/c/#调度"),
]


def test_words_and_tags_are_chips_and_titles_are_rows_below_the_hits(page: Page) -> None:
    show(page, hit(title="算力入门", passages=[LEAD]), completions=COMPLETIONS)
    words = page.get_by_role("group", name="补全").get_by_role("option")
    expect(words).to_have_text(["算力网络", "算力芯片"])
    rows = page.locator("zh-search .results .completion")
    expect(rows).to_have_text(["算力进阶", "算力调度"])
    assert [link(row) for row in rows.all()] == ["/posts/b/", "/posts/c/#调度"]
    words.first.click()
    expect(page.get_by_role("combobox")).to_have_value("算力网络")


def test_titles_that_a_filter_may_exclude_are_not_offered(page: Page) -> None:
    mock_api(page, completions=COMPLETIONS, query="算力")
    open_search_page(page, "/search?tag=qq")
    search_for(page, "算力")
    expect(page.get_by_role("group", name="补全")).to_be_visible()
    expect(page.locator("zh-search .results .completion")).to_have_count(0)


def test_the_row_that_enter_opens_shows_the_sign_of_the_key(page: Page) -> None:
    rows = show(page, hit(passages=[LEAD, FIRST]))
    field = page.get_by_role("combobox")
    sign = "e => getComputedStyle(e, '::after').content !== 'none'"
    for _ in range(3):
        field.press("ArrowDown")
        selected = page.locator("zh-search [role=option][aria-selected=true]")
        expect(selected).to_have_count(1)
        assert selected.evaluate(sign)
        assert sum(row.evaluate(sign) for row in rows.all()) == 1


def test_links_lead_to_the_pages_of_another_site(page: Page, site: Site) -> None:
    mock_api(page, results=[hit(thumbnail="/a.gif", passages=[LEAD, FIRST])], total=1)
    open_search_page(page)
    page.locator("zh-search").evaluate("element => element.setAttribute('site', 'https://pages.example')")
    search_for(page, "算力")
    rows = hits(page).get_by_role("option")
    assert all(link(row).startswith("https://pages.example/posts/a/") for row in rows.all())
    expect(rows.locator("img")).to_have_attribute("src", "https://pages.example/a.gif")


def test_ten_hits_with_all_their_passages_are_few_elements(page: Page) -> None:
    show(
        page,
        *(hit(url=f"/{n}/", title=str(n), tags=["甲"], passages=[LEAD, FIRST, LAST]) for n in range(10)),
    )
    assert page.locator("zh-search .results *").count() < 450
