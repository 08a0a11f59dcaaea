"""What two plans say differently, as values: every field that something is judged by, and nothing that is mere wording.

A title belongs to it: "20 roads" made "10 roads" is another target.
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
"""Fields that judge nothing. The plan's own `units` are a vocabulary: who answers for a task stands in the task."""


_THINGS = (Plan, Task, Milestone, Indicator, ProgrammeTotal, Checklist, Rules, Assessment)


class Difference(Struct, frozen=True):
    """One thing that is not the same in two plans."""

    task: str
    """The task's id; `PROGRAMME` for the plan as a whole."""
    path: tuple[str, ...]
    """Where in the task: `("deadline",)`, `("milestones", "design", "deadline")`; empty for the task itself.

    `("parent",)` is the task that it is a part of, by its id; None on the first level.
    """
    before: Any
    """None where it was not there."""
    after: Any
    """None where it is not there any more."""


def differences(before: Plan, after: Plan) -> Iterator[Difference]:
    """What a second plan says differently from a first one, in the order of the first, then what came anew.

    A task that was renamed (`formerly`) is the same task, and so is one that became a part of another. A task that was
    added or removed is reported without its sub-tasks.
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
    """The members by the ids that they have in a second plan: a milestone may be renamed within its task."""
    taken = {member.id for member in after}
    fresh = [member for member in after if member.id not in {m.id for m in members}]
    renamed = {old: m.id for m in fresh for old in getattr(m, "formerly", ()) if old not in taken}
    now = [(renamed.get(member.id, member.id), member) for member in members]
    return {id_: replace(member, id=id_) for id_, member in now}
