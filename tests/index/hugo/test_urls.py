"""Addresses of pages, as far as errors and hostile input go; `test_pages_like_hugo` compares with the real Hugo."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.errors import PostError, SiteError
from zhsearch.index.hugo.languages import Language, Permalink
from zhsearch.index.hugo.permalinks import sanitize
from zhsearch.index.hugo.site import Site
from zhsearch.index.hugo.urls import page_url


def site_with(*permalinks: Permalink, root: str = "/") -> Site:
    return Site(Path("content"), Path(), {"en": Language(root=root, prefix=root, permalinks=permalinks)})


SITE = site_with(root="/blog/")


def url(path: str, site: Site = SITE, **fields: object) -> str:
    return page_url(
        site, site.content_path(path), fields, "标题 Title", dt.datetime(2025, 2, 13, tzinfo=dt.UTC)
    )


@pytest.mark.parametrize(
    ("path", "fields", "wanted"),
    [
        ("posts/上海 Post.md", {}, "/blog/posts/%E4%B8%8A%E6%B5%B7-post/"),
        ("posts/a/index.md", {}, "/blog/posts/a/"),
        ("posts/a.md", {"slug": "My Slug"}, "/blog/posts/my-slug/"),
        ("posts/a.md", {"url": "/archives/1.html"}, "/blog/archives/1.html"),
        ("posts/a.md", {"url": "/:year/:title/"}, "/blog/2025/%E6%A0%87%E9%A2%98-title/"),
    ],
)
def test_a_page_is_where_its_file_slug_or_url_says(path: str, fields: Mapping[str, Any], wanted: str) -> None:
    assert url(path, **fields) == wanted


def test_a_section_may_have_a_pattern() -> None:
    site = site_with(Permalink("/:year/:month/:filename/", "/{posts,posts/**}"))
    assert url("posts/A b.md", site) == "/2025/02/a-b/"
    assert url("notes/A b.md", site) == "/notes/a-b/"


def test_an_unknown_permalink_token_is_an_error_that_lists_the_known_ones() -> None:
    site = site_with(Permalink("/:jahr/:slug/"))
    with pytest.raises(
        SiteError, match=r":jahr in '/:jahr/:slug/' is not known; write one of the tokens year, month"
    ):
        url("posts/a.md", site)


def test_a_url_of_another_host_is_refused() -> None:
    with pytest.raises(PostError, match=r"'https://other\.example/' names another host"):
        url("posts/a.md", url="https://other.example/")


@pytest.mark.parametrize("value", [["a"], {"a": 1}, None, "", 0.0])
def test_a_slug_or_url_of_the_wrong_type_never_breaks_an_address(value: object) -> None:
    assert url("posts/a.md", url=value).startswith("/blog/")
    assert url("posts/a.md", slug=value).startswith("/blog/")


@given(st.text(max_size=30).filter(lambda name: "\0" not in name), st.text(max_size=20), st.booleans())
def test_every_address_is_an_encoded_path_from_the_root(name: str, text: str, slug: bool) -> None:
    found = url(f"posts/{name.replace('/', '-')}.md", SITE, **{"slug" if slug else "url": text})
    assert found.startswith("/blog/")
    assert found.isascii()
    assert not any(character in found for character in ' "<>\\^`{|}#?')


@pytest.mark.parametrize("piece", [":sections[", ":year", "/", "../", "%", "%41", "-", " ", "a."])
def test_no_piece_however_often_repeated_takes_more_than_one_pass(piece: str) -> None:
    url("posts/a.md", url="/x" + piece * 20_000)
    url("posts/a.md", slug="x" + piece * 20_000)


@given(st.text(max_size=30))
def test_a_sanitized_text_has_no_space_and_is_final(text: str) -> None:
    path = sanitize(text)
    assert not any(character.isspace() for character in path)
    assert sanitize(path) == path
