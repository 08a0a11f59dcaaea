"""What falls due of a task in the coming days: itself, milestones, open problems."""

from dataclasses import dataclass
from datetime import date, timedelta

from ..figures import days
from ..language import _
from ..model import Milestone, Task
from ..rules.problems import Problem
from ..rules.status import Judgement


@dataclass(frozen=True, slots=True)
class Due:
    """A thing that falls due, and in how many days."""

    thing: Task | Milestone | Problem
    day: date
    left: int

    @property
    def title(self) -> str:
        """What it is, within its task."""
        return _("the task itself") if isinstance(self.thing, Task) else self.thing.title

    @property
    def when(self) -> str:
        """In how many days."""
        return _("{days} left").format(days=days(self.left)) if self.left else _("due today")

    def __str__(self) -> str:
        """All of it in a line."""
        return _("{day} {title}: {when}").format(day=self.day, title=self.title, when=self.when)


def due_within(judgement: Judgement, within: int) -> list[Due]:
    """Each thing that is due from the as-of date on, at most `within` days later; nearest first."""
    at = judgement.at
    if at.finished:
        return []
    things: list[tuple[Task | Milestone | Problem, date]] = [(at.task, at.deadline)]
    things += [(milestone, at.life.deadline(milestone)) for milestone in at.life.unreached(at.task)]
    things += [(problem, problem.deadline) for problem in at.problems if problem.state == "open"]
    last = at.as_of + timedelta(days=within)
    found = [Due(thing, day, (day - at.as_of).days) for thing, day in things if at.as_of <= day <= last]
    return sorted(found, key=lambda due: (due.day, due.title))


def due_lines(judgement: Judgement, within: int) -> str:
    """Each of them on its own line: when, what, and in how many days."""
    return "\n".join(map(str, due_within(judgement, within)))
