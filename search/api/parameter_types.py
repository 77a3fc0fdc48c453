"""What a parameter may be: its text from outside in, its value out, or a refusal that names it.

A kind also tells its JSON Schema, so that what the interface promises is what is checked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhsearch.search.errors import ParameterError
from zhsearch.search.query.date_range import day_range

_SHOWN = 40  # characters of a wrong value


@dataclass(frozen=True, slots=True)
class IntParam:
    """A whole number from 1 to `most`."""

    name: str
    default: int
    most: int
    about: str

    def read(self, text: str | None) -> int:
        """The number, or the default where none is given."""
        if text is None or text == "":
            return self.default
        if not re.fullmatch(r"[0-9]{1,12}", text) or not 1 <= int(text) <= self.most:
            raise ParameterError(self.name, f"{text[:_SHOWN]!r} is not a whole number from 1 to {self.most}")
        return int(text)

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.default}


@dataclass(frozen=True, slots=True)
class StrParam:
    """A text of at most `longest` characters (code points)."""

    name: str
    longest: int
    about: str
    required: bool = False

    def read(self, text: str | None) -> str:
        """The text without halves of characters, which no encoding would let out again."""
        text = text or ""
        if len(text) > self.longest:
            raise ParameterError(self.name, f"{len(text)} characters, more than {self.longest}; ask for less")
        if self.required and not text:
            raise ParameterError(self.name, f"missing; give {self.about}")
        return text.encode("utf-8", "replace").decode("utf-8")

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        least = {"minLength": 1} if self.required else {}
        return {"type": "string", **least, "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class ListParam:
    """At most `most` texts, each as `each`; the parameter is given once for each of them."""

    each: StrParam
    most: int

    @property
    def name(self) -> str:
        """The parameter's."""
        return self.each.name

    @property
    def about(self) -> str:
        """What it does."""
        return self.each.about

    def read(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Those that are not empty, each once."""
        values = tuple(dict.fromkeys(self.each.read(text) for text in texts if text))
        if len(values) > self.most:
            raise ParameterError(self.name, f"{len(values)} values, more than {self.most}; choose fewer")
        return values

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "array", "items": self.each.schema, "maxItems": self.most}


@dataclass(frozen=True, slots=True)
class EnumParam:
    """One of `options`, the first where none is given."""

    name: str
    options: tuple[str, ...]
    about: str

    def read(self, text: str | None) -> str:
        """The option."""
        if text and text not in self.options:
            raise ParameterError(self.name, f"{text[:_SHOWN]!r} is none of {', '.join(self.options)}")
        return text or self.options[0]

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema; a form sends an empty text where none is chosen."""
        return {"type": "string", "enum": [*self.options, ""], "default": self.options[0]}


@dataclass(frozen=True, slots=True)
class DateParam:
    """A year, a month or a day of the calendar."""

    name: str
    about: str

    def read(self, text: str | None) -> str | None:
        """The text, if it is a period; None where none is given."""
        if not text:
            return None
        try:
            day_range(text)
        except ValueError:
            raise ParameterError(
                self.name, f"{text[:_SHOWN]!r} is not a date; write 2025, 2025-02 or 2025-02-13"
            ) from None
        return text

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema; of days it has those that every month has."""
        month, day = "(0[1-9]|1[0-2])", "(0[1-9]|1[0-9]|2[0-8])"
        return {"type": "string", "pattern": f"^((?!0000)[0-9]{{4}}(-{month}(-{day})?)?)?$"}


Param = IntParam | StrParam | ListParam | EnumParam | DateParam
