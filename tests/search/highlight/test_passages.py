"""Passages: they lie apart in the page, in the order of its text, and each is marked exactly."""

from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.reference import DOCUMENTS, PIECES
from tests.helpers.reference import document as document_of
from tests.helpers.sites import default_segmenter
from tests.search.highlight.test_excerpt import SIGNS, WORDS
from tests.search.highlight.test_snippet import document, snippet_of, stored
from zhsearch.index.models import Document
from zhsearch.search.highlight.excerpt import BETWEEN_BLOCKS, EXCERPT_CHARS
from zhsearch.search.highlight.passages import MAX_FURTHER
from zhsearch.search.highlight.snippet import Highlighter, ShownPassage
from zhsearch.search.query.parser import parse

FILLER = "无关的话。" * 60


def shown(q: str, body: str) -> list[str]:
    return [passage.text for passage in snippet_of(q, body).passages]


def lines_of(passage: ShownPassage) -> list[str]:
    """The parts of a passage that are texts of the page."""
    return passage.text.strip("…").split(BETWEEN_BLOCKS)


def test_a_passage_begins_and_ends_with_a_sentence_where_one_is_near() -> None:
    sentences = "这里是第二处的前一句话。" * 8 + "第二处说算力。" + "后面还有一句话。" * 20
    further = shown("算力", f"第一处说算力。\n\n{FILLER}\n\n{sentences}")[1]
    assert further.startswith("第二处说算力。")
    assert further.endswith("一句话。")
    assert len(further) <= EXCERPT_CHARS


def test_an_ellipsis_tells_where_a_passage_is_cut_within_a_sentence() -> None:
    body = f"第一处说算力。\n\n{FILLER}\n\n" + "数据中心网络技术" * 9 + "算力" + "人工智能服务器" * 30
    further = shown("算力", body)[1]
    assert further.startswith("…")
    assert further.endswith("…")


def test_of_two_passages_the_one_with_more_words_is_shown_first_of_all() -> None:
    blocks = ["算力在此，芯片也在此，国产也在此。"]
    blocks += [f"第{number}处只说算力与芯片的关系。" for number in "二三四"]
    blocks.append("最后一处说国产的算力与芯片。")
    texts = shown("算力 芯片 国产", f"\n\n{FILLER}\n\n".join(blocks))
    assert "最后一处说国产的算力与芯片。" in texts
    assert len(texts) == 1 + MAX_FURTHER


def test_passages_are_spread_over_the_page() -> None:
    assert len(shown("算力", "这一段话里也说到了算力。\n\n" * 8)) == 1
    assert len(shown("算力", f"这一段话里也说到了算力。\n\n{FILLER}\n\n" * 8)) == 3


def test_the_passages_of_a_long_paragraph_are_one() -> None:
    assert len(shown("算力", "这一段话里也说到了算力。" * 200)) == 1


@given(
    st.lists(st.sampled_from(WORDS + SIGNS), max_size=300).map("".join),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
)
@example("算力" + "…" * 60 + "\n\n" + "﷽" * 20 + "算力" * 9 + "\n\n后面再说一次算力，说完了。", "算力")
def test_passages_lie_apart_in_the_order_of_the_text(body: str, q: str) -> None:
    segmenter = default_segmenter()
    page = document(body)
    snippet = Highlighter(parse(q, segmenter), segmenter).snippet(stored(page))
    assert len(snippet.passages) <= 1 + MAX_FURTHER
    assert snippet.best in snippet.passages or not snippet.text
    offset = 0
    for passage in snippet.passages:
        assert len(passage.text) <= EXCERPT_CHARS
        last = -1
        for start, end in passage.marks:
            assert last < start < end <= len(passage.text)
            last = end
        if "…" not in body and "." not in body:  # a blank may stand for the end of a block
            text = " ".join(page.text.split())
            for line in lines_of(passage):
                offset = text.index(" ".join(line.split()), offset) + len(" ".join(line.split()))


@given(document=DOCUMENTS, words=st.lists(PIECES, min_size=1, max_size=3))
@example(
    document=document_of("算力" + "…" * 60 + "\n" + "后" * 500 + "\n后来又说到了算力和芯片。"), words=["算力"]
)
def test_every_page_shows_its_best_passage_once(document: Document, words: list[str]) -> None:
    segmenter = default_segmenter()
    snippet = Highlighter(parse(" ".join(words), segmenter), segmenter).snippet(stored(document))
    assert snippet.passages.count(snippet.best) >= bool(snippet.text)
    assert all(passage.text for passage in snippet.passages)
