"""`jk reach`, `done`, `accept`, `reopen`, `extend`: a task's life."""

from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated

from typer import Argument, Option

from ..dates import parse_day
from ..errors import Refused
from ..language import _
from ..model import Milestone, Task
from ..quantities import enumeration
from . import writing
from .desk import WHY, Desk, ask
from .options import (
    ByOption,
    DryRunOption,
    EvidenceOption,
    ForceOption,
    FromOption,
    KeyOption,
    LedgerOption,
    NoteOption,
    OnOption,
    PlanOption,
    ReceivedOption,
    TaskArgument,
    VerifierOption,
    WhyOption,
)


class BasisChoice(StrEnum):
    """What `--basis` takes."""

    document = "document"
    minutes = "minutes"
    oral = "oral"


MilestoneArgument = Annotated[
    str, Argument(metavar=_("MILESTONE"), help=_("The milestone's id (`jk show TASK` lists them)."), show_default=False)
]


def reach(
    task: TaskArgument,
    milestone: MilestoneArgument,
    note: NoteOption = None,
    evidence: EvidenceOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    unit: FromOption = None,
    by: ByOption = None,
    received: ReceivedOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    whose = desk.task(task)
    writing.insist(force, note)
    entry = writing.entry(
        desk,
        "reach",
        whose,
        on=on,
        by=by,
        key=key,
        unit=unit,
        received=received,
        milestone=_milestone(whose, milestone).id,
        note=note,
        evidence=evidence,
    )
    writing.commit(desk, whose, [entry], force=force, dry_run=dry_run)


def _milestone(task: Task, name: str) -> Milestone:
    milestone = task.milestone(name)
    if milestone:
        return milestone
    names = {n: m for m in task.milestones for n in (m.id, m.title)}
    close = get_close_matches(name, names, n=1, cutoff=0.4)
    message = _("task {task} has no milestone '{name}'").format(task=task.id, name=name)
    if close:
        found = names[close[0]]
        raise Refused(message + _("; did you mean {id} ({title})?").format(id=found.id, title=found.title))
    raise Refused(
        message + (_("; it has {ids}").format(ids=enumeration(m.id for m in task.milestones)) if names else "")
    )


def done(
    task: TaskArgument,
    note: NoteOption = None,
    evidence: EvidenceOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    unit: FromOption = None,
    by: ByOption = None,
    received: ReceivedOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    whose = desk.task(task)
    writing.insist(force, note)
    entry = writing.entry(
        desk,
        "done",
        whose,
        on=on,
        by=by,
        key=key,
        unit=unit,
        received=received,
        note=note,
        evidence=evidence,
    )
    writing.commit(desk, whose, [entry], force=force, dry_run=dry_run)


def accept(
    task: TaskArgument,
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
    whose = desk.task(task)
    writing.insist(force, note)
    entry = writing.entry(
        desk,
        "accept",
        whose,
        on=on,
        by=by,
        key=key,
        verifier=verifier,
        note=note,
        evidence=evidence,
    )
    writing.commit(desk, whose, [entry], force=force, dry_run=dry_run)


def reopen(
    task: TaskArgument,
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
    whose = desk.task(task)
    entry = writing.entry(
        desk,
        "reopen",
        whose,
        on=on,
        by=by,
        key=key,
        note=ask(note, WHY),
    )
    writing.commit(desk, whose, [entry], force=force, dry_run=dry_run)


def extend(
    task: TaskArgument,
    milestone: Annotated[
        str | None,
        Argument(metavar=_("[MILESTONE]"), help=_("One of its milestones; else the task."), show_default=False),
    ] = None,
    to: Annotated[str | None, Option("--to", metavar=_("DATE"), help=_("The new deadline, later or earlier."))] = None,
    note: WhyOption = None,
    approved_by: Annotated[str | None, Option("--approved-by", metavar=_("WHO"), help=_("Who approved it."))] = None,
    basis: Annotated[
        BasisChoice,
        Option(
            "--basis",
            metavar="document|minutes|oral",
            help=_("What it rests on; an oral one moves nothing until its paper is recorded."),
        ),
    ] = BasisChoice.document,
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
        "extend",
        whose,
        on=on,
        by=by,
        key=key,
        unit=unit,
        milestone=_milestone(whose, milestone).id if milestone else None,
        deadline=parse_day(ask(to, _("say the new deadline: --to DATE"))),
        note=ask(note, WHY),
        approved_by=ask(approved_by, _("say who approved it: --approved-by WHO")),
        basis=basis.value,
        evidence=evidence,
    )
    writing.commit(desk, whose, [entry], force=force, dry_run=dry_run)
