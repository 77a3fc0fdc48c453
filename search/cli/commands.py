"""Classes of commands: whole summaries in lists, the nearest name for a misspelt one, text that may begin
with a minus."""

import re
from collections.abc import Iterable, Sequence

import click

_OPTION = re.compile(r"--[A-Za-z][\w-]*(?:=.*)?", re.ASCII | re.DOTALL)


def _nearest(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415  needed for errors only

    return next(iter(get_close_matches(name, list(known), n=1)), None)


def examples(*commands: str) -> str:
    """The end of a help text: commands to copy."""
    return "\n".join(("\b", "Examples:", *(f"  {command}" for command in commands)))


class Command(click.Command):
    """A command whose summary in a list is its whole first sentence, and which names the option that is
    nearest to an unknown one."""

    hint = ""
    """What else may be done about an unknown option."""

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
            remedies = [f"Did you mean {nearest}?"] if nearest else []
            remedies += [self.hint.format(ctx.command_path, name)] if self.hint else []
            raise click.UsageError(" ".join((f"No such option {name!r}.", *remedies)), ctx) from problem


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
        remedy = f"Did you mean {nearest}?" if nearest else f"There are: {', '.join(known)}."
        raise click.UsageError(f"No such command {name!r}. {remedy}", ctx)


class TextCommand(Command):
    """A command whose arguments are text, such as `-word`, which excludes a word.

    Only what looks like a long option is one; click would take `-hat` for `-h -a -t`.
    """

    hint = "To search for that text: {} -- {}"

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
                    raise click.BadOptionUsage(arg, f"Option {arg!r} requires an argument.", ctx)
                options += [rest.pop(0)] if rest else []
        return options, text
