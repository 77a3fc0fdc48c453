"""A page's front matter and dates in, whether it is on the site and in its search out, and why not."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from zhsearch.index.hugo.dates import Dates, is_switch
from zhsearch.index.hugo.languages import Language
from zhsearch.index.hugo.values import as_bool, as_strings, scalar_text

_OUT_OF_SEARCH = ("searchexclude", "searchhidden")  # the second is what the theme PaperMod calls it
_NO, _YES = (
    ("false", "no", "off", "0", "never"),
    ("true", "yes", "on", "1"),
)  # ours alone: Hugo knows them not


def unpublished_reason(
    language: Language, fields: Mapping[str, Any], dates: Dates, now: dt.datetime
) -> str | None:
    """Why Hugo does not publish the page, or its author keeps it out of the search; None where it is
    found."""
    if _is_draft(fields) and not language.build_drafts:
        return "a draft"
    if dates.publish and dates.publish > now and not language.build_future:
        return f"to be published on {dates.publish.isoformat()}"
    if dates.expiry and dates.expiry <= now and not language.build_expired:
        return f"expired on {dates.expiry.isoformat()}"
    if as_bool(fields.get("headless")):
        return "headless"
    build = fields.get("_build", fields.get("build"))  # the first is what versions before 0.145 took
    if isinstance(build, dict):
        build = {str(key).lower(): scalar_text(value) for key, value in build.items()}
        for key, values in (("render", ("never", "false", "0", "link")), ("list", ("never", "false", "0"))):
            if build.get(key) in values:
                return f"build.{key} is {build[key]}"
    if not language.has_pages:
        return "disableKinds has page"
    outputs = [name.lower() for name in as_strings(fields.get("outputs")) or language.outputs]
    if "html" not in outputs:
        return "its outputs are not HTML"
    return _why_out_of_search(fields)


def _is_draft(fields: Mapping[str, Any]) -> bool:
    if "draft" in fields:
        return as_bool(fields["draft"])
    # Hugo does not document it: `published: false` in the style of Jekyll.
    return is_switch(fields.get("published")) and not as_bool(fields.get("published"))


def _why_out_of_search(fields: Mapping[str, Any]) -> str | None:
    params = fields.get("params")
    own = {str(key).lower(): value for key, value in params.items()} if isinstance(params, dict) else {}
    for values in (fields, own):
        if (said := scalar_text(values.get("search")).lower()) in _NO:
            return f"search: {said}"
        for key in _OUT_OF_SEARCH:
            if scalar_text(values.get(key)).lower() in _YES:
                return f"{key}: true"
    return None
