"""Adapts commands for Typer: expands groups of options, shows arguments in the help, refuses blank values."""

import os
from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property
from importlib import import_module
from inspect import Parameter, Signature, signature, unwrap
from typing import Any, get_args, get_type_hints

import click
import typer
from msgspec import StructMeta
from msgspec.structs import FieldInfo, fields
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command
from typer.models import ArgumentInfo, ParameterInfo

from ..language import _
from .environment import COMPLETION

TYPED = f"{__package__}.typed"
"""The key in the context under which the arguments are kept as typed, for error messages."""


class Command(TyperCommand):
    """A command that refuses blank values: `--on "$DAY"` must not mean today because a script forgot to set DAY."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show an argument in the help by its placeholder alone. Typer would add its name in Python, or write TEXT."""
        super().__init__(*args, **kwargs)
        for argument in self._arguments():
            argument.opts = []
            argument.type = copy(argument.type)
            argument.type.name = argument.metavar or argument.type.name

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the help, with correct line breaks in Chinese and with the help of arguments."""
        from ..formats.table import break_chinese

        break_chinese()
        self.explain_arguments()
        super().format_help(ctx, formatter)

    def explain_arguments(self) -> None:
        """Set the help of each argument: Typer passes it to Click, but Click 8.5 and later remove it."""
        hints = get_type_hints(unwrap(self.callback), include_extras=True) if self.callback else {}
        for argument in self._arguments():
            metadata = getattr(hints.get(argument.name or ""), "__metadata__", ())
            argument.help = next((info.help for info in metadata if isinstance(info, ArgumentInfo)), None)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse a blank value and an option of one value that is given twice; keep what was typed for messages."""
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option) and _is_repeated(parameter, args):
                raise click.BadParameter(_("it is given twice"), ctx, parameter)
        ctx.meta[TYPED] = [*args]  # Click removes what it has read from the list
        try:
            remaining = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        for parameter in self.get_params(ctx):
            typed: Any = ctx.params.get(parameter.name or "")
            for value in typed if isinstance(typed, list | tuple) else (typed,):
                if isinstance(value, str) and not value.strip():
                    raise click.BadParameter(_("it is empty"), ctx, parameter)
        return remaining

    def _arguments(self) -> list[Any]:
        return [parameter for parameter in self.params if isinstance(parameter, click.Argument)]


def _is_repeated(option: click.Option, args: list[str]) -> bool:
    """Whether an option of one value is given more than once before `--`, so that all but the last value are lost.

    For files the last one wins, as usual: a script may append its own -o.
    """
    if option.multiple or option.is_flag or option.count or isinstance(option.type, click.Path):
        return False
    own = args[: args.index("--")] if "--" in args else args
    return sum(arg in option.opts or arg.startswith(tuple(f"{opt}=" for opt in option.opts)) for arg in own) > 1


class Group(TyperGroup):
    """A table of commands that keeps what was typed for messages."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what was typed."""
        ctx.meta[TYPED] = [*args]
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            error.ctx = error.ctx or ctx
            raise


class LazyCommand(TyperCommand):
    """A line in a table of commands: what the help of the table shows. The command is imported when it is run.

    Importing all commands takes longer than most commands.
    """

    def __init__(self, name: str, function: str, text: str, panel: str | None = None) -> None:
        """List a command with its name, help and panel; `function` is `module.function` in this package."""
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
        """Let the command itself parse its arguments, so that it is what runs in the context."""
        return self.command.make_context(*args, **kwargs)


def flattened(command: Callable[..., None]) -> Callable[..., None]:
    """The command in the form that Typer needs: each field of its groups becomes a parameter.

    A field is offered if it is annotated with a Typer option and chosen by every `without` or `only` in the annotation
    of the parameter.
    """
    own = signature(command).parameters.values()
    groups = {p.name: _group(p.annotation) for p in own if isinstance(_group(p.annotation), StructMeta)}
    options = {p.name: list(_options_of(p.annotation)) for p in own if p.name in groups}
    expanded = {
        name: [Parameter(f.name, Parameter.KEYWORD_ONLY, default=f.default, annotation=f.type) for f in group]
        for name, group in options.items()
    }
    last = [p.name for p in own if p.name in groups and p.default is Parameter.empty]
    flat = [
        each
        for p in own
        if p.name not in last
        for each in expanded.get(p.name, [p.replace(kind=Parameter.KEYWORD_ONLY)])
    ]
    flat += [each for name in last for each in expanded[name]]

    def run(**values: Any) -> None:
        groups_of_options = {
            name: group(**{f.name: values.pop(f.name) for f in options[name]}) for name, group in groups.items()
        }
        command(**values, **groups_of_options)

    run.__annotations__ = {p.name: p.annotation for p in flat}
    vars(run)["__signature__"] = Signature(flat)
    return run


def _group(annotation: Any) -> Any:
    """The type of a parameter without `Annotated`."""
    return getattr(annotation, "__origin__", annotation)


def _options_of(annotation: Any) -> Iterator[FieldInfo]:
    """Yield the fields of a group that a command offers."""
    chosen = [each for each in get_args(annotation)[1:] if callable(each)]
    for field in fields(_group(annotation)):
        is_option = any(isinstance(each, ParameterInfo) for each in get_args(field.type)[1:])
        if is_option and all(choose(field.name) for choose in chosen):
            yield field
