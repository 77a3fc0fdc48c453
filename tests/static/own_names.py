"""Short names for the properties that the scripts of static searches define themselves, which a minifier keeps.

Files, answers and parameters have no names in camelCase: such a name is a script's own, or JavaScript's.
"""

import re
from collections import Counter
from collections.abc import Mapping

_NAME = r"[a-z]+[A-Z]\w*"
_METHOD = rf"^  (?:async |\*|get )?({_NAME})\(.*\{{$"
_FIELD = rf"this\.({_NAME}) = "
_KEY = rf"(?<![\w$.?])({_NAME})(?::|(?=,? ?\}}))"
_DEFINED = re.compile(f"{_METHOD}|{_FIELD}|{_KEY}", re.MULTILINE)
_PROPERTY = re.compile(rf"\.({_NAME})\b|\b({_NAME}):")
_STRING = re.compile(r'"[^"\n]*"')
_WORD = re.compile(rf"(?<![\w$])({_NAME})\b")


def own_names_of(script: str) -> dict[str, str]:
    """A short name for each property in camelCase that a script defines, the shortest for what saves most.

    A name within a longer string may be a text, and stays; a string that is such a name looks up the property.
    """
    texts = (text for text in _STRING.findall(script) if not re.fullmatch(_NAME, text[1:-1]))
    kept = {name for text in texts for name in _WORD.findall(text)}
    properties = _found(_PROPERTY, script) & _found(_DEFINED, script) - kept
    counts = Counter(_WORD.findall(script))
    names = sorted(properties, key=lambda name: (-counts[name] * len(name), name))
    return {
        name: f"${chr(96 + place // 26) if place >= 26 else ''}{chr(97 + place % 26)}"
        for place, name in enumerate(names)
    }


def with_own_names(script: str, short: Mapping[str, str]) -> str:
    """A script with the short names."""
    return _WORD.sub(lambda match: short.get(match[0], match[0]), script)


def _found(pattern: re.Pattern[str], script: str) -> set[str]:
    return {name for match in pattern.finditer(script) for name in match.groups() if name}
