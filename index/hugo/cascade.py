"""A page's front matter and what its ancestors hand down in, the front matter that counts out.

Source: Hugo's `setMetaPost` and `PageMatcher`: the page itself, then the nearest ancestor, then the site's
configuration; of one list the first that sets a key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhsearch.index.glob import admits, matches
from zhsearch.index.hugo.values import as_strings, as_table, scalar_text

_NEVER = ("target", "_target", "params", "kind", "path", "lang", "cascade")


@dataclass(frozen=True, slots=True)
class Cascade:
    """Front matter for the pages whose path, kind and language match; empty patterns match all."""

    fields: Mapping[str, Any]
    path: str = ""
    kind: str = ""
    languages: tuple[str, ...] = ()

    def applies(self, path: str, kind: str, language: str) -> bool:
        """Is the page at this path, as Hugo writes it (`/posts/a`), one that it is for?"""
        return matches(self.path, path) and matches(self.kind, kind) and admits(self.languages, language)


def read_cascades(value: object, environment: str, language: str = "") -> tuple[Cascade, ...]:
    """The value of a key `cascade`, a table or a list of tables.

    `language` is that of a language's own configuration, which is for its pages unless it says otherwise.
    """
    found = []
    for entry in value if isinstance(value, list) else [value]:
        values = {str(key).lower(): inner for key, inner in as_table(entry).items()}
        target = values.get("target", values.get("_target"))
        target = {str(key).lower(): inner for key, inner in as_table(target).items()}
        kind, where = scalar_text(target.get("kind")), scalar_text(target.get("environment"))
        fields = {key: inner for key, inner in values.items() if key not in _NEVER}
        fields |= {str(key).lower(): inner for key, inner in as_table(values.get("params")).items()}
        if fields and matches(where, environment):
            languages = target_languages(target) or ((language,) if language else ())
            found.append(Cascade(fields, scalar_text(target.get("path")), kind, languages))
    return tuple(found)


def target_languages(target: Mapping[str, Any]) -> tuple[str, ...]:
    """The patterns of the languages that a table with `lang` or `sites.matrix.languages` is for."""
    matrix = as_table(as_table(target.get("sites")).get("matrix"))
    return tuple(as_strings(target.get("lang")) + as_strings(matrix.get("languages")))


def apply_cascades(
    fields: Mapping[str, Any], cascades: Iterable[Cascade], path: str, kind: str, language: str
) -> dict[str, Any]:
    """The front matter of the page of a kind at `path`, with what it does not set itself from the first
    that does."""
    whole = dict(fields)
    for cascade in cascades:
        if cascade.applies(path, kind, language):
            whole = {**cascade.fields, **whole}
    return whole
