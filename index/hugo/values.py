"""Casts of configuration and front matter values, as Hugo casts them.

Authors write `draft: "true"`, `tags: news` or `title: 5.0`; all code of this room casts
such values here, so that a value means the same in every place. Source: Hugo's `common/maps` and the package
`cast`.
"""

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Any

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Characters that neither YAML nor a title may contain. U+0085, U+2028 and U+2029 are line breaks in YAML 1.1
only; they arrive with text that was pasted from web pages."""


def scalar_text(value: object) -> str:
    """A scalar as one line of text; "" for lists, tables and None.

    Control characters become blanks, lone surrogates `?`. Numbers and times are written as Go writes them:
    5.0 as 5, 1e21 with all its zeros. A list is never passed to `str()`: YAML aliases of aliases are small
    in memory and gigabytes when written out.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        if value.isprintable():  # then it has none of what is replaced
            return value
        line = " ".join(value.splitlines())
        return CONTROL_CHARACTERS.sub(" ", line.encode("utf-8", "replace").decode("utf-8"))
    if isinstance(value, dt.date | dt.time):
        return _time_text(value)
    if isinstance(value, float):
        return _float_text(value)
    return str(value) if isinstance(value, int) else ""


def _float_text(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def _time_text(value: dt.date | dt.time) -> str:
    offset = value.utcoffset() if isinstance(value, dt.datetime) else None
    local = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
    text = re.sub(r"(\.\d*?)0+$", r"\1", local.isoformat())
    if offset is None:
        return text
    zone = (value.tzname() or "") if isinstance(value, dt.datetime) and offset else "UTC"
    # Go prints the zone's abbreviation; a bare offset has none and is printed twice.
    return f"{text.replace('T', ' ')} {value:%z} {zone if zone.isalpha() else format(value, '%z')}"


def merge_tables(base: dict[str, Any], override: dict[str, Any]) -> dict[str, Any]:
    """Merge two tables recursively; where both have a key, `override` wins unless both values are tables."""
    merged = dict(base)
    for key, value in override.items():
        old = merged.get(key)
        merged[key] = merge_tables(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def as_bool(value: object) -> bool:
    """The value as Hugo casts it: true for a number other than 0 and for six texts; `yes` is false.

    Source: Go's `strconv.ParseBool`, which Hugo applies to texts.
    """
    if isinstance(value, int | float):
        return value != 0
    return isinstance(value, str) and value in ("1", "t", "T", "true", "True", "TRUE")


def is_bool_like(value: object) -> bool:
    """Whether Hugo reads the value as true or false, to distinguish `published: false` from a date."""
    return scalar_text(value).lower() in ("true", "false", "t", "f", "1", "0")


def as_table(value: object) -> dict[str, Any]:
    """The value if it is a table, else an empty table."""
    return value if isinstance(value, dict) else {}


def as_lower_table(value: object) -> dict[str, Any]:
    """A copy of a table with its own keys in lower case, as Hugo compares them; empty for anything else."""
    return {str(key).lower(): inner for key, inner in as_table(value).items()}


def as_strings(value: object) -> list[str]:
    """A text as a list of one, the scalars of a list as texts; empty for anything else."""
    if isinstance(value, str):
        return [value]
    items = value if isinstance(value, list) else []
    return [
        item if isinstance(item, str) else scalar_text(item)
        for item in items
        if item is not None and not isinstance(item, list | dict)
    ]
