"""`zhsearch export` and `zhsearch build`, as somebody runs them on a command line."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.helpers.sites import post, write_site
from tests.static.exported import Export
from zhsearch.search.cli import main

PAGE = "由别的生成器写成的正文，足够长。"
REPORT = re.compile(r"[0-9,]+ files in \S+, [0-9,]+ of them new, [0-9.]+ MB, [0-9.]+ s")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site that is the working folder."""
    write_site(tmp_path, {"a.md": post("云原生", "正文"), "b.md": post("算力", "芯片")})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def titles(folder: Path) -> set[str]:
    return {record["title"] for record in Export(folder).records()}


def test_build_indexes_and_exports_in_one_run(site: Path) -> None:
    result = run("build", "public/zhsearch")
    assert result.exit_code == 0, result.output
    assert "2 pages live in generation" in result.output
    assert REPORT.search(result.output)
    assert titles(site / "public" / "zhsearch") == {"云原生", "算力"}


def test_build_gives_one_json_object(site: Path) -> None:
    result = run("build", "public/zhsearch", "--json")
    value = json.loads(result.stdout)
    assert value["indexed"] == 2
    export = value["export"]
    files = [path for path in (site / "public" / "zhsearch").rglob("*") if path.is_file()]
    own = [path for path in files if path.parent.name != "exports"]
    assert set(export) == {"files", "written", "bytes", "seconds"}
    assert export["files"] == export["written"] == len(own)
    assert export["bytes"] == sum(path.stat().st_size for path in own)


def test_export_writes_the_live_index(site: Path) -> None:
    assert run("reindex").exit_code == 0
    (site / "content" / "c.md").write_text(post("还没有索引"), encoding="utf-8")
    result = run("export", "out")
    assert (result.exit_code, bool(REPORT.fullmatch(result.output.strip()))) == (0, True), result.output
    assert titles(site / "out") == {"云原生", "算力"}
    assert json.loads(run("export", "out", "--json").stdout)["written"] == 0


@pytest.mark.usefixtures("site")
def test_export_without_an_index_says_how_to_make_one() -> None:
    result = run("export", "out")
    assert result.exit_code == 1
    assert "zhsearch reindex" in result.stderr
    assert not Path("out").exists()


@pytest.mark.parametrize("command", ["export", "build"])
def test_a_folder_among_the_posts_is_wrong_usage(site: Path, command: str) -> None:
    run("reindex")
    result = run(command, "content/search")
    assert result.exit_code == 2
    assert "is no place for an export" in result.stderr
    assert not (site / "content" / "search").exists()


def test_build_checks_the_folder_before_it_indexes(site: Path) -> None:
    (site / "public").mkdir()
    (site / "public" / "index.html").write_text("<p>home")
    result = run("build", "public")
    assert result.exit_code == 1
    assert "Choose a folder for the search alone, such as public/zhsearch" in result.stderr
    assert not (site / ".zhsearch").exists()


def test_a_strict_build_exports_nothing_where_a_post_is_skipped(site: Path) -> None:
    (site / "content" / "c.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    result = run("build", "out", "--strict")
    assert result.exit_code == 1
    assert "c.md" in result.stderr
    assert not (site / "out").exists()
    assert run("build", "out").exit_code == 0


def test_build_reads_built_pages(site: Path) -> None:
    (site / "public").mkdir()
    (site / "public" / "index.html").write_text(
        f"<!doctype html><html lang=zh><title>静态页</title><main><p>{PAGE}</main>",
        encoding="utf-8",
    )
    result = run("build", "--html", "public", "public/zhsearch")
    assert result.exit_code == 0, result.output
    assert [record["text"] for record in Export(site / "public" / "zhsearch").records()] == [PAGE]
    assert run("build", "--html", "public", "public/zhsearch").exit_code == 0


@pytest.mark.parametrize("command", ["build", "export"])
def test_a_box_of_another_version_is_told(site: Path, command: str) -> None:
    assert run("init", "--static").exit_code == 0
    assert run("build", "public/zhsearch").stderr == ""
    script = site / "layouts" / "partials" / "zhsearch" / "script.html"
    script.write_text(script.read_text(encoding="utf-8").replace("sha384-", "sha384-0"), encoding="utf-8")
    result = run(command, "public/zhsearch")
    assert (result.exit_code, "zhsearch init --static" in result.stderr) == (0, True)
