"""The file of search counts in the index folder: by text, and by day.

For privacy nothing else is stored: no address, no time but the day, and of a text no more than its counts.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
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
    """The counts in the file of an index folder; of a damaged file what can be read."""
    try:
        return _decoded((index / _FILE).read_bytes()) or SearchCounts()
    except OSError:
        return SearchCounts()


def add_search_counts(index: Path, counts: SearchCounts, today: dt.date) -> None:
    """Add counts to the file; one that cannot be decoded is renamed. Raises OSError if that fails."""
    with _Locked(index):
        file = index / _FILE
        try:
            stored = _decoded(file.read_bytes())
        except FileNotFoundError:
            stored = SearchCounts()
        if stored is None:
            file.replace(file.with_suffix(".damaged"))
            stored = SearchCounts()
        stored.add(counts, today)
        new_file = file.with_suffix(".new")
        new_file.write_bytes(orjson.dumps(_encoded(stored)))
        new_file.replace(file)


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


def _decoded(data: bytes) -> SearchCounts | None:
    """The counts in a file, also of a version that counted by text alone; entries that are no counts are left
    out. None if it is no file of counts."""
    try:
        stored = orjson.loads(data)
        since, texts, days = stored["since"], stored["queries"], stored.get("days", {})
        dt.date.fromisoformat(since)
        text_counts = {text: _text_count(values) for text, values in texts.items()}
        day_counts = {day: _day_count(day, values) for day, values in days.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return SearchCounts(
        since,
        {text: count for text, count in text_counts.items() if count},
        {day: count for day, count in day_counts.items() if count},
    )


def _text_count(values: object) -> TextCount | None:
    """The count of a text; one whose last day was not stored is taken for one of today. None for no count."""
    if not isinstance(values, list) or not _are_counts(values[:4]):
        return None
    today = dt.datetime.now().astimezone().date().isoformat()
    last_day = next(filter(_is_day, values[4:5]), today)
    return TextCount(*values[:4])._replace(last_day=last_day)


def _day_count(day: str, values: object) -> DayCount | None:
    """The count of a day; None for no count. Fields of a later version are left out."""
    if not _is_day(day) or not isinstance(values, dict):
        return None
    count = DayCount()
    for name, empty in asdict(count).items():
        value = values.get(name, empty)
        parts = list(value.values()) if isinstance(value, dict) else value
        if type(value) is not type(empty) or not _are_counts(parts if isinstance(parts, list) else [parts]):
            return None
        if name != "times" or len(value) == len(empty):  # of a version with other limits
            setattr(count, name, value)
    return count


def _are_counts(values: Sequence[object]) -> bool:
    return all(type(value) is int and value >= 0 for value in values)


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


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
