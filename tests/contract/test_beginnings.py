"""Beginnings of Latin words beside a brute-force oracle, and the setting that turns other writings off; every engine."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import Searcher, index_site, post, searcher, write_site
from zhsearch.search.settings import Settings

TEXTS = [
    "kube",
    "kubernetes 与 kubectl",
    "用 Kubeadm 安装",
    "minikube",
    "x-kubelet",
    "akubra",
    "库",
    "containers",
    "container",
    "第3章",
    "第三章",
    "127ms",
    "27ms",
]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Searcher:
    posts = {f"{number}.md": post(f"页{number}", text) for number, text in enumerate(TEXTS)}
    return searcher(index_site(write_site(tmp_path_factory.mktemp("beginnings"), posts), engine_settings))


@pytest.mark.parametrize("size", range(4, 11))
def test_the_pages_are_those_with_a_word_that_begins_so(search: Searcher, size: int) -> None:
    typed = "kubernetes"[:size]
    wanted = {
        f"页{number}" for number, text in enumerate(TEXTS) if re.search(rf"(?<![a-z]){typed}", text.lower())
    }
    assert wanted <= set(search.titles(typed))


def test_a_whole_word_ranks_first_and_counts_fall_while_it_is_typed(search: Searcher) -> None:
    assert search.titles("kube")[0] == "页0"
    totals = [search("kubernetes"[:size])["total"] for size in range(4, 11)]
    assert totals == sorted(totals, reverse=True)


def test_a_word_that_begins_with_a_digit_has_no_beginning_within_a_number(search: Searcher) -> None:
    assert search.titles("27m") == ["页12", "页11"]


def test_other_writings_can_be_turned_off(
    tmp_path: Path, search: Searcher, engine_settings: Settings
) -> None:
    assert set(search.titles("containers")) == {"页7", "页8"}
    assert search.titles("第三章")[0] == "页10"
    off = replace(engine_settings, other_writings=False, opensearch_index="writings-off")
    posts = {f"{number}.md": post(f"页{number}", text) for number, text in enumerate(TEXTS)}
    plain = searcher(index_site(write_site(tmp_path, posts), off))
    assert plain.titles("containers") == ["页7"]
    assert plain.titles("第三章") == ["页10"]
