"""What inspections on site add up to (现场检查): sites inspected, inspectors sent, problems found.

An indicator that says `counts` in the plan has its readings from here; nobody reports it.
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
    """How many people were sent (人次): who is out in one shift of a day counts once, whatever the number of sites."""
    return len({(i.on, i.shift, name_key(person)) for i in inspections for person in i.inspectors})


def problems_found(life: Life) -> list[Problem]:
    """The problems of a task that inspections found; one that was split counts once."""
    return [problem for problem in life.problems.values() if problem.source == "inspection" and not problem.part_of]


def with_counts(task: Task, facts: TaskFacts) -> TaskFacts:
    """The facts of a task with the values of the indicators that count its inspections.

    Nothing is known of them before the first inspection: no reading is not zero. What was typed for them is not used.
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
