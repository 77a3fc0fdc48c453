"""Reindexing: only what changed is read again, and the answers are those of a full index."""

import datetime as dt
import os
import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sites import CACHE, Searcher, current_generation, index_site, post, write_site
from zhsearch.index.analysis.segmenter import segmenter_signature
from zhsearch.index.generations import manifest
from zhsearch.index.generations.rollback import roll_back
from zhsearch.index.generations.store import current_id
from zhsearch.index.models import ReindexReport
from zhsearch.index.pipeline import signature
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.pipeline.removals import EmptySiteError
from zhsearch.index.pipeline.run import StrictError
from zhsearch.index.pipeline.sources import open_source
from zhsearch.search.settings import Settings

REINDEX = sys.modules["zhsearch.index.pipeline.reindex"]  # its room has a function of the same name


NOW = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(
        tmp_path,
        {"a.md": post("一", "貔貅"), "p/b.md": post("二", "麒麟"), "p/leaf/index.md": post("叶", "凤凰")},
    )


def counts(report: ReindexReport) -> tuple[int, int, int, int, int]:
    return report.indexed, report.unchanged, report.updated, report.deleted, report.unpublished


def test_an_unchanged_site_publishes_nothing_new(site: Path) -> None:
    settings = index_site(site)
    first = Searcher(settings).engine.generation
    report = reindex(settings)
    assert counts(report) == (0, 3, 0, 0, 0)
    assert report.generation == first


def test_changed_new_removed_and_renamed_posts(site: Path) -> None:
    settings = index_site(site)
    content = site / "content"
    (content / "a.md").write_text(post("一", "穷奇"), encoding="utf-8")
    (content / "new.md").write_text(post("新", "饕餮"), encoding="utf-8")
    (content / "p/b.md").rename(content / "p/c.md")
    assert counts(reindex(settings)) == (3, 1, 1, 1, 0)
    search = Searcher(settings)
    assert search.titles("穷奇") == ["一"]
    assert search.titles("貔貅") == []
    assert [r["url"] for r in search("麒麟")["results"]] == ["/p/c/"]
    assert len(search.engine) == 4


def test_a_touched_post_is_not_analysed_again(site: Path) -> None:
    settings = index_site(site)
    os.utime(site / "content/a.md")
    assert counts(reindex(settings)) == (0, 3, 0, 0, 0)


def test_a_touched_post_is_not_read_again_once_its_state_was_published(site: Path) -> None:
    settings = index_site(site)
    for name in ("a.md", "p/b.md"):
        os.utime(site / "content" / name, (1e9, 1e9))
    (site / "content/new.md").write_text(post("新", "饕餮"), encoding="utf-8")
    assert counts(reindex(settings)) == (1, 3, 0, 0, 0)
    for path, state in current_generation(settings.index).files().items():
        assert state.modified == (site / "content" / path).stat().st_mtime_ns


@pytest.mark.parametrize("html", [None, "public"])
def test_a_touched_post_without_an_address_of_its_own_stays_so(site: Path, html: str | None) -> None:
    (site / "content/p/b.md").write_text(post("二", "麒麟", url="/a/"), encoding="utf-8")
    (site / "public/a").mkdir(parents=True)
    (site / "public/a/index.html").write_text("<title>二</title><article>麒麟</article>", encoding="utf-8")
    settings = Settings(content=site, index=site / "index", cache=CACHE, html=site / html if html else None)
    reindex(settings)
    (loser,) = (path for path, state in current_generation(settings.index).files().items() if state.winner)
    os.utime(site / "content" / loser)
    (site / "content/new.md").write_text(post("新", "饕餮"), encoding="utf-8")
    assert counts(reindex(settings)) == (1, 2, 0, 0, 0)
    assert current_generation(settings.index).files()[loser].winner


def test_a_change_that_keeps_size_and_time_is_seen_by_its_inode_or_change_time(site: Path) -> None:
    settings = index_site(site)
    file = site / "content/a.md"
    stat = file.stat()
    file.write_text(post("一", "穷奇"), encoding="utf-8")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert file.stat().st_size == stat.st_size
    assert reindex(settings).updated == 1


def test_full_analyses_everything(site: Path) -> None:
    settings = index_site(site)
    assert counts(reindex(settings, full=True)) == (3, 0, 3, 0, 0)


def test_a_future_post_appears_when_its_day_has_come(site: Path) -> None:
    (site / "content/soon.md").write_text(post("将来", "白泽", date="2025-07-01"), encoding="utf-8")
    settings = replace(index_site(site), index=site / "other")
    assert counts(reindex(settings, now=NOW)) == (3, 0, 0, 0, 1)
    report = reindex(settings, now=NOW + dt.timedelta(days=40))
    assert counts(report) == (1, 3, 0, 0, 0)


def test_a_post_leaves_when_it_expires(site: Path) -> None:
    (site / "content/old.md").write_text(post("过期", "白泽", expiryDate="2025-07-01"), encoding="utf-8")
    settings = replace(index_site(site), index=site / "other")
    assert reindex(settings, now=NOW).indexed == 4
    report = reindex(settings, now=NOW + dt.timedelta(days=40))
    assert counts(report) == (0, 3, 0, 1, 1)
    assert Searcher(settings).titles("白泽") == []


def test_a_site_that_shows_expired_posts_does_not_analyse_them_at_every_run(site: Path) -> None:
    (site / "hugo.toml").write_text("buildExpired = true\n", encoding="utf-8")
    (site / "content/old.md").write_text(post("过期", "白泽", expiryDate="2001-01-01"), encoding="utf-8")
    settings = index_site(site)
    assert Searcher(settings).titles("白泽") == ["过期"]
    assert counts(reindex(settings)) == (0, 4, 0, 0, 0)


def test_a_post_that_becomes_a_draft_or_unreadable_disappears(site: Path) -> None:
    settings = index_site(site)
    (site / "content/a.md").write_text(post("一", "貔貅", draft="true"), encoding="utf-8")
    (site / "content/p/b.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    report = reindex(settings)
    assert counts(report) == (0, 1, 0, 2, 1)
    assert [note.path for note in report.skipped] == ["p/b.md"]


def test_a_changed_segmenter_rebuilds_everything_and_says_why(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = index_site(site)
    monkeypatch.setattr(
        signature, "segmenter_signature", lambda kind: segmenter_signature(kind) | {"segmenter_version": "9"}
    )
    report = reindex(settings)
    assert report.indexed == 3
    assert str(report.rebuilt_because).startswith("changed: segmenter_version (")


def test_a_changed_site_configuration_rebuilds(site: Path) -> None:
    settings = index_site(site)
    (site / "hugo.toml").write_text('baseURL = "https://x.example/blog/"\n', encoding="utf-8")
    assert reindex(settings).indexed == 3
    assert Searcher(settings)("貔貅")["results"][0]["url"] == "/blog/a/"


def test_changed_fields_of_front_matter_rebuild_and_say_why(site: Path) -> None:
    (site / "content/d.md").write_text(post("四", editor="螭吻"), encoding="utf-8")
    settings = index_site(site)
    assert Searcher(settings).titles("螭吻") == []
    settings = replace(settings, search_fields={"editor": 1.0})
    assert reindex(settings).rebuilt_because == "changed: the setting search_fields"
    assert Searcher(settings).titles("螭吻") == ["四"]
    settings = replace(settings, facets=("editor",))
    assert reindex(settings).rebuilt_because == "changed: the setting facets"
    assert Searcher(settings).titles(facets={"editor": ["螭吻"]}) == ["四"]
    assert reindex(settings).rebuilt_because is None


def test_facets_of_the_sites_own_survive_updates_merges_and_deletions(site: Path) -> None:
    settings = replace(index_site(site), facets=("series",))
    for number in range(6):
        name = f"content/s{number}.md"
        (site / name).write_text(post(f"第{number}篇", series=[f"系列{number % 2}"]), encoding="utf-8")
        reindex(settings)
    (site / "content/s1.md").unlink()
    (site / "content/s2.md").write_text(post("改了", description="新的描述"), encoding="utf-8")
    reindex(settings)
    facet = Searcher(settings)()["facets"]["series"]
    assert [(value["value"], value["count"]) for value in facet] == [("系列0", 2), ("系列1", 2)]
    assert sorted(Searcher(settings).titles("series:系列1")) == ["第3篇", "第5篇"]
    assert Searcher(settings).titles("新的描述") == ["改了"]


def test_a_new_section_page_moves_the_pages_whose_addresses_name_sections(site: Path) -> None:
    (site / "hugo.toml").write_text('[permalinks]\np = "/:sections/:filename/"\n', encoding="utf-8")
    (site / "content/p/q").mkdir()
    (site / "content/p/q/d.md").write_text(post("深", "饕餮"), encoding="utf-8")
    settings = index_site(site)
    assert Searcher(settings)("饕餮")["results"][0]["url"] == "/p/d/"
    (site / "content/p/q/_index.md").write_text(post("节"), encoding="utf-8")
    assert reindex(settings).rebuilt_because == "changed: what the sections' _index files say"
    assert Searcher(settings)("饕餮")["results"][0]["url"] == "/p/q/d/"


def test_another_version_of_the_code_analyses_everything_again(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = index_site(site)
    monkeypatch.setattr(signature, "code_version", lambda *packages: "another")
    assert reindex(settings).rebuilt_because == "changed: the version of zhsearch"


def test_a_damaged_segment_is_not_built_upon(site: Path) -> None:
    for number in range(40):
        (site / f"content/more{number}.md").write_text(post("多", "凤凰"), encoding="utf-8")
    settings = index_site(site)
    segment = next(settings.index.rglob("*.segment"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 3] ^= 1
    segment.write_bytes(data)
    (site / "content/new.md").write_text(post("新", "饕餮"), encoding="utf-8")
    report = reindex(settings)
    assert report.indexed == 44
    assert f"{segment.name}: its checksum differs" in (report.rebuilt_because or "")
    current_generation(settings.index).verify()


def test_several_processes_make_the_index_that_one_makes(tmp_path: Path) -> None:
    rng = random.Random(5)
    site = write_site(tmp_path, {f"p/{number}.md": random_post(rng) for number in range(30)})
    for number in range(8):  # enough text for several batches
        body = "".join(rng.choices(WORDS, k=250_000))
        (site / f"content/long{number}.md").write_text(post("长", body), encoding="utf-8")
    settings = Settings(content=site, index=tmp_path / "one", cache=CACHE, processes=1)
    several = replace(settings, index=tmp_path / "two", processes=2)
    reports = [reindex(one, now=NOW) for one in (settings, several)]
    assert replace(reports[0], generation="", seconds=0) == replace(reports[1], generation="", seconds=0)
    files = [current_generation(one.index).manifest.checksums for one in (settings, several)]
    assert files[0] == files[1]


def test_jieba_and_rjieba_share_an_index(site: Path) -> None:
    settings = index_site(site)
    assert counts(reindex(replace(settings, segmenter="jieba"))) == (0, 3, 0, 0, 0)


def test_strict_publishes_nothing_when_a_post_is_skipped(site: Path) -> None:
    settings = index_site(site)
    before = Searcher(settings).engine.generation
    (site / "content/bad.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    (site / "content/a.md").write_text(post("一", "穷奇"), encoding="utf-8")
    with pytest.raises(StrictError, match=r"bad\.md"):
        reindex(settings, strict=True)
    assert Searcher(settings).engine.generation == before
    assert not list((settings.index / "generations").glob(".building-*"))


def test_a_post_that_vanishes_during_the_run_is_named(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_then_remove(*args: Any) -> Any:
        found = open_source(*args)
        (site / "content/a.md").unlink()
        return found

    settings = Settings(content=site, index=site / "index")
    monkeypatch.setattr(REINDEX, "open_source", find_then_remove)
    report = reindex(settings)
    assert [note.path for note in report.skipped] == ["a.md"]
    assert report.indexed == 2


def test_of_two_posts_at_one_address_the_one_that_hugo_shows_is_found(site: Path) -> None:
    write_site(site, {"p.md": post("甲", "甲", url="/twin/"), "q.md": post("乙", "乙", url="/twin/")})
    settings = Settings(content=site, index=site / "index")
    report = reindex(settings)
    assert {page.path: page.kind for page in report.left_out}["p.md"] == "duplicate"
    assert [notice.path for notice in report.warnings] == ["p.md"]
    again = reindex(settings)
    assert (again.generation, again.indexed) == (report.generation, 0)
    write_site(site, {"q.md": post("乙", "乙", url="/other/")})
    freed = reindex(settings)
    assert (freed.indexed, freed.duplicates, freed.unchanged + freed.indexed) == (2, 0, report.indexed + 1)


def test_progress_reaches_its_end(site: Path) -> None:
    seen: list[tuple[int, int]] = []
    reindex(
        Settings(content=site, index=site / "index"), progress=lambda done, total: seen.append((done, total))
    )
    assert seen[0] == (0, 3)
    assert seen[-1] == (3, 3)


@pytest.mark.parametrize("posts", [{}, {"a.md": post("草稿", "貔貅", draft="true")}])
def test_a_site_without_published_posts_has_an_empty_index(tmp_path: Path, posts: dict[str, str]) -> None:
    settings = index_site(write_site(tmp_path, {"x.txt": "", **posts}))
    assert Searcher(settings)("貔貅")["total"] == 0
    assert Searcher(settings).titles() == []
    (tmp_path / "content/b.md").write_text(post("一", "貔貅"), encoding="utf-8")
    assert reindex(settings).indexed == 1
    assert Searcher(settings).titles("貔貅") == ["一"]


def test_the_last_post_may_go_where_that_is_allowed(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("一", "貔貅")}))
    (tmp_path / "content/a.md").unlink()
    assert counts(reindex(settings, allow_empty=True)) == (0, 0, 0, 1, 0)
    assert Searcher(settings).titles() == []
    assert counts(reindex(settings)) == (0, 0, 0, 0, 0)  # nothing is left to lose


@pytest.mark.parametrize("full", [False, True])
def test_a_folder_without_posts_does_not_empty_the_index(site: Path, tmp_path: Path, full: bool) -> None:
    settings = index_site(site)
    before = current_id(settings.index)
    (tmp_path / "wrong/content").mkdir(parents=True)
    (tmp_path / "wrong/hugo.toml").write_text("", encoding="utf-8")
    with pytest.raises(EmptySiteError) as raised:
        reindex(replace(settings, content=tmp_path / "wrong"), full=full)
    for part in (
        str((tmp_path / "wrong/content").resolve()),
        "all 3 pages",
        "add --allow-empty",
    ):
        assert part in str(raised.value)
    assert current_id(settings.index) == before
    assert Searcher(settings).titles("貔貅") == ["一"]
    assert not list((settings.index / "generations").glob(".building-*"))


def test_a_site_whose_posts_are_all_unpublished_or_unreadable_does_not_empty_the_index(site: Path) -> None:
    settings = index_site(site)
    for file in (site / "content").rglob("*.md"):
        file.write_text(post("一", draft="true"), encoding="utf-8")
    (site / "content/a.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    with pytest.raises(EmptySiteError, match="2 posts unpublished, 1 skipped"):
        reindex(settings)
    assert Searcher(settings).titles("貔貅") == ["一"]


def test_a_folder_without_posts_does_not_empty_an_index_of_another_version(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = index_site(site)
    (tmp_path / "wrong").mkdir()
    with monkeypatch.context() as newer:
        newer.setattr(manifest, "FORMAT", manifest.FORMAT + 1)
        with pytest.raises(EmptySiteError, match="all pages of the index, which cannot be read"):
            reindex(replace(settings, content=tmp_path / "wrong"))
    assert Searcher(settings).titles("貔貅") == ["一"]


@pytest.mark.parametrize(
    ("pages", "deleted", "warns"), [(9, 5, True), (10, 5, False), (6, 4, False), (6, 6, True)]
)
def test_a_run_that_removes_more_than_half_of_the_pages_warns_with_the_command_that_rolls_back(
    tmp_path: Path, pages: int, deleted: int, warns: bool
) -> None:
    posts = {f"{number}.md": post(f"第{number}", "貔貅") for number in range(pages)}
    settings = index_site(write_site(tmp_path / "a site", posts))
    first = current_id(settings.index)
    for number in range(deleted):
        (settings.content / f"content/{number}.md").unlink()
    report = reindex(settings, allow_empty=deleted == pages)
    assert report.deleted == deleted
    command = f"zhsearch rollback --index '{settings.index}'"
    expected = f"{deleted} of {pages} pages were removed. If that is wrong: {command}"
    assert [note.reason for note in report.warnings] == [expected] * warns
    roll_back(settings.index, lambda generation: generation)
    assert current_id(settings.index) == first
    assert len(Searcher(settings).engine) == pages


def test_a_run_that_removes_most_pages_and_keeps_no_earlier_generation_says_so(tmp_path: Path) -> None:
    posts = {f"{number}.md": post(f"第{number}", "貔貅") for number in range(9)}
    settings = replace(index_site(write_site(tmp_path, posts)), keep_generations=1)
    for number in range(8):
        (settings.content / f"content/{number}.md").unlink()
    (note,) = reindex(settings).warnings
    assert "keep_generations = 1" in note.reason
    assert "rollback" not in note.reason


WORDS = [
    "算力",
    "芯片",
    "国产",
    "存储",
    "手机",
    "平台",
    "云",
    "数据库",
    "資料庫",
    "docker",
    "GPT-4o",
    "C++",
    "2.307亿",
    "开源",
    "软件",
]
QUERIES = [
    "",
    *WORDS,
    "算力 芯片",
    '"国产存储"',
    "芯片 -手机",
    "tag:甲",
    "算力 芯片 国产 存储 手机 平台 独角鲸",
    "机平",
]
FILTERS: list[dict[str, Any]] = [
    {},
    {"tag": ["甲"]},
    {"since": "2023", "sort": "oldest"},
    {"page": "2", "per_page": "5"},
]


def random_post(rng: random.Random) -> str:
    """A post of random words; one in six is a draft, is due later, expires or cannot be read."""
    month = rng.randint(1, 9)
    state = rng.choice(
        [
            *[{}] * 20,
            {"draft": "true"},
            *[{"publishDate": f"2025-0{month}-01"}, {"expiryDate": f"2025-0{month}-01"}] * 2,
            None,
        ]
    )
    if state is None:
        return "---\ntitle: [\n---\n"
    body = "".join(rng.choices(WORDS, k=rng.randint(1, 40)))
    sections = "".join(f"\n\n## {rng.choice(WORDS)}\n\n{rng.choice(WORDS)}" for _ in range(rng.randint(0, 3)))
    tags = rng.sample(["甲", "乙", "Tag", "tag"], rng.randint(0, 2))
    date = f"202{rng.randint(1, 4)}-0{month}-1{rng.randint(0, 9)}"
    return post("".join(rng.choices(WORDS, k=2)), body + sections, tags=tags, date=date, **state)


def edit(rng: random.Random, folder: Path) -> None:
    """Write, touch, copy, rename or remove a random post."""
    file, other = (folder / f"{rng.randint(0, 32)}.md" for _ in range(2))
    change = rng.choice(["write", "write", "write", "touch", "copy", "rename", "remove"])
    if change == "write":
        file.write_text(random_post(rng), encoding="utf-8")
    elif file.exists() and file != other:
        actions: dict[str, Callable[[], object]] = {
            "touch": lambda: os.utime(file),
            "copy": lambda: shutil.copyfile(file, other),
            "rename": lambda: file.rename(other),
            "remove": file.unlink,
        }
        actions[change]()


@pytest.mark.parametrize("seed", range(3))
def test_a_full_and_an_incremental_index_give_the_same_answers(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    site = write_site(tmp_path, {f"p/{number}.md": random_post(rng) for number in range(30)})
    settings = Settings(content=site, index=tmp_path / "index", cache=CACHE)
    now = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    for step in range(12):  # enough for segments to be merged
        report = reindex(settings, now=now)
        if step % 4 == 3:
            fresh = replace(settings, index=tmp_path / f"fresh{step}")
            whole = reindex(fresh, now=now)
            assert report.indexed + report.unchanged == whole.indexed
            assert (report.unpublished, report.skipped) == (whole.unpublished, whole.skipped)
            assert_same_answers(Searcher(settings), Searcher(fresh))
        for _ in range(rng.randint(1, 4)):
            edit(rng, site / "content/p")
        now += dt.timedelta(days=rng.randint(0, 40))


def assert_same_answers(one: Searcher, other: Searcher) -> None:
    assert len(one.engine) == len(other.engine)
    for q in QUERIES:
        for filters in FILTERS:
            answers = [search(q, **filters) | {"took_ms": 0} for search in (one, other)]
            assert answers[0] == answers[1], (q, filters)
    assert one.engine.recent(5) == other.engine.recent(5)
    assert one.engine.tags() == other.engine.tags()


def test_what_only_deleted_pages_had_is_as_if_it_had_never_been(site: Path) -> None:
    for number in range(40):  # so many that the segment stays, with a page marked as deleted
        (site / f"content/more{number}.md").write_text(post("多", "dockerfile 凤凰"), encoding="utf-8")
    (site / "content/x.md").write_text(post("容器", "docker", tags=["鲸"]), encoding="utf-8")
    settings = index_site(site)
    assert Searcher(settings)("docker")["total"] == 41  # dockerfile begins so
    (site / "content/x.md").unlink()
    reindex(settings)
    assert current_generation(settings.index).manifest.segments[0].deleted
    fresh = replace(settings, index=site / "fresh")
    reindex(fresh)
    for q, tag in (("docker", []), ("", ["鲸"])):
        answers = [Searcher(one)(q, tag=tag) | {"took_ms": 0} for one in (settings, fresh)]
        assert answers[0] == answers[1]
        assert answers[0]["total"] == (40 if q else 0)
