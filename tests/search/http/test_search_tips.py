"""Tips of the search page: examples from the site's own titles, tags and categories, which find something."""

from pathlib import Path

from tests.helpers.sites import Searcher, default_segmenter, index_site, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.http.app import create_app
from zhsearch.search.http.search_tips import SearchTips

POSTS = {
    "a.md": post("容器镜像瘦身", "构建缓存。", date="2025-01-02", tags=["云 原生"], categories=["教程"]),
    "b.md": post("豆腐的做法：Wi-Fi 不必", "黄豆泡软。", date="2025-01-01", tags=["菜谱", "云 原生"]),
}


def tips_of(folder: Path, posts: dict[str, str]) -> tuple[Searcher, dict[str, str]]:
    search = Searcher(index_site(write_site(folder, posts)))
    return search, dict(SearchTips().tips(search.engine, default_segmenter()))


def test_tips_are_made_of_the_newest_titles_and_the_most_used_tag_and_find_something(tmp_path: Path) -> None:
    search, tips = tips_of(tmp_path, POSTS)
    assert list(tips) == ["words", "phrase", "minus", "or", "title", "tag", "category"]
    assert tips["words"] == "容器 镜像"
    assert tips["phrase"] == '"容器镜像"'
    assert tips["title"] == "title:容器"
    assert tips["tag"] == 'tag:"云 原生"'
    assert tips["category"] == "category:教程"
    for example in tips.values():
        assert search(example)["total"], example
    assert search(tips["tag"])["total"] == 2


def test_a_site_gets_only_the_tips_that_it_has_examples_for(tmp_path: Path) -> None:
    _, tips = tips_of(tmp_path, {"a.md": post("貔貅", "一")})
    assert set(tips) <= {"title"}


def test_names_with_signs_of_the_query_language_break_no_tip(tmp_path: Path) -> None:
    search, tips = tips_of(
        tmp_path, {"a.md": post('-x OR (y" tag: NOT', "一", tags=["a b", "R&D", "C++", "(", "-", "<b>"])}
    )
    for example in tips.values():
        assert search(example)["total"], example


def test_an_empty_index_has_no_tips_and_the_next_generation_has_its_own(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": "---\ntitle: x\ndraft: true\n---\n"}))
    client = create_app(settings).test_client()
    assert "help" not in client.get("/search").get_data(as_text=True)
    for name, word in (("a", "貔貅"), ("b", "麒麟")):
        (tmp_path / f"content/{name}.md").write_text(
            post(f"{word}的来历", "一", date=f"2025-01-0{1 + (name == 'b')}"), encoding="utf-8"
        )
        reindex(settings)
        page = client.get("/search").get_data(as_text=True)
        assert f"<code>title:{word}</code>" in page


def test_a_tag_with_html_is_shown_as_text(tmp_path: Path) -> None:
    settings = index_site(write_site(tmp_path, {"a.md": post("一", tags=["<script>alert(1)</script>"])}))
    page = create_app(settings).test_client().get("/search").get_data(as_text=True)
    assert "<code>tag:&#34;&lt;script&gt;" in page
    assert "<script>alert" not in page
