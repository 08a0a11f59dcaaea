"""A plan as nested tuples of texts and numbers, and back: what `marshal` can write, and reads back many times faster.

Each tuple has the fields of its class in their order; days are ordinals, figures are texts.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..model import Indicator, Milestone, Plan, Task
from ..thresholds import Assessment, Rules

_day = date.fromordinal


def pack(plan: Plan) -> tuple[Any, ...]:
    """The tuple of a plan."""
    packed = {
        "tasks": tuple(map(_pack_task, plan.tasks)),
        "rules": _pack_figures(plan.rules),
        "assessment": _pack_figures(plan.assessment),
        "contacts": tuple(plan.contacts.items()),
    }
    return tuple(packed.get(name, getattr(plan, name)) for name in Plan.__match_args__)


def unpack(row: tuple[Any, ...]) -> Plan:
    """The plan of a tuple.

    Raises:
        TypeError, ValueError, LookupError, ArithmeticError: `pack` did not make it.
    """
    fields = dict(zip(Plan.__match_args__, row, strict=True))
    fields["tasks"] = tuple(map(_task, fields["tasks"]))
    fields["rules"] = Rules(*map(_figure, fields["rules"]))
    fields["assessment"] = Assessment(*map(_figure, fields["assessment"]))
    fields["contacts"] = dict(fields["contacts"])
    return Plan(**fields)


def _pack_figures(thing: Rules | Assessment) -> tuple[Any, ...]:
    """The fields of a thing that has figures, whole numbers and words only; a figure is a tuple of its text."""
    values = (getattr(thing, name) for name in thing.__match_args__)
    return tuple((str(value),) if isinstance(value, Decimal) else value for value in values)


def _figure(value: Any) -> Any:
    return Decimal(value[0]) if isinstance(value, tuple) else value


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
