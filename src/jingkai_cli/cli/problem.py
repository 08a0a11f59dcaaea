"""`jk problem open`, `fix`, `verify`, `reopen`, `list`: problems and the dates by which they must be put right."""

import re
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import typer
from typer import Argument, Option

from ..dates import parse_day
from ..errors import Exit, Refused
from ..language import _
from ..model import Plan, Task
from . import writing
from .desk import WHY, Desk, ask
from .options import (
    AsOfOption,
    ByOption,
    DryRunOption,
    EncodingOption,
    EvidenceOption,
    ExitCodeOption,
    ForceOption,
    FormatOption,
    FromOption,
    KeyOption,
    KnownOnOption,
    LabelsOption,
    LedgerOption,
    NoteOption,
    OnOption,
    OutputOption,
    PlanOption,
    Shift,
    TaskArgument,
    VerifierOption,
    WhyOption,
)
from .output import Destination

NumberArgument = Annotated[
    str, Argument(metavar=_("PROBLEM"), help=_("Its number (`jk problem list` shows it)."), show_default=False)
]


def open_(
    task: TaskArgument,
    what: Annotated[str, Argument(metavar=_("WHAT"), help=_("What was found, in your own words."), show_default=False)],
    responsible: Annotated[
        str | None, Option("--unit", metavar=_("UNIT"), help=_("The unit that must put it right."))
    ] = None,
    due: Annotated[
        str | None, Option("--due", metavar=_("DATE"), help=_("The date by which it must be put right."))
    ] = None,
    zone: Annotated[str | None, Option("--zone", metavar=_("ZONE"), help=_("Where: one of the plan's zones."))] = None,
    shift: Annotated[Shift | None, Option("--shift", metavar="白天|夜间", help=_("Which patrol found it."))] = None,
    evidence: EvidenceOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    unit: FromOption = None,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    whose = desk.task(task)
    entry = writing.entry(
        desk,
        "problem",
        whose,
        on=on,
        by=by,
        key=key,
        unit=unit,
        responsible=ask(responsible, _("say who must put it right: --unit UNIT")),
        deadline=parse_day(ask(due, _("say by when: --due DATE"))),
        zone=_zone(desk.plan, zone),
        shift=shift.value if shift else None,
        note=what,
        evidence=evidence,
    )
    if desk.plan.units:
        desk.unit(entry.responsible)
    writing.commit(desk, whose, [entry], force=force, dry_run=dry_run)


def _zone(plan: Plan, name: str | None) -> str | None:
    if name is None or not plan.zones or name in plan.zones:
        return name
    close = get_close_matches(name, plan.zones, 1, 0.4) or plan.zones
    raise Refused(_("the plan knows no zone '{name}'; did you mean {zone}?").format(name=name, zone=close[0]))


def _of(desk: Desk, number: str) -> tuple[Task, int]:
    """The task of a problem and the problem's number.

    Raises:
        Refused: that entry opened no problem.
    """
    digits = number.removeprefix("#")
    opened = desk.ledger().entry(int(digits)) if re.fullmatch("[0-9]{1,18}", digits) else None
    if opened is None or opened.entry.kind != "problem":
        raise Refused(_("there is no problem {number} (`jk problem list` shows them)").format(number=number))
    return desk.task(opened.entry.task), opened.seq


def _step(
    desk: Desk, kind: Literal["fix", "verify", "reopen"], number: str, *, force: bool, dry_run: bool, **typed: Any
) -> None:
    task, seq = _of(desk, number)
    entry = writing.entry(desk, kind, task, ref=seq, **typed)
    writing.commit(desk, task, [entry], force=force, dry_run=dry_run)


def fix(
    number: NumberArgument,
    note: NoteOption = None,
    evidence: EvidenceOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    unit: FromOption = None,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    writing.insist(force, note)
    typed = {"on": on, "unit": unit, "by": by, "key": key, "note": note, "evidence": evidence}
    _step(desk, "fix", number, force=force, dry_run=dry_run, **typed)


def verify(
    number: NumberArgument,
    verifier: VerifierOption = None,
    note: NoteOption = None,
    evidence: EvidenceOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    writing.insist(force, note)
    typed = {"on": on, "verifier": verifier, "by": by, "key": key, "note": note, "evidence": evidence}
    _step(desk, "verify", number, force=force, dry_run=dry_run, **typed)


def reopen(
    number: NumberArgument,
    note: WhyOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    _step(desk, "reopen", number, force=force, dry_run=dry_run, on=on, by=by, key=key, note=ask(note, WHY))


def list_(
    overdue: Annotated[bool, Option("--overdue", help=_("Only those past their date, worst first."))] = False,
    unit: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("Only those of this unit."))] = None,
    task: Annotated[str | None, Option("--task", metavar=_("TASK"), help=_("Only those of this task."))] = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    exit_code: ExitCodeOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..reports import problems

    desk = Desk.at(plan, ledger, known_on)
    day = desk.as_of(as_of)
    known, moment = desk.known()
    scope, facts = desk.survey(known, day, moment)
    filters = problems.ProblemFilters(overdue=overdue, unit=unit, task=desk.task(task).id if task else None)
    destination = Destination(form, output, encoding, labels)
    with destination.language_of(desk.plan):
        document = problems.build(scope, facts, filters)
    destination.put(document)
    if exit_code and document.found:
        raise typer.Exit(Exit.FINDINGS)
