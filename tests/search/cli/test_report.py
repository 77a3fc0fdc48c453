"""`zhsearch report` and its proposals: what they propose helps, when it is put into the owner's files."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import Searcher, default_segmenter, index_site, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.settings import Settings
from zhsearch.search.analytics.dictionary_proposals import propose_synonyms, propose_words
from zhsearch.search.analytics.query_log import QueryLog, read_query_log

POSTS = {f"{at}.md": post(f"第{at}篇", "我们谈谈深度求索。") for at in range(3)} | {
    "apart.md": post("别的", "深度的求索。人工智能也在这里。"),
}


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return index_site(write_site(tmp_path, POSTS))


def test_a_word_that_is_cut_and_stands_on_pages_is_proposed_and_is_one_word_then(site: Settings) -> None:
    engine, segmenter = Searcher(site).engine, default_segmenter()
    proposed = propose_words(engine, segmenter, ["深度求索", "人工智能", "没有这个词", "深度求索"])
    assert [proposal.line for proposal in proposed] == ["深度求索"]
    assert proposed[0].why.startswith("3 pages have it; it is split into ")
    (site.content / "words.txt").write_text("深度求索\n", encoding="utf-8")
    taught = replace(site, dictionary=site.content / "words.txt")
    reindex(taught)
    assert json.loads(run(taught, "query", "深度求索"))["total"] == 3


def test_what_was_meant_by_a_text_that_finds_nothing_is_proposed_and_found_then(site: Settings) -> None:
    engine, segmenter = Searcher(site).engine, default_segmenter()
    (proposal,) = propose_synonyms(engine, segmenter, ["人工只能", "貔貅麒麟", "人工智能", "tag:人工只能"])
    assert proposal.line == "人工只能 => 人工智能"
    (site.content / "same.txt").write_text(proposal.line + "\n", encoding="utf-8")
    taught = replace(site, synonyms=site.content / "same.txt")
    reindex(taught)
    done = run(taught, "query", "人工只能", env={"ZHSEARCH_SYNONYMS": str(taught.synonyms)})
    assert json.loads(done)["total"] == 1


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
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=env)
    return done.stdout


def report(settings: Settings, *args: str) -> Any:
    return json.loads(run(settings, "report", *args))


def test_the_report_tells_what_is_searched_and_not_found_but_nothing_of_few(site: Settings) -> None:
    counts = QueryLog(site.index)
    for text, times, total in (("深度求索", 5, 3), ("人工只能", 4, 0), ("我的病", 2, 0)):
        for _ in range(times):
            counts.record(text, total)
    counts.flush()
    told = report(site)
    assert told["searches"] == 11
    assert told["without"] == 6
    assert told["top"] == [{"query": "深度求索", "searches": 5}, {"query": "人工只能", "searches": 4}]
    assert told["nothing_found"] == [{"query": "人工只能", "searches": 4}]
    assert [one["line"] for one in told["dictionary"]] == ["深度求索"]
    assert [one["line"] for one in told["synonyms"]] == ["人工只能 => 人工智能"]
    assert "我的病" in json.dumps(report(site, "--least", "1", "--forget"), ensure_ascii=False)
    assert read_query_log(site.index) == (None, {})
    assert report(site)["since"] is None
