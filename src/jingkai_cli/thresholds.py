"""The thresholds of a plan, with their defaults: of the judgement (`rules`) and of the assessment (`assessment`)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, get_args

from .field_types import Number, Points, Whole, Within

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""In the order of `date.weekday()`."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of a plan's judgement; days and percentage points."""

    report_by: Weekday = "wed"
    """The weekday after the end of a week by which its report must be in."""
    due_soon: Annotated[Whole, Within(ge=0, le=366)] = 15
    behind: Points = Decimal(10)
    far_behind: Points = Decimal(30)
    milestone_red: Annotated[Whole, Within(ge=0, le=366)] = 15
    pace_ratio: Annotated[Number, Within(ge=1)] | None = None
    """Accepted in plans that were written for an earlier version, without effect; so is `pace_prior`."""
    pace_after: Points = Decimal(15)
    """The share of a task's time, in percent, that must have gone before its pace is judged."""
    pace_prior: Annotated[Whole, Within(ge=1, le=3660)] | None = None
    week_ends: Weekday = "sun"
    """The day on which a reporting week ends: of forms, bulletins and silence alike."""
    problem_red: Annotated[Whole, Within(ge=0, le=366)] = 7
    """A problem that is more days late than this makes the lamp red."""
    pace_days: Annotated[Whole, Within(ge=0, le=366)] = 7
    """A task is behind its pace from so many days behind on, …"""
    pace_share: Points = Decimal(3)
    """… and from this share of its planned time, in percent, whichever is more."""


Weight = Annotated[Number, Within(ge=0, le=1000)]


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a unit is assessed (督导考核): the weights of the parts, what silence costs, and the grades. Points.

    The defaults are ours, to be set by whoever decides: no weights were published.
    """

    progress: Weight = Decimal(40)
    """Progress against planned."""
    deadlines: Weight = Decimal(30)
    """Deadlines met."""
    late_credit: Annotated[Number, Within(ge=0, le=1)] = Decimal("0.5")
    """What a deadline is worth that was met late, within the period: 0 to 1."""
    rectification: Weight = Decimal(15)
    """Problems put right in time."""
    observation: Weight = Decimal(15)
    """The judges' mean at the monthly observation."""
    silent_week: Points = Decimal(1)
    """Off for each week without a report …"""
    silent_most: Points = Decimal(10)
    """… and at most so many."""
    excellent: Points = Decimal(90)
    good: Points = Decimal(80)
    qualified: Points = Decimal(60)


PARTS = ("progress", "deadlines", "rectification", "observation")
"""The parts of an assessment that have a weight."""
