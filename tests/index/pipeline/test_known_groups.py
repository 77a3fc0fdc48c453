"""Near copies: a run that reads the pages of changed titles only finds the groups of a full run."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.sites import current_generation, index_site, post, write_site
from zhsearch.index.pipeline import near_copies
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.index.segment import SUFFIX, open_segment
from zhsearch.search.settings import Settings

VERSIONS = ("14", "15", "16")
TITLES = ("安装", "升级")
HAN = [chr(point) for point in range(0x4E00, 0x9000)]
TEXTS = ["".join(random.Random(seed).choices(HAN, k=600)) for seed in (1, 2)]


def random_page(rng: random.Random) -> tuple[str, str]:
    """The path and text of a page that has copies in other versions, at other paths, or none."""
    title, text = rng.choice(TITLES), rng.choice(TEXTS)
    place = f"{rng.choice(VERSIONS)}/{rng.choice('abcd')}.md"
    body = text + "".join(rng.choices(HAN, k=rng.choice((0, 0, 0, 8, 200))))
    return place, post(title, body, date=f"2024-01-{rng.randrange(1, 28):02}")


def groups_in(settings: Settings) -> list[list[str]]:
    """The paths of near copies in the live generation, the newest first."""
    generation = current_generation(settings.index)
    paths: list[str] = []
    for entry in generation.manifest.segments:
        reader = open_segment(generation.folder / f"{entry.name}{SUFFIX}")
        paths += [reader.string("path", page) for page in range(entry.pages)]
    return sorted([paths[page] for page in group] for group in generation.manifest.near_copies or ())


@pytest.mark.parametrize("seed", range(6))
def test_after_edits_and_removals_the_groups_are_those_of_a_full_run(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    site = write_site(tmp_path, dict(random_page(rng) for _ in range(9)))
    settings = index_site(site)
    fresh = replace(settings, index=tmp_path / "fresh")
    counts = []
    for _ in range(12):
        for _ in range(rng.choice((1, 1, 3))):
            files = sorted((site / "content").rglob("*.md"))
            if len(files) > 2 and rng.random() < 0.3:
                rng.choice(files).unlink()
            else:
                path, text = random_page(rng)
                (site / "content" / path).parent.mkdir(parents=True, exist_ok=True)
                (site / "content" / path).write_text(text, encoding="utf-8")
        reindex(settings)
        reindex(fresh, full=True)
        assert groups_in(settings) == groups_in(fresh)
        counts.append(len(groups_in(fresh)))
    assert len(set(counts)) > 1


def test_pages_of_titles_that_no_changed_page_has_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {f"{version}/{title}.md": post(title, TEXTS[0]) for version in VERSIONS for title in TITLES}
    site = write_site(tmp_path, pages)
    settings = index_site(site)
    assert [len(group) for group in groups_in(settings)] == [3, 3]
    read: list[str] = []

    def minima(page: near_copies._Page) -> near_copies.Hashes:
        read.append(page.path)
        return np.zeros(near_copies._MINIMA, np.uint32)

    monkeypatch.setattr(near_copies._Page, "minima", property(minima))
    (site / "content/14/安装.md").write_text(post("安装", TEXTS[1]), encoding="utf-8")
    reindex(settings)
    assert sorted(read) == [f"{version}/安装.md" for version in VERSIONS]
    assert sorted(len(group) for group in groups_in(settings)) == [2, 3]
