"""`reindex --watch` as a real process beside real edits: it follows every edit, and only a signal ends it."""

import datetime as dt
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import CACHE, ROOT, Searcher, post, write_site
from tests.index.generations.test_store import HOLD
from zhsearch.index.analysis.segmenter import get_segmenter
from zhsearch.index.pipeline import watch
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.settings import Settings


class Watching:
    """A watching process in the root of a site, and the JSON lines that it prints."""

    def __init__(self, site: Path, *flags: str) -> None:
        self.site = site
        self.settings = Settings(content=site, index=site / ".zhsearch", cache=CACHE)
        command = [
            sys.executable,
            "-m",
            "zhsearch.search.cli",
            "reindex",
            "--content",
            ".",
            "--watch",
            "--json",
            *flags,
        ]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, cwd=site, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def next(self, seconds: float = 60) -> dict[str, Any]:
        """The next report. Raises AssertionError where none comes in so many seconds."""
        try:
            line: dict[str, Any] = json.loads(self._lines.get(timeout=seconds))
        except queue.Empty:
            raise AssertionError(f"no report came; exit {self.process.poll()}") from None
        return line

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first report that meets a condition."""
        while not condition(line := self.next()):
            pass
        return line

    def report_of(self, edit: Callable[[int], float]) -> dict[str, Any]:
        """The first report on edits in quick succession.

        `edit` returns its longest pause in seconds: where this process was held up for so long that the edits may have
        counted as finished, they are made again, with another number.
        """
        for number in range(10):
            pause = edit(number)
            report = self.next()
            if 1000 * pause < watch._QUIET_MS / 2:
                return report
            with suppress(AssertionError):
                while self.next(2):
                    pass
        raise AssertionError("the machine is too busy")

    def wait_until_it_builds(self) -> None:
        """Edit many posts and return while the run is building; again where that was over before it was seen."""
        for number in range(10):
            for count in range(400):
                body = f"第{number}次。" + "国产算力与芯片，讲了很多别的事情。" * 100
                write(self.site / f"content/posts/n{count}.md", post(f"新{count}", body))
            while self._lines.empty():
                if list((self.settings.index / "generations").glob(".building-*")):
                    return
                time.sleep(0.002)
            self.next()
        raise AssertionError("the machine is too busy")

    def titles(self, q: str = "") -> set[str]:
        engine = Searcher(self.settings).engine
        response = run_search(
            engine, read_parameters(q=q, per_page="50"), get_segmenter("auto", CACHE, engine.lexicon)
        )
        return {result["title"] for result in response["results"]}

    def wait_for(self, *titles: str) -> None:
        """Wait for a run that leaves just these pages."""
        while self.titles() != set(titles):
            self.next()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    posts = {"posts/a.md": post("一", "貔貅"), "posts/b.md": post("二", "麒麟")}
    return write_site(tmp_path / "site", posts)


@pytest.fixture
def watching(site: Path) -> Iterator[Watching]:
    watching = Watching(site)
    try:
        assert watching.next()["indexed"] == 2
        yield watching
    finally:
        watching.process.kill()
        watching.process.communicate()


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_new_a_changed_and_a_removed_post_are_followed(watching: Watching) -> None:
    posts = watching.site / "content/posts"
    write(posts / "c.md", post("三", "饕餮"))
    assert watching.next()["indexed"] == 1
    assert watching.titles("饕餮") == {"三"}
    write(posts / "c.md", post("三", "穷奇"))
    assert watching.next()["updated"] == 1
    assert watching.titles("穷奇") == {"三"}
    (posts / "c.md").unlink()
    assert watching.next()["deleted"] == 1
    assert watching.titles() == {"一", "二"}


def test_a_bundle_in_new_nested_folders_is_followed(watching: Watching) -> None:
    write(watching.site / "content/x/y/z/index.md", post("深", "饕餮"))
    watching.wait_for("一", "二", "深")
    write(watching.site / "content/x/y/z/index.md", post("更深", "饕餮"))
    watching.wait_for("一", "二", "更深")


@pytest.mark.parametrize("given", [".", "content"])
def test_a_folder_that_is_created_moved_or_removed_is_reported_once(site: Path, given: str) -> None:
    content = site / "content"
    watching = Watching(site, "--content", given)
    try:
        reports = [watching.next()]
        write(content / "n0/c.md", post("三", "饕餮"))
        reports.append(watching.next())
        for number in range(6):
            (content / f"n{number}").rename(content / f"n{number + 1}")
            reports.append(watching.next())
            time.sleep(0.5)
        shutil.rmtree(content / "n6")
        reports.append(watching.next())
    finally:
        watching.process.kill()
        watching.process.communicate()
    counts = [(report["indexed"], report["deleted"]) for report in reports]
    assert counts == [(2, 0), (1, 0), *[(1, 1)] * 6, (0, 1)]


def save_as_vim(file: Path, text: str) -> None:
    """As Vim with 'backup' and 'writebackup': probe, swap file, rename to a backup, write, remove the backup."""
    probe, swap, backup = (file.with_name(name) for name in ("4913", f".{file.name}.swp", f"{file.name}~"))
    probe.touch()
    probe.unlink()
    swap.write_bytes(b"b0VIM")
    file.rename(backup)
    write(file, text)
    backup.unlink()
    swap.unlink()


def save_by_rename(file: Path, text: str) -> None:
    """As gedit, Kate and many others: write a temporary file and rename it."""
    temporary = file.with_name(f".{file.name}.tmp")
    write(temporary, text)
    temporary.replace(file)


def save_by_removal(file: Path, text: str) -> None:
    """Remove the file and write it in two pieces."""
    file.unlink()
    with file.open("w", encoding="utf-8") as out:
        out.write(text[:10])
        out.flush()
        time.sleep(0.05)
        out.write(text[10:])


def save_in_place(file: Path, text: str) -> None:
    """As VS Code: truncate the file, then write it."""
    file.write_text("")
    write(file, text)


@pytest.mark.parametrize("save", [save_as_vim, save_by_rename, save_by_removal, save_in_place])
def test_however_an_editor_saves_it_is_one_update_and_the_post_stays(watching: Watching, save: Any) -> None:
    def edit(number: int) -> float:
        start = time.monotonic()
        save(watching.site / "content/posts/a.md", post("一", f"饕餮 {number}"))
        return time.monotonic() - start

    report = watching.report_of(edit)
    assert (report["updated"], report["deleted"], report["skipped"]) == (1, 0, [])
    assert watching.titles("饕餮") == {"一"}


def test_edits_in_quick_succession_are_one_run(watching: Watching) -> None:
    def edit(number: int) -> float:
        moments = []
        for count in range(40):
            moments.append(time.monotonic())
            write(watching.site / f"content/posts/n{count}.md", post(f"新{count}", f"饕餮 {number}"))
            time.sleep(0.01)
        return max(after - before for before, after in pairwise(moments))

    assert watching.report_of(edit)["indexed"] == 40


def test_a_checkout_of_another_branch_is_followed(site: Path) -> None:
    git = shutil.which("git")
    if not git:
        pytest.skip("needs git")

    def run(*args: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@x.example"]
        subprocess.run([git, *who, *args], cwd=site, check=True, capture_output=True)

    write(site / ".gitignore", ".zhsearch\n")
    run("init", "-b", "first")
    run("add", ".")
    run("commit", "-m", "one")
    run("checkout", "-b", "second")
    run("rm", "-r", "content/posts")
    for number in range(300):
        write(site / f"content/other/{number % 20}/{number}.md", post(f"别{number}", "饕餮"))
    run("add", ".")
    run("commit", "-m", "two")
    watching = Watching(site)
    try:
        assert watching.next()["indexed"] == 300
        run("checkout", "first")
        watching.wait_for("一", "二")
        run("checkout", "second")
        # A run between two steps of the checkout may find no content folder, and reports that.
        watching.until(lambda report: report.get("indexed", 0) + report.get("unchanged", 0) == 300)
        assert len(Searcher(watching.settings).engine) == 300
    finally:
        watching.process.kill()
        watching.process.communicate()


def test_content_that_is_moved_away_and_comes_back_is_followed(watching: Watching) -> None:
    content = watching.site / "content"
    content.rename(watching.site / "aside")
    watching.next()
    (watching.site / "aside").rename(content)
    watching.wait_for("一", "二")
    write(content / "posts/c.md", post("三", "饕餮"))
    watching.wait_for("一", "二", "三")


def test_content_that_loses_all_its_posts_is_reported_and_the_index_stays(watching: Watching) -> None:
    posts = watching.site / "content/posts"
    posts.rename(watching.site / "aside")
    assert "all 2 pages of the index would be removed" in watching.next()["error"]
    assert watching.titles() == {"一", "二"}
    write(watching.site / "content/c.md", post("三", "饕餮"))
    watching.wait_for("三")


def test_with_allow_empty_content_that_loses_all_its_posts_is_followed(site: Path) -> None:
    watching = Watching(site, "--allow-empty")
    try:
        watching.next()
        (site / "content/posts").rename(site / "aside")
        assert watching.next()["deleted"] == 2
        assert watching.titles() == set()
    finally:
        watching.process.kill()
        watching.process.communicate()


def test_a_broken_configuration_is_reported_and_watching_goes_on(watching: Watching) -> None:
    configuration = watching.site / "hugo.toml"
    before = configuration.read_text(encoding="utf-8")
    write(configuration, before + "[permalinks\n")
    assert "hugo.toml" in watching.next()["error"]
    write(watching.site / "content/posts/c.md", post("三", "饕餮"))
    assert "hugo.toml" in watching.next()["error"]
    assert watching.titles() == {"一", "二"}
    write(configuration, before + '[permalinks]\nposts = "/p/:filename/"\n')
    report = watching.next()
    assert report["rebuilt_because"] == "changed: the site's configuration"
    assert Searcher(watching.settings)("饕餮")["results"][0]["url"] == "/p/c/"


def test_settings_and_the_files_that_they_name_are_followed(watching: Watching) -> None:
    write(watching.site / "zhsearch.toml", "synonims = 'x'\n")
    assert "synonims" in watching.next()["error"]
    write(watching.site / "words/synonyms.txt", "瑞兽, 貔貅\n")
    write(watching.site / "zhsearch.toml", 'synonyms = "words/synonyms.txt"\n')
    watching.next()
    assert watching.titles("瑞兽") == {"一"}
    write(watching.site / "words/synonyms.txt", "瑞兽, 麒麟\n")
    watching.next()
    assert watching.titles("瑞兽") == {"二"}


def test_a_post_appears_and_expires_at_its_time(site: Path) -> None:
    for seconds in (6, 20, 60):  # within which the first run should end
        shutil.rmtree(site / ".zhsearch", ignore_errors=True)
        soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        write(site / "content/posts/next.md", post("将来", "饕餮", date=soon.isoformat()))
        write(site / "content/posts/last.md", post("过期", "穷奇", expiryDate=soon.isoformat()))
        watching = Watching(site, "--every", "1")
        try:
            first = watching.next()
            if dt.datetime.now(dt.UTC) >= soon:
                continue
            assert (first["indexed"], first["unpublished"]) == (3, 1)
            report = watching.next(seconds + 60)  # no report in between, since nothing changed
            assert dt.datetime.now(dt.UTC) >= soon
            assert report["generation"] != first["generation"]
            watching.wait_for("一", "二", "将来")
            return
        finally:
            watching.process.kill()
            watching.process.communicate()
    raise AssertionError("the machine is too busy")


def test_another_writer_is_waited_for(watching: Watching) -> None:
    hold = [sys.executable, "-c", HOLD, str(watching.settings.index)]
    holder = subprocess.Popen(hold, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        write(watching.site / "content/posts/c.md", post("三", "饕餮"))
        assert f"process {holder.pid}" in watching.next()["error"]
        time.sleep(1.5)
    finally:
        holder.kill()
        holder.communicate()
    assert watching.next()["indexed"] == 1
    assert watching.titles("饕餮") == {"三"}


def test_edits_made_during_a_run_are_followed_by_the_next(watching: Watching) -> None:
    watching.wait_until_it_builds()
    write(watching.site / "content/posts/a.md", post("后来", "饕餮"))
    watching.until(lambda report: "后来" in watching.titles("饕餮"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_when_idle_and_during_a_run(site: Path, number: int) -> None:
    for busy in (False, True):
        watching = Watching(site)
        watching.next()
        if busy:
            watching.wait_until_it_builds()
        watching.process.send_signal(number)
        _, errors = watching.process.communicate(timeout=60)
        assert watching.process.returncode == 0, errors
        assert "Traceback" not in errors
        assert watching.titles("貔貅") == {"一"}
        assert not list((watching.settings.index / "generations").glob(".building-*"))


def test_an_error_at_the_start_ends_it(tmp_path: Path) -> None:
    (tmp_path / "hugo.toml").write_text("[[[")
    watching = Watching(tmp_path)
    _, errors = watching.process.communicate(timeout=60)
    assert watching.process.returncode == 1
    assert "hugo.toml" in errors


def test_a_mounted_folder_is_followed_once_the_configuration_names_it(watching: Watching) -> None:
    write(watching.site / "docs/d.md", post("文档", "饕餮"))
    mounts = "".join(
        f'[[module.mounts]]\nsource = "{source}"\ntarget = "{target}"\n'
        for source, target in (("content", "content"), ("docs", "content/docs"))
    )
    configuration = watching.site / "hugo.toml"
    write(configuration, configuration.read_text(encoding="utf-8") + mounts)
    watching.wait_for("一", "二", "文档")
    write(watching.site / "docs/e.md", post("文档二", "饕餮"))
    watching.wait_for("一", "二", "文档", "文档二")
