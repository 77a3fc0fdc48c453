"""The search report as one HTML page, without scripts, and as JSON."""

import base64
import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from zhsearch.search.analytics.search_counts import TIME_LIMITS_S, DayCount
from zhsearch.search.analytics.search_report import SearchReport, time_percentile
from zhsearch.search.analytics.svg_charts import WIDE, Column, bars, line
from zhsearch.search.translation import translated, translated_count

_MAX_COLUMNS = 62  # of days in a chart; more days are summed up to weeks


class _Period(NamedTuple):
    """A day, or a week of seven days, with its counts."""

    label: str
    counts: DayCount


def report_json(report: SearchReport) -> dict[str, Any]:
    """The report as JSON types; lists of texts are objects."""
    return {
        "since": report.since,
        "searches": report.searches,
        "without": report.without,
        **{
            name: [text._asdict() for text in getattr(report, name)]
            for name in ("top", "nothing_found", "few_found", "relaxed", "dictionary", "synonyms")
        },
        "days": {day: _day_json(counts) for day, counts in report.days},
    }


def _day_json(counts: DayCount) -> dict[str, Any]:
    return {name: getattr(counts, name) for name in DayCount.__slots__}


def report_page(report: SearchReport, site: str, language: str) -> str:
    """The page of a report, in a language. `site` is the title of the site."""
    _ = _Texts(language)
    periods = _periods(report.days)
    page: str = (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            total=report.all_days,
            site=site,
            lang=language,
            style=Markup(_style()),
            version=version("zhsearch"),
            periods=list(reversed(periods)),
            weeks=len(periods) < len(report.days),
            median=_.time(time_percentile(report.all_days.times, 0.5)),
            slow=_.time(time_percentile(report.all_days.times, 0.95)),
            pages=next((counts.pages for __, counts in reversed(report.days) if counts.pages), 0),
            by_day=Markup(_searches_chart(periods, weeks=len(periods) < len(report.days), _=_)),
            times=list(_time_classes(report.all_days.times, _)),
            times_chart=Markup(_times_chart(report.all_days.times, _)),
            growth_chart=Markup(_growth_chart(periods, _)),
            languages=sorted(report.all_days.languages.items(), key=lambda item: -item[1]),
            _=_,
            count_of=_.count,
            percent=_percent,
        )
    )
    return page


def style_hash() -> str:
    """The hash of the page's style sheet, as a source of Content-Security-Policy."""
    digest = hashlib.sha256(_style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


class _Texts:
    """Texts in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, text: str, **fields: object) -> str:
        return translated(text, self._language, **fields)

    def count(self, one: str, many: str, count: int, **fields: object) -> str:
        return translated_count(one, many, count, self._language, **fields)

    def time(self, seconds: float | None) -> str:
        """The limit of a class of answer times."""
        if seconds is None:
            return "–"
        if seconds > TIME_LIMITS_S[-1]:
            return translated("over {count:g} s", self._language, count=TIME_LIMITS_S[-1])
        return f"{seconds * 1000:g} ms" if seconds < 1 else f"{seconds:g} s"


def _periods(days: Sequence[tuple[str, DayCount]]) -> list[_Period]:
    """The days from the first to the last, without gaps; weeks if they are many."""
    if not days:
        return []
    counts = dict(days)
    first, last = dt.date.fromisoformat(days[0][0]), dt.date.fromisoformat(days[-1][0])
    every = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    if len(every) <= _MAX_COLUMNS:
        return [_Period(day.isoformat(), counts.get(day.isoformat(), DayCount())) for day in every]
    return [_week(every[start : start + 7], counts) for start in range(0, len(every), 7)]


def _week(days: Sequence[dt.date], counts: dict[str, DayCount]) -> _Period:
    total = DayCount()
    for day in days:
        total.add(counts.get(day.isoformat(), DayCount()))
    return _Period(days[0].isoformat(), total)


def _searches_chart(periods: Sequence[_Period], *, weeks: bool, _: _Texts) -> str:
    columns = [
        Column(
            label[5:],
            (counts.searches - counts.few - counts.without, counts.few, counts.without),
            _(
                "{day}: {searches:,} searches, {few:,} with few hits, {without:,} without",
                day=label,
                searches=counts.searches,
                few=counts.few,
                without=counts.without,
            ),
        )
        for label, counts in periods
    ]
    return bars(columns, _("Searches by week") if weeks else _("Searches by day"), WIDE)


def _growth_chart(periods: Sequence[_Period], _: _Texts) -> str:
    columns = [
        Column(label[5:], (counts.pages,), _("{day}: {count:,} pages", day=label, count=counts.pages))
        for label, counts in periods
        if counts.pages
    ]
    return line(columns, _("Pages in the index"))


def _times_chart(times: Sequence[int], _: _Texts) -> str:
    columns = [Column(label, (count,), f"{label}: {count:,}") for label, count in _time_classes(times, _)]
    return bars(columns, _("Answer times"))


def _time_classes(times: Sequence[int], _: _Texts) -> Iterator[tuple[str, int]]:
    """(upper limit, answers) of each class."""
    for limit, count in zip((*TIME_LIMITS_S, float("inf")), times, strict=True):
        yield _.time(limit), count


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("zhsearch.search.analytics"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    source, *__ = _environment().loader.get_source(_environment(), "report.css")  # type: ignore[union-attr]  # it has one
    return source
