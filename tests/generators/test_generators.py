"""Small real sites, built by real generators: what is searched is what their sources say.

The heavy generators (Node) run with `make generators` (TESTS_GENERATORS=1), the light ones always.
"""

import fcntl
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from zhsearch.search.cli.main import main
from zhsearch.search.http.app import create_app
from zhsearch.search.settings import Settings

from . import docusaurus, hexo, hugo, jekyll, mkdocs, pelican, sphinx, starlight, vitepress, vuepress
from .built import Built, Expected, Generator
from .visible import blocks, headings, ids, samples

GENERATORS = (
    hugo.HUGO,
    mkdocs.MATERIAL,
    sphinx.FURO,
    sphinx.ALABASTER,
    pelican.PELICAN,
    jekyll.JEKYLL,
    hexo.LANDSCAPE,
    hexo.NEXT,
    vitepress.VITEPRESS,
    vuepress.VUEPRESS,
    docusaurus.DOCUSAURUS,
    starlight.STARLIGHT,
)
SAMPLES = 60  # of each page
FOUND = 0.99


@dataclass(frozen=True, slots=True)
class Site:
    """A built site, and a client of the server that searches it."""

    generator: Generator
    built: Built
    client: FlaskClient

    def search(self, **parameters: str) -> list[dict[str, Any]]:
        """The first fifty hits."""
        answer = self.client.get("/api/search", query_string={"per_page": "50", **parameters})
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.get_json()["results"]
        return results

    def urls(self, text: str) -> set[str]:
        """The addresses of the pages that a text in quotation marks finds."""
        return {hit["url"] for hit in self.search(q=f'"{text}"')}

    def pages_with(self, text: str) -> set[str]:
        """The addresses of the pages whose title or visible text has it."""
        return {
            page.url
            for page in self.built.pages
            if text in page.title or any(text in line for line in blocks(self.built, page))
        }


@pytest.fixture(scope="module", params=GENERATORS, ids=lambda generator: generator.name)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site, built and indexed once for all test processes."""
    generator: Generator = request.param
    if not generator.is_light and "TESTS_GENERATORS" not in os.environ:
        pytest.skip(f"{generator.name} is built by `make generators`")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "generators" / generator.name
    folder.mkdir(parents=True, exist_ok=True)
    built = _built(generator, folder)
    with create_app(Settings(index=folder / "index", budget_ms=0)).test_client() as client:
        yield Site(generator, built, client)


def _built(generator: Generator, folder: Path) -> Built:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "built"
        if not done.exists():
            built = generator.build(folder)
            arguments = ["reindex", "--html", str(built.html), "--index", str(folder / "index"), "--json"]
            result = CliRunner().invoke(main, arguments)
            assert result.exit_code == 0, result.output
            done.write_bytes(pickle.dumps(built))
        built = pickle.loads(done.read_bytes())
        assert isinstance(built, Built)
        return built


def test_each_page_is_found_at_its_address_with_title_date_tags_and_categories(site: Site) -> None:
    found = {
        hit["url"]: Expected(
            hit["url"],
            hit["title"],
            hit["date"] and hit["date"][:10],
            frozenset(hit["tags"]),
            frozenset(hit["categories"]),
        )
        for hit in site.search(q="")
    }
    assert found == {page.url: page for page in site.built.pages}


def test_drafts_and_pages_that_no_engine_may_index_are_not_found(site: Site) -> None:
    for text in ("猕猴桃嫁接", "鸬鹚牌"):
        assert site.urls(text) == set()


def test_text_of_navigation_and_footers_finds_only_pages_that_say_it(site: Site) -> None:
    titles = (page.title for page in site.built.pages)
    for text in (*site.generator.navigation, *titles):
        assert site.urls(text) == site.pages_with(text), text


def test_nearly_every_visible_substring_is_found(site: Site) -> None:
    missed, tried = [], 0
    for page in site.built.pages:
        for text in samples(blocks(site.built, page), SAMPLES, page.url):
            tried += 1
            if page.url not in site.urls(text):
                missed.append((page.url, text))
    assert tried > 100
    assert len(missed) <= tried * (1 - FOUND), missed


def test_a_section_leads_to_an_anchor_of_the_built_page(site: Site) -> None:
    for page in site.built.pages:
        known = ids(site.built, page)
        has_ids = site.generator.name != "pelican"  # whose Markdown gives headings none
        for heading in headings(site.built, page):
            hits = [hit for hit in site.search(q=f'"{heading}"') if hit["url"] == page.url]
            assert hits, (page.url, heading)
            section = hits[0]["section"]
            assert section, (page.url, heading)
            assert section["anchor"] in known | {""}, (page.url, section)
            assert section["anchor"] or not has_ids, (page.url, section)
