"""`jk check`: sentences for what is wrong, and for what a coordinator should know."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from ..language import N_, _
from ..model import PERCENT, Plan, Task
from ..quantities import enumeration, number
from ..rules.audit import Failure

SENTENCES = {
    "fell": N_("{name} fell from {before} to {after}"),
    "jumped": N_("{name} rose by {points} points in one report without evidence"),
    "full": N_("at 100 % since {day}, for {days} days, but not reported done"),
    "bare": N_("reported done without evidence or a note"),
    "own-accept": N_("accepted by {who}, who also reported it done"),
    "vanished": N_("names {name}, which the plan does not have"),
}
"""Check → sentence, with places for its figures."""


def sentence(task: Task, check: str, failure: Failure) -> str:
    """What a check found in the entries of a task."""
    figures = {key: _shown(value) for key, value in failure.figures.items()}
    said = _(SENTENCES[check]).format(**figures)
    text = _("{check}: task {task}, entry {seq}: {sentence}")
    return text.format(check=check, task=task.id, seq=failure.seq, sentence=said)


def _shown(value: Decimal | float | str | date) -> str:
    if value == PERCENT:
        return _("the percentage")
    return number(value) if isinstance(value, Decimal | float) else str(value)


def unknown_tasks(plan: Plan, recorded: Iterable[str]) -> Iterator[str]:
    """A sentence for each id that the ledger has entries for and the plan does not have."""
    known = {name for task in plan.tasks for name in (task.id, *task.formerly)}
    message = _(
        "vanished: task {task}: the ledger has entries for it, but the plan does not "
        "have it (formerly: [{task}] renames it)"
    )
    return (message.format(task=name) for name in recorded if name not in known)


def information(plan: Plan) -> Iterator[str]:
    """What a coordinator should know of the plan, none of it a fault."""
    unled = [t.id for t in plan.tasks if not t.lead_unit or "lead_unit" in t.unconfirmed]
    undated = [t.id for t in plan.tasks if "deadline" in t.unconfirmed]
    if unled:
        yield _("tasks without a confirmed lead unit: {tasks}").format(tasks=_ids(unled, plan))
    if undated:
        yield _("tasks without a confirmed deadline: {tasks}").format(tasks=_ids(undated, plan))
    after = _("task {task}: milestone {milestone} is due {day}, after the task's deadline {deadline}")
    for task in plan.tasks:
        for milestone in task.milestones:
            if milestone.deadline > task.deadline:
                figures = {"milestone": milestone.id, "day": milestone.deadline, "deadline": task.deadline}
                yield after.format(task=task.id, **figures)


def _ids(names: list[str], plan: Plan) -> str:
    """Ids of tasks in a sentence."""
    return _("all") if len(names) == len(plan.tasks) else enumeration(names)
