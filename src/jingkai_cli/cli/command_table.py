"""Answers Tab from a cached table of the commands: importing Typer takes longer than the rest of an answer.

The table lists every command with its arguments and options, taken from the program itself. The first Tab after an
update writes it to the cache. What the table does not know is answered by Typer.
"""

import json
import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..language import language_tag
from ..plan.files import read_own, write_own
from .completion import LARGEST, Candidate, offered, placeholder_of, program_stamp
from .environment import COMPLETION, cache_folder

if TYPE_CHECKING:  # only needed to write the table
    import click

Node = dict[str, Any]
"""A command: `commands` by name, each with its help; `parameters` in the order of their declaration."""


def answer() -> bool:
    """Print the candidates that the shell asks for, if the table knows them.

    Returns:
        Whether they were printed; if not, Typer must answer.
    """
    place = _place()
    if place is None:
        return False
    with suppress(OSError, ValueError, LookupError, TypeError):
        stored = json.loads(read_own(place, LARGEST))
        shell = os.environ[COMPLETION]
        if stored["of"] != program_stamp() or shell not in _WRITTEN:
            return False
        found = _candidates(stored["commands"], *_typed(shell))
        if found is None:
            return False
        import sys

        if os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args" and shell == "complete_fish":
            sys.exit(0 if found else 1)  # fish first asks whether there are candidates
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        sys.stdout.write(_WRITTEN[shell](found) + "\n")
        return True
    return False


def remember(command: "click.Group") -> None:
    """Write the table, unless there is one of this version of the program."""
    import click

    place = _place()
    if place is None:
        return
    with suppress(OSError, ValueError, LookupError, TypeError):
        if json.loads(read_own(place, LARGEST))["of"] == program_stamp():
            return
    with suppress(OSError):
        table = {"of": program_stamp(), "commands": _node(command, click.Context(command, info_name="jk"))}
        write_own(place, json.dumps(table, ensure_ascii=False).encode())


def _place() -> Path | None:
    folder = cache_folder()
    return folder / f"commands.{language_tag()}.json" if folder else None


def _node(command: "click.Command", ctx: "click.Context") -> Node:
    import click

    from .command import LazyCommand

    command = command.command if isinstance(command, LazyCommand) else command
    parameters = [_parameter(each) for each in command.get_params(ctx) if not getattr(each, "hidden", False)]
    node: Node = {"parameters": parameters}
    if isinstance(command, click.Group):
        node["commands"] = {
            name: [each.get_short_help_str(), _node(each, click.Context(each, parent=ctx, info_name=name))]
            for name, each in command.commands.items()
            if not each.hidden
        }
    return node


def _parameter(parameter: "click.Parameter") -> dict[str, Any]:
    import click
    from rich.markup import render

    simple = not parameter.type.is_composite and not isinstance(parameter.type, click.Path | click.File)
    about: dict[str, Any] = {
        "name": parameter.name,
        "many": parameter.nargs == -1 or parameter.multiple,
        "placeholder": placeholder_of(parameter.metavar) or "",
        "choices": list(parameter.type.choices) if isinstance(parameter.type, click.Choice) else [],
        "known": simple and parameter.nargs in {1, -1},
    }
    if isinstance(parameter, click.Option):
        about["options"] = [*parameter.opts, *parameter.secondary_opts]
        about["help"] = render(parameter.help or "").plain
        about["flag"] = parameter.is_flag or parameter.count
        about["known"] = about["known"] and not getattr(parameter, "_flag_needs_value", False)
    return about


def _typed(shell: str) -> tuple[list[str], str]:
    """The words before the one at the cursor, and the part of that word typed so far."""
    if shell == "complete_bash":
        words, at = shlex.split(os.environ["COMP_WORDS"]), int(os.environ["COMP_CWORD"])
        return words[1:at], words[at] if at < len(words) else ""
    line = os.environ["_TYPER_COMPLETE_ARGS"]
    words = shlex.split(line)[1:]
    if shell in _POWERSHELL:
        incomplete = os.environ.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
        return (words[:-1] if incomplete else words), incomplete
    return (words, "") if not words or line.endswith(" ") else (words[:-1], words[-1])


class _Line(NamedTuple):
    """The words of the line before the last word, parsed."""

    node: Node
    given: dict[str, Any]
    """Name of a parameter → its value."""
    waiting: dict[str, Any] | None
    """The option whose value comes next, or None."""


def _candidates(root: Node, words: list[str], incomplete: str) -> list[Candidate] | None:
    """The candidates for the last word; None if the table does not know them."""
    line = None if "=" in incomplete and incomplete.startswith("-") else _read(root, words)
    if line is None:
        return None
    if incomplete.startswith("-"):
        return list(_options(line, incomplete))
    wanted = line.waiting or next(
        (p for p in line.node["parameters"] if "options" not in p and (p["many"] or p["name"] not in line.given)), None
    )
    if wanted is None:
        commands = line.node.get("commands", {})
        found = [(name, text) for name, (text, _node) in commands.items()]
    elif not wanted["known"]:
        return None
    elif wanted["placeholder"]:
        found = offered(wanted["placeholder"], line.given, incomplete)
    else:
        found = [(choice, "") for choice in wanted["choices"]]
    return [each for each in found if each[0].startswith(incomplete)]


def _read(root: Node, words: list[str]) -> _Line | None:
    """Parse the words as Click does; None if only Click can parse them."""
    line = _Line(root, {}, None)
    for word in words:
        if line.waiting is not None:
            if word.startswith("-"):
                return None
            line.given[line.waiting["name"]] = word
            line = line._replace(waiting=None)
        elif word.startswith("-"):
            option = next((p for p in line.node["parameters"] if word in p.get("options", ())), None)
            if option is None or not (option["known"] or option["flag"]):
                return None
            if option["flag"]:
                line.given[option["name"]] = True
            else:
                line = line._replace(waiting=option)
        elif "commands" in line.node:
            if word not in line.node["commands"]:
                return None
            line = _Line(line.node["commands"][word][1], {}, None)
        else:
            free = [p for p in line.node["parameters"] if "options" not in p]
            taken = next((p for p in free if p["many"] or p["name"] not in line.given), None)
            if taken is None or word == "=" or (taken["many"] and taken is not free[-1]):
                return None
            line.given[taken["name"]] = word
    return line


def _options(line: _Line, incomplete: str) -> Iterator[Candidate]:
    for parameter in line.node["parameters"]:
        if parameter["many"] or parameter["name"] not in line.given:
            for name in parameter.get("options", ()):
                if name.startswith(incomplete):
                    yield name, parameter["help"]


def _for_bash(found: list[Candidate]) -> str:
    return "\n".join(value for value, _text in found)


def _for_zsh(found: list[Candidate]) -> str:
    """An argument of `eval`, quoted so that nothing in it is run."""
    return f"_arguments '*: :(({chr(10).join(map(_line_for_zsh, found))}))'" if found else "_files"


def _line_for_zsh(candidate: Candidate) -> str:
    value, text = (
        each.replace('"', '""').replace("'", "''").replace("$", "\\$").replace("`", "\\`").replace(":", "\\\\:")
        for each in (candidate[0], " ".join(candidate[1].split()))
    )
    return f'"{value}":"{text}"' if text else f'"{value}"'


def _for_fish(found: list[Candidate]) -> str:
    return "\n".join("\t".join(filter(None, (value, " ".join(text.split())))) for value, text in found)


def _for_powershell(found: list[Candidate]) -> str:
    return "\n".join(f"{value}:::{' '.join(text.split()) or ' '}" for value, text in found)


_POWERSHELL = ("complete_powershell", "complete_pwsh")

_WRITTEN = {
    "complete_bash": _for_bash,
    "complete_zsh": _for_zsh,
    "complete_fish": _for_fish,
    **dict.fromkeys(_POWERSHELL, _for_powershell),
}
"""The request of a shell → the function that writes the answer in the form that Typer's script reads."""
