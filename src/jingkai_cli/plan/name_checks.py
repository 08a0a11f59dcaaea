"""Checks across names of a plan: duplicates, unknown names, and different spellings of one name.

Names are compared without spaces, width and invisible characters (`text.name_key`): names that differ only in these are
one name to a reader.
"""

import re
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo, available_timezones

from ..language import _
from ..model import PERCENT
from ..text import did_you_mean, name_key, near, quoted
from .value_reader import ALIASES
from .yaml_tree import KEY, Fault, Fields, Loc, Node, every_task, node_at

_COMMA = re.compile("[，、；]")
_SIGN = re.compile("[=+＝＋]")

Name = tuple[Loc, str]
"""The loc of a name, and the name."""

Tasks = list[tuple[Loc, Fields]]


def name_checks(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Check every name in a plan's tree.

    Args:
        root: the tree of the plan.
        tasks: its tasks at all levels.

    Yields:
        The faults, with their locs.
    """
    yield from time_zone_faults(root)
    units = _vocabulary(root)
    for listed in (units, [*root.texts((), "zones")]):
        yield from _repeated_names(root, listed)
        yield from _joined_names(listed)
    yield from _repeated_names(
        root, (name for loc, t in tasks for name in (*_fields(loc, t, "id"), *t.texts(loc, "formerly")))
    )
    for siblings in _siblings(tasks).values():
        yield from _repeated_names(root, siblings)
    totals = list(root.records((), "totals"))
    for field in ("id", "name"):
        yield from _repeated_names(root, [name for loc, total in totals for name in _fields(loc, total, field)])
    checklists = list(root.records((), "checklists"))
    for field in ("id", "name"):
        yield from _repeated_names(root, [name for loc, each in checklists for name in _fields(loc, each, field)])
    for loc, checklist in checklists:
        items = list(checklist.texts(loc, "items"))
        yield from _repeated_names(root, items)
        for place, item in items:
            if ";" in item:  # separates the members of a list in CSV
                message = _("{name} contains ';' (use ',' or write two items)")
                yield Fault(place, message.format(name=quoted(item)))
    yield from _collectives(root, units)
    yield from _observed(root, tasks, units)
    for loc, task in tasks:
        yield from _joined_names(task.texts(loc, "support_units"))
        yield from _units(loc, task, units, root.fields("collective"))
        yield from _indicators(root, loc, task)
        milestones = list(task.records(loc, "milestones"))
        yield from _repeated_names(
            root, [name for where, milestone in milestones for name in _fields(where, milestone, "id")]
        )
        yield from _spelled_differently(
            root, [name for where, milestone in milestones for name in _fields(where, milestone, "title")]
        )
    for names in _groups(root, tasks, units):
        yield from _spelled_differently(root, names)
    yield from contact_checks(root.fields("contacts"), ("contacts",), root)


def time_zone_faults(root: Fields) -> Iterator[Fault]:
    """Yield a fault for a time zone that does not exist."""
    name = root.text("timezone")
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, or the name of a folder
        guess = did_you_mean(name, available_timezones()) or _("expected a name such as Asia/Shanghai")
        message = _("no such time zone: {name} ({guess})")
        yield Fault(("timezone",), message.format(name=quoted(name), guess=guess))


def _fields(loc: Loc, node: Fields, *names: str) -> list[Name]:
    """The texts of some fields with their locs; `loc` is that of the node."""
    return [((*loc, name), text) for name in names if (text := node.text(name)) is not None]


def _vocabulary(root: Fields) -> list[Name]:
    """Every name in the plan's `units`, including other names (`also`)."""
    named = [
        name
        for loc, unit in root.records((), "units")
        for name in (*_fields(loc, unit, "name"), *unit.texts(loc, "also"))
    ]
    return sorted((*root.texts((), "units"), *named), key=lambda name: name[0][1])


def _repeated_names(root: Node, names: Iterable[Name]) -> Iterator[Fault]:
    """Yield a fault for each name that is the same as an earlier one, or differs only in spelling or case."""
    first: dict[str, Name] = {}
    for loc, name in names:
        before, first_spelling = first.setdefault(name_key(name).casefold(), (loc, name))
        if before == loc:
            continue
        if name.casefold() == first_spelling.casefold():
            lines = node_at(root, before).line, node_at(root, loc).line
            message = _("{name} appears twice, on lines {first} and {again} (expected once, whatever the case)")
            yield Fault(loc, message.format(name=quoted(name), first=lines[0], again=lines[1]))
        else:
            yield _another_spelling(root, (loc, name), (before, first_spelling))


def _spelled_differently(root: Node, names: Iterable[Name]) -> Iterator[Fault]:
    """Yield a fault for each name that differs from an earlier one only in spaces, width or invisible characters.

    Repeating a name in the same spelling is allowed.
    """
    first: dict[str, Name] = {}
    for loc, name in names:
        before = first.setdefault(name_key(name), (loc, name))
        if before[1] != name:
            yield _another_spelling(root, (loc, name), before)


def _another_spelling(root: Node, name: Name, before: Name) -> Fault:
    message = _("{name} is {first} on line {line}, spelled differently (expected one spelling, also of blanks)")
    line = node_at(root, before[0]).line
    return Fault(name[0], message.format(name=quoted(name[1]), first=quoted(before[1]), line=line))


def _joined_names(names: Iterable[Name]) -> Iterator[Fault]:
    """Yield a fault for each name with a Chinese comma, which does not separate members of a list."""
    for loc, name in names:
        if comma := _COMMA.search(name):
            message = _("{name} is a single name (expected one without {comma}, or ', ' between two)")
            yield Fault(loc, message.format(name=quoted(name), comma=quoted(comma[0])))


def _siblings(tasks: Tasks) -> dict[Loc, list[Name]]:
    """Loc of a list of tasks → its titles: sub-tasks of different tasks may have the same title."""
    siblings: dict[Loc, list[Name]] = {}
    for loc, task in tasks:
        siblings.setdefault(loc[:-1], []).extend(_fields(loc, task, "title"))
    return siblings


def _groups(root: Fields, tasks: Tasks, units: list[Name]) -> Iterator[Iterator[Name]]:
    """Yield the names of each kind (units, persons, categories) in the whole plan, to compare their spelling."""
    yield _unit_names(root, tasks, units)
    yield (name for loc, task in tasks for name in _fields(loc, task, "leader", "person"))
    yield (name for loc, task in tasks for name in _fields(loc, task, "category"))


def _unit_names(root: Fields, tasks: Tasks, units: list[Name]) -> Iterator[Name]:
    """Yield every name of a unit or a collective in a plan's tree; `units` is its `_vocabulary`."""
    known: dict[str, Name] = {}
    for loc, name in units:  # duplicates among these are already reported
        known.setdefault(name_key(name), (loc, name))
    yield from known.values()
    collective = root.fields("collective")
    for name in collective.members:
        yield ("collective", name, KEY), name
        yield from collective.texts(("collective",), name)
    for loc, task in tasks:
        yield from (*_fields(loc, task, "lead_unit"), *task.texts(loc, "support_units"))


def contact_checks(contacts: Fields, loc: Loc, root: Node) -> Iterator[Fault]:
    """Check the names of contacts against those of the plan.

    Args:
        contacts: name → whom to call.
        loc: the loc of the contacts in their file.
        root: the tree of the plan.

    Yields:
        A fault for each name that the plan spells differently, or that is another name of a unit also listed.
    """
    if not isinstance(root, Fields) or not contacts.members:
        return
    groups = _groups(root, [*every_task(root)], _vocabulary(root))
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
    """Yield each other name of a unit, and the unit, both before and after `aliases_apart`."""
    for loc, unit in root.records((), "units"):
        yield from ((alias, unit.text("name") or "") for _loc, alias in unit.texts(loc, "also"))
    separated = root.fields(ALIASES)
    yield from ((alias, unit) for unit in separated.members for _loc, alias in separated.texts((), unit))


def _units(loc: Loc, task: Fields, units: list[Name], collective: Fields) -> Iterator[Fault]:
    """Yield a fault for each unit of a task that is not in the plan's `units`, if it has these."""
    if not units:
        return
    known = {name for _loc, name in units}
    for place, unit in (*_fields(loc, task, "lead_unit"), *task.texts(loc, "support_units")):
        if unit not in collective.members:
            yield from _unlisted((place, unit), known)


def _unlisted(unit: Name, known: set[str]) -> Iterator[Fault]:
    """Yield a fault if a unit is not known in any spelling."""
    loc, name = unit
    if name not in known and name_key(name) not in map(name_key, known):
        message = _("{unit} is not in the plan's units {near}")
        yield Fault(loc, message.format(unit=quoted(name), near=near(name, sorted(known))))


def _collectives(root: Fields, units: list[Name]) -> Iterator[Fault]:
    """Yield a fault for each collective that is also a unit, and for each member that is not a unit."""
    collective, known = root.fields("collective"), {name for _loc, name in units}
    for name in collective.members:
        loc = ("collective", name)
        if name in known:
            message = _("{name} is one of the plan's units (expected a name for several)")
            yield Fault((*loc, KEY), message.format(name=quoted(name)))
        members = list(collective.texts(("collective",), name))
        yield from _repeated_names(root, members)
        yield from _joined_names(members)
        for member in members:
            if member[1] in collective.members:
                message = _("{name} stands for several units itself (expected single units)")
                yield Fault(member[0], message.format(name=quoted(member[1])))
            elif units:
                yield from _unlisted(member, known)


def _observed(root: Fields, tasks: Tasks, units: list[Name]) -> Iterator[Fault]:
    """Check the names in `observation`: ballot items, leaders, and units, each in at most one group."""
    place: Loc = ("observation",)
    observed = root.fields("observation")
    items = list(observed.records(place, "items"))
    for field in ("id", "name"):
        yield from _repeated_names(root, [name for loc, item in items for name in _fields(loc, item, field)])
    leaders = list(observed.texts(place, "leaders"))
    yield from _repeated_names(root, leaders)
    yield from _joined_names(leaders)
    known = {name for _loc, name in _unit_names(root, tasks, units)} - root.fields("collective").members.keys()
    groups = observed.fields("groups")
    members = [unit for group in groups.members for unit in groups.texts((*place, "groups"), group)]
    yield from _joined_names(members)
    yield from _repeated_names(root, members)
    for loc, unit in members:
        if unit.startswith("各"):
            message = _("{name} stands for several units itself (expected single units)")
            yield Fault(loc, message.format(name=quoted(unit)))
            continue
        yield from _unlisted((loc, unit), known)
        if unit not in known and name_key(unit) in map(name_key, known):
            spelled = next(name for name in known if name_key(name) == name_key(unit))
            message = _("{name} is {first} in the plan, spelled differently (expected one spelling, also of blanks)")
            yield Fault(loc, message.format(name=quoted(unit), first=quoted(spelled)))


def _indicators(root: Node, loc: Loc, task: Fields) -> Iterator[Fault]:
    names: list[Name] = []
    for where, indicator in task.records(loc, "indicators"):
        own = {name_key(name).casefold(): (place, name) for place, name in _fields(where, indicator, "name", "id")}
        names += reversed(own.values())  # an id may be the name too
    yield from _repeated_names(root, names)
    for place, name in names:
        if name.casefold() == PERCENT:
            message = _("{name} means the task's own percentage (expected another name)")
            yield Fault(place, message.format(name=quoted(name)))
        if sign := _SIGN.search(name):
            message = _("{name} contains {sign}, which ends a name in `jk record` (expected a name without it)")
            yield Fault(place, message.format(name=quoted(name), sign=quoted(sign[0])))
