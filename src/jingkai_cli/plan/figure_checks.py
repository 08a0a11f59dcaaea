"""Checks across figures of a plan: order of thresholds, planned totals, baselines, weights, sums and their units."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import get_args

from ..field_types import Number, Written
from ..language import _
from ..quantities import number
from ..text import near, quoted, shown
from ..thresholds import PARTS, Assessment, Rules
from ..unit_conversion import convert
from .name_checks import Tasks
from .value_reader import day_of
from .yaml_tree import KEY, Fault, Fields, Loc

FULL = 100
"""The points of a whole ballot."""

_NUMBER: Written = get_args(Number)[-1]


def figure_checks(root: Fields, tasks: Tasks) -> Iterator[Fault]:
    """Check the figures of a plan's tree, after `months_to_days`.

    Args:
        root: the tree of the plan.
        tasks: its tasks at all levels.

    Yields:
        The faults, with their locs.
    """
    yield from _thresholds(root)
    yield from _weights(root)
    yield from _points(root.fields("observation"))
    totals = {total.text("id") or "": total for __, total in root.records((), "totals")}
    for loc, task in tasks:
        yield from _measure(loc, task)
        yield from _falling(loc, task)
        for where, indicator in task.records(loc, "indicators"):
            yield from _unsupported(where, indicator)
            yield from _baseline(where, indicator)
            yield from _summed(loc, task, where, indicator)
            yield from _total(where, indicator, totals)
            yield from _counted(where, indicator)


def _unsupported(loc: Loc, indicator: Fields) -> Iterator[Fault]:
    """Yield a fault for combinations of fields that the judgement does not support yet."""
    if _is_lower(indicator) and not _is_level(indicator):
        message = _("a ceiling for a total is not supported yet (expected 'type: level' with 'better: lower')")
        yield Fault((*loc, "better"), message)
    if "monthly" in indicator.members:
        for name, value in (("better", "lower"), ("sum", "subtasks")):
            if indicator.text(name) == value:
                message = _("'monthly' beside '{name}: {value}' is not supported yet (take one of them out)")
                yield Fault((*loc, "monthly", KEY), message.format(name=name, value=value))


def _counted(loc: Loc, indicator: Fields) -> Iterator[Fault]:
    """Yield a fault for fields that contradict `counts`, a total counted from inspections."""
    if "counts" not in indicator.members:
        return
    for name, value in (("sum", "subtasks"), ("per_unit", "true"), ("type", "level"), ("better", "lower")):
        if indicator.text(name) == value:
            message = _("'{name}: {value}' beside 'counts' (take one of them out: inspections are counted)")
            yield Fault((*loc, name), message.format(name=name, value=value))


def _thresholds(root: Fields) -> Iterator[Fault]:
    rules, default = root.fields("rules"), Rules()
    behind = _number(rules.text("behind") or str(default.behind))
    far_behind = _number(rules.text("far_behind") or str(default.far_behind))
    if behind is not None and far_behind is not None and far_behind < behind:
        name = "far_behind" if "far_behind" in rules.members else "behind"
        message = _("far_behind {far} is less than behind {behind} (expected at least as much)")
        yield Fault(("rules", name), message.format(far=shown(str(far_behind)), behind=shown(str(behind))))


def _weights(root: Fields) -> Iterator[Fault]:
    """Check that a part of the assessment has a weight, and that the grades are in descending order."""
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


def _points(observed: Fields) -> Iterator[Fault]:
    """Check the sums of ballot points and quarter weights, and that leaders and the weight of their visit agree."""
    points = [_number(item.text("points")) for _loc, item in observed.records((), "items")]
    if points and None not in points:
        total = sum(filter(None, points), Decimal(0))
        if total != FULL:
            message = _("the points add up to {sum} (expected {full})")
            yield Fault(("observation", "items"), message.format(sum=number(total), full=FULL))
    quarter, leaders = observed.fields("quarter"), any(observed.texts((), "leaders"))
    months, visit = _number(quarter.text("months") or "1"), _number(quarter.text("leaders") or "0")
    if months is None or visit is None:
        return
    if months + visit != 1:
        message = _("the weights add up to {sum} (expected 1)")
        yield Fault(("observation", "quarter"), message.format(sum=number(months + visit)))
    if visit and not leaders:
        message = _("no leader is named (add 'leaders: […]' under 'observation': the judges of the visit)")
        yield Fault(("observation", "quarter", "leaders"), message)
    if leaders and not visit:
        message = _("the leaders' visit has no weight (type 'quarter: {example}')")
        yield Fault(("observation", "leaders"), message.format(example="{months: 0.9, leaders: 0.1}"))


def _measure(loc: Loc, task: Fields) -> Iterator[Fault]:
    place = (*loc, "measure")
    match task.text("measure"):
        case "milestones" if not any(task.records(loc, "milestones")):
            yield Fault(place, _("no milestone to measure by (expected at least one in 'milestones')"))
        case "subtasks" if not any(task.records(loc, "subtasks")):
            yield Fault(place, _("no sub-task to measure by (expected at least one in 'subtasks')"))
        case "indicators":
            indicators = list(task.records(loc, "indicators"))
            if not any(_has_target(loc, task, indicator) for __, indicator in indicators):
                yield Fault(place, _("no target to measure by (expected at least one indicator with a 'target')"))
            for where, indicator in indicators:
                if _number(indicator.text("target")) == 0 and not _is_lower(indicator):
                    message = _("progress cannot be computed for a target of 0 (expected more than 0, or no target)")
                    yield Fault((*where, "target"), message)


def _is_lower(indicator: Fields) -> bool:
    return indicator.text("better") == "lower"


def _is_level(indicator: Fields) -> bool:
    return indicator.text("type") == "level"


def _has_target(loc: Loc, task: Fields, indicator: Fields) -> bool:
    """Whether an indicator can measure progress: it has a target, or a sum of targets, and is not a falling total."""
    if _is_lower(indicator) and not _is_level(indicator):
        return False
    if indicator.text("target") or indicator.text("sum") != "subtasks":
        return bool(indicator.text("target"))
    name = indicator.text("id")
    parts = [_has_target(where, holder, part) for where, holder, _loc, part in _parts(loc, task, name)]
    return bool(parts) and all(parts)


def _falling(loc: Loc, task: Fields) -> Iterator[Fault]:
    """Yield a fault for planned totals that fall over time, except of levels and of indicators with `better: lower`."""
    indicators = (found for found in task.records(loc, "indicators") if not _is_level(found[1]))
    things = [(loc, task), *(found for found in indicators if not _is_lower(found[1]))]
    for where, thing in things:
        planned = thing.fields("planned")
        totals = sorted(
            (day, total)
            for name in planned.members
            if (day := day_of(name)) and (total := _number(planned.text(name))) is not None
        )
        for (before, more), (day, less) in pairwise(totals):
            if less < more:
                message = _("{less} by {day} is less than {more} by {before} (expected a total that does not fall)")
                fault = message.format(less=shown(str(less)), day=day, more=shown(str(more)), before=before)
                yield Fault((*where, "planned", str(day)), fault)


def _baseline(loc: Loc, indicator: Fields) -> Iterator[Fault]:
    """Yield a fault for a baseline that is not above the target, or that the indicator cannot have."""
    baseline, target = _number(indicator.text("baseline")), _number(indicator.text("target"))
    if baseline is None:
        return
    place = (*loc, "baseline")
    if not _is_lower(indicator) or not _is_level(indicator) or not indicator.text("target"):
        message = _("only a level that should fall has a baseline (add 'type: level', 'better: lower' and a 'target')")
        yield Fault(place, message)
    elif target is not None and baseline <= target:
        message = _("the baseline {baseline} is not above the target {target} (expected more)")
        yield Fault(place, message.format(baseline=shown(str(baseline)), target=shown(str(target))))


def _parts(loc: Loc, task: Fields, name: str | None) -> Iterator[tuple[Loc, Fields, Loc, Fields]]:
    """Yield the indicators that are summed under an id: in each branch of sub-tasks the topmost.

    Each has loc and node of its task, then its own loc and node.
    """
    for where, part in task.records(loc, "subtasks"):
        own = [found for found in part.records(where, "indicators") if found[1].text("id") == name]
        if own:
            yield from ((where, part, *found) for found in own)
        else:
            yield from _parts(where, part, name)


def _summed(loc: Loc, task: Fields, where: Loc, indicator: Fields) -> Iterator[Fault]:
    """Yield a fault for a sum without parts, with parts in units that cannot be converted, or with shares of units."""
    if indicator.text("sum") != "subtasks":
        return
    name = indicator.text("id")
    parts = list(_parts(loc, task, name))
    if not parts:
        message = _("no sub-task has an indicator {name} to sum (expected one at least)")
        yield Fault((*where, "sum"), message.format(name=quoted(name or "")))
    if indicator.text("per_unit") == "true":
        message = _("a sum of sub-tasks has no shares of units (take 'per_unit' out; give it to the sub-tasks)")
        yield Fault((*where, "per_unit"), message)
    for _loc, _holder, place, part in parts:
        yield from _inconvertible(place, "unit", part, indicator)


def _total(loc: Loc, indicator: Fields, totals: Mapping[str, Fields]) -> Iterator[Fault]:
    """Yield a fault if the programme total of an indicator does not exist, or is in a unit that cannot be converted."""
    name = indicator.text("total")
    if name is None:
        return
    if name in totals:
        yield from _inconvertible(loc, "total", indicator, totals[name])
    else:
        message = _("{name} is not the id of one of the plan's totals {near}")
        yield Fault((*loc, "total"), message.format(name=quoted(name), near=near(name, sorted(totals))))


def _inconvertible(loc: Loc, field: str, part: Fields, whole: Fields) -> Iterator[Fault]:
    """Yield a fault if a unit of measurement cannot be converted to that of the sum."""
    given, wanted = part.text("unit") or "", whole.text("unit") or ""
    if convert(Decimal(1), given, wanted) is None:
        message = _("{given} cannot be converted to {wanted}, the unit of the sum {name} (expected a unit that can)")
        units = {"given": quoted(given), "wanted": quoted(wanted), "name": quoted(whole.text("id") or "")}
        yield Fault((*loc, field), message.format(**units))


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None and _NUMBER.fits(text) else None
