"""Three nodes, one of which is lost (even the elected one) while readers search and a run publishes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from opensearchpy import OpenSearch

from tests.helpers.sites import Searcher, index_site, post, write_site
from tests.search.opensearch.node import Node, UnavailableError, nodes, raw_client, start
from zhsearch.index.errors import BackendUnavailableError, StoreError
from zhsearch.search.backends import backend_of
from zhsearch.search.opensearch.client import Client
from zhsearch.search.settings import Settings

POSTS = {f"p/{n}.md": post(f"第{n}篇", f"讲的是貔貅{n}。", date="2025-01-01") for n in range(300)}


@pytest.fixture(scope="module")
def cluster_nodes() -> Iterator[list[Node]]:
    pytest.importorskip("opensearchpy", reason="opensearch-py is not installed")
    try:
        with nodes(3) as started:
            yield started
    except UnavailableError as problem:
        pytest.skip(f"no OpenSearch nodes: {problem}")


def elected(raw: OpenSearch, among: list[Node]) -> Node:
    name = raw.cat.cluster_manager(format="json")[0]["node"]
    return next(node for node in among if node.folder.name == name)


def wait_for(raw: OpenSearch, status: str, nodes: int) -> None:
    raw.cluster.health(
        params={"wait_for_status": status, "wait_for_nodes": str(nodes), "timeout": "60s"}, request_timeout=70
    )


def restart(among: list[Node], number: int) -> None:
    """Start a killed node again, with its data."""
    ports = [int(part) for node in among for part in (node.url.rpartition(":")[2], node.transport)]
    among[number].process = start(among[number].folder.parent, number, ports, len(among)).process


@contextmanager
def reading(search: Searcher, q: str, expected: object) -> Iterator[list[object]]:
    """Search in two threads all the time, and collect other results than the `expected` ones, and errors
    other than that the cluster is unavailable."""
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                with suppress(BackendUnavailableError):
                    results = search(q, per_page="50")["results"]
                    if results != expected:
                        wrong.append(results)
            except Exception as problem:
                wrong.append(problem)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        yield wrong
    finally:
        done.set()
        for reader in readers:
            reader.join()


def test_nothing_published_is_lost_with_the_elected_node(cluster_nodes: list[Node], tmp_path: Path) -> None:
    hosts = tuple(node.url for node in cluster_nodes)
    engine_settings = Settings(
        engine="opensearch", opensearch_hosts=hosts, opensearch_index="three", opensearch_shards=3
    )
    settings = index_site(write_site(tmp_path, POSTS), engine_settings)
    raw = raw_client(settings)
    wait_for(raw, "green", 3)
    search = Searcher(settings)
    q = "貔貅 第7篇"
    expected = search(q, per_page="50")["results"]
    lost = elected(raw, cluster_nodes)
    remaining_hosts = tuple(node.url for node in cluster_nodes if node is not lost)
    remaining = replace(settings, opensearch_hosts=remaining_hosts)
    with reading(search, q, expected) as wrong:
        time.sleep(1)
        lost.kill()
        wait_for(raw_client(remaining), "yellow", 2)
        time.sleep(2)
    assert not wrong, wrong[:1]
    assert Searcher(remaining)(q, per_page="50")["results"] == expected
    # Two nodes are enough to publish with, and the third one catches up when it comes back.
    write_site(tmp_path, {"new.md": post("新的", "麒麟")})
    index_site(tmp_path, remaining)
    assert Searcher(remaining)("麒麟")["total"] == 1
    restart(cluster_nodes, cluster_nodes.index(lost))
    wait_for(raw_client(remaining), "green", 3)
    assert Searcher(settings)("麒麟")["total"] == 1


def test_an_index_with_shards_on_no_node_answers_503_and_status_names_it(
    cluster_nodes: list[Node], tmp_path: Path
) -> None:
    engine_settings = Settings(
        engine="opensearch",
        opensearch_hosts=(cluster_nodes[0].url,),
        opensearch_index="red",
        opensearch_shards=3,
    )
    settings = index_site(write_site(tmp_path, POSTS), engine_settings)
    raw = raw_client(settings)
    name = next(iter(raw.indices.get(index="red-0*")))
    raw.indices.put_settings(index=name, body={"index.auto_expand_replicas": False, "number_of_replicas": 0})
    wait_for(raw, "green", 3)
    search = Searcher(settings)
    cluster_nodes[2].kill()
    wait_for(raw, "red", 2)
    end = time.monotonic() + 30
    while raw.cluster.health(index=name)["status"] != "red" and time.monotonic() < end:
        time.sleep(0.2)
    with pytest.raises(BackendUnavailableError):
        search("貔貅")
    with pytest.raises(BackendUnavailableError):  # a page on no node is not one that was deleted
        Client(settings).mget(name, list(map(str, range(100))), ["path"])
    facts, problem = backend_of(settings).status(verify=False)
    assert facts["health"] == "red"
    assert isinstance(problem, StoreError)
    assert "is red" in str(problem)
    restart(cluster_nodes, 2)
    wait_for(raw, "green", 3)
    assert search("貔貅")["total"] == 300
