"""Near copies of a page are one hit: the newest version that has what the query asks for, and a list of the others."""

import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.helpers.sites import Searcher, index_site, post, searcher, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.settings import Settings

CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
EXTRA = {15: "旧版才有饕餮。", 16: "此后才有貔貅。", 17: "此后才有貔貅。"}


def prose(seed: int) -> str:
    return "".join(random.Random(seed).choices(CHARACTERS, k=500))


def documentation() -> dict[str, str]:
    """Three pages in three versions, and two pages that have one."""
    pages = {
        f"docs/{version}/{name}.md": post(
            f"{name}手册",
            f"麒麟。\n\n{prose(number)}\n\n{EXTRA[version] if name == '安装' else ''}",
            date=f"20{version}-01-0{number}",
            tags=[f"版本{version}", "手册"],
        )
        for version in (15, 16, 17)
        for number, name in enumerate(["安装", "升级", "备份"], 1)
    }
    blog = {f"blog/{n}.md": post(f"随笔{n}", f"麒麟。{prose(10 + n)}", date="2020-01-01") for n in (1, 2)}
    return pages | blog


@pytest.fixture(scope="module")
def search(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = write_site(tmp_path_factory.mktemp("versions"), documentation())
    return searcher(index_site(folder, engine_settings))


def shown(response: Any) -> list[tuple[str, list[str]]]:
    """The URL of each hit, with those of its other versions."""
    return [(hit["url"], [other["url"] for other in hit["versions"]]) for hit in response["results"]]


def url(version: int, name: str) -> str:
    return quote(f"/docs/{version}/{name}/")


def test_a_hit_is_the_newest_version_and_lists_the_others(search: Searcher) -> None:
    response = search("安装手册")
    assert shown(response)[0] == (url(17, "安装"), [url(16, "安装"), url(15, "安装")])
    hit = response["results"][0]
    assert [(other["title"], other["label"]) for other in hit["versions"]] == [
        ("安装手册", "16"),
        ("安装手册", "15"),
    ]
    assert hit["version_count"] == 2


def test_a_word_of_an_old_version_finds_it(search: Searcher) -> None:
    assert shown(search("饕餮")) == [(url(15, "安装"), [])]
    assert shown(search('"旧版才有饕餮"')) == [(url(15, "安装"), [])]
    assert shown(search("貔貅")) == [(url(17, "安装"), [url(16, "安装")])]


def test_a_version_with_more_of_the_words_is_shown_before_a_newer_one(search: Searcher) -> None:
    response = search("麒麟 饕餮 㗊㗊")  # no page has the last
    assert response["relaxed"]
    first = shown(response)[0]
    assert first[0] == url(15, "安装")


def test_hits_and_matching_pages_are_counted(search: Searcher) -> None:
    response = search("麒麟")
    assert (response["total"], response["matches"]) == (5, 11)
    tags = {tag["value"]: tag["count"] for tag in response["facets"]["tag"]}
    assert tags == {"手册": 9, "版本15": 3, "版本16": 3, "版本17": 3}


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("q", ["麒麟", "", "手册", "麒麟 手册"])
def test_paging_shows_every_group_once_and_loses_no_page(search: Searcher, q: str, sort: str) -> None:
    pages = [
        shown(search(q, sort=sort, page=str(page), per_page="2"))
        for page in range(1, 2 + -(-search(q)["total"] // 2))
    ]
    hits = list(itertools.chain(*pages))
    assert hits == shown(search(q, sort=sort, per_page="50"))
    assert len(hits) == search(q)["total"]
    every = [address for first, others in hits for address in (first, *others)]
    plain = [first for first, _ in shown(search(q, sort=sort, per_page="50", versions="all"))]
    assert len(every) == len(set(every)) == search(q)["matches"]
    assert sorted(every) == sorted(plain)


def test_sorted_by_date_the_first_by_date_is_shown(search: Searcher) -> None:
    newest = [first for first, _ in shown(search("手册", sort="newest"))]
    assert newest == [url(17, "备份"), url(17, "升级"), url(17, "安装")]
    oldest = [first for first, _ in shown(search("手册", sort="oldest"))]
    assert oldest == [url(15, "安装"), url(15, "升级"), url(15, "备份")]


def test_a_filter_leaves_the_versions_that_pass(search: Searcher) -> None:
    response = search("安装手册", tag=["版本15", "版本16"])
    assert shown(response)[0] == (url(16, "安装"), [url(15, "安装")])


def test_all_versions_are_hits_of_their_own_on_request(search: Searcher) -> None:
    response = search("麒麟", versions="all", per_page="50")
    assert response["total"] == response["matches"] == 11
    assert all(not others for _, others in shown(response))


def test_recent_pages_are_not_joined(search: Searcher) -> None:
    assert len(search.engine.recent(50)) == 11


def test_an_explained_score_adds_up_for_the_version_that_is_shown(search: Searcher) -> None:
    from zhsearch.search.api.parameters import read_parameters  # noqa: PLC0415

    query = read_parameters(q="麒麟 手册").query(search.segmenter)
    result, details = search.engine.explain(query)
    for hit, parts in zip(result.hits, details, strict=True):
        assert sum(part.score for part in parts) == pytest.approx(hit.score, rel=1e-2)


def test_a_new_version_joins_the_hit_and_a_removed_one_leaves_it(
    engine_settings: Settings, tmp_path: Path
) -> None:
    settings = replace(index_site(write_site(tmp_path, documentation()), engine_settings))
    write_site(tmp_path, {"docs/18/安装.md": post("安装手册", f"麒麟。\n\n{prose(1)}\n\n{EXTRA[17]}")})
    (tmp_path / "content/docs/16/安装.md").unlink()
    reindex(settings)
    backend_of(settings).publish(full=False)
    assert shown(searcher(settings)("安装手册"))[0] == (url(18, "安装"), [url(17, "安装"), url(15, "安装")])
    reindex(off := replace(settings, group_versions=False))
    backend_of(off).publish(full=False)
    assert searcher(off)("安装手册")["results"][0]["versions"] == []
