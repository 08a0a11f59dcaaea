"""`cancel`: a task is given up by a decision (取消); only `reopen` takes it back."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection, finished_or_cancelled
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a task that is finished or cancelled already."""
    return finished_or_cancelled(case)


def apply(life: Life, event: Event) -> None:
    """Mark the task as cancelled and end its suspension."""
    life.cancelled_on = event.on
    life.suspended_on = life.suspended_until = None


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: who approved it."""
    return _("cancelled, approved by {who}").format(who=entry.approved_by)


CANCEL = Kind(
    "cancel",
    N_("cancelled"),
    fields=("approved_by", "basis"),
    required=("note", "approved_by", "basis"),
    of_hold=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
