"""Parameter types: each parses and checks the text of a parameter, and describes it as JSON Schema.

One declaration for both, so that what the API promises is what is checked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhsearch.search.errors import ParameterError
from zhsearch.search.query import day_range

_MAX_SHOWN_CHARS = 40  # of an invalid value, in the error


@dataclass(frozen=True, slots=True)
class IntParam:
    """A whole number from `minimum` to `maximum`."""

    name: str
    default: int
    maximum: int
    description: str
    minimum: int = 1

    def read(self, text: str | None) -> int:
        """Parse a number; None and "" are the default. Raises ParameterError."""
        if text is None or text == "":
            return self.default
        if not re.fullmatch(r"[0-9]{1,12}", text) or not self.minimum <= int(text) <= self.maximum:
            shown = text[:_MAX_SHOWN_CHARS]
            raise ParameterError(
                self.name,
                "{shown!r} is not a whole number from {minimum} to {maximum}",
                shown=shown,
                minimum=self.minimum,
                maximum=self.maximum,
            )
        return int(text)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum, "default": self.default}


@dataclass(frozen=True, slots=True)
class StrParam:
    """A text of at most `max_chars` characters (code points)."""

    name: str
    max_chars: int
    description: str
    required: bool = False
    pattern: str = ""
    """In the JSON Schema, where more than the length can be said of a value."""

    def read(self, text: str | None) -> str:
        """Check a text; None is "". Lone surrogates, which UTF-8 cannot encode, become `?`.

        Raises ParameterError.
        """
        text = text or ""
        if len(text) > self.max_chars:
            raise ParameterError(
                self.name,
                "{count} characters; at most {max_chars} are allowed",
                count=len(text),
                max_chars=self.max_chars,
            )
        if self.required and not text:
            raise ParameterError(self.name, "missing; give {description}", description=self.description)
        return text.encode("utf-8", "replace").decode("utf-8")

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        min_length = {"minLength": 1} if self.required else {}
        pattern = {"pattern": self.pattern} if self.pattern else {}
        return {"type": "string", **min_length, "maxLength": self.max_chars, **pattern}


@dataclass(frozen=True, slots=True)
class ListParam:
    """At most `max_values` texts, each as `item`; the parameter is repeated for each of them."""

    item: StrParam
    max_values: int

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return self.item.name

    @property
    def description(self) -> str:
        """The description of the parameter."""
        return self.item.description

    def read(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The texts that are not empty, without duplicates. Raises ParameterError."""
        values = tuple(dict.fromkeys(self.item.read(text) for text in texts if text))
        if len(values) > self.max_values:
            raise ParameterError(
                self.name,
                "{count} values; at most {max_values} are allowed",
                count=len(values),
                max_values=self.max_values,
            )
        return values

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "array", "items": self.item.schema, "maxItems": self.max_values}


@dataclass(frozen=True, slots=True)
class EnumParam:
    """One of `options`; the first is the default."""

    name: str
    options: tuple[str, ...]
    description: str

    def read(self, text: str | None) -> str:
        """Check an option; None and "" are the default. Raises ParameterError."""
        if text and text not in self.options:
            shown = text[:_MAX_SHOWN_CHARS]
            raise ParameterError(
                self.name, "{shown!r} is not one of {options}", shown=shown, options=", ".join(self.options)
            )
        return text or self.options[0]

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema. It allows "", which a form sends where nothing is chosen."""
        return {"type": "string", "enum": [*self.options, ""], "default": self.options[0]}


@dataclass(frozen=True, slots=True)
class DateParam:
    """A year, month or day: 2025, 2025-02 or 2025-02-13."""

    name: str
    description: str

    def read(self, text: str | None) -> str | None:
        """Check a date and return it as given; None for None and "". Raises ParameterError."""
        if not text:
            return None
        try:
            day_range(text)
        except ValueError:
            shown = text[:_MAX_SHOWN_CHARS]
            raise ParameterError(
                self.name, "{shown!r} is not a date; write 2025, 2025-02 or 2025-02-13", shown=shown
            ) from None
        return text

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema; its days end with the 28th, which every month has."""
        month, day = "(0[1-9]|1[0-2])", "(0[1-9]|1[0-9]|2[0-8])"
        return {"type": "string", "pattern": f"^((?!0000)[0-9]{{4}}(-{month}(-{day})?)?)?$"}


Param = IntParam | StrParam | ListParam | EnumParam | DateParam
