"""The facets of a site's own, and the searched fields of front matter, on every engine."""

from dataclasses import replace

import pytest

from tests.helpers.sites import Searcher, index_site, marked, post, searcher, write_site
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.settings import Settings

POSTS = {
    "a.md": post("甲", "正文一。", series=["山海经"], authors=["混沌", "Taotie"], difficulty="入门"),
    "b.md": post("乙", "正文二。", series=["山海經"], author="taotie", difficulty=3),
    "c.md": post("丙", "正文三。", series=["搜神记"], authors=[], description="讲 **貔貅** 与饕餮", editor="狻猊"),
    "d.md": post("丁", "正文四。貔貅。", difficulty="“零”起点“一”"),
    "e.md": "---\ntitle: 戊\nauthors: [{name: 螭吻, link: /x}]\nparams: {series: 搜神记}\n---\n正文五。\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory, engine_settings: Settings) -> Searcher:
    folder = write_site(tmp_path_factory.mktemp("own-facets"), POSTS)
    with (folder / "hugo.toml").open("a") as file:
        file.write('[taxonomies]\ntag = "tags"\nseries = "series"\nyear = "years"\n')
    settings = replace(
        engine_settings,
        facets=("author", "difficulty"),
        search_fields={"editor": 2.0, "lead": 0.0},
        opensearch_index=f"{engine_settings.opensearch_index}-own",
    )
    return searcher(index_site(folder, settings))


def counts(search: Searcher, facet: str, q: str = "", **parameters: object) -> dict[str, int]:
    return {value["value"]: value["count"] for value in search(q, **parameters)["facets"][facet]}


def test_taxonomies_of_the_site_and_fields_of_the_settings_are_facets(search: Searcher) -> None:
    assert search.engine.facets == ("author", "difficulty", "series")
    assert counts(search, "series") == {"山海经": 1, "山海經": 1, "搜神记": 2}
    assert counts(search, "author") == {"Taotie": 2, "混沌": 1, "螭吻": 1}
    assert counts(search, "difficulty") == {"3": 1, "入门": 1, "“零”起点“一”": 1}


def test_a_facet_of_the_sites_own_filters_by_parameter(search: Searcher) -> None:
    assert search.titles(facets={"author": ["TAOTIE"]}) == ["甲", "乙"]
    assert search.titles(facets={"author": ["taotie"], "difficulty": ["3"]}) == ["乙"]
    assert search.titles(facets={"series": ["搜神记", "山海经"]}) == ["甲", "丙", "戊"]
    assert search.titles(facets={"series": ["无"]}) == []
    chosen = search(facets={"series": ["搜神记"]})["facets"]["series"]
    assert [value["value"] for value in chosen if value["selected"]] == ["搜神记"]
    assert counts(search, "author", facets={"series": ["搜神记"]}) == {"螭吻": 1}


def test_a_facet_of_the_sites_own_is_a_field_of_the_query_language(search: Searcher) -> None:
    assert search.titles("series:搜神记") == ["丙", "戊"]
    assert search.titles("series:山海经") == ["甲", "乙"]  # as for tags, the script does not matter
    assert search.titles("正文 -作者:taotie 系列:搜神记") == ["丙", "戊"]
    assert search.titles("editor:“搜神记”") == []  # no facet, so words
    assert search.titles('difficulty:"零 起点  一"') == ["丁"]  # a quotation cannot hold quotation marks
    filters = search("正文 series:搜神记")["read"]["filters"]
    assert [(part["field"], part["value"], part["undo"]) for part in filters] == [
        ("series", "搜神记", "正文")
    ]


def test_a_description_is_found_and_shown_where_the_text_does_not_say_it(search: Searcher) -> None:
    answer = search("貔貅 饕餮")
    assert [hit["title"] for hit in answer["results"]] == ["丙"]
    (hit,) = answer["results"]
    assert hit["excerpt"].startswith("讲 貔貅 与饕餮")
    assert marked(hit["excerpt"], hit["excerpt_marks"]) == ["貔貅", "饕餮"]
    assert hit["section"] is None
    assert search.titles('"貔貅 与饕餮"') == ["丙"]


def test_a_passage_of_the_text_does_not_run_into_front_matter(search: Searcher) -> None:
    assert [hit["excerpt"] for hit in search("正文三")["results"]] == ["正文三。"]


def test_a_field_that_the_settings_name_is_searched(search: Searcher) -> None:
    assert search.titles("狻猊") == ["丙"]
    assert search.titles("螭吻") == ["戊"]


def test_front_matter_explains_its_share_of_a_score(search: Searcher) -> None:
    query = read_parameters(q="狻猊").query(search.segmenter, search.engine.facets)
    (details,) = search.engine.explain(query)[1]
    assert set(details[0].fields) == {"meta"}
