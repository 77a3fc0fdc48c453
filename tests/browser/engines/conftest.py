"""Fixtures: a browser of each engine for the whole run, and its reader on a site of a dozen posts.

`make browsers` (TESTS_BROWSERS=1) runs everything here; `make test` only test_each_engine.py, and that not in Chromium,
in which all other tests of this folder's parent run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.helpers.sites import index_site, write_site
from zhsearch.search.settings import Settings

from .drivers import ENGINES, driver_of
from .posts import POSTS
from .reader import Reader
from .stage import Stage, serving_stage

ALL = "TESTS_BROWSERS" in os.environ
collect_ignore_glob = [] if ALL else ["test_[!e]*.py"]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, str]]:
    """The small site, indexed and served."""
    folder = tmp_path_factory.mktemp("engines")
    settings: Settings = index_site(write_site(folder, POSTS))
    with serving_stage(settings) as serving:
        yield serving


@pytest.fixture(scope="session", params=ENGINES if ALL else ENGINES[1:])
def in_engine(request: pytest.FixtureRequest, stage: tuple[Stage, str]) -> Iterator[Reader]:
    """A reader in a browser of each engine in turn; skips where it cannot be started."""
    with ExitStack() as stack:
        driver = stack.enter_context(driver_of(request.param))
        yield Reader(driver, request.param, *stage)


@pytest.fixture
def reader(in_engine: Reader) -> Iterator[Reader]:
    """A reader who has not been on the site before."""
    in_engine.start_anew()
    yield in_engine
    in_engine.rest()
    for window in in_engine.driver.window_handles[1:]:
        in_engine.driver.switch_to.window(window)
        in_engine.driver.close()
    in_engine.driver.switch_to.window(in_engine.driver.window_handles[0])
    in_engine.driver.get(
        "about:blank"
    )  # engines that draw in software would go on drawing beside later tests
