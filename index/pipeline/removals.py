"""Checks against a run that removes most pages or all of them.

Most likely such a run looked into the wrong folder; its index must not replace a good one unnoticed.
"""

import shlex
from collections.abc import Iterable, Set
from pathlib import Path

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.generations import Generation
from zhsearch.index.generations.writer import IndexWriter
from zhsearch.index.messages import Message, counted_message
from zhsearch.index.models import FileNotice
from zhsearch.index.settings import IndexSettings

_MIN_DELETED = 5  # pages; to remove fewer is an ordinary edit of a small site
_MAX_FOLDERS = 5  # named in a message


class EmptySiteError(ZhsearchError):
    """No page was found where the live generation has some; nothing was published."""


def check_not_empty(writer: IndexWriter, folders: Iterable[Path], unpublished: int, skipped: int) -> None:
    """Raise EmptySiteError where the index has pages, or is damaged or of another version and may have some.

    To be called where `folders` have no page; `unpublished` and `skipped` are the numbers of its posts.
    """
    pages = writer.live.manifest.documents if writer.live else 0
    if writer.live:
        lost = counted_message("the only page of the index", "all {count:,} pages of the index", pages)
    else:
        lost = Message("all pages of the index, which cannot be read,")
    if not (pages or (not writer.live and writer.refused)):
        return
    raise EmptySiteError(
        "no page was found in {folders} ({posts}, {skipped:,} skipped); {lost} would be removed. Nothing was"
        " published. Correct --content or, if the site shall be empty, add --allow-empty",
        folders=_names(folders),
        posts=counted_message("{count:,} post unpublished", "{count:,} posts unpublished", unpublished),
        skipped=skipped,
        lost=lost,
    )


def _names(folders: Iterable[Path]) -> str:
    # Resolved, since a wrong working folder is a likely cause.
    names = [str(folder.resolve()) for folder in folders]
    return ", ".join(names[:_MAX_FOLDERS]) + (", …" if len(names) > _MAX_FOLDERS else "")


def removal_notices(
    settings: IndexSettings, base: Generation | None, before: Set[str], live: Set[str]
) -> list[FileNotice]:
    """A notice where a run removed more than half of the pages, with the command that brings them back.

    `base` is the generation that was live before, which clean-up may have removed since; `before` and `live`
    are the paths of the pages before and after the run.
    """
    deleted = len(before - live)
    if deleted < _MIN_DELETED or 2 * deleted <= len(before):
        return []
    remedy = Message("zhsearch rollback --index {index}", index=shlex.quote(str(settings.index)))
    if not (base and base.folder.exists()):
        remedy = Message(
            "correct it and run again, since keep_generations = {kept}", kept=settings.keep_generations
        )
    reason = Message(
        "{deleted:,} of {pages:,} pages were removed. If that is wrong: {remedy}",
        deleted=deleted,
        pages=len(before),
        remedy=remedy,
    )
    return [FileNotice(str(settings.content), reason)]
