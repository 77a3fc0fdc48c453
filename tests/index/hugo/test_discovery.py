"""Which files are refused and why, and in which order files are found; `test_rules_like_hugo` compares with Hugo."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.sites import ROOT, write_site
from zhsearch.index.errors import SiteError
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.site import Site, load_site

GOOD = "---\ntitle: 好\n---\n正文\n"


def found_in(folder: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    found = find_files(load_site(folder))
    return found.paths, {notice.path: notice.reason for notice in found.refused}


def test_links_are_refused_and_never_followed(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", {"good.md": GOOD, "leaf/index.md": GOOD})
    posts = site / "content"
    (tmp_path / "secret.md").write_text("密")
    (posts / "out.md").symlink_to(tmp_path / "secret.md")
    (posts / "broken.md").symlink_to("nowhere.md")
    (posts / "circle").symlink_to("..")
    (posts / ".hidden").symlink_to(tmp_path)
    (posts / "picture.png").symlink_to(tmp_path / "secret.md")
    (posts / "leaf/pictures").symlink_to(tmp_path)
    paths, refused = found_in(site)
    assert paths == ("good.md", "leaf/index.md")
    assert sorted(refused) == ["broken.md", "circle", "out.md"]
    assert {"a symbolic link" in reason for reason in refused.values()} == {True}


def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    site = write_site(tmp_path, {"good.md": GOOD, "folder.md/inside.md": GOOD})
    os.mkfifo(site / "content/pipe.md")
    assert found_in(site) == (("good.md", "folder.md/inside.md"), {"pipe.md": "not a regular file"})


def test_unsupported_formats_are_reported(tmp_path: Path) -> None:
    site = write_site(
        tmp_path, {"a.org": "x", "b.adoc": "x", "c.rst": "x", "d.html": "x", "e.MARKDOWN": "x", "f.txt": "x"}
    )
    paths, refused = found_in(site)
    assert paths == ("d.html", "e.MARKDOWN")
    assert sorted(refused) == ["a.org", "b.adoc", "c.rst"]
    assert refused["a.org"] == ".org files are not supported; only Markdown and HTML are indexed"


def test_unprintable_names_are_refused_and_reported_in_printable_form(tmp_path: Path) -> None:
    site = write_site(tmp_path, {"全　角.md": GOOD, "👨‍👩‍👧.md": GOOD, "a\nb.md": GOOD})
    (Path(os.fsdecode(bytes(site / "content") + b"/\xff.md"))).write_text(GOOD, encoding="utf-8")
    paths, refused = found_in(site)
    assert paths == ("全　角.md", "👨‍👩‍👧.md")
    assert sorted(refused) == ["\\udcff.md", "a\nb.md"]
    json.dumps(sorted(refused)).encode("utf-8")


def test_files_are_found_in_the_same_order_every_time(tmp_path: Path) -> None:
    names = ["b.md", "a/z.md", "a/b/c.md", "C.md", "é.md", "中.md", "a.md"]
    site = write_site(tmp_path, dict.fromkeys(names, GOOD))
    assert found_in(site)[0] == ("C.md", "a.md", "b.md", "é.md", "中.md", "a/z.md", "a/b/c.md")


LIST = """
import json
from pathlib import Path
from zhsearch.index.hugo.posts import read_files
from zhsearch.index.hugo.discovery import find_files
from zhsearch.index.hugo.site import load_site
site = load_site(Path("."))
found = find_files(site)
data = {path: str(data)[:60] for path, data, _ in read_files(site, found.paths, 1_000_000)}
print(json.dumps([[(notice.path, notice.reason) for notice in found.refused], data]))
"""


@pytest.fixture
def without_rights() -> list[str]:
    """What to put before a command so that rights of files hold for it, root or not."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        pytest.skip("needs setpriv to give up root's rights")
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all"]


def test_files_and_folders_without_read_permission_are_reported(
    tmp_path: Path, without_rights: list[str]
) -> None:
    site = write_site(tmp_path, {"good.md": GOOD, "closed.md": GOOD, "closed/a.md": GOOD})
    closed = [site / "content/closed.md", site / "content/closed"]
    for path in closed:
        path.chmod(0)
    command = [*without_rights, sys.executable, "-c", LIST]
    done = subprocess.run(
        command,
        cwd=site,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    for path in closed:
        path.chmod(0o755)
    assert done.returncode == 0, done.stderr
    refused, bodies = json.loads(done.stdout)
    assert refused == [["closed", "cannot be read: Permission denied"]]
    assert bodies["closed.md"] == "cannot be read: Permission denied"
    assert bodies["good.md"].startswith("b'---")


def test_a_content_folder_that_cannot_be_read_fails_the_run_and_empties_no_index(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    with pytest.raises(SiteError, match="gone cannot be read"):
        find_files(Site(folder, folder))
