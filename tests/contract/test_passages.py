"""Up to three passages of a page, each with its section: where the page has the words of the query."""

from typing import Any

import pytest

from tests.helpers.sites import Searcher, index_site, marked, post, searcher, write_site
from zhsearch.search.settings import Settings

FILLER = "这里说的是别的事情，与它没有什么关系。" * 14
SITE = {
    "long.md": post(
        "山中笔记",
        f"""开头就说麒麟的来历，后面还有更多。

{FILLER}

## 饲养

饲养麒麟要有耐心，也要有一片草地。

{FILLER}

## 出行

骑着麒麟出行，比走路快了许多。

{FILLER}

## 饮食

麒麟的饮食十分清淡，早晚各吃一次。
""",
    ),
    "short.md": post("只说一次", f"这一页只有一处说到貔貅和饕餮。\n\n{FILLER}\n\n后面单说貔貅就没有必要再看了。"),
    "apart.md": post("分开说", f"前面说的是狻猊，说得很多很多。\n\n{FILLER}\n\n## 后面\n\n后面说的是狴犴，也说了很多。"),
    "table.md": post(
        "表格", f"表格里有睚眦，正文里也有睚眦。\n\n{FILLER}\n\n| 名 | 数 |\n| --- | --- |\n| 睚眦 | 三 |\n"
    ),
    "title.md": post("螭吻的标题", "正文里没有那个词，只有别的。"),
    "empty.md": post("嘲风"),
}  # fmt: skip


@pytest.fixture(scope="module")
def search(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return searcher(index_site(write_site(tmp_path_factory.mktemp("passages"), SITE), engine_settings))


def passages(search: Searcher, q: str) -> list[dict[str, Any]]:
    (hit,) = search(q)["results"]
    excerpt = {"section": hit["section"], "text": hit["excerpt"], "marks": hit["excerpt_marks"]}
    assert not hit["excerpt"] or excerpt in hit["passages"]
    shown: list[dict[str, Any]] = hit["passages"]
    return shown


def test_a_page_shows_three_passages_in_the_order_of_its_text(search: Searcher) -> None:
    texts = [passage["text"] for passage in passages(search, "麒麟")]
    assert texts[0].startswith("开头就说麒麟的来历")
    assert texts[1:] == ["饲养麒麟要有耐心，也要有一片草地。", "骑着麒麟出行，比走路快了许多。"]


def test_each_passage_has_its_own_section_and_marks(search: Searcher) -> None:
    first, second, third = passages(search, "麒麟")
    assert first["section"] is None
    assert second["section"] == {"title": "饲养", "anchor": "饲养"}
    assert third["section"] == {"title": "出行", "anchor": "出行"}
    for passage in (first, second, third):
        assert set(marked(passage["text"], passage["marks"])) == {"麒麟"}


def test_the_best_passage_stands_where_the_text_has_it(search: Searcher) -> None:
    (hit,) = search("麒麟 饮食")["results"]
    assert hit["excerpt"].startswith("饮食 · 麒麟的饮食")
    assert [passage["text"] for passage in hit["passages"]] == [hit["excerpt"]]


def test_a_page_with_one_good_passage_has_one(search: Searcher) -> None:
    (passage,) = passages(search, "貔貅 饕餮")
    assert marked(passage["text"], passage["marks"]) == ["貔貅", "饕餮"]


def test_a_word_that_the_excerpt_lacks_gets_a_passage(search: Searcher) -> None:
    first, second = passages(search, "狻猊 狴犴")
    assert marked(first["text"], first["marks"]) == ["狻猊"]
    assert marked(second["text"], second["marks"]) == ["狴犴"]
    assert second["section"]["title"] == "后面"


def test_a_table_cell_is_no_passage_by_itself(search: Searcher) -> None:
    assert len(passages(search, "睚眦")) == 1


def test_a_page_found_by_its_title_shows_its_beginning(search: Searcher) -> None:
    (passage,) = passages(search, "螭吻")
    assert (passage["text"], list(passage["marks"])) == ("正文里没有那个词，只有别的。", [])


def test_a_page_without_text_has_no_passage(search: Searcher) -> None:
    assert passages(search, "嘲风") == []
