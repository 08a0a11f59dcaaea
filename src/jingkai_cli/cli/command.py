"""What every command asks of its arguments, beyond their types, and how its help shows them."""

import os
from copy import copy
from functools import cached_property
from importlib import import_module
from inspect import unwrap
from typing import Any, get_type_hints

import click
import typer
from typer.core import TyperCommand
from typer.main import get_command
from typer.models import ArgumentInfo

from ..language import _
from .environment import COMPLETION
from .options import flattened


class Command(TyperCommand):
    """A command that takes nothing empty: `--on "$DAY"` must not mean today because a script forgot to set DAY."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let help name an argument by its placeholder alone: Typer adds its name in Python, or writes TEXT instead."""
        super().__init__(*args, **kwargs)
        for argument in self._arguments():
            argument.opts = []
            argument.type = copy(argument.type)
            argument.type.name = argument.metavar or argument.type.name

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the help: Chinese broken where it may be broken, arguments with what they mean."""
        from ..formats.table import break_chinese

        break_chinese()
        self.explain_arguments()
        super().format_help(ctx, formatter)

    def explain_arguments(self) -> None:
        """Give each argument its help: Typer hands it to Click, and from 8.5 on Click takes it away again."""
        hints = get_type_hints(unwrap(self.callback), include_extras=True) if self.callback else {}
        for argument in self._arguments():
            said = getattr(hints.get(argument.name or ""), "__metadata__", ())
            argument.help = next((info.help for info in said if isinstance(info, ArgumentInfo)), None)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse a value that is given and blank."""
        rest = super().parse_args(ctx, args)
        for parameter in self.get_params(ctx):
            given: Any = ctx.params.get(parameter.name or "")
            for value in given if isinstance(given, list | tuple) else (given,):
                if isinstance(value, str) and not value.strip():
                    raise click.BadParameter(_("it is empty"), ctx, parameter)
        return rest

    def _arguments(self) -> list[Any]:
        return [parameter for parameter in self.params if isinstance(parameter, click.Argument)]


class LazyCommand(TyperCommand):
    """A line in a table of commands: all that the table's help shows. The command itself is loaded when it is called.

    To import every command takes longer than most commands do.
    """

    def __init__(self, name: str, function: str, text: str, panel: str | None = None) -> None:
        """List a command under its name, with its help and panel; `function` is `module.function` in this package."""
        super().__init__(name, help=text, rich_help_panel=panel)
        self._function = function

    @cached_property
    def command(self) -> click.Command:
        """The command itself, with its arguments and options."""
        module, _dot, function = self._function.rpartition(".")
        loaded = flattened(getattr(import_module(f".{module}", __package__), function))
        if COMPLETION in os.environ:
            from .completion import with_candidates

            loaded = with_candidates(loaded)
        one = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
        panel, metavar = self.rich_help_panel, _("[OPTIONS]")
        one.command(self.name, cls=Command, help=self.help, rich_help_panel=panel, options_metavar=metavar)(loaded)
        return get_command(one)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Let the command itself take its arguments; it is what runs in the context."""
        return self.command.make_context(*args, **kwargs)
