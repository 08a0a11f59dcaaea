"""Checks dependencies (`after`) and former ids of milestones (`formerly`): unknown or ambiguous ids, and cycles.

A node is a task, given by its id, or a milestone, given as `task/milestone`.
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
"""The most names that are searched for a suggestion; searching all names of a large plan takes too long."""

_MOST_CYCLES = 100
"""The most cycles that are reported; a plan in reverse order has one for each task."""

_LONGEST = 20
"""The most members of a cycle in a message."""

_MANY_NODES = 1000
"""With more nodes in cycles, each dependency is reported in one cycle only: finding all cycles takes too long."""


def order_checks(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Check the dependencies of milestones and sub-tasks, and the former ids of milestones.

    Args:
        root: the tree of the plan.
        tasks: its tasks at all levels.

    Yields:
        The faults, with their locs.
    """
    parts = _parts(tasks)
    waits: dict[str, list[_Wait]] = {}
    for node, scope, loc, name in _after(tasks):
        matches = [one for one in dict.fromkeys((f"{scope}/{name}", name)) if one in parts]
        if len(matches) == 1:
            waits.setdefault(node, []).append(_Wait(matches[0], loc))
        elif matches:
            message = _("{name} is a milestone here and a task too (type {full} for the milestone, or rename it)")
            yield Fault(loc, message.format(name=quoted(name), full=quoted(matches[0])))
        else:
            message = _("{name} is neither a task nor a milestone that can come before {near}")
            yield Fault(loc, message.format(name=quoted(name), near=near(name, _suggested(parts, scope))))
    if len({task.text("id") for __, task in tasks}) == len(tasks):  # else ids are ambiguous
        yield from _cycles(parts, waits)
    yield from _former_names(root, tasks)


class _Wait(Struct, frozen=True):
    """A dependency: the node that must come before, and its loc in the plan."""

    node: str
    loc: Loc


def _parts(tasks: Tasks) -> dict[str, list[str]]:
    """Node → its parts: the milestones and sub-tasks of a task; a milestone has none."""
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
    """Yield for each name in an `after`: its node, the task whose milestones are searched first, its loc, the name."""
    ids = {loc: task.text("id") or "" for loc, task in tasks}
    for loc, task in tasks:
        for place, name in task.texts(loc, "after"):
            yield ids[loc], ids.get(loc[:-2], ""), place, name
        for where, milestone in task.records(loc, "milestones"):
            for place, name in milestone.texts(where, "after"):
                yield f"{ids[loc]}/{milestone.text('id')}", ids[loc], place, name


def _suggested(parts: Mapping[str, list[str]], scope: str) -> list[str]:
    """The names for suggestions: ids of the task's own milestones, then tasks, then other milestones."""
    own = [one.partition("/")[2] for one in parts.get(scope, ()) if "/" in one]
    others = [one for one in parts if not one.startswith(f"{scope}/")]
    return [*own, *sorted(others, key=lambda one: "/" in one)][:_SUGGESTED]


def _cycles(parts: Mapping[str, list[str]], waits: Mapping[str, list[_Wait]]) -> Iterator[Fault]:
    """Yield a fault for each cycle of dependencies. The parts of a sub-task depend on all that it depends on."""
    parent = {part: task for task, nodes in parts.items() for part in nodes}

    def next_of(node: str) -> Iterator[str]:
        yield from parts[node]
        ancestor: str | None = node
        while ancestor is not None:
            yield from (wait.node for wait in waits.get(ancestor, ()))
            ancestor = parent.get(ancestor)

    cyclic = _cyclic_part({node: list(next_of(node)) for node in parts})
    reported: set[frozenset[str]] = set()
    steps: set[tuple[str, str]] = set()
    for node, wait in ((name, wait) for name in cyclic for wait in waits.get(name, ())):
        if len(reported) == _MOST_CYCLES:
            return
        passed = len(cyclic) > _MANY_NODES and (node, wait.node) in steps
        cycle = [] if passed else [node, *_cycle_path(cyclic, wait.node, node)]
        if len(cycle) > 1 and frozenset(cycle) not in reported:
            reported.add(frozenset(cycle))
            steps.update(pairwise(cycle))
            message = _("circular dependency: {members} (each waits for the next)")
            members = cycle if len(cycle) <= _LONGEST else [*cycle[: _LONGEST - 2], "…", node]
            yield Fault(wait.loc, message.format(members=" → ".join(members)))


def _cyclic_part(waits: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the part of a graph that has cycles, without nodes that lead to none (node → nodes it depends on)."""
    waiting: dict[str, list[str]] = {node: [] for node in waits}
    for node, others in waits.items():
        for other in others:
            waiting[other].append(node)
    left = {node: len(others) for node, others in waits.items()}
    free = [node for node, count in left.items() if not count]
    for node in free:  # grows during the iteration
        for other in waiting[node]:
            left[other] -= 1
            if not left[other]:
                free.append(other)
    return {node: [other for other in waits[node] if left[other]] for node, count in left.items() if count}


def _cycle_path(graph: Mapping[str, list[str]], start: str, end: str) -> list[str]:
    """Return the shortest path between two nodes, both included; empty if there is none."""
    previous = {start: start}
    nodes = [start] if start in graph else []
    for node in nodes:  # grows during the iteration
        if node == end:
            path = [end]
            while path[-1] != start:
                path.append(previous[path[-1]])
            return path[::-1]
        further = dict.fromkeys((other for other in graph[node] if other not in previous), node)
        previous |= further
        nodes += further
    return []


def _former_names(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Yield a fault for each former id of a milestone that cannot have been one, or that two milestones claim."""
    now = {name: task.text("id") or "" for loc, task in tasks for __, name in task.texts(loc, "formerly")}
    now |= {name: name for __, task in tasks if (name := task.text("id"))}
    milestones = [(task.text("id") or "", *found) for loc, task in tasks for found in task.records(loc, "milestones")]
    claimed = {(name, id_): loc for name, loc, milestone in milestones if (id_ := milestone.text("id"))}
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
                before = claimed.setdefault(series, place)
                if slash and now[task] != name and (before == place or series in split):
                    before = before if name in split.get(series, ()) else place
                    split.setdefault(series, set()).add(name)
                if before != place:
                    message = _("{former} is still a milestone, on line {line} (expected a former id)")
                    yield Fault(place, message.format(former=quoted(former), line=node_at(root, before).line))
