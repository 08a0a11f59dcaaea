"""A plan as nested tuples of texts and numbers, and back: what `marshal` can write, and reads back many times faster.

Each tuple has the fields of its class in their order; days are ordinals, figures are texts.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..model import Indicator, Milestone, Plan, Rules, Task

LAYOUT = repr([kind.__match_args__ for kind in (Plan, Rules, Task, Indicator, Milestone)])
"""The fields of every class: what was packed by a program with other ones is not for this program."""

_day = date.fromordinal


def pack(plan: Plan) -> tuple[Any, ...]:
    """The tuple of a plan."""
    rules = tuple(str(value) if isinstance(value, Decimal) else value for value in _fields(plan.rules))
    packed = {"rules": rules, "tasks": tuple(map(_pack_task, plan.tasks)), "contacts": tuple(plan.contacts.items())}
    return tuple(packed.get(name, getattr(plan, name)) for name in Plan.__match_args__)


def unpack(row: tuple[Any, ...]) -> Plan:
    """The plan of a tuple.

    Raises:
        TypeError, ValueError, ArithmeticError: `pack` did not make it.
    """
    title, tasks, year, language, timezone, units, zones, rules, contacts, notes, source = row
    those = tuple(map(_task, tasks))
    return Plan(title, those, year, language, timezone, units, zones, _rules(rules), dict(contacts), notes, source)


def _fields(thing: Rules | Task | Indicator | Milestone) -> list[Any]:
    return [getattr(thing, name) for name in thing.__match_args__]


def _pack_task(task: Task) -> tuple[Any, ...]:
    packed = {
        "deadline": task.deadline.toordinal(),
        "start": task.start.toordinal(),
        "planned": _pack_course(task.planned),
        "indicators": tuple(map(_pack_indicator, task.indicators)),
        "milestones": tuple(map(_pack_milestone, task.milestones)),
    }
    return tuple(packed.get(name, getattr(task, name)) for name in Task.__match_args__)


def _pack_indicator(indicator: Indicator) -> tuple[Any, ...]:
    packed = {
        "target": indicator.target if indicator.target is None else str(indicator.target),
        "weight": str(indicator.weight),
        "planned": _pack_course(indicator.planned),
        "monthly": _pack_course(indicator.monthly),
    }
    return tuple(packed.get(name, getattr(indicator, name)) for name in Indicator.__match_args__)


def _pack_milestone(milestone: Milestone) -> tuple[Any, ...]:
    packed = {"deadline": milestone.deadline.toordinal()}
    return tuple(packed.get(name, getattr(milestone, name)) for name in Milestone.__match_args__)


def _pack_course(course: Mapping[date, Decimal]) -> tuple[tuple[int, str], ...]:
    return tuple((day.toordinal(), str(value)) for day, value in course.items())


def _rules(row: tuple[Any, ...]) -> Rules:
    report_by, due_soon, behind, far_behind, milestone_red, pace_ratio, pace_after, pace_prior = row
    limits = Decimal(behind), Decimal(far_behind)
    return Rules(report_by, due_soon, *limits, milestone_red, Decimal(pace_ratio), Decimal(pace_after), pace_prior)


def _task(row: tuple[Any, ...]) -> Task:
    id_, title, unit, deadline, leader, support, start, measure, planned, indicators, milestones, *rest = row
    return Task(
        id_,
        title,
        unit,
        _day(deadline),
        leader,
        support,
        _day(start),
        measure,
        _course(planned),
        tuple(map(_indicator, indicators)),
        tuple(map(_milestone, milestones)),
        *rest,
    )


def _indicator(row: tuple[Any, ...]) -> Indicator:
    id_, name, unit, target, weight, kind, per_unit, planned, monthly, *rest = row
    goal = target if target is None else Decimal(target)
    courses = _course(planned), _course(monthly)
    return Indicator(id_, name, unit, goal, Decimal(weight), kind, per_unit, *courses, *rest)


def _milestone(row: tuple[Any, ...]) -> Milestone:
    id_, title, deadline, *rest = row
    return Milestone(id_, title, _day(deadline), *rest)


def _course(row: tuple[tuple[int, str], ...]) -> dict[date, Decimal]:
    return {_day(day): Decimal(value) for day, value in row}
