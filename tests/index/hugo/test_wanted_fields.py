"""The fields of front matter that are searched, or are facets."""

import datetime as dt
from pathlib import Path

import pytest

from tests.helpers.sites import write_site
from zhsearch.index.hugo import load_site, read_page, wanted_fields
from zhsearch.index.models import Post

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def page(
    tmp_path: Path,
    front_matter: str,
    taxonomies: str = "",
    *,
    search_fields: dict[str, float] | None = None,
    facets: tuple[str, ...] = (),
) -> Post:
    folder = write_site(tmp_path, {"a.md": ""})
    with (folder / "hugo.toml").open("a", encoding="utf-8") as file:
        file.write(f"[taxonomies]\n{taxonomies}" if taxonomies else "")
    site = load_site(folder)
    wanted = wanted_fields(site, search_fields or {}, facets)
    found = read_page(site, "a.md", f"---\n{front_matter}\n---\n正文".encode(), NOW, wanted=wanted)
    assert isinstance(found, Post)
    return found


def searched(post: Post) -> dict[str, float]:
    return dict(post.searched)


@pytest.mark.parametrize(
    ("front_matter", "expected"),
    [
        ("description: 描述", {"描述": 1.5}),
        ("Subtitle: 副题\nauthor: 甲", {"副题": 2.0, "甲": 1.0}),
        ("keywords: [一, 二, 一, 3]", {"一": 1.5, "二": 1.5, "3": 1.5}),
        ("authors: [{name: 甲, link: /x}, {title: 乙}, {link: /y}]", {"甲": 1.0, "乙": 1.0}),
        ("author: {name: 甲}", {"甲": 1.0}),
        ("params: {description: 描述}", {"描述": 1.5}),
        ("description: 同\nauthor: 同", {"同": 1.5}),
        ("description: ''\nlead:\nsummary: [[一]]\nseries: {x: y}", {}),
        ("editor: 甲", {}),
    ],
)
def test_the_fields_that_themes_show_are_searched(
    tmp_path: Path, front_matter: str, expected: dict[str, float]
) -> None:
    assert searched(page(tmp_path, front_matter)) == expected


def test_settings_name_more_fields_and_take_others_out(tmp_path: Path) -> None:
    post = page(tmp_path, "editor: 甲\nlead: 乙\nsummary: 丙", search_fields={"editor": 4, "lead": 0})
    assert searched(post) == {"甲": 4, "丙": 1.5}


def test_taxonomies_of_the_site_are_searched_and_are_facets(tmp_path: Path) -> None:
    post = page(
        tmp_path,
        "tags: [甲]\nseries: [乙]\nWriters: 丙\nyears: [古代]",
        'tag = "tags"\nseries = "series"\nwriter = "writers"\nyear = "years"\n',
    )
    assert searched(post) == {"乙": 1.5, "丙": 1.5, "古代": 1.5}
    assert post.facets == {"series": ("乙",), "writer": ("丙",)}  # `year` is one of the facets by date


def test_a_facet_has_the_values_of_one_field_in_any_of_its_forms(tmp_path: Path) -> None:
    taxonomies = 'author = "authors"\n'
    front_matter = "author: 甲\nauthors: [乙, 甲]\nlevel: 3"
    for facets in (("author", "level"), ("level",)):
        post = page(tmp_path, front_matter, taxonomies, facets=facets)
        assert post.facets == {"author": ("甲", "乙"), "level": ("3",)}
    assert page(tmp_path, "x: y", taxonomies).facets == {"author": ()}


def test_endless_values_are_cut(tmp_path: Path) -> None:
    many = ", ".join(f"k{n}" for n in range(500))
    post = page(tmp_path, f"keywords: [{many}]\ndescription: {'长' * 5000}", facets=("keywords",))
    assert len(post.facets["keywords"]) == 100
    assert max(map(len, searched(post))) == 2000
