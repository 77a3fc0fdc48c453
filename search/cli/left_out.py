"""Texts about pages that are left out: counts by reason, and each page with its reason."""

from collections.abc import Callable, Iterable, Mapping

import click

from zhsearch.index.models import LeftOut, ReindexReport
from zhsearch.search.cli.language import _, listed

_UNPUBLISHED: Mapping[str, Callable[[int], str]] = {
    "draft": lambda count: _("{count} draft", count=count),
    "future": lambda count: _("{count} future", count=count),
    "expired": lambda count: _("{count} expired", count=count),
    "not_built": lambda count: _("{count} not built", count=count),
}
_ELSEWHERE: Mapping[str, Callable[[int], str]] = {
    "hidden": lambda count: _("{count} hidden from search", count=count),
    "excluded": lambda count: _("{count} excluded", count=count),
    "duplicate": lambda count: _("{count} at the address of another file", count=count),
    "list": lambda count: _("{count} lists of pages", count=count),
    "redirect": lambda count: _("{count} redirects", count=count),
    "error_page": lambda count: _("{count} error pages", count=count),
    "unmarked": lambda count: _("{count} without marked content", count=count),
    "empty": lambda count: _("{count} without text", count=count),
}


def left_out_counts(report: ReindexReport) -> list[str]:
    """The counts of a run: unpublished pages with their reasons, then those that are left out otherwise."""
    elsewhere = {"excluded": report.excluded, "duplicate": report.duplicates}
    return counts_of({**report.unpublished_reasons, **elsewhere})


def counts_of(by_kind: Mapping[str, int]) -> list[str]:
    """The same for counts by the kind of `LeftOut`."""
    count = sum(by_kind.get(kind, 0) for kind in _UNPUBLISHED)
    if count:
        reasons = listed(_counts(_UNPUBLISHED, by_kind))
        unpublished = _("{count} unpublished ({reasons})", count=count, reasons=reasons)
    else:
        unpublished = _("{count} unpublished", count=count)
    return [unpublished, *_counts(_ELSEWHERE, by_kind)]


def _counts(texts: Mapping[str, Callable[[int], str]], by_kind: Mapping[str, int]) -> list[str]:
    return [text(by_kind[kind]) for kind, text in texts.items() if by_kind.get(kind)]


def echo_left_out(pages: Iterable[LeftOut]) -> None:
    """Print each page that is not searched, with the reason, on stdout."""
    for page in pages:
        click.secho(_("not searched: {path}: {reason}", path=page.path, reason=page.reason), dim=True)
