"""The paragraphs of a bulletin: what happened to a task in the period, its state, and what is asked by when."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from ..kinds import all_texts, is_about_problem, sentence
from ..kinds.lifecycle import Problem
from ..language import N_, _, in_use
from ..model import Plan, Recorded, Task
from ..quantities import amount, days, enumeration, percent
from ..rules.change import Change
from ..rules.lateness import Late
from ..rules.status import Judgement
from ..text import chinese_numeral, one_line
from .activity import EntriesByTask, unreported
from .bulletin_figures import figure_of_part, figures_of
from .document import Column, Section, Table
from .late_notes import MOST_LATE
from .late_on_agenda import worst_first
from .reason_wording import STATES, counted_more, marked, numbered, or_unknown, reason_on_paper
from .shared_statements import equally_late, of_all_parts
from .task_notes import in_short, is_silent, tasks_with_delays, with_days

_LAST_MONTH = 31
"""The days after its end during which a planned month is mentioned in a paragraph."""

_MOST_YELLOW = 10
"""Up to this many yellow tasks are all named in section 3, even those that section 2 describes."""

_MOST_RED = 10
"""Up to this many red tasks are named in a sentence of section 3; more are a table."""

_LAMP_WORDS = {
    "red": N_("red lamp"),
    "yellow": N_("yellow lamp"),
    "green": N_("green lamp"),
    "none": N_("no lamp yet"),
}

_EXPLAIN = N_("{units} must explain the delay by {day}, with the measures and the date of completion")
_REPORT_LATE = N_("{units} must report by {day} what was done, and the reason and measures for what is not")
_STOPS = "。．.；;，, "
"""Characters at the end of a note that are replaced by the sentence's own full stop."""


def has_news(change: Change, entries: EntriesByTask) -> bool:
    """Whether a task or one of its sub-tasks has an entry in the period, or a date that passed in the period.

    Silence and problems have sections of their own.
    """
    recorded = (r.entry for part in change.task.with_subtasks() for r in entries.get(part.id, ()))
    if not all(map(is_about_problem, recorded)):
        return True
    days_ = (change.now.position.as_of - change.before.position.as_of).days
    return any(late.days <= days_ and not isinstance(late.thing, Problem) for late in change.now.position.late)


def paragraph(plan: Plan, change: Change, entries: EntriesByTask, answer_by: date) -> str:
    """The paragraph of a task, without its number.

    Args:
        plan: gives the tasks.
        change: the task, before the period and at its end.
        entries: the standing entries of the period.
        answer_by: the day by which the unit is asked to answer.
    """
    task = change.task
    heading = _("{title} (lead unit: {unit})")
    texts = [heading.format(title=task.title, unit=marked(or_unknown(task.lead_unit), "lead_unit", task))]
    own, parts, notes = list[str](), list[str](), list[str]()
    for each in change.with_subtasks():
        task_entries = entries.get(each.task.id, ())
        if each.task is task:
            own += [*figures_of(each, entries), *_events(plan, task_entries)]
        elif part_texts := [*figures_of(each, entries, format_figure=figure_of_part), *_events(plan, task_entries)]:
            parts.append(_("{title}: {listed}").format(title=each.task.title, listed=_(", ").join(part_texts)))
        notes += _notes(task_entries)
    texts += [_("; ").join(own), _("; ").join(parts)]
    texts += [*dict.fromkeys(notes), *_last_month(change.now)]
    texts += [standing(change.now), *requests_of(change.now, answer_by)]
    return sentences(filter(None, texts))


def sentences(texts: Iterable[str]) -> str:
    """Join texts as sentences, each with one full stop and, in English, a capital."""
    return "".join(_("{sentence}. ").format(sentence=_capitalized(text.rstrip(_STOPS))) for text in texts).rstrip()


def _capitalized(text: str) -> str:
    """A text with a capital letter, except for names such as pH."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def _events(plan: Plan, entries: Iterable[Recorded]) -> Iterator[str]:
    """Yield the events of a task except reports, which are printed as figures and notes, and problems (section 5)."""
    for recorded in entries:
        entry = recorded.entry
        task = plan.task(entry.task)
        if entry.kind == "reach" and task and (milestone := task.milestone(entry.milestone or "")):
            yield _("“{title}” reached on {day}").format(title=milestone.title, day=entry.on)
        elif entry.kind != "report" and not is_about_problem(entry):
            yield _("{day}: {event}").format(day=entry.on, event=one_line(sentence(task, entry)))


def _notes(entries: Iterable[Recorded]) -> Iterator[str]:
    """Yield the unit's own words: what was done, what is in the way, what comes next, what others must settle."""
    for recorded in entries:
        if recorded.entry.kind == "report":
            for line in all_texts(recorded.entry).splitlines():
                yield one_line(line).rstrip(_STOPS)


def _last_month(judgement: Judgement) -> Iterator[str]:
    """Yield what was planned for the month that has just ended, and what was reported for it."""
    for month in judgement.position.months:
        if (judgement.position.as_of - month.ends).days <= _LAST_MONTH:
            name, unit = month.indicator.name, month.indicator.unit
            planned = amount(month.planned, unit)
            if month.actual is None:
                text = _("{name}: {planned} planned for {month}, nothing reported")
                yield text.format(name=name, planned=planned, month=_month(month.ends))
            else:
                text = _("{name}: {planned} planned for {month}, {actual} done")
                done = amount(month.actual, unit)
                yield text.format(name=name, planned=planned, month=_month(month.ends), actual=done)


def standing(judgement: Judgement) -> str:
    """The state of a task, with its lamp: what is late, why it is at risk, or its progress; empty without a lamp.

    What is late or at risk does not hide sub-tasks that were not begun or not reported in time.
    """
    at, lamp = judgement.position, _(_LAMP_WORDS[judgement.lamp])
    if at.late or (judgement.state == "at-risk" and judgement.reasons):
        first = late_things(at.late, judgement.task) if at.late else reason_on_paper(judgement.reasons[0])
        worst = None if at.late else judgement.reasons[0].task
        stated = [late.task.id for late in at.late] + ([worst.id] if worst else [])
        said = _("; ").join([first, *_unheard_of(judgement, stated)])
        return _("{why}, {lamp}").format(why=said, lamp=lamp)
    if judgement.state == "on-track" and at.progress is not None and at.planned is not None:
        if judgement.task.measure == "percent":  # the paragraph already has the actual progress
            return _("planned {planned}, {lamp}").format(planned=percent(at.planned), lamp=lamp)
        text = _("actual {actual}, planned {planned}, {lamp}")
        return text.format(actual=percent(at.progress), planned=percent(at.planned), lamp=lamp)
    if judgement.lamp == "none":
        return ""
    return _("{state}, {lamp}").format(state=_(STATES[judgement.state]), lamp=lamp)


def _unheard_of(judgement: Judgement, stated: Collection[str]) -> Iterator[str]:
    """Yield which sub-tasks were not begun in time, and which others not reported, except those with `stated` ids."""
    for code, said in (("unstarted", _("not started in time")), ("silent", _("not reported in time"))):
        parts = [x.task for x in judgement.reasons if x.code == code and x.task and x.task.id not in stated]
        if len(parts) == len(judgement.parts) > 1:
            yield of_all_parts(len(parts), said)
        elif parts:
            yield _("{part}: {said}").format(part=enumeration(f"{x.id} {x.title}" for x in parts), said=said)


def late_things(late: Sequence[Late], task: Task | None = None) -> str:
    """`“完成方案设计”逾期33天未完成、…等5项`: at most three things, most days late first, then their total number.

    Problems that are not major are only counted: section 5 names them.
    """
    counted = [each.days for each in late if isinstance(each.thing, Problem) and each.thing.severity != "major"]
    equal = equally_late(late, task) if task else []
    named = [each for each in late if not isinstance(each.thing, Problem) or each.thing.severity == "major"]
    named = [each for each in named if each not in equal[1:]]
    phrases = (_equally_late(equal) if each in equal else _late_thing(each, task) for each in named[:MOST_LATE])
    listed = enumeration(phrases)
    if len(named) > MOST_LATE:
        listed = _("{listed} and {count} more").format(listed=listed, count=counted_more(MOST_LATE, len(named)))
    return _(", ").join(filter(None, (listed, overdue_problems(counted))))


def overdue_problems(overdue: Sequence[int]) -> str:
    """How many problems are overdue, and the most days overdue; empty if none is."""
    if not overdue:
        return ""
    if len(overdue) == 1:
        return _("one problem is {days} overdue").format(days=days(overdue[0]))
    text = _("{count} problems are overdue, by up to {days}")
    return text.format(count=len(overdue), days=days(max(overdue)))


def _equally_late(late: Sequence[Late]) -> str:
    """The phrase for a task and its sub-tasks that are equally late."""
    text = _("the task and its {count} sub-tasks are {days} overdue, not finished")
    if not late[0].reported:
        text = _("the task and its {count} sub-tasks are {days} overdue, without a report")
    return text.format(count=len(late) - 1, days=days(late[0].days))


def _late_thing(late: Late, task: Task | None) -> str:
    match late.thing:
        case Problem():
            text = _("the major problem “{title}” is {days} overdue")
        case Task():
            text = _("the task is {days} overdue, not finished")
            if not late.reported:
                text = _("the task is {days} overdue, without a report")
        case _:
            text = _("“{title}” is {days} overdue, not finished")
            if not late.reported:
                text = _("“{title}” is {days} overdue, without a report")
    phrase = text.format(title=late.thing.title, days=days(late.days))
    if task is None or late.task.id == task.id:
        return phrase
    return _("{part}: {said}").format(part=f"{late.task.id} {late.task.title}", said=phrase)


def requests_of(judgement: Judgement, answer_by: date) -> Iterator[str]:
    """Yield what each unit is asked to do, and by when, about its late tasks and milestones.

    Nothing is asked of a unit that is not stated or not confirmed. Problems have a section of their own.
    """
    requests: dict[str, list[str]] = {}
    for late in judgement.position.late:
        if not isinstance(late.thing, Problem) and (unit := confirmed_unit(late.task)):
            requests.setdefault(_EXPLAIN if late.reported else _REPORT_LATE, []).append(unit)
    for text, units in requests.items():
        yield _(text).format(units=enumeration(dict.fromkeys(units)), day=answer_by)


def lamps(title: str, changes: Sequence[Change], entries: EntriesByTask) -> Iterator[Section]:
    """Yield the section of the tasks with a red or yellow lamp and of those that recovered, most days late first.

    If there are many red tasks, they are a table. If there are many yellow ones, those described in section 2 are only
    counted, and those not reported on come last.
    """
    in_order = sorted(changes, key=lambda c: (True, ()) if is_silent(c.now) else (False, worst_first(c.now)))
    red, yellow = ([c for c in in_order if c.now.lamp == lamp] for lamp in ("red", "yellow"))
    recovered = [change for change in changes if change.recovered]
    described = [change for change in yellow if has_news(change, entries)] if len(yellow) > _MOST_YELLOW else []
    silent = [c for c in yellow if c not in described and is_silent(c.now) and unreported(c.answered_for(), entries)]
    if len(yellow) <= _MOST_YELLOW:
        silent = []
    named = tasks_with_delays([change.now for change in yellow if change not in (*described, *silent)])
    parts = [_("{count} described in section 2").format(count=len(described)) if described else "", named]
    if silent:
        text = _("{count} not reported in time: {tasks}")
        tasks = [numbered(c.task) for c in silent]
        if len(silent) > _MOST_YELLOW:
            text = _("{count} not reported in time, which section 4 lists: No. {tasks}")
            tasks = [c.task.id for c in silent]
        parts.append(text.format(count=len(silent), tasks=enumeration(tasks)))
    named = _("; ").join(filter(None, parts))
    table = _table_of_red(red) if len(red) > _MOST_RED else None
    lines = [
        text.format(count=len(group), tasks=tasks)
        for text, group, tasks in (
            (_("Red, {count}:") if table else _("Red, {count}: {tasks}."), red, with_days(c.now for c in red)),
            (_("Yellow, {count}: {tasks}."), yellow, named),
            (
                _("Recovered from red, {count}: {tasks}."),
                recovered,
                tasks_with_delays([change.now for change in recovered]),
            ),
        )
        if group
    ]
    if not red and not yellow:
        lines.append(_("No task has a red or yellow lamp."))
    if len(lines) > 1:
        lines = [first_level(number, line) for number, line in enumerate(lines, start=1)]
    if table:
        yield Section(title, (lines.pop(0),), table)
    if lines or not table:
        yield Section(None if table else title, tuple(lines))


def _table_of_red(red: Sequence[Change]) -> Table:
    """A row for each red task, with how late it is and who leads it."""
    columns = (
        Column(_("Task"), wraps_from=20),
        Column(_("How late"), wraps_from=12),
        Column(_("Lead unit"), wraps_from=10),
    )
    rows = (
        (numbered(j.task), in_short(j), marked(or_unknown(j.task.lead_unit), "lead_unit", j.task))
        for j in (change.now for change in red)
    )
    return Table(columns, tuple(rows))


def confirmed_unit(task: Task) -> str | None:
    """The lead unit; None if it is not stated or not confirmed."""
    return task.answering_unit


def _month(ends: date) -> str:
    return f"{ends:%Y-%m}"


def first_level(number: int, text: str) -> str:
    """A paragraph with a first-level number: `（一）`, in English `(1)`."""
    return _("({number}) {text}").format(number=chinese_numeral(number) if in_use() == "zh" else number, text=text)


def second_level(number: int | str, text: str) -> str:
    """A paragraph with a second-level number: `1.`."""
    return _("{number}. {text}").format(number=number, text=text)


def run_on(lines: Iterable[str]) -> str:
    """Join sentences that have their own punctuation."""
    return ("" if in_use() == "zh" else " ").join(lines)
