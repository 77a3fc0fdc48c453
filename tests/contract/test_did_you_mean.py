"""Did-you-mean: homophones, typing errors and pinyin are corrected, but only where the correction finds more."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import Searcher, index_site, post, searcher, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings

SITE = {
    "a.md": post("深度求索与人工智能", "深度求索做人工智能，用算力。" * 3, tags=["人工智能"]),
    "b.md": post("安装 Docker", "先安装虚拟机，再安装 Docker。人工操作，只能如此。"),
    "c.md": post("重庆的银行", "重庆的银行用 Kubernetes。服务器在重庆。"),
    "d.md": post("操作系统教程", "操作系统与服务器，Docker 与 Kubernetes。"),
    "e.md": post("說繁體的人工智能", "人工智能與服務器。"),
}


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Searcher:
    return searcher(index_site(write_site(tmp_path_factory.mktemp("did-you-mean"), SITE), engine_settings))


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("人工只能", "人工智能"),  # sounds alike
        ("生度求索", "深度求索"),  # sheng, shen
        ("服物器", "服务器"),
        ("福务器", "服务器"),
        ("充庆", "重庆"),  # chong, not zhong
        ("银航", "银行"),  # hang, not xing
        ("操作习通", "操作系统"),  # tong, tong; xi, xi
        ("人工能", "人工智能"),  # missing
        ("人工智智能", "人工智能"),  # extra
        ("人智工能", "人工智能"),  # swapped
        ("虚你机", "虚拟机"),
        ("安庄 Docker", "安装 Docker"),
        ("操做系统教程", "操作系统教程"),
        ("dokcer", "docker"),
        ("kubernets", "kubernetes"),
        ("Docekr 安装", "docker 安装"),
        ("rengongzhineng", "人工智能"),
        ("chongqing", "重庆"),
        ("xuniji 安装", "虚拟机 安装"),
    ],
)
def test_a_misspelt_query_gets_the_intended_suggestion(search: Searcher, typed: str, suggestion: str) -> None:
    answer = search(typed)
    assert answer["suggestion"] == suggestion
    assert search(suggestion)["total"] > 0
    assert not search(suggestion)["relaxed"]


@pytest.mark.parametrize(
    "typed",
    ["人工智能", "安装 Docker", "操作", "重", "an", "go", "he", "银行 重庆", "貔貅", "zzzzzz", '"人工只能"',
     "-人工只能 安装", "title:人工只能", "", "的", "人工智能是什么？"],
)  # fmt: skip
def test_a_query_that_is_correct_or_has_no_better_one_gets_no_suggestion(
    search: Searcher, typed: str
) -> None:
    assert search(typed)["suggestion"] is None


def test_a_word_counts_on_every_page_that_has_it_in_text_or_code(
    tmp_path: Path, engine_settings: Settings
) -> None:
    posts = {
        "a.md": post("甲", "用 helm 安装"),
        "b.md": post("乙", "安装：\n\n```\nhelm\n```"),
        "c.md": post("丙", "两个 helms"),
        "d.md": post("丁", "三个 helms"),
    }
    engine_settings = replace(engine_settings, opensearch_index=f"{engine_settings.opensearch_index}-code")
    search = searcher(index_site(write_site(tmp_path, posts), engine_settings))
    assert search("helmm")["suggestion"] == "helm"


def test_the_suggestion_is_not_searched_in_place_of_the_query(search: Searcher) -> None:
    answer = search("生度求索")
    assert answer["query"] == "生度求索"
    assert "深度求索与人工智能" not in [
        result["title"] for result in answer["results"] if not answer["relaxed"]
    ]


def test_an_index_without_pages_suggests_nothing(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("草稿", draft="true")}))
    assert searcher(settings)("生度求索 dokcer")["suggestion"] is None
    assert searcher(settings).engine.complete("国", 5) == []


def test_a_new_page_is_suggested_after_the_next_run(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, SITE))
    (tmp_path / "content/f.md").write_text(post("貔貅", "貔貅是瑞兽。"), encoding="utf-8")
    assert searcher(settings)("貔休")["suggestion"] is None
    reindex(settings)
    assert searcher(settings)("貔休")["suggestion"] == "貔貅"


def test_a_correct_word_is_corrected_only_to_a_frequent_word_of_the_same_sound(tmp_path: Path) -> None:
    posts = {
        f"{number}.md": post("公式与供需", f"公式、实践与警告，第 {number} 篇。") for number in range(20)
    }
    search = searcher(index_site(write_site(tmp_path, posts)))
    assert search("公事")["suggestion"] == "公式"
    for typed in ("工事", "攻势", "时间", "京剧", "供销"):
        assert search(typed)["suggestion"] is None, typed
