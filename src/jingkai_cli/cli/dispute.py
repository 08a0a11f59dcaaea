"""`jk object` and `jk ruling`: a unit disagrees with a judgement, and what became of it."""

from enum import StrEnum
from typing import Annotated

from typer import Argument

from ..language import _
from . import writing
from .desk import WHY, Desk, ask
from .options import (
    ByOption,
    DryRunOption,
    EvidenceOption,
    FromOption,
    KeyOption,
    LedgerOption,
    OnOption,
    PlanOption,
    TaskArgument,
    WhyOption,
)


class RulingChoice(StrEnum):
    """What became of an objection."""

    upheld = "upheld"
    changed = "changed"


def object_(
    task: TaskArgument,
    unit: FromOption = None,
    note: WhyOption = None,
    evidence: EvidenceOption = None,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    whose = desk.task(task)
    who = ask(unit, _("say who objects: --from UNIT"))
    why = ask(note, WHY)
    entry = writing.entry(desk, "object", whose, on=on, by=by, key=key, unit=who, note=why, evidence=evidence)
    writing.commit(desk, whose, [entry], force=False, dry_run=dry_run)


def ruling(
    task: TaskArgument,
    outcome: Annotated[
        RulingChoice,
        Argument(metavar="upheld|changed", help=_("The judgement stands, or it was changed."), show_default=False),
    ],
    note: WhyOption = None,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    whose = desk.task(task)
    why = ask(note, WHY)
    entry = writing.entry(desk, "ruling", whose, on=on, by=by, key=key, ruling=outcome.value, note=why)
    writing.commit(desk, whose, [entry], force=False, dry_run=dry_run)
