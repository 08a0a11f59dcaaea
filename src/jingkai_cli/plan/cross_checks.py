"""What no field can know alone: names that stand twice or nowhere, dates and figures out of order.

The checks read nodes and not the model, so that they are told together with the faults of type; what has a fault of
type already is passed over here.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

from ..field_types import Number, Written
from ..language import _
from ..model import PARTS, PERCENT, Assessment, Rules
from ..text import did_you_mean, near, quoted, shown
from .nodes import Fault, Fields, Loc, Node, node_at
from .types import DAY, types_at

_NUMBER: Written = get_args(Number)[1]
_COMMA = re.compile("[，、；]")
_SIGN = re.compile("[=+＝＋]")


def cross_checks(root: Node) -> Iterator[Fault]:
    """Check a plan's tree as a whole; month keys have become days before.

    Args:
        root: The plan's tree.

    Yields:
        What is wrong, and where.
    """
    if not isinstance(root, Fields):
        return
    yield from _time_zone(root)
    yield from _thresholds(root)
    yield from _weights(root)
    for vocabulary in ("units", "zones"):
        yield from _twice(root, root.texts((), vocabulary))
        yield from _run_together(root.texts((), vocabulary))
    tasks = list(root.records((), "tasks"))
    yield from _twice(
        root, chain.from_iterable((*_fields(loc, t, "id"), *t.texts(loc, "formerly")) for loc, t in tasks)
    )
    yield from _twice(root, chain.from_iterable(_fields(loc, t, "title") for loc, t in tasks))
    units = {unit for __, unit in root.texts((), "units")}
    for loc, task in tasks:
        yield from _run_together(task.texts(loc, "support_units"))
        if units:
            yield from _units(loc, task, units)
        yield from _measure(loc, task)
        yield from _dates(loc, task)
        yield from _falling(loc, task)
        yield from _unconfirmed(loc, task)
        yield from _milestones(root, loc, task)
        yield from _indicators(root, loc, task)


def _fields(loc: Loc, node: Fields, *names: str) -> list[tuple[Loc, str]]:
    return [((*loc, name), text) for name in names if (text := node.text(name)) is not None]


def _twice(root: Node, named: Iterable[tuple[Loc, str]]) -> Iterator[Fault]:
    """Names that differ from one before by nothing but upper and lower case."""
    first: dict[str, Loc] = {}
    for loc, name in named:
        before = first.setdefault(name.casefold(), loc)
        if before != loc:
            lines = node_at(root, before).line, node_at(root, loc).line
            message = _("{name} appears twice, on lines {first} and {again} (expected once, whatever the case)")
            yield Fault(loc, message.format(name=quoted(name), first=lines[0], again=lines[1]))


def _run_together(names: Iterable[tuple[Loc, str]]) -> Iterator[Fault]:
    """Members of a list that a Chinese keyboard's comma made one."""
    for loc, name in names:
        if comma := _COMMA.search(name):
            message = _("{name} is a single name (expected one without {comma}, or ', ' between two)")
            yield Fault(loc, message.format(name=quoted(name), comma=quoted(comma[0])))


def _time_zone(root: Fields) -> Iterator[Fault]:
    name = root.text("timezone")
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, or the name of a folder
        guess = did_you_mean(name, available_timezones()) or _("expected a name such as Asia/Shanghai")
        message = _("no such time zone: {name} ({guess})")
        yield Fault(("timezone",), message.format(name=quoted(name), guess=guess))


def _thresholds(root: Fields) -> Iterator[Fault]:
    rules, default = root.fields("rules"), Rules()
    behind = _number(rules.text("behind") or str(default.behind))
    far_behind = _number(rules.text("far_behind") or str(default.far_behind))
    if behind is not None and far_behind is not None and far_behind < behind:
        name = "far_behind" if "far_behind" in rules.members else "behind"
        message = _("far_behind {far} is less than behind {behind} (expected at least as much)")
        yield Fault(("rules", name), message.format(far=shown(str(far_behind)), behind=shown(str(behind))))


def _weights(root: Fields) -> Iterator[Fault]:
    """Parts that weigh nothing at all would assess nothing; grades must fall."""
    assessment, default = root.fields("assessment"), Assessment()

    def value(name: str) -> Decimal | None:
        return _number(assessment.text(name) or str(getattr(default, name)))

    if all(value(name) == 0 for name in PARTS):
        yield Fault(("assessment", PARTS[0]), _("every part has the weight 0 (expected a weight for at least one)"))
    for upper, lower in pairwise(("excellent", "good", "qualified")):
        high, low = value(upper), value(lower)
        if high is not None and low is not None and high < low:
            name = upper if upper in assessment.members else lower
            message = _("{upper} {high} is less than {lower} {low} (expected at least as much)")
            figures = {"upper": upper, "high": shown(str(high)), "lower": lower, "low": shown(str(low))}
            yield Fault(("assessment", name), message.format(**figures))


def _units(loc: Loc, task: Fields, units: set[str]) -> Iterator[Fault]:
    for place, unit in (*_fields(loc, task, "lead_unit"), *task.texts(loc, "support_units")):
        if unit not in units:
            message = _("{unit} is not in the plan's units {near}")
            yield Fault(place, message.format(unit=quoted(unit), near=near(unit, sorted(units))))


def _measure(loc: Loc, task: Fields) -> Iterator[Fault]:
    place = (*loc, "measure")
    match task.text("measure"):
        case "milestones" if not any(task.records(loc, "milestones")):
            yield Fault(place, _("no milestone to measure by (expected at least one in 'milestones')"))
        case "indicators":
            targets = [(where, i.text("target")) for where, i in task.records(loc, "indicators") if i.text("target")]
            if not targets:
                yield Fault(place, _("no target to measure by (expected at least one indicator with a 'target')"))
            for where, target in targets:
                if _number(target) == 0:
                    message = _("progress cannot be computed for a target of 0 (expected more than 0, or no target)")
                    yield Fault((*where, "target"), message)


def _dates(loc: Loc, task: Fields) -> Iterator[Fault]:
    start, deadline = _day(task.text("start")), _day(task.text("deadline"))
    if start and deadline and start > deadline:
        message = _("the start {start} is after the deadline {deadline} (expected on it or before)")
        yield Fault((*loc, "start"), message.format(start=start, deadline=deadline))


def _falling(loc: Loc, task: Fields) -> Iterator[Fault]:
    """Planned totals that fall with time; a level may."""
    things = [(loc, task), *(r for r in task.records(loc, "indicators") if r[1].text("type") != "level")]
    for where, thing in things:
        planned = thing.fields("planned")
        totals = sorted(
            (day, total)
            for name in planned.members
            if (day := _day(name)) and (total := _number(planned.text(name))) is not None
        )
        for (before, more), (day, less) in pairwise(totals):
            if less < more:
                message = _("{less} by {day} is less than {more} by {before} (expected a total that does not fall)")
                fault = message.format(less=shown(str(less)), day=day, more=shown(str(more)), before=before)
                yield Fault((*where, "planned", str(day)), fault)


def _unconfirmed(loc: Loc, thing: Fields) -> Iterator[Fault]:
    names = types_at(loc).keys() - {"unconfirmed"}
    for place, name in thing.texts(loc, "unconfirmed"):
        if name not in names:
            message = _("{name} is not a field {near}")
            yield Fault(place, message.format(name=quoted(name), near=near(name, sorted(names))))


def _milestones(root: Fields, loc: Loc, task: Fields) -> Iterator[Fault]:
    milestones = list(task.records(loc, "milestones"))
    yield from _twice(root, [name for where, milestone in milestones for name in _fields(where, milestone, "id")])
    ids = [text for where, indicator in task.records(loc, "indicators") for __, text in _fields(where, indicator, "id")]
    for where, milestone in milestones:
        yield from _unconfirmed(where, milestone)
        for place, name in milestone.texts(where, "indicators"):
            if name not in ids:
                message = _("{name} is not the id of an indicator of this task {near}")
                yield Fault(place, message.format(name=quoted(name), near=near(name, ids)))


def _indicators(root: Fields, loc: Loc, task: Fields) -> Iterator[Fault]:
    names: list[tuple[Loc, str]] = []
    for where, indicator in task.records(loc, "indicators"):
        yield from _unconfirmed(where, indicator)
        own = {name.casefold(): (place, name) for place, name in _fields(where, indicator, "name", "id")}
        names += reversed(own.values())  # an id may be the name too
    yield from _twice(root, names)
    for place, name in names:
        if name.casefold() == PERCENT:
            message = _("{name} means the task's own percentage (expected another name)")
            yield Fault(place, message.format(name=quoted(name)))
        if sign := _SIGN.search(name):
            message = _("{name} holds a {sign}, which ends a name in `jk record` (expected a name without it)")
            yield Fault(place, message.format(name=quoted(name), sign=quoted(sign[0])))


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None and _NUMBER.fits(text) else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None and DAY.fits(text) else None
    except ValueError:  # 2016-02-30
        return None
