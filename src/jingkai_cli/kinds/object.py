"""`object`: a unit disagrees with the judgement of a task."""

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Kind
from .lifecycle import Life


def apply(life: Life, event: Event) -> None:
    """Add the objection, which stays until a ruling."""
    life.objection = event.entry


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: who objects."""
    return _("{who} objects to the judgement").format(who=entry.unit or entry.by)


OBJECT = Kind(
    "object",
    N_("objection"),
    required=("unit", "note"),
    recorded_by="unit",
    keeps_entry=True,
    apply=apply,
    sentence=sentence,
)
