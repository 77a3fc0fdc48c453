"""Publishing to a cluster: a new index behind the alias, or an update of the live one in place."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest
from click.testing import CliRunner

from tests.helpers.sites import CACHE, Searcher, index_site, post, write_site
from tests.search.opensearch.node import raw_client
from zhsearch.index.errors import StoreError
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.backends import backend_of
from zhsearch.search.cli.main import main
from zhsearch.search.opensearch import publish
from zhsearch.search.opensearch.aliases import current_index, delete_all
from zhsearch.search.opensearch.bulk import index_action
from zhsearch.search.opensearch.client import Client
from zhsearch.search.settings import Settings

POSTS = {
    f"posts/{n}.md": post(f"第{n}篇", f"讲的是貔貅，也讲第{n}件事。", date=f"2025-01-{n:02d}")
    for n in range(1, 21)
}


@pytest.fixture
def settings(cluster: str, tmp_path: Path) -> Iterator[Settings]:
    """A published site, whose indexes are deleted at the end."""
    engine_settings = Settings(
        engine="opensearch", opensearch_hosts=(cluster,), opensearch_index=f"pub-{token_hex(4)}"
    )
    settings = index_site(write_site(tmp_path, POSTS), engine_settings)
    yield settings
    delete_all(Client(settings))


def republish(settings: Settings, *, full: bool = False) -> None:
    reindex(settings, full=full)
    backend_of(settings).publish(full=full)


def live(settings: Settings) -> str:
    index = current_index(Client(settings))
    assert index
    return index.name


def indexes(settings: Settings) -> set[str]:
    return set(raw_client(settings).indices.get(index=f"{settings.opensearch_index}-0*"))


def test_edits_update_the_live_index_in_place(settings: Settings) -> None:
    before = live(settings)
    folder = settings.content / "content" / "posts"
    (folder / "1.md").write_text(post("改过", "讲的是麒麟。", date="2025-01-01"), encoding="utf-8")
    (folder / "2.md").unlink()
    write_site(settings.content, {"posts/new.md": post("新的", "讲的是饕餮和貔貅。", date="2025-02-01")})
    republish(settings)
    search = Searcher(settings)
    assert live(settings) == before
    assert len(search.engine) == 20
    assert search.titles("麒麟") == ["改过"]
    assert search("貔貅")["total"] == 19
    assert search.titles("饕餮") == ["新的"]
    assert "第2篇" not in search.titles("")


def test_many_updates_give_the_results_of_a_full_run(settings: Settings) -> None:
    folder = settings.content / "content" / "posts"
    for step in range(1, 8):
        (folder / f"{step}.md").write_text(post(f"改{step}", f"讲的是麒麟{step}。"), encoding="utf-8")
        (folder / f"{step + 10}.md").unlink()
        republish(settings)
    updated = {q: Searcher(settings)(q, per_page="50")["results"] for q in ("麒麟", "貔貅", "", "改3")}
    republish(settings, full=True)
    for q, results in updated.items():
        fresh = Searcher(settings)(q, per_page="50")["results"]
        assert [r["url"] for r in results] == [r["url"] for r in fresh], q


def test_a_run_without_changes_publishes_nothing(settings: Settings) -> None:
    before = live(settings)
    generation = Searcher(settings).engine.generation
    republish(settings)
    assert live(settings) == before
    assert Searcher(settings).engine.generation == generation


def test_a_full_run_moves_the_alias_and_keeps_the_previous_index(settings: Settings) -> None:
    first = live(settings)
    republish(settings, full=True)
    second = live(settings)
    assert second != first
    assert indexes(settings) == {first, second}
    republish(settings, full=True)
    assert indexes(settings) == {second, live(settings)}


def test_an_interrupted_run_leaves_the_alias_where_it_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = live(settings)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_refresh_and_count", interrupted)
        with pytest.raises(KeyboardInterrupt):
            republish(settings, full=True)
    assert live(settings) == before
    assert indexes(settings) == {before}
    assert Searcher(settings)("貔貅")["total"] == 20
    republish(settings)
    assert Searcher(settings)("貔貅")["total"] == 20


def test_an_interrupted_update_is_repaired_even_after_a_rollback(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = settings.content / "content/posts/1.md"
    (settings.content / "content/posts/2.md").unlink()
    file.write_text(post("改过", "讲的是麒麟。"), encoding="utf-8")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_refresh_and_count", interrupted)
        with pytest.raises(KeyboardInterrupt):
            republish(settings)
    assert len(Searcher(settings).engine) == 20  # nothing of it is visible
    assert CliRunner().invoke(main, ["rollback", "--index", str(settings.index)]).exit_code == 0
    backend_of(settings).publish(full=False)
    search = Searcher(settings)
    assert search("麒麟")["total"] == 0
    assert search("貔貅")["total"] == 20


def test_an_index_that_lacks_pages_is_not_published(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = live(settings)
    with monkeypatch.context() as patch:
        patch.setattr(publish, "_index_action", lambda document: index_action("1", document.source))
        with pytest.raises(StoreError, match=r"has 1 page in .* instead of 20"):
            republish(settings, full=True)
    assert live(settings) == before


def test_a_name_that_begins_with_another_has_indexes_of_its_own(settings: Settings) -> None:
    other = replace(settings, opensearch_index=f"{settings.opensearch_index}-blog")
    backend_of(other).publish(full=True)
    for _ in range(3):
        republish(settings, full=True)
    assert len(Searcher(other).engine) == 20
    delete_all(Client(other))
    assert len(Searcher(settings).engine) == 20


def test_an_index_of_another_version_is_reported_and_rebuilt(settings: Settings) -> None:
    client = Client(settings)
    first = live(settings)
    index = current_index(client)
    assert index
    client.set_meta(first, {**index.stored_meta, "version": "1.4"})
    with pytest.raises(StoreError, match=r"another version of zhsearch\. Rebuild it: zhsearch reindex"):
        Searcher(settings)
    republish(settings)
    assert live(settings) != first
    assert Searcher(settings)("貔貅")["total"] == 20


def test_a_server_switches_to_the_new_generation(settings: Settings) -> None:
    follower = backend_of(settings).follow()
    first = follower.engine()
    republish(settings, full=True)
    time.sleep(1.1)
    second = follower.engine()
    assert second.generation != first.generation
    assert follower.engine() is second


def test_the_command_line_publishes_searches_evaluates_and_rolls_back(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write_site(tmp_path, POSTS)
    (tmp_path / "zhsearch.toml").write_text(
        f'engine = "opensearch"\nopensearch_hosts = ["{cluster}"]\nopensearch_index = "cli-{token_hex(4)}"\n'
        f'cache = "{CACHE}"\n'
    )
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, list(words), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    run("reindex", "--content", str(site))
    assert "health" in run("status")
    assert '"documents":20' in run("status", "--json", "--verify").replace(" ", "")
    assert "第7篇" in run("query", "第7件事")
    (site / "content/posts/7.md").write_text(post("改七", "麒麟"), encoding="utf-8")
    run("reindex", "--content", str(site))
    assert "改七" in run("query", "麒麟")
    run("rollback")
    assert "第7篇" in run("query", "第7件事")
    judged = tmp_path / "judged.jsonl"
    judged.write_text(
        '{"doc": 1, "title": "一", "text": "貔貅"}\n{"query": "貔貅", "relevant": 1}\n', encoding="utf-8"
    )
    assert "1.0" in run("eval", str(judged))
