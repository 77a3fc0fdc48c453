"""Messages are English strings that keep their template, wherever they go."""

import copy
import json
import pickle
from pathlib import Path

import pytest

from zhsearch.index.errors import CorruptIndexError, SiteError
from zhsearch.index.messages import Message, counted_message, system_message

NESTED = Message("{file}: {why}", file=Path("a.md"), why=ValueError(Message("{size:,} bytes", size=1_000)))


def test_a_message_is_its_text_in_english() -> None:
    assert NESTED == "a.md: 1,000 bytes"
    assert json.dumps(NESTED) == '"a.md: 1,000 bytes"'
    assert Message('write { "a" = 1 }') == 'write { "a" = 1 }'


@pytest.mark.parametrize("message", [NESTED, counted_message("{count} page", "{count} pages", 2)])
def test_copies_and_other_processes_get_the_template_too(message: Message) -> None:
    for again in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert (again, again.template, again.fields) == (message, message.template, message.fields)
    error = pickle.loads(pickle.dumps(SiteError(message)))
    assert isinstance(str(error), Message)


def test_one_is_told_from_many() -> None:
    assert [counted_message("{count} page", "{count} pages", n) for n in (0, 1, 2)] == [
        "0 pages", "1 page", "2 pages",
    ]  # fmt: skip


def test_errors_keep_the_template_of_what_they_say() -> None:
    error = CorruptIndexError(Path("x"), "{actual} bytes instead of {expected}", actual=1, expected=2)
    assert str(error) == "x: 1 bytes instead of 2. Rebuild it: zhsearch reindex --full"
    assert error.cause == "x: 1 bytes instead of 2"
    text = str(error)
    assert isinstance(text, Message)
    why = text.fields["why"]
    assert isinstance(why, Message)
    assert why.template == "{actual} bytes instead of {expected}"


def test_the_system_says_why() -> None:
    assert system_message(FileNotFoundError(2, "No such file or directory")) == "No such file or directory"
    assert system_message(OSError("{odd}")) == "{odd}"
