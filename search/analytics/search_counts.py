"""The file of search counts in the index folder: by text, and by day.

For privacy nothing else is stored: no address, no time but the day, and of a text no more than its counts.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import orjson

from zhsearch.search.reindex_state import service_folder

MAX_TEXTS = 10_000
"""Maximum number of texts in the file; beyond it the least frequent are dropped."""

MAX_AGE_DAYS = 400
"""A day, and a text that was not searched for, is dropped after so many days: a year ago can be compared."""

TIME_LIMITS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Upper limits of the classes of answer times, in seconds; one more class has the others."""

_TEXTS_AFTER_DROP = 8_000  # fewer than MAX_TEXTS, so that not every flush drops some
_MAX_LANGUAGES = 20
_FILE = "service/queries.json"


class TextCount(NamedTuple):
    """The number of searches for a text, and how many of them were without hits, had few, or were relaxed;
    and the last day that it was searched for (ISO 8601)."""

    searches: int = 0
    without: int = 0
    few: int = 0
    relaxed: int = 0
    last_day: str = ""

    def plus(self, other: "TextCount") -> "TextCount":
        """Both counts together."""
        return TextCount(
            self.searches + other.searches,
            self.without + other.without,
            self.few + other.few,
            self.relaxed + other.relaxed,
            max(self.last_day, other.last_day),
        )


@dataclass(slots=True)
class DayCount:
    """The counts of a day.

    `suggested` answers had a suggestion, and `taken` searches were one that a reader took. `languages` counts
    searches by the language that was asked for, `times` answers by TIME_LIMITS_S. `pages` and `size` (bytes)
    are those of the index at the end of the day, 0 where they are not known.
    """

    searches: int = 0
    without: int = 0
    few: int = 0
    relaxed: int = 0
    suggested: int = 0
    taken: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    times: list[int] = field(default_factory=lambda: [0] * (len(TIME_LIMITS_S) + 1))
    pages: int = 0
    size: int = 0

    def add(self, other: "DayCount") -> None:
        """Add later counts of the same day."""
        for name in ("searches", "without", "few", "relaxed", "suggested", "taken"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        languages = Counter(self.languages) + Counter(other.languages)
        self.languages = dict(languages.most_common(_MAX_LANGUAGES))
        self.times = [a + b for a, b in zip(self.times, other.times, strict=True)]
        self.pages, self.size = (other.pages, other.size) if other.pages else (self.pages, self.size)


@dataclass(slots=True)
class SearchCounts:
    """Counts since a day (ISO 8601; None if there are none), by folded text and by day."""

    since: str | None = None
    texts: dict[str, TextCount] = field(default_factory=dict)
    days: dict[str, DayCount] = field(default_factory=dict)

    def add(self, other: "SearchCounts", today: dt.date) -> None:
        """Add later counts, and drop what is too old or too much."""
        for text, count in other.texts.items():
            self.texts[text] = self.texts.get(text, TextCount()).plus(count)
        for day, counts in other.days.items():
            self.days.setdefault(day, DayCount()).add(counts)
        oldest = (today - dt.timedelta(days=MAX_AGE_DAYS)).isoformat()
        self.texts = {text: count for text, count in self.texts.items() if count.last_day >= oldest}
        self.days = {day: counts for day, counts in sorted(self.days.items()) if day >= oldest}
        if len(self.texts) > MAX_TEXTS:
            frequent = sorted(self.texts.items(), key=lambda item: -item[1].searches)
            self.texts = dict(frequent[:_TEXTS_AFTER_DROP])
        known = [since for since in (self.since, other.since) if since]
        self.since = max(min(known, default=today.isoformat()), oldest)


def read_search_counts(index: Path) -> SearchCounts:
    """The counts in the file of an index folder; none where it has none or is damaged."""
    try:
        return _decoded(orjson.loads((index / _FILE).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return SearchCounts()


def add_search_counts(index: Path, counts: SearchCounts, today: dt.date) -> None:
    """Add counts to the file. Raises OSError if it cannot be written."""
    with _Locked(index):
        stored = read_search_counts(index)
        stored.add(counts, today)
        new_file = index / "service/queries.new"
        new_file.write_bytes(orjson.dumps(_encoded(stored)))
        new_file.replace(index / _FILE)


def delete_search_counts(index: Path) -> None:
    """Delete all counts."""
    with _Locked(index):
        (index / _FILE).unlink(missing_ok=True)


def _encoded(counts: SearchCounts) -> dict[str, Any]:
    return {
        "since": counts.since,
        "queries": {text: list(count) for text, count in counts.texts.items()},
        "days": {day: asdict(count) for day, count in counts.days.items()},
    }


def _decoded(stored: Mapping[str, Any]) -> SearchCounts:
    """The counts in a file, also of a version that counted by text alone, without days."""
    since = str(stored["since"])
    dt.date.fromisoformat(since)
    today = dt.datetime.now().astimezone().date().isoformat()
    texts = {str(text): _text_count(values, today) for text, values in stored["queries"].items()}
    days = {str(day): _day_count(values) for day, values in stored.get("days", {}).items()}
    return SearchCounts(since, texts, days)


def _text_count(values: Sequence[Any], today: str) -> TextCount:
    """The count of a text; one whose last day was not stored is taken for one of today."""
    count = TextCount(*values)
    return count if count.last_day else count._replace(last_day=today)


def _day_count(values: Mapping[str, Any]) -> DayCount:
    count = DayCount(**values)
    if len(count.times) != len(TIME_LIMITS_S) + 1:  # of a version with other limits
        count.times = DayCount().times
    return count


class _Locked:
    """Holds the lock of the file, in a `with` block."""

    def __init__(self, index: Path) -> None:
        self._file = (service_folder(index) / "queries.lock").open("ab")

    def __enter__(self) -> Self:
        flock(self._file, LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
