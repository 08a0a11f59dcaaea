"""Surveys: the facts that a ledger has of a plan's tasks, as of a date or in a period."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from ..facts import NOTHING, Earlier, Event, FormerNames, TaskFacts, former_names, move_milestones, moved_milestones
from ..language import _, ngettext
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger, Reader
from ..model import Head, Plan, Recorded, Task
from ..quantities import enumeration
from ..rules.months import last_ended, month_before
from ..rules.plan_positions import Facts, Positions, positions_of
from ..rules.position import Position, late_by_events, position_of
from ..rules.progress import is_written
from .standing_entries import standing

_DAY = timedelta(days=1)

MOST_DOUBTFUL = 5
"""How many totals that do not follow from the entries are named."""


class Survey(NamedTuple):
    """The facts of tasks of the plan as of a date, and the ledger's head, both of one state."""

    as_of: date
    head: Head
    tasks: tuple[Task, ...]
    """Those that were surveyed, in the plan's order."""
    facts: Mapping[str, TaskFacts]
    """Task id → facts; a task without entries is left out."""
    unknown_tasks: tuple[str, ...]
    """Ids that the ledger has entries for and the plan does not have."""


def survey(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Survey every task of a plan.

    Args:
        ledger: one state of it (`Ledger.read`).
        plan: its tasks, their former ids and its time zone.
        as_of: the date of the report.
    """
    facts = _facts_of_all(ledger, plan, as_of)
    _add_earlier(ledger, plan, plan.tasks, facts, as_of)
    return _survey_of_all(ledger, plan, facts, as_of)


def survey_course(ledger: Reader, plan: Plan, days: Sequence[date]) -> list[Survey]:
    """Survey every task of a plan as of several dates, the last one in full."""
    *before, last = days
    return [*(survey_to_compare(ledger, plan, day) for day in before), survey(ledger, plan, last)]


def survey_to_compare(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Survey every task of a plan as of a date before the one that a report is about.

    It is not read what stood earlier still: that says whether a task is steadily behind, in the words of a reason, and
    has no part in state, lamp or figures.
    """
    return _survey_of_all(ledger, plan, _facts_of_all(ledger, plan, as_of), as_of)


def _facts_of_all(ledger: Reader, plan: Plan, as_of: date) -> Facts:
    """What a ledger says of every task, those that the plan does not have included."""
    former = former_names(plan)
    facts = Facts(ledger.facts(as_of, formerly=former.tasks))
    _count(plan.every_task(), facts)
    move_milestones(former, facts)
    _add_months(ledger, plan.every_task(), facts, as_of)
    return facts


def _survey_of_all(ledger: Reader, plan: Plan, facts: Mapping[str, TaskFacts], as_of: date) -> Survey:
    unknown = facts.keys() - {task.id for task in plan.every_task()}
    return Survey(as_of, ledger.head(), plan.tasks, facts, tuple(sorted(unknown)))


def survey_late(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Survey only the tasks that are late, with all that their reasons, and those of their sub-tasks, follow from."""
    found = survey_lateness(ledger, plan, as_of)
    needed = _needed(plan, found.tasks)
    if len(needed) == len(found.tasks):
        return found
    facts = _facts(ledger, former_names(plan), needed, as_of)
    _add_months(ledger, (part for task in found.tasks for part in task.with_subtasks()), facts, as_of)
    if trees := [task for task in found.tasks if task.subtasks]:  # a late task is not judged by its pace
        _add_earlier(ledger, plan, trees, facts, as_of)
    return found._replace(facts=facts)


def survey_lateness(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Survey only the tasks that are late, for what is late and for the lamps, and not for reasons.

    Whether a task is late follows from its deadlines and events, and of planned months from its figures too. Figures
    are read only for what would be late without any, and for all of a tree where they turn lamps red.
    """
    former = former_names(plan)
    events = ledger.events_by_task(as_of, formerly=former.tasks)
    said = {name: TaskFacts(events=tuple(those)) for name, those in events.items()}
    move_milestones(former, said)
    found = [(task, parts) for task in plan.tasks if (parts := [*late_by_events(task, said, as_of)])]
    judged = {part.id for task, _late in found for part in task.with_subtasks()}
    facts = Facts({name: events for name, events in said.items() if name in judged})
    read = [part for task, late in found for part in (task.with_subtasks() if _has_written_plan(task) else late)]
    facts.update(_facts(ledger, former, read, as_of))
    those = tuple(task for task, _late in found if not _has_months(task) or _is_late(task, facts, as_of, plan))
    _add_months(ledger, (part for task in those for part in task.with_subtasks()), facts, as_of)
    elsewhere = set(ledger.tasks()) - {task.id for task in plan.every_task()} - former.tasks.keys()
    unknown = ledger.facts(as_of, tasks=sorted(elsewhere)) if elsewhere else ()
    return Survey(as_of, ledger.head(), those, facts, tuple(sorted(unknown)))


class OpenProblemSurvey(NamedTuple):
    """A survey of what is not a closed problem, and the number of closed problems in each state."""

    survey: Survey
    closed: Mapping[str, int]


def survey_open_problems(ledger: Reader, plan: Plan, as_of: date) -> OpenProblemSurvey:
    """Survey every task of a plan for its open problems alone: without figures, and without closed problems."""
    found = ledger.open_problems(as_of, formerly=former_names(plan).tasks)
    facts = {name: TaskFacts(events=tuple(events)) for name, events in found.events.items()}
    closed: Counter[str] = Counter()
    for (task, state), count in found.closed.items():
        closed[state] += count if plan.task(task) else 0
    return OpenProblemSurvey(_survey_of_all(ledger, plan, facts, as_of), closed)


def survey_task(ledger: Reader, plan: Plan, task: Task, as_of: date) -> Survey:
    """Survey one task, without reading any other than those that it waits for."""
    facts = _facts(ledger, former_names(plan), _needed(plan, (task,)), as_of)
    _add_months(ledger, task.with_subtasks(), facts, as_of)
    _add_earlier(ledger, plan, (task,), facts, as_of)
    return Survey(as_of, ledger.head(), (task,), facts, ())


def _needed(plan: Plan, tasks: Iterable[Task]) -> list[Task]:
    """Tasks with their sub-tasks, and the whole of those that they wait for."""
    those = {part.id: part for task in tasks for part in task.with_subtasks()}
    after = {name for task in those.values() for names in _after(task) for name in names}
    names = {name.partition("/")[0] for name in after} - those.keys()
    if names:
        for top in plan.tasks:
            parts = [*top.with_subtasks()]
            if any(part.id in names for part in parts):
                those |= {part.id: part for part in parts}
    return [*those.values()]


def _after(task: Task) -> Iterator[tuple[str, ...]]:
    """The names of what a task and its milestones come after."""
    yield task.after
    yield from (milestone.after for milestone in task.milestones)


def _has_written_plan(task: Task) -> bool:
    """Whether a task or one of its sub-tasks has planned values that it may be far behind."""
    return any(part.measure != "subtasks" and is_written(part) for part in task.with_subtasks())


def _has_months(task: Task) -> bool:
    """Whether a task or one of its sub-tasks is judged by months' figures."""
    return any(indicator.monthly for part in task.with_subtasks() for indicator in part.indicators) or any(
        milestone.indicators for part in task.with_subtasks() for milestone in part.milestones
    )


def _facts(ledger: Reader, former: FormerNames, tasks: Iterable[Task], as_of: date) -> Facts:
    """What a ledger says of some tasks, and of those whose milestones they have now; without amounts of months."""
    tasks = tuple(tasks)
    ids = {task.id for task in tasks}
    whose = {task for name in ids for task in former.homes.get(name, ())}
    facts = Facts(ledger.facts(as_of, tasks=sorted(ids | whose), formerly=former.tasks))
    _count(tasks, facts)
    move_milestones(former, facts)
    for name in facts.keys() - ids:
        del facts[name]
    return facts


def _add_earlier(ledger: Reader, plan: Plan, tops: Iterable[Task], facts: Facts, as_of: date) -> None:
    """Add to the facts of each task that is behind its pace what stood on the day of its last reading but one.

    That is the totals, which are read, and the events, which are known: the pace follows from them. The positions that
    this takes are kept in the facts for who judges them.
    """
    read = [top for top in tops if _last_reading_on(top, facts)]
    if not read:
        return
    from ..rules.forecast import pace_of  # only for tasks with readings: a report of late tasks may have none

    positions = positions_of(plan, facts, as_of)
    by_day: dict[date, list[Position]] = {}
    for top in read:
        for at in _every(positions.whole(top)):
            if (last := _last_reading_on(at.task, facts)) and pace_of(at):
                by_day.setdefault(last, []).append(at)
    formerly = former_names(plan).tasks
    for last, those in by_day.items():
        tasks = [part for at in those for part in at.task.with_subtasks()]
        totals = ledger.totals_by_task(last - _DAY, tasks=[task.id for task in tasks], formerly=formerly)
        said = {task.id: facts.get(task.id, NOTHING) for task in tasks}
        before = {name: TaskFacts(totals.get(name, {}), _until(of_task, last - _DAY)) for name, of_task in said.items()}
        _count(tasks, before)
        for at in those:
            day = _last_reading_on(at.task, before)
            if day:
                parts = [(part.id, before[part.id]) for part in at.task.with_subtasks()]
                then = {name: replace(of_part, events=_until(of_part, day)) for name, of_part in parts}
                facts[at.task.id] = replace(said[at.task.id], earlier=Earlier(day, then))
    positions.add_earlier(facts)
    facts.positions = positions


def _every(position: Position) -> Iterator[Position]:
    yield position
    for part in position.parts:
        yield from _every(part)


def _last_reading_on(task: Task, facts: Mapping[str, TaskFacts]) -> date | None:
    """The day of the last reading of a task or one of its sub-tasks."""
    last = max((total.on for total in facts.get(task.id, NOTHING).totals.values()), default=None)
    for part in task.subtasks:
        of_part = _last_reading_on(part, facts)
        last = max(last, of_part) if last and of_part else last or of_part
    return last


def _until(facts: TaskFacts, day: date) -> tuple[Event, ...]:
    """The events of a task up to a day."""
    events = facts.events
    return events if not events or events[-1].on <= day else tuple(event for event in events if event.on <= day)


def _count(tasks: Iterable[Task], facts: dict[str, TaskFacts]) -> None:
    """Add to the facts of tasks what is counted from their inspections."""
    counting = [task for task in tasks if any(indicator.counts for indicator in task.indicators)]
    if not counting:
        return
    from ..rules.inspection_counts import with_counts  # most plans have no such indicator

    for task in counting:
        if task.id in facts:
            facts[task.id] = with_counts(task, facts[task.id])


def facts_of(ledger: Reader, plan: Plan, task: Task, as_of: date) -> TaskFacts:
    """The facts of one task as of a date."""
    return _facts(ledger, former_names(plan), (task,), as_of).get(task.id, NOTHING)


def _totals_of(ledger: Reader, task: Task, as_of: date) -> TaskFacts:
    """The facts of one task without events of milestones that came from another: for its totals."""
    formerly = dict.fromkeys(task.formerly, task.id)
    found = dict(ledger.facts(as_of, tasks=[task.id], formerly=formerly))
    _count([task], found)
    return found.get(task.id, NOTHING)


def amount_of(ledger: Reader, task: Task, name: str, ends: date) -> Decimal | None:
    """The amount of an indicator reported in the month that ends on a day; None without a report."""
    now = _totals_of(ledger, task, ends)
    before = month_before(ends)
    if not any(series == name and total.on > before for (series, _), total in now.totals.items()):
        return None
    return (now.total(name) or Decimal(0)) - (_totals_of(ledger, task, before).total(name) or Decimal(0))


class PeriodSurvey(NamedTuple):
    """Two surveys and the standing entries between them, all of one state."""

    before: Survey
    now: Survey
    entries: tuple[Recorded, ...]


def survey_period(ledger: Reader, plan: Plan, start: date, as_of: date) -> PeriodSurvey:
    """Survey the days from `start` to `as_of`, both included: entries about them, and late reports that came then."""
    now = survey(ledger, plan, as_of)
    before = _survey_before(ledger, plan, now, start - _DAY)
    entries = standing(ledger, ledger.entries(Selection(since=start, until=as_of)))
    late = _received_late(ledger, plan, start, as_of)
    return PeriodSurvey(before, now, tuple(sorted((*entries, *late), key=lambda recorded: recorded.seq)))


def survey_changes(ledger: Reader, plan: Plan, before: date, as_of: date) -> tuple[Survey, Survey]:
    """Survey every task of a plan as of two dates, for what changed in between and for the reasons of red lamps.

    Of what is late the reason is how late it is: only of other red tasks it is read whether they are steadily behind.
    """
    from ..rules.status import judge  # the other surveys leave judging to the report

    facts = _facts_of_all(ledger, plan, as_of)
    facts.positions = Positions(plan, facts, as_of)
    red = [each.task for each in judge(plan, facts, as_of) if each.red and not each.at.late]
    _add_earlier(ledger, plan, red, facts, as_of)
    now = _survey_of_all(ledger, plan, facts, as_of)
    return _survey_before(ledger, plan, now, before), now


def _received_late(ledger: Reader, plan: Plan, start: date, as_of: date) -> Iterable[Recorded]:
    """The standing reports about days before `start` that say that they were received from then to `as_of`."""
    begins = datetime.combine(start, time.min, ZoneInfo(plan.timezone))
    ids = [name for task in plan.every_task() for name in (task.id, *task.formerly)]
    for report in ledger.received(ids, begins, start - _DAY):
        recorded = ledger.entry(report.seq) if report.stated and report.received <= as_of else None
        if recorded:
            yield recorded


def survey_since(ledger: Reader, earlier: Reader, plan: Plan, start: date, as_of: date) -> PeriodSurvey:
    """Survey what was recorded since an earlier state of the ledger, entries about days before `start` included."""
    before = survey_to_compare(earlier, plan, start - _DAY)
    selection = Selection(after_seq=earlier.head().seq, until=as_of)
    return PeriodSurvey(before, survey(ledger, plan, as_of), standing(ledger, ledger.entries(selection)))


def _survey_before(ledger: Reader, plan: Plan, now: Survey, as_of: date) -> Survey:
    """The survey as of an earlier date. Reads only the tasks with entries or receipts since then."""
    changed = {task for task, facts in now.facts.items() if _says_something_after(facts, as_of)}
    if len(changed) > len(now.facts) // 2 or moved_milestones(plan):
        return survey_to_compare(ledger, plan, as_of)  # one query for all tasks is faster than seeking most of them
    ids = sorted(changed)
    facts = Facts({task: _without_earlier(said) for task, said in now.facts.items() if task not in changed})
    facts |= ledger.facts(as_of, tasks=ids, formerly=former_names(plan).tasks)
    _count((task for task in plan.every_task() if task.id in changed), facts)
    _add_months(ledger, plan.every_task(), facts, as_of)
    return Survey(as_of, now.head, now.tasks, facts, now.unknown_tasks)


def _without_earlier(facts: TaskFacts) -> TaskFacts:
    return replace(facts, earlier=None) if facts.earlier else facts


def _says_something_after(facts: TaskFacts, day: date) -> bool:
    return (
        (facts.last_report_on or day) > day
        or (facts.last_received or day) > day
        or any(event.on > day for event in facts.events)
    )


def _is_late(task: Task, said: Mapping[str, TaskFacts], as_of: date, plan: Plan) -> bool:
    """Whether a task or one of its sub-tasks is late."""
    return bool(position_of(task, said, as_of, plan.rules).late)


def _add_months(ledger: Reader, tasks: Iterable[Task], facts: dict[str, TaskFacts], as_of: date) -> None:
    """Add to the facts the amounts reported in the last planned month of each indicator."""
    for task in tasks:
        if task.id in facts and any(indicator.monthly for indicator in task.indicators):
            amounts = {
                (name, ends): amount_of(ledger, task, name, ends) for name, ends in last_ended(task, as_of).items()
            }
            months = {month: amount for month, amount in amounts.items() if amount is not None}
            facts[task.id] = replace(facts[task.id], months=months)


def doubts(known: Ledger, ledger: Ledger) -> Iterator[str]:
    """Sentences on what was wrong with what was read.

    Args:
        known: the ledger as far as it was known, of which the report is.
        ledger: the ledger as it is.
    """
    if skipped := sorted(known.unreadable | ledger.unreadable):
        text = ngettext(
            "Entry {numbers} cannot be read and was skipped: run `jk check`",
            "Entries {numbers} cannot be read and were skipped: run `jk check`",
            len(skipped),
        )
        yield text.format(numbers=enumeration([f"#{seq}" for seq in skipped]))
    if doubtful := sorted(known.doubtful | ledger.doubtful):
        text = _("The totals after {numbers} do not follow from the entries: run `jk check`")
        yield text.format(numbers=enumeration([f"#{seq}" for seq in doubtful[:MOST_DOUBTFUL]]))
    if known.altered or ledger.altered:
        yield _("The derived tables were changed other than by an entry, and figures may be wrong: run `jk check`")
