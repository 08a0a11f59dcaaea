"""What two plans say differently, as values: every field that something is judged by, and nothing that is mere wording.

A title belongs to it: "20 roads" made "10 roads" is another target.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import PROGRAMME, Assessment, Indicator, Milestone, Plan, Rules, Task

WORDING = frozenset(
    {"leader", "source", "note", "notes", "aliases", "formerly", "contacts", "language", "units", "zones"}
    | {"issuer", "send_to", "copy_to"}
)
"""Fields that judge nothing. The plan's own `units` are a vocabulary: who answers for a task stands in the task."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in two plans."""

    task: str
    """The task's id; `PROGRAMME` for the plan as a whole."""
    path: tuple[str, ...]
    """Where in the task: `("deadline",)`, `("milestones", "design", "deadline")`; empty for the task itself."""
    before: Any
    """None where it was not there."""
    after: Any
    """None where it is not there any more."""


def differences(before: Plan, after: Plan) -> Iterator[Difference]:
    """What a second plan says differently from a first one, in the order of the first, then what came anew.

    A task that was renamed (`formerly`) is the same task.
    """
    yield from _differing(PROGRAMME, (), dataclasses.replace(before, tasks=()), dataclasses.replace(after, tasks=()))
    met: set[str] = set()
    for task in before.tasks:
        now = after.task(task.id)
        if now is None:
            yield Difference(task.id, (), task, None)
            continue
        met.add(now.id)
        yield from _differing(now.id, (), dataclasses.replace(task, id=now.id), now)
    yield from (Difference(task.id, (), None, task) for task in after.tasks if task.id not in met)


def _differing(task: str, path: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, Plan | Task | Milestone | Indicator | Rules | Assessment) and type(before) is type(after):
        for field in dataclasses.fields(before):
            if field.name not in WORDING:
                name = field.name
                yield from _differing(task, (*path, name), getattr(before, name), getattr(after, name))
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*before, *(key for key in after if key not in before)):
            yield from _differing(task, (*path, str(key)), before.get(key), after.get(key))
    elif isinstance(before, tuple) and isinstance(after, tuple):
        if any(isinstance(member, Milestone | Indicator) for member in (*before, *after)):
            yield from _differing(task, path, _by_id(before), _by_id(after))
        elif set(before) != set(after):
            yield Difference(task, path, before, after)
    elif before != after:
        yield Difference(task, path, before, after)


def _by_id(members: Sequence[Milestone | Indicator]) -> dict[str, Milestone | Indicator]:
    return {member.id: member for member in members}
