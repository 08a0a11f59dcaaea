"""Completion in the shell, by Typer's protocol: names of the plan and numbers of the ledger after Tab.

The shell runs `jk` with `_JK_COMPLETE` set and shows what it prints. Nothing is ever printed to stderr here: it would
stand in the middle of what is being typed.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from copy import copy
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer
from typer.models import ParameterInfo

from ..errors import JkError, Refused
from ..language import _
from ..quantities import enumeration
from .environment import COMPLETION, cache_folder, ledger_name, plan_file
from .output import emit

if TYPE_CHECKING:
    from ..ledger.protocol import Ledger
    from ..model import Plan, Recorded, Task

Candidate = tuple[str, str]
"""What would be typed, and what it means."""

RECENT = 50
"""How many of the last entries are offered by their numbers."""


def _plan(ctx: typer.Context) -> "Plan":
    from ..plan import load_files
    from ..plan.files import PlanFiles

    named = ctx.params.get("plan")
    return load_files(PlanFiles(plan_file(Path(named) if named else None)), cache_folder())


def _ledger(ctx: typer.Context) -> "Ledger":
    from ..ledger import open_for_reading

    named = ctx.params.get("plan")
    beside = plan_file(Path(named) if named else None).parent / "ledger.db"
    return open_for_reading(ledger_name(ctx.params.get("ledger")) or str(beside))


def _task(ctx: typer.Context) -> "Task | None":
    return _plan(ctx).task(str(ctx.params.get("task")))


def _tasks(ctx: typer.Context, incomplete: str) -> Iterator[Candidate]:
    """Ids with their titles; titles, once a part of one was typed that is no id."""
    for task in _plan(ctx).every_task():
        yield task.id, task.title
        if incomplete and not incomplete.isascii():
            yield task.title, task.id


def _units(ctx: typer.Context, _incomplete: str) -> Iterator[Candidate]:
    for unit in _plan(ctx).known_units():
        yield unit, ""


def _milestones(ctx: typer.Context, incomplete: str) -> Iterator[Candidate]:
    task = _task(ctx)
    for milestone in task.milestones if task else ():
        yield milestone.id, f"{milestone.deadline} {milestone.title}"
        if incomplete and not incomplete.isascii():
            yield milestone.title, str(milestone.deadline)


def _figures(ctx: typer.Context, incomplete: str) -> Iterator[Candidate]:
    """Indicators with `=`: by their names, and by their ids once a letter of one was typed."""
    task = _task(ctx)
    for indicator in task.indicators if task else ():
        about = f"{indicator.id} {indicator.unit}"
        yield f"{indicator.name}=", about
        if incomplete and incomplete.isascii():
            yield f"{indicator.id}=", f"{indicator.name} {indicator.unit}"


def _entries(ctx: typer.Context, _incomplete: str) -> Iterator[Candidate]:
    """The last entries that stand, the latest first."""
    from ..ledger.entries import Selection

    with closing(_ledger(ctx)) as ledger:
        found: list[Recorded] = list(ledger.entries(Selection(last=RECENT)))
        gone = ledger.retracted_by([recorded.seq for recorded in found])
    for recorded in reversed(found):
        if recorded.seq not in gone and recorded.entry.kind != "retract":
            entry = recorded.entry
            yield str(recorded.seq), " ".join(filter(None, (str(entry.on), entry.task, entry.kind, entry.note)))


def _problems(ctx: typer.Context, _incomplete: str) -> Iterator[Candidate]:
    """The last problems, the latest first."""
    from ..ledger.entries import Selection

    with closing(_ledger(ctx)) as ledger:
        found: list[Recorded] = list(ledger.entries(Selection(last=10 * RECENT)))
        gone = ledger.retracted_by([recorded.seq for recorded in found])
    for recorded in reversed(found):
        if recorded.entry.kind == "problem" and recorded.seq not in gone:
            yield str(recorded.seq), " ".join(filter(None, (recorded.entry.responsible, recorded.entry.note)))


def _zones(ctx: typer.Context, _incomplete: str) -> Iterator[Candidate]:
    for zone in _plan(ctx).zones:
        yield zone, ""


def _of_tasks(field: str) -> Callable[[typer.Context, str], Iterator[Candidate]]:
    def values(ctx: typer.Context, _incomplete: str) -> Iterator[Candidate]:
        for value in dict.fromkeys(getattr(task, field) for task in _plan(ctx).every_task()):
            if value:
                yield value, ""

    return values


CANDIDATES: dict[str, Callable[[typer.Context, str], Iterable[Candidate]]] = {
    _("TASK"): _tasks,
    _("UNIT"): _units,
    _("MILESTONE"): _milestones,
    _("[PERCENT] [NAME=V]..."): _figures,
    _("SEQ"): _entries,
    _("PROBLEM"): _problems,
    _("ZONE"): _zones,
    _("LEADER"): _of_tasks("leader"),
    _("CATEGORY"): _of_tasks("category"),
    _("PERSON"): _of_tasks("person"),
}
"""What is offered for an argument or an option, by the placeholder that its help shows."""


def prepare() -> None:
    """Make Click answer shells as Typer does, whose scripts they run."""
    from typer._completion_classes import completion_init

    completion_init()


def with_candidates(command: Callable[..., None]) -> Callable[..., None]:
    """Offer candidates for every parameter of a command whose placeholder has some; its signature is changed."""
    parameters = [_with_candidates(parameter) for parameter in signature(command).parameters.values()]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    vars(command)["__signature__"] = Signature(parameters)
    return command


def _with_candidates(parameter: Parameter) -> Parameter:
    kind, *said = get_args(parameter.annotation) or (parameter.annotation,)
    infos = [each for each in said if isinstance(each, ParameterInfo)]
    metavar = (infos[0].metavar or "") if infos else ""
    find = CANDIDATES.get(metavar) or CANDIDATES.get(metavar.strip("[]."))
    if find is None:
        return parameter
    info = copy(infos[0])
    info.autocompletion = _safely(find)
    return parameter.replace(annotation=Annotated[kind, info])


def _safely(find: Callable[[typer.Context, str], Iterable[Candidate]]) -> Callable[[typer.Context, str], list[Any]]:
    """The candidates, or none where there is no plan or ledger to read: what is wrong is said when `jk` is run."""

    def candidates(ctx: typer.Context, incomplete: str) -> list[Any]:
        try:
            return list(find(ctx, incomplete))
        except (JkError, OSError):
            return []

    return candidates


def install(shell: str) -> None:
    """Install completion for a shell, or where it is empty for the one that runs this program.

    Raises:
        Refused: there is no completion for it, or it cannot be told.
    """
    from typer._completion_shared import install as write

    name, path = write(shell=_known(shell), prog_name="jk")
    if name == "bash":
        path.write_text(_script(name) + "\n", encoding="utf-8")
    emit(
        _("Completion for {shell} is installed in {path}: it works in the next terminal.").format(shell=name, path=path)
    )
    raise typer.Exit


def show(shell: str) -> None:
    """Print the completion script of a shell, or where it is empty of the one that runs this program.

    Raises:
        Refused: there is no completion for it, or it cannot be told.
    """
    emit(_script(_known(shell)))


def _script(shell: str) -> str:
    """Typer's script for a shell; Bash adds no space after `NAME=`, where the figure follows."""
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="jk", complete_var=COMPLETION, shell=shell)
    if shell == "bash":
        return script.replace("    return 0", '    [[ "${COMPREPLY[0]}" == *= ]] && compopt -o nospace\n    return 0')
    return script


def _known(shell: str) -> str:
    """The shell that was named, or the one that runs this program."""
    import shellingham  # type: ignore[import-untyped]
    from typer._completion_shared import Shells

    known = [each.value for each in Shells]
    with suppress(shellingham.ShellDetectionFailure):
        shell = shell or shellingham.detect_shell()[0]
    if shell not in known:
        found = _("'{shell}' is no shell with completion") if shell else _("the shell cannot be told")
        raise Refused(found.format(shell=shell) + _("; name one of {names}").format(names=enumeration(known)))
    return shell
