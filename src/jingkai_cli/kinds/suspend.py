"""`suspend`: a task is suspended by a decision (暂缓); it is not judged until it is resumed."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection, before_return, finished_or_cancelled
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a task that is finished, cancelled or suspended already, and a reminder before the suspension."""
    yield from finished_or_cancelled(case)
    yield from before_return(case, case.life.resumed_on)
    if case.life.suspended_on:
        text = _("task {task} is already suspended since {day}")
        yield Objection("refused", text.format(task=case.task.id, day=case.life.suspended_on))
    if case.entry.deadline and case.entry.deadline < case.entry.on:
        text = _("{day} is before the suspension itself, {on}")
        yield Objection("refused", text.format(day=case.entry.deadline, on=case.entry.on))


def apply(life: Life, event: Event) -> None:
    """Mark the task as suspended; the given date is only a reminder and does not resume the task."""
    life.suspended_on, life.suspended_until = event.on, event.until


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: who approved it, and until when."""
    text = _("suspended, approved by {who}").format(who=entry.approved_by)
    return text + _(", until {day}").format(day=entry.deadline) if entry.deadline else text


SUSPEND = Kind(
    "suspend",
    N_("suspended"),
    fields=("deadline", "approved_by", "basis"),
    required=("note", "approved_by", "basis"),
    of_hold=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
