"""`jk show TASK --explain`: the arithmetic behind a judgement, each number with its source."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from ..kinds.lifecycle import Extension
from ..language import N_, _, in_use
from ..model import PERCENT, Milestone, Task
from ..quantities import amount, enumeration, number, percent
from ..rules.forecast import forecast
from ..rules.lateness import Late
from ..rules.progress import FULL, counted, share
from ..rules.reasons import Code
from ..rules.status import Judgement
from ..text import width
from ..thresholds import Rules
from .document import Column, Document, Section, Table
from .problems import STATES as PROBLEM_STATES
from .reason_wording import LAMPS, node_title, of_subtask, reason, state
from .shared_statements import unreported
from .task_details import reason_lines
from .task_notes import distinct_reasons, gap_of

_MEASURED: Mapping[str, str] = {
    "percent": N_("measured by percent ({source})"),
    "indicators": N_("measured by indicators ({source})"),
    "milestones": N_("measured by milestones ({source})"),
    "subtasks": N_("measured by subtasks ({source})"),
    "none": N_("measured by none ({source})"),
}

_REASONS: Mapping[Code, str] = {
    "overdue": N_("overdue: {why}"),
    "milestone-overdue": N_("milestone-overdue: {why}"),
    "month-overdue": N_("month-overdue: {why}"),
    "problem-overdue": N_("problem-overdue: {why}"),
    "problem-major": N_("problem-major: {why}"),
    "subtasks-red": N_("subtasks-red: {why}"),
    "pace": N_("pace: {why}"),
    "waits": N_("waits: {why}"),
    "behind": N_("behind: {why}"),
    "due-soon": N_("due-soon: {why}"),
    "milestone": N_("milestone: {why}"),
    "unstarted": N_("unstarted: {why}"),
    "silent": N_("silent: {why}"),
}
"""Code of a reason → its sentence with the code; in Chinese, with the Chinese term."""

Place = Callable[..., str]
"""(task id, field, member's id, field …) → file and line in the plan."""


def build(document: Document, judgement: Judgement, rules: Rules, place: Place) -> Document:
    """The document of `jk show`, with the arithmetic after its first section."""
    first, *others = document.sections
    reasons = [_(_REASONS[why.code]).format(why=reason(why)) for why in distinct_reasons(judgement.reasons)]
    parts = _parts(judgement, rules, place, reasons)
    tables = [_as_table(Section(title, tuple(lines))) for _matter, title, lines in parts]
    return replace(document, sections=(first, *tables, *others))


def on_paper(document: Document, judgement: Judgement, rules: Rules) -> Document:
    """The document of `jk show` for paper, with a table of the arithmetic at the end, one row for each matter.

    The source of a value in the plan is given as its task, because readers of paper do not have the file.
    """

    def in_plan(task: str, *_names: str) -> str:
        return _("the plan, task {id}").format(id=task)

    columns = (Column(_("Matter")), Column(_("Grounds and arithmetic"), wraps_from=40, sentences=True))
    own, rows = _("task {id}").format(id=judgement.task.id), []
    for matter, _title, lines in _parts(judgement, rules, in_plan, reason_lines(judgement.reasons)):
        itself = [line.replace(own, _("the task itself")) if line.startswith(own) else line for line in lines]
        steps = enumerate(map(_printed, dict.fromkeys(itself)), start=1)
        numbered_steps = [_("({number}) {step}").format(number=number, step=step) for number, step in steps]
        rows.append((matter, "\n".join(numbered_steps)))
    annex = Section(_("Grounds of the judgement"), table=Table(columns, tuple(rows)))
    return replace(document, sections=(*document.sections, annex))


def _printed(line: str) -> str:
    """A step with typographic signs; in Chinese they are as wide as a character."""
    if in_use() == "zh":
        line = re.sub(r"\s*=\s*", "＝", line).replace(" - ", "－").replace("＝-", "＝－").replace(" / ", "÷")
    return line.strip()


_Part = tuple[str, str, list[str]]
"""Name, heading and steps of a part of the judgement."""


def _parts(judgement: Judgement, rules: Rules, place: Place, reasons: Sequence[str]) -> list[_Part]:
    """The parts of the judgement that have steps; `reasons` are the reasons for the result."""
    parts = (
        (_("Dates"), _("How the dates were judged"), [*_dates(judgement, place)]),
        (_("Actual progress"), _("How the progress was computed"), [*_progress(judgement, place)]),
        (_("Planned progress"), _("How the planned value was computed"), [*_planned(judgement, place)]),
        (_("Days behind"), _("How the days behind were computed"), [*_days_behind(judgement, rules)]),
        (_("What comes first"), _("What it waits for"), [*_waits(judgement, rules)]),
        (_("Result"), _("Result"), [*_result(judgement, rules, reasons)]),
    )
    return [part for part in parts if part[-1]]


_TERM = re.compile(r"(?P<term>.{1,24}?)(?P<sign>：|: | (?==))(?P<said>.+)")
"""Matches a line that begins with its subject: `actual = 22 %`, `task 12: due 2016-07-26`."""

_WIDEST_TERM = 24
"""The greatest width of a subject; a line that begins with a longer one is treated as a sentence."""


def _as_table(part: Section) -> Section:
    """Set out steps as a table: subjects in one column, the text beside them, with each equation on its own line."""
    rows: list[tuple[str, str]] = []
    last = ""
    for line in dict.fromkeys(part.lines):
        found = _TERM.match(line)
        term = found["term"].strip() if found and width(found["term"]) <= _WIDEST_TERM else ""
        statement = found["said"] if found and term else line.strip()
        first, *others = statement.split(" = ")
        rows += [("" if term == last else term, first), *(("", f"= {other}") for other in others)]
        last = term
    columns = (Column("", sentences=True), Column("", wraps_from=20, sentences=True))
    return Section(part.title, table=Table(columns, tuple(rows)))


def _dates(judgement: Judgement, place: Place) -> Iterator[str]:
    """Yield each deadline, with the extensions that moved it and the day on which it was reached."""
    at, task = judgement.position, judgement.task
    things: list[Task | Milestone] = [task, *task.milestones]
    for thing in things:
        where = (task.id,) if isinstance(thing, Task) else (task.id, "milestones", thing.id)
        title = _("task {id}").format(id=task.id) if isinstance(thing, Task) else thing.title
        source = place(*where, "deadline")
        day = thing.deadline or _("standing work")
        yield _("{title}: due {day} ({source})").format(title=title, day=day, source=source)
        yield from _extensions(at.life.extensions_of(thing))
        if isinstance(thing, Milestone) and (reached := at.life.reached.get(thing.id)):
            yield _("  reached {day}").format(day=reached)
    for problem in at.problems:
        text = (
            _("major problem #{seq}: due {day}, {state}")
            if problem.severity
            else _("problem #{seq}: due {day}, {state}")
        )
        day = problem.original or problem.deadline
        yield text.format(seq=problem.seq, day=day, state=_(PROBLEM_STATES[problem.state]))
        yield from _extensions(problem.extensions)
    for late in at.late:
        text = _("{as_of} - {deadline} = {days} days overdue: {title}")
        yield text.format(
            as_of=at.as_of,
            deadline=late.deadline,
            days=late.days,
            title=_named(task, late),
        )


def _named(task: Task, late: Late) -> str:
    """The title of a late thing, prefixed with the name of its sub-task; a sub-task itself is only named."""
    if late.task is task:
        return late.thing.title
    if isinstance(late.thing, Task):
        return f"{late.task.id} {late.task.title}"
    return of_subtask(late.task, late.thing.title)


def _extensions(extensions: Iterable[Extension]) -> Iterator[str]:
    """Yield the days to which a deadline was moved, or will be once the extension is granted or confirmed."""
    for extension in extensions:
        text = _("  moved to {day} (#{seq})")
        if extension.waiting:
            text = _("  to be confirmed in writing: {day} (#{seq})")
        yield text.format(day=extension.deadline, seq=extension.seq)


def _progress(judgement: Judgement, place: Place) -> Iterator[str]:
    at, task = judgement.position, judgement.task
    yield _(_MEASURED[task.measure]).format(source=place(task.id, "measure"))
    match task.measure:
        case "percent":
            yield from _readings(judgement, PERCENT, "%")
        case "milestones":
            reached = sum(m.id in at.life.reached for m in task.milestones)
            text = _("{reached} of {all} milestones reached")
            yield text.format(reached=reached, all=len(task.milestones))
        case "indicators":
            yield from _by_indicators(judgement, place)
        case "subtasks":
            yield from _by_subtasks(judgement)
        case "none":
            yield _("standing work: no percentage") if task.standing else _("no target: no percentage")
    if at.progress is not None:
        yield _("actual = {percent}").format(percent=percent(at.progress))


def _by_indicators(judgement: Judgement, place: Place) -> Iterator[str]:
    at, task = judgement.position, judgement.task
    for i in counted(task):
        yield from _readings(judgement, i.id, i.unit)
        total, source = at.facts.total(i.id), place(task.id, "indicators", i.id, "target")
        if total is not None and i.better == "lower" and i.target is not None and i.baseline is not None:
            text = _("{name}: ({baseline} - {total}) / ({baseline} - {target}) = {share}, weight {weight}")
            yield text.format(
                name=i.name, baseline=number(i.baseline), total=number(total), target=number(i.target),
                share=_counted_share(share(i.baseline - total, i.baseline - i.target)), weight=number(i.weight),
            )  # fmt: skip
        elif total is not None and i.better == "higher" and i.target:
            text = _("{name}: {total} / {target} ({source}) = {share}, weight {weight}")
            yield text.format(
                name=i.name, total=amount(total, i.unit), target=amount(i.target, i.unit), source=source,
                share=_counted_share(share(total, i.target)), weight=number(i.weight),
            )  # fmt: skip


def _counted_share(reached: float) -> str:
    """The share of a target in percent, and what it counts as if it is not between 0 and 100 %."""
    if 0 <= reached <= FULL:
        return percent(reached)
    text = _("{percent}, which counts as {counted}")
    return text.format(percent=percent(reached), counted=percent(FULL if reached > FULL else 0))


def _by_subtasks(judgement: Judgement) -> Iterator[str]:
    for part in judgement.position.counting:
        text = _("{task} {title}: {progress}, weight {weight}")
        figures = {"progress": percent(part.progress_in_parent), "weight": number(part.task.weight)}
        yield text.format(task=part.task.id, title=part.task.title, **figures)
    if missing := unreported(judgement):
        yield missing


def _readings(judgement: Judgement, name: str, unit: str) -> Iterator[str]:
    """Yield the totals of a series, each with the entry that set it."""
    indicator = judgement.task.indicator(name)
    title = indicator.name if indicator else _("percentage")
    totals = [
        (of_unit, total) for (series, of_unit), total in judgement.position.facts.totals.items() if series == name
    ]
    if not totals:
        yield _("{name}: no figure was reported").format(name=title)
    for of_unit, total in totals:
        text = _("{name} {unit}: {total} on {day} (#{seq})")
        line = text.format(name=title, unit=of_unit, total=amount(total.value, unit), day=total.on, seq=total.seq)
        yield line.replace("  ", " ").replace(" :", ":")


def _planned(judgement: Judgement, place: Place) -> Iterator[str]:
    at, task = judgement.position, judgement.task
    if at.curve is None:
        unconfirmed = task.measure != "none" and "deadline" in task.unconfirmed
        yield _("no planned value: the deadline is not confirmed") if unconfirmed else _("no planned value")
        return
    basis = _("written in the plan") if at.curve.written else _("straight line assumed from start to deadline")
    yield _("basis: {basis} ({source})").format(basis=basis, source=place(task.id, "planned"))
    day = (at.as_of - at.curve.start).days
    for weight, line in at.curve.lines:
        points = enumeration(
            _("day {day}: {percent}").format(day=n, percent=percent(value))
            for n, value in zip(line.days, line.percents, strict=True)
        )
        yield _("line of weight {weight}: {points}").format(weight=number(weight), points=points)
    yield _("planned on day {day} = {percent}").format(day=day, percent=percent(at.planned))
    if (gap := gap_of(at)) is not None:
        text = _("gap = {planned} - {actual} = {gap} points")
        yield text.format(planned=percent(at.planned), actual=percent(at.progress), gap=number(gap))


def _days_behind(judgement: Judgement, rules: Rules) -> Iterator[str]:
    at = judgement.position
    behind = at.behind
    if behind is None or behind.days is None:
        return
    if behind.lag is not None:
        text = _("plan day = {es}: the day of the plan on which the actual progress was due")
        yield text.format(es=f"{behind.earned:.2f}")
        yield _("days elapsed = {at}").format(at=behind.elapsed)
        yield _("lag = days elapsed - plan day = {lag} days").format(lag=f"{behind.lag:.2f}")
    if behind.slip is not None:
        text = _("slip = mean of {days} = {slip} days: the milestones reached last, each against its deadline of then")
        yield text.format(days=enumeration([str(value) for value in behind.slips]), slip=f"{behind.slip:.2f}")
    known = [name for name, value in ((_("lag"), behind.lag), (_("slip"), behind.slip)) if value is not None]
    yield _("days behind = {mean} = {days}").format(
        mean=f"({' + '.join(known)}) / 2" if len(known) > 1 else known[0], days=f"{behind.days:.2f}"
    )
    if behind.planned_days is None:
        return
    if behind.too_early:
        text = _("forecast: too early for a date, before 40 % of the {pd} planned days has gone")
        yield text.format(pd=behind.planned_days)
    elif found := forecast(at, behind):
        text = _("forecast = the later of {as_of} and {deadline} + {days} days, rounded up = {finish}")
        days = f"{max(0, behind.days):.2f}"
        yield text.format(as_of=at.as_of, deadline=at.deadline, days=days, finish=found.finish)
        text = _(
            "later bound = {finish} + 12 % of the {pd} planned days, rounded up = {late}; four in five are done then"
        )
        yield text.format(finish=found.finish, pd=behind.planned_days, late=found.late)
    least = max(Decimal(rules.pace_days), rules.pace_share * behind.planned_days / 100)
    text = _(
        "at risk: from {least} days behind on (the larger of {days} days and {share} % of the planned days), once "
        "{after} % of them has gone"
    )
    figures = {"days": rules.pace_days, "share": number(rules.pace_share), "after": number(rules.pace_after)}
    yield text.format(least=number(least), **figures)
    if at.pace and (earlier := at.facts.earlier):
        text = (
            _("steady: so it was on {day} too, the day of the last reading but one")
            if at.steady
            else _("not steady: not so on {day}, the day of the last reading but one")
        )
        yield text.format(day=earlier.day)


def _waits(judgement: Judgement, rules: Rules) -> Iterator[str]:
    for wait in judgement.waits:
        for node in wait.unreached:
            due = node.deadline
            text = _("{title} waits for {node}: due {due}, forecast {forecast}")
            figures = {"due": due or "–", "forecast": node.forecast(due) if due and wait.earliest else "–"}
            yield text.format(title=wait.thing.title, node=node_title(*node.titles_within(judgement.task)), **figures)
        if wait.earliest:
            text = _("{title}: earliest {earliest} - due {deadline} = {days} days; a reason from {least} days on")
            figures = {"earliest": wait.earliest, "deadline": wait.deadline}
            days = (wait.earliest - wait.deadline).days
            yield text.format(title=wait.thing.title, days=days, least=rules.pace_days, **figures)


def _result(judgement: Judgement, rules: Rules, reasons: Sequence[str]) -> Iterator[str]:
    text = _(
        "thresholds: behind {behind}, far behind {far} points, due soon {soon} days, red where a milestone is more "
        "than {red} or a problem more than {problem} days late"
    )
    yield text.format(
        behind=number(rules.behind), far=number(rules.far_behind), soon=rules.due_soon, red=rules.milestone_red,
        problem=rules.problem_red,
    )  # fmt: skip
    yield from reasons
    yield _("so: {state}, lamp {lamp}").format(state=state(judgement), lamp=_(LAMPS[judgement.lamp]))
