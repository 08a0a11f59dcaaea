"""Figures counted from inspections on site (现场检查): sites inspected, inspectors sent, problems found.

An indicator with `counts` in the plan gets its readings from here and is not reported.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from ..facts import TaskFacts, Total
from ..kinds import life_of
from ..kinds.lifecycle import Inspection, Life, Problem
from ..model import Task
from ..text import name_key


def people_sent(inspections: Iterable[Inspection]) -> int:
    """The number of people sent (人次). A person counts once for each shift of a day, whatever the number of sites."""
    return len({(i.on, i.shift, name_key(person)) for i in inspections for person in i.inspectors})


def problems_found(life: Life) -> list[Problem]:
    """The problems of a task that inspections found. A problem that was split counts once."""
    return [problem for problem in life.problems.values() if problem.source == "inspection" and not problem.part_of]


def with_counts(task: Task, facts: TaskFacts) -> TaskFacts:
    """The facts of a task with the values of the indicators that count its inspections.

    They have no value before the first inspection: no reading is not zero. Figures reported for them are ignored.
    """
    names = {indicator.id for indicator in task.indicators if indicator.counts}
    life = life_of(task, facts.events)
    totals = {series: total for series, total in facts.totals.items() if series[0] not in names}
    if not life.inspections:
        return replace(facts, totals=totals)
    found = problems_found(life)
    visits: list[tuple[date, int]] = [(i.on, i.seq) for i in life.inspections]
    values = {
        "inspections": (len(life.inspections), max(visits)),
        "people": (people_sent(life.inspections), max(visits)),
        "problems": (len(found), max([*visits, *((p.opened_on, p.seq) for p in found)])),
    }
    for indicator in task.indicators:
        if indicator.counts:
            value, (on, seq) = values[indicator.counts]
            totals[indicator.id, ""] = Total(Decimal(value), on, seq, stated=True)
    return replace(facts, totals=totals)
