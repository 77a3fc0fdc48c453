"""Classes of commands: whole summaries in lists, the nearest name for a misspelt one, text that may begin
with a minus."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import click

from zhsearch.search.cli.language import _, listed

_OPTION = re.compile(r"--[A-Za-z][\w-]*(?:=.*)?", re.ASCII | re.DOTALL)


def _nearest(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415  needed for errors only

    return next(iter(get_close_matches(name, list(known), n=1)), None)


class Command(click.Command):
    """A command whose summary in a list is its whole first sentence, and which names the option that is
    nearest to an unknown one. Its help ends with `examples`, to be copied."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._examples = examples

    def hint(self, _ctx: click.Context, _name: str) -> str:
        """What else may be done about an unknown option."""
        return ""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Called by click for the end of a help text."""
        if self._examples:
            formatter.write_paragraph()
            with formatter.indentation():
                lines = (f"  {example}" for example in self._examples)
                formatter.write_text("\n".join(("\b", _("Examples:"), *lines)))

    def get_short_help_str(self, limit: int = 45) -> str:
        """Called by click, which would cut at `limit` characters."""
        return super().get_short_help_str(limit=1_000)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Called by click with the arguments of the command."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as problem:
            name = problem.option_name
            known = [option for parameter in self.get_params(ctx) for option in parameter.opts]
            nearest = _nearest(name, known)
            remedy, hint = _("Did you mean {name}?", name=nearest) if nearest else "", self.hint(ctx, name)
            if remedy and hint:
                remedy = _("{first} {second}", first=remedy, second=hint)
            text = _("No such option {name}. {remedy}", name=repr(name), remedy=remedy or hint)
            raise click.UsageError(text.rstrip(), ctx) from problem


class Group(Command, click.Group):
    """A group of such commands, which names the nearest of them for one that it does not have."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Called by click with the name of a command and its arguments."""
        name, known = args[0], self.list_commands(ctx)
        if name in known or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        nearest = _nearest(name, known)
        if nearest:
            remedy = _("Did you mean {name}?", name=nearest)
        else:
            remedy = _("There are: {names}.", names=listed(known))
        raise click.UsageError(_("No such command {name}. {remedy}", name=repr(name), remedy=remedy), ctx)


class TextCommand(Command):
    """A command whose arguments are text, such as `-word`, which excludes a word.

    Only what looks like a long option is one; click would take `-hat` for `-h -a -t`.
    """

    def hint(self, ctx: click.Context, name: str) -> str:
        """How to search for what looks like an option."""
        return _("To search for that text: {command} -- {name}", command=ctx.command_path, name=name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Called by click: sort options from text, and pass them on with `--` between them."""
        options, text = self._split(ctx, args)
        return super().parse_args(ctx, [*options, "--", *text])

    def _split(self, ctx: click.Context, args: Sequence[str]) -> tuple[list[str], list[str]]:
        known = {
            name: parameter
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option)
            for name in (*parameter.opts, *parameter.secondary_opts)
        }
        options: list[str] = []
        text: list[str] = []
        rest = list(args)
        while rest:
            arg = rest.pop(0)
            if arg == "--":
                return options, text + rest
            if arg not in known and not _OPTION.fullmatch(arg):
                text.append(arg)
                continue
            options.append(arg)
            option = known.get(arg)
            if option and not option.is_flag:
                if not rest and not ctx.resilient_parsing:
                    lacking = _("Option {name} requires an argument.", name=repr(arg))
                    raise click.BadOptionUsage(arg, lacking, ctx)
                options += [rest.pop(0)] if rest else []
        return options, text
