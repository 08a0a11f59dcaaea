"""`reach`: a milestone was reached."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection
from .life import Life


def objections(case: Case) -> Iterator[Objection]:
    """A milestone is reached once."""
    milestone, reached = case.entry.milestone, case.life.reached
    if milestone and milestone in reached:
        text = _("milestone {milestone} was reached on {day} already")
        yield Objection("refused", text.format(milestone=milestone, day=reached[milestone]))


def apply(life: Life, event: Event) -> None:
    """Keep the first date on which it was reached."""
    if event.subject:
        life.reached.setdefault(event.subject, event.on)


def sentence(task: Task | None, entry: Entry) -> str:
    """The milestone's title."""
    milestone = task.milestone(entry.milestone or "") if task else None
    return _("reached: {title}").format(title=milestone.title if milestone else entry.milestone)


REACH = Kind(
    "reach",
    N_("milestone reached"),
    fields=("milestone",),
    required=("milestone",),
    recorded_by="unit",
    of_work=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
