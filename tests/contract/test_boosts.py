"""Boosts: the owner's factors move the pages of a folder or a tag up or down, and the explanation says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.sites import CACHE, Searcher, default_segmenter, post, searcher, write_site
from zhsearch.index.models import ReindexReport
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.api.parameters import read_parameters
from zhsearch.search.api.search import run_search
from zhsearch.search.backends import backend_of
from zhsearch.search.settings import Settings


def boosted_searcher(folder: Path, engine_settings: Settings, **boosts: float) -> Searcher:
    pages = {"news/2025/a.md": ["快"], "docs/b.md": ["慢"], "docs/old/c.md": ["慢", "旧"], "d.md": []}
    files = {
        path: post(path, "饕餮在此", tags=tags, date=f"2025-01-0{n}")
        for n, (path, tags) in enumerate(pages.items(), 1)
    }
    site = write_site(folder, files) if not (folder / "content").exists() else folder
    return searcher(
        publish(replace(engine_settings, content=site, index=folder / "index", cache=CACHE, boosts=boosts))[0]
    )


def publish(settings: Settings) -> tuple[Settings, ReindexReport]:
    report = reindex(settings)
    backend_of(settings).publish(full=False)
    return settings, report


@pytest.mark.parametrize(
    ("boosts", "first"),
    [
        ({}, "d.md"),
        ({"news": 2.0}, "news/2025/a.md"),
        ({"docs": 2.0, "docs/old": 0.5}, "docs/b.md"),
        ({"tag:旧": 3.0}, "docs/old/c.md"),
        ({"tag:慢": 1.5, "tag:旧": 1.2}, "docs/old/c.md"),
        ({"news/2025": 2.0, "new": 9.0, "tag:none": 9.0}, "news/2025/a.md"),
        ({"docs": 0.5, "news": 0.5}, "d.md"),
    ],
)
def test_pages_of_a_boosted_folder_or_tag_come_first(
    tmp_path: Path, engine_settings: Settings, boosts: dict[str, float], first: str
) -> None:
    assert boosted_searcher(tmp_path, engine_settings, **boosts).titles("饕餮")[0] == first


def test_changed_boosts_take_effect_with_the_next_run_without_analysing_any_post(
    tmp_path: Path, engine_settings: Settings
) -> None:
    first = boosted_searcher(tmp_path, engine_settings).settings
    settings, report = publish(replace(first, boosts={"news": 2.0}))
    assert (report.indexed, report.unchanged) == (0, 4)
    assert searcher(settings).titles("饕餮")[0] == "news/2025/a.md"
    assert reindex(settings).generation == report.generation


def test_every_run_warns_of_a_boost_that_matches_no_page(tmp_path: Path, engine_settings: Settings) -> None:
    first = boosted_searcher(tmp_path, engine_settings).settings
    boosts = {"news": 2.0, "new": 2.0, "content/docs": 2.0, "docs/*": 2.0, "tag:旧": 2.0, "tag:旧的": 2.0}
    settings = replace(first, boosts=boosts)
    unused = ["boosts: 'new'", "boosts: 'content/docs'", "boosts: 'tag:旧的'"]
    for _ in range(2):
        report = reindex(settings)
        assert [note.path for note in report.warnings] == unused
    (tmp_path / "content/docs/old/c.md").unlink()  # the only page with the tag 旧
    report = reindex(settings)
    assert [note.path for note in report.warnings] == [
        *unused[:2],
        "boosts: 'docs/*'",
        "boosts: 'tag:旧'",
        unused[2],
    ]
    assert report.warnings[0].reason.startswith("matches no page; write a folder")


def test_the_explained_parts_of_a_boosted_hit_add_up_to_its_score(
    tmp_path: Path, engine_settings: Settings
) -> None:
    search = boosted_searcher(tmp_path, engine_settings, news=2.0, docs=0.5)
    answer = run_search(search.engine, read_parameters(q="饕餮"), default_segmenter(), explained=True)
    for result in answer["results"]:
        assert sum(part["score"] for part in result["explain"]) == pytest.approx(result["score"], abs=0.01)
    channels = [{part["channel"] for part in result["explain"]} for result in answer["results"]]
    assert [channel for channel in channels if "boost" in channel]
