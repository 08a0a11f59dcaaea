"""What the ledger says of each task as of a date, and what may be asked of it: all that kinds and rules know of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from .field_types import Basis
from .model import Entry, Plan, Recorded


class Total(Struct, frozen=True):
    """The value of a series (task, indicator, unit if `per_unit`) as of a date, and the reading that it ends with."""

    value: Decimal
    on: date
    seq: int
    stated: bool
    """False when no total was ever stated: the value then counts "since records began"."""


class Event(Struct, frozen=True):
    """One standing entry other than a report.

    `subject` is a milestone's id, or the number of the problem that it is about; `until` a new deadline, or a
    problem's; `entry` the whole entry where its words are shown with the task: problems, objections, rulings, scores.
    """

    seq: int
    on: date
    kind: str
    subject: str | None
    until: date | None
    basis: Basis | None
    entry: Entry | None = None


def is_about(event: Event, seq: int) -> bool:
    """Whether an event is that of this number, has it as its subject, or opens a part of that problem."""
    return event.seq == seq or event.subject == str(seq) or bool(event.entry and event.entry.part_of == seq)


class OpenProblems(Struct, frozen=True):
    """The events of every task without those of closed problems, and how many of these there are."""

    events: Mapping[str, Sequence[Event]]
    """Ordered by (`on`, `seq`)."""
    closed: Mapping[tuple[str, str], int]
    """(task id, state) → how many problems are left out: `fixed` or `verified`."""


class Received(Struct, frozen=True):
    """A standing report by the day on which it came in, in the plan's zone."""

    seq: int
    task: str
    on: date
    received: date
    stated: bool = True
    """Whether the report says when it came in; else it is the day of recording."""


class TaskFacts(Struct):
    """What stands of one task, retractions applied, with `on` up to the as-of date."""

    totals: Mapping[tuple[str, str], Total] = field(default_factory=dict)
    """(indicator id or `percent`, unit or "") → its value."""
    events: tuple[Event, ...] = ()
    """Ordered by (`on`, `seq`)."""
    months: Mapping[tuple[str, date], Decimal] = field(default_factory=dict)
    """(indicator id, last day of a month that was planned) → the amount reported in that month."""
    last_report_on: date | None = None
    last_received: date | None = None
    """Of its reports, by the day that each says, else by its own date."""
    earlier: "Earlier | None" = None
    """What stood on the day of the last reading but one, where the task is behind its pace: set by its survey."""

    def total(self, name: str) -> Decimal | None:
        """The value of an indicator, summed over units; None where nothing was ever read: no reading is not zero."""
        found = None
        for (series, _unit), total in self.totals.items():
            if series == name:
                found = total.value if found is None else found + total.value
        return found

    def last_reading_on(self, name: str) -> date | None:
        """The date of the last reading of an indicator, of any unit."""
        return max((total.on for (series, _), total in self.totals.items() if series == name), default=None)


class Earlier(Struct, frozen=True):
    """What stood of a task and its sub-tasks, by id, on an earlier day."""

    day: date
    facts: Mapping[str, TaskFacts]


NOTHING = TaskFacts()
"""A task of which the ledger says nothing."""


def moved_milestones(plan: Plan) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """What a milestone was as entries named it → what it is: (task, id) of both, tasks by their present ids.

    One that was split among sub-tasks is several.
    """
    moved = [(task, milestone) for task in plan.every_task() for milestone in task.milestones if milestone.formerly]
    present = {old: task.id for task in plan.every_task() for old in task.formerly} if moved else {}
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for task, milestone in moved:
        for former in milestone.formerly:
            whose, _slash, name = former.rpartition("/")
            was = present.get(whose, whose) or task.id, name
            found.setdefault(was, []).append((task.id, milestone.id))
    return found


S = TypeVar("S")


class History(Protocol):
    """What a kind of entry may ask of a ledger, to hold a new entry against what was recorded before."""

    def folded(self, task: str, formerly: Sequence[str], begin: Callable[[], S], step: Callable[[S, Event], S]) -> S:
        """The state after every standing event of one task, whatever its date, by (`on`, `seq`).

        `begin` gives the state before the first one.

        Within one transaction an event is counted once: `step` must be the same function each time.
        """

    def events_about(self, task: str, formerly: Sequence[str], seq: int) -> Sequence[Event]:
        """The standing events of one task that `is_about` holds for, whatever their date, by (`on`, `seq`).

        Within one transaction it costs the same however many events the task has.
        """

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of one series as of a date; `tasks` are all the ids that its task has and had."""

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total: what a backdated total must not exceed."""

    def entry(self, seq: int) -> Recorded | None:
        """The entry of that number."""

    def adopted(self) -> Recorded | None:
        """The last adoption of a plan that was not retracted; None while nothing was adopted."""


class FormerNames(Struct, frozen=True):
    """What a plan says of former names."""

    tasks: Mapping[str, str]
    """A task's former id → its id."""
    milestones: Mapping[tuple[str, str], list[tuple[str, str]]]
    """See `moved_milestones`."""
    homes: Mapping[str, set[str]]
    """A task → the tasks whose milestones it has now."""


def former_names(plan: Plan) -> FormerNames:
    """What was named otherwise before, of a plan's tasks and milestones."""
    moved = moved_milestones(plan)
    homes: dict[str, set[str]] = {}
    for (old, _name), those in moved.items():
        for new, _id in those:
            homes.setdefault(new, set()).add(old)
    return FormerNames({old: task.id for task in plan.every_task() for old in task.formerly}, moved, homes)


def move_milestones(former: FormerNames, facts: dict[str, TaskFacts]) -> None:
    """Give each event of a milestone to the task that has the milestone now, under the id that it has there."""
    moved = former.milestones
    if not moved:
        return
    kept: dict[str, list[Event]] = {}
    arrived: dict[str, list[Event]] = {}
    for name in {old for old, _milestone in moved} & facts.keys():
        for event in facts[name].events:
            those = moved.get((name, event.subject or ""), []) if _names_milestone(event) else []
            for task, milestone in those:
                arrived.setdefault(task, []).append(replace(event, subject=milestone))
            if not those:
                kept.setdefault(name, []).append(event)
        facts[name] = replace(facts[name], events=tuple(kept.get(name, ())))
    for name, events in arrived.items():
        said = facts.get(name, NOTHING)
        facts[name] = replace(said, events=tuple(sorted((*said.events, *events), key=lambda e: (e.on, e.seq))))


def _names_milestone(event: Event) -> bool:
    return event.kind == "reach" or (event.kind == "extend" and not (event.entry and event.entry.ref))
