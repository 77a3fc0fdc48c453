"""Links of the HTML page: each changes one thing and keeps the rest."""

from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.api.parameters import Parameters
from zhsearch.search.highlight.marks import split_marks
from zhsearch.search.http.search_page import PageView

VIEW = PageView(Parameters(q="算力", tag=("AI",), since="2025", until="2025", page=3), "/search")


def test_a_link_keeps_other_parameters_and_goes_to_the_first_page() -> None:
    assert VIEW.link(sort="newest") == "/search?q=%E7%AE%97%E5%8A%9B&tag=AI&from=2025&to=2025&sort=newest"


def test_a_link_can_lead_to_a_page() -> None:
    assert VIEW.link(page=4).endswith("&page=4")


def test_none_removes_a_parameter() -> None:
    assert VIEW.link(tag=None, since=None, until=None) == "/search?q=%E7%AE%97%E5%8A%9B"
    assert PageView(Parameters(q="x"), "/search").link(q=None) == "/search"


def test_a_facet_is_added_and_removed() -> None:
    assert "tag=AI&tag=R%26D" in VIEW.toggle("tag", "R&D")
    assert "tag=" not in VIEW.toggle("tag", "ai")
    assert "from=2024&to=2024" in VIEW.toggle("year", "2024")
    assert "from=" not in VIEW.toggle("year", "2025")
    assert "category=%E6%96%B0%E9%97%BB" in VIEW.toggle("category", "新闻")


@given(st.text(max_size=30), st.lists(st.integers(0, 30), max_size=8, unique=True))
def test_the_pieces_of_a_marked_text_join_to_the_text(text: str, edges: list[int]) -> None:
    ordered = sorted(edge for edge in edges if edge <= len(text))
    marks = [[a, b] for a, b in zip(ordered[::2], ordered[1::2], strict=False)]
    pieces = list(split_marks(text, marks))
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_mark in pieces if is_mark] == [text[a:b] for a, b in marks]
