"""Values of front matter and configuration as tables, texts and truth values, as Hugo casts them."""

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Any

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Characters that neither YAML nor a title may hold."""


def scalar_text(value: object) -> str:
    """A scalar as one line, without control characters and halves of characters; anything else is no text.
    Numbers and times are written as Hugo (Go) writes them: 5.0 as 5, 1e21 with all its zeros.

    Never `str()` of a value: aliases of aliases of lists are small until they are written out.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
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
    # An offset has no name: it stands for itself.
    return f"{text.replace('T', ' ')} {value:%z} {zone if zone.isalpha() else format(value, '%z')}"


def merge_tables(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Two tables as one; where both have a value that is no table, `above` wins."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = merge_tables(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def as_bool(value: object) -> bool:
    """Hugo's idea of true: a number that is not 0, or one of a few texts; `yes` is none of them."""
    if isinstance(value, int | float):
        return value != 0
    return isinstance(value, str) and value in ("1", "t", "T", "true", "True", "TRUE")


def as_table(value: object) -> dict[str, Any]:
    """The value if it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_strings(value: object) -> list[str]:
    """A text, or a list of values, as a list of texts; anything else is none."""
    return [value] if isinstance(value, str) else [str(v) for v in value] if isinstance(value, list) else []
