"""Rollback: make an earlier generation live again if what was published is wrong."""

from collections.abc import Callable
from pathlib import Path

from zhsearch.index.errors import StoreError
from zhsearch.index.generations.store import Generation, current_id, generation_names, open_generation
from zhsearch.index.generations.writer import open_writer


def roll_back(index: Path, load: Callable[[Generation], Generation], *, to: str | None = None) -> str:
    """Make the generation before the live one live again, or the one named `to`; returns its name.

    `load` raises StoreError if this version cannot serve a generation. All files are compared with their
    checksums first. Generations that fail either are skipped. Raises StoreError if none remains, and
    LockedError while another process writes the index.
    """
    with open_writer(index) as writer:
        live, names = current_id(index), generation_names(index)
        if to and to not in names:
            raise StoreError(f"{index} has no generation {to}; there are: {', '.join(names)}")
        problem = StoreError(
            f"{index} has no generation before {live}. The setting keep_generations says how many are kept"
        )
        for name in [to] if to else [name for name in reversed(names) if live and name < live]:
            try:
                load(open_generation(index, name)).verify()
            except StoreError as error:
                problem = error
                continue
            writer.make_live(name)
            return name
        raise problem
