"""Fixtures of all tests, and the profiles of hypothesis: no deadlines, few enough examples to be fast."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import opencc
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from tests.helpers.server import Serving, serving
from tests.helpers.sites import ROOT, default_segmenter
from tests.search.opensearch.node import UnavailableError, nodes
from zhsearch.index.analysis.segmenter import Segmenter
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

os.environ["ZHSEARCH_LANG"] = "en"  # whatever the locale of whoever runs the tests

settings.register_profile(
    "zhsearch", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", settings.get_profile("zhsearch"), max_examples=3000
)  # --hypothesis-profile=thorough
settings.load_profile("zhsearch")


@pytest.fixture(scope="session", autouse=True)
def _open_tables() -> Iterator[None]:
    """Keep OpenCC's phrase tables open: else every index that a test makes loads and frees them, most of its time."""
    converters = [opencc.OpenCC(name) for name in ("s2twp", "s2hkp", "tw2sp", "hk2sp")]
    yield
    converters.clear()


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    return default_segmenter()


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The URL of a real OpenSearch node; skips the test, with the reason, where none can be started."""
    pytest.importorskip("opensearchpy", reason="opensearch-py is not installed")
    with ExitStack() as stack:
        try:
            node = stack.enter_context(nodes())[0]
        except UnavailableError as error:
            pytest.skip(f"no OpenSearch node: {error}")
        yield node.url


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
    """The path of a file or folder in `../shared`, beside the project; skips the test where it is missing."""

    def find(name: str) -> Path:
        path = ROOT.parent / "shared" / name
        if not path.exists():
            pytest.skip(f"{path} does not exist")
        return path

    return find


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return for `-n auto` half as many processes again as there are cores: many tests wait for other processes."""
    return max(1, 3 * (os.cpu_count() or 1) // 2)


def pytest_sessionstart() -> None:
    """Remove the developer's settings, and stop where a program named in $TESTS_NEED (as in CI) is not installed.

    Processes started in the background of a shell ignore SIGINT, and hand that on; tests that interrupt a process
    need the default.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith("ZHSEARCH_")]:
        del os.environ[name]
    search_path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    for name in os.environ.get("TESTS_NEED", "").split():
        if not shutil.which(name, path=search_path):
            pytest.exit(f"TESTS_NEED names {name}, which is not installed", returncode=1)
