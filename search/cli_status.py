"""`zhsearch status`: an index folder in, what its live generation holds out."""

from pathlib import Path

import click

from index.errors import DamagedError
from index.settings import load_settings
from index.store import Generation, live_id, open_live
from search.console import index_option, json_option, print_json, tables, told
from search.whoosh_engine import WhooshEngine


@click.command("status")
@click.option("--verify", is_flag=True, help="Compare every file of the index with its checksum.")
@index_option
@json_option
@told
def command(verify: bool, index: Path | None, as_json: bool) -> None:
    """Tell what the live index holds; fails where an older generation serves instead of it."""
    settings = load_settings(flags={"index": index})
    generation = open_live(settings.index, _checked)
    if verify:
        generation.verify()
    current = live_id(settings.index)
    facts = {
        "generation": generation.id,
        "current": current,
        "documents": generation.manifest["documents"],
        "created": generation.manifest["created"],
        "bytes": sum(generation.manifest["sizes"].values()),
        "verified": verify,
        "index": str(settings.index),
        "signature": generation.manifest["signature"],
    }
    if as_json:
        print_json(facts)
    elif rich := tables():
        rich.show_status(facts)
    else:
        width = max(map(len, facts))
        for name, value in facts.items():
            click.echo(f"{name:{width}}  {f'{value:,}' if type(value) is int else value}")
    if current != generation.id:
        folder = settings.index / "generations" / str(current)
        raise DamagedError(folder, f"it cannot be served; {generation.id} is instead")


def _checked(generation: Generation) -> Generation:
    """The generation, if it can be searched."""
    WhooshEngine(generation)
    return generation
