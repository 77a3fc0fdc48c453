"""The posts that every generator gets: Markdown with neutral front matter, and directives that adapters spell.

One source for all generators, so that a difference between two built sites is the generator's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from tests.helpers.sites import ROOT

_POSTS = Path(__file__).parent / "posts"
_SEED = ROOT / "content/posts/deepseek-aicg-suanli-geming.md"
_DIRECTIVE = re.compile(r"^::: (\w+) ?(.*)\n((?:.*\n)*?):::$", re.MULTILINE)
_HEADING_ID = re.compile(r" \{#\w+\}$", re.MULTILINE)
_FOOTNOTE = re.compile(r"^\[\^(\w+)\]: (.+)\n", re.MULTILINE)
_TAB = re.compile(r"^== (.+)\n((?:(?!== ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """A post as its author wrote it. `is_page`: a page beside the posts (about), without a date."""

    slug: str
    title: str
    body: str
    date: datetime | None = None
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    lang: str | None = None
    description: str | None = None
    draft: bool = False
    noindex: bool = False
    is_page: bool = False

    @property
    def day(self) -> str:
        """The day as `2025/02/13`; empty without a date."""
        return f"{self.date:%Y/%m/%d}" if self.date else ""


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a generator spells the directives: `admonition(kind, title, text)`, `tabs([(title, text), …])`.

    Where it has no `footnotes`, their texts stand in parentheses; `{#id}` stays only where it is known.
    """

    admonition: Callable[[str, str, str], str]
    tabs: Callable[[Sequence[tuple[str, str]]], str]
    footnotes: bool = True
    heading_ids: bool = True

    def spell(self, body: str) -> str:
        """The body with all directives in this syntax."""

        def directive(match: re.Match[str]) -> str:
            kind, title, text = match.groups()
            if kind == "tabs":
                return self.tabs([(found[1], found[2].strip()) for found in _TAB.finditer(text)])
            return self.admonition(kind, title, text.strip())

        text = _DIRECTIVE.sub(directive, body)
        if not self.heading_ids:
            text = _HEADING_ID.sub("", text)
        if self.footnotes:
            return text
        notes = dict(_FOOTNOTE.findall(text))
        return re.sub(r"\[\^(\w+)\]", lambda match: f"（{notes[match[1]]}）", _FOOTNOTE.sub("", text))


def sources() -> tuple[Source, ...]:
    """All posts, the customer's first."""
    seed = frontmatter.load(str(_SEED))
    first = Source(
        slug=_SEED.stem,
        title=str(seed["title"]),
        body=seed.content + "\n",
        date=datetime.fromisoformat(str(seed["date"])),
        tags=_texts(seed["tags"]),
        categories=_texts(seed["categories"]),
    )
    return (first, *(_read(path) for path in sorted(_POSTS.glob("*.md"))))


def without(posts: Sequence[Source], *names: str) -> list[Source]:
    """The posts but for those that have one of the flags `draft`, `noindex`, `is_page`."""
    return [post for post in posts if not any(getattr(post, name) for name in names)]


def front_matter(values: Mapping[str, object], body: str) -> str:
    """A file of YAML front matter, without values that are empty, and a body."""
    kept = {key: value for key, value in values.items() if value not in (None, (), [], False, "")}
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in kept.items()}
    return f"---\n{yaml.safe_dump(plain, allow_unicode=True, sort_keys=False)}---\n\n{body}"


def write_files(root: Path, files: Mapping[str, str]) -> None:
    """Write files: path below `root` -> text."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def indented(text: str, by: str = "    ") -> str:
    """The text with `by` before each line that is not empty."""
    return "\n".join(by + line if line else "" for line in text.split("\n"))


def _texts(values: object) -> tuple[str, ...]:
    assert isinstance(values, list)
    return tuple(map(str, values))


def _read(path: Path) -> Source:
    post = frontmatter.load(str(path))
    values: dict[str, Any] = {
        key: _texts(value) if isinstance(value, list) else value for key, value in post.metadata.items()
    }
    values["is_page"] = values.pop("page", False)
    return replace(Source(slug=path.stem, title="", body=post.content + "\n"), **values)
