"""English texts that remember their template and fields, to be shown in another language.

Errors, and notices about files, are written deep in rooms that know nothing of readers and their languages.
A `Message` is a string in English: for logs, JSON and whoever catches the error. Only where it is shown to a
person is its template looked up in a catalogue (`zhsearch.search.translation`).
"""

from collections.abc import Callable, Mapping
from typing import Self


class Message(str):
    """A text in English: a template of str.format, filled with its fields.

    A field may be a message too, or an exception, which stands for its text. Without fields, braces are
    ordinary characters. The template is a literal, so that `make messages` finds it.
    """

    __slots__ = ("fields", "many", "template")

    template: str
    many: str  # the template for other numbers than one; "" where nothing is counted
    fields: dict[str, object]

    def __new__(cls, template: str, /, **fields: object) -> Self:
        """Fill the template. Raises KeyError where a field is missing."""
        return cls._filled(template, "", fields)

    @classmethod
    def _filled(cls, template: str, many: str, fields: Mapping[str, object]) -> Self:
        kept = {name: _text_of(value) for name, value in fields.items()}
        chosen = many if many and fields["count"] != 1 else template
        message = super().__new__(cls, chosen.format(**kept) if kept else chosen)
        message.template, message.many, message.fields = template, many, kept
        return message

    def __str__(self) -> str:
        return self  # so that str(error) still knows its template

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[object, ...]]:
        return self._filled, (self.template, self.many, self.fields)


def counted_message(one: str, many: str, count: int, /, **fields: object) -> Message:
    """A message with a template for one and another for all other numbers, which have the field `count`."""
    return Message._filled(one, many, {"count": count, **fields})


def system_message(problem: OSError) -> Message:
    """What the system says of an error, such as `No such file or directory`."""
    return Message(problem.strerror or str(problem))


def _text_of(value: object) -> object:
    return str(value) if isinstance(value, Exception) else value
