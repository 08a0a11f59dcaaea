"""What no name can know alone: whether it stands twice, nowhere, or in two spellings.

Names are compared without blanks, width and characters that cannot be seen (`text.name_key`): two that differ only in
these are one name to a reader, and two to a program.
"""

import re
from collections.abc import Iterable, Iterator

from ..language import _
from ..model import PERCENT
from ..text import name_key, near, quoted
from .nodes import KEY, Fault, Fields, Loc, Node, every_task, node_at
from .types import ALIASES

_COMMA = re.compile("[，、；]")
_SIGN = re.compile("[=+＝＋]")

Name = tuple[Loc, str]
"""A name, and the loc where it stands."""

Tasks = list[tuple[Loc, Fields]]


def name_checks(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Check every name in a plan's tree.

    Args:
        root: The plan's tree.
        tasks: Its tasks of every level.

    Yields:
        What is wrong, and where.
    """
    units = vocabulary(root)
    for listed in (units, [*root.texts((), "zones")]):
        yield from twice(root, listed)
        yield from run_together(listed)
    yield from twice(root, (name for loc, t in tasks for name in (*fields(loc, t, "id"), *t.texts(loc, "formerly"))))
    for siblings in _siblings(tasks).values():
        yield from twice(root, siblings)
    totals = list(root.records((), "totals"))
    for field in ("id", "name"):
        yield from twice(root, [name for loc, total in totals for name in fields(loc, total, field)])
    checklists = list(root.records((), "checklists"))
    for field in ("id", "name"):
        yield from twice(root, [name for loc, each in checklists for name in fields(loc, each, field)])
    for loc, checklist in checklists:
        items = list(checklist.texts(loc, "items"))
        yield from twice(root, items)
        for place, item in items:
            if ";" in item:  # what separates the members of a list in CSV
                message = _("{name} contains ';' (use ',' or write two items)")
                yield Fault(place, message.format(name=quoted(item)))
    yield from _collectives(root, units)
    for loc, task in tasks:
        yield from run_together(task.texts(loc, "support_units"))
        yield from _units(loc, task, units, root.fields("collective"))
        yield from _indicators(root, loc, task)
        milestones = list(task.records(loc, "milestones"))
        yield from twice(root, [name for where, milestone in milestones for name in fields(where, milestone, "id")])
        yield from _alike(root, [name for where, milestone in milestones for name in fields(where, milestone, "title")])
    for names in _groups(root, tasks, units):
        yield from _alike(root, names)
    yield from contact_checks(root.fields("contacts"), ("contacts",), root)


def fields(loc: Loc, node: Fields, *names: str) -> list[Name]:
    """The texts of some fields, each with its loc; `loc` is the node's own."""
    return [((*loc, name), text) for name in names if (text := node.text(name)) is not None]


def vocabulary(root: Fields) -> list[Name]:
    """Every name in the plan's `units`, other names of a unit included."""
    named = [
        name
        for loc, unit in root.records((), "units")
        for name in (*fields(loc, unit, "name"), *unit.texts(loc, "also"))
    ]
    return sorted((*root.texts((), "units"), *named), key=lambda name: name[0][1])


def twice(root: Node, names: Iterable[Name]) -> Iterator[Fault]:
    """Names that differ from one before by nothing but spelling, upper and lower case included."""
    first: dict[str, Name] = {}
    for loc, name in names:
        before, said = first.setdefault(name_key(name).casefold(), (loc, name))
        if before == loc:
            continue
        if name.casefold() == said.casefold():
            lines = node_at(root, before).line, node_at(root, loc).line
            message = _("{name} appears twice, on lines {first} and {again} (expected once, whatever the case)")
            yield Fault(loc, message.format(name=quoted(name), first=lines[0], again=lines[1]))
        else:
            yield _another_spelling(root, (loc, name), (before, said))


def _alike(root: Node, names: Iterable[Name]) -> Iterator[Fault]:
    """Names that differ from one before only in what nobody sees. Each may stand as often as it likes."""
    first: dict[str, Name] = {}
    for loc, name in names:
        before = first.setdefault(name_key(name), (loc, name))
        if before[1] != name:
            yield _another_spelling(root, (loc, name), before)


def _another_spelling(root: Node, name: Name, before: Name) -> Fault:
    message = _("{name} is {first} on line {line}, spelled differently (expected one spelling, also of blanks)")
    line = node_at(root, before[0]).line
    return Fault(name[0], message.format(name=quoted(name[1]), first=quoted(before[1]), line=line))


def run_together(names: Iterable[Name]) -> Iterator[Fault]:
    """Members of a list that a Chinese keyboard's comma made one."""
    for loc, name in names:
        if comma := _COMMA.search(name):
            message = _("{name} is a single name (expected one without {comma}, or ', ' between two)")
            yield Fault(loc, message.format(name=quoted(name), comma=quoted(comma[0])))


def _siblings(tasks: Tasks) -> dict[Loc, list[Name]]:
    """The titles of each list of tasks: the parts of two tasks may be called alike."""
    siblings: dict[Loc, list[Name]] = {}
    for loc, task in tasks:
        siblings.setdefault(loc[:-1], []).extend(fields(loc, task, "title"))
    return siblings


def _groups(root: Fields, tasks: Tasks, units: list[Name]) -> Iterator[Iterator[Name]]:
    """The names that mean things of one kind, wherever they stand: of each kind the first spelling counts."""
    yield unit_names(root, tasks, units)
    yield (name for loc, task in tasks for name in fields(loc, task, "leader", "person"))
    yield (name for loc, task in tasks for name in fields(loc, task, "category"))


def unit_names(root: Fields, tasks: Tasks, units: list[Name]) -> Iterator[Name]:
    """Every name of a unit or a collective in a plan's tree; `units` is its `vocabulary`."""
    known: dict[str, Name] = {}
    for loc, name in units:  # two of these were told of already
        known.setdefault(name_key(name), (loc, name))
    yield from known.values()
    collective = root.fields("collective")
    for name in collective.members:
        yield ("collective", name, KEY), name
        yield from collective.texts(("collective",), name)
    for loc, task in tasks:
        yield from (*fields(loc, task, "lead_unit"), *task.texts(loc, "support_units"))


def contact_checks(contacts: Fields, loc: Loc, root: Node) -> Iterator[Fault]:
    """Check the names of contacts against those of the plan.

    Args:
        contacts: Names → whom to call.
        loc: Where they are in their file.
        root: The plan's tree.

    Yields:
        Names that the plan spells differently, and second names of a unit that stands among them too.
    """
    if not isinstance(root, Fields) or not contacts.members:
        return
    groups = _groups(root, [*every_task(root)], vocabulary(root))
    known = dict(_aliases(root))
    spelled: dict[str, str] = {}
    for name in (*(name for names in groups for _loc, name in names), *known):
        spelled.setdefault(name_key(name), name)
    for name in contacts.members:
        if spelled.get(name_key(name), name) != name:
            message = _("{name} is {first} in the plan, spelled differently (expected one spelling, also of blanks)")
            first = quoted(spelled[name_key(name)])
            yield Fault((*loc, name, KEY), message.format(name=quoted(name), first=first))
        elif known.get(name) in contacts.members:
            message = _("{name} is another name of {unit}, which is listed too (expected one of the two)")
            yield Fault((*loc, name, KEY), message.format(name=quoted(name), unit=quoted(known[name])))


def _aliases(root: Fields) -> Iterator[tuple[str, str]]:
    """Other names of units, each with the unit's own, whether or not they stand apart from `units` by now."""
    for loc, unit in root.records((), "units"):
        yield from ((alias, unit.text("name") or "") for _loc, alias in unit.texts(loc, "also"))
    apart = root.fields(ALIASES)
    yield from ((alias, unit) for unit in apart.members for _loc, alias in apart.texts((), unit))


def _units(loc: Loc, task: Fields, units: list[Name], collective: Fields) -> Iterator[Fault]:
    """Units that the plan's vocabulary lacks, where it has one."""
    if not units:
        return
    known = {name for _loc, name in units}
    for place, unit in (*fields(loc, task, "lead_unit"), *task.texts(loc, "support_units")):
        if unit not in collective.members:
            yield from unlisted((place, unit), known)


def unlisted(unit: Name, known: set[str]) -> Iterator[Fault]:
    """That a unit is none of those that are known, in no spelling."""
    loc, name = unit
    if name not in known and name_key(name) not in map(name_key, known):
        message = _("{unit} is not in the plan's units {near}")
        yield Fault(loc, message.format(unit=quoted(name), near=near(name, sorted(known))))


def _collectives(root: Fields, units: list[Name]) -> Iterator[Fault]:
    """Collectives that are a unit of their own, or whose members are no units."""
    collective, known = root.fields("collective"), {name for _loc, name in units}
    for name in collective.members:
        loc = ("collective", name)
        if name in known:
            message = _("{name} is one of the plan's units (expected a name for several)")
            yield Fault((*loc, KEY), message.format(name=quoted(name)))
        members = list(collective.texts(("collective",), name))
        yield from twice(root, members)
        yield from run_together(members)
        for member in members:
            if member[1] in collective.members:
                message = _("{name} stands for several units itself (expected single units)")
                yield Fault(member[0], message.format(name=quoted(member[1])))
            elif units:
                yield from unlisted(member, known)


def _indicators(root: Node, loc: Loc, task: Fields) -> Iterator[Fault]:
    names: list[Name] = []
    for where, indicator in task.records(loc, "indicators"):
        own = {name_key(name).casefold(): (place, name) for place, name in fields(where, indicator, "name", "id")}
        names += reversed(own.values())  # an id may be the name too
    yield from twice(root, names)
    for place, name in names:
        if name.casefold() == PERCENT:
            message = _("{name} means the task's own percentage (expected another name)")
            yield Fault(place, message.format(name=quoted(name)))
        if sign := _SIGN.search(name):
            message = _("{name} contains {sign}, which ends a name in `jk record` (expected a name without it)")
            yield Fault(place, message.format(name=quoted(name), sign=quoted(sign[0])))
