"""Counts searches for the owner's report, if the setting `statistics` allows it."""

import time

from flask import Flask, Response, request

from zhsearch.search.analytics import CountedSearch, QueryLog
from zhsearch.search.api import parameters as params
from zhsearch.search.http.search_outcome import SearchOutcome, outcome_of

_START = "zhsearch.search_start"


def count_searches(app: Flask, query_log: QueryLog) -> None:
    """Count each search of an app once, with its first page."""

    @app.before_request
    def begin() -> None:
        request.environ[_START] = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        outcome = outcome_of(request.environ)
        if outcome and outcome.total is not None and request.args.get(params.PAGE.name, "1") in ("", "1"):
            query_log.record(_counted(outcome, outcome.total))
        return response


def _counted(outcome: SearchOutcome, total: int) -> CountedSearch:
    args = request.args
    filtered = args.get(params.LANG.name, "") if total else ""  # else it may be any text
    return CountedSearch(
        text=args.get(params.Q.name, ""),
        total=total,
        relaxed=outcome.relaxed,
        suggested=outcome.suggested,
        taken=args.get(params.SUGGESTED.name) == "1",
        language=outcome.language or filtered,
        seconds=time.perf_counter() - request.environ[_START],
    )
