"""The thresholds of a plan, with their defaults: of the judgement (`rules`) and of the assessment (`assessment`).

Also how the monthly observation is scored (`observation`).
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


class Assessment(Validated, frozen=True):
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
    """Problems fixed in time."""
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


class ObservedItem(Validated, frozen=True):
    """One line of a ballot (评分项), and the points that a judge may give for it."""

    id: Id
    name: Text
    points: Annotated[Number, Within(gt=0, le=100)]


class QuarterWeights(Validated, frozen=True):
    """What a quarter's score is made of; the weights add up to 1."""

    months: Annotated[Number, Within(ge=0, le=1)] = Decimal(1)
    """The mean of the months in which there was an observation."""
    leaders: Annotated[Number, Within(ge=0, le=1)] = Decimal(0)
    """The leaders' visit: the ballots of the quarter by those whom `leaders` names."""


class Observation(Validated, frozen=True):
    """How the monthly observation is scored (观摩评比)."""

    of: Literal["units", "sites"] = "units"
    """What a line of a ballot sheet is: a unit, or a site of `sites.csv`, whose unit gets the mean of its sites."""
    groups: Mapping[Text, Annotated[tuple[Text, ...], Within(min_length=1)]] = field(default_factory=dict)
    """A name → the units that are ranked against each other; without groups all are."""
    items: tuple[ObservedItem, ...] = ()
    """The lines of a ballot, 100 points in all; without them a judge gives one score."""
    method: Literal["mean", "trimmed"] = "mean"
    """The mean of the ballots; or without the highest and the lowest, where there are three or more."""
    revisit: Annotated[Whole, Within(ge=0, le=12)] = 0
    """The earlier months (of a quarter, the earlier quarters) whose ranks are shown beside the new one (回头看)."""
    leaders: tuple[Text, ...] = ()
    """The judges whose ballots are the leaders' visit: they count in the quarter, and not in the month."""
    quarter: QuarterWeights = field(default_factory=QuarterWeights)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of the lines of a ballot."""
        return tuple(item.id for item in self.items)

    def item(self, name: str) -> ObservedItem | None:
        """The line of a ballot of that id or name."""
        return next((item for item in self.items if name in (item.id, item.name)), None)
