"""Dates: which key wins, in which zone, and the message for a bad value; `test_pages_like_hugo` compares forms."""

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.index.hugo.dates import parse_date, read_dates

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def iso(date: dt.datetime | None) -> str | None:
    return date.isoformat() if date else None


@pytest.mark.parametrize(
    ("fields", "date", "publish"),
    [
        ({"date": "2025-01-01", "lastmod": "2025-02-02"}, "2025-01-01", "2025-01-01"),
        ({"date": "2025-01-01", "publishdate": "2025-02-02"}, "2025-01-01", "2025-02-02"),
        ({"publishdate": "2025-02-02", "pubdate": "2025-03-03"}, "2025-02-02", "2025-02-02"),
        ({"published": "2025-03-03", "lastmod": "2025-04-04"}, "2025-03-03", "2025-03-03"),
        ({"lastmod": "2025-04-04"}, "2025-04-04", "2025-04-04"),
        ({"modified": "2025-05-05"}, "2025-05-05", "2025-05-05"),
        ({"date": "", "pubdate": "2025-01-01"}, "2025-01-01", "2025-01-01"),
        ({"date": "0001-01-01", "lastmod": "2025-04-04"}, "2025-04-04", "2025-04-04"),
    ],
)
def test_the_first_date_that_is_given_counts(fields: dict[str, Any], date: str, publish: str) -> None:
    found = read_dates(fields, dt.UTC)
    assert iso(found.date) == f"{date}T00:00:00+00:00"
    assert iso(found.publish) == f"{publish}T00:00:00+00:00"
    assert found.expiry is None


def test_a_page_without_dates_has_none() -> None:
    found = read_dates({"title": "a"}, dt.UTC)
    assert (found.date, found.publish, found.expiry, found.unreadable) == (None, None, None, ())


def test_a_date_keeps_the_offset_that_its_author_wrote() -> None:
    assert iso(parse_date("2025-02-13T08:01:14-05:00", SHANGHAI)) == "2025-02-13T08:01:14-05:00"
    assert iso(parse_date("2025-02-13 08:01:14 +0000 UTC", SHANGHAI)) == "2025-02-13T08:01:14+00:00"


def test_without_an_offset_it_is_in_the_zone_of_the_site() -> None:
    assert iso(parse_date("2025-02-13", SHANGHAI)) == "2025-02-13T00:00:00+08:00"
    assert iso(parse_date(dt.date(2025, 2, 13), SHANGHAI)) == "2025-02-13T00:00:00+08:00"
    assert iso(parse_date(dt.datetime(2025, 2, 13, 8), SHANGHAI)) == "2025-02-13T08:00:00+08:00"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("昨天", "'昨天'"),
        ("2025-02-30", "'2025-02-30'"),
        ("2025-13-01", "'2025-13-01'"),
        ("2025-02-13T25:00:00Z", "'2025-02-13T25:00:00Z'"),
        ("2025-02-13T08:01:14+25:00", "+25:00"),
        ("9" * 5000, "999"),
        (["2025-02-13"], "'list'"),
        ({"a": 1}, "'dict'"),
        (True, "'true'"),
        (10**11, "100000000000"),
    ],
)
def test_a_value_that_is_not_a_date_is_reported_and_the_next_key_counts(value: object, shown: str) -> None:
    found = read_dates({"date": value, "lastmod": "2025-04-04"}, dt.UTC)
    assert iso(found.date) == "2025-04-04T00:00:00+00:00"
    (message,) = found.unreadable
    assert message.startswith("date: ")
    assert shown in message
    assert "is not a date; write 2025-02-13" in message
    assert len(message) < 150


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_written_as_iso_is_read_back(moment: dt.datetime) -> None:
    offset = moment.utcoffset()
    if offset is not None and offset.seconds % 60 == 0 and moment.year >= 1000:
        assert iso(parse_date(moment.isoformat(), dt.UTC)) == moment.isoformat()


@given(st.text(max_size=40) | st.integers() | st.floats() | st.none() | st.lists(st.text()))
def test_any_value_is_a_date_with_a_zone_or_none(value: object) -> None:
    found = parse_date(value, SHANGHAI)
    assert found is None or found.tzinfo is not None
