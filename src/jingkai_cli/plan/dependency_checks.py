"""What comes before what (`after`), and what a milestone was before (`formerly`): unknown ids, ids of two, circles.

A node is a task, by its id, or a milestone, as `task/milestone`.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from ..language import _
from ..text import near, quoted
from .name_checks import Tasks
from .yaml_tree import Fault, Fields, Loc, node_at

_FORMER = re.compile(r"[\w.-]{1,32}(/[\w.-]{1,32})?")

_SUGGESTED = 300
"""So many names are searched for the one that was meant; in a large plan all of them would take too long."""

_CIRCLES = 100
"""At most so many are reported; a plan in reverse order has one for each of its tasks."""

_LONGEST = 20
"""So many members of one are named."""

_TANGLED = 1000
"""Among more nodes each wait is reported in one circle only: to look for all would take too long."""


def order_checks(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Check what milestones and sub-tasks wait for, and what milestones were before.

    Args:
        root: the plan's tree.
        tasks: its tasks of every level.

    Yields:
        What is wrong, and where.
    """
    parts = _parts(tasks)
    waits: dict[str, list[_Wait]] = {}
    for node, scope, loc, name in _after(tasks):
        meant = [one for one in dict.fromkeys((f"{scope}/{name}", name)) if one in parts]
        if len(meant) == 1:
            waits.setdefault(node, []).append(_Wait(meant[0], loc))
        elif meant:
            message = _("{name} is a milestone here and a task too (type {full} for the milestone, or rename it)")
            yield Fault(loc, message.format(name=quoted(name), full=quoted(meant[0])))
        else:
            message = _("{name} is neither a task nor a milestone that can come before {near}")
            yield Fault(loc, message.format(name=quoted(name), near=near(name, _suggested(parts, scope))))
    if len({task.text("id") for __, task in tasks}) == len(tasks):  # else nobody knows which task is meant
        yield from _circles(parts, waits)
    yield from _former_names(root, tasks)


class _Wait(Struct, frozen=True):
    """A node that is waited for, and where the plan says so."""

    node: str
    loc: Loc


def _parts(tasks: Tasks) -> dict[str, list[str]]:
    """Every node, and what it consists of: a task of its milestones and sub-tasks."""
    parts: dict[str, list[str]] = {}
    for loc, task in tasks:
        if name := task.text("id"):
            milestones = task.records(loc, "milestones")
            own = [f"{name}/{id_}" for __, milestone in milestones if (id_ := milestone.text("id"))]
            parts.update((node, []) for node in own)
            parts.setdefault(name, []).extend(own)
            parts[name] += [id_ for __, part in task.records(loc, "subtasks") if (id_ := part.text("id"))]
    return parts


def _after(tasks: Tasks) -> Iterator[tuple[str, str, Loc, str]]:
    """Each name in an `after`: whose it is, in which task it is looked up first, where it stands, and itself."""
    ids = {loc: task.text("id") or "" for loc, task in tasks}
    for loc, task in tasks:
        for place, name in task.texts(loc, "after"):
            yield ids[loc], ids.get(loc[:-2], ""), place, name
        for where, milestone in task.records(loc, "milestones"):
            for place, name in milestone.texts(where, "after"):
                yield f"{ids[loc]}/{milestone.text('id')}", ids[loc], place, name


def _suggested(parts: Mapping[str, list[str]], scope: str) -> list[str]:
    """What may have been meant: milestones of the task itself by their ids, then tasks, then other milestones."""
    own = [one.partition("/")[2] for one in parts.get(scope, ()) if "/" in one]
    others = [one for one in parts if not one.startswith(f"{scope}/")]
    return [*own, *sorted(others, key=lambda one: "/" in one)][:_SUGGESTED]


def _circles(parts: Mapping[str, list[str]], waits: Mapping[str, list[_Wait]]) -> Iterator[Fault]:
    """Nodes that wait for one another. What a sub-task waits for, everything in it waits for."""
    whole = {part: task for task, those in parts.items() for part in those}

    def next_of(node: str) -> Iterator[str]:
        yield from parts[node]
        holder: str | None = node
        while holder is not None:
            yield from (wait.node for wait in waits.get(holder, ()))
            holder = whole.get(holder)

    tangle = _tangle({node: list(next_of(node)) for node in parts})
    told: set[frozenset[str]] = set()
    steps: set[tuple[str, str]] = set()
    for node, wait in ((name, wait) for name in tangle for wait in waits.get(name, ())):
        if len(told) == _CIRCLES:
            return
        passed = len(tangle) > _TANGLED and (node, wait.node) in steps
        circle = [] if passed else [node, *_way(tangle, wait.node, node)]
        if len(circle) > 1 and frozenset(circle) not in told:
            told.add(frozenset(circle))
            steps.update(pairwise(circle))
            message = _("circular dependency: {members} (each waits for the next)")
            members = circle if len(circle) <= _LONGEST else [*circle[: _LONGEST - 2], "…", node]
            yield Fault(wait.loc, message.format(members=" → ".join(members)))


def _tangle(waits: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The part of a graph in which circles are: without the nodes that lead to none."""
    waiting: dict[str, list[str]] = {node: [] for node in waits}
    for node, those in waits.items():
        for other in those:
            waiting[other].append(node)
    left = {node: len(those) for node, those in waits.items()}
    free = [node for node, count in left.items() if not count]
    for node in free:  # grows while it is gone through
        for other in waiting[node]:
            left[other] -= 1
            if not left[other]:
                free.append(other)
    return {node: [other for other in waits[node] if left[other]] for node, count in left.items() if count}


def _way(tangle: Mapping[str, list[str]], start: str, end: str) -> list[str]:
    """The shortest way from one node to another, both included; empty where there is none."""
    came = {start: start}
    nodes = [start] if start in tangle else []
    for node in nodes:  # grows while it is gone through
        if node == end:
            way = [end]
            while way[-1] != start:
                way.append(came[way[-1]])
            return way[::-1]
        further = dict.fromkeys((other for other in tangle[node] if other not in came), node)
        came |= further
        nodes += further
    return []


def _former_names(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Former ids of milestones that nothing can have been called by, or that mean two milestones."""
    now = {name: task.text("id") or "" for loc, task in tasks for __, name in task.texts(loc, "formerly")}
    now |= {name: name for __, task in tasks if (name := task.text("id"))}
    milestones = [(task.text("id") or "", *found) for loc, task in tasks for found in task.records(loc, "milestones")]
    taken = {(name, id_): loc for name, loc, milestone in milestones if (id_ := milestone.text("id"))}
    split: dict[tuple[str, str], set[str]] = {}  # (task, id) → the sub-tasks among which a milestone was split
    for name, loc, milestone in milestones:
        for place, former in milestone.texts(loc, "formerly"):
            task, slash, id_ = former.rpartition("/")
            if not _FORMER.fullmatch(former):
                message = _(
                    "{former} was not a milestone (expected a former id, or TASK/ID if it belonged to another task)"
                )
                yield Fault(place, message.format(former=quoted(former)))
            elif slash and task not in now:
                message = _("no task has or had the id {task} {near}")
                yield Fault(place, message.format(task=quoted(task), near=near(task, [*now][:_SUGGESTED])))
            else:
                series = now[task] if slash else name, id_
                before = taken.setdefault(series, place)
                if slash and now[task] != name and (before == place or series in split):
                    before = before if name in split.get(series, ()) else place
                    split.setdefault(series, set()).add(name)
                if before != place:
                    message = _("{former} is still a milestone, on line {line} (expected a former id)")
                    yield Fault(place, message.format(former=quoted(former), line=node_at(root, before).line))
