"""The defaults of a plan: inherited fields, start dates and sums of targets; replaces other names of units."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from ..model import INHERITED, AssumedDay, Indicator, Plan, Task
from ..unit_conversion import convert
from .yaml_tree import Fields, Listing, Node, Scalar, every_task


def fill_in(root: Node) -> None:
    """Add the inherited fields to each sub-task, and `measure: subtasks` to each task with sub-tasks.

    An inherited field is the node of the parent itself. It is unconfirmed if the parent's is.

    Args:
        root: the tree of the plan, which is changed in place.
    """
    if not isinstance(root, Fields):
        return
    for loc, task in every_task(root):
        parts = [part for _loc, part in task.records(loc, "subtasks")]
        if parts:
            task.members.setdefault("measure", Scalar(task.line, task.column, "subtasks"))
            task.keys.setdefault("measure", Scalar(task.line, task.column, "measure"))
        for part in parts:
            _inherit(task, part)


def _inherit(task: Fields, part: Fields) -> None:
    names = [name for name in INHERITED if name in task.members and name not in part.members]
    if is_standing(part) and "deadline" in names:
        names.remove("deadline")
    for name in names:
        part.members[name], part.keys[name] = task.members[name], task.keys[name]
    part.inherited = frozenset(names)
    unconfirmed = [text for _loc, text in task.texts((), "unconfirmed") if text in names]
    marks = part.members.setdefault("unconfirmed", Listing(part.line, part.column)) if unconfirmed else None
    if isinstance(marks, Listing):
        already = {text for _loc, text in part.texts((), "unconfirmed")}
        marks.members += [Scalar(part.line, part.column, name) for name in unconfirmed if name not in already]
        part.keys.setdefault("unconfirmed", Scalar(part.line, part.column, "unconfirmed"))


def is_standing(task: Fields) -> bool:
    """Whether the node of a task has `standing: true`."""
    return task.text("standing") == "true"


def settled(plan: Plan) -> Plan:
    """Return a validated plan with the start of each task and summed targets; other names of units are replaced."""
    names = {alias: unit for unit, aliases in plan.unit_aliases.items() for alias in aliases}
    return replace(
        plan,
        tasks=tuple(_settle(task, plan.year, names) for task in plan.tasks),
        collective={name: _main_names(members, names) for name, members in plan.collective.items()},
        contacts={names.get(name, name): call for name, call in plan.contacts.items()},
    )


def _settle(task: Task, year: int | None, names: Mapping[str, str]) -> Task:
    task = replace(
        task,
        start=_start(task, year),
        lead_unit=names.get(task.lead_unit, task.lead_unit) if task.lead_unit else None,
        support_units=_main_names(task.support_units, names),
        subtasks=tuple(_settle(part, year, names) for part in task.subtasks),
    )
    if not any(indicator.sum for indicator in task.indicators):
        return task
    indicators = (replace(i, target=summed_target(task, i)) if i.target is None else i for i in task.indicators)
    return replace(task, indicators=tuple(indicators))


def _main_names(units: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(unit, unit) for unit in units)


def _start(task: Task, year: int | None) -> date:
    """The start in the plan; by default the first day of the year, or the deadline if that is earlier."""
    if task.start != date.min:
        return task.start
    if task.deadline is None:
        return AssumedDay(year, 1, 1) if year else task.start
    first = date(year or task.deadline.year, 1, 1)
    return AssumedDay.fromordinal(min(first, task.deadline).toordinal())


def summed_target(task: Task, indicator: Indicator) -> Decimal | None:
    """The sum of the targets in sub-tasks for a summed indicator, in its unit; None unless all of them have one."""
    if indicator.sum != "subtasks":
        return None
    targets = [part.target and convert(part.target, part.unit, indicator.unit) for part in parts(task, indicator.id)]
    known = [target for target in targets if target is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(targets) else None


def parts(task: Task, name: str) -> Iterator[Indicator]:
    """Yield the indicators with an id that are summed for a task: the topmost one in each branch of sub-tasks."""
    for part in task.subtasks:
        own = [indicator for indicator in part.indicators if indicator.id == name]
        yield from own or parts(part, name)
