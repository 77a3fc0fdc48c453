"""Writes a file of the owner's whole or not at all."""

import os
import shutil
from pathlib import Path

from zhsearch.index.errors import ZhsearchError
from zhsearch.index.messages import system_message


def write_whole(file: Path, text: str) -> None:
    """Write a file whole or not at all, with the mode that it has; a link to it stays one. Raises
    ZhsearchError."""
    target = file.resolve()
    new_file = target.with_name(f".{target.name}.new")
    is_new = not target.exists()
    try:
        descriptor = os.open(new_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666 if is_new else 0o600)
        with open(descriptor, "w", encoding="utf-8") as opened:  # noqa: PTH123  a Path opens for everybody
            opened.write(text)
        if not is_new:
            shutil.copymode(target, new_file)
        new_file.replace(target)
    except OSError as problem:
        new_file.unlink(missing_ok=True)
        raise ZhsearchError(
            "{file} cannot be written: {reason}", file=file, reason=system_message(problem)
        ) from problem
