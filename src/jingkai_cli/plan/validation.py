"""A plan whole: read, checked and typed, with its contacts and the days on which its tasks start."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from ..errors import Finding, InvalidInput
from ..field_types import Text
from ..language import _
from ..model import Plan, Task
from .cross_checks import cross_checks
from .files import PlanFiles, text_of
from .nodes import KEY, Fault, Fields, Node, findings
from .types import months_to_days, typed
from .yaml_reader import legible, read_nodes

T = TypeVar("T")

_PLAN = TypeAdapter(Plan)

_CALLS = TypeAdapter(dict[Text, Text])


def parse(text: str, name: str) -> Plan:
    """What `parse_plan` says."""
    plan, faults = _typed(text, name, _PLAN, _checks)
    if plan is None or faults:
        raise InvalidInput(faults)
    return replace(plan, tasks=tuple(_started(task, plan.year) for task in plan.tasks))


def load(files: PlanFiles) -> Plan:
    """What `load_plan` says."""
    beside = files.contacts

    def checks(root: Node) -> Iterator[Fault]:
        yield from _checks(root)
        if beside and isinstance(root, Fields) and "contacts" in root.members:
            message = _("contacts are also in {file} (expected in one of the two)")
            yield Fault(("contacts", KEY), message.format(file=beside))

    plan, faults = _read(files, files.plan, _PLAN, checks)
    contacts, more = _read(files, beside, _CALLS, _no_checks) if beside else ({}, [])
    if plan is None or contacts is None or faults or more:
        raise InvalidInput(faults + more)
    tasks = tuple(_started(task, plan.year) for task in plan.tasks)
    return replace(plan, tasks=tasks, contacts=contacts or plan.contacts)


def _read(
    files: PlanFiles, path: Path, adapter: TypeAdapter[T], checks: Callable[[Node], Iterable[Fault]]
) -> tuple[T, list[Finding]] | tuple[None, list[Finding]]:
    """One file, typed if it can be, and all that is wrong with it."""
    try:
        return _typed(text_of(path, files.read(path)), str(path), adapter, checks)
    except InvalidInput as error:
        return None, error.findings


def _typed(
    text: str, file: str, adapter: TypeAdapter[T], checks: Callable[[Node], Iterable[Fault]]
) -> tuple[T, list[Finding]] | tuple[None, list[Finding]]:
    """One text, typed if it can be, and all that is wrong with it."""
    try:
        root = read_nodes(text, file)
    except InvalidInput as error:
        return None, error.findings
    found = findings(file, root, legible(root))
    found += findings(file, root, checks(root))
    value, faults = typed(adapter, root)
    found += findings(file, root, faults)
    found.sort(key=lambda finding: (finding.line, finding.column))
    return (None, found) if value is None else (value, found)


def _checks(root: Node) -> Iterator[Fault]:
    yield from months_to_days(root)
    yield from cross_checks(root)


def _no_checks(_root: Node) -> tuple[Fault, ...]:
    return ()


def _started(task: Task, year: int | None) -> Task:
    """A task that does not say its start begins with the year; with its deadline if that is earlier."""
    if task.start != date.min:
        return task
    return replace(task, start=min(date(year or task.deadline.year, 1, 1), task.deadline))
