"""Responses: only the code that computed an answer confirms it with a 304."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.sites import ROOT

ETAG = """
from types import SimpleNamespace
from flask import Flask, request
from zhsearch.search.http.responses import Responder
with Flask("a").test_request_context("/api/search?q=a"):
    responder = Responder(cache_bytes=0, max_age_s=0, time_limit_s=5)
    response = responder.respond(request, SimpleNamespace(generation="1"), lambda engine: {})
    print(response.headers["ETag"])
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with copies of both packages."""
    folder = tmp_path_factory.mktemp("installed")
    for package in ("index", "search"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, folder / "zhsearch" / package, ignore=ignore)
    return folder


def etag(installed: Path) -> str:
    """The ETag of a response by the packages in a folder."""
    code = f"import sys\nsys.path.insert(0, {str(installed)!r})\n{ETAG}"
    command = [sys.executable, "-P", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("file", ["index/analysis/folding.py", "search/highlight/snippet.py"])
def test_a_change_of_any_code_of_either_package_is_another_etag(installed: Path, file: str) -> None:
    before = etag(installed)
    assert before == etag(installed)
    with (installed / "zhsearch" / file).open("a", encoding="utf-8") as module:
        module.write("\n# changed\n")
    assert etag(installed) != before
