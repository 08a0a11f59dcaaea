"""What the ledger says of each task as of a date: the only thing that rules know of a ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from .model import Basis, Entry, Kind


@dataclass(frozen=True, slots=True)
class Total:
    """The value of a series (task, indicator, unit if `per_unit`) as of a date, and the reading that it ends with."""

    value: Decimal
    on: date
    seq: int
    stated: bool
    """False when no total was ever stated: the value then counts "since records began"."""


@dataclass(frozen=True, slots=True)
class Event:
    """One standing entry other than a report.

    `subject` is a milestone's id, or the number of the problem that it is about; `until` a new deadline, or a
    problem's; `entry` the whole entry where its words are shown with the task: problems, objections, rulings, scores.
    """

    seq: int
    on: date
    kind: Kind
    subject: str | None
    until: date | None
    basis: Basis | None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A standing report by the day on which it came in, in the plan's zone."""

    seq: int
    task: str
    on: date
    received: date


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What stands of one task, retractions applied, with `on` up to the as-of date."""

    totals: Mapping[tuple[str, str], Total] = field(default_factory=dict)
    """(indicator id or `percent`, unit or "") → its value."""
    events: tuple[Event, ...] = ()
    """Ordered by (`on`, `seq`)."""
    months: Mapping[tuple[str, date], Decimal] = field(default_factory=dict)
    """(indicator id, last day of a month that was planned) → the amount reported in that month."""
    last_report_on: date | None = None
    last_received: date | None = None

    def without_extensions(self) -> "TaskFacts":
        """The same as if no deadline had ever been moved: what `--original` judges by."""
        return replace(self, events=tuple(event for event in self.events if event.kind != "extend"))

    def total(self, name: str) -> Decimal | None:
        """The value of an indicator, summed over units; None where nothing was ever read: no reading is not zero."""
        values = [total.value for (series, _), total in self.totals.items() if series == name]
        return sum(values, Decimal(0)) if values else None


NOTHING = TaskFacts()
"""A task of which the ledger says nothing."""
