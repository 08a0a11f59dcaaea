"""Changes between two dates: each task judged on both dates, and the figures reported in between."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from ..facts import TaskFacts
from ..model import PERCENT, Plan, Task
from .status import Judgement, judge


class Change(Struct, frozen=True):
    """A task judged at the end of the day before a period, and at the end of the period."""

    before: Judgement
    now: Judgement

    @property
    def task(self) -> Task:
        """The task that is judged."""
        return self.now.task

    def with_subtasks(self) -> "Iterator[Change]":
        """The task, then its sub-tasks of every level, in the plan's order."""
        if not self.now.parts:
            return iter((self,))
        return (Change(*both) for both in zip(self.before.with_subtasks(), self.now.with_subtasks(), strict=True))

    def answered_for(self) -> "Iterator[Change]":
        """The changes of the task and of each sub-task by its own dates and figures, which a unit answers for."""
        if not self.now.parts:
            return iter((self,))
        return (Change(each.before.alone, each.now.alone) for each in self.with_subtasks())

    @property
    def report_awaited(self) -> bool:
        """Whether reports on it, or on one of its sub-tasks, were expected from the first day of the period.

        For a task with sub-tasks, reports are expected on these only.
        """
        if self.now.parts:
            return any(each.report_awaited for each in self.with_subtasks() if not each.now.parts)
        at = self.now.position
        is_expected = at.reports_expected_from <= self.before.position.as_of + timedelta(days=1)
        return is_expected and not at.parts and not at.finished and not at.life.on_hold

    @property
    def turned_red(self) -> bool:
        """Whether the lamp is red now and was not before."""
        return self.now.red and not self.before.red

    @property
    def recovered(self) -> bool:
        """Whether the lamp was red before and is not now."""
        return self.before.red and not self.now.red


class Figure(Struct, frozen=True):
    """The total of an indicator (or `percent`) at the end of a period, and the amount added in the period."""

    name: str
    total: Decimal
    """The total to date at the end of the period."""
    amount: Decimal | None
    """The amount added in the period; None if its first total was stated then, as the total before is unknown."""


class Surveyed(Protocol):
    """The facts of every task as of a date."""

    @property
    def as_of(self) -> date:
        """The date."""

    @property
    def facts(self) -> Mapping[str, TaskFacts]:
        """Id of a task → its facts."""


def changes(plan: Plan, before: Surveyed, now: Surveyed) -> list[Change]:
    """Judge every task of the plan on two dates; in the plan's order."""
    judged = (judge(plan, surveyed.facts, surveyed.as_of) for surveyed in (before, now))
    return [Change(earlier, later) for earlier, later in zip(*judged, strict=True)]


def figures(change: Change) -> tuple[Figure, ...]:
    """The figures of a task that changed in the period, in the plan's order; `percent` first.

    They changed by reports about days of the period, and by entries recorded later about earlier days. The amount is
    the difference of the two totals, and may be negative for a rate (`type: level`).
    """
    task, before, now = change.task, change.before.position.facts, change.now.position.facts
    read = {name for (name, unit), total in now.totals.items() if before.totals.get((name, unit)) != total}
    found = []
    for name in (PERCENT, *(indicator.id for indicator in task.indicators)):
        total = now.total(name)
        if name not in read or total is None:
            continue
        earlier = before.total(name)
        stated = any(series == name and each.stated for (series, _unit), each in now.totals.items())
        known = earlier is not None or not stated
        found.append(Figure(name, total, total - (earlier or 0) if known else None))
    return tuple(found)
