"""A plan as the text of a `tasks.yaml`, which is read back as the same plan."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from ..model import Indicator, Milestone, Plan, Task

_NUMBER = re.compile("[1-9][0-9]{0,8}")

ALWAYS = frozenset({"title", "year", "leader", "lead_unit", "start", "deadline", "measure"})
"""Fields that are written even where they hold what they would hold unwritten: a person has to see them."""

_LAST = ("tasks", "subtasks")
"""Fields that stand after all others: they are long."""


def write(plan: Plan, heading: str) -> str:
    """The plan's text, with a line of comment above it. What is empty or as it would be anyway is left out."""
    text = yaml.dump(
        _written(plan),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=10**6,
        default_flow_style=False,
    )
    return f"# {heading}\n{text}"


def _written(value: Any) -> Any:
    if isinstance(value, Plan | Task | Milestone | Indicator):
        fields = {field.name: (field, getattr(value, field.name)) for field in dataclasses.fields(value)}
        said = {name: value for name, (field, value) in fields.items() if _is_said(field, value)}
        if "monthly" in said:  # amounts of whole months are named by the month
            said["monthly"] = {f"{day:%Y-%m}": amount for day, amount in said["monthly"].items()}
        written = {name: _written(value) for name, value in said.items()}
        return {name: written[name] for name in sorted(written, key=_LAST.__contains__)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _written(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _written(member) for key, member in value.items()}
    if isinstance(value, tuple):
        return [_written(member) for member in value]
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)  # an id such as 11 needs no quotes: the reader takes it for a text
    return value


def _is_said(field: "dataclasses.Field[Any]", said: Any) -> bool:
    if field.name in ALWAYS:
        return True
    empty = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
    return bool(said != empty)


class _Dumper(yaml.SafeDumper):
    """Writes dates and decimals plainly, as people do, and everything out: a plan has no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _plainly(dumper: _Dumper, value: date | Decimal) -> yaml.ScalarNode:
    text = value.isoformat() if isinstance(value, date) else format(value, "f")
    kind = "timestamp" if isinstance(value, date) else "int" if text.lstrip("-").isdecimal() else "float"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(date, _plainly)

_Dumper.add_representer(Decimal, _plainly)
