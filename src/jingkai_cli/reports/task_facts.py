"""What reports read about tasks: their facts, their last standing reports, and their units' latest words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ..facts import NOTHING, Earlier, FormerNames, TaskFacts, former_names, move_milestones
from ..kinds import kind_of
from ..language import _
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger, Reader
from ..model import Plan, Recorded, Task
from ..rules.lateness import last_ended, month_before
from ..rules.position import Facts, Position, positions_of
from .document import Scope

_DAY = timedelta(days=1)


def facts_of(ledger: Reader, plan: Plan, task: Task, as_of: date) -> TaskFacts:
    """The facts of one task as of a date."""
    return facts_of_some(ledger, former_names(plan), (task,), as_of).get(task.id, NOTHING)


def facts_of_some(ledger: Reader, former: FormerNames, tasks: Iterable[Task], as_of: date) -> Facts:
    """The facts of some tasks, including milestones moved to them from other tasks, but without monthly amounts."""
    tasks = tuple(tasks)
    ids = {task.id for task in tasks}
    former_owners = {task for name in ids for task in former.homes.get(name, ())}
    facts = Facts(ledger.facts(as_of, tasks=sorted(ids | former_owners), formerly=former.tasks))
    add_counts(tasks, facts)
    move_milestones(former, facts)
    for name in facts.keys() - ids:
        del facts[name]
    return facts


def add_counts(tasks: Iterable[Task], facts: dict[str, TaskFacts]) -> None:
    """Add the counts from inspections to the facts of tasks."""
    counting = [task for task in tasks if task.indicators and any(indicator.counts for indicator in task.indicators)]
    if not counting:
        return
    from ..rules.inspection_counts import with_counts  # most plans have no such indicator

    for task in counting:
        if task.id in facts:
            facts[task.id] = with_counts(task, facts[task.id])


def add_months(ledger: Reader, tasks: Iterable[Task], facts: dict[str, TaskFacts], as_of: date) -> None:
    """Add to the facts the amounts reported in the last planned month of each indicator."""
    for task in tasks:
        if task.indicators and task.id in facts and any(indicator.monthly for indicator in task.indicators):
            amounts = {
                (name, ends): amount_of(ledger, task, name, ends) for name, ends in last_ended(task, as_of).items()
            }
            months = {month: amount for month, amount in amounts.items() if amount is not None}
            facts[task.id] = replace(facts[task.id], months=months)


def amount_of(ledger: Reader, task: Task, name: str, ends: date) -> Decimal | None:
    """The amount of an indicator reported in the month that ends on `ends`; None without a report."""
    now = _totals_of(ledger, task, ends)
    before = month_before(ends)
    if not any(series == name and total.on > before for (series, _), total in now.totals.items()):
        return None
    return (now.total(name) or Decimal(0)) - (_totals_of(ledger, task, before).total(name) or Decimal(0))


def _totals_of(ledger: Reader, task: Task, as_of: date) -> TaskFacts:
    """The facts of one task, without events of milestones moved to it: for its totals."""
    formerly = dict.fromkeys(task.formerly, task.id)
    found = dict(ledger.facts(as_of, tasks=[task.id], formerly=formerly))
    add_counts([task], found)
    return found.get(task.id, NOTHING)


def add_earlier(ledger: Reader, plan: Plan, tops: Iterable[Task], facts: Facts, as_of: date) -> None:
    """Add to the facts of each task behind its pace the facts as of the day of its last reading but one.

    They consist of the totals, which are read, and the events, which are known; the pace follows from them. The
    positions computed for this are kept in `facts` for the judgement.
    """
    positions = positions_of(plan, facts, as_of)
    by_day: dict[date, list[Position]] = {}
    for top in map(positions.whole, tops):
        for at in _with_subtasks(top) if top.parts else (top,):
            if at.pace and (last := _last_reading_on(at.task, facts)):
                by_day.setdefault(last, []).append(at)
    formerly = former_names(plan).tasks if by_day else {}
    for last, positions_of_day in by_day.items():
        tasks = [part for at in positions_of_day for part in at.task.with_subtasks()]
        eve = last - _DAY
        totals = ledger.totals_by_task(eve, tasks=[task.id for task in tasks], formerly=formerly)
        before = {
            task.id: TaskFacts(totals.get(task.id, {}), _until(facts.get(task.id, NOTHING), eve).events)
            for task in tasks
        }
        add_counts(tasks, before)
        for at in positions_of_day:
            if day := _last_reading_on(at.task, before):
                then = {part.id: _until(before[part.id], day) for part in at.task.with_subtasks()}
                at.facts.earlier = Earlier(day, then)
                if at.parts:  # facts of the task itself, without the sums in the facts of its position
                    facts.setdefault(at.task.id, TaskFacts()).earlier = at.facts.earlier
    facts.positions = positions


def _with_subtasks(position: Position) -> Iterator[Position]:
    yield position
    for part in position.parts:
        yield from _with_subtasks(part)


def _last_reading_on(task: Task, facts: Mapping[str, TaskFacts]) -> date | None:
    """The day of the last reading of a task or one of its sub-tasks; None if there is none."""
    totals = facts.get(task.id, NOTHING).totals
    last = max([total.on for total in totals.values()]) if totals else None
    for part in task.subtasks:
        of_part = _last_reading_on(part, facts)
        last = max(last, of_part) if last and of_part else last or of_part
    return last


def _until(facts: TaskFacts, day: date) -> TaskFacts:
    """The facts of a task with its events up to a day."""
    events = facts.events
    if not events or events[-1].on <= day:
        return facts
    return replace(facts, events=tuple(event for event in events if event.on <= day))


def standing(ledger: Reader, entries: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """The entries that stand: neither retractions nor retracted."""
    listed = [recorded for recorded in entries if recorded.entry.kind != "retract"]
    retracted = ledger.retracted_by([recorded.seq for recorded in listed])
    return tuple(recorded for recorded in listed if recorded.seq not in retracted)


def latest_reports(reader: Reader, plan: Plan, facts: Mapping[str, TaskFacts]) -> dict[str, Recorded]:
    """The last standing report of each task, by (`on`, `seq`), as of the date of `facts`; in the plan's order.

    It takes one query for each date on which any task was last reported on.
    """
    on_day: defaultdict[date, dict[str, str]] = defaultdict(dict)
    for task in plan.every_task():
        if task.id in facts and (day := facts[task.id].last_report_on):
            on_day[day] |= dict.fromkeys((task.id, *task.formerly), task.id)
    found: dict[str, Recorded] = {}
    for day, names in on_day.items():
        entries = reader.entries(Selection(tasks=frozenset(names), since=day, until=day))
        found |= {names[r.entry.task]: r for r in standing(reader, entries) if r.entry.kind == "report"}
    return {task.id: found[task.id] for task in plan.every_task() if task.id in found}


def standing_needs(reader: Reader, plan: Plan, facts: Mapping[str, TaskFacts]) -> dict[str, Recorded]:
    """Task id → the report whose need stands as of the date of `facts`, in the plan's order."""
    return {task: report for task, report in latest_reports(reader, plan, facts).items() if report.entry.need}


_LATEST = 8
"""The number of latest entries searched for words, for each task."""


class LatestWords(Struct, frozen=True):
    """What a unit wrote about a task."""

    on: str
    unit: str | None
    text: str

    def __str__(self) -> str:
        """Unit, date and text in one line."""
        text = _("{unit} on {day}: {text}") if self.unit else _("{day}: {text}")
        return text.format(unit=self.unit, day=self.on, text=" ".join(self.text.split()))


def latest_words(ledger: Ledger, scope: Scope) -> dict[str, LatestWords]:
    """Task id → its latest note, from a report, a milestone reached or a completion; sub-tasks included.

    Only the latest entries of the ledger are searched: `_LATEST` for each task, and at least 20 000.
    """
    plan = scope.plan
    present = {old: task.id for task in plan.every_task() for old in task.formerly}
    last = max(20_000, _LATEST * len(plan.tasks))
    entries = ledger.entries(Selection(until=scope.as_of, until_seq=scope.head.seq, last=last, dated=True))
    retracted = ledger.retracted_by(entries.numbers)
    found: dict[str, LatestWords] = {}
    for fields, _hash in entries.fields():
        if fields.get("note") and kind_of(fields["kind"]).is_report and fields["seq"] not in retracted:
            task = fields["task"]
            found[present.get(task, task)] = LatestWords(fields["on"], fields.get("unit"), fields["note"])
    return found
