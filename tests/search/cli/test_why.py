"""`zhsearch why`: an owner learns why a page is searched or not, and why a query finds it or does not."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_versions import prose
from tests.helpers.server import COMMAND
from tests.helpers.sites import post, write_site
from zhsearch.search.settings import Settings

LONG = f"数据中心。{prose(1)}"
POSTS = {
    "news/chips.md": post("国产算力芯片", "国产芯片的算力。", date="2025-02-01", tags=["芯片"]),
    "news/cloud.md": post("云计算", "云里的算力。Kubernetes", date="2025-03-01"),
    "news/draft.md": post("草稿", "算力", draft=True),
    "news/hidden.md": post("藏起来", "算力", slug="secret"),
    "news/broken.md": "---\ntitle: [\n---\n算力",
    "docs/1.0/report.md": post("报告", LONG, date="2024-01-01"),
    "docs/2.0/report.md": post("报告", LONG, date="2025-01-01"),
    "notes/excluded.md": post("排除", "算力"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = write_site(tmp_path_factory.mktemp("why"), POSTS)
    (folder / "zhsearch.toml").write_text(
        'content = "."\nindex = "index"\nexclude = ["notes/**"]\n', encoding="utf-8"
    )
    settings = replace(Settings(), content=folder, index=folder / "index")
    subprocess.run([COMMAND, "reindex"], cwd=folder, check=True, capture_output=True)
    return settings


def run(site: Settings, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [COMMAND, "why", *arguments], cwd=site.content, capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def why(site: Settings, *arguments: str) -> Any:
    return json.loads(run(site, *arguments, "--json")[1])


@pytest.mark.parametrize(
    "name",
    [
        "/news/chips/",
        "news/chips",
        "https://x.example/news/chips/?a=1#b",
        "news/chips.md",
        "content/news/chips.md",
    ],
)
def test_an_indexed_page_is_found_by_its_address_and_by_its_file(site: Settings, name: str) -> None:
    code, said = run(site, name)
    assert code == 0
    assert said.splitlines()[0] == "国产算力芯片"
    assert "indexed: /news/chips/ (news/chips.md), 2025-02-01" in said


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("/news/draft/", "draft", "draft"),
        ("news/broken.md", "broken", "front matter"),
        ("/notes/excluded/", "excluded", "exclude = 'notes/**'"),
    ],
)
def test_a_page_that_is_left_out_is_told_with_the_rule(
    site: Settings, name: str, kind: str, reason: str
) -> None:
    answer = why(site, name)
    assert answer["indexed"] is False
    (file,) = answer["files"]
    assert file["kind"] == kind
    assert reason in file["reason"]
    assert run(site, name)[0] == 1


def test_a_file_that_loses_its_address_to_another_is_told_so(site: Settings) -> None:
    for name in ("one", "two"):
        (site.content / f"content/news/{name}.md").write_text(post(name, "x", url="/same/"), encoding="utf-8")
    subprocess.run([COMMAND, "reindex"], cwd=site.content, check=True, capture_output=True)
    code, said = run(site, "news/one.md")
    for name in ("one", "two"):
        (site.content / f"content/news/{name}.md").unlink()
    assert code == 1
    assert "has the same address as news/two.md" in said


def test_a_page_with_a_slug_of_its_own_is_found_by_its_address(site: Settings) -> None:
    assert why(site, "/news/secret/")["page"]["path"] == "news/hidden.md"


def test_a_post_that_was_written_since_is_to_be_indexed(site: Settings) -> None:
    file = site.content / "content/news/new.md"
    file.write_text(post("新的", "算力", slug="brand-new"), encoding="utf-8")
    try:
        code, said = run(site, "/news/brand-new/")
    finally:
        file.unlink()
    assert code == 1
    assert said == "news/new.md is not indexed yet: run zhsearch reindex\n"


def test_an_address_that_the_site_lacks_is_told(site: Settings) -> None:
    code, said = run(site, "/news/nothing/")
    assert code == 1
    assert said.startswith("no page of the site has the address or file /news/nothing/")


def test_a_page_behind_another_is_told_with_what_that_has_more(site: Settings) -> None:
    query = why(site, "/news/cloud/", "算力")["query"]
    hit, before = query["hit"], query["before"]
    assert hit["place"] == before["place"] + 1 > 1
    assert before["score"] >= hit["score"]
    assert sum(detail["score"] for detail in before["explain"]) == pytest.approx(before["score"], abs=1e-3)
    code, said = run(site, "/news/cloud/", "算力")
    assert code == 0
    assert f"place {hit['place']}; " in said
    assert f"before it: {before['title']}" in said


def test_the_first_hit_has_none_before_it(site: Settings) -> None:
    query = why(site, "/news/chips/", "国产", "芯片")["query"]
    assert query["hit"]["place"] == 1
    assert query["before"] is None
    assert all(clause["found"] for clause in query["clauses"])
    assert {"title", "body"} <= set(query["clauses"][0]["explain"][0]["fields"])


@pytest.mark.parametrize(
    ("text", "obstacle", "failed"),
    [
        ("国产 算力", "all_words", []),
        ("饕餮", "no_page", []),
        ("算力 -云", "required", ["-云"]),
        ("算力 title:芯片", "required", ["title:芯片"]),
        ("算力 tag:芯片", "required", ["tag:芯片"]),
        ('算力 "国产芯片"', "required", ['"国产芯片"']),
    ],
)
def test_what_keeps_a_page_out_of_the_hits_is_named(
    site: Settings, text: str, obstacle: str, failed: list[str]
) -> None:
    query = why(site, "/news/cloud/", *text.split())["query"]
    assert query["hit"] is None
    assert query["obstacle"] == obstacle
    assert query["failed"] == failed
    assert run(site, "/news/cloud/", *text.split())[0] == 1


def test_words_of_the_page_that_are_like_a_missing_one_are_named(site: Settings) -> None:
    (_, clause) = why(site, "/news/cloud/", "算力", "kubernets")["query"]["clauses"]
    assert clause["found"] is False
    assert clause["closest"] == ["kubernetes"]


def test_an_older_version_is_told_to_be_below_the_newer_one(site: Settings) -> None:
    query = why(site, "/docs/1.0/report/", "数据中心")["query"]
    assert query["obstacle"] == "copy"
    assert query["shown_below"]["url"] == "/docs/2.0/report/"


def test_a_bad_query_is_an_error_of_usage(site: Settings, tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "why", "/news/cloud/", "长" * 600],
        cwd=site.content,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "512" in done.stderr
