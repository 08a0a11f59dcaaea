"""The words for a command line that Click cannot read: what is wrong, and what to type instead.

Click's own texts quote and list as in English, and name neither what is missing nor what another command calls it.
"""

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Any

import click

from ..formats import FORMATS
from ..language import _
from .command import TYPED

_DAYS = ("--on", "--as-of", "--date")

_OTHER_OPTIONS = {
    **dict.fromkeys(_DAYS, _DAYS),
    **dict.fromkeys(("--deadline", "--due", "--until"), ("--due", "--to", "--until")),
    **dict.fromkeys(("--why", "--reason", "--message", "--note"), ("--note", "--why")),
    **dict.fromkeys(("--who", "--user", "--name", "--judge"), ("--by",)),
    "--unit": ("--part", "--from"),
    "--from": ("--unit",),
    "--responsible": ("--unit",),
    "--verified-by": ("--verifier",),
    "--approver": ("--approved-by",),
    "--file": ("--output",),
    **dict.fromkeys(("--state", "--status", "--color", "--colour", "--light"), ("--state", "--lamp")),
}
"""What is typed for an option that only another command has, or none → the options that may be meant, best first."""

_WITH_VALUES = frozenset({"--lamp", "--part"})
"""The options that are suggested with their values."""

_ARGUMENTS = {"--percent": "figures", "--milestone": "milestone", "--task": "task", "--unit": "unit"}
"""What is typed as an option → the argument that holds the value alone."""

_PERIODS = {
    "--week": "(?i)[0-9]{4}-?w[0-9]{1,2}|第?[0-9]{1,2}周|[上本]周",
    "--month": "[0-9]{4}[-./年][0-9]{1,2}月?|[0-9]{1,2}月|[上本]月",
}
"""The option for a period → how that is typed without the option."""

_LEAST_LIKENESS = 0.7
"""How alike two names are, dashes aside, of which one is taken for a slip of the other."""


def wording(error: click.ClickException) -> str:
    """What is wrong with a command line, and what to type instead."""
    message = ""
    match error:
        case click.MissingParameter(param=click.Argument() as argument):
            message = _("{name} is missing").format(name=_name(argument))
        case click.MissingParameter(param=click.Option() as option):
            message = _("pass {option}").format(option=_with_value(option))
        case click.BadParameter(param=click.Parameter() as parameter):
            message = _("{name}: {message}").format(name=_name(parameter), message=error.message.rstrip(".。"))
        case click.NoSuchOption(ctx=click.Context() as context):
            message = _no_option(error.option_name, context) or _no_such_option(error.option_name, context)
        case click.BadOptionUsage(ctx=click.Context() as context):
            message = _bad_value(error.option_name, context)
        case click.UsageError(ctx=click.Context() as context):
            message = _no_such_command(error, context) or _period(context)
    return message or error.format_message()


def _options(context: click.Context) -> dict[str, click.Option]:
    """The options of a command by each of their names."""
    options = (each for each in context.command.params if isinstance(each, click.Option))
    return {name: option for option in options for name in option.opts}


def _name(parameter: click.Parameter) -> str:
    """An option by its long name, an argument by its placeholder."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    placeholder: Any = parameter
    return (placeholder.metavar or parameter.human_readable_name).removesuffix("...")


def _with_value(option: click.Option) -> str:
    """An option as it is typed: `--month MONTH`."""
    return f"{option.opts[0]} {option.metavar or _('VALUE')}"


def _no_such_option(typed: str, context: click.Context) -> str:
    """What to type for an option that the command does not have: another one, or its value alone."""
    own = _options(context)
    line: Sequence[str] = context.meta.get(TYPED, ())
    if corrected := _without_option(typed, line, context):
        return _("there is no option {typed} here; type its value alone: {line}").format(typed=typed, line=corrected)
    if other := next((name for name in _OTHER_OPTIONS.get(typed, ()) if name in own), "") or _format(typed, own):
        meant = _with_value(own[other]) if other in _WITH_VALUES else other
        return _("there is no option {typed} here; use {meant}").format(typed=typed, meant=meant)
    if dashed := next((word for word in line if word.startswith(typed) and f"-{word}" in own), ""):  # -on
        return _("there is no option {typed} here; use {meant}").format(typed=dashed, meant=f"-{dashed}")
    if near := _nearest(typed, [name for name in own if name.startswith("--")]):
        return _("there is no option {typed} here; did you mean {meant}?").format(typed=typed, meant=near)
    return _("there is no option {typed} here").format(typed=typed)


def _no_option(typed: str, context: click.Context) -> str:
    """What to type for a figure below 0, or for an option before the command; empty for any other option."""
    line: Sequence[str] = context.meta.get(TYPED, ())
    if figure := next((word for word in line if word.startswith(typed) and re.fullmatch("-[0-9.]+%?", word)), ""):
        text = _("a figure cannot begin with a minus: {figure} (a wrong report is corrected with `jk correct SEQ`)")
        return text.format(figure=figure)
    if not isinstance(context.command, click.Group):
        return ""
    place = next((number for number, word in enumerate(line) if word in _commands(context)), None)
    if place is None:
        return _("there is no option {typed} here: options go behind the command").format(typed=typed)
    command, words = line[place], [*line[place + 1 :], *line[:place]]
    moved = " ".join((context.command_path, command, *(f'"{word}"' if " " in word else word for word in words)))
    return _("there is no option {typed} here: options go behind the command: {line}").format(typed=typed, line=moved)


def _commands(context: click.Context) -> Collection[str]:
    """The names of the commands of a group."""
    return context.command.commands if isinstance(context.command, click.Group) else ()


def _without_option(typed: str, line: Sequence[str], context: click.Context) -> str:
    """The command line with the value of an option as an argument; empty where the command has no such argument."""
    named = _ARGUMENTS.get(typed, "-")
    arguments = [each.name or "" for each in context.command.params if isinstance(each, click.Argument)]
    if not any(each.startswith(named) for each in arguments):
        return ""
    words = " ".join(f'"{word}"' if " " in word else word for word in line)
    value = re.search(rf"{typed}[ =]+([^ ]+)", words)
    if value is None:
        return ""
    others = [words[: value.start()].strip(), words[value.end() :].strip()]
    placed = (value[1], *others) if arguments[0].startswith(named) else (*others, value[1])
    return " ".join(filter(None, (context.command_path, *placed)))


def _format(typed: str, own: dict[str, click.Option]) -> str:
    """`-f json` for `--json`."""
    name = typed.removeprefix("--")
    return f"-f {name}" if name in FORMATS and "--format" in own else ""


def _nearest(typed: str, names: Sequence[str]) -> str:
    """The nearest of some names, where one is near."""
    bare = {name.strip("-"): name for name in names}
    return next((bare[name] for name in get_close_matches(typed.strip("-"), bare, 1, _LEAST_LIKENESS)), "")


def _bad_value(typed: str, context: click.Context) -> str:
    """That an option has no value, or one that it does not take."""
    option = _options(context)[typed]
    if option.is_flag:
        return _("{option} takes no value").format(option=typed)
    return _("{option} needs a value: {example}").format(option=typed, example=_with_value(option))


def _no_such_command(error: click.UsageError, context: click.Context) -> str:
    """That there is no such command; empty where something else is wrong, or Click (before 8.4) does not say so."""
    typed: str = getattr(error, "command_name", "")
    if not typed or not isinstance(context.command, click.Group):
        return ""
    if near := _nearest(typed, [*context.command.commands]):
        return _("there is no command '{typed}'; did you mean {meant}?").format(typed=typed, meant=near)
    if context.parent:  # a group of a few commands
        names = _(", ").join(context.command.commands)
        return _("there is no command '{typed}' here; there are {names}").format(typed=typed, names=names)
    return _("there is no command '{typed}'").format(typed=typed)


def _period(context: click.Context) -> str:
    """The option for a period that was typed without it; empty where there is none."""
    own = _options(context)
    for word in context.meta.get(TYPED, ()):
        if option := next((name for name, form in _PERIODS.items() if name in own and re.fullmatch(form, word)), ""):
            return _("the period goes after {option}: {option} {typed}").format(option=option, typed=word)
    return ""
