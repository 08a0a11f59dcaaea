"""A plan whole: read, checked and typed, with its contacts and the days on which its tasks start."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace
from pydantic import TypeAdapter

from ..errors import Finding, InvalidInput
from ..field_types import Text
from ..language import _
from ..model import Plan
from .cross_checks import cross_checks
from .defaults import fill_in, settled
from .files import PlanFiles, text_of
from .name_checks import contact_checks
from .nodes import KEY, Fault, Fields, Node, findings
from .types import aliases_apart, months_to_days, typed
from .yaml_reader import legible, read_nodes

T = TypeVar("T")

_PLAN = TypeAdapter(Plan)

_CALLS = TypeAdapter(dict[Text, Text])

MOST = 100
"""So many faults are printed."""


def parse(text: str, name: str) -> Plan:
    """What `parse_plan` says."""
    plan, faults = _typed(text, name, _PLAN, _checks)
    if plan is None or faults:
        raise InvalidInput(faults, MOST)
    return settled(plan)


def load(files: PlanFiles) -> Plan:
    """What `load_plan` says."""
    beside = files.contacts
    roots: list[Fields] = []

    def checks(root: Node) -> Iterator[Fault]:
        if beside and isinstance(root, Fields):
            roots.append(root)
            if "contacts" in root.members:
                message = _("contacts are also in {file} (expected in one of the two)")
                yield Fault(("contacts", KEY), message.format(file=beside))
        yield from _checks(root)

    def names(contacts: Node) -> Iterator[Fault]:
        return (f for root in roots if isinstance(contacts, Fields) for f in contact_checks(contacts, (), root))

    plan, faults = _read(files, files.plan, _PLAN, checks)
    contacts, more = _read(files, beside, _CALLS, names) if beside else ({}, [])
    if plan is None or contacts is None or faults or more:
        raise InvalidInput(faults + more, MOST)
    return settled(replace(plan, contacts=contacts or plan.contacts))


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
    checked = findings(file, root, checks(root))
    value, faults = typed(adapter, root)
    found += findings(file, root, faults) + checked
    found.sort(key=lambda finding: (finding.line, finding.column))
    return (None, found) if value is None else (value, found)


def _checks(root: Node) -> Iterator[Fault]:
    fill_in(root)
    yield from months_to_days(root)
    yield from cross_checks(root)
    yield from aliases_apart(root)
