"""Files that are written into a site: templates with placeholders, stamped so that an owner's edits show.

A file that was written here and not edited since is replaced; any other is left alone unless forced. The
stamp is a comment with the hash of the rest of the file.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.messages import system_message

_FOLDER = Path(__file__).parent / "templates"
_STAMP = re.compile(r"^.*zhsearch (?:hugo )?init ([0-9a-f]{12}).*\n", re.MULTILINE)
HUGO_STAMP = "{{{{- /* zhsearch hugo init {} */ -}}}}\n"
JS_STAMP = "// zhsearch init {}\n"
JINJA_STAMP = "{{#- zhsearch init {} -#}}\n"
LIQUID_STAMP = "{{%- comment -%}} zhsearch init {} {{%- endcomment -%}}\n"


class InitError(ZhsearchError):
    """The files cannot be written for this site; the message says why and what to do."""


def filled(template: str, values: Mapping[str, str], *, stamp: str) -> str:
    """A template with its placeholders filled, and a stamp by which later edits are detected.

    `stamp` is the comment, with {} for the hash. In front matter it is a comment of YAML.
    """
    body = (_FOLDER / template).read_text(encoding="utf-8")
    for name, value in values.items():
        body = body.replace(f"@{name}@", value)
    return stamped(body, stamp)


def stamped(body: str, stamp: str) -> str:
    """A text with the stamp of its content."""
    digest = _digest(body)
    if body.startswith("---\n"):
        return body.replace("---\n", f"---\n# zhsearch hugo init {digest}\n", 1)
    return stamp.format(digest) + body


def without_stamp(text: str) -> str:
    """The text of a file without its stamp."""
    return _STAMP.sub("", text, count=1)


def is_replaceable(text: str | None) -> bool:
    """Whether a file is missing (None), or unchanged since it was written here."""
    if text is None:
        return True
    stamp = _STAMP.search(text)
    return stamp is not None and _digest(without_stamp(text)) == stamp[1]


def check_unedited(site: Path, paths: Iterable[str]) -> None:
    """Raise InitError if one of the files was edited since zhsearch wrote it."""
    edited = [path for path in paths if not is_replaceable(read_file(site / path))]
    if edited:
        raise InitError(
            "{edited}: edited since zhsearch wrote it. Move it away, or replace it with --force",
            edited=", ".join(edited),
        )


def write_file(path: Path, text: str) -> None:
    """Write a file and the folders above it. Raises InitError if that is impossible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise InitError(
            "{path} cannot be written: {problem}", path=path, problem=system_message(problem)
        ) from problem


def read_file(path: Path) -> str | None:
    """The text of a file; None if there is none. Raises InitError if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise InitError("{path} cannot be read: {problem}", path=path, problem=problem) from problem


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
