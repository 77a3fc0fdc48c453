"""The lexicon: what its files may hold, and what a change of them re-analyses and finds."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import CACHE, Searcher, current_generation, index_site, post, write_site
from zhsearch.index.analysis.folding import fold, simplify_words
from zhsearch.index.analysis.lexicon import Lexicon, lexicon_of, read_lexicon
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.analysis.tokenizer import query_tokens
from zhsearch.index.errors import SettingsError
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.settings import Settings

SITE = {
    "a.md": post("深度求索的新模型", "深度求索发布了大模型。"),
    "b.md": post("番茄炒蛋", "番茄要熟。"),
    "c.md": post("西红柿牛腩", "西红柿去皮。"),
    "d.md": post("苹果手机", "手机很贵，iPhone 更贵。"),
    "e.md": post("只说 iPhone", "没有中文名字。", tags=["深度求索公司的事"]),
    "f.md": post("K8s集群入门", "在 K8s集群 里运行。"),
}


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return index_site(write_site(tmp_path, SITE))


def written(settings: Settings, **files: str) -> Settings:
    """The settings with some of the owner's files."""
    paths = {}
    for name, text in files.items():
        paths[name] = settings.content / f"{name}.txt"
        paths[name].write_text(text, encoding="utf-8")
    return replace(settings, **paths)  # type: ignore[arg-type]


class LexiconSearcher(Searcher):
    """Searches as a server does: queries are analysed with the generation's lexicon."""

    def titles(self, q: str = "", **parameters: Any) -> list[str]:
        segmenter = get_segmenter("auto", CACHE, self.engine.lexicon)
        found = run_search(self.engine, read_parameters(q=q, **parameters), segmenter)
        return [result["title"] for result in found["results"]]


def test_a_new_word_is_segmented_as_one_and_only_its_pages_are_re_analysed(site: Settings) -> None:
    with_word = written(site, dictionary="# 新词\n深度求索\n")
    report = reindex(with_word)
    assert (report.indexed, report.unchanged, report.rebuilt_because) == (2, 4, None)  # a text and a tag
    lexicon = current_generation(site.index).manifest.lexicon
    assert lexicon.words == (("深度求索", 0),)
    assert "深度求索" in get_segmenter("auto", CACHE, lexicon).cut("深度求索发布")
    assert LexiconSearcher(site).titles("深度求索")[0] == "深度求索的新模型"
    again = reindex(with_word)
    assert (again.indexed, again.generation) == (0, report.generation)
    assert reindex(site).indexed == 2


def test_an_incremental_change_of_words_gives_the_index_of_a_full_run(site: Settings) -> None:
    with_words = written(site, dictionary="深度求索\n番茄炒蛋\nK8s集群\n")
    reindex(with_words)
    questions = ["深度", "求索", "番茄", "k8s集群", "集群", "手机"]
    incremental = [LexiconSearcher(site)(q) | {"took_ms": 0} for q in questions]
    reindex(with_words, full=True)
    assert [LexiconSearcher(site)(q) | {"took_ms": 0} for q in questions] == incremental


def test_a_mixed_word_of_the_dictionary_is_one_token(site: Settings) -> None:
    reindex(written(site, dictionary="K8s集群\n"))
    search = LexiconSearcher(site)
    assert search.engine.lexicon.mixed == ("k8s集群",)
    assert search.titles("K8S集群") == ["K8s集群入门"]
    assert search.titles("集群") == ["K8s集群入门"]


def test_a_stop_word_need_not_match_from_the_next_reindex_on(site: Settings) -> None:
    with_stops = written(site, stop_words="入门\n")
    assert set(LexiconSearcher(site).titles("苹果 入门")) == {"苹果手机", "K8s集群入门"}
    report = reindex(with_stops)
    assert report.indexed == 0
    assert LexiconSearcher(site).titles("苹果 入门") == ["苹果手机"]


def test_synonyms_find_each_other_or_one_way(site: Settings) -> None:
    assert reindex(written(site, synonyms="番茄, 西红柿\n手机 => iPhone\n")).indexed == 0
    search = LexiconSearcher(site)
    assert set(search.titles("番茄")) == set(search.titles("西紅柿")) == {"番茄炒蛋", "西红柿牛腩"}
    assert set(search.titles("手机")) == {"苹果手机", "只说 iPhone"}
    assert set(search.titles("iphone")) == {"苹果手机", "只说 iPhone"}
    assert search.titles("西红柿 -番茄") == ["西红柿牛腩"]


def test_synonyms_of_several_words_and_with_function_words_find_each_other(tmp_path: Path) -> None:
    posts = {
        "a.md": post("甲", "machine learning is fun"),
        "b.md": post("乙", "机器学习入门"),
        "c.md": post("丙", "我的世界攻略"),
        "d.md": post("丁", "Minecraft guide"),
        "e.md": post("戊", "C# and CSharp"),
    }
    site = index_site(write_site(tmp_path, posts))
    lines = "machine learning, 机器学习\n我的世界, Minecraft # 游戏\nC#, dotnet\n"
    reindex(written(site, synonyms=lines))
    search = LexiconSearcher(site)
    for q in ("machine learning", "Machine  Learning", "机器学习"):
        assert set(search.titles(q)) == {"甲", "乙"}, q
    for q in ("我的世界", "minecraft"):
        assert set(search.titles(q)) == {"丙", "丁"}, q
    assert search.titles("dotnet") == ["戊"]


def test_a_word_of_letters_leaves_mixed_tokens_whole(site: Settings) -> None:
    reindex(written(site, dictionary="iPhone\nC#\n"))
    lexicon = LexiconSearcher(site).engine.lexicon
    assert lexicon.mixed == ()
    assert [word.term for word in query_tokens("C++ 与 iPhone-15", get_segmenter("auto", CACHE, lexicon))] == [
        "c++", "与", "iphone-15",
    ]  # fmt: skip


def test_a_synonym_may_be_a_phrase_or_replace_one(site: Settings) -> None:
    reindex(written(site, synonyms="炒鸡蛋配番茄, 番茄炒蛋\n新模型 => 集群入门\n"))
    search = LexiconSearcher(site)
    assert search.titles("炒鸡蛋配番茄") == ["番茄炒蛋"]
    assert set(search.titles("新模型")) == {"深度求索的新模型", "K8s集群入门"}


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("dictionary", "好词\n坏 词 儿 呀\n", 2),
        ("dictionary", "词 很多\n", 1),
        ("dictionary", "词 100001\n", 1),
        ("synonyms", ", ".join(map(str, range(1, 19))), 1),
        ("dictionary", "，。\n", 1),
        ("dictionary", "\n\n" + "长" * 33, 3),
        ("stop_words", "# 注\ntwo words\n", 2),
        ("synonyms", "番茄\n", 1),
        ("synonyms", "a, b\n甲 => 乙 => 丙\n", 2),
        ("synonyms", "甲, , 乙\n", 1),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, file: str, text: str, line: int) -> None:
    path = tmp_path / f"{file}.txt"
    path.write_text(text, encoding="utf-8")
    given = {"dictionary": None, "stop_words": None, "synonyms": None, file: path}
    with pytest.raises(SettingsError, match=rf"{file}\.txt:{line}: "):
        read_lexicon(**given)


def test_a_missing_file_is_named(site: Settings) -> None:
    before = current_generation(site.index).id
    with pytest.raises(SettingsError, match="nowhere"):
        reindex(replace(site, synonyms=Path("nowhere.txt")))
    assert current_generation(site.index).id == before


def test_a_lexicon_comes_back_from_a_manifest_as_it_was() -> None:
    lexicon = Lexicon((("深度求索", 3),), ("入门",), (("番茄", ("西红柿",)),))
    assert lexicon_of({"lexicon": json.loads(json.dumps(lexicon.as_json()))}) == lexicon
    assert lexicon_of({}) == Lexicon()


TEACHING = {
    "a.md": post("服务网格是什么", "服务网格管流量。", tags=["服务网格"]),
    "b.md": post("边车", "边车与服务网格。"),
    "c.md": post("读《金瓶梅词》", "金瓶梅词话。"),
    "d.md": post("别的", "什么也没有。"),
}


def test_tags_and_names_become_words_of_the_segmenter(tmp_path: Path) -> None:
    apart = {"e.md": post("两样", "服务是服务，网格是网格。")}
    site = index_site(write_site(tmp_path, TEACHING | apart))
    lexicon = current_generation(site.index).manifest.lexicon
    assert "服务网格" in lexicon.site_terms
    assert "服务网格" in get_segmenter("auto", CACHE, lexicon).cut("使用服务网格")
    search = LexiconSearcher(site)
    assert search.titles("服务网格")[0] == "服务网格是什么"
    assert "两样" in search.titles("服务网格")  # which has the words that it is made of, apart


def test_a_new_tag_re_analyses_the_pages_with_its_text_alone(tmp_path: Path) -> None:
    site = index_site(write_site(tmp_path, TEACHING))
    (tmp_path / "content/d.md").write_text(post("别的", "什么也没有。", tags=["网格管流"]), encoding="utf-8")
    report = reindex(site)
    assert (report.indexed, report.unchanged) == (2, 2)
    assert "网格管流" in current_generation(site.index).manifest.lexicon.site_terms
    (tmp_path / "content/d.md").unlink()
    report = reindex(site)
    assert (report.indexed, report.unchanged, report.deleted) == (1, 2, 1)
    assert "网格管流" not in current_generation(site.index).manifest.lexicon.site_terms
    questions = ["服务网格", "服务", "网格管流", "流量", "边车", "金瓶梅词"]
    incremental = [LexiconSearcher(site)(q) | {"took_ms": 0} for q in questions]
    reindex(site, full=True)
    assert [LexiconSearcher(site)(q) | {"took_ms": 0} for q in questions] == incremental


@pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed")
def test_both_segmenters_agree_on_added_words_too(shared: Callable[[str], Path]) -> None:
    corpus = shared("corpus/servicemesher")
    text = "".join(path.read_text(encoding="utf-8", errors="replace") for path in corpus.rglob("*.md"))
    runs = sorted(set(re.findall("[\u4e00-\u9fd5]{2,}", simplify_words(fold(text).text))))[:20_000]
    new = ("服务网格", "云原生", "可观测性", "边车", "流量劫持", "控制平面", "金丝雀发布")
    lexicon = Lexicon(tuple(sorted((word, 0) for word in new)))
    jieba, rjieba = (get_segmenter(kind, CACHE, lexicon) for kind in ("jieba", "rjieba"))
    joined = "\n".join(runs)
    assert jieba.cut(joined) == rjieba.cut(joined)
    assert list(jieba.search(joined)) == list(rjieba.search(joined))
    assert "服务网格" in rjieba.cut("使用服务网格治理流量")
    assert "服务网格" not in get_segmenter("rjieba", CACHE).cut("使用服务网格治理流量")
