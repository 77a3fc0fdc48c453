"""`zhsearch report`: its counts, and proposals that help once they are in the dictionary and synonyms."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import Searcher, default_segmenter, index_site, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.analytics import CountedSearch, QueryLog, SearchCounts, read_search_counts
from zhsearch.search.analytics.dictionary_proposals import propose_synonyms, propose_words
from zhsearch.search.settings import Settings

POSTS = {f"{number}.md": post(f"第{number}篇", "我们谈谈深度求索。") for number in range(3)} | {
    "apart.md": post("别的", "深度的求索。人工智能也在这里。"),
}


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return index_site(write_site(tmp_path, POSTS))


def test_a_split_word_that_pages_contain_is_proposed_and_found_once_it_is_in_the_dictionary(
    site: Settings,
) -> None:
    engine, segmenter = Searcher(site).engine, default_segmenter()
    proposed = propose_words(engine, segmenter, ["深度求索", "人工智能", "没有这个词", "深度求索"])
    assert [proposal.line for proposal in proposed] == ["深度求索"]
    assert proposed[0].why.startswith("3 pages have it; it is split into ")
    (site.content / "words.txt").write_text("深度求索\n", encoding="utf-8")
    with_dictionary = replace(site, dictionary=site.content / "words.txt")
    reindex(with_dictionary)
    assert json.loads(run(with_dictionary, "query", "深度求索"))["total"] == 3


def test_the_correction_of_a_query_without_hits_is_proposed_and_found_once_it_is_a_synonym(
    site: Settings,
) -> None:
    engine, segmenter = Searcher(site).engine, default_segmenter()
    (proposal,) = propose_synonyms(engine, segmenter, ["人工只能", "貔貅麒麟", "人工智能", "tag:人工只能"])
    assert proposal.line == "人工只能 => 人工智能"
    (site.content / "same.txt").write_text(proposal.line + "\n", encoding="utf-8")
    with_synonyms = replace(site, synonyms=site.content / "same.txt")
    reindex(with_synonyms)
    output = run(with_synonyms, "query", "人工只能", env={"ZHSEARCH_SYNONYMS": str(with_synonyms.synonyms)})
    assert json.loads(output)["total"] == 1


def run(settings: Settings, *args: str, env: dict[str, str] | None = None) -> str:
    command = [
        sys.executable,
        "-P",
        "-m",
        "zhsearch.search.cli",
        *args,
        "--index",
        str(settings.index),
        "--json",
    ]
    completed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=env)
    return completed.stdout


def report(settings: Settings, *args: str) -> Any:
    return json.loads(run(settings, "report", *args))


def test_the_report_shows_frequent_queries_and_those_without_hits_but_no_rare_ones(site: Settings) -> None:
    counts = QueryLog(site.index)
    for text, times, total in (("深度求索", 5, 3), ("人工只能", 4, 0), ("我的病", 2, 0)):
        for _ in range(times):
            counts.record(CountedSearch(text, total))
    counts.flush()
    shown = report(site)
    assert shown["searches"] == 11
    assert shown["without"] == 6
    assert shown["top"] == [{"query": "深度求索", "searches": 5}, {"query": "人工只能", "searches": 4}]
    assert shown["nothing_found"] == [{"query": "人工只能", "searches": 4}]
    assert [proposal["line"] for proposal in shown["dictionary"]] == ["深度求索"]
    assert [proposal["line"] for proposal in shown["synonyms"]] == ["人工只能 => 人工智能"]
    assert "我的病" in json.dumps(report(site, "--least", "1", "--forget"), ensure_ascii=False)
    assert read_search_counts(site.index) == SearchCounts()
    assert report(site)["since"] is None


def test_the_report_is_a_page_that_is_written_whole_or_not_at_all(site: Settings, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    run(site, "report", "--html", str(page))
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    missing = tmp_path / "missing/report.html"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "zhsearch.search.cli",
            "report",
            "--html",
            str(missing),
            "--index",
            str(site.index),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == f"zhsearch: {missing} cannot be written: No such file or directory\n"
