"""The command line as a real process: its output and exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import ROOT, post, write_site


def zhsearch(*args: object, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhsearch.search.cli", *map(str, args)]
    return subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
    )


def as_json(completed: subprocess.CompletedProcess[str]) -> Any:
    assert completed.returncode == 0, completed.stderr
    return json.loads(completed.stdout)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(
        tmp_path,
        {
            "a.md": post("算力", "国产算力与芯片", date="2025-02-13", tags=["AI"]),
            "b.md": post("菜谱", "麻婆豆腐", date="2024-02-13"),
            "draft.md": post("草稿", "未完", draft="true"),
        },
    )


def test_reindex_and_query_print_one_json_object(site: Path) -> None:
    report = as_json(zhsearch("reindex", "--json", cwd=site))
    assert report["skipped"] == []
    assert {name: report[name] for name in ("indexed", "unchanged", "updated", "deleted", "unpublished")} == {
        "indexed": 2, "unchanged": 0, "updated": 0, "deleted": 0, "unpublished": 1,
    }  # fmt: skip
    answer = as_json(zhsearch("query", "算力 芯片", "--json", "--tag", "AI", "--from", "2025", cwd=site))
    assert [result["url"] for result in answer["results"]] == ["/a/"]
    again = as_json(zhsearch("reindex", "--json", cwd=site))
    assert (again["indexed"], again["unchanged"], again["generation"]) == (0, 2, report["generation"])


def test_a_query_says_what_it_was_read_as_besides_words(site: Path) -> None:
    as_json(zhsearch("reindex", "--json", cwd=site))
    shown = zhsearch("query", '算力 "国产" 标题:算力 -豆腐 -标签:菜 芯片 || 菜', cwd=site).stdout
    assert shown.splitlines()[0] == (
        "read as: exactly 国产, either 芯片 || 菜, title 算力, without 豆腐, without tag 菜"
    )
    assert "read as" not in zhsearch("query", "算力 -18℃ rm -rf", cwd=site).stdout


def test_why_a_page_is_left_out_is_counted_and_with_v_told_for_each(site: Path) -> None:
    pages = {
        "soon.md": post("将来", date="2199-01-01"),
        "old.md": post("过期", expiryDate="2001-01-01"),
        "quiet.md": post("隐藏", searchHidden="true"),
        "bare.md": post("无页", build="{render: never}"),
        "drafts/x.md": post("除外"),
        "a.html": post("同址"),
        "twice.md": post("同址", url="/b/"),
    }
    write_site(site, pages)
    (site / "zhsearch.toml").write_text('exclude = ["drafts/**"]\n')
    plain = zhsearch("reindex", cwd=site)
    assert (
        "4 unpublished (1 draft, 1 future, 1 expired, 1 not built), 1 hidden from search, 1 excluded,"
        " 2 at the address of another file, 0 skipped" in plain.stdout
    )
    assert "note: b.md: has the same address as twice.md: /b/" in plain.stderr
    assert "not searched" not in plain.stdout
    told = set(zhsearch("reindex", "-v", cwd=site).stdout.splitlines())
    assert told >= {
        "not searched: a.html: has the same address as a.md, which Hugo takes",
        "not searched: b.md: has the same address as twice.md, which Hugo takes",
        "not searched: bare.md: build.render: never",
        "not searched: draft.md: a draft",
        "not searched: drafts/x.md: exclude = 'drafts/**'",
        "not searched: old.md: expired on 2001-01-01T00:00:00+00:00",
        "not searched: quiet.md: searchHidden: true",
        "not searched: soon.md: to be published on 2199-01-01T00:00:00+00:00",
    }
    report = as_json(zhsearch("reindex", "--json", cwd=site))
    assert report["unpublished"] == 5
    assert report["unpublished_reasons"] == {
        "draft": 1,
        "expired": 1,
        "future": 1,
        "hidden": 1,
        "not_built": 1,
    }
    assert (report["excluded"], report["duplicates"], report["left_out"]) == (1, 2, [])
    report = as_json(zhsearch("reindex", "-v", "--json", cwd=site))
    assert {"path": "quiet.md", "kind": "hidden", "reason": "searchHidden: true"} in report["left_out"]
    assert len(report["left_out"]) == 8


def test_a_minus_at_the_beginning_excludes(site: Path) -> None:
    as_json(zhsearch("reindex", "--json", cwd=site))
    assert [r["url"] for r in as_json(zhsearch("query", "-算力", "--json", cwd=site))["results"]] == ["/b/"]


def test_without_json_hits_are_text_with_their_url(site: Path) -> None:
    completed = zhsearch("reindex", cwd=site)
    assert "2 pages live" in completed.stdout
    completed = zhsearch("query", "豆腐", cwd=site)
    assert "菜谱" in completed.stdout
    assert "/b/" in completed.stdout
    assert "\x1b" not in completed.stdout  # no colours into a pipe


def test_chinese_is_printed_on_an_ascii_terminal_too(site: Path) -> None:
    as_json(zhsearch("reindex", "--json", cwd=site))
    answer = as_json(zhsearch("query", "豆腐", "--json", cwd=site, PYTHONIOENCODING="ascii"))
    assert answer["results"][0]["title"] == "菜谱"


def test_wrong_usage_exits_with_2_and_names_the_parameter(site: Path) -> None:
    as_json(zhsearch("reindex", "--json", cwd=site))
    for args, name in (
        (("query", "x", "--per-page", "51"), "per_page"),
        (("query", "x", "--sort", "evil"), "sort"),
        (("query", "x", "--from", "2026", "--to", "2025"), "from"),
        (("query",), "TEXT"),
        (("serve", "--port", "0"), "port"),
    ):
        completed = zhsearch(*args, cwd=site)
        assert completed.returncode == 2, args
        assert name in completed.stderr


def test_an_unknown_setting_exits_with_2(site: Path) -> None:
    (site / "zhsearch.toml").write_text('contnet = "x"\n')
    completed = zhsearch("status", cwd=site)
    assert completed.returncode == 2
    assert "contnet" in completed.stderr


def test_without_an_index_the_remedy_is_named(site: Path) -> None:
    completed = zhsearch("query", "x", cwd=site)
    assert completed.returncode == 1
    assert "zhsearch reindex" in completed.stderr


def test_without_content_the_folder_is_named(tmp_path: Path) -> None:
    completed = zhsearch("reindex", cwd=tmp_path)
    assert completed.returncode == 1
    assert "content" in completed.stderr


def test_a_strict_run_fails_on_a_skipped_post_and_the_old_index_serves(site: Path) -> None:
    as_json(zhsearch("reindex", "--json", cwd=site))
    (site / "content/bad.md").write_text('---\ntitle: "x\n---\n', encoding="utf-8")
    (site / "content/b.md").write_text(post("菜谱", "改了"), encoding="utf-8")
    completed = zhsearch("reindex", "--strict", "--json", cwd=site)
    assert completed.returncode == 1
    assert "bad.md" in completed.stderr
    assert as_json(zhsearch("query", "豆腐", "--json", cwd=site))["total"] == 1
    report = as_json(zhsearch("reindex", "--json", cwd=site))
    assert [note["path"] for note in report["skipped"]] == ["bad.md"]
    assert report["skipped"][0]["reason"]


def test_a_wrong_content_folder_leaves_the_index_and_names_folder_and_option(site: Path) -> None:
    as_json(zhsearch("reindex", "--json", cwd=site))
    (site / "wrong").mkdir()
    for flags in ((), ("--json",), ("--full",)):
        done = zhsearch("reindex", "--content", "wrong", *flags, cwd=site)
        assert (done.returncode, done.stdout) == (1, "")
        message = " ".join(done.stderr.split())
        assert f"no page was found in {(site / 'wrong').resolve()} (" in message
        assert "all 2 pages of the index would be removed" in message
        assert "add --allow-empty" in message
    assert as_json(zhsearch("query", "豆腐", "--json", cwd=site))["total"] == 1
    report = as_json(zhsearch("reindex", "--content", "wrong", "--allow-empty", "--json", cwd=site))
    assert report["deleted"] == 2
    assert as_json(zhsearch("query", "豆腐", "--json", cwd=site))["total"] == 0


def test_a_run_that_removes_most_pages_prints_the_command_that_brings_them_back(site: Path) -> None:
    for number in range(10):
        (site / f"content/{number}.md").write_text(post(f"第{number}", "豆腐"), encoding="utf-8")
    as_json(zhsearch("reindex", "--json", cwd=site))
    for number in range(10):
        (site / f"content/{number}.md").unlink()
    done = zhsearch("reindex", cwd=site)
    assert done.returncode == 0
    assert "10 of 12 pages were removed" in done.stderr
    command = done.stderr.partition("If that is wrong: zhsearch ")[2].split()
    assert zhsearch(*command, cwd=site).returncode == 0
    assert as_json(zhsearch("query", "豆腐", "--json", cwd=site))["total"] == 11
    report = as_json(zhsearch("reindex", "--json", cwd=site))
    assert "10 of 12 pages were removed" in report["warnings"][0]["reason"]


def test_status_lists_the_generations_and_which_were_rolled_back(site: Path) -> None:
    first = as_json(zhsearch("reindex", "--json", cwd=site))["generation"]
    (site / "content/c.md").write_text(post("三", "凤凰"), encoding="utf-8")
    second = as_json(zhsearch("reindex", "--json", cwd=site))["generation"]
    assert as_json(zhsearch("rollback", "--json", cwd=site))["generation"] == first
    assert as_json(zhsearch("status", "--json", cwd=site))["generations"] == [
        {"id": first, "live": True, "rejected": False},
        {"id": second, "live": False, "rejected": True},
    ]
    lines = zhsearch("status", cwd=site).stdout
    assert f"generations  {first} (live), {second} (rolled back)" in lines


def test_status_tells_and_verifies(site: Path) -> None:
    report = as_json(zhsearch("reindex", "--json", cwd=site))
    status = as_json(zhsearch("status", "--verify", "--json", cwd=site))
    assert status["generation"] == report["generation"]
    assert status["documents"] == 2
    segment = next((site / ".zhsearch/generations" / report["generation"]).glob("*.segment"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    completed = zhsearch("status", "--verify", cwd=site)
    assert completed.returncode == 1
    assert segment.name in completed.stderr


def test_git_does_not_see_the_index(site: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=site, check=True)
    as_json(zhsearch("reindex", "--json", cwd=site))
    shown = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=site,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "content/a.md" in shown.stdout
    assert ".zhsearch" not in shown.stdout
    (site / ".zhsearch/.gitignore").write_text("")  # who wants to commit it
    (site / "content/c.md").write_text(post("三"), encoding="utf-8")
    as_json(zhsearch("reindex", "--json", cwd=site))
    assert (site / ".zhsearch/.gitignore").read_text() == ""


def test_a_folder_with_other_files_is_not_hidden_from_git(site: Path) -> None:
    as_json(zhsearch("reindex", "--json", "--index", ".", cwd=site))
    assert not (site / ".gitignore").exists()


@pytest.mark.parametrize(
    ("args", "toml"),
    [
        (("reindex",), 'content = "nowhere"'),
        (("reindex",), "port = 0"),
        (("reindex", "--strict"), ""),
        (("reindex", "--strict", "--index", "new/folder/index"), ""),
        (("reindex",), 'dictionary = "nowhere.txt"'),
        (("rollback",), ""),
        (("query", "x"), ""),
        (("status",), ""),
        (("report",), ""),
    ],
)
def test_a_run_that_fails_leaves_no_folder(site: Path, args: tuple[str, ...], toml: str) -> None:
    (site / "content/bad.md").write_text('---\ntitle: "x\n---\n', encoding="utf-8")
    (site / "zhsearch.toml").write_text(toml)
    before = set(site.rglob("*"))
    assert zhsearch(*args, cwd=site).returncode in (1, 2)
    assert set(site.rglob("*")) == before
