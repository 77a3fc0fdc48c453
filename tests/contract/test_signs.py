"""Signs in a query, on every engine: what is part of the text sought never excludes, and the answer tells how it was read."""

import json

import pytest

from tests.helpers.sites import Searcher, index_site, marked, post, searcher, write_site
from zhsearch.search.settings import Settings

POSTS = {
    "rebase.md": post("改写历史", "改写历史用 git rebase -i HEAD~3，很方便。", date="2020-01-01"),
    "git.md": post(
        "git rebase 入门", "git rebase 与 git merge；git rebase 很好，i 是变量。", date="2024-01-01"
    ),
    "amend.md": post("补交", "误写成 git commit -amend 会怎样？", date="2020-01-01"),
    "commit.md": post(
        "git commit 大全", "git commit 之后 git commit，要 amend 就再 commit。", date="2024-01-01"
    ),
    "cold.md": post("冷库", "冷库保持 -18℃，不到 -5°C，出错时返回 -1 次。", date="2020-01-01"),
    "warm.md": post("18℃ 的返回", "返回 18℃，返回 1 次，1 度。", date="2024-01-01"),
    "docker.md": post("虚拟机与容器", "虚拟机比 docker 重。", date="2024-01-01"),
    "machine.md": post("虚拟机", "虚拟机很重。", date="2024-01-02", tags=["硬件"]),
    "title.md": post("虚拟机 -docker 之外的选择", "docker 不在其中。", date="2020-01-01"),
    "null.md": post("空值", "写 WHERE a IS NOT NULL 即可。", date="2020-01-01"),
    "isnull.md": post("非空", "not null，null is null，not。", date="2024-01-01"),
    "pipe.md": post("进程", "用 ps aux | grep java 查看。", date="2020-01-01"),
    "java.md": post("java 进程 ps aux", "java 与 ps aux，grep 也行；ps aux grep java。", date="2024-01-01"),
}


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Searcher:
    return searcher(index_site(write_site(tmp_path_factory.mktemp("signs"), POSTS), engine_settings))


@pytest.mark.parametrize(
    ("query", "first", "also"),
    [
        ("git rebase -i", "改写历史", "git rebase 入门"),
        ("git commit -amend", "补交", "git commit 大全"),
        ("-18℃", "冷库", "18℃ 的返回"),
        ("返回 -1", "冷库", "18℃ 的返回"),
        ("IS NOT NULL", "空值", "非空"),
        ("ps aux | grep java", "进程", "java 进程 ps aux"),
    ],
)
def test_the_page_with_the_text_as_typed_is_first_and_those_with_its_words_follow(
    search: Searcher, query: str, first: str, also: str
) -> None:
    titles = search.titles(query)
    assert titles[0] == first
    assert also in titles
    assert not search(query)["read"]["exclusions"]


def test_a_word_after_an_exclusion_or_a_field_is_excluded_like_one_after_han(search: Searcher) -> None:
    for query in ("进程 -docker -java", "标题:ps -java"):
        assert [part["value"] for part in search(query)["read"]["exclusions"]][-1] == "java"


def test_a_temperature_below_zero_is_marked_as_one_and_no_letter_of_others(search: Searcher) -> None:
    page = next(result for result in search("-18℃")["results"] if result["title"] == "冷库")
    assert marked(page["excerpt"], page["excerpt_marks"]) == ["-18℃"]


def test_an_exclusion_leaves_the_page_that_has_it_as_typed(search: Searcher) -> None:
    assert set(search.titles("虚拟机 -docker")) == {"虚拟机", "虚拟机 -docker 之外的选择"}
    assert set(search.titles("虚拟机 NOT docker")) == {"虚拟机"}
    assert set(search.titles('虚拟机 -"docker"')) == {"虚拟机"}
    assert search.titles("虚拟机 -容器 -标签:硬件") == ["虚拟机 -docker 之外的选择"]


def test_the_answer_says_how_the_query_was_read(search: Searcher) -> None:
    read = json.loads(json.dumps(search("虚拟机 －容器 标签：硬件 的")["read"]))
    assert read["exclusions"] == [
        {"text": "－容器", "range": [4, 7], "value": "容器", "field": None, "undo": "虚拟机 标签：硬件 的"}
    ]
    assert read["filters"] == [
        {"text": "标签：硬件", "range": [8, 13], "value": "硬件", "field": "tag", "undo": "虚拟机 －容器 的"}
    ]
    assert [part["text"] for part in read["words"]] == ["虚拟机"]
    assert [part["text"] for part in read["ignored"]] == ["的"]


def test_undoing_an_exclusion_finds_what_it_excluded(search: Searcher) -> None:
    (part,) = search("虚拟机 -docker")["read"]["exclusions"]
    assert "虚拟机与容器" in search.titles(part["undo"])
