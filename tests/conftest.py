"""What every test has at hand, and how hypothesis behaves: no timed assertions, few enough examples to be fast."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from tests.helpers.server import Serving, serving
from tests.helpers.sites import ROOT, default_segmenter
from tests.search.opensearch.node import UnavailableError, nodes
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import ENGINES, Settings

settings.register_profile(
    "zhsearch", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", settings.get_profile("zhsearch"), max_examples=3000
)  # --hypothesis-profile=thorough
settings.load_profile("zhsearch")


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    return default_segmenter()


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of a real OpenSearch node; skips, by name, where there can be none."""
    pytest.importorskip("opensearchpy", reason="opensearch-py is not installed")
    with ExitStack() as stack:
        try:
            node = stack.enter_context(nodes())[0]
        except UnavailableError as problem:
            pytest.skip(f"no OpenSearch node: {problem}")
        yield node.url


@pytest.fixture(scope="module", params=ENGINES)
def engine_settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of each engine in turn, an index of its own for each file of tests."""
    if request.param == "whoosh":
        return Settings()
    hosts = (request.getfixturevalue("cluster"),)
    return Settings(engine=request.param, opensearch_hosts=hosts, opensearch_index=f"test-{token_hex(4)}")


@pytest.fixture(scope="module")
def client(site: Settings) -> Iterator[FlaskClient]:
    """A client of the app that serves the `site` of a test's module."""
    with create_app(site).test_client() as client:
        yield client


@pytest.fixture(scope="module")
def server(site: Settings) -> Iterator[Serving]:
    """`zhsearch serve` for the `site` of a test's module, with the zhsearch.toml in its folder."""
    with serving(site.content, site) as server:
        yield server


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A file or folder of the material beside the project (`../shared`); skips, by name, where it is absent."""

    def find(name: str) -> Path:
        path = ROOT.parent / "shared" / name
        if not path.exists():
            pytest.skip(f"{path} is not here")
        return path

    return find


def pytest_sessionstart() -> None:
    """Where $TESTS_NEED names programs (as in CI), tests that lack one fail instead of being skipped."""
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    for name in os.environ.get("TESTS_NEED", "").split():
        if not shutil.which(name, path=here):
            pytest.exit(f"TESTS_NEED names {name}, which is not installed", returncode=1)
