"""What a search finds, in which order and with which counts, on every engine."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import Stemmer
from whoosh.filedb.filestore import FileStorage
from whoosh.query import Or, Term

from tests.helpers.sites import (
    CACHE,
    ROOT,
    SEED,
    Searcher,
    current_generation,
    default_segmenter,
    index_site,
    post,
    searcher,
    write_site,
)
from zhsearch.index.analysis.folding import fold_plain
from zhsearch.index.analysis.tokenizer import query_tokens
from zhsearch.index.fields import TEXT_FIELDS
from zhsearch.index.models import Document
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.embedded.snapshot import Snapshot
from zhsearch.search.settings import Settings

POSTS = {
    "posts/both.md": post(
        "两个词", "这里有算力，也有芯片。", date="2025-02-13", tags=["AI", "硬件"], categories=["新闻"]
    ),
    "posts/one.md": post(
        "一个词", "算力算力算力算力算力。", date="2025-03-01", tags=["AI"], categories=["新闻"]
    ),
    "posts/other.md": post("另一个", "芯片芯片芯片。", date="2024-12-31T23:30:00-05:00", tags=["ai"]),
    "posts/title.md": post("存储芯片", "没有别的。", date="2024-06-01", tags=["硬件"]),
    "posts/body.md": post(
        "别的题目", "存储芯片，在正文里，而且正文很长，讲了很多别的事情。", date="2024-06-02"
    ),
    "posts/undated.md": post("无日期", "貔貅。"),
    "posts/blocks.md": post("分块", "第一段在此\n\n第二段开头\n\n- 甲项\n- 乙项", date="2023-01-01"),
    "posts/english.md": post(
        "Containers", "Docker containers for C++ and GPT-4o-mini.", date="2022-01-01", lang="en"
    ),
    "posts/trad.md": post("資料庫備份", "備份資料庫的方法。", date="2021-05-05", lang="zh-TW"),
    "posts/rare.md": post("生僻字", "𠮷野家的𠮷，还有 🚀 与 ｶﾞ。", date="2021-01-01"),
    "posts/html.md": post(
        "危险 <script>alert(1)</script>", "正文 &lt;b&gt; 标签", date="2020-01-01", tags=["R&D"]
    ),
}


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Searcher:
    return searcher(index_site(write_site(tmp_path_factory.mktemp("site"), POSTS), engine_settings))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Searcher:
    index = tmp_path_factory.mktemp("sample")
    name = f"{engine_settings.opensearch_index}-sample"
    settings = replace(
        engine_settings, content=ROOT / "content", index=index, cache=CACHE, opensearch_index=name
    )
    reindex(settings)
    backend_of(settings).publish(full=False)
    return searcher(settings)


def test_every_word_of_a_query_must_match(search: Searcher) -> None:
    assert search.titles("算力 芯片") == ["两个词"]
    assert not search("算力 芯片")["relaxed"]


def test_function_words_never_have_to_match(search: Searcher) -> None:
    assert search.titles("怎么 备份 的 资料库") == ["資料庫備份"]


def test_a_query_of_only_a_function_word_searches_for_it(search: Searcher) -> None:
    assert set(search.titles("的")) == {"存储芯片", "别的题目", "資料庫備份", "生僻字"}


def test_when_no_page_has_all_words_those_with_most_are_found_and_the_answer_is_relaxed(
    search: Searcher,
) -> None:
    answer = search("算力 芯片 貔貅")
    assert answer["relaxed"]
    assert answer["results"][0]["title"] == "两个词"
    assert answer["total"] == 1


def test_when_no_page_has_both_of_two_words_pages_with_either_are_found(search: Searcher) -> None:
    answer = search("貔貅 docker")
    assert answer["relaxed"]
    assert {r["title"] for r in answer["results"]} == {"无日期", "Containers"}


def test_a_relaxed_hit_names_the_words_that_it_lacks_as_typed(search: Searcher) -> None:
    answer = search("貔貅 ＤＯＣＫＥＲ 怎么")
    assert {r["title"]: r["missing"] for r in answer["results"]} == {
        "无日期": ["ＤＯＣＫＥＲ"],
        "Containers": ["貔貅"],
    }
    assert search("算力 芯片 資料庫")["results"][0]["missing"] == ["資料庫"]
    for q in ("算力 芯片", "", "独角鲸", "算力 -芯片"):
        assert not any(r["missing"] for r in search(q)["results"])


def test_a_page_that_its_title_names_need_not_have_the_rest_and_says_what_it_lacks(
    tmp_path: Path, engine_settings: Settings
) -> None:
    posts = {
        "a.md": post("Falcon 注册中心", "填写地址，启动即可", tags=["手册"]),
        "b.md": post("别的中心", "接入以后，也可以试试 Falcon", tags=["手册"]),
        "c.md": post("又一个中心", "如果要接入，不妨看 Falcon"),
        "d.md": post("Kitex 与 Hertz", "先看 Kitex，再接入"),
        "e.md": post("Kitex 概览", "Kitex"),
    }
    engine_settings = replace(engine_settings, opensearch_index=f"{engine_settings.opensearch_index}-named")
    search = searcher(index_site(write_site(tmp_path, posts), engine_settings))
    answer = search("接入 Falcon")
    assert (answer["total"], answer["relaxed"], answer["weak"]) == (3, True, False)
    assert {r["title"]: r["missing"] for r in answer["results"]} == {
        "Falcon 注册中心": ["接入"],
        "别的中心": [],
        "又一个中心": [],
    }
    assert [facet["count"] for facet in answer["facets"]["tag"]] == [2]
    assert {r["title"] for r in search("接入 Falcon", tag=["手册"])["results"]} == {
        "Falcon 注册中心",
        "别的中心",
    }
    assert search('接入 Falcon "不妨"')["total"] == 1  # what is required stays so
    named = search("接入 Kitex")  # a page with both words has the thing in its title
    assert ([r["title"] for r in named["results"]], named["relaxed"]) == (["Kitex 与 Hertz"], False)


def test_a_word_that_a_hit_lacks_is_not_marked_inside_other_words(
    tmp_path: Path, engine_settings: Settings
) -> None:
    posts = {
        "a.md": post("甲", "用 xfreerdp 连接远程桌面"),
        "b.md": post("乙", "r 是语言"),
        "c.md": post("丙", "丙"),
    }
    engine_settings = replace(engine_settings, opensearch_index=f"{engine_settings.opensearch_index}-inside")
    search = searcher(index_site(write_site(tmp_path, posts), engine_settings))
    hit = next(r for r in search("r 桌面")["results"] if r["title"] == "甲")
    assert hit["missing"] == ["r"]
    assert [hit["excerpt"][start:end] for start, end in hit["excerpt_marks"]] == ["桌面"]


def test_hits_with_little_of_the_query_are_weak_and_those_with_next_to_nothing_are_none(
    tmp_path: Path, engine_settings: Settings
) -> None:
    posts = {f"{n}.md": post(f"第{n}篇", "思考之后" + "服务器" * (n < 3)) for n in range(12)}
    engine_settings = replace(engine_settings, opensearch_index=f"{engine_settings.opensearch_index}-weak")
    search = searcher(index_site(write_site(tmp_path, posts), engine_settings))
    assert search("低头思故乡")["total"] == 0
    assert not search("低头思故乡")["relaxed"]
    weak = search("服务器 火锅 麻辣")
    assert (weak["total"], weak["relaxed"], weak["weak"]) == (3, True, True)
    assert {tuple(r["missing"]) for r in weak["results"]} == {("火锅", "麻辣")}
    strong = search("服务器 思考 麻辣")
    assert (strong["relaxed"], strong["weak"]) == (True, False)
    assert search("服务器 火锅", since="2030")["total"] == 0


def test_the_hits_of_a_question_name_no_missing_words(search: Searcher) -> None:
    answer = search("如何给独角鲸做资料库的备份？")
    assert answer["relaxed"]
    assert not answer["weak"]
    assert not any(r["missing"] for r in answer["results"])


def test_a_query_is_relaxed_when_no_filtered_page_has_all_words(search: Searcher) -> None:
    answer = search("算力 芯片", since="2025-03", until="2025-03")
    assert answer["relaxed"]
    assert [r["title"] for r in answer["results"]] == ["一个词"]


def test_a_page_with_more_of_the_words_stands_above_one_with_fewer(
    tmp_path: Path, engine_settings: Settings
) -> None:
    words = ["算力", "芯片", "存储", "手机", "平台", "docker"]
    posts = {f"p/{n}.md": post(f"有{n}", "，".join(words[:n] + words[:1] * 9 * (6 - n))) for n in range(1, 7)}
    engine_settings = replace(engine_settings, opensearch_index=f"{engine_settings.opensearch_index}-more")
    search = searcher(index_site(write_site(tmp_path, posts), engine_settings))
    for q in (" ".join(words), " ".join([*words, "独角鲸"])):
        assert (
            search.titles(q)[:4] == ["有6", "有5", "有4", "有3"] if "鲸" not in q else ["有6", "有5", "有4"]
        )
    assert search.titles("手机 平台 docker")[0] == "有6"


def test_one_unknown_word_finds_nothing(search: Searcher) -> None:
    assert search("独角鲸")["total"] == 0
    assert not search("独角鲸")["relaxed"]


def test_a_quoted_phrase_is_never_relaxed(search: Searcher) -> None:
    assert search('"算力的芯片" 算力')["total"] == 0


def test_a_quoted_phrase_of_several_words_finds_its_page(search: Searcher) -> None:
    assert search.titles('"这里有算力，也有芯片"') == ["两个词"]


def test_a_quoted_phrase_is_found_even_across_segment_boundaries(search: Searcher) -> None:
    assert search.titles('"里有算"') == ["两个词"]
    assert search.titles('"储芯"') == ["存储芯片", "别的题目"]


def test_no_phrase_matches_across_blocks(search: Searcher) -> None:
    assert search.titles('"第一段在此"') == ["分块"]
    assert search('"此第"')["total"] == 0
    assert search('"在此 第二段"')["total"] == 0
    assert search('"甲项 乙项"')["total"] == 0


def test_traditional_and_simplified_characters_find_each_other(search: Searcher) -> None:
    assert search.titles("资料库") == search.titles("資料庫") == ["資料庫備份"]
    assert search.titles('"备份资料库"') == ["資料庫備份"]


def test_a_single_character_is_found(search: Searcher) -> None:
    assert search.titles("貅") == ["无日期"]
    assert search.titles("𠮷") == ["生僻字"]
    assert search.titles("🚀") == ["生僻字"]


def test_half_width_and_full_width_characters_find_each_other(search: Searcher) -> None:
    assert search.titles("ガ") == ["生僻字"]
    assert search.titles("ｄｏｃｋｅｒ") == ["Containers"]


def test_mixed_tokens_are_found_whole_and_in_parts(search: Searcher) -> None:
    for q in ("C++", "gpt-4o-mini", "GPT-4o", "gpt", "4o", "mini"):
        assert search.titles(q) == ["Containers"], q


def test_a_latin_word_does_not_match_inside_another(search: Searcher) -> None:
    assert search("contain")["total"] == 1  # no page has it as a word, so substrings match
    assert search.titles("GPT-4") == []


def test_a_minus_excludes_pages_with_the_word_or_phrase(search: Searcher) -> None:
    assert search.titles("算力 -芯片") == ["一个词"]
    assert "两个词" not in search.titles("-算力")
    assert len(search.titles("-算力")) == len(POSTS) - 2
    assert set(search.titles('芯片 -"存储芯片"')) == {"另一个", "两个词"}


def test_or_finds_pages_with_either_word(search: Searcher) -> None:
    assert set(search.titles("貔貅 OR docker")) == {"无日期", "Containers"}


def test_a_field_prefix_searches_only_that_field(search: Searcher) -> None:
    assert search.titles("title:芯片") == ["存储芯片"]
    assert set(search.titles("tag:ai")) == {"两个词", "一个词", "另一个"}
    assert set(search.titles("category:新闻 -tag:硬件")) == {"一个词"}
    assert search.titles("tag:R&D")[0].startswith("危险")


def test_a_page_with_the_word_in_its_title_stands_above_one_with_it_in_the_body(search: Searcher) -> None:
    assert search.titles("存储")[0] == "存储芯片"


def test_an_empty_query_lists_all_pages_newest_first_and_undated_last(search: Searcher) -> None:
    answer = search("", per_page="50")
    dates = [r["date"] for r in answer["results"]]
    assert answer["total"] == len(POSTS)
    assert dates[-1] is None
    assert dates[:-1] == sorted(dates[:-1], reverse=True)


def test_sorting_by_date_puts_undated_pages_last_both_ways(search: Searcher) -> None:
    assert search("", sort="oldest", per_page="50")["results"][0]["title"].startswith("危险")
    assert search("", sort="oldest", per_page="50")["results"][-1]["title"] == "无日期"
    assert search("", sort="newest", per_page="50")["results"][-1]["title"] == "无日期"


def test_the_same_query_always_gives_the_same_hits(search: Searcher) -> None:
    for q in ("芯片", "", "算力 芯片 存储 手机 平台 云"):
        assert search(q)["results"] == search(q)["results"]


def test_the_pages_of_hits_do_not_overlap_and_contain_all_hits(search: Searcher) -> None:
    pages = [search("", page=str(number), per_page="4")["results"] for number in (1, 2, 3, 4)]
    titles = [result["title"] for page in pages for result in page]
    assert len(titles) == len(set(titles)) == len(POSTS)
    assert pages[3] == []


def test_a_date_filter_uses_the_day_in_the_posts_own_utc_offset(search: Searcher) -> None:
    assert search.titles("", since="2024-12-31", until="2024-12-31") == ["另一个"]
    assert "另一个" not in search.titles("", since="2025")


def test_date_ranges_by_year_month_and_day_are_inclusive(search: Searcher) -> None:
    assert set(search.titles("", since="2025", until="2025")) == {"两个词", "一个词"}
    assert set(search.titles("", since="2024-06", until="2024-06")) == {"存储芯片", "别的题目"}
    assert search.titles("", since="2025-02-13", until="2025-02-13") == ["两个词"]
    assert "无日期" not in search.titles("", since="0001")


def test_facets_count_all_matches(search: Searcher) -> None:
    facets = search("", per_page="1")["facets"]
    assert [(f["value"], f["count"]) for f in facets["tag"]] == [("AI", 3), ("硬件", 2), ("R&D", 1)]
    assert {f["value"]: f["count"] for f in facets["year"]} == {
        "2025": 2, "2024": 3, "2023": 1, "2022": 1, "2021": 2, "2020": 1,
    }  # fmt: skip
    assert {f["value"]: f["count"] for f in facets["lang"]} == {"zh-CN": 9, "en": 1, "zh-TW": 1}


def test_the_counts_of_a_facet_ignore_its_own_filter(search: Searcher) -> None:
    unfiltered, filtered = search("")["facets"], search("", tag=["硬件"])["facets"]
    assert [(f["value"], f["count"]) for f in filtered["tag"]] == [
        (f["value"], f["count"]) for f in unfiltered["tag"]
    ]
    assert [f["value"] for f in filtered["tag"] if f["selected"]] == ["硬件"]
    assert {f["value"]: f["count"] for f in filtered["category"]} == {"新闻": 1}


def test_pages_with_any_of_several_tags_are_found_whatever_the_case_of_the_tags(search: Searcher) -> None:
    assert set(search.titles("", tag=["ai", "硬件"])) == {"两个词", "一个词", "另一个", "存储芯片"}


def test_a_filtered_year_is_selected_and_the_other_years_stay_in_the_facet(search: Searcher) -> None:
    years = search("", since="2024", until="2024")["facets"]["year"]
    assert [y["value"] for y in years if y["selected"]] == ["2024"]
    assert len(years) == 6


def test_a_filter_for_an_unknown_tag_finds_nothing(search: Searcher) -> None:
    assert search("", tag=["没有这个"])["total"] == 0


def test_html_in_a_title_is_returned_as_text(search: Searcher) -> None:
    assert search.titles("alert") == ["危险 <script>alert(1)</script>"]


def test_every_quoted_substring_of_a_page_finds_it(sample: Searcher) -> None:
    documents = all_documents(sample)
    folded = {d.url: [fold_plain(block) for block in [d.title, *d.text.split("\n")]] for d in documents}
    rng = random.Random(7)
    for document in documents:
        blocks = [block for block in document.text.split("\n") if len(block) > 6]
        for _ in range(10):
            block = rng.choice(blocks)
            start = rng.randrange(len(block) - 3)
            phrase = block[start : start + rng.randint(1, 12)].strip()
            if not phrase or '"' in phrase or "“" in phrase or "”" in phrase:
                continue
            expected = {
                url for url, blocks in folded.items() if any(fold_plain(phrase) in block for block in blocks)
            }
            answer = sample(f'"{phrase}"', per_page="50")
            assert {r["url"] for r in answer["results"]} == expected, phrase


def test_the_counts_of_tags_and_years_are_exact(sample: Searcher) -> None:
    documents = all_documents(sample)
    facets = sample("")["facets"]
    tags = Counter(tag.casefold() for d in documents for tag in {t.casefold(): t for t in d.tags}.values())
    assert {f["value"].casefold(): f["count"] for f in facets["tag"]} == tags
    assert {f["value"]: f["count"] for f in facets["year"]} == Counter(
        str(d.date.year) for d in documents if d.date
    )


def test_stock_whoosh_finds_the_same_pages_for_latin_words(sample: Searcher) -> None:
    """Those with the word or a longer one that begins so; others have it within a word, or inflected."""
    folder = current_generation(sample.settings.index).folder
    words = Counter(
        token
        for d in all_documents(sample)
        for token in fold_plain(d.text).split()
        if token.isascii() and token.isalpha()
    )
    stem = Stemmer.Stemmer("english").stemWord
    with FileStorage(str(folder), readonly=True).open_index().searcher() as stock:
        texts = {term.decode("utf-8", "replace") for _, term in stock.reader().all_terms()}

        def urls_with(words: Iterable[str]) -> set[str]:
            terms = [Term(field, word) for field in TEXT_FIELDS for word in words]
            return {hit["url"] for hit in stock.search(Or(terms), limit=None)}

        for word in list(words)[:150]:
            if len(word) < 3:
                continue
            answer = sample(word, per_page="50")
            if answer["relaxed"] or word in ("the", "and"):
                continue
            urls = {hit["url"] for hit in answer["results"]}
            beginning = [text for text in texts if text.startswith(word)]
            related = [text for text in texts if word in text or stem(text) == stem(word)]
            assert urls_with([word]) <= urls_with(beginning) <= urls <= urls_with(related), word


def all_documents(searcher: Searcher) -> list[Document]:
    snapshot = Snapshot(current_generation(searcher.settings.index))
    return [snapshot.stored(page).document() for page in snapshot.pages.tolist()]


def test_the_customers_post_is_found_by_each_of_its_mixed_tokens(sample: Searcher) -> None:
    for q in (
        "GPT-4o",
        "MI300X",
        "Find N5",
        "2.307亿",
        "5G-A",
        "1/20",
        "卡脖子",
        "息壤",
        "DeepSeek-R1",
        '"国产算力"',
        "國產算力",
    ):
        assert SEED in sample.titles(q), q


def test_an_engine_searches_the_current_generation(search: Searcher) -> None:
    assert search.engine.generation.startswith("000001-")
    assert len(search.engine) == len(POSTS)
    assert current_generation(search.settings.index).id == search.engine.generation


def test_recent_posts_and_tags_cover_all_pages(search: Searcher) -> None:
    assert [d.title for d in search.engine.recent(2)] == ["一个词", "两个词"]
    assert [d.title for d in search.engine.recent(5, "zh-TW")] == ["資料庫備份"]
    assert [(t["value"], t["count"]) for t in search.engine.tags()] == [("AI", 3), ("硬件", 2), ("R&D", 1)]


def test_every_title_is_found_by_each_of_its_words(sample: Searcher) -> None:
    for document in all_documents(sample):
        for word in query_tokens(document.title, default_segmenter()):
            if not word.is_function_word:
                assert document.title in sample.titles(document.title[word.start : word.end]), word
