"""Texts about pages that are left out: counts by reason, and each page with its reason."""

from collections.abc import Iterable, Mapping

import click

from zhsearch.index.models import LeftOut, ReindexReport

_UNPUBLISHED = {
    "draft": "{} draft",
    "future": "{} future",
    "expired": "{} expired",
    "not_built": "{} not built",
}
_ELSEWHERE = {
    "hidden": "{} hidden from search",
    "excluded": "{} excluded",
    "duplicate": "{} at the address of another file",
}


def left_out_counts(report: ReindexReport) -> list[str]:
    """The counts of a run: unpublished pages with their reasons, then those that are left out otherwise."""
    elsewhere = {"excluded": report.excluded, "duplicate": report.duplicates}
    return counts_of({**report.unpublished_reasons, **elsewhere})


def counts_of(by_kind: Mapping[str, int]) -> list[str]:
    """The same for counts by the kind of `LeftOut`."""
    reasons = ", ".join(_counts(_UNPUBLISHED, by_kind))
    unpublished = sum(by_kind.get(kind, 0) for kind in _UNPUBLISHED)
    return [f"{unpublished} unpublished{f' ({reasons})' if reasons else ''}", *_counts(_ELSEWHERE, by_kind)]


def _counts(texts: Mapping[str, str], by_kind: Mapping[str, int]) -> list[str]:
    return [text.format(by_kind[kind]) for kind, text in texts.items() if by_kind.get(kind)]


def echo_left_out(pages: Iterable[LeftOut]) -> None:
    """Print each page that is not searched, with the reason, on stdout."""
    for page in pages:
        click.secho(f"not searched: {page.path}: {page.reason}", dim=True)
