"""Faults of a cluster or its network: reported with a remedy, retried within bounds, and nothing is lost."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.helpers.server import free_port
from tests.helpers.sites import Searcher, index_site, post, write_site
from tests.search.opensearch.node import Node, UnavailableError, nodes, raw_client, start
from tests.search.opensearch.proxy import Proxy, proxy
from zhsearch.index.errors import BackendUnavailableError, NoIndexError, SettingsError, StoreError
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.http.app import create_app
from zhsearch.search.opensearch import bulk, lock
from zhsearch.search.opensearch.aliases import current_index
from zhsearch.search.opensearch.client import Client
from zhsearch.search.settings import Settings

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """A node of this module, which tests may kill."""
    pytest.importorskip("opensearchpy", reason="opensearch-py is not installed")
    try:
        with nodes() as started:
            yield started[0]
    except UnavailableError as problem:
        pytest.skip(f"no OpenSearch node: {problem}")


@pytest.fixture
def flaky(node: Node) -> Iterator[Proxy]:
    with proxy(node.url) as running:
        yield running


@pytest.fixture
def settings(node: Node, flaky: Proxy, tmp_path: Path) -> Settings:
    engine_settings = Settings(engine="opensearch", opensearch_hosts=(node.url,))
    name = f"f-{tmp_path.name.replace('_', '-').lower()}"[:60]
    settings = index_site(
        write_site(tmp_path, {"a.md": post("一", "貔貅")}), replace(engine_settings, opensearch_index=name)
    )
    return replace(settings, opensearch_hosts=(flaky.url,))


@pytest.fixture
def served(settings: Settings) -> FlaskClient:
    client = create_app(settings).test_client()
    assert client.get("/api/search?q=貔貅").json["total"] == 1  # type: ignore[index]
    return client


def test_a_cluster_that_cannot_be_reached_is_named_with_the_remedy() -> None:
    port = free_port()
    settings = Settings(engine="opensearch", opensearch_hosts=(f"http://127.0.0.1:{port}",))
    with pytest.raises(BackendUnavailableError, match=f"127.0.0.1:{port} cannot be reached. Is it running"):
        backend_of(settings).open()


def test_before_the_first_run_there_is_no_index(node: Node) -> None:
    settings = Settings(engine="opensearch", opensearch_hosts=(node.url,), opensearch_index="none")
    with pytest.raises(
        NoIndexError, match=r"no index none in OpenSearch at http.* yet. Make one: zhsearch reindex"
    ):
        backend_of(settings).open()


def test_refused_credentials_are_reported_without_the_password(settings: Settings, flaky: Proxy) -> None:
    settings = replace(settings, opensearch_user="reader", opensearch_password=PASSWORD)
    flaky.refuse = [401]
    with pytest.raises(StoreError, match=r"refuses the credentials \(401\)") as caught:
        backend_of(settings).open()
    assert flaky.requests == 1  # refused credentials are not sent again
    for text in (str(caught.value), repr(settings), repr(caught.value.__cause__)):
        assert PASSWORD not in text


def test_reads_of_a_busy_cluster_are_tried_three_times(settings: Settings, flaky: Proxy) -> None:
    flaky.refuse = [429, 503]
    assert Searcher(settings)("貔貅")["total"] == 1
    flaky.refuse = [429] * 100
    with pytest.raises(BackendUnavailableError, match="too busy"):
        backend_of(settings).open()
    assert len(flaky.refuse) == 97
    flaky.refuse = []


def test_a_search_during_which_a_node_is_lost_is_tried_again(settings: Settings, flaky: Proxy) -> None:
    search = Searcher(settings)
    flaky.lose_node = 2
    assert search("貔貅")["total"] == 1
    assert flaky.lose_node == 0
    flaky.lose_node = 100
    with pytest.raises(BackendUnavailableError, match=r"shards are on no node \(node_disconnected"):
        search("")
    flaky.lose_node = 0


def test_pages_that_a_busy_cluster_rejected_are_sent_again(settings: Settings, flaky: Proxy) -> None:
    write_site(settings.content, {"b.md": post("二", "麒麟")})
    reindex(settings)
    flaky.refuse_bulk = 2
    backend_of(settings).publish(full=True)
    assert flaky.refuse_bulk == 0
    assert Searcher(settings)("麒麟")["total"] == 1


@pytest.mark.parametrize("how", ["refuse_bulk", "reject_pages", "delay_s"])
def test_publishing_to_a_cluster_that_stays_busy_fails_and_the_alias_stays(
    settings: Settings, flaky: Proxy, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(bulk, "_BUSY_PAUSES_S", (0.1, 0.1, 0.1))
    monkeypatch.setattr(bulk, "_LOST_PAUSES_S", (0.1,))
    monkeypatch.setattr(bulk, "_TIMEOUT_S", 0.4)
    before = current_index(Client(settings))
    write_site(settings.content, {"b.md": post("二", "麒麟")})
    reindex(settings)
    setattr(flaky, how, 1 if how == "delay_s" else 1000)
    with pytest.raises(BackendUnavailableError, match=r"It was tried \d times\. .*: zhsearch reindex"):
        backend_of(settings).publish(full=True)
    if how != "delay_s":
        assert getattr(flaky, how) == 1000 - 4  # once, and after each pause
    setattr(flaky, how, 0)
    assert current_index(Client(settings)) == before
    assert Searcher(settings)("貔貅")["total"] == 1
    time.sleep(2.1)  # a circuit may be open
    backend_of(settings).publish(full=True)
    assert Searcher(settings)("麒麟")["total"] == 1


def test_retries_end_after_a_time_whatever_their_number(
    settings: Settings, flaky: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_BUSY_PAUSES_S", (0.3,) * 1000)
    monkeypatch.setattr(bulk, "_MAX_RETRY_S", 1.0)
    flaky.reject_pages = 1000
    with pytest.raises(BackendUnavailableError, match="too busy for"):
        backend_of(settings).publish(full=True)
    assert 990 <= flaky.reject_pages < 1000


def test_a_search_page_says_that_search_is_unavailable(served: FlaskClient, flaky: Proxy) -> None:
    flaky.refuse = [503] * 1000
    page = served.get("/search?q=麒麟")
    assert page.status_code == 503
    assert "搜索暂时不可用" in page.text
    page = served.get("/search?q=麒麟", headers={"Accept-Language": "en"})
    assert "Search is temporarily unavailable" in page.text
    answer = served.get("/api/search?q=麒麟")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    flaky.refuse = []
    assert served.get("/api/search?q=麒麟").status_code == 200


def test_after_three_timeouts_nothing_is_sent_for_two_seconds(settings: Settings, flaky: Proxy) -> None:
    client = Client(settings, timeout=1.0)
    assert current_index(client)
    flaky.delay_s = 3.0
    for _ in range(3):
        with pytest.raises(BackendUnavailableError, match="does not answer in time"):
            current_index(client)
    requests = flaky.requests
    for _ in range(50):
        with pytest.raises(BackendUnavailableError, match="tried again in a moment"):
            current_index(client)
    assert flaky.requests == requests
    flaky.delay_s = 0.0
    time.sleep(2.1)
    assert current_index(client)


def write_many(settings: Settings) -> None:
    """Index enough pages that filling a cluster index takes a while."""
    many = {f"m/{n}.md": post(f"多{n}", f"讲麒麟{n}。" * 200) for n in range(1500)}
    write_site(settings.content, many)
    reindex(settings)


def indexes(settings: Settings) -> dict[str, object]:
    by_name: dict[str, object] = raw_client(settings).indices.get(index=f"{settings.opensearch_index}-0*")
    return by_name


def kill_while_filled(node: Node, publishing: threading.Thread, settings: Settings) -> None:
    """Kill the node a moment after a second index was created."""
    while len(indexes(settings)) < 2:
        assert publishing.is_alive()
        time.sleep(0.02)
    time.sleep(0.3)
    node.kill()


def start_again(node: Node) -> None:
    ports = [int(node.url.rpartition(":")[2]), node.transport]
    node.process = start(node.folder.parent, 0, ports, 1).process
    node.wait()


def test_after_a_node_is_killed_during_a_run_the_published_index_answers(
    settings: Settings, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_LEASE_S", 6.0)  # the failed run cannot release its lock
    settings = replace(settings, opensearch_hosts=(node.url,))
    write_many(settings)
    failed: list[Exception] = []

    def fill() -> None:
        try:
            backend_of(settings).publish(full=True)
        except StoreError as problem:
            failed.append(problem)

    thread = threading.Thread(target=fill)
    thread.start()
    kill_while_filled(node, thread, settings)
    thread.join()
    assert failed
    assert "OpenSearch" in str(failed[0])
    start_again(node)
    assert Searcher(settings)("貔貅")["total"] == 1
    assert Searcher(settings)("麒麟")["total"] == 0
    backend_of(settings).publish(full=True)
    assert Searcher(settings)("麒麟")["total"] == 1500
    assert len(indexes(settings)) == 2


def test_a_run_continues_when_its_node_is_back_in_time(
    settings: Settings, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_LOST_PAUSES_S", (1.0,) * 60)
    settings = replace(settings, opensearch_hosts=(node.url,))
    write_many(settings)
    thread = threading.Thread(target=lambda: backend_of(settings).publish(full=True))
    thread.start()
    kill_while_filled(node, thread, settings)
    start_again(node)
    thread.join()
    assert Searcher(settings)("麒麟")["total"] == 1500


def test_a_full_disk_is_reported_and_the_published_index_answers(settings: Settings, node: Node) -> None:
    raw = raw_client(settings)
    watermarks = {
        "low": "90000gb",
        "high": "80000gb",
        "flood_stage": "70000gb",
    }  # of free space, which no disk here has
    limits: dict[str, object] = {
        f"cluster.routing.allocation.disk.watermark.{name}": size for name, size in watermarks.items()
    }
    limits |= {
        "cluster.routing.allocation.disk.threshold_enabled": True,
        "cluster.info.update.interval": "10s",
    }
    raw.cluster.put_settings(body={"transient": limits})
    write_site(settings.content, {"b.md": post("二", "麒麟")})
    reindex(settings)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and "read_only_allow_delete" not in str(
            raw.indices.get_settings(index=settings.opensearch_index)
        ):
            time.sleep(0.5)
        for full in (False, True):
            with pytest.raises(StoreError, match=r"Is a disk full\? Free space there"):
                backend_of(settings).publish(full=full)
        assert Searcher(settings)("貔貅")["total"] == 1
        assert Searcher(settings)("麒麟")["total"] == 0
    finally:
        raw.cluster.put_settings(body={"transient": dict.fromkeys(limits)})
        raw.indices.put_settings(index="*", body={"index.blocks.read_only_allow_delete": None})
    backend_of(settings).publish(full=False)
    assert Searcher(settings)("麒麟")["total"] == 1


@pytest.mark.parametrize("hosts", [(), ("",)])
def test_an_empty_list_of_hosts_is_refused(hosts: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="names no host"):
        backend_of(Settings(engine="opensearch", opensearch_hosts=hosts)).open()


def test_an_unusable_host_is_refused_by_name() -> None:
    with pytest.raises((SettingsError, StoreError), match="ftp://x"):
        backend_of(Settings(engine="opensearch", opensearch_hosts=("ftp://x",))).open()
