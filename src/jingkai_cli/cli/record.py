"""`jk record` and `jk correct`: progress reports."""

from dataclasses import replace
from typing import Annotated

from typer import Argument

from ..errors import Refused
from ..language import _
from ..model import Reading, Task
from ..quantities import enumeration, parse_figure
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
    WhyOption,
)
from .output import give

FiguresArgument = Annotated[
    list[str] | None,
    Argument(
        metavar=_("[PERCENT] [NAME=V]..."),
        help=_("A percentage, NAME=V for a total to date, NAME+=V for what came on top."),
        show_default=False,
    ),
]


def record(
    task: TaskArgument,
    figures: FiguresArgument = None,
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
    if not figures and not note:
        figures = ask(None, _("nothing to record: give a figure (35, NAME=V, NAME+=V) or a note (-m)")).split()
    entry = writing.entry(
        desk,
        "report",
        whose,
        on=on,
        by=by,
        key=key,
        unit=unit,
        received=received,
        readings=_readings(figures or [], whose, unit),
        note=note,
        evidence=evidence,
    )
    writing.commit(desk, whose, [entry], force=force, dry_run=dry_run)


def _readings(figures: list[str], task: Task, unit: str | None) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for figure in figures:
        name, reading = parse_figure(figure, task, unit)
        if name in readings:
            raise Refused(_("{name} is given twice").format(name=name))
        readings[name] = reading
    return readings


def correct(
    seq: Annotated[
        int, Argument(metavar=_("SEQ"), help=_("The number of the report that was wrong."), show_default=False)
    ],
    figures: FiguresArgument = None,
    note: WhyOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    wrong = desk.ledger().entry(seq)
    if wrong is None or wrong.entry.kind != "report":
        raise Refused(_("#{seq} is not a report (`jk log` lists them)").format(seq=seq))
    task = desk.task(wrong.entry.task)
    why = ask(note, WHY)
    if not figures:
        raise Refused(_("say what is right: jk correct {seq} NAME=V -m WHY").format(seq=seq))
    retraction = writing.entry(desk, "retract", task, by=by, key=f"{key}/retract" if key else None, note=why, ref=seq)
    right = replace(
        wrong.entry,
        by=retraction.by,
        key=key or writing.new_key(),
        readings={**wrong.entry.readings, **_readings(figures, task, wrong.entry.unit)},
        note=why,
        ref=seq,
    )
    before = writing.totals(desk, task, wrong.entry)
    writing.commit(desk, task, [retraction, right], force=force, dry_run=dry_run)
    if not dry_run:
        give("  " + _("before: {figures}").format(figures=enumeration(before)))
