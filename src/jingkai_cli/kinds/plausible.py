"""Whether a total can be right: a figure that was typed in another unit is thousands of times what was planned."""

from collections.abc import Iterator
from decimal import Decimal

from ..figures import convert, smaller_units
from ..language import N_, _
from ..model import Indicator, Reading
from ..quantities import amount, number
from .kind import Objection

TIMES_TARGET = 10
"""A total of more than so many times its target, or the largest total that is planned, is implausible (our choice)."""

TIMES_LAST = 100
"""Without these: one of more than so many times the last total, or the largest month that is planned (our choice)."""

A_WHOLE = Decimal(100)


def expected(indicator: Indicator, old: Decimal | None) -> tuple[Decimal | None, int, str]:
    """What a total may be compared with, how many times as high it may be, and how that is called.

    It is the target or the largest total that the plan has; without these, the last total or the largest month that is
    planned. Nothing, for a level without a planned value: it has no usual growth.
    """
    planned = max(filter(None, (indicator.baseline, *indicator.planned.values())), default=Decimal(0))
    if indicator.target and indicator.target >= planned:
        return indicator.target, TIMES_TARGET, N_("the target of {figure}")
    if planned:
        return planned, TIMES_TARGET, N_("the {figure} that are planned")
    month = max(filter(None, indicator.monthly.values()), default=Decimal(0))
    if indicator.type == "level":
        return None, TIMES_LAST, ""
    if old and old >= month:
        return old, TIMES_LAST, N_("the last total, {figure}")
    return month or None, TIMES_LAST, N_("the {figure} of a planned month")


def times_expected(indicator: Indicator, old: Decimal | None, new: Decimal) -> Decimal:
    """How many times what was expected a total is, to one decimal below 100; 0 where that is plausible.

    Args:
        indicator: what it is a total of.
        old: the total before it; None where there is none.
        new: the total.
    """
    figure, most, _name = expected(indicator, old)
    if not figure or new <= most * figure:
        return Decimal(0)
    return round(new / figure, 1 if new < A_WHOLE * figure else 0)


def implausible_total(indicator: Indicator, reading: Reading, old: Decimal | None, new: Decimal) -> Iterator[Objection]:
    """What is implausible of a total beside those before and after it: it is far too high, or a share of 1 and no %.

    Args:
        indicator: what was read.
        reading: as it was reported.
        old: the total before it; None where there is none.
        new: the total with it.
    """
    if indicator.unit == "%":
        yield from _percentage(indicator, old, new)
    elif times := times_expected(indicator, old, new):
        yield Objection("implausible", _excess(indicator, reading, old, new, times), N_("totals that are far too high"))


def _percentage(indicator: Indicator, old: Decimal | None, new: Decimal) -> Iterator[Objection]:
    """A percentage ends at 100, or at what is planned; 0.8 after 80 is the share of 1."""
    if new > max(A_WHOLE, expected(indicator, None)[0] or A_WHOLE):
        text = _("{name}: {value} is above 100 %")
        said = text.format(name=indicator.name, value=amount(new, "%"))
        yield Objection("implausible", said, N_("percentages above 100 %"))
    if old and 0 < new < 1 <= old and indicator.type == "level":
        text = _("{name} would fall from {old} to {new}: is {meant} meant?")
        figures = {"old": amount(old, "%"), "new": amount(new, "%"), "meant": amount(new * A_WHOLE, "%")}
        yield Objection("implausible", text.format(name=indicator.name, **figures), N_("percentages below 1 %"))


def _excess(indicator: Indicator, reading: Reading, old: Decimal | None, new: Decimal, times: Decimal) -> str:
    """How many times what was expected a total is, and the unit in which it may have been typed."""
    unit, (found, _most, name) = indicator.unit, expected(indicator, old)
    figure = found or Decimal(0)
    what = _(name).format(figure=amount(figure, unit))
    text = _("{name} {value} is {times} times {what}")
    said = text.format(name=indicator.name, value=amount(new, unit), times=number(times), what=what)
    before = new - reading.value
    for smaller in smaller_units(unit) if reading.printed is None else ():
        meant = convert(reading.value, smaller, unit)
        if meant and meant * A_WHOLE >= figure and not times_expected(indicator, old, before + meant):
            text = _("; if it is in {unit}, write {typed}")
            return said + text.format(unit=smaller, typed=f"{number(reading.value)}{smaller}")
    return said
