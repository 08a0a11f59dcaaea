"""`resume`: a suspended task is resumed, with a new deadline or the old one."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection, before_start
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a task that is not suspended on that date, and a new deadline before its start."""
    suspended_on = case.life.suspended_on
    if suspended_on is None:
        text = _("task {task} is not suspended")
        yield Objection("refused", text.format(task=case.task.id))
    elif case.entry.on < suspended_on:
        text = _("{day} is before the suspension itself, {on}")
        yield Objection("refused", text.format(day=case.entry.on, on=suspended_on))
    yield from before_start(case)


def apply(life: Life, event: Event) -> None:
    """End the suspension. The deadline moves only if a new one is given."""
    life.suspended_on = life.suspended_until = None
    life.resumed_on = event.on
    life.move(life.task, event)


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: who approved it, and the new deadline."""
    text = _("resumed, approved by {who}").format(who=entry.approved_by)
    return text + _(", new deadline {day}").format(day=entry.deadline) if entry.deadline else text


RESUME = Kind(
    "resume",
    N_("resumed"),
    fields=("deadline", "approved_by", "basis"),
    required=("note", "approved_by", "basis"),
    of_hold=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
