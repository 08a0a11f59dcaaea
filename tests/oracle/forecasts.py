"""Days behind, forecast and waiting from the text of the rules, independent of `rules.forecast`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from . import history
from .curves import earned, is_reported
from .history import Mapped

if TYPE_CHECKING:
    from .verdict import Verdict

EPSILON = Fraction(1, 10**9)


class DaysBehind:
    """How many days behind a task is: AT - ES, how late its last three milestones came, and the mean of both."""

    def __init__(self, verdict: "Verdict") -> None:
        self.verdict = verdict
        known = verdict.curve and verdict.actual is not None and verdict.gone >= 0
        self.earned = earned(verdict.curve, verdict.actual, verdict.gone) if known else None  # type: ignore[arg-type]
        self.lag = None if self.earned is None else verdict.gone - self.earned
        came = sorted(verdict.slips(), key=lambda each: each[0])
        self.slips = [days for _day, days in came][-3:]
        self.slip = Fraction(sum(self.slips), len(self.slips)) if self.slips else None
        both = [value for value in (self.lag, self.slip) if value is not None]
        self.days = sum(both, Fraction(0)) / len(both) if both else None

    @property
    def forecast(self) -> tuple[date, date] | None:
        whole = self.verdict.planned_days
        if whole is None or self.days is None or 5 * self.verdict.gone < 2 * whole:
            return None
        finish = max(self.verdict.day, self.verdict.deadline + timedelta(days=self._up(self.days)))
        return finish, finish + timedelta(days=self._up(Fraction(12, 100) * whole))

    def _up(self, days: Fraction) -> int:
        if days != round(days) and abs(days - round(days)) < EPSILON:
            self.verdict.close.add("forecast")
        return max(0, ceil(days))

    def estimate(self, deadline: date) -> date:
        """The forecast for a milestone, or for the task itself, with this deadline."""
        return max(self.verdict.day, deadline + timedelta(days=self._up(self.days or Fraction(0))))


@dataclass(frozen=True)
class Wait:
    """A milestone or sub-task and what it waits for."""

    thing: Mapped
    deadline: date
    earliest: date | None
    """None while something that it waits for is suspended."""
    unreached: list[str]


def waits(verdict: "Verdict", parent: str | None) -> Iterator[Wait]:
    """Yield what of a task waits for something not reached: itself or its milestones; cancelled ones are ignored."""
    things: list[tuple[Mapped, date, str | None]] = []
    if verdict.planned_days is not None:
        things.append((verdict.task, verdict.deadline, parent))
    things += [
        (m, end, verdict.task["id"]) for m, end, hit in verdict.milestones if not hit and not m.get("indicators")
    ]
    for thing, deadline, scope in things:
        nodes = [_node(verdict, scope, name) for name in thing.get("after", [])]
        found = [(name, reached, due, day) for name, reached, due, day, hold in nodes if hold != "cancelled"]
        unreached = [name for name, reached, _due, _estimate in found if reached is None]
        if any(hold == "suspended" and reached is None for _name, reached, _due, _day, hold in nodes):
            yield Wait(thing, deadline, None, unreached)
            continue
        dated = [(due, reached or estimate) for _name, reached, due, estimate in found if due and estimate]
        if unreached and dated:
            last, latest = max(due for due, _day in dated), max(day for _due, day in dated)
            left = timedelta(days=max(0, (deadline - last).days))
            yield Wait(thing, deadline, max(verdict.day, latest + left), unreached)


Found = tuple[str, date | None, date | None, date | None, str | None]


def _node(verdict: "Verdict", scope: str | None, name: str) -> Found:
    """A node's full name, the day it was reached, its deadline, the forecast of it, and how its task is on hold."""
    here = verdict.peers.get(scope or "")
    found = [m for m in here.milestones if m[0]["id"] == name] if here else []
    if not found and "/" in name:
        whose, _slash, rest = name.partition("/")
        here = verdict.peers[whose]
        found = [m for m in here.milestones if m[0]["id"] == rest]
    if found and here:
        milestone, end, _hit = found[0]
        reached = history.reached_on(here.entries, milestone) or history.done_on(here.entries)
        if milestone.get("indicators"):
            carried = [i for i in here.task["indicators"] if i["id"] in milestone["indicators"]]
            if all(is_reported(here.entries, i, history.day_of(milestone["deadline"])) for i in carried):
                on = min(history.day_of(milestone["deadline"]), verdict.day)
                reached = history.reached_on(here.entries, milestone) or on
        return f"{here.task['id']}/{milestone['id']}", reached, end, _estimate(here, end), here.hold
    here = verdict.peers[name]
    due = here.deadline if here.planned_days is not None else None
    return name, history.done_on(here.entries), due, due and _estimate(here, due), here.hold


def _estimate(verdict: "Verdict", deadline: date) -> date:
    return verdict.behind.estimate(deadline) if verdict.behind else max(verdict.day, deadline)
