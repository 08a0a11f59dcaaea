"""What no field can know alone.

The checks read nodes and not the model, so that they are reported together with the faults of type; what has a fault of
type already is passed over here.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

from ..language import _
from ..model import DEEPEST
from ..text import did_you_mean, near, quoted
from .defaults import is_standing
from .figure_checks import figure_checks
from .name_checks import Tasks, name_checks
from .nodes import KEY, Fault, Fields, Loc, Node, Scalar, every_task
from .observation_checks import observation_checks
from .order_checks import order_checks
from .types import day_of, missing, types_at


def cross_checks(root: Node) -> Iterator[Fault]:
    """Check a plan's tree as a whole; what it leaves out has been filled in, and month keys have become days.

    Args:
        root: The plan's tree.

    Yields:
        What is wrong, and where.
    """
    if not isinstance(root, Fields):
        return
    tasks: Tasks = [*every_task(root)]
    yield from time_zone_faults(root)
    yield from name_checks(root, tasks)
    yield from figure_checks(root, tasks)
    yield from order_checks(root, tasks)
    yield from observation_checks(root, tasks)
    by_loc = dict(tasks)
    for loc, task in tasks:
        yield from _level(loc, task)
        yield from _deadline(root, loc, task, by_loc.get(loc[:-2]))
        yield from _standing(root, loc, task)
        yield from _start(loc, task)
        for where, thing in ((loc, task), *task.records(loc, "milestones"), *task.records(loc, "indicators")):
            yield from _unconfirmed(where, thing)
        yield from _carried_by(loc, task)


def time_zone_faults(root: Fields) -> Iterator[Fault]:
    """A time zone that does not exist."""
    name = root.text("timezone")
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, or the name of a folder
        guess = did_you_mean(name, available_timezones()) or _("expected a name such as Asia/Shanghai")
        message = _("no such time zone: {name} ({guess})")
        yield Fault(("timezone",), message.format(name=quoted(name), guess=guess))


def _level(loc: Loc, task: Fields) -> Iterator[Fault]:
    """What a task of the first level, or of the last, cannot have."""
    level = len(loc) // 2
    if level == DEEPEST and "subtasks" in task.members:
        message = _("a task of the third level has no sub-tasks (expected at most {deepest} levels)")
        yield Fault((*loc, "subtasks", KEY), message.format(deepest=DEEPEST))
    if level == 1:
        for name in ("weight", "key", "after"):
            if name in task.members:
                message = _("only a sub-task has {name} (take it out)")
                yield Fault((*loc, name, KEY), message.format(name=quoted(name)))


def _deadline(root: Fields, loc: Loc, task: Fields, parent: Fields | None) -> Iterator[Fault]:
    """A task that is neither standing work nor due on a day."""
    if is_standing(task):
        return
    node = task.members.get("deadline")
    if node is None and (parent is None or is_standing(parent)):  # else the parent's fault is reported
        message = _("the field '{name}' is missing (type '{name}: …', or 'standing: true' where there is none)")
        yield missing(root, (*loc, "deadline"), message)
    elif isinstance(node, Scalar) and node.value is None:
        message = _("found {found} (expected {expected})")
        expected = _("a date such as 2016-06-30, or 'standing: true' where there is none")
        yield Fault((*loc, "deadline"), message.format(found=_("nothing"), expected=expected))


def _standing(root: Fields, loc: Loc, task: Fields) -> Iterator[Fault]:
    if not is_standing(task):
        if "deadline_text" in task.members:
            message = _("these words stand for the deadline of standing work (add 'standing: true', or take them out)")
            yield Fault((*loc, "deadline_text"), message)
    elif not task.text("deadline") and "start" not in task.members and "year" not in root.members:
        message = _("the start is unknown (add 'start: …' here, or 'year: …' at the top of the plan)")
        yield Fault(loc, message)


def _start(loc: Loc, task: Fields) -> Iterator[Fault]:
    start, deadline = day_of(task.text("start")), day_of(task.text("deadline"))
    if start and deadline and start > deadline:
        message = _("the start {start} is after the deadline {deadline} (expected on it or before)")
        name = "deadline" if "start" in task.inherited else "start"
        yield Fault((*loc, name), message.format(start=start, deadline=deadline))


def _unconfirmed(loc: Loc, thing: Fields) -> Iterator[Fault]:
    names = types_at(loc).keys() - {"unconfirmed"}
    for place, name in thing.texts(loc, "unconfirmed"):
        if name not in names:
            message = _("{name} is not a field {near}")
            yield Fault(place, message.format(name=quoted(name), near=near(name, sorted(names))))


def _carried_by(loc: Loc, task: Fields) -> Iterator[Fault]:
    """Milestones that name an indicator which their task does not have."""
    ids = [text for __, indicator in task.records(loc, "indicators") if (text := indicator.text("id")) is not None]
    for where, milestone in task.records(loc, "milestones"):
        for place, name in milestone.texts(where, "indicators"):
            if name not in ids:
                message = _("{name} is not the id of an indicator of this task {near}")
                yield Fault(place, message.format(name=quoted(name), near=near(name, ids)))
