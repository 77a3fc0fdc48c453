"""Rollback: make an earlier generation live again if what was published is wrong.

What is rolled back is marked as rejected, so that the next rollback does not lead to it again.
"""

from collections.abc import Callable
from pathlib import Path

from zhsearch.index.errors import StoreError
from zhsearch.index.generations.store import (
    Generation,
    current_id,
    generation_names,
    open_current,
    open_generation,
    rejected_ids,
)
from zhsearch.index.generations.writer import open_writer


def roll_back(index: Path, load: Callable[[Generation], Generation], *, to: str | None = None) -> str:
    """Make the newest generation before the live one that is not rejected live again, or that named `to`;
    returns its name.

    The live one, and those between the two, are rejected from then on; the one that is live no longer is.
    `load` raises StoreError where a generation cannot be served by this version. All its files are compared
    with their checksums first. Raises StoreError where there is none, naming those that exist;
    NoIndexError before the first run; LockedError while the index is being written.
    """
    with open_writer(index) as writer:
        live = current_id(index) or open_current(index, load).id  # CURRENT lost: that which serves
        names, rejected = generation_names(index), rejected_ids(index)
        if to and to not in names:
            raise StoreError(
                "{index} has no generation {to}; there are: {names}",
                index=index,
                to=to,
                names=", ".join(names),
            )
        older = [name for name in reversed(names) if name < live]
        problem = _no_target(index, live, [name for name in older if name in rejected])
        for name in [to] if to else [name for name in older if name not in rejected]:
            try:
                load(open_generation(index, name)).verify()
            except StoreError as error:
                problem = error
                continue
            undone = {other for other in names if name < other <= live}
            # First the marks: who is interrupted here rolls back again, and gets to the same generation.
            writer.set_rejected((rejected | undone) - {name})
            writer.make_live(name)
            return name
        raise problem


def _no_target(index: Path, live: str, rejected: list[str]) -> StoreError:
    """The error where no generation is left to go back to but `rejected` ones."""
    if rejected:
        return StoreError(
            "{index} has no generation before {live} that was not rolled back itself. Return to one of"
            " those by name: --to {rejected}",
            index=index,
            live=live,
            rejected=rejected[0],
        )
    return StoreError(
        "{index} has no generation before {live}. The setting keep_generations says how many are kept",
        index=index,
        live=live,
    )
