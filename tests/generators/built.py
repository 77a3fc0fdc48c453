"""What an adapter returns: a folder of HTML, and what its sources say of each page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .source import Source

Prepare = Callable[[Path], object]


def nothing(project: Path) -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A page that readers are meant to find: its address by the generator's own rule, and what the HTML can tell.

    `date` is None where the theme shows none. `tags` and `categories` are sets: themes sort them.
    """

    url: str
    title: str
    date: str | None = None
    tags: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, post: Source, url: str, *, date: bool = True, tags: bool = True, categories: bool = True
    ) -> "Expected":
        """The page of a post, with what the theme shows of it."""
        return cls(
            url,
            post.title,
            f"{post.date:%Y-%m-%d}" if post.date and date else None,
            frozenset(post.tags if tags else ()),
            frozenset(post.categories if categories else ()),
        )


@dataclass(frozen=True, slots=True)
class Built:
    """A built site. `main` selects the element of the main text, `hidden` what in it is no text of the page."""

    html: Path
    pages: tuple[Expected, ...]
    main: str
    hidden: str = ""


class Build(Protocol):
    """Write a project and build it below a folder; `prepare` is called with the project's folder in between."""

    def __call__(self, folder: Path, prepare: Prepare = ..., /) -> Built: ...


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator with a theme.

    `navigation`: texts that stand on pages outside of the main text. `is_light`: runs with every `make test`.
    """

    name: str
    build: Build
    navigation: Sequence[str] = ()
    is_light: bool = False
