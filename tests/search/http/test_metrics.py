"""Prometheus metrics: their counts in one process, and over workers that are killed and replaced."""

import os
import re
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client import values

from tests.helpers.processes import open_files
from tests.helpers.server import Serving, serving, wait_for
from tests.helpers.sites import index_site, post, write_site
from zhsearch.search.backends import backend_of
from zhsearch.search.http.app import create_app
from zhsearch.search.http.metrics import Metrics, WorkerSlots
from zhsearch.search.reindex_state import recorded_run
from zhsearch.search.settings import Settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return index_site(write_site(tmp_path_factory.mktemp("metrics"), {"a.md": post("算力", "芯片 国产")}))


def numbers(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^([^#\s]+(?:\{.*\})?) (\S+)$", text, re.M)}


def scrape(client: FlaskClient) -> dict[str, float]:
    return numbers(client.get("/metrics").get_data(as_text=True))


def scrape_server(server: Serving) -> dict[str, float]:
    return numbers(server.ask("/metrics")[2].decode())


def test_searches_are_counted_by_the_source_of_their_answer(site: Settings) -> None:
    client = create_app(site).test_client()
    tag = client.get("/api/search?q=算力").headers["ETag"]
    client.get("/api/search?q=算力")
    client.get("/api/search?q=算力", headers={"If-None-Match": tag})
    client.get("/search?q=算力 貔貅")
    client.get("/api/search?q=貔貅")
    client.get("/api/search?q=貔貅")
    client.get("/api/tags")
    client.get("/api/search?page=0")
    metrics = scrape(client)
    assert metrics['zhsearch_searches_total{answer="made"}'] == 3
    assert metrics['zhsearch_searches_total{answer="kept"}'] == 2
    assert metrics['zhsearch_searches_total{answer="unchanged"}'] == 1
    assert metrics["zhsearch_searches_without_hits_total"] == 2
    assert metrics["zhsearch_searches_relaxed_total"] == 1
    seconds = "zhsearch_request_seconds_count"
    assert metrics[f'{seconds}{{endpoint="api_search",status="2xx"}}'] == 4
    assert metrics[f'{seconds}{{endpoint="api_search",status="3xx"}}'] == 1
    assert metrics[f'{seconds}{{endpoint="api_search",status="4xx"}}'] == 1
    assert metrics[f'{seconds}{{endpoint="search_page",status="2xx"}}'] == 1


def test_unknown_paths_share_one_label(site: Settings) -> None:
    client = create_app(site).test_client()
    for number in range(50):
        client.get(f"/nothing/{number}")
    rows = [name for name in scrape(client) if "_count" in name]
    assert rows == ['zhsearch_request_seconds_count{endpoint="none",status="4xx"}']


def test_metrics_have_the_size_and_age_of_the_index(site: Settings) -> None:
    metrics = scrape(create_app(site).test_client())
    assert metrics["zhsearch_ready"] == metrics["zhsearch_documents"] == 1
    assert metrics["zhsearch_index_bytes"] > 1_000
    assert 0 <= metrics["zhsearch_generation_age_seconds"] < 3_600


def test_without_an_index_the_metric_ready_is_0(site: Settings, tmp_path: Path) -> None:
    metrics = scrape(create_app(replace(site, index=tmp_path)).test_client())
    assert metrics["zhsearch_ready"] == 0
    assert "zhsearch_documents" not in metrics


def test_runs_of_reindex_are_counted_whoever_starts_them(site: Settings, tmp_path: Path) -> None:
    settings = replace(site, index=tmp_path)
    with recorded_run(tmp_path):
        pass
    metrics = scrape(create_app(settings).test_client())
    assert metrics['zhsearch_reindex_runs_total{outcome="done"}'] == 1
    assert metrics['zhsearch_reindex_runs_total{outcome="failed"}'] == 0
    assert metrics["zhsearch_reindex_failed"] == 0
    assert metrics["zhsearch_reindex_ended_timestamp_seconds"] > 1e9


def test_metrics_can_be_turned_off(site: Settings) -> None:
    assert create_app(replace(site, metrics=False)).test_client().get("/metrics").status_code == 404


def wait_until_replaced(server: Serving, killed: list[int]) -> None:
    wait_for(lambda: len(server.family()) == 4 and not set(killed) & set(server.family()))


def test_metrics_cover_all_workers_and_those_that_were_killed(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_text("workers = 3\n")
    with serving(tmp_path, site) as server:
        wait_for(lambda: len(server.family()) == 4)
        for _ in range(40):
            server.get("/api/search?q=a")
        assert sum(value for name, value in scrape_server(server).items() if "searches_total" in name) == 40
        for _ in range(3):
            _, *workers = server.family()
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
            wait_until_replaced(server, workers)
            wait_for(lambda: server.get("/readyz"))
        for _ in range(20):
            server.get("/api/search?q=a")
        assert sum(value for name, value in scrape_server(server).items() if "searches_total" in name) == 60
        links = list(map(Path, open_files(server.process.pid)))
        (counts,) = {link.parent for link in links if link.name == "0.lock"}
        assert len(list(counts.glob("histogram_*.db"))) <= 4  # files of ended workers are reused
    assert not counts.exists()


def test_with_slots_prometheus_client_counts_in_the_files_of_the_slot(
    site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))  # both as before, after this test
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    metrics = Metrics(backend_of(site).follow(), WorkerSlots(tmp_path))
    assert {file.name for file in tmp_path.glob("*.db")} == {"counter_0.db"}
    app = create_app(replace(site, metrics=False))
    metrics.install(app)
    app.test_client().get("/healthz")
    assert (tmp_path / "histogram_0.db").exists()
    assert numbers(metrics.text()[0].decode())[
        'zhsearch_request_seconds_count{endpoint="healthz",status="2xx"}'
    ] == 1  # fmt: skip


def test_a_slot_belongs_to_one_process_at_a_time(tmp_path: Path) -> None:
    slots = WorkerSlots(tmp_path)
    assert slots() == slots() == "0"
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, slots().encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 9) == b"1"
    assert WorkerSlots(tmp_path)() == "1"  # free again
    os.close(reader)
    os.close(writer)
