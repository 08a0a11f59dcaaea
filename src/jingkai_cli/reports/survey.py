"""Surveys: the facts of a plan's tasks in a ledger, as of a date or in a period."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from ..facts import TaskFacts, former_names, move_milestones, moved_milestones
from ..language import _, ngettext
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger, Reader
from ..model import Head, Plan, Recorded, Task
from ..quantities import enumeration
from ..rules.lateness import late_by_events
from ..rules.position import Facts, Positions, position_of
from ..rules.progress import is_written
from .task_facts import add_counts, add_earlier, add_months, facts_of_some, standing

_DAY = timedelta(days=1)

_MOST_DOUBTFUL = 5
"""The most entries named after which totals are wrong."""


class Survey(Struct, frozen=True):
    """The facts of tasks of the plan as of a date, and the ledger's head, from one state of the ledger."""

    as_of: date
    head: Head
    tasks: tuple[Task, ...]
    """The tasks surveyed, in the plan's order."""
    facts: Mapping[str, TaskFacts]
    """Task id → facts; a task without entries is left out."""
    unknown_tasks: tuple[str, ...]
    """Ids that have entries in the ledger but are not in the plan."""


def survey(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Survey every task of a plan.

    Args:
        ledger: one state of the ledger (`Ledger.read`).
        plan: gives the tasks, their former ids and the time zone.
        as_of: the date of the report.
    """
    facts = _facts_of_all(ledger, plan, as_of)
    add_earlier(ledger, plan, plan.tasks, facts, as_of)
    return _survey_of_all(ledger, plan, facts, as_of)


def survey_course(ledger: Reader, plan: Plan, days: Sequence[date]) -> list[Survey]:
    """Survey every task of a plan as of several dates, only the last one in full."""
    *before, last = days
    return [*(survey_to_compare(ledger, plan, day) for day in before), survey(ledger, plan, last)]


def survey_to_compare(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Survey every task of a plan as of an earlier date than that of the report.

    Still earlier facts are not read: they only decide whether a task is steadily behind, which appears in the wording
    of a reason, but not in states, lamps or figures.
    """
    return _survey_of_all(ledger, plan, _facts_of_all(ledger, plan, as_of), as_of)


def _facts_of_all(ledger: Reader, plan: Plan, as_of: date) -> Facts:
    """The facts of every task in the ledger, including tasks that are not in the plan."""
    former = former_names(plan)
    facts = Facts(ledger.facts(as_of, formerly=former.tasks))
    add_counts(plan.every_task(), facts)
    move_milestones(former, facts)
    add_months(ledger, plan.every_task(), facts, as_of)
    return facts


def _survey_of_all(ledger: Reader, plan: Plan, facts: Mapping[str, TaskFacts], as_of: date) -> Survey:
    unknown = facts.keys() - {task.id for task in plan.every_task()}
    return Survey(as_of, ledger.head(), plan.tasks, facts, tuple(sorted(unknown)))


def survey_late(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Survey only the tasks that are late, with all that their reasons and those of their sub-tasks depend on."""
    found = survey_lateness(ledger, plan, as_of)
    needed = _needed(plan, found.tasks)
    if len(needed) == len(found.tasks):
        return found
    facts = facts_of_some(ledger, former_names(plan), needed, as_of)
    add_months(ledger, (part for task in found.tasks for part in task.with_subtasks()), facts, as_of)
    if trees := [task for task in found.tasks if task.subtasks]:  # a late task is not judged by its pace
        add_earlier(ledger, plan, trees, facts, as_of)
    return replace(found, facts=facts)


def survey_lateness(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Survey only the tasks that are late, for lateness and lamps, but not for reasons.

    Whether a task is late depends on its deadlines and events and, with planned months, on its figures. Figures are
    read only for tasks that would be late without any, and for a whole tree if they can turn lamps red.
    """
    former = former_names(plan)
    events = ledger.events_by_task(as_of, formerly=former.tasks)
    facts_by_task = {name: TaskFacts(events=tuple(those)) for name, those in events.items()}
    move_milestones(former, facts_by_task)
    found = [(task, parts) for task in plan.tasks if (parts := [*late_by_events(task, facts_by_task, as_of)])]
    judged = {part.id for task, _late in found for part in task.with_subtasks()}
    facts = Facts({name: events for name, events in facts_by_task.items() if name in judged})
    read = [part for task, late in found for part in (task.with_subtasks() if _has_written_plan(task) else late)]
    facts.update(facts_of_some(ledger, former, read, as_of))
    those = tuple(task for task, _late in found if not _has_months(task) or _is_late(task, facts, as_of, plan))
    add_months(ledger, (part for task in those for part in task.with_subtasks()), facts, as_of)
    elsewhere = set(ledger.tasks()) - {task.id for task in plan.every_task()} - former.tasks.keys()
    unknown = ledger.facts(as_of, tasks=sorted(elsewhere)) if elsewhere else ()
    return Survey(as_of, ledger.head(), those, facts, tuple(sorted(unknown)))


class OpenProblemSurvey(Struct, frozen=True):
    """A survey without closed problems, and the number of closed problems by state."""

    survey: Survey
    closed: Mapping[str, int]


def survey_open_problems(ledger: Reader, plan: Plan, as_of: date) -> OpenProblemSurvey:
    """Survey every task of a plan for its open problems only, without figures and closed problems."""
    found = ledger.open_problems(as_of, formerly=former_names(plan).tasks)
    facts = {name: TaskFacts(events=tuple(events)) for name, events in found.events.items()}
    closed: Counter[str] = Counter()
    for (task, state), count in found.closed.items():
        closed[state] += count if plan.task(task) else 0
    return OpenProblemSurvey(_survey_of_all(ledger, plan, facts, as_of), closed)


def survey_task(ledger: Reader, plan: Plan, task: Task, as_of: date) -> Survey:
    """Survey one task, reading no other tasks than those that it waits for."""
    facts = facts_of_some(ledger, former_names(plan), _needed(plan, (task,)), as_of)
    add_months(ledger, task.with_subtasks(), facts, as_of)
    add_earlier(ledger, plan, (task,), facts, as_of)
    return Survey(as_of, ledger.head(), (task,), facts, ())


def _needed(plan: Plan, tasks: Iterable[Task]) -> list[Task]:
    """The tasks with their sub-tasks, and the whole trees of the tasks that they wait for."""
    needed = {part.id: part for task in tasks for part in task.with_subtasks()}
    after = {name for task in needed.values() for names in _after(task) for name in names}
    names = {name.partition("/")[0] for name in after} - needed.keys()
    if names:
        for top in plan.tasks:
            parts = [*top.with_subtasks()]
            if any(part.id in names for part in parts):
                needed |= {part.id: part for part in parts}
    return [*needed.values()]


def _after(task: Task) -> Iterator[tuple[str, ...]]:
    """Yield the names of the predecessors of a task and of its milestones."""
    yield task.after
    yield from (milestone.after for milestone in task.milestones)


def _has_written_plan(task: Task) -> bool:
    """Whether a task or one of its sub-tasks has planned values, so that it can be far behind them."""
    return any(part.measure != "subtasks" and is_written(part) for part in task.with_subtasks())


def _has_months(task: Task) -> bool:
    """Whether a task or one of its sub-tasks is judged by monthly figures."""
    return any(indicator.monthly for part in task.with_subtasks() for indicator in part.indicators) or any(
        milestone.indicators for part in task.with_subtasks() for milestone in part.milestones
    )


class PeriodSurvey(Struct, frozen=True):
    """Two surveys and the standing entries between them, from one state of the ledger."""

    before: Survey
    now: Survey
    entries: tuple[Recorded, ...]


def survey_period(ledger: Reader, plan: Plan, start: date, as_of: date) -> PeriodSurvey:
    """Survey the days from `start` to `as_of`, inclusive: entries about them, and late reports received on them."""
    now = survey(ledger, plan, as_of)
    before = _survey_before(ledger, plan, now, start - _DAY)
    entries = standing(ledger, ledger.entries(Selection(since=start, until=as_of)))
    late = _received_late(ledger, plan, start, as_of)
    return PeriodSurvey(before, now, tuple(sorted((*entries, *late), key=lambda recorded: recorded.seq)))


def survey_changes(ledger: Reader, plan: Plan, before: date, as_of: date) -> tuple[Survey, Survey]:
    """Survey every task of a plan as of two dates, for the changes between them and the reasons of red lamps.

    Whether a red task is steadily behind is only read if it is not late: the reason of a late task is its lateness.
    """
    from ..rules.status import judge  # the other surveys leave judging to the report

    facts = _facts_of_all(ledger, plan, as_of)
    facts.positions = Positions(plan, facts, as_of)
    red = [each.task for each in judge(plan, facts, as_of) if each.red and not each.position.late]
    add_earlier(ledger, plan, red, facts, as_of)
    now = _survey_of_all(ledger, plan, facts, as_of)
    return _survey_before(ledger, plan, now, before), now


def _received_late(ledger: Reader, plan: Plan, start: date, as_of: date) -> Iterable[Recorded]:
    """Yield the standing reports about days before `start` that state a day of receipt from `start` to `as_of`."""
    begins = datetime.combine(start, time.min, ZoneInfo(plan.timezone))
    ids = [name for task in plan.every_task() for name in (task.id, *task.formerly)]
    for report in ledger.received(ids, begins, start - _DAY):
        recorded = ledger.entry(report.seq) if report.stated and report.received <= as_of else None
        if recorded:
            yield recorded


def survey_since(ledger: Reader, earlier: Reader, plan: Plan, start: date, as_of: date) -> PeriodSurvey:
    """Survey what was recorded since an earlier state of the ledger, including entries about days before `start`."""
    before = survey_to_compare(earlier, plan, start - _DAY)
    selection = Selection(after_seq=earlier.head().seq, until=as_of)
    return PeriodSurvey(before, survey(ledger, plan, as_of), standing(ledger, ledger.entries(selection)))


def _survey_before(ledger: Reader, plan: Plan, now: Survey, as_of: date) -> Survey:
    """The survey as of an earlier date. It reads only the tasks with entries or receipts since then."""
    changed = {task for task, facts in now.facts.items() if _has_entries_after(facts, as_of)}
    if len(changed) > len(now.facts) // 2 or moved_milestones(plan):
        return survey_to_compare(ledger, plan, as_of)  # one query for all tasks is faster than seeking most of them
    ids = sorted(changed)
    facts = Facts({task: _without_earlier(task_facts) for task, task_facts in now.facts.items() if task not in changed})
    facts |= ledger.facts(as_of, tasks=ids, formerly=former_names(plan).tasks)
    add_counts((task for task in plan.every_task() if task.id in changed), facts)
    add_months(ledger, plan.every_task(), facts, as_of)
    return Survey(as_of, now.head, now.tasks, facts, now.unknown_tasks)


def _without_earlier(facts: TaskFacts) -> TaskFacts:
    return replace(facts, earlier=None) if facts.earlier else facts


def _has_entries_after(facts: TaskFacts, day: date) -> bool:
    return (
        (facts.last_report_on or day) > day
        or (facts.last_received or day) > day
        or any(event.on > day for event in facts.events)
    )


def _is_late(task: Task, facts: Mapping[str, TaskFacts], as_of: date, plan: Plan) -> bool:
    """Whether a task or one of its sub-tasks is late."""
    return bool(position_of(task, facts, as_of, plan.rules).late)


def doubts(known: Ledger, ledger: Ledger) -> Iterator[str]:
    """Yield sentences about faults in what was read.

    Args:
        known: the ledger as it was known, which the report is about.
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
        yield text.format(numbers=enumeration([f"#{seq}" for seq in doubtful[:_MOST_DOUBTFUL]]))
    if known.altered or ledger.altered:
        yield _("The derived tables were changed other than by an entry, and figures may be wrong: run `jk check`")
