"""An export has the numbers of the embedded engine, page by page."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.helpers.sites import CACHE, ROOT, Searcher, index_site, post
from tests.static.exported import Export, Term, totals
from tests.static.oracle import Oracle
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.api.search import page_json
from zhsearch.search.ranking import constants, idf
from zhsearch.search.settings import Settings
from zhsearch.search.static import export_site

SAMPLE = 400  # terms
TOLERANCE = 1e-3  # of a saturation: 14 bits, of means with few digits
POSTS = {
    "a.md": post(
        "Kubernetes 入门", "中国科学院的服务器。xfreerdp 与 rdp。GPT-4o 和 GPT-4 不同。", date="2024-01-02"
    ),
    "b.md": post("云原生网络", "科学院里有 kubernetes-sigs/kind，也有 C++ 与 c语言。", date="2024-01-02"),
    "c.md": post("没有日期", "算力网络，云原生。乾隆年间的乾坤。"),
    "d.md": post("也没有日期", "kubectl 是 Kube 的命令。", tags=["kubernetes", "算力"]),
    "e.md": post("Kubernetes 進階：叢集", "繁體字的網路。", date="2025-06-07T08:09:10+08:00"),
    "gone.md": post("将被删除", "独一无二的词语 zyzzyva。", date="2024-05-05"),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample site with posts of our own, one of which was deleted and one edited after the first run."""
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "content", site / "content")
    for name, text in POSTS.items():
        (site / "content" / name).write_text(text, encoding="utf-8")
    (site / "hugo.toml").write_text('title = "样例"\nbaseURL = "https://x.example/"\n', encoding="utf-8")
    settings = index_site(site)
    (site / "content" / "gone.md").unlink()
    (site / "content" / "b.md").write_text(POSTS["b.md"].replace("科学院里", "研究院里"), encoding="utf-8")
    reindex(settings)
    return settings


@pytest.fixture(scope="module")
def exported(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Export:
    folder = tmp_path_factory.mktemp("export") / "zhsearch"
    export_site(settings, folder)
    return Export(folder)


@pytest.fixture(scope="module")
def oracle(settings: Settings) -> Oracle:
    return Oracle(settings.index)


@pytest.fixture(scope="module")
def terms(exported: Export) -> dict[str, Term]:
    return exported.terms()


def sample(terms: dict[str, Term]) -> Iterator[str]:
    own = [text for text, entry in terms.items() if not entry.whole]
    yield from ("kubernetes", "kube", "rdp", "科学院", "网络", "gpt-4", "c++", "c语言", "乾隆", "云")
    yield from Random(1).sample(own, min(SAMPLE, len(own)))


def test_the_sample_has_deleted_pages(oracle: Oracle) -> None:
    assert not oracle.snapshot.all_live


def test_a_word_has_the_pages_and_weights_of_the_engine(terms: dict[str, Term], oracle: Oracle) -> None:
    checked = 0
    for text in sample(terms):
        if word := oracle.word(text):
            expected, entry = oracle.expected(word), terms[text]
            assert sorted(entry.saturations) == sorted(expected.saturations), text
            for page, saturation in expected.saturations.items():
                assert entry.saturations[page] / 65_535 == pytest.approx(saturation, abs=TOLERANCE), text
            assert entry.beginning == expected.beginning, text
            assert entry.inside == expected.inside, text
            checked += 1
    assert checked > SAMPLE // 2


def test_a_word_in_titles_has_the_pages_of_the_engine(terms: dict[str, Term], oracle: Oracle) -> None:
    for text in sample(terms):
        if word := oracle.word(text, "title"):
            expected, entry = oracle.expected(word), terms[text]
            assert sorted(entry.titles) == sorted(expected.saturations), text
            assert entry.title_beginning == expected.beginning, text
            assert entry.inside_title == expected.inside, text


def test_the_length_of_a_title_and_the_mean_give_its_points(
    terms: dict[str, Term], oracle: Oracle, exported: Export
) -> None:
    mean, count = exported.core["title_mean"], exported.core["documents"]
    for text in ("kubernetes", "日期"):
        word = oracle.word(text)
        assert word
        expected = oracle.expected(word)
        matching = len({*expected.saturations, *expected.beginning, *expected.inside})
        for page, (length, _, _) in terms[text].titles.items():
            norm = 1.0 - constants.TITLE_B + constants.TITLE_B * length / max(mean, 1.0)
            points = constants.TITLE_WEIGHT / norm * idf(matching, count)
            assert points == pytest.approx(expected.titled[page])


def test_a_word_of_deleted_pages_alone_is_none(terms: dict[str, Term]) -> None:
    assert "zyzzyva" not in terms


def test_a_word_of_the_dictionary_has_its_frequency(terms: dict[str, Term], oracle: Oracle) -> None:
    for text in ("科学院", "网络", "服务器"):
        assert abs(terms[text].frequency - oracle.segmenter.frequency(text)) <= 1
    assert not terms["kubernetes"].frequency


def test_words_that_the_lexicon_writes_otherwise_have_entries(terms: dict[str, Term], oracle: Oracle) -> None:
    assert terms["帐号"].inside == sorted(oracle.numbers(oracle.snapshot.pages_with("帐号")))


def test_beginnings_of_words_that_only_labels_have_are_no_beginnings_on_a_page(
    terms: dict[str, Term], oracle: Oracle
) -> None:
    """The tag kubernetes of d.md is no word that its reader sees."""
    fields, snapshot = ("title", "body", "code", "meta"), oracle.snapshot
    pages = sorted(oracle.numbers(snapshot.pages_with_ranges(snapshot.longer_terms("kuberne"), fields)))
    assert terms["kuberne"].whole
    assert terms["kuberne"].beginning == pages


def test_ngrams_have_the_pages_of_the_engine(exported: Export, oracle: Oracle) -> None:
    ngrams = exported.ngrams()
    assert {"科", "学院", "ku", " g"} <= ngrams.keys()
    for text in Random(2).sample(sorted(ngrams), 300):
        pages, titled = ngrams[text]
        assert pages == sorted(oracle.numbers(oracle.snapshot.pages_with(text))), text
        assert titled == sorted(oracle.numbers(oracle.snapshot.pages_with(text, title_only=True))), text


def test_infixes_name_the_terms_that_contain_them(exported: Export, terms: dict[str, Term]) -> None:
    infixes = exported.infixes()
    assert "xfreerdp" in infixes["rdp"]
    plain = [text for text, entry in terms.items() if not entry.whole and text.isascii() and text.isalnum()]
    for infix in Random(3).sample(sorted(infixes), 100):
        assert infixes[infix] == [text for text in plain if infix in text[1:]]


def test_pages_are_numbered_from_the_oldest_to_the_newest(exported: Export, settings: Settings) -> None:
    newest = Searcher(settings)(q="", sort="newest", per_page="50", versions="all")["results"]
    assert [record["url"] for record in exported.records()][::-1] == [hit["url"] for hit in newest]


def test_days_and_ties_tell_the_order_by_date(exported: Export, oracle: Oracle) -> None:
    core, snapshot = exported.core, oracle.snapshot
    undated = core["undated"]
    assert undated >= 2
    assert len(core["days"]) == core["documents"] - undated
    by_number = {number: page for page, number in oracle.number.items()}
    page, oldest = undated, list[int]()
    while page < core["documents"]:
        last = page
        while last + 1 in core["ties"]:
            last += 1
        oldest += range(last, page - 1, -1)
        page = last + 1
    oldest += range(undated - 1, -1, -1)
    assert sorted(by_number, key=lambda number: snapshot.oldest[by_number[number]]) == oldest


def test_records_have_what_hits_show(exported: Export, oracle: Oracle) -> None:
    by_number = {number: page for page, number in oracle.number.items()}
    for number, record in enumerate(exported.records()):
        stored = oracle.snapshot.stored(by_number[number])
        document = stored.document()
        lines = record["text"].split("\n")
        assert record["text"] == document.text
        assert {name: record[name] for name in page_json(stored.meta)} == {
            **page_json(stored.meta),
            "tags": list(stored.meta.tags),
            "categories": list(stored.meta.categories),
        }
        for (title, anchor, line), section in zip(record["sections"], document.sections, strict=True):
            assert (title, anchor) == (section.title, section.anchor)
            assert "\n".join([*lines[:line], ""]) == document.text[: section.start]


def test_facets_count_as_the_engine_does(exported: Export, settings: Settings) -> None:
    counts = {value: len(totals(pages)) for value, pages in exported.core["values"]["tag"]}
    assert counts == {tag["value"]: tag["count"] for tag in Searcher(settings).engine.tags()}


def test_recent_pages_are_those_of_the_engine(exported: Export, settings: Settings) -> None:
    recent = exported.json(exported.core["recent"])["pages"]
    expected = [meta.url for meta in Searcher(settings).engine.recent(60)]
    assert [page["url"] for page in recent][: len(expected)] == expected


def test_an_export_is_the_same_each_time(settings: Settings, exported: Export, tmp_path: Path) -> None:
    report = export_site(settings, tmp_path / "again")
    again = {path.relative_to(tmp_path / "again"): path for path in (tmp_path / "again").rglob("*.*")}
    own = {path.relative_to(exported.folder): path for path in exported.folder.rglob("*.*")}
    assert {name: path.read_bytes() for name, path in own.items() if path.is_file()} == {
        name: path.read_bytes() for name, path in again.items() if path.is_file()
    }
    assert report.written == report.files


def test_an_edit_of_one_post_changes_few_files(settings: Settings, tmp_path: Path) -> None:
    choose = Random(5)
    words = [
        "容器",
        "网络",
        "存储",
        "命令",
        "内核",
        "调度",
        "服务器",
        "浏览器",
        "数据库",
        "linux",
        "docker",
        "python",
        "编译",
        "进程",
        "线程",
        "权限",
        "日志",
        "备份",
    ]
    for number in range(600):
        text = "，".join(choose.choices(words, k=60)) + f"，第{number}篇 word{number}。"
        file = tmp_path / f"site/content/{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(post(f"文章 {number}", text, date=f"2024-01-{number % 28 + 1:02}"), encoding="utf-8")
    own = replace(settings, content=tmp_path / "site", index=tmp_path / "index", cache=CACHE)
    reindex(own)
    first = export_site(own, tmp_path / "out")
    file.write_text(file.read_text(encoding="utf-8").replace("容器", "指令", 1), encoding="utf-8")
    reindex(own)
    second = export_site(own, tmp_path / "out")
    assert second.files == pytest.approx(first.files, abs=9)
    assert second.written < first.files / 5
    texts = [record["text"] for record in Export(tmp_path / "out").records()]
    assert any("指令" in text for text in texts)
