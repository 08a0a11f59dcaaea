"""The thresholds in a plan, with their defaults: for the judgement (`rules`) and the assessment (`assessment`).

Also the scoring of the monthly observation (`observation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, get_args

from msgspec import field

from .field_types import Id, Number, Points, Text, Validated, Whole, Within

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""In the order of `date.weekday()`."""


class Rules(Validated, frozen=True):
    """The thresholds of a plan's judgement, in days and percentage points."""

    report_by: Weekday = "wed"
    """The weekday after the end of a reporting week by which its report must be in."""
    due_soon: Annotated[Whole, Within(ge=0, le=366)] = 15
    behind: Points = Decimal(10)
    far_behind: Points = Decimal(30)
    milestone_red: Annotated[Whole, Within(ge=0, le=366)] = 15
    pace_ratio: Annotated[Number, Within(ge=1)] | None = None
    """Accepted without effect, for plans written for an earlier version; so is `pace_prior`."""
    pace_after: Points = Decimal(15)
    """The share of a task's time, in percent, that must have passed before its pace is judged."""
    pace_prior: Annotated[Whole, Within(ge=1, le=3660)] | None = None
    week_ends: Weekday = "sun"
    """The last weekday of a reporting week, for forms, bulletins and silence."""
    problem_red: Annotated[Whole, Within(ge=0, le=366)] = 7
    """A problem that is late by more days than this makes the lamp red."""
    pace_days: Annotated[Whole, Within(ge=0, le=366)] = 7
    """A task is behind its pace if it is behind by at least this many days …"""
    pace_share: Points = Decimal(3)
    """… and by at least this share of its planned time, in percent."""


Weight = Annotated[Number, Within(ge=0, le=1000)]


class Assessment(Validated, frozen=True):
    """How a unit is assessed (督导考核), in points: the weights of the parts, the deduction for silence, the grades.

    The defaults are our choice, for the office to change: no weights were published.
    """

    progress: Weight = Decimal(40)
    """Progress against planned."""
    deadlines: Weight = Decimal(30)
    """Deadlines met."""
    late_credit: Annotated[Number, Within(ge=0, le=1)] = Decimal("0.5")
    """The value of a deadline that was met late but within the period, from 0 to 1."""
    rectification: Weight = Decimal(15)
    """Problems fixed in time."""
    observation: Weight = Decimal(15)
    """The mean of the judges' scores at the monthly observation."""
    silent_week: Points = Decimal(1)
    """The points deducted for each week without a report …"""
    silent_most: Points = Decimal(10)
    """… and the most points deducted in all."""
    excellent: Points = Decimal(90)
    good: Points = Decimal(80)
    qualified: Points = Decimal(60)


PARTS = ("progress", "deadlines", "rectification", "observation")
"""The parts of an assessment that have a weight."""


class ObservedItem(Validated, frozen=True):
    """One line of a ballot (评分项), with the most points that a judge may give for it."""

    id: Id
    name: Text
    points: Annotated[Number, Within(gt=0, le=100)]


class QuarterWeights(Validated, frozen=True):
    """The weights of the parts of a quarter's score. They add up to 1."""

    months: Annotated[Number, Within(ge=0, le=1)] = Decimal(1)
    """The mean of the months with an observation."""
    leaders: Annotated[Number, Within(ge=0, le=1)] = Decimal(0)
    """The leaders' visit: the ballots in the quarter by the judges in `leaders`."""


class Observation(Validated, frozen=True):
    """How the monthly observation is scored (观摩评比)."""

    of: Literal["units", "sites"] = "units"
    """What a line of a ballot sheet is: a unit, or a site from `sites.csv`; a unit's score is the mean of its sites."""
    groups: Mapping[Text, Annotated[tuple[Text, ...], Within(min_length=1)]] = field(default_factory=dict)
    """Name of a group → the units ranked against each other. Without groups, all units are."""
    items: tuple[ObservedItem, ...] = ()
    """The lines of a ballot, with 100 points in all. Without them a judge gives one score."""
    method: Literal["mean", "trimmed"] = "mean"
    """The mean of all ballots, or of those without the highest and the lowest if there are three or more."""
    revisit: Annotated[Whole, Within(ge=0, le=12)] = 0
    """How many earlier months (or quarters) have their ranks shown beside the new one (回头看)."""
    leaders: tuple[Text, ...] = ()
    """The judges of the leaders' visit: their ballots count in the quarter, but not in the month."""
    quarter: QuarterWeights = field(default_factory=QuarterWeights)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of the lines of a ballot."""
        return tuple(item.id for item in self.items)

    def item(self, name: str) -> ObservedItem | None:
        """The line of a ballot with that id or name; None if there is none."""
        return next((item for item in self.items if name in (item.id, item.name)), None)
