"""An index folder in, an earlier generation live out: for when what was published is wrong."""

from collections.abc import Callable
from pathlib import Path

from zhsearch.index.errors import StoreError
from zhsearch.index.generations.store import Generation, current_id, generation_names, open_generation
from zhsearch.index.generations.writer import open_writer


def roll_back(index: Path, use: Callable[[Generation], Generation], *, to: str | None = None) -> str:
    """Make the generation before the live one live again, or that named `to`; returns its name.

    `use` raises StoreError where a generation cannot be served by this version. All its files are compared
    with their checksums first. Raises StoreError where there is none, naming those that there are;
    LockedError while the index is being written.
    """
    with open_writer(index) as writer:
        live, there = current_id(index), generation_names(index)
        if to and to not in there:
            raise StoreError(f"{index} has no generation {to}; there are: {', '.join(there)}")
        problem = StoreError(
            f"{index} has no generation before {live}. The setting keep_generations tells how many are kept"
        )
        for name in [to] if to else [name for name in reversed(there) if live and name < live]:
            try:
                use(open_generation(index, name)).verify()
            except StoreError as why:
                problem = why
                continue
            writer.make_live(name)
            return name
        raise problem
