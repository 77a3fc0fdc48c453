"""The second profile: an older Hugo (Debian's 0.111), where it is installed, has the same pages at our addresses."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.helpers.hugo import copy_site, published_by_us, write_files
from tests.helpers.sites import ROOT

OLD = Path("/usr/bin/hugo")
LAYOUT = {"layouts/_default/single.html": "{{ .RelPermalink }}|{{ .File.Path }}"}

pytestmark = pytest.mark.skipif(not OLD.is_file(), reason="Debian's hugo is not installed")


def built(root: Path, output: Path) -> dict[str, str]:
    """Path below content/ -> address of each regular page."""
    write_files(root, LAYOUT)
    subprocess.run(
        [OLD, "--source", root, "--destination", output, "--quiet"], check=True, capture_output=True
    )
    said = (page.read_text(encoding="utf-8").split("|") for page in output.rglob("*.html"))
    return {path: unquote(url) for url, path in (line for line in said if len(line) == 2)}


def ours(root: Path) -> dict[str, str]:
    return {path: unquote(page.url) for path, page in published_by_us(root).items()}


def test_the_sample_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(ROOT / "content", site / "content")
    (site / "content/hugo.toml").rename(site / "hugo.toml")
    assert built(site, tmp_path / "out") == ours(site)


@pytest.mark.parametrize(("name", "count"), [("lctt", 1993), ("servicemesher", 284)])
def test_the_corpora_with_the_posts_that_newer_versions_refuse(
    shared: Callable[[str], Path], tmp_path: Path, name: str, count: int
) -> None:
    site = copy_site(shared(f"corpus/{name}"), tmp_path / "site")
    found = built(site, tmp_path / "out")
    assert len(found) == count
    assert found == ours(site)
