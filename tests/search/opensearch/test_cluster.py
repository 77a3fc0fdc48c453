"""Three nodes: one of them lost, the one in charge too, while readers search and a run publishes."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import Searcher, index_site, post, write_site
from tests.search.opensearch.node import Node, UnavailableError, nodes, start
from zhsearch.index.errors import BackendUnavailableError, StoreError
from zhsearch.search.backends import backend_of
from zhsearch.search.opensearch.client import Client
from zhsearch.search.settings import Settings

POSTS = {f"p/{n}.md": post(f"第{n}篇", f"讲的是貔貅{n}。", date="2025-01-01") for n in range(300)}


@pytest.fixture(scope="module")
def three() -> Iterator[list[Node]]:
    pytest.importorskip("opensearchpy", reason="opensearch-py is not installed")
    try:
        with nodes(3) as started:
            yield started
    except UnavailableError as problem:
        pytest.skip(f"no OpenSearch nodes: {problem}")


def in_charge(client: Client, among: list[Node]) -> Node:
    name = client.raw.cat.cluster_manager(format="json")[0]["node"]
    return next(node for node in among if node.folder.name == name)


def wait_for(client: Client, status: str, nodes: int) -> None:
    client.raw.cluster.health(
        params={"wait_for_status": status, "wait_for_nodes": str(nodes), "timeout": "60s"}, request_timeout=70
    )


def test_nothing_published_is_lost_with_the_node_in_charge(three: list[Node], tmp_path: Path) -> None:
    hosts = tuple(node.url for node in three)
    engine_settings = Settings(
        engine="opensearch", opensearch_hosts=hosts, opensearch_index="three", opensearch_shards=3
    )
    settings = index_site(write_site(tmp_path, POSTS), engine_settings)
    client = Client(settings)
    wait_for(client, "green", 3)
    search = Searcher(settings)
    expected = search("貔貅 第7篇", per_page="50")["results"]
    lost = in_charge(client, three)
    left = [node for node in three if node is not lost]
    done = threading.Event()
    wrong: list[object] = []
    rested: list[str] = []

    def read() -> None:
        while not done.is_set():
            try:
                found = search("貔貅 第7篇", per_page="50")["results"]
                if found != expected:
                    wrong.append(found)
            except BackendUnavailableError as problem:
                rested.append(str(problem))
            except Exception as problem:
                wrong.append(problem)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    time.sleep(1)
    lost.kill()
    some = replace(settings, opensearch_hosts=tuple(node.url for node in left))
    wait_for(Client(some), "yellow", 2)
    time.sleep(2)
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong, wrong[:1]
    assert Searcher(some)("貔貅 第7篇", per_page="50")["results"] == expected
    # Two nodes are enough to publish with, and the third comes back to what is there now.
    write_site(tmp_path, {"new.md": post("新的", "麒麟")})
    index_site(tmp_path, some)
    assert Searcher(some)("麒麟")["total"] == 1
    ports = [int(part) for node in three for part in (node.url.rpartition(":")[2], node.transport)]
    number = three.index(lost)
    three[number].process = start(lost.folder.parent, number, ports, 3).process
    wait_for(Client(some), "green", 3)
    assert Searcher(settings)("麒麟")["total"] == 1


def test_an_index_with_shards_on_no_node_rests_and_is_named(three: list[Node], tmp_path: Path) -> None:
    engine_settings = Settings(
        engine="opensearch",
        opensearch_hosts=(three[0].url,),
        opensearch_index="red",
        opensearch_shards=3,
    )
    settings = index_site(write_site(tmp_path, POSTS), engine_settings)
    client = Client(settings)
    name = next(iter(client.raw.indices.get(index="red-0*")))
    client.raw.indices.put_settings(
        index=name, body={"index.auto_expand_replicas": False, "number_of_replicas": 0}
    )
    wait_for(client, "green", 3)
    search = Searcher(settings)
    lost = three[2]
    lost.kill()
    wait_for(client, "red", 2)
    end = time.monotonic() + 30
    while client.raw.cluster.health(index=name)["status"] != "red" and time.monotonic() < end:
        time.sleep(0.2)
    with pytest.raises(BackendUnavailableError):
        search("貔貅")
    facts, problem = backend_of(settings).status(verify=False)
    assert facts["health"] == "red"
    assert isinstance(problem, StoreError)
    assert "is red" in str(problem)
    ports = [int(part) for node in three for part in (node.url.rpartition(":")[2], node.transport)]
    three[2].process = start(lost.folder.parent, 2, ports, 3).process
    wait_for(client, "green", 3)
    assert search("貔貅")["total"] == 300
