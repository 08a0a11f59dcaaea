"""The facts that a ledger has of each task as of a date, and the queries that kinds of entry may make."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from .field_types import Basis
from .model import Entry, Plan, Recorded


class Total(Struct, frozen=True):
    """The value of a series (task, indicator, unit if `per_unit`) as of a date, and its last reading."""

    value: Decimal
    on: date
    seq: int
    stated: bool
    """False if no total was ever stated: the value then counts "since records began"."""


class Event(Struct, frozen=True):
    """One standing entry that is not a report.

    `subject` is the id of a milestone, or the number of the problem that it is about. `until` is a new deadline, or
    that of a problem. `entry` is the whole entry if its text is shown with the task: problems, objections, rulings,
    scores.
    """

    seq: int
    on: date
    kind: str
    subject: str | None
    until: date | None
    basis: Basis | None
    entry: Entry | None = None


def is_about(event: Event, seq: int) -> bool:
    """Whether an event has this number, has it as its subject, or opens a part of the problem with this number."""
    return event.seq == seq or event.subject == str(seq) or bool(event.entry and event.entry.part_of == seq)


class OpenProblems(Struct, frozen=True):
    """The events of every task without those of closed problems, and the number of closed problems."""

    events: Mapping[str, Sequence[Event]]
    """Id of a task → its events, ordered by (`on`, `seq`)."""
    closed: Mapping[tuple[str, str], int]
    """(task id, state) → the number of problems left out; the state is `fixed` or `verified`."""


class Received(Struct, frozen=True):
    """A standing report with the day on which it came in, in the plan's time zone."""

    seq: int
    task: str
    on: date
    received: date
    stated: bool = True
    """Whether the report states when it came in; otherwise `received` is the day of recording."""


class TaskFacts(Struct):
    """The standing facts of one task, without retracted entries, with `on` up to the as-of date."""

    totals: Mapping[tuple[str, str], Total] = field(default_factory=dict)
    """(indicator id or `percent`, unit or "") → its total."""
    events: tuple[Event, ...] = ()
    """Ordered by (`on`, `seq`)."""
    months: Mapping[tuple[str, date], Decimal] = field(default_factory=dict)
    """(indicator id, last day of a planned month) → the amount reported in that month."""
    last_report_on: date | None = None
    last_received: date | None = None
    """The latest day on which a report came in: the day that the report states, or else its own date."""
    earlier: "Earlier | None" = None
    """The facts on the day of the last reading but one, if the task is behind its pace. The survey sets it."""

    def total(self, name: str) -> Decimal | None:
        """The value of an indicator, summed over units; None if nothing was read: no reading is not zero."""
        found = None
        for (series, _unit), total in self.totals.items():
            if series == name:
                found = total.value if found is None else found + total.value
        return found

    def last_reading_on(self, name: str) -> date | None:
        """The date of the last reading of an indicator, for any unit; None if there is none."""
        return max((total.on for (series, _), total in self.totals.items() if series == name), default=None)


class Earlier(Struct, frozen=True):
    """The facts of a task and its sub-tasks on an earlier day, by id."""

    day: date
    facts: Mapping[str, TaskFacts]


NOTHING = TaskFacts()
"""The facts of a task without entries."""


def moved_milestones(plan: Plan) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Former (task, milestone) → its present (task, milestone) pairs. Tasks are given by their present ids.

    A milestone that was split among sub-tasks has several.
    """
    moved = [(task, milestone) for task in plan.every_task() for milestone in task.milestones if milestone.formerly]
    present = {old: task.id for task in plan.every_task() for old in task.formerly} if moved else {}
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for task, milestone in moved:
        for former in milestone.formerly:
            former_task, _slash, name = former.rpartition("/")
            was = present.get(former_task, former_task) or task.id, name
            found.setdefault(was, []).append((task.id, milestone.id))
    return found


S = TypeVar("S")


class History(Protocol):
    """What a kind of entry may ask of a ledger in order to check a new entry against earlier ones."""

    def folded(self, task: str, formerly: Sequence[str], begin: Callable[[], S], step: Callable[[S, Event], S]) -> S:
        """The state after all standing events of one task, whatever their date, by (`on`, `seq`).

        `begin` returns the state before the first event.

        Within one transaction each event is folded once: pass the same function as `step` each time.
        """

    def events_about(self, task: str, formerly: Sequence[str], seq: int) -> Sequence[Event]:
        """The standing events of one task for which `is_about` holds, whatever their date, by (`on`, `seq`).

        Within one transaction the cost does not depend on how many events the task has.
        """

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of one series as of a date, or None; `tasks` are the present and former ids of its task."""

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total, or None. A backdated total must not exceed it."""

    def entry(self, seq: int) -> Recorded | None:
        """The entry with that number; None if there is none."""

    def adopted(self) -> Recorded | None:
        """The last adoption of a plan that was not retracted; None if no plan is adopted."""


class FormerNames(Struct, frozen=True):
    """The former names in a plan."""

    tasks: Mapping[str, str]
    """Former id of a task → its present id."""
    milestones: Mapping[tuple[str, str], list[tuple[str, str]]]
    """See `moved_milestones`."""
    homes: Mapping[str, set[str]]
    """Id of a task → the ids of the tasks that had its milestones formerly."""


def former_names(plan: Plan) -> FormerNames:
    """The former names of a plan's tasks and milestones."""
    moved = moved_milestones(plan)
    homes: dict[str, set[str]] = {}
    for (old, _name), places in moved.items():
        for new, _id in places:
            homes.setdefault(new, set()).add(old)
    return FormerNames({old: task.id for task in plan.every_task() for old in task.formerly}, moved, homes)


def move_milestones(former: FormerNames, facts: dict[str, TaskFacts]) -> None:
    """Move each event of a milestone to the task that has the milestone now, and give it the present id."""
    moved = former.milestones
    if not moved:
        return
    kept: dict[str, list[Event]] = {}
    arrived: dict[str, list[Event]] = {}
    for name in {old for old, _milestone in moved} & facts.keys():
        for event in facts[name].events:
            places = moved.get((name, event.subject or ""), []) if _names_milestone(event) else []
            for task, milestone in places:
                arrived.setdefault(task, []).append(replace(event, subject=milestone))
            if not places:
                kept.setdefault(name, []).append(event)
        facts[name] = replace(facts[name], events=tuple(kept.get(name, ())))
    for name, events in arrived.items():
        task_facts = facts.get(name, NOTHING)
        facts[name] = replace(
            task_facts, events=tuple(sorted((*task_facts.events, *events), key=lambda e: (e.on, e.seq)))
        )


def _names_milestone(event: Event) -> bool:
    return event.kind == "reach" or (event.kind == "extend" and not (event.entry and event.entry.ref))
