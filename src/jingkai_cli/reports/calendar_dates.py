"""The dates of a report for calendars: the deadlines and milestones in force of the tasks that it lists."""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from ..language import _, speaking
from ..model import Milestone, Plan, Task
from ..rules.lateness import open_dates
from ..rules.status import Judgement
from .wording import or_unknown


class DatedItem(NamedTuple):
    """One date in a calendar."""

    uid: str
    """The same each time, as long as the plan has its title and the thing its id: a calendar updates it."""
    day: date
    title: str
    description: str


def dates(plan: Plan, judgements: Iterable[Judgement]) -> list[dict[str, Any]]:
    """The dates still to be met of these tasks and of their sub-tasks, in the plan's language, each once."""
    with speaking(plan.language):
        found = {item.uid: item for judgement in judgements for item in _dates(plan, judgement)}
    return [item._asdict() for item in sorted(found.values(), key=lambda item: (item.day, item.uid))]


def _dates(plan: Plan, judgement: Judgement) -> Iterator[DatedItem]:
    of_plan = sha256(plan.title.encode()).hexdigest()[:12]
    for each in judgement.with_subtasks():
        at, task = each.position, each.position.task
        if at.finished or at.life.on_hold:
            continue
        lines = [_("Lead unit: {unit}").format(unit=or_unknown(task.lead_unit)), f"{task.id} {task.title}"]
        # A milestone that is a month's amounts is never reached by name: it stands until its day.
        months = [(m, day) for m in task.milestones if m.indicators and (day := at.life.deadline(m)) >= at.as_of]
        for thing, day in (*open_dates(task, at.life, ()), *months):
            if isinstance(thing, Task):
                title = _("{task}: deadline").format(task=task.title)
                yield DatedItem(f"{of_plan}/{task.id}@jk", day, title, "\n".join(lines))
            elif isinstance(thing, Milestone):
                title = _("{task}: {milestone}").format(task=task.title, milestone=thing.title)
                yield DatedItem(f"{of_plan}/{task.id}/{thing.id}@jk", day, title, "\n".join(lines))
