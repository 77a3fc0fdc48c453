"""Visibility of a page: whether Hugo publishes it and its author allows searching it, and if not, why.

Hugo leaves out drafts, future and expired pages, headless ones, and those whose build options or outputs
give them no page of HTML; authors hide pages from the search by front matter that themes define. Source:
https://gohugo.io/content-management/build-options/ and https://gohugo.io/configuration/output-formats/
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from zhsearch.index.hugo.dates import Dates
from zhsearch.index.hugo.languages import Language
from zhsearch.index.hugo.values import as_bool, as_lower_table, as_strings, is_bool_like, scalar_text
from zhsearch.index.messages import Message
from zhsearch.index.models import PageKind

_HIDING_KEYS = ("searchExclude", "searchHidden")  # the second is the theme PaperMod's
# Our own keys accept more spellings than Hugo's: `search: no`.
_NO = ("false", "no", "off", "0", "never")
_YES = ("true", "yes", "on", "1")
_NOT_RENDERED = ("never", "false", "0", "link")
_NOT_LISTED = ("never", "false", "0")


class Reason(NamedTuple):
    """Why a page is not searched: the kind as in `LeftOut`, and what decided it."""

    kind: str
    text: str


def unpublished_reason(
    language: Language, kind: PageKind, fields: Mapping[str, Any], dates: Dates, now: dt.datetime
) -> Reason | None:
    """Why a page of this kind is not searched; None if it is. `fields` is its front matter with what it
    inherits."""
    return (
        _draft_reason(language, fields)
        or _date_reason(language, dates, now)
        or _named("not_built", _build_reason(fields) or _output_reason(language, kind, fields))
        or _named("hidden", _hidden_reason(fields))
    )


def _named(kind: str, text: str | None) -> Reason | None:
    return Reason(kind, text) if text else None


def _draft_reason(language: Language, fields: Mapping[str, Any]) -> Reason | None:
    if "draft" in fields:
        is_draft = as_bool(fields["draft"])
    else:  # undocumented in Hugo: `published: false`, in the style of Jekyll
        published = fields.get("published")
        is_draft = is_bool_like(published) and not as_bool(published)
    return Reason("draft", Message("a draft")) if is_draft and not language.build_drafts else None


def _date_reason(language: Language, dates: Dates, now: dt.datetime) -> Reason | None:
    if dates.publish and dates.publish > now and not language.build_future:
        return Reason("future", Message("to be published on {date}", date=dates.publish.isoformat()))
    if dates.expiry and dates.expiry <= now and not language.build_expired:
        return Reason("expired", Message("expired on {date}", date=dates.expiry.isoformat()))
    return None


def _build_reason(fields: Mapping[str, Any]) -> str | None:
    """Headless pages, and build options (`_build` before Hugo 0.145) without a page that others link to."""
    if as_bool(fields.get("headless")):
        return "headless: true"
    options = as_lower_table(fields.get("_build", fields.get("build")))
    for option, hiding_values in (("render", _NOT_RENDERED), ("list", _NOT_LISTED)):
        if (value := scalar_text(options.get(option))) in hiding_values:
            return f"build.{option}: {value}"
    return None


def _output_reason(language: Language, kind: PageKind, fields: Mapping[str, Any]) -> str | None:
    if kind not in language.outputs:
        return Message("the site's disableKinds contains {kind}", kind=kind)
    outputs = as_strings(fields.get("outputs")) or language.outputs[kind]
    return None if "html" in map(str.lower, outputs) else Message("its outputs do not contain html")


def _hidden_reason(fields: Mapping[str, Any]) -> str | None:
    """The front matter that hides it from the search, at the top level or in `params`."""
    for values in (fields, as_lower_table(fields.get("params"))):
        if (search := scalar_text(values.get("search")).lower()) in _NO:
            return f"search: {search}"
        for key in _HIDING_KEYS:
            if scalar_text(values.get(key.lower())).lower() in _YES:
                return f"{key}: true"
    return None
