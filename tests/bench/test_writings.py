"""The benchmark of writings judges by the text alone, and always makes the same queries."""

import pytest

from tests.bench.peer import Page
from tests.bench.writings import equivalents, generic, signs, spacing
from tests.bench.writings.kinds import KINDS, KindResult
from tests.bench.writings.measure import Outcome, is_no_less
from tests.bench.writings.report import as_json, figures, friends_since
from tests.bench.writings.texts import Texts

TEXTS = (
    "先 git rebase -i 再看；返回 -1。",
    "git rebase -i HEAD；git commit -m 说明；git log -p",
    "换上 500 GB 的盘，第三章，2025年2月13日",
    "換上 500GB 的盤，第 3 章，2025/02/13",
    "1500GB 与 v1.2.3，二十大",
)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts("made up", [Page(f"{n}.md", f"题目{n}", text, (), text) for n, text in enumerate(TEXTS)])


@pytest.mark.parametrize(
    ("writing", "pages"),
    [
        ("500GB", {3}),
        ("500 gb", {2}),
        ("换上", {2, 3}),
        ("1.2", set()),
        ("十大", set()),
        ("二十大", {4}),
        ("git rebase -i", {0, 1}),
    ],
)
def test_a_page_holds_a_writing_as_a_reader_sees_it(texts: Texts, writing: str, pages: set[int]) -> None:
    assert texts.holding(writing) == pages


def test_a_query_wants_the_pages_with_another_writing_alone(texts: Texts) -> None:
    pairs = {pair.query: (pair.exact, pair.wanted) for pair in spacing.number_and_unit(texts)}
    assert pairs["500GB"] == (frozenset({3}), frozenset({2}))
    assert pairs["500 GB"] == (frozenset({2}), frozenset({3}))
    dates = equivalents.dates(texts)
    assert {pair.wanted for pair in dates} <= {frozenset({2}), frozenset({3}), frozenset({2, 3})}
    assert [pair.wanted for pair in equivalents.ordinals(texts) if pair.query == "第3章"] == [{2, 3}]


def test_a_command_wants_every_page_that_holds_it(texts: Texts) -> None:
    wanted = {pair.query: pair.wanted for pair in signs.flags(texts)}
    assert wanted == {"git rebase -i": {0, 1}, "git commit -m": {1}, "git log -p": {1}}


def test_a_task_and_a_thing_want_the_pages_with_the_thing_in_their_titles() -> None:
    texts = [("Falcon 概览", "启动即可"), ("别的", "接入后试试 Falcon"), ("Nacos 概览", "接入 Nacos")]
    pages = [Page(f"{n}.md", title, text, (), text) for n, (title, text) in enumerate(texts)]
    (pair,) = generic.tasks_with_things(Texts("made up", pages))
    assert pair.query.endswith("接入 falcon")
    assert pair.wanted == {0}
    assert pair.allowed == {0, 1}


def test_the_same_pages_always_give_the_same_queries(texts: Texts) -> None:
    assert equivalents.dates(texts) == equivalents.dates(texts)


def test_a_false_friend_is_a_page_that_came_in_and_holds_no_writing() -> None:
    before = KindResult(KINDS[0], (Outcome("c", "q", 0.0, 2, (1, 2), frozenset({2})),))
    after = KindResult(KINDS[0], (Outcome("c", "q", 1.0, 4, (1, 2, 3, 4), frozenset({2, 4})),))
    queries = as_json([before], "whoosh")["kinds"][KINDS[0].slug]["queries"]
    assert friends_since(after, queries) == 1 / 4
    assert figures(after.outcomes) == {"found": 1.0, "exact_first": None, "others": 2 / 4}


def test_a_page_with_the_words_of_another_writing_apart_is_a_false_friend() -> None:
    bodies = ("opensource", "open source", "the source is open", "opensourced", "getOpenSource()")
    made_up = Texts("made up", [Page(f"{n}.md", f"题目{n}", body, (), body) for n, body in enumerate(bodies)])
    pairs = {pair.query: pair for pair in spacing.compounds(made_up)}
    joined = pairs["opensource"]
    assert (set(joined.exact), set(joined.wanted)) == ({0}, {1})
    assert joined.allowed >= {3, 4}
    assert 2 not in joined.allowed
    assert 2 in pairs["open source"].allowed


def test_like_merit_is_no_less_of_anything() -> None:
    bodies = ("软件很好。", "软体，软体。", "软件，软件，软件。")
    made_up = Texts("made up", [Page(f"{n}.md", f"题目{n}", body, (), body) for n, body in enumerate(bodies)])
    once, twice, thrice = (made_up.merit(page, ("软件", "软体")) for page in range(3))
    assert is_no_less(thrice, once) is False  # it is longer
    assert is_no_less(twice, twice)
    assert not is_no_less(once, twice)
