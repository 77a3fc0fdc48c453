"""`zhsearch dev` as a real process in a terminal, beside real edits."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.helpers.server import COMMAND, Serving, free_port, wait_for
from tests.helpers.sites import post, write_site
from tests.helpers.terminal import Terminal, terminal
from tests.search.cli.test_main import as_json, zhsearch
from zhsearch.search.cli.dev_site import describe_box
from zhsearch.search.settings import Settings

FILES = {"posts/a.md": post("算力", "国产算力与芯片"), "posts/b.md": post("菜谱", "麻婆豆腐")}
SITE_ORIGINS = ("http://localhost:1313", "http://127.0.0.1:1313")


def files_of(site: Path) -> dict[str, bytes]:
    """Everything in a site but the folder .zhsearch."""
    paths = (path for path in site.rglob("*") if ".zhsearch" not in path.parts)
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in paths}


class Writing(Serving):
    """A writer's `zhsearch dev` in a terminal."""

    def __init__(self, site: Path, shell: Terminal, port: int) -> None:
        super().__init__(Settings(content=site, index=site / ".zhsearch"), shell.process, port)
        self.site, self.shell = site, shell

    def titles(self, q: str) -> list[str]:
        return [hit["title"] for hit in self.get(f"/api/search?q={quote(q)}")["results"]]

    def allows(self, origin: str) -> bool:
        headers = self.headers("/api/search?q=a", Origin=origin)
        return bool(headers["Access-Control-Allow-Origin"] == origin)

    def session(self) -> list[int]:
        """The process ids of the server and its workers, which have a session of their own."""
        (server,) = self.family()[1:]
        return [pid for pid in _processes() if _session_of(pid) == server]

    def write(self, name: str, text: str) -> None:
        (self.site / name).write_text(text, encoding="utf-8")


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


@contextmanager
def dev(site: Path, *flags: str, cwd: Path | None = None) -> Iterator[Writing]:
    """`zhsearch dev` that serves already."""
    port = free_port()
    with terminal([COMMAND, "dev", "--port", str(port), *flags], cwd or site) as shell:
        shell.wait_until_serving()
        try:
            yield Writing(site, shell, port)
        finally:
            shell.process.send_signal(signal.SIGINT)
            shell.process.wait(30)


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    site = write_site(tmp_path_factory.mktemp("site"), FILES)
    with dev(site) as writing:
        yield writing


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site", FILES)


def run_dev(*args: object, cwd: Path, **environ: str) -> str:
    """What a `dev` that fails at once says."""
    done = zhsearch("dev", *args, cwd=cwd, **environ)
    assert done.returncode in (1, 2), done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def test_the_pages_of_hugo_server_may_search_and_hits_lead_to_them(writing: Writing) -> None:
    assert writing.titles("算力") == ["算力"]
    assert all(map(writing.allows, SITE_ORIGINS))
    assert not writing.allows("http://127.0.0.1:1314")
    page = writing.ask("/search?q=" + quote("算力"))[2].decode()
    assert 'href="http://localhost:1313/posts/a/' in page


def test_a_new_post_is_found_and_a_broken_one_is_reported_and_changes_nothing(writing: Writing) -> None:
    writing.write("content/posts/c.md", post("饕餮"))
    wait_for(lambda: writing.titles("饕餮") == ["饕餮"])
    (writing.site / "content/posts/broken.md").write_bytes(b"\x89PNG\0\0")
    wait_for(lambda: "posts/broken.md" in writing.shell.text())
    assert writing.titles("饕餮") == ["饕餮"]
    (writing.site / "content/posts/broken.md").unlink()
    writing.write("content/posts/c.md", post("穷奇"))
    wait_for(lambda: writing.titles("穷奇") == ["穷奇"])


def test_another_configuration_of_the_site_is_noticed(writing: Writing) -> None:
    before = (writing.site / "hugo.toml").read_text()
    writing.write("hugo.toml", "title = ")
    wait_for(lambda: "hugo.toml:1: title cannot be read" in writing.shell.text().replace("\r\n", " "))
    assert writing.titles("麻婆豆腐") == ["菜谱"]
    writing.write("hugo.toml", before.replace("x.example/", "x.example/blog/"))
    found = wait_for(lambda: [hit for hit in hits(writing, "麻婆豆腐") if hit["url"].startswith("/blog/")])
    assert found[0]["url"] == "/blog/posts/b/"


def hits(writing: Writing, q: str) -> Any:
    return writing.get(f"/api/search?q={quote(q)}")["results"]


def test_other_settings_are_noticed_by_the_server_too(writing: Writing) -> None:
    origin = "https://news.example"
    assert not writing.allows(origin)
    writing.write("zhsearch.toml", "cors_originz = []\n")
    wait_for(lambda: "unknown setting cors_originz" in writing.shell.text())
    writing.write("zhsearch.toml", f'cors_origins = ["{origin}"]\n')
    wait_for(lambda: writing.allows(origin))
    assert all(map(writing.allows, SITE_ORIGINS))


def test_the_site_is_left_as_it_is_but_for_the_index(site: Path) -> None:
    before = files_of(site)
    with dev(site) as writing:
        assert writing.titles("算力") == ["算力"]
    assert files_of(site) == before
    assert (site / ".zhsearch/CURRENT").exists()


def test_a_public_index_a_cluster_and_public_limits_are_not_touched(site: Path, tmp_path: Path) -> None:
    public = tmp_path / "public"
    (site / "zhsearch.toml").write_text(
        f'index = "{public}"\nengine = "opensearch"\nrate_limit = "1/hour"\nhost = "0.0.0.0"\nstatistics = true\n'
    )
    with dev(site) as writing:
        assert writing.titles("算力") == writing.titles("算力") == ["算力"]
    assert not public.exists()


def test_drafts_are_found_only_with_the_option_and_not_in_the_index_that_is_published(site: Path) -> None:
    (site / "content/draft.md").write_text(post("草稿", "未完的算力", draft="true"))
    with dev(site) as writing:
        assert writing.titles("未完") == []
    with dev(site, "--drafts") as writing:
        assert writing.titles("未完") == ["草稿"]
        assert writing.titles("芯片") == ["算力"]
    assert as_json(zhsearch("query", "未完", "--json", cwd=site))["total"] == 0


def test_a_site_without_a_post_is_served_and_its_first_post_is_found(tmp_path: Path) -> None:
    with dev(write_site(tmp_path, {})) as writing:
        assert writing.titles("算力") == []
        (tmp_path / "content").mkdir()
        writing.write("content/a.md", post("算力"))
        wait_for(lambda: writing.titles("算力") == ["算力"])


@pytest.mark.parametrize("where", ["content", "content folder", "folder of the site"])
def test_the_site_is_found_from_its_content_and_from_elsewhere(
    site: Path, tmp_path: Path, where: str
) -> None:
    flags = {
        "content": [],
        "content folder": ["--content", "site/content"],
        "folder of the site": ["--content", "site"],
    }
    cwd = site / "content" if where == "content" else tmp_path
    with dev(site, *flags[where], cwd=cwd) as writing:
        assert hits(writing, "算力")[0]["url"] == "/posts/a/"
        assert (site / ".zhsearch/CURRENT").exists()
    assert not (tmp_path / ".zhsearch").exists()


def test_ctrl_c_ends_it_calmly_and_leaves_no_process(site: Path) -> None:
    with dev(site) as writing:
        processes = wait_for(lambda: len(writing.session()) == 2 and writing.session())
        writing.shell.press_ctrl_c()
        assert writing.shell.words_after_ctrl_c() == ["zhsearch:", "no", "longer", "watching"]
        assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]


def test_ctrl_c_while_it_starts_ends_it_without_an_error(site: Path) -> None:
    with terminal([COMMAND, "dev", "--port", str(free_port())], site) as shell:
        wait_for(lambda: "pages live" in shell.text() or "generation" in shell.text())
        shell.press_ctrl_c()
        assert "Traceback" not in " ".join(shell.words_after_ctrl_c())
    assert not [pid for pid in _processes() if str(site) in _arguments(pid)]


def _arguments(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def test_the_server_ends_when_the_command_is_killed(site: Path) -> None:
    with dev(site) as writing:
        processes = writing.session()
        writing.shell.process.kill()
        wait_for(lambda: not [pid for pid in processes if Path(f"/proc/{pid}").exists()])


def test_a_server_that_dies_ends_the_command_with_an_error(site: Path) -> None:
    with dev(site) as writing:
        os.kill(writing.family()[1], signal.SIGKILL)
        assert writing.shell.process.wait(30) == 1
        wait_for(lambda: "the server ended with exit code -9" in writing.shell.text())


def test_a_port_that_was_asked_for_and_is_taken_is_an_error_that_proposes_a_free_one(site: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        port = other.getsockname()[1]
        said = run_dev("--port", port, cwd=site)
    assert f"port {port} is taken. Choose another: zhsearch dev --port " in said
    assert not (site / ".zhsearch").exists()


def test_without_a_port_the_next_free_one_is_taken(site: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        port = other.getsockname()[1]
        with terminal([COMMAND, "dev"], site, ZHSEARCH_PORT=str(port)) as shell:
            shell.wait_until_serving()
            assert "search  http://127.0.0.1:" in shell.text()
            assert f":{port}/" not in shell.text()


def test_a_port_that_the_partials_name_is_kept_or_its_owner_told(site: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        port = other.getsockname()[1]
        zhsearch("hugo", "init", "--url", f"http://localhost:{port}", cwd=site)
        said = run_dev(cwd=site)
    assert f"port {port} is taken, and the site's partials lead there" in said
    with terminal([COMMAND, "dev"], site) as shell:
        shell.wait_until_serving()
        assert f"search  http://127.0.0.1:{port}/search" in shell.text()
        assert "is set up" in shell.text()


def test_init_writes_the_box_and_the_next_start_says_that_it_is_there(site: Path) -> None:
    with dev(site) as writing:
        assert "no search box yet" in writing.shell.text()
        assert '{{ partial "zhsearch/search.html" . }}' in writing.shell.text()
    with dev(site, "--init") as writing:
        partial = (site / "layouts/partials/zhsearch/search.html").read_text()
        assert f'<zh-search src="{writing.url}" ' in partial
        assert "Still to do by hand" in writing.shell.text()
        assert "x.example" not in writing.shell.text()  # the host of the public site
        assert "is set up" in writing.shell.text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("http://127.0.0.1:8000", "https://x.example", "search box leads to https://x.example."),
        ('integrity="sha', 'integrity="old', "is of another version of zhsearch"),
    ],
)
def test_a_box_that_will_not_work_here_is_told_with_the_remedy(
    site: Path, old: str, new: str, said: str
) -> None:
    zhsearch("hugo", "init", "--url", "http://127.0.0.1:8000", cwd=site)
    for file in (site / "layouts").rglob("*.html"):
        file.write_text(file.read_text().replace(old, new))
    lines = "\n".join(describe_box(site, "http://127.0.0.1:8000"))
    assert said in lines
    assert "zhsearch hugo init --url http://127.0.0.1:8000" in lines


def test_a_box_of_files_is_told_how_hugo_server_shows_it(site: Path) -> None:
    zhsearch("hugo", "init", "--static", cwd=site)
    lines = "\n".join(describe_box(site, "http://127.0.0.1:8000"))
    assert "search box reads files" in lines
    assert "zhsearch export static/zhsearch" in lines


def test_where_no_site_is_the_error_says_how_to_name_one(site: Path, tmp_path: Path) -> None:
    said = run_dev(cwd=tmp_path)
    assert f"no Hugo site in {tmp_path}" in said
    assert "zhsearch dev --content SITE" in said
    said = run_dev(cwd=site / "content/posts")
    assert f"zhsearch dev --content {site}" in said
    assert "is not a folder" in run_dev("--content", "nowhere", cwd=tmp_path)
    assert not list(tmp_path.glob("**/.zhsearch"))


def test_a_configuration_that_cannot_be_read_is_named_at_the_start(site: Path) -> None:
    (site / "hugo.toml").write_text("title = ")
    assert "title cannot be read" in run_dev(cwd=site)


@pytest.mark.parametrize("value", ["localhost:1313", "http://localhost:1313/blog/", "http://localhost:x"])
def test_an_address_of_the_site_that_is_no_origin_is_refused(site: Path, value: str) -> None:
    said = run_dev("--site-url", value, cwd=site)
    assert value in said
    assert "http://localhost:1313" in said
