"""Near copies: which pages are versions of one page, and that incremental runs find the groups of a full one."""

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.sites import CACHE, current_generation, index_site, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.segment import SUFFIX, open_segment
from zhsearch.search.settings import Settings

CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"


def prose(seed: int, size: int = 600) -> str:
    """A text of `size` characters, another one for each seed."""
    return "".join(random.Random(seed).choices(CHARACTERS, k=size))


def groups_of(site_settings: Settings) -> list[list[str]]:
    """The paths of each group of the live generation, newest first."""
    generation = current_generation(site_settings.index)
    paths = [
        path.decode()
        for segment in generation.manifest.segments
        for path in open_segment(generation.folder / f"{segment.name}{SUFFIX}").all_strings("path")
    ]
    return sorted([paths[page] for page in group] for group in generation.manifest.near_copies or ())


def grouped(folder: Path, pages: dict[str, str]) -> list[list[str]]:
    return groups_of(index_site(write_site(folder, pages)))


def test_a_page_of_several_documentation_versions_is_one_group_newest_first(tmp_path: Path) -> None:
    text = prose(1)
    pages = {
        f"docs/{folder}/install.md": post(title, f"{text}\n\nPostgreSQL {number} 的安装。")
        for folder, title, number in [
            ("9.6", "安装 PostgreSQL 9.6", "9.6"),
            ("17", "安装 PostgreSQL 17", "17"),
            ("v10", "安装 PostgreSQL v10", "10"),
            ("next", "安装 PostgreSQL", "18"),
            ("v10.2-rc1", "安装 PostgreSQL 10.2-rc1", "10.2"),
            ("latest", "安装 PostgreSQL", "17"),
        ]
    }
    order = ["latest", "17", "v10.2-rc1", "v10", "9.6", "next"]
    assert grouped(tmp_path, pages) == [[f"docs/{folder}/install.md" for folder in order]]


def test_copies_without_versions_are_ordered_by_date(tmp_path: Path) -> None:
    pages = {
        "a/note.md": post("同一篇文章", prose(2), date="2023-01-01"),
        "b/note.md": post("同一篇文章", prose(2), date="2025-01-01"),
        "c/note.md": post("同一篇文章", prose(2)),
    }
    assert grouped(tmp_path, pages) == [["b/note.md", "a/note.md", "c/note.md"]]


CHANGED = prose(3, 400) + prose(4, 200)


@pytest.mark.parametrize(
    "pages",
    [
        {"v1/a.md": post("另一页", prose(3)), "v2/a.md": post("这一页", prose(3))},
        {"v1/a.md": post("概述", prose(3)), "v2/a.md": post("概述", CHANGED)},
        {"a/概述.md": post("概述", "待补充。"), "b/概述.md": post("概述", "待补充。")},
        {"a/part-1.md": post("教程 1", prose(3)), "a/part-2.md": post("教程 2", prose(3))},
        {"r/v1.2.md": post("发布 v1.2.0", "修复问题。"), "r/v1.3.md": post("发布 v1.3.0", "修复问题。")},
        {"2024/05/01/a.md": post("五月", "无事。"), "2025/05/01/a.md": post("五月", "无事。")},
        {
            "a/安装.md": post("安装", "".join(f"{prose(n, 25)}甲产品" for n in range(24))),
            "b/安装.md": post("安装", "".join(f"{prose(n, 25)}乙产品" for n in range(24))),
        },
    ],
    ids=["another title", "other text", "short template", "series", "release notes", "dates", "two products"],
)
def test_pages_that_are_merely_alike_are_no_group(tmp_path: Path, pages: dict[str, str]) -> None:
    assert grouped(tmp_path, pages) == []


def test_a_translation_is_no_copy(tmp_path: Path) -> None:
    site = write_site(tmp_path, {"a.md": post("安装", prose(5)), "a.zh-tw.md": post("安装", prose(5))})
    (site / "hugo.toml").write_text("[languages.zh-cn]\nweight = 1\n[languages.zh-tw]\nweight = 2\n")
    assert groups_of(index_site(site)) == []


def test_the_setting_turns_groups_off_and_on_without_analysing_any_post(tmp_path: Path) -> None:
    pages = {f"v{number}/a.md": post("概述", prose(6)) for number in (1, 2)}
    on = index_site(write_site(tmp_path, pages))
    off = replace(on, group_versions=False)
    assert reindex(off).indexed == 0
    assert groups_of(off) == []
    assert reindex(on).indexed == 0
    assert groups_of(on) == [["v2/a.md", "v1/a.md"]]


PAGES = st.tuples(st.integers(1, 4), st.sampled_from("ab"), st.integers(0, 2))  # version, page, text


@settings(max_examples=8)
@given(st.lists(st.sets(PAGES, min_size=1, max_size=8), min_size=2, max_size=4))
def test_incremental_runs_find_the_groups_of_a_full_run(states: list[set[tuple[int, str, int]]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        index = Settings(content=folder, index=folder / "index", cache=CACHE)
        for state in states:
            pages = {f"v{n}/{page}.md": post("概述", prose(text, 300)) for n, page, text in sorted(state)}
            for file in (folder / "content").rglob("*.md"):
                if str(file.relative_to(folder / "content")) not in pages:
                    file.unlink()
            write_site(folder, pages)
            reindex(index)
        full = replace(index, index=folder / "full")
        reindex(full)
        assert groups_of(index) == groups_of(full)
