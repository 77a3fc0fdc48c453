"""The alert rules and the dashboard of docs/monitoring: with promtool, and with a real Prometheus that scrapes a server."""

import json
import re
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.server import Serving, free_port, wait_for
from tests.helpers.sites import ROOT, index_site, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.reindex_state import recorded_run
from zhsearch.search.settings import Settings

MONITORING = ROOT / "docs/monitoring"
ALERTS = MONITORING / "alerts.yml"
DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
QUERIES = [(panel["title"], target["expr"]) for panel in DASHBOARD["panels"] for target in panel["targets"]]
_NAME = re.compile(r"\bzhsearch_\w+")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = write_site(tmp_path_factory.mktemp("monitoring"), {"a.md": post("算力", "芯片 国产")})
    (folder / "zhsearch.toml").write_text('rate_limit = "3/minute"\n', encoding="utf-8")
    return index_site(folder)


@pytest.fixture(scope="module")
def asked_server(server: Serving, site: Settings) -> Serving:
    """A server of which all that is counted has happened once, and a run of reindex."""
    with recorded_run(site.index) as reports:
        reports.append(reindex(site))
    for words in ("算力", "貔貅", "算力 貔貅", "芯片"):  # the last is refused
        server.ask(f"/api/search?{urllib.parse.urlencode({'q': words})}")
    return server


@pytest.fixture(scope="module")
def prometheus(
    asked_server: Serving, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["PrometheusServer"]:
    with scraping(asked_server, tmp_path_factory.mktemp("prometheus")) as running:
        yield running


class PrometheusServer:
    """A running Prometheus with the alert rules, which scrapes one server every second."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/api/v1/"

    def get(self, path: str, **parameters: str) -> Any:
        url = f"{self._url}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=30) as response:
            return json.load(response)["data"]

    def values(self, query: str) -> list[float]:
        return [float(row["value"][1]) for row in self.get("query", query=query)["result"]]


@contextmanager
def scraping(server: Serving, folder: Path) -> Iterator[PrometheusServer]:
    job = {"job_name": "zhsearch", "static_configs": [{"targets": [f"127.0.0.1:{server.address[1]}"]}]}
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(ALERTS)],
        "scrape_configs": [job],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    port = free_port()
    command = [
        _program("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    running = PrometheusServer(port)
    try:
        wait_for(lambda: running.values("count_over_time(up[1h]) >= 3"))
        yield running
    finally:
        process.kill()
        process.wait()


def _program(name: str) -> str:
    if not (found := shutil.which(name)):
        pytest.skip(f"{name} is not installed")
    return found


def promtool(*arguments: str) -> None:
    done = subprocess.run([_program("promtool"), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_metric_of_the_rules_and_the_dashboard_exists(asked_server: Serving) -> None:
    exposed = asked_server.ask("/metrics")[2].decode()
    existing = set(re.findall(r"^# TYPE (\S+)", exposed, re.M)) | set(
        re.findall(r"^(zhsearch_\w+)", exposed, re.M)
    )
    used = set(_NAME.findall(ALERTS.read_text(encoding="utf-8"))) | set(_NAME.findall(json.dumps(DASHBOARD)))
    assert len(used) > 12
    assert used - existing == set()


def test_every_metric_is_shown_on_the_dashboard(asked_server: Serving) -> None:
    exposed = asked_server.ask("/metrics")[2].decode()
    shown = {re.sub("_(bucket|count|sum|total)$", "", name) for name in _NAME.findall(json.dumps(DASHBOARD))}
    families = {re.sub("_total$", "", name) for name in re.findall(r"^# TYPE (zhsearch_\S+)", exposed, re.M)}
    in_alerts_alone = {"zhsearch_reindex_ended_timestamp_seconds"}
    assert families - {name for name in families if name.endswith("_created")} - shown == in_alerts_alone


def test_the_rules_are_valid_for_promtool() -> None:
    promtool("check", "rules", str(ALERTS))


def test_alerts_fire_when_something_is_wrong_and_only_then(tmp_path: Path) -> None:
    cases = Path(__file__).with_name("alerts_test.yml").read_text(encoding="utf-8")
    (tmp_path / "cases.yml").write_text(cases.replace("ALERTS", json.dumps(str(ALERTS))), encoding="utf-8")
    promtool("test", "rules", str(tmp_path / "cases.yml"))


@pytest.mark.parametrize(("title", "query"), QUERIES)
def test_every_panel_shows_something_of_a_real_server(
    prometheus: PrometheusServer, title: str, query: str
) -> None:
    now = query.replace('instance=~"$instance"', 'instance=~".*"').replace("$__rate_interval", "1m")
    assert prometheus.values(now), title


def test_no_alert_fires_for_a_server_that_is_well(prometheus: PrometheusServer) -> None:
    rules = prometheus.get("rules")["groups"][0]["rules"]
    assert {rule["health"] for rule in rules} == {"ok"}
    assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []
