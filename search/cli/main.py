"""The command `zhsearch` and the table of its sub-commands. Results go to stdout, messages to stderr.

A sub-command is imported when it is called, so that neither a query nor the processes that analyse posts wait
for the web server to be imported.
"""

from importlib import import_module
from typing import Any

import click

from zhsearch.search.cli.commands import Group
from zhsearch.search.cli.language import click_in, in_language, language

_MODULES = {
    "dev": "zhsearch.search.cli.dev",
    "reindex": "zhsearch.search.cli.reindex",
    "query": "zhsearch.search.cli.query",
    "serve": "zhsearch.search.cli.serve",
    "status": "zhsearch.search.cli.status",
    "check": "zhsearch.search.cli.check",
    "why": "zhsearch.search.cli.why",
    "eval": "zhsearch.search.cli.evaluate",
    "init": "zhsearch.search.cli.init",
    "hugo": "zhsearch.search.cli.hugo",
    "report": "zhsearch.search.cli.report",
    "lab": "zhsearch.search.cli.lab",
    "rollback": "zhsearch.search.cli.rollback",
    "export": "zhsearch.search.cli.export",
    "build": "zhsearch.search.cli.build",
}


class _Commands(Group):
    def main(self, *args: Any, **kwargs: Any) -> Any:
        with click_in(language()):
            return click.Group.main(in_language(self, language()), *args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        command: click.Command = import_module(_MODULES[cmd_name]).command
        return in_language(command, language())


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhsearch")
def main() -> None:
    """Full-text search for Chinese static sites.

    Settings come from zhsearch.toml, then ZHSEARCH_* variables, then options; the later one wins.
    """
