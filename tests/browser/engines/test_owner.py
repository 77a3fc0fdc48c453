"""The owner's pages: a change is tried in the lab and written; the report as a file shows charts that fit the screen."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.owner import running_lab, sample_in
from tests.helpers.server import COMMAND
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.analytics import DayCount, SearchCounts
from zhsearch.search.analytics.search_counts import add_search_counts

from .reader import Reader


@pytest.fixture
def owner(tmp_path: Path) -> Path:
    """The working folder of an owner, with the sample site and its index."""
    return sample_in(tmp_path)


@pytest.fixture
def lab(reader: Reader, owner: Path) -> Iterator[Reader]:
    """The owner in front of the lab."""
    with running_lab(owner) as url:
        reader.driver.get(url)
        reader.until("!document.querySelector('#fields').disabled")
        yield reader
        reader.driver.get("about:blank")


def click(reader: Reader, selector: str) -> None:
    reader.click(f"document.querySelector({selector!r})")


def test_a_change_is_tried_in_the_lab_judged_and_written(lab: Reader, owner: Path) -> None:
    click(lab, "#query")
    lab.type("算力 芯片")
    lab.until("document.querySelectorAll('#read .chips li').length === 2")
    assert lab.see("document.querySelectorAll('.hit').length") == 3
    bar = "document.querySelector('.bar')"
    assert lab.see(f"box({bar}.lastChild).right - box({bar}).left") > 100
    click(lab, ".verdict [value=right]")
    lab.until("document.querySelector('#judged').textContent.includes('MRR@10 1.000')")
    click(lab, "[name=synonyms]")
    lab.type("算力, 豆腐")
    click(lab, "#changes .buttons button")
    lab.until("document.querySelectorAll('.side').length === 2 && !document.querySelector('#write').hidden")
    left, right = lab.see("[...document.querySelectorAll('.side')].map(box)")
    assert left["right"] <= right["left"]
    click(lab, "#write")
    lab.until("document.querySelector('#tried').textContent.includes('synonyms.txt')")
    assert (owner / "synonyms.txt").read_text(encoding="utf-8").strip() == "算力, 豆腐"
    lab.until("document.querySelectorAll('.side').length === 1")
    click(lab, "summary")
    lab.until("document.querySelector('.hit details').open")
    lab.press(Keys.TAB)
    lab.screen(390, 800)
    assert lab.see("document.documentElement.scrollWidth <= innerWidth")


def test_the_charts_of_the_report_are_coloured_and_fit_the_screen(reader: Reader, tmp_path: Path) -> None:
    folder = write_site(tmp_path, {"a.md": post("人工智能", "芯片")})
    settings, today = index_site(folder), dt.datetime.now().astimezone().date()
    day = DayCount(40, 5, 5, 3, 2, 1, {"zh-CN": 30}, [3] * 12, 7, 10**6)
    counts = SearchCounts(today.isoformat(), {}, {today.isoformat(): day})
    add_search_counts(settings.index, counts, today)
    report = folder / "report.html"
    subprocess.run(
        [COMMAND, "report", "--index", settings.index, "--html", report],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    reader.driver.get(report.as_uri())
    reader.until("document.querySelector('svg rect.part2')")
    assert reader.see("getComputedStyle(document.querySelector('svg rect.part2')).fill") != "rgb(0, 0, 0)"
    for width in (1200, 390):
        reader.screen(width, 800)
        assert reader.see("document.documentElement.scrollWidth <= innerWidth")
    click(reader, "summary")
    reader.until("document.querySelector('details').open")
