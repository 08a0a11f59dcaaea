"""What comes before what (`after`), and what a milestone was before (`formerly`): unknown ids, ids of two, circles.

A node is a task, by its id, or a milestone, as `task/milestone`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..language import _
from ..text import near, quoted
from .name_checks import Tasks
from .nodes import Fault, Fields, Loc, node_at

_FORMER = re.compile(r"[\w.-]{1,32}(/[\w.-]{1,32})?")

_SUGGESTED = 1000
"""So many names are searched for the one that was meant; in a large plan all of them would take too long."""


def order_checks(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Check what milestones and sub-tasks wait for, and what milestones were before.

    Args:
        root: The plan's tree.
        tasks: Its tasks of every level.

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
            own = [one.removeprefix(f"{scope}/") for one in parts.get(scope, ()) if "/" in one]
            message = _("{name} is no task and no milestone that can come before {near}")
            yield Fault(loc, message.format(name=quoted(name), near=near(name, [*own, *parts])))
    yield from _circles(root, parts, waits)
    yield from _former_names(root, tasks)


@dataclass(frozen=True, slots=True)
class _Wait:
    """A node that is waited for, and where the plan says so; None where a task waits for its own parts."""

    node: str
    loc: Loc | None


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


def _circles(root: Fields, parts: Mapping[str, list[str]], waits: Mapping[str, list[_Wait]]) -> Iterator[Fault]:
    """Nodes that wait for one another. What a sub-task waits for, everything in it waits for."""
    whole = {part: task for task, those in parts.items() for part in those}

    def next_of(node: str) -> Iterator[_Wait]:
        holder: str | None = node
        while holder is not None:
            yield from waits.get(holder, ())
            holder = whole.get(holder)
        yield from (_Wait(part, None) for part in parts[node])

    told: set[Loc] = set()
    for circle in _found(parts, next_of):
        places = [(node_at(root, wait.loc), n) for n, wait in enumerate(circle) if wait.loc is not None]
        first = min(places, key=lambda place: (place[0].line, place[0].column))[1]
        loc = circle[first].loc
        if loc is not None and loc not in told:
            told.add(loc)
            members = [circle[n % len(circle)].node for n in range(first - 1, first + len(circle))]
            message = _("a circle: {members} (each waits for the next; expected an end)")
            yield Fault(loc, message.format(members=" → ".join(members)))


def _found(nodes: Iterable[str], next_of: Callable[[str], Iterator[_Wait]]) -> Iterator[list[_Wait]]:
    """Each circle that a walk in depth comes upon, as the steps that lead around it."""
    done: set[str] = set()
    for start in nodes:
        if start in done:
            continue
        path, places, further = [_Wait(start, None)], {start: 0}, [next_of(start)]
        while path:
            step = next(further[-1], None)
            if step is None:
                done.add(path[-1].node)
                del places[path.pop().node]
                further.pop()
            elif step.node in places:
                yield [*path[places[step.node] + 1 :], step]
            elif step.node not in done:
                places[step.node] = len(path)
                path.append(step)
                further.append(next_of(step.node))


def _former_names(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Former ids of milestones that nothing can have been called by, or that mean two milestones."""
    now = {name: task.text("id") or "" for loc, task in tasks for __, name in task.texts(loc, "formerly")}
    now |= {name: name for __, task in tasks if (name := task.text("id"))}
    milestones = [(task.text("id") or "", *found) for loc, task in tasks for found in task.records(loc, "milestones")]
    taken = {(name, id_): loc for name, loc, milestone in milestones if (id_ := milestone.text("id"))}
    for name, loc, milestone in milestones:
        for place, former in milestone.texts(loc, "formerly"):
            task, slash, id_ = former.rpartition("/")
            if not _FORMER.fullmatch(former):
                message = _("{former} was no milestone (expected a former id, or TASK/ID where it was of another task)")
                yield Fault(place, message.format(former=quoted(former)))
            elif slash and task not in now:
                message = _("there is and was no task {task} {near}")
                yield Fault(place, message.format(task=quoted(task), near=near(task, [*now][:_SUGGESTED])))
            else:
                before = taken.setdefault((now[task] if slash else name, id_), place)
                if before != place:
                    message = _("{former} is a milestone of its own, on line {line} (expected an id that is gone)")
                    yield Fault(place, message.format(former=quoted(former), line=node_at(root, before).line))
