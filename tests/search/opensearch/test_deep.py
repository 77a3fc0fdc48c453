"""More hits than the result window of OpenSearch: all are counted, and every page can be reached."""

from collections.abc import Iterator
from dataclasses import replace
from secrets import token_hex

import pytest

from tests.helpers.sites import Searcher, index_site, post, write_site
from zhsearch.search.backends import backend_of
from zhsearch.search.errors import ParameterError
from zhsearch.search.opensearch import paging
from zhsearch.search.opensearch.aliases import delete_all
from zhsearch.search.opensearch.client import Client

PAGES = 12_100  # more than paging.RESULT_WINDOW


@pytest.fixture(scope="module")
def engines(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searcher, Searcher]]:
    """One site on both engines; some of its pages have no date."""
    posts = {
        f"p/{n}.md": post(f"第{n}篇", "貔貅" * (1 + n % 3), **({"date": "2025-01-01"} if n % 5 else {}))
        for n in range(PAGES)
    }
    embedded = index_site(write_site(tmp_path_factory.mktemp("deep"), posts))
    other = replace(
        embedded,
        engine="opensearch",
        opensearch_hosts=(cluster,),
        opensearch_index=f"deep-{token_hex(4)}",
        opensearch_shards=2,
    )
    backend_of(other).publish(full=False)
    yield Searcher(embedded), Searcher(other)
    delete_all(Client(other))


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("page", [1, 199, 200, 201, 202, 242, 243, 1000])
def test_every_page_of_many_hits_is_the_same_on_both_engines(
    engines: tuple[Searcher, Searcher], sort: str, page: int
) -> None:
    ours, theirs = (search("貔貅", sort=sort, page=str(page), per_page="50") for search in engines)
    assert theirs["total"] == ours["total"] == PAGES
    assert theirs["facets"] == ours["facets"]
    assert [r["url"] for r in theirs["results"]] == [r["url"] for r in ours["results"]]
    assert len(theirs["results"]) == (50 if page <= PAGES // 50 else 0)


def test_a_page_across_the_end_of_the_result_window_is_complete(engines: tuple[Searcher, Searcher]) -> None:
    ours, theirs = (search("", page="335", per_page="30")["results"] for search in engines)
    assert [r["url"] for r in theirs] == [r["url"] for r in ours]


def test_a_page_too_deep_is_rejected_with_the_parameter_and_the_limit(
    engines: tuple[Searcher, Searcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MAX_PAGED_HITS", 11_000)
    with pytest.raises(ParameterError, match=r"only the first 11,000 hits can be paged through") as caught:
        engines[1]("貔貅", page="221", per_page="50")
    assert "page" in str(caught.value)
    assert len(engines[1]("貔貅", page="219", per_page="50")["results"]) == 50
