"""The lab in a browser: an owner types, tries a change, sees what moves, judges hits, and writes the change."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers.server import COMMAND

from .conftest import page_of
from .owner import running_lab, sample_in
from .reader import HeldRequests
from .test_access import violations


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working folder of an owner, with the sample site and its index."""
    return sample_in(tmp_path_factory.mktemp("lab"))


@pytest.fixture
def lab(browser: Browser, owner: Path) -> Iterator[Page]:
    """The page of a lab in that folder."""
    (owner / "judged.jsonl").unlink(missing_ok=True)
    context = browser.new_context(locale="en", viewport={"width": 1400, "height": 900})
    with running_lab(owner) as url, page_of(context) as page:
        page.goto(url)
        yield page


def hits(page: Page, side: str = "As it is") -> list[str]:
    return page.get_by_role("region", name=side).locator("h3").all_inner_texts()


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox", name="Query").fill(words)
    expect(page.locator("#read .chips li").first).to_have_text(words.split(" ")[0])


def attempt(page: Page, field: str, text: str) -> None:
    page.get_by_label(field).fill(text)
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_role("button", name="Write these lines")).to_be_visible()


def test_a_search_shows_words_hits_and_the_parts_of_each_score(lab: Page) -> None:
    search(lab, "算力 芯片")
    expect(lab.locator("#read .chips li")).to_have_text(["算力", "芯片"])
    assert len(hits(lab)) == 3
    expect(lab.locator("#read p")).to_contain_text("算力 on 3 pages")
    expect(lab.locator(".hit mark").first).to_be_visible()
    lab.locator("summary").first.click()
    expect(lab.locator(".hit table").first).to_contain_text("as a word")
    width = "bar => bar.lastChild.getBoundingClientRect().right - bar.getBoundingClientRect().left"
    widths = [bar.evaluate(width) for bar in lab.locator(".bar").all()]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > widths[-1] > 0


def test_a_change_is_tried_beside_what_is_and_discarded(lab: Page, owner: Path) -> None:
    search(lab, "算力")
    before = hits(lab)
    attempt(lab, "Synonyms", "算力, 豆腐\n")
    expect(lab.locator("#moves")).to_contain_text("not among ten →")
    assert hits(lab) == before
    assert len(hits(lab, "As tried")) > len(before)
    assert not (owner / "synonyms.txt").exists()
    lab.get_by_role("button", name="Discard").click()
    expect(lab.get_by_role("region", name="As tried")).to_have_count(0)
    expect(lab.get_by_label("Synonyms")).to_have_value("")


def test_a_judged_query_warns_when_a_change_loses(lab: Page) -> None:
    search(lab, "算力")
    lab.get_by_role("button", name="Right: ").first.click()
    expect(lab.locator("#judged")).to_contain_text("MRR@10 1.000")
    attempt(lab, "Factors for folders and tags", '"guides" = 10\n"posts" = 0.1\n')
    attempt(lab, "Synonyms", "算力, 搜索\n")
    expect(lab.locator("#judged .warning")).to_contain_text("算力")


def test_a_wrong_line_is_told(lab: Page) -> None:
    lab.get_by_label("Synonyms").fill("一个词")
    lab.get_by_role("button", name="Try").click()
    expect(lab.get_by_role("alert").first).to_contain_text("synonyms.txt:1")


def test_why_a_page_is_not_found_is_told(lab: Page) -> None:
    search(lab, "算力 豆腐")
    lab.get_by_label("Address of the page").fill("/posts/mapo-doufu/")
    lab.get_by_role("button", name="Explain").click()
    expect(lab.locator("#because")).to_contain_text("has 豆腐")


def test_written_lines_are_in_the_owners_file(lab: Page, owner: Path) -> None:
    attempt(lab, "Dictionary", "算力革命\n")
    lab.get_by_role("button", name="Write these lines").click()
    expect(lab.locator("#tried")).to_contain_text("dictionary.txt")
    assert (owner / "dictionary.txt").read_text(encoding="utf-8") == "算力革命\n"
    (owner / "dictionary.txt").unlink()
    (owner / "zhsearch.toml").unlink()


def test_axe_finds_nothing_wrong_with_two_sides(lab: Page) -> None:
    search(lab, "算力")
    attempt(lab, "Synonyms", "算力, 豆腐\n")
    expect(lab.get_by_role("region", name="As tried")).to_be_visible()
    lab.get_by_role("button", name="Right: ").first.click()
    expect(lab.locator("#judged table")).to_be_visible()
    lab.locator("summary").first.click()
    assert violations(lab) == []


def test_a_hostile_query_is_shown_as_text(lab: Page) -> None:
    lab.get_by_role("searchbox", name="Query").fill("<img src=x onerror=alert(1)>")
    expect(lab.locator("#read .chips li").first).to_have_text("img")
    assert lab.locator("#found img").count() == 0


def test_what_is_typed_while_a_change_is_tried_stays_and_cannot_be_written_untried(lab: Page) -> None:
    late = HeldRequests(lab, re.compile(r"/try$"))
    synonyms = lab.get_by_label("Synonyms")
    synonyms.fill("算力, 豆腐\n")
    lab.get_by_role("button", name="Try").click()
    request = late.next()
    synonyms.press_sequentially("芯片, 豆腐")
    request.continue_()
    expect(lab.get_by_role("button", name="Discard")).to_be_visible()
    expect(synonyms).to_have_value("算力, 豆腐\n芯片, 豆腐")
    expect(lab.get_by_role("button", name="Write these lines")).to_be_hidden()


def test_an_earlier_query_that_fails_late_is_not_told_beside_the_hits_of_a_later(lab: Page) -> None:
    late = HeldRequests(lab, re.compile(r"/search\?q=x"))
    lab.get_by_role("searchbox", name="Query").fill("x")
    request = late.next()
    search(lab, "算力")
    request.fulfill(status=500, json={"error": "gone wrong"})
    lab.wait_for_timeout(200)
    expect(lab.locator("#error")).to_be_hidden()


def test_a_late_verdict_on_a_hit_is_not_shown_under_another_query(lab: Page) -> None:
    search(lab, "算力")
    late = HeldRequests(lab, re.compile(r"/judge$"))
    judged = lab.get_by_role("button", name="Right: ").first
    name = judged.get_attribute("aria-label") or ""
    judged.click()
    request = late.next()
    search(lab, "芯片 算力")
    request.continue_()
    expect(lab.locator("#judged")).to_contain_text("MRR@10")
    expect(lab.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "false")


def test_the_table_of_judged_queries_shows_the_latest_answer(lab: Page) -> None:
    search(lab, "算力")
    late = HeldRequests(lab, re.compile(r"/judged$"))
    lab.get_by_role("button", name="Right: ").first.click()
    first = late.next()
    search(lab, "豆腐")
    lab.get_by_role("button", name="Right: ").first.click()
    late.next().continue_()
    expect(lab.locator("#judged tbody tr")).to_have_count(2)
    first.fulfill(json={"queries": [], "metrics": [], "lost": []})
    lab.wait_for_timeout(200)
    expect(lab.locator("#judged tbody tr")).to_have_count(2)


def test_the_explanation_shown_is_that_of_the_last_page_asked_about(lab: Page) -> None:
    search(lab, "算力 豆腐")
    late = HeldRequests(lab, re.compile(r"/why\?"))
    address = lab.get_by_label("Address of the page")
    address.fill("/nowhere/")
    address.press("Enter")
    first = late.next()
    address.fill("/posts/mapo-doufu/")
    address.press("Enter")
    late.next().continue_()
    expect(lab.locator("#because")).to_contain_text("has 豆腐")
    first.continue_()
    lab.wait_for_timeout(300)
    expect(lab.locator("#because")).to_contain_text("has 豆腐")


def test_a_query_typed_before_the_script_came_is_searched(lab: Page) -> None:
    late = HeldRequests(lab, re.compile(r"/lab\.js"))
    lab.goto(lab.url, wait_until="commit")
    query = lab.get_by_role("searchbox", name="Query")
    query.fill("算力")
    script = late.next()
    script.continue_()
    expect(lab.locator("#read .chips li")).to_have_text(["算力"])
    expect(query).to_have_value("算力")


def test_ctrl_c_ends_the_lab_without_a_word(owner: Path) -> None:
    with subprocess.Popen(
        [COMMAND, "lab", "--no-browser"], cwd=owner, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors.splitlines() == ["The address works once. Stop with Ctrl-C."]
