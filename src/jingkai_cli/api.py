"""The public Python interface. It follows Semantic Versioning; no other module of the package does.

Example:
    from jingkai_cli.api import open_workspace

    workspace = open_workspace("data")
    for task in workspace.report(overdue=True).items:
        print(task.id, task.title, task.days_overdue)
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from .dates import parse_moment
from .errors import InvalidInput, JkError, KeyConflict, LedgerError, Refused
from .figure_reader import read_figure
from .kinds import remarks
from .ledger import empty_ledger, file_of, open_for_reading, open_for_writing, replay
from .ledger.check import check_anchor, check_ledger
from .ledger.entries import Selection
from .ledger.protocol import Ledger, Writer
from .ledger.recording_units import follow_adoption
from .model import Entry, Head, Plan, Recorded, Task
from .plan import load_plan
from .reports import build_report, log
from .reports.document import Scope
from .reports.item_types import EntryItem, LateMilestone, Reason, TaskItem
from .reports.task_filters import Filters, Question, judged
from .rules.status import Lamp, State

__all__ = [
    "EntryItem",
    "Head",
    "InvalidInput",
    "JkError",
    "KeyConflict",
    "Lamp",
    "LateMilestone",
    "LedgerError",
    "Reason",
    "Refused",
    "Report",
    "State",
    "TaskItem",
    "Workspace",
    "open_workspace",
]

T = TypeVar("T")

Day = date | str
"""A date, or its ISO form: `2016-07-15`."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as data, with the content of `jk report -f json`."""

    plan: str
    """The title of the plan."""
    as_of: date
    known_on: datetime | None
    ledger_head: Head
    """The last entry that the report uses."""
    items: tuple[TaskItem, ...]
    unreadable: tuple[int, ...]
    """The numbers of entries that cannot be read and were left out. If there are any, run `check`."""
    doubtful: bool = False
    """Whether totals do not follow from the entries, or derived tables were changed. If so, run `check`."""


def open_workspace(
    where: str | Path, ledger: str | Path | None = None, *, clock: Callable[[], datetime] | None = None
) -> "Workspace":
    """Open a plan and its ledger.

    Args:
        where: the file of the plan, or the folder with its `tasks.yaml`.
        ledger: a file or a `postgresql://` URL. The default is `ledger.db` beside the plan; it need not exist.
        clock: returns the present time with its time zone. The default is the machine's clock.

    Raises:
        InvalidInput: the plan is missing or has faults; `findings` lists each with its line.
    """
    file = Path(where)
    return Workspace(file / "tasks.yaml" if file.is_dir() else file, ledger, clock or (lambda: datetime.now(UTC)))


class Workspace:
    """A plan with its ledger. Each call opens and closes the ledger, so it sees what others recorded meanwhile."""

    plan: Plan

    def __init__(self, plan: Path, ledger: str | Path | None, clock: Callable[[], datetime]) -> None:
        """Read the plan. Call `open_workspace` instead."""
        self.plan = load_plan(plan)
        self._ledger = str(ledger if ledger is not None else plan.parent / "ledger.db")
        self._by_default = ledger is None
        self._clock = clock

    @property
    def today(self) -> date:
        """The current date in the plan's time zone."""
        return self._clock().astimezone(self._zone).date()

    def report(  # noqa: PLR0913 - the options of `jk report`
        self,
        *,
        as_of: Day | None = None,
        known_on: datetime | str | None = None,
        tasks: Sequence[str] = (),
        overdue: bool = False,
        at_risk: bool = False,
        due_within: int | None = None,
        unit: str | None = None,
        leader: str | None = None,
        category: str | None = None,
        person: str | None = None,
        lamp: Lamp | None = None,
        tree: bool = False,
        original: bool = False,
    ) -> Report:
        """Judge the tasks. The arguments are the options of `jk report`; if several are given, all must hold.

        Args:
            as_of: the date of the report; the default is today.
            known_on: use only entries recorded by then.
            tasks: only tasks with these ids.
            overdue: only overdue tasks, worst first.
            at_risk: only tasks at risk; with `overdue`, tasks of either state.
            due_within: only tasks with a deadline in this many days.
            unit: only tasks of this lead unit.
            leader: only tasks of this leader.
            category: only tasks of this category.
            person: only tasks of this person in charge.
            lamp: only tasks with this lamp.
            tree: list sub-tasks too.
            original: judge by the original deadlines.

        Raises:
            LedgerError: the ledger cannot be read.
            Refused: a date is invalid, or a name is not in the plan.
        """
        for name, field in ((unit, "lead_unit"), (leader, "leader"), (category, "category"), (person, "person")):
            if name is not None and not any(getattr(task, field) == name for task in self.plan.every_task()):
                raise Refused(f"{field}={name!r} is not in the plan")
        chosen = tuple(self._task(name).id for name in tasks)
        filters = Filters(chosen, overdue, at_risk, due_within, unit, leader, category, person, lamp)
        question = Question(filters, tree, original)
        moment = parse_moment(known_on, self._zone) if isinstance(known_on, str) else known_on
        with self._known(moment) as known:
            found, judgements = judged(known, self.plan, self._day(as_of), question)
            scope = Scope(self.plan, found.as_of, moment, found.head)
            items = _typed(tuple[TaskItem, ...], map(_with_figures, build_report(scope, judgements, question).items))
            unreadable = tuple(sorted(known.unreadable))
            doubtful = bool(known.doubtful) or known.altered
        return Report(self.plan.title, found.as_of, moment, found.head, items, unreadable, doubtful)

    def entries(
        self, *, task: str | None = None, since: Day | None = None, until: Day | None = None, unit: str | None = None
    ) -> tuple[EntryItem, ...]:
        """The entries of the ledger, by number.

        Args:
            task: only entries about this task.
            since: only entries dated on this day or later.
            until: only entries dated on this day or earlier.
            unit: only entries that this unit reported.

        Raises:
            LedgerError: the ledger cannot be read.
            Refused: the plan has no such task.
        """
        of_task = self._task(task) if task is not None else None
        ids = frozenset({of_task.id, *of_task.formerly}) if of_task else None
        chosen = Selection(
            tasks=ids, since=self._day(since) if since else None, until=self._day(until) if until else None, unit=unit
        )
        with self._known() as known:
            return self._entries(known, chosen)

    def record(  # noqa: PLR0913 - the fields of a report
        self,
        task: str,
        readings: Mapping[str, str | float | Decimal] | None = None,
        *,
        by: str,
        on: Day | None = None,
        unit: str | None = None,
        note: str | None = None,
        received: Day | None = None,
        key: str | None = None,
        force: bool = False,
    ) -> EntryItem:
        """Record a report, as `jk record` does. Return the entry as it was read back.

        Args:
            task: the id of the task.
            readings: indicator id or name, or `percent` → a figure: `35`, `"1.2亿元"`, or `"+60"` for an increment.
            by: the person who records.
            on: the date that the report is about; the default is today.
            unit: the unit that reported.
            note: the report in words.
            received: the date of receipt.
            key: identifies the entry, so that it is recorded only once. The default is a new key.
            force: record the report even if it is implausible; needs a note.

        Raises:
            Refused: a figure or a date is invalid, or the plan or the ledger contradicts the report. Nothing is
            recorded.
            KeyConflict: an entry has the same key with other content.
            LedgerError: the ledger cannot be written.
        """
        known_task = self._task(task)
        if force and not note:
            raise Refused("force needs a note that says why")
        if not readings and not note:
            raise Refused("a report needs readings or a note")
        entry = Entry(
            kind="report",
            on=self._day(on),
            task=known_task.id,
            by=by,
            key=key or uuid.uuid4().hex,
            unit=unit,
            note=note,
            received=self._day(received) if received else None,
            readings=dict(
                read_figure(name, _figure(value), known_task, unit) for name, value in (readings or {}).items()
            ),
        )

        def work(writer: Writer) -> Recorded:
            if writer.find(entry.key) is None:
                remarks(self.plan, known_task, entry, writer, self.today, force=force)
            recorded = writer.append(entry)
            follow_adoption(writer, [recorded])
            return recorded

        with closing(open_for_writing(self._ledger, self._clock)) as ledger:
            recorded = ledger.write(work)
            return self._entries(ledger, Selection(after_seq=recorded.seq - 1, until_seq=recorded.seq))[0]

    def check(self, anchors: Sequence[tuple[int, str]] = ()) -> tuple[str, ...]:
        """Every fault of the ledger itself: its chain, its tables, its guards. Empty if there is none.

        Args:
            anchors: earlier heads, as number and hash, that the ledger must still contain.

        Raises:
            LedgerError: the ledger cannot be opened.
        """
        with self._known() as known:
            anchor_faults = (check_anchor(known, *anchor) for anchor in anchors)
            return (*check_ledger(known), *filter(None, anchor_faults))

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.plan.timezone)

    def _day(self, day: Day | None) -> date:
        if day is None or isinstance(day, date):
            return day or self.today
        try:
            return date.fromisoformat(day)
        except ValueError:
            raise Refused(f"{day!r} is not a date (expected one such as 2016-07-15)") from None

    def _task(self, name: str) -> Task:
        task = self.plan.task(name)
        if task is None:
            raise Refused(f"{name!r} is not the id of a task in the plan")
        return task

    @contextmanager
    def _known(self, moment: datetime | None = None) -> Iterator[Ledger]:
        """Yield the ledger, or the ledger as it was at a moment; close it after the block."""
        file = file_of(self._ledger)
        missing = self._by_default and file is not None and not file.exists()
        with closing(empty_ledger(self._ledger) if missing else open_for_reading(self._ledger)) as ledger:
            if moment is None:
                yield ledger
                return
            with closing(replay.known_on(ledger, moment)) as past:
                yield past

    def _entries(self, ledger: Ledger, chosen: Selection) -> tuple[EntryItem, ...]:
        found = ledger.entries(chosen)
        scope = Scope(self.plan, self.today, None, ledger.head())
        items = log.data(scope, found, ledger.retracted_by(found.numbers)).items
        return _typed(tuple[EntryItem, ...], iter(items))


def _with_figures(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item of a task, with the figures of its reasons in a mapping of their own."""
    own = ("code", "text", "task")
    reasons = [
        {name: reason[name] for name in own} | {"figures": {n: v for n, v in reason.items() if n not in own}}
        for reason in item["reasons"]
    ]
    return {**item, "reasons": reasons}


def _typed(kind: type[T], items: Iterator[Mapping[str, Any]]) -> T:
    """The items, converted to `kind`."""
    from pydantic import TypeAdapter

    typed: T = TypeAdapter(kind).validate_python(tuple(items))
    return typed


def _figure(value: str | float | Decimal) -> str:
    return value if isinstance(value, str) else f"{Decimal(str(value)):f}"
