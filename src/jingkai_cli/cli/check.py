"""`jk check`: is the ledger whole, and does it agree with the plan?"""

from collections.abc import Sequence
from typing import Annotated

import typer
from typer import Option

from ..errors import Exit, Refused
from ..language import _, ngettext
from ..ledger.check import check_anchor
from ..model import Plan
from .desk import Desk
from .options import LedgerOption, PlanOption
from .output import give, tell


def check(
    anchor: Annotated[
        str | None,
        Option(
            "--anchor",
            metavar="SEQ:HASH",
            help=_("A head that was printed before: proves that nothing up to it changed."),
        ),
    ] = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    place = _anchor(anchor) if anchor else None
    known = desk.ledger()
    failures = list(known.check())
    if place and (cut := check_anchor(known, *place)):
        failures.append(cut)
    failures += strangers(desk.plan, known.tasks()) if not failures else []
    for failure in failures:
        give(failure)
    for remark in information(desk.plan):
        tell(_("Information: {remark}").format(remark=remark))
    if failures:
        tell(ngettext("{count} fault found.", "{count} faults found.", len(failures)).format(count=len(failures)))
        raise typer.Exit(Exit.FINDINGS)
    head = known.head()
    give(
        _("The ledger is whole: {count} entries, head {seq}:{hash}").format(
            count=head.seq, seq=head.seq, hash=head.hash
        )
    )


def _anchor(text: str) -> tuple[int, str]:
    seq, colon, digest = text.lstrip("#").replace(" ", ":").partition(":")
    if not colon or not seq.isdecimal() or not digest:
        raise Refused(_("'{text}' is no anchor: write SEQ:HASH, as `jk check` prints it").format(text=text))
    return int(seq), digest


def strangers(plan: Plan, recorded: Sequence[str]) -> list[str]:
    """The tasks that the ledger speaks of and the plan does not."""
    known = {name for task in plan.tasks for name in (task.id, *task.formerly)}
    message = _("task {task}: the ledger speaks of it, and it is not in the plan (formerly: [{task}] on its new id)")
    return [message.format(task=name) for name in recorded if name not in known]


def information(plan: Plan) -> list[str]:
    """What a coordinator should know of the plan; nothing of it is a fault."""
    said = []
    if unled := [t.id for t in plan.tasks if not t.lead_unit or "lead_unit" in t.unconfirmed]:
        said.append(_("tasks without a confirmed lead unit: {tasks}").format(tasks=", ".join(unled)))
    if undated := [t.id for t in plan.tasks if "deadline" in t.unconfirmed]:
        said.append(_("tasks without a confirmed deadline: {tasks}").format(tasks=", ".join(undated)))
    after = _("task {task}: milestone {milestone} is due {day}, after the task's deadline {deadline}")
    said += [
        after.format(task=t.id, milestone=m.id, day=m.deadline, deadline=t.deadline)
        for t in plan.tasks
        for m in t.milestones
        if m.deadline > t.deadline
    ]
    return said
