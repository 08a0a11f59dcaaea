"""Reads, checks and types a plan with its contacts, and sets the start dates of its tasks.

Rules across fields are checked in the tree, not in the model, so that they are reported together with faults of types;
these checks skip values that have a fault of type.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace
from pydantic import TypeAdapter

from ..dates import in_year
from ..errors import Finding, InvalidInput
from ..field_types import Text
from ..language import _
from ..model import DEEPEST, Plan
from ..text import near, quoted
from .defaults import fill_in, is_standing, settled
from .dependency_checks import order_checks
from .figure_checks import figure_checks
from .files import PlanFiles, text_of
from .name_checks import Tasks, contact_checks, name_checks
from .value_reader import aliases_apart, day_of, missing, months_to_days, typed, types_at, year_of
from .yaml_reader import read_nodes, text_faults
from .yaml_tree import KEY, Fault, Fields, Loc, Node, Scalar, every_task, findings

T = TypeVar("T")

_PLAN = TypeAdapter(Plan)

_CALLS = TypeAdapter(dict[Text, Text])

MOST = 100
"""The most faults that are printed."""


def parse(text: str, name: str) -> Plan:
    """Load a plan from its text; see `plan.parse_plan`."""
    plan, faults = _typed(text, name, _PLAN, _checks)
    if plan is None or faults:
        raise InvalidInput(faults, MOST)
    return settled(plan)


def load(files: PlanFiles) -> Plan:
    """Load a plan from its files; see `plan.load_plan`."""
    contacts_file = files.contacts
    roots: list[Fields] = []

    def checks(root: Node) -> Iterator[Fault]:
        if contacts_file and isinstance(root, Fields):
            roots.append(root)
            if "contacts" in root.members:
                message = _("contacts are also in {file} (expected in one of the two)")
                yield Fault(("contacts", KEY), message.format(file=contacts_file))
        yield from _checks(root)

    def names(contacts: Node) -> Iterator[Fault]:
        return (f for root in roots if isinstance(contacts, Fields) for f in contact_checks(contacts, (), root))

    plan, faults = _read(files, files.plan, _PLAN, checks)
    contacts, more = _read(files, contacts_file, _CALLS, names) if contacts_file else ({}, [])
    if plan is None or contacts is None or faults or more:
        raise InvalidInput(faults + more, MOST)
    return settled(replace(plan, contacts=contacts or plan.contacts))


def _read(
    files: PlanFiles, path: Path, adapter: TypeAdapter[T], checks: Callable[[Node], Iterable[Fault]]
) -> tuple[T, list[Finding]] | tuple[None, list[Finding]]:
    """Return the typed value of a file, or None, and all its faults."""
    try:
        return _typed(text_of(path, files.read(path)), str(path), adapter, checks)
    except InvalidInput as error:
        return None, error.findings


def _typed(
    text: str, file: str, adapter: TypeAdapter[T], checks: Callable[[Node], Iterable[Fault]]
) -> tuple[T, list[Finding]] | tuple[None, list[Finding]]:
    """Return the typed value of a text, or None, and all its faults."""
    try:
        root = read_nodes(text, file)
    except InvalidInput as error:
        return None, error.findings
    found = findings(file, root, text_faults(root))
    checked = findings(file, root, checks(root))
    value, faults = typed(adapter, root)
    found += findings(file, root, faults) + checked
    found.sort(key=lambda finding: (finding.line, finding.column))
    return (None, found) if value is None else (value, found)


def _checks(root: Node) -> Iterator[Fault]:
    fill_in(root)
    yield from months_to_days(root)
    yield from _cross_checks(root)
    yield from aliases_apart(root)


def _cross_checks(root: Node) -> Iterator[Fault]:
    """Check a plan's tree as a whole, after `fill_in` and `months_to_days`.

    Args:
        root: the tree of the plan.

    Yields:
        The faults, with their locs.
    """
    if not isinstance(root, Fields):
        return
    tasks: Tasks = [*every_task(root)]
    yield from name_checks(root, tasks)
    yield from figure_checks(root, tasks)
    yield from order_checks(root, tasks)
    by_loc = dict(tasks)
    for loc, task in tasks:
        yield from _level(loc, task)
        yield from _deadline(root, loc, task, by_loc.get(loc[:-2]))
        yield from _standing(root, loc, task)
        yield from _start(loc, task)
        for where, thing in ((loc, task), *task.records(loc, "milestones"), *task.records(loc, "indicators")):
            yield from _unconfirmed(where, thing)
        yield from _unknown_indicators(loc, task)


def _level(loc: Loc, task: Fields) -> Iterator[Fault]:
    """Yield a fault for each field that a task at the first or the last level cannot have."""
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
    """Yield a fault if a task is not standing work and has no deadline."""
    if is_standing(task):
        return
    node = task.members.get("deadline")
    if node is None and (parent is None or is_standing(parent)):  # else the parent's fault is reported
        message = _("the field '{name}' is missing (type '{name}: …', or 'standing: true' where there is none)")
        yield missing(root, (*loc, "deadline"), message)
    elif isinstance(node, Scalar) and node.value is None:
        message = _("found {found} (expected {expected})")
        expected = _("a date such as 2016-06-30, or 'standing: true' where there is none")
        expected = in_year(expected, year_of(root))
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


def _unknown_indicators(loc: Loc, task: Fields) -> Iterator[Fault]:
    """Yield a fault for each indicator of a milestone that its task does not have."""
    ids = [text for __, indicator in task.records(loc, "indicators") if (text := indicator.text("id")) is not None]
    for where, milestone in task.records(loc, "milestones"):
        for place, name in milestone.texts(where, "indicators"):
            if name not in ids:
                message = _("{name} is not the id of an indicator of this task {near}")
                yield Fault(place, message.format(name=quoted(name), near=near(name, ids)))
