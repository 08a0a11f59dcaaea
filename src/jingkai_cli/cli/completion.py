"""Completion in the shell, by Typer's protocol: offers names of the plan and numbers of the ledger.

The shell runs `jk` with `_JK_COMPLETE` set and shows its output. Nothing is printed to stderr, because it would appear
in the middle of the typed line.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args
from zlib import crc32

from ..errors import JkError, Refused
from ..language import _
from ..plan.files import PlanFiles, program, read_own, write_own
from .environment import COMPLETION, cache_folder, ledger_name, plan_file

if TYPE_CHECKING:  # an answer does not need them
    from inspect import Parameter

    from ..ledger.recent_entries import RecentEntry
    from ..model import Plan

Candidate = tuple[str, str]
"""The text to complete to, and its description."""

Given = Mapping[str, Any]
"""The parameters on the line: name → value."""

_Find = Callable[[Given, str], Iterable[Candidate]]

RECENT = 50
"""How many of the last entries are offered by number."""

LARGEST = 16 * 1024 * 1024
"""The greatest size of a cache file, in bytes."""


def program_stamp() -> str:
    """A text that identifies this version of the program with all of its files; caches of others are ignored.

    Raises:
        OSError: its files cannot be read.
    """
    package = Path(__file__).parent.parent
    folders = (folder for folder in package.iterdir() if folder.is_dir() and folder.name != "__pycache__")
    return program([package, *folders])


def _plan_path(given: Given) -> Path:
    plan_option = given.get("plan")
    return plan_file(Path(plan_option) if plan_option else None)


def _names(given: Given) -> dict[str, Any]:
    """The names of the plan, as in `_names_of`; from the cache if it has those of exactly these files."""
    from ..plan import load_files

    files, folder = PlanFiles(_plan_path(given)), cache_folder()
    plan = files.read(files.plan)
    head = f"{program_stamp()} {len(plan)}\n".encode() + plan
    place = folder / f"{crc32(os.fsencode(files.plan.absolute())):08x}.names" if folder else None  # one for each plan
    if place:
        with suppress(OSError, ValueError):
            stored = read_own(place, LARGEST)
            if stored.startswith(head):
                names: dict[str, Any] = json.loads(stored[len(head) :])
                return names
    names = _names_of(load_files(files, folder))
    if place:
        write_own(place, head + json.dumps(names, ensure_ascii=False).encode())
    return names


def _names_of(plan: "Plan") -> dict[str, Any]:
    tasks = list(plan.every_task())
    return {
        "tasks": [[task.id, task.title] for task in tasks],
        "units": list(plan.known_units()),
        "zones": list(plan.zones),
        "milestones": {task.id: [[m.id, str(m.deadline), m.title] for m in task.milestones] for task in tasks},
        "figures": {task.id: [[each.id, each.name, each.unit] for each in task.indicators] for task in tasks},
        **{field: [*dict.fromkeys(filter(None, (getattr(task, field) for task in tasks)))] for field in _FIELDS},
    }


_FIELDS = ("leader", "category", "person")


def _tasks(given: Given, incomplete: str) -> Iterator[Candidate]:
    """Yield ids with titles as descriptions; also titles once a part was typed that is not ASCII."""
    for task, title in _names(given)["tasks"]:
        yield task, title
        if incomplete and not incomplete.isascii():
            yield title, task


def _values_of_task(given: Given, what: str) -> list[list[str]]:
    """What the plan lists for the task on the line, which may be given by id or by name."""
    names, typed = _names(given)[what], str(given.get("task"))
    if typed not in names:
        from ..plan import load_files
        from .names import resolve_task

        typed = resolve_task(load_files(PlanFiles(_plan_path(given)), cache_folder()), typed).id
    listed: list[list[str]] = names[typed]
    return listed


def _milestones(given: Given, incomplete: str) -> Iterator[Candidate]:
    for milestone, deadline, title in _values_of_task(given, "milestones"):
        yield milestone, f"{deadline} {title}"
        if incomplete and not incomplete.isascii():
            yield title, deadline


def _figures(given: Given, incomplete: str) -> Iterator[Candidate]:
    """Yield indicators with `=`: by name, and also by id once an ASCII letter was typed."""
    for indicator, name, unit in _values_of_task(given, "figures"):
        yield f"{name}=", f"{indicator} {unit}"
        if incomplete and incomplete.isascii():
            yield f"{indicator}=", f"{name} {unit}"


def _find_in_plan(what: str) -> _Find:
    return lambda given, _incomplete: ((name, "") for name in _names(given)[what])


def _standing_entries(given: Given, last: int) -> "Iterable[RecentEntry]":
    """The last entries that were not retracted, the latest first."""
    where = ledger_name(given.get("ledger")) or str(_plan_path(given).parent / "ledger.db")
    if "://" in where:
        return _standing_entries_by_url(where, last)
    import sqlite3

    from ..ledger.recent_entries import standing

    with suppress(sqlite3.Error, UnicodeError):
        return standing(Path(where), last)
    return ()


def _standing_entries_by_url(where: str, last: int) -> "Iterator[RecentEntry]":
    from ..ledger import open_for_reading
    from ..ledger.entries import Selection
    from ..ledger.recent_entries import RecentEntry

    with closing(open_for_reading(where)) as ledger:
        found = list(ledger.entries(Selection(last=last)))
        retracted = ledger.retracted_by([recorded.seq for recorded in found])
    for recorded in reversed(found):
        entry = recorded.entry
        if recorded.seq not in retracted:
            yield RecentEntry(recorded.seq, str(entry.on), entry.task, entry.kind, entry.responsible, entry.note)


def _entries(given: Given, _incomplete: str) -> Iterator[Candidate]:
    for entry in _standing_entries(given, RECENT):
        if entry.kind != "retract":
            yield str(entry.seq), " ".join(filter(None, (entry.on, entry.task, entry.kind, entry.note)))


def _problems(given: Given, _incomplete: str) -> Iterator[Candidate]:
    for entry in _standing_entries(given, 10 * RECENT):
        if entry.kind == "problem":
            yield str(entry.seq), " ".join(filter(None, (entry.responsible, entry.note)))


CANDIDATES: dict[str, _Find] = {
    _("TASK"): _tasks,
    _("UNIT"): _find_in_plan("units"),
    _("MILESTONE"): _milestones,
    _("[PERCENT] [NAME=V]..."): _figures,
    _("SEQ"): _entries,
    _("PROBLEM"): _problems,
    _("ZONE"): _find_in_plan("zones"),
    _("LEADER"): _find_in_plan("leader"),
    _("CATEGORY"): _find_in_plan("category"),
    _("PERSON"): _find_in_plan("person"),
}
"""Placeholder of an argument or option in the help → the function that finds its candidates."""


def offered(placeholder: str, given: Given, incomplete: str) -> list[Candidate]:
    """The candidates; empty if the plan or the ledger cannot be read, since `jk` reports the fault when it is run.

    Args:
        placeholder: a key of `CANDIDATES`.
        given: the parameters on the line.
        incomplete: the part of the last word typed so far.
    """
    try:
        found = list(CANDIDATES[placeholder](given, incomplete))
    except (JkError, OSError):
        return []
    return [each for each in found if each[0].startswith(incomplete)]


def prepare() -> None:
    """Make Click answer shells like Typer, because they run Typer's scripts."""
    from typer._completion_classes import completion_init

    completion_init()


def placeholder_of(metavar: str | None) -> str | None:
    """The key of `CANDIDATES` in a parameter's metavar; None if there is none."""
    shown = metavar or ""
    return next((each for each in (shown, shown.strip("[].")) if each in CANDIDATES), None)


def with_candidates(command: Callable[..., None]) -> Callable[..., None]:
    """Offer candidates for each parameter of a command whose placeholder has some. Changes the command's signature."""
    from inspect import Signature, signature

    parameters = [_with_candidates(parameter) for parameter in signature(command).parameters.values()]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    vars(command)["__signature__"] = Signature(parameters)
    return command


def _with_candidates(parameter: "Parameter") -> "Parameter":
    from copy import copy

    from typer import Context
    from typer.models import ParameterInfo

    kind, *metadata = get_args(parameter.annotation) or (parameter.annotation,)
    infos = [each for each in metadata if isinstance(each, ParameterInfo)]
    placeholder = placeholder_of(infos[0].metavar) if infos else None
    if placeholder is None:
        return parameter

    def candidates(ctx: Context, incomplete: str) -> list[Any]:
        return offered(placeholder, ctx.params, incomplete)

    info = copy(infos[0])
    info.autocompletion = candidates
    return parameter.replace(annotation=Annotated[kind, info])


def install(shell: str) -> None:
    """Install completion for a shell; if the name is empty, for the shell that runs this program.

    Raises:
        Refused: the shell has no completion, or could not be detected.
    """
    import typer
    from typer._completion_shared import install as write

    name, path = write(shell=_known_shell(shell), prog_name="jk")
    if name == "bash":
        path.write_text(_script(name) + "\n", encoding="utf-8")
    from .output import emit

    emit(
        _("Completion for {shell} is installed in {path}: it works in the next terminal.").format(shell=name, path=path)
    )
    raise typer.Exit


def show(shell: str) -> None:
    """Print the completion script of a shell; if the name is empty, of the shell that runs this program.

    Raises:
        Refused: the shell has no completion, or could not be detected.
    """
    from .output import emit_whole

    emit_whole(_script(_known_shell(shell)))


def _script(shell: str) -> str:
    """Typer's script for a shell. In Bash it adds no space after `NAME=`, where the figure follows."""
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="jk", complete_var=COMPLETION, shell=shell)
    if shell == "bash":
        return script.replace("    return 0", '    [[ "${COMPREPLY[0]}" == *= ]] && compopt -o nospace\n    return 0')
    return script


def _known_shell(shell: str) -> str:
    """The named shell, or the shell that runs this program."""
    import shellingham  # type: ignore[import-untyped]
    from typer._completion_shared import Shells

    from ..quantities import enumeration

    shells = [each.value for each in Shells]
    with suppress(shellingham.ShellDetectionFailure):
        shell = shell or shellingham.detect_shell()[0]
    if shell not in shells:
        message = _("no completion for the shell '{shell}'") if shell else _("the shell could not be detected")
        raise Refused(message.format(shell=shell) + _("; name one of {names}").format(names=enumeration(shells)))
    return shell
