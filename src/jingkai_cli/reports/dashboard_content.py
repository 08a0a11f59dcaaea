"""`jk dashboard`: the data of the page for leaders: counts over time, and a card for each task."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from ..facts import TaskFacts
from ..language import N_, _
from ..model import Plan
from ..quantities import days as days_of
from ..quantities import percent
from ..rules.forecast import Forecast, forecast
from ..rules.progress import Planned
from ..rules.status import Judgement, Lamp, judge
from . import grouped_report, overdue_report, problems, task_cells, task_notes
from .document import Column, Document, Scope, Section, Table, Tone
from .forecast_wording import finish
from .reason_wording import deadlines, lamp_and_state, marked, node_title, or_unknown
from .task_details import (
    indicators_on_paper,
    milestone_list,
    milestone_status,
    monthly_plans,
    objection,
    people_and_dates,
    reason_lines,
    since_records_began,
    subtasks,
)
from .task_facts import LatestWords
from .task_filters import Filters

POINTS = 16
"""The most dates in the course; each date needs a survey of all tasks."""

WEEK = timedelta(days=7)

_MANY = 300
"""From this number of tasks, the page draws only the worst ones and stores the details of tasks as compressed data."""

WORST = 10
"""The number of overdue tasks or problems shown at first; the others are folded."""

NAMED = 5
"""The number of red tasks that the first sentence names."""

WORDS = 90
"""The length of a unit's words in the list of tasks, in characters."""

_BETTER = {("red", "yellow"), ("red", "green"), ("yellow", "green")}
"""Changes of a lamp (before, now) that count as recovery."""

Points = tuple[tuple[date, float], ...]
"""Percentages by date, in the order of the dates."""


class Moment(Struct, frozen=True):
    """The number of tasks by lamp and by state at the end of a date."""

    day: date
    lamps: Mapping[str, int]
    states: Mapping[str, int]
    overdue_problems: int = 0
    """Problems that nobody had reported fixed, although their date had passed."""


class Mark(Struct, frozen=True):
    """A milestone on the time line: green if reached, red or yellow if late, none if still to come."""

    day: date
    tone: Tone
    text: str


class Card(Struct, frozen=True):
    """The data of one task."""

    judgement: Judgement
    title: str
    status: tuple[str, ...]
    """The words for lamp and state, and whether a unit objects."""
    why: str
    deadline: str
    left: str
    unit: str
    leader: str
    call: str
    marks: tuple[Mark, ...]
    planned: Points
    actual: Points
    sections: tuple[Section, ...]
    """The details of the task, shown on request."""
    before: Lamp | None
    """The lamp a week before; None before the plan began."""
    gap: str
    """The gap in points, with the word for behind or ahead."""
    delay: str
    """How late or how far behind the task is, in a few words."""
    words: str
    """The unit's own latest words, with their date."""
    note: str
    """The latest note, if it is not part of a unit's report."""
    problems: str
    """The open problems that are not overdue; `why` has the others."""
    forecast: Forecast | None
    expected: str
    """The forecast in words."""
    footnotes: tuple[str, ...]
    """What the marks beside its values mean."""

    @property
    def standing(self) -> str:
        """Actual and planned progress in words, for screen readers."""
        at = self.judgement.position
        if at.progress is None and at.unreported:
            return _("actual not reported in full, planned {planned}").format(planned=percent(at.planned))
        return _("actual {actual}, planned {planned}").format(actual=percent(at.progress), planned=percent(at.planned))

    @property
    def is_straight(self) -> bool:
        """Whether the planned curve is an assumed straight line, because the plan states none."""
        curve = self.judgement.position.curve
        return curve is not None and not curve.written


class Dashboard(Struct, frozen=True):
    """The content of the page."""

    scope: Scope
    course: tuple[Moment, ...]
    """In the order of the dates; the as-of date is last."""
    cards: tuple[Card, ...]
    """In the plan's order."""
    overdue: Document
    problems: Document
    units: Document
    before: Moment | None = None
    """The counts a week before the as-of date; None before the plan began."""

    @property
    def now(self) -> Moment:
        """The counts on the as-of date."""
        return self.course[-1]

    @property
    def red(self) -> tuple[Card, ...]:
        """The tasks with a red lamp, worst first."""
        return _worst_first(card for card in self.cards if card.judgement.lamp == "red")

    @property
    def late(self) -> tuple[Card, ...]:
        """The overdue tasks, worst first."""
        return _worst_first(card for card in self.cards if card.judgement.position.late)

    @property
    def on_time_line(self) -> tuple[Card, ...]:
        """The tasks on the time line: all tasks; if there are `_MANY` or more, the worst ones, red before yellow."""
        if not self.has_many_tasks:
            return self.cards
        yellow = _worst_first(card for card in self.cards if card.judgement.lamp == "yellow")
        return (*self.red, *yellow)[: _MANY // 3]

    @property
    def has_many_tasks(self) -> bool:
        """Whether there are too many tasks to show each in full."""
        return len(self.cards) >= _MANY

    @property
    def changes(self) -> tuple[tuple[str, tuple[Card, ...]], ...]:
        """The tasks whose lamp changed within a week, grouped by heading, with changes for the worse first."""
        moved = [card for card in self.cards if card.before not in (None, card.judgement.lamp)]
        groups: dict[str, list[Card]] = {}
        for lamp, title in (("red", N_("turned red")), ("yellow", N_("turned yellow"))):
            groups[title] = [c for c in moved if c.judgement.lamp == lamp and (lamp == "red" or c.before != "red")]
        groups[N_("recovered")] = [c for c in moved if (c.before, c.judgement.lamp) in _BETTER]
        return tuple((_(title), tuple(cards)) for title, cards in groups.items() if cards)

    @property
    def footnotes(self) -> tuple[str, ...]:
        """What the marks in the list of tasks mean."""
        return task_cells.footnotes(card.judgement for card in self.cards)


def _worst_first(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Sort by days late, most first, then by how far behind."""

    def severity(card: Card) -> tuple[int, float]:
        at = card.judgement.position
        return -at.worst_days, 0 if at.worst_days else -(at.gap or 0)

    return tuple(sorted(cards, key=severity))


def _start(plan: Plan) -> date:
    return min(task.start for task in plan.every_task())


def days(plan: Plan, as_of: date) -> tuple[date, ...]:
    """The as-of date and the same weekday of earlier weeks, or else the ends of months, from the plan's start.

    If there are more months than `POINTS`, every second month is used, and so on. The day a week before the as-of date
    is always included, so that the picture shows the changes that the page mentions.
    """
    start = _start(plan)
    weeks = [as_of - WEEK * n for n in range(1, POINTS + 1) if as_of - WEEK * n >= start]
    if len(weeks) < POINTS:
        return (*sorted(weeks), as_of)
    before = _month_ends(start, as_of)
    every = -(-len(before) // (POINTS - 2)) or 1
    return (*sorted({*before[::every], as_of - WEEK}), as_of)


def _month_ends(start: date, as_of: date) -> list[date]:
    """The last day of each month from `start` to before `as_of`, latest first."""
    found = []
    day = as_of.replace(day=1) - timedelta(days=1)
    while day >= start:
        found.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return found


def build(
    scope: Scope, facts: Mapping[date, Mapping[str, TaskFacts]], words: Mapping[str, LatestWords] | None = None
) -> Dashboard:
    """Build the data of the page.

    Args:
        scope: the plan and the date.
        facts: what the ledger says as of each of `days`.
        words: task id → what its unit wrote last.
    """
    judged = {day: judge(scope.plan, facts[day], day) for day in sorted(facts)}
    now, last_week = judged[scope.as_of], judged.get(scope.as_of - WEEK)
    histories = list(zip(*judged.values(), strict=True))
    lamps: list[Lamp | None] = [j.lamp for j in last_week] if last_week else [None] * len(histories)
    latest_words = words or {}
    cards = [
        _card(scope, history, lamp, latest_words.get(history[-1].task.id))
        for history, lamp in zip(histories, lamps, strict=True)
    ]
    return Dashboard(
        scope=scope,
        course=tuple(_moment(day, judged[day]) for day in days(scope.plan, scope.as_of) if day in judged),
        cards=tuple(cards),
        overdue=overdue_report.build(scope, [j for j in now if j.position.late], Filters(overdue=True)),
        problems=problems.build(scope, facts[scope.as_of], problems.ProblemFilters(worst_first=True)),
        units=grouped_report.build(scope, now, Filters(), "unit"),
        before=_moment(scope.as_of - WEEK, last_week) if last_week else None,
    )


def _moment(day: date, judgements: Iterable[Judgement]) -> Moment:
    judged = list(judgements)
    problems = (p for j in judged for each in j.with_subtasks() for p in each.position.problems)
    late = sum(p.days_overdue(day) > 0 for p in problems)
    return Moment(day, Counter(j.lamp for j in judged), Counter(j.state for j in judged), late)


def _card(scope: Scope, history: Sequence[Judgement], before: Lamp | None, latest_words: LatestWords | None) -> Card:
    """The card of a task, from its judgements as of each of `days`, its lamp a week before and its latest words."""
    judgement = history[-1]
    task, at = judgement.task, judgement.position
    return Card(
        judgement=judgement,
        title=marked(task.title, "title", task),
        status=tuple(lamp_and_state(judgement).split("\n")),
        why=task_notes.why(judgement),
        deadline=deadlines(task, at.life),
        left=task_cells.over_or_left(judgement),
        unit=marked(or_unknown(task.lead_unit), "lead_unit", task),
        leader=marked(or_unknown(task.leader), "leader", task),
        call=task_cells.call(scope.plan, task) or "",
        marks=tuple(_marks(judgement)),
        planned=_planned(at.curve) if at.curve else (),
        actual=tuple((j.position.as_of, j.position.progress) for j in history if j.position.progress is not None),
        sections=tuple(section for section in _sections(scope, judgement) if section.lines or section.table),
        before=before,
        words=str(latest_words) if latest_words and latest_words.unit else "",
        note=str(latest_words) if latest_words and not latest_words.unit else "",
        gap=task_notes.gap_words(task_notes.gap_of(at)),
        delay=task_notes.delay_in_words(judgement),
        problems=task_notes.open_problems(judgement),
        forecast=forecast(at, at.behind),
        expected=_("forecast: {finish}").format(finish=finish(judgement)),
        footnotes=(*task_cells.footnotes((judgement,)), *since_records_began(judgement)),
    )


def _marks(judgement: Judgement) -> Iterable[Mark]:
    """Yield the milestones of a task and its sub-tasks, on the day reached or else due, and the missed deadlines."""
    text = _("{title}, due {deadline}: {status}")
    for each in judgement.with_subtasks():
        task, life = each.task, each.position.life
        name = "" if each is judgement else f"{task.id} {task.title}"
        for milestone in task.milestones:
            status = milestone_status(each, milestone)
            day = life.reached.get(milestone.id, life.deadline(milestone))
            title = node_title(name, milestone.title)
            description = text.format(title=title, deadline=deadlines(milestone, life), status=status.text)
            yield Mark(day, status.tone, description)
        for late in each.position.own_late:
            if late.thing is task:
                title, status_text = name or _("the task itself"), _("{days} overdue").format(days=days_of(late.days))
                description = text.format(title=title, deadline=deadlines(task, life), status=status_text)
                yield Mark(late.deadline, "red", description)


def _planned(curve: Planned) -> Points:
    """The corners of the planned curve; a step has two."""
    corners = {0, curve.duration}
    for _weight, line in curve.lines:
        corners.update(line.days)
        if line.steps:
            corners.update(max(0, day - 1) for day in line.days)
    return tuple((curve.start + timedelta(days=day), curve.at(day)) for day in sorted(corners))


def _sections(scope: Scope, judgement: Judgement) -> Iterable[Section]:
    task, at = judgement.task, judgement.position
    yield Section(table=_head(scope, judgement))
    yield Section(_("Why"), tuple(reason_lines(judgement.reasons)))
    yield Section(_("Sub-tasks"), table=subtasks(scope, judgement) if judgement.parts else None)
    yield Section(_("Milestones"), table=milestone_list(judgement) if task.milestones else None)
    yield Section(_("Indicators"), table=indicators_on_paper(judgement) if task.indicators else None)
    yield Section(_("Monthly plans"), table=monthly_plans(judgement) if at.months else None)
    yield Section(_("Problems"), table=problems.table(scope, at.problems) if at.problems else None)


def _head(scope: Scope, judgement: Judgement) -> Table:
    """People, dates and progress of a task, without unknown values."""
    at = judgement.position
    rows = [
        *people_and_dates(scope, judgement),
        (_("Actual"), "" if at.progress is None else percent(at.progress)),
        (_("Planned"), "" if at.planned is None else percent(at.planned)),
        (_("Gap (points)"), "" if at.gap is None else task_notes.gap_words(task_notes.gap_of(at))),
        (_("Last report"), day.isoformat() if (day := at.last_report_on) else ""),
        *objection(judgement),
    ]
    return Table((Column(""), Column("")), tuple(row for row in rows if row[1]))
