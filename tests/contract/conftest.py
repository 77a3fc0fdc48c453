"""The contract of all engines: the embedded one, a cluster, and the files of an export."""

from secrets import token_hex

import pytest

from tests.static.searcher import StaticSettings
from zhsearch.search.settings import ENGINES, Settings


@pytest.fixture(scope="module", params=(*ENGINES, "static"))
def engine_settings(request: pytest.FixtureRequest) -> Settings:
    """The settings of each engine in turn, with an index of its own for each test module."""
    return StaticSettings() if request.param == "static" else _settings(request)


@pytest.fixture(scope="module", params=ENGINES)
def server_settings(request: pytest.FixtureRequest) -> Settings:
    """The same for what a server alone gives: related pages, whole pages, explanations."""
    return _settings(request)


def _settings(request: pytest.FixtureRequest) -> Settings:
    if request.param == "whoosh":
        return Settings()
    hosts = (request.getfixturevalue("cluster"),)
    return Settings(engine=request.param, opensearch_hosts=hosts, opensearch_index=f"test-{token_hex(4)}")
