"""The number of requests to the cluster that a query takes: each of them is a wait for the reader."""

from collections.abc import Iterator
from dataclasses import replace
from secrets import token_hex

import pytest

from tests.helpers.sites import Searcher, index_site, post, write_site
from tests.search.opensearch.proxy import Proxy, proxy
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.opensearch.aliases import delete_all
from zhsearch.search.opensearch.client import Client
from zhsearch.search.settings import Settings

POSTS = {
    "a.md": post("甲", "wifi 与 wi-fi，VS Code，containers"),
    "b.md": post("乙", "貔貅接入服务器"),
    "c.md": post("Falcon", "一只鸟"),
    "d.md": post("丁", "接入之后是 Falcon"),
}


@pytest.fixture(scope="module")
def counted(cluster: str) -> Iterator[Proxy]:
    with proxy(cluster) as running:
        yield running


@pytest.fixture(scope="module")
def search(counted: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    settings = Settings(
        engine="opensearch", opensearch_hosts=(counted.url,), opensearch_index=f"requests-{token_hex(4)}"
    )
    settings = index_site(write_site(tmp_path_factory.mktemp("requests"), POSTS), settings)
    searcher = Searcher(settings)
    searcher.engine.warm()
    yield searcher
    delete_all(Client(replace(settings, opensearch_hosts=(counted.target,))))


def test_the_other_writings_of_all_words_are_looked_up_together(search: Searcher, counted: Proxy) -> None:
    query = read_parameters(q="containers node.js open source").query(search.segmenter)
    before = counted.requests
    assert search.engine.expand(query) == search.engine.expand(query)
    assert counted.requests - before == 1
    query = read_parameters(q="wifi vscode").query(search.segmenter)
    assert search.engine.expand(query) != query
    assert counted.requests - before == 3  # and once more for the signs between the two parts of a word


@pytest.mark.parametrize(
    ("q", "requests"),
    [
        ("貔貅", 2),  # counts; pages
        ("貔貅 服务器", 3),  # and the pages whose titles are re-ranked
        ("接入 貔貅", 3),  # no title names it
        ("接入 falcon", 5),  # other writings; a title names it, and lacks a word: searched for again
    ],
)
def test_a_query_takes_few_requests(search: Searcher, counted: Proxy, q: str, requests: int) -> None:
    before = counted.requests
    assert search(q)["total"]
    assert counted.requests - before == requests
