"""Writes a plan as the text of a `tasks.yaml`; reading it returns the same plan."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import yaml
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields, replace

from ..checklists import Checklist
from ..model import INHERITED, AssumedDay, Indicator, Milestone, Plan, ProgrammeTotal, Task
from .defaults import summed_target
from .value_reader import ALIASES

_NUMBER = re.compile("[1-9][0-9]{0,8}")

ALWAYS = frozenset({"title", "year", "leader", "lead_unit", "start", "deadline", "measure"})
"""Fields that are written even if they have their default, so that a person sees them."""


def write(plan: Plan, heading: str) -> str:
    """Return the text of a plan, with `heading` as a comment above it; empty and default values are left out."""
    fields = {name: _written(value) for name, value in _set_fields(plan).items() if name not in ("tasks", ALIASES)}
    if plan.unit_aliases:
        fields["units"] = [_unit(plan, unit) for unit in plan.units]
    text = yaml.dump(
        {**fields, "tasks": [_task(task, None) for task in plan.tasks]},
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=10**6,
        default_flow_style=False,
    )
    return f"# {heading}\n{text}"


def _unit(plan: Plan, unit: str) -> str | dict[str, Any]:
    """A unit; a mapping with `also` if it has other names."""
    aliases = plan.unit_aliases.get(unit)
    return {"name": unit, "also": list(aliases)} if aliases else unit


def _task(task: Task, parent: Task | None) -> dict[str, Any]:
    """The fields of a task, without fields that a sub-task inherits."""
    values = _set_fields(task)
    if parent:
        values |= {name: getattr(task, name) for name in INHERITED}
        for name in filter(partial(_is_inherited, task, parent), INHERITED):
            del values[name]
    if task.deadline is None:
        values.pop("deadline", None)
    if isinstance(task.start, AssumedDay):  # if written, it would be read as a start that the office set
        values.pop("start", None)
    if task.indicators:
        values["indicators"] = [_indicator(task, indicator) for indicator in task.indicators]
    fields = {name: _written(value) for name, value in values.items() if name != "subtasks"}
    if task.subtasks:
        fields["subtasks"] = [_task(part, task) for part in task.subtasks]
    return fields


def _is_inherited(task: Task, parent: Task, name: str) -> bool:
    """Whether a sub-task inherits the same value of a field, and the same mark in `unconfirmed`."""
    if name == "deadline" and task.standing:
        return task.deadline is None
    more_certain = name in parent.unconfirmed and name not in task.unconfirmed
    return bool(getattr(task, name) == getattr(parent, name)) and not more_certain


def _indicator(task: Task, indicator: Indicator) -> Indicator:
    """Return an indicator without its target if that is the sum of the sub-tasks' targets."""
    is_sum = indicator.target is not None and indicator.target == summed_target(task, indicator)
    return replace(indicator, target=None) if is_sum else indicator


def _set_fields(thing: Any) -> dict[str, Any]:
    """The fields of an object that are to be written."""
    return {f.name: getattr(thing, f.name) for f in fields(thing) if _is_set(f, getattr(thing, f.name))}


def _written(value: Any) -> Any:
    if isinstance(value, Milestone | Indicator | ProgrammeTotal | Checklist):
        values = _set_fields(value)
        if "monthly" in values:  # amounts of whole months are named by the month
            values["monthly"] = {f"{day:%Y-%m}": amount for day, amount in values["monthly"].items()}
        return {name: _written(member) for name, member in values.items()}
    if isinstance(value, Struct):
        return {f.name: _written(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _written(member) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [_written(member) for member in value]
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)  # an id such as 11 needs no quotes: the reader takes it for a text
    return value


def _is_set(field: FieldInfo, value: Any) -> bool:
    if field.name in ALWAYS:
        return True
    empty = field.default_factory() if field.default_factory is not NODEFAULT else field.default
    return bool(value != empty)


class _Dumper(yaml.SafeDumper):
    """Writes dates and decimals without tags or quotes, and never uses aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _represent(dumper: _Dumper, value: date | Decimal) -> yaml.ScalarNode:
    text = value.isoformat() if isinstance(value, date) else format(value, "f")
    kind = "timestamp" if isinstance(value, date) else "int" if text.lstrip("-").isdecimal() else "float"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(date, _represent)

_Dumper.add_representer(Decimal, _represent)
