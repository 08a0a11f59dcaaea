"""Compares two plans: yields the differences in all fields that affect the judgement, but not in mere wording.

Titles are compared: a change from "20 roads" to "10 roads" is a change of the target.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from ..checklists import Checklist
from ..model import PROGRAMME, Indicator, Milestone, Plan, ProgrammeTotal, Task
from ..thresholds import Assessment, Rules

WORDING = frozenset(
    {"leader", "source", "note", "notes", "aliases", "formerly", "contacts", "language", "units", "zones"}
    | {"issuer", "code", "masthead", "send_to", "copy_to", "unit_aliases", "category", "person", "deadline_text"}
)
"""Fields that do not affect the judgement. The plan's `units` only list names: each task names its own units."""


_THINGS = (Plan, Task, Milestone, Indicator, ProgrammeTotal, Checklist, Rules, Assessment)


class Difference(Struct, frozen=True):
    """One difference between two plans."""

    task: str
    """The id of the task; `PROGRAMME` for the plan as a whole."""
    path: tuple[str, ...]
    """The path in the task: `("deadline",)`, `("milestones", "design", "deadline")`; empty for the task itself.

    The value of `("parent",)` is the id of the parent task, or None at the first level.
    """
    before: Any
    """None if it was added."""
    after: Any
    """None if it was removed."""


def differences(before: Plan, after: Plan) -> Iterator[Difference]:
    """Yield the differences between two plans, in the order of the first plan, then the tasks that were added.

    A task that was renamed (`formerly`) or that became a sub-task is the same task. A task that was added or removed is
    reported without its sub-tasks.
    """
    yield from _differing(PROGRAMME, (), replace(before, tasks=()), replace(after, tasks=()))
    named, were, are = after.subjects(), before.parents(), after.parents()
    met: set[str] = set()
    for task in before.every_task():
        now, parent = named.get(task.id), were.get(task.id)
        if now is None:
            if parent is None or parent.id in named:
                yield Difference(task.id, (), task, None)
            continue
        met.add(now.id)
        was = named.get(parent.id, parent).id if parent else None
        yield from _differing(now.id, ("parent",), was, are[now.id].id if now.id in are else None)
        yield from _differing(now.id, (), replace(task, id=now.id), now)
    new = (task for task in after.every_task() if task.id not in met)
    yield from (Difference(t.id, (), None, t) for t in new if t.id not in are or are[t.id].id in met)


def _differing(task: str, path: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, _THINGS) and type(before) is type(after):
        for field in fields(before):
            if field.name not in WORDING and field.name != "subtasks":
                name = field.name
                yield from _differing(task, (*path, name), getattr(before, name), getattr(after, name))
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*before, *(key for key in after if key not in before)):
            yield from _differing(task, (*path, str(key)), before.get(key), after.get(key))
    elif isinstance(before, tuple) and isinstance(after, tuple):
        if any(isinstance(member, Milestone | Indicator | ProgrammeTotal | Checklist) for member in (*before, *after)):
            yield from _differing(task, path, _as_named_in(after, before), {m.id: m for m in after})
        elif set(before) != set(after):
            yield Difference(task, path, before, after)
    elif before != after:
        yield Difference(task, path, before, after)


def _as_named_in(after: Sequence[Any], members: Sequence[Any]) -> dict[str, Any]:
    """Id in the second plan → member of the first: a milestone may be renamed within its task."""
    ids = {member.id for member in after}
    added = [member for member in after if member.id not in {m.id for m in members}]
    renamed = {old: m.id for m in added for old in getattr(m, "formerly", ()) if old not in ids}
    now = [(renamed.get(member.id, member.id), member) for member in members]
    return {id_: replace(member, id=id_) for id_, member in now}
