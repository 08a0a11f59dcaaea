"""`jk retract`: withdraw an entry."""

from datetime import date
from typing import Annotated

from typer import Argument

from ..errors import Refused
from ..language import _
from ..model import Task
from . import writing
from .desk import WHY, Desk, ask
from .options import ByOption, DryRunOption, KeyOption, LedgerOption, OnOption, PlanOption, WhyOption


def retract(
    seq: Annotated[
        int, Argument(metavar=_("SEQ"), help=_("The number of the entry (`jk log` shows it)."), show_default=False)
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
    mistaken = desk.ledger().entry(seq)
    if mistaken is None:
        raise Refused(_("there is no entry #{seq} (`jk log` lists them)").format(seq=seq))
    task = desk.plan.subject(mistaken.entry.task) or _left_the_plan(mistaken.entry.task)
    entry = writing.entry(
        desk,
        "retract",
        task,
        on=on,
        by=by,
        key=key,
        note=ask(note, WHY),
        ref=seq,
    )
    writing.commit(desk, task, [entry], force=False, dry_run=dry_run)


def _left_the_plan(name: str) -> Task:
    """A task that only the ledger still knows: what was recorded of it can be retracted all the same."""
    return Task(id=name, title=_("(not in the plan)"), lead_unit=None, deadline=date.max)
