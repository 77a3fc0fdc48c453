"""An index folder in, an earlier generation live out: for when what was published is wrong."""

from collections.abc import Callable
from pathlib import Path

from zhsearch.index.errors import StoreError
from zhsearch.index.generations.store import Generation, live_id, names, open_generation
from zhsearch.index.generations.writer import writing


def roll_back(index: Path, use: Callable[[Generation], Generation], *, to: str | None = None) -> str:
    """Make the generation before the live one live again, or that named `to`; returns its name.

    `use` raises StoreError where a generation cannot be served by this version. All its files are compared
    with their checksums first. Raises StoreError where there is none, naming those that there are;
    LockedError while the index is being written.
    """
    with writing(index) as writer:
        live, there = live_id(index), names(index)
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
