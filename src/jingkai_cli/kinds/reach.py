"""`reach`: a milestone was reached."""

from collections.abc import Iterator
from datetime import date

from ..facts import Event, History, moved_milestones
from ..language import N_, _, ngettext
from ..model import Entry, Plan, Task
from ..quantities import enumeration, named_milestone
from .kind import Case, Kind, Objection
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a milestone that was reached already; remark on earlier ones that were not."""
    milestone, reached = case.entry.milestone, case.life.reached
    named = case.task.milestone(milestone or "")
    if milestone and milestone in reached:
        title = named_milestone(named) if named else milestone
        text = _("milestone {milestone} was reached on {day} already")
        yield Objection("refused", text.format(milestone=title, day=reached[milestone]))
    elif named and (earlier := [m.title for m in case.life.unreached(case.task) if m.deadline < named.deadline]):
        text = ngettext(
            "an earlier milestone is not reached: {titles}",
            "earlier milestones are not reached: {titles}",
            len(earlier),
        )
        yield Objection("remark", text.format(titles=enumeration(earlier)))


def reached_before(plan: Plan, task: Task, entry: Entry, history: History) -> Iterator[Objection]:
    """Refuse a milestone that moved to another task and was reached there already."""
    if entry.kind != "reach":
        return
    for (former_id, name), present in moved_milestones(plan).items():
        former = plan.task(former_id)
        if former is None or (task.id, entry.milestone) not in present:
            continue
        days: dict[str, date] = history.folded(former.id, former.formerly, dict, _first_days)
        if day := days.get(name):
            text = _("milestone {milestone} was reached on {day} already, as {former}")
            former_name = name if former is task else f"{former.id}/{name}"
            yield Objection("refused", text.format(milestone=entry.milestone, day=day, former=former_name))


def _first_days(days: dict[str, date], event: Event) -> dict[str, date]:
    """Add the day of an event to the first day on which each milestone was reached."""
    if event.kind == "reach" and event.subject:
        days.setdefault(event.subject, event.on)
    return days


def apply(life: Life, event: Event) -> None:
    """Set the date on which the milestone was reached; the first one counts."""
    if event.subject:
        life.reached.setdefault(event.subject, event.on)


def sentence(task: Task | None, entry: Entry) -> str:
    """The log text: the title of the milestone."""
    milestone = task.milestone(entry.milestone or "") if task else None
    return _("reached: {title}").format(title=milestone.title if milestone else entry.milestone)


REACH = Kind(
    "reach",
    N_("milestone reached"),
    fields=("milestone",),
    required=("milestone",),
    recorded_by="unit",
    is_report=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
