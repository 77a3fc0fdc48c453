"""Segments: a change writes little again, and there are never many."""

import json
import random
from pathlib import Path

import pytest

from tests.helpers.sites import CACHE, Searcher, current_generation, index_site, post, write_site
from zhsearch.index.pipeline import segment_set
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.settings import Settings


def posts(count: int, first: int = 0) -> dict[str, str]:
    return {
        f"p/{number}.md": post(f"第{number}篇", f"编号{number}，貔貅。")
        for number in range(first, first + count)
    }


def sizes(settings: Settings) -> list[tuple[int, int]]:
    """(live, all) pages of each segment."""
    listed = current_generation(settings.index).manifest.segments
    return [(segment.pages - len(segment.deleted), segment.pages) for segment in listed]


def test_a_few_new_posts_become_a_segment_of_their_own(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, posts(40)))
    write_site(tmp_path, posts(2, 40))
    reindex(settings)
    assert sizes(settings) == [(40, 40), (2, 2)]


def test_small_segments_are_merged_with_the_next_change(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, posts(100)))
    for number in range(100, 105):
        write_site(tmp_path, posts(1, number))
        reindex(settings)
    assert sizes(settings) == [(100, 100), (5, 5)]
    assert Searcher(settings)("貔貅")["total"] == 105


def test_a_replaced_page_is_marked_as_deleted_where_it_was(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, posts(40)))
    write_site(tmp_path, {"p/7.md": post("新题", "麒麟")})
    reindex(settings)
    assert sizes(settings) == [(39, 40), (1, 1)]
    assert Searcher(settings)("貔貅")["total"] == 39


def test_a_segment_with_more_dead_than_live_pages_is_written_again(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, posts(40)))
    for number in range(25):
        (tmp_path / f"content/p/{number}.md").unlink()
    reindex(settings)
    assert sizes(settings) == [(15, 15)]
    assert Searcher(settings)("貔貅")["total"] == 15


def test_a_segment_without_a_live_page_goes(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, posts(40)))
    write_site(tmp_path, {name: post("新", "麒麟") for name in posts(40)})
    reindex(settings)
    assert sizes(settings) == [(40, 40)]
    assert len(list(current_generation(settings.index).folder.glob("*.segment"))) == 1


@pytest.mark.parametrize("limit", [("_MAX_BYTES", 6_000), ("MAX_PAGES", 7)])
def test_a_large_site_is_searched_in_several_segments_as_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: tuple[str, int]
) -> None:
    rng = random.Random(1)
    words = ["算力", "芯片", "国产", "docker", "貔貅"]
    texts = {
        f"p/{n}.md": post(f"第{n}篇", "".join(rng.choices(words, k=30)), tags=[rng.choice(words)])
        for n in range(60)
    }
    settings = index_site(write_site(tmp_path, texts))
    several = Settings(content=tmp_path, index=tmp_path / "several", cache=CACHE)
    monkeypatch.setattr(segment_set, *limit)
    monkeypatch.setattr("zhsearch.index.pipeline.ingest._BATCH_FILES", 5)
    reindex(several)
    assert len(sizes(settings)) == 1
    assert len(sizes(several)) > 3
    one, many = Searcher(settings), Searcher(several)
    for q in ("", "算力", "算力 芯片", '"国产芯片"', "-docker", "tag:貔貅", "第7篇"):
        for sort in ("relevance", "oldest"):
            found, wanted = (json.dumps(s(q, sort=sort) | {"took_ms": 0}) for s in (many, one))
            assert found == wanted
