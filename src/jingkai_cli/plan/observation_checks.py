"""What no field of `observation` can know alone: units that stand in two groups, points and weights that add up."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from ..language import _
from ..quantities import number
from ..text import name_key, quoted
from .name_checks import Name, Tasks, fields, run_together, twice, unit_names, unlisted, vocabulary
from .nodes import Fault, Fields, Loc

FULL = 100
"""The points of a whole ballot."""

_HERE: Loc = ("observation",)


def observation_checks(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Check how a plan's observation is scored.

    Args:
        root: The plan's tree.
        tasks: Its tasks of every level.

    Yields:
        What is wrong, and where.
    """
    observed = root.fields("observation")
    yield from _groups(root, observed.fields("groups"), tasks)
    items = list(observed.records(_HERE, "items"))
    for field in ("id", "name"):
        yield from twice(root, [name for loc, item in items for name in fields(loc, item, field)])
    points = [_decimal(item.text("points")) for _loc, item in items]
    if points and None not in points and sum(filter(None, points)) != FULL:
        message = _("the points add up to {sum} (expected {full})")
        total = number(sum(filter(None, points), Decimal(0)))
        yield Fault((*_HERE, "items"), message.format(sum=total, full=FULL))
    leaders = list(observed.texts(_HERE, "leaders"))
    yield from twice(root, leaders)
    yield from run_together(leaders)
    yield from _quarter(observed, leaders)


def _groups(root: Fields, groups: Fields, tasks: Tasks) -> Iterator[Fault]:
    """A unit is in one group, under the name that the plan gives it."""
    named = {name for _loc, name in unit_names(root, tasks, vocabulary(root))}
    known = named - root.fields("collective").members.keys()
    members: list[Name] = []
    for group in groups.members:
        units = list(groups.texts((*_HERE, "groups"), group))
        yield from run_together(units)
        members += units
    yield from twice(root, members)
    for unit in members:
        if unit[1].startswith("各"):
            message = _("{name} stands for several units itself (expected single units)")
            yield Fault(unit[0], message.format(name=quoted(unit[1])))
            continue
        yield from unlisted(unit, known)
        if unit[1] not in known and name_key(unit[1]) in map(name_key, known):
            spelled = next(name for name in known if name_key(name) == name_key(unit[1]))
            message = _("{name} is {first} in the plan, spelled differently (expected one spelling, also of blanks)")
            yield Fault(unit[0], message.format(name=quoted(unit[1]), first=quoted(spelled)))


def _quarter(observed: Fields, leaders: list[Name]) -> Iterator[Fault]:
    """The weights of a quarter add up to 1, and somebody is named whose visit has a weight."""
    quarter = observed.fields("quarter")
    months, visit = _decimal(quarter.text("months"), "1"), _decimal(quarter.text("leaders"), "0")
    if months is None or visit is None:
        return
    if months + visit != 1:
        message = _("the weights add up to {sum} (expected 1)")
        yield Fault((*_HERE, "quarter"), message.format(sum=number(months + visit)))
    if visit and not leaders:
        message = _("no leader is named (add 'leaders: […]' under 'observation': the judges of the visit)")
        yield Fault((*_HERE, "quarter", "leaders"), message)
    if leaders and not visit:
        message = _("the leaders' visit has no weight (type 'quarter: {example}')")
        yield Fault((*_HERE, "leaders"), message.format(example="{months: 0.9, leaders: 0.1}"))


def _decimal(text: str | None, default: str | None = None) -> Decimal | None:
    """A number; None where it is none, which the check of types reports."""
    written = default if text is None else text
    try:
        return None if written is None else Decimal(written)
    except InvalidOperation:
        return None
