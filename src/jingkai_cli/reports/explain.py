"""`jk show TASK --explain`: the arithmetic behind a judgement, each number with its source."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from ..language import _
from ..model import PERCENT, Milestone, Task
from ..quantities import amount, number, percent
from ..rules.forecast import Pace, pace_of
from ..rules.progress import attained, counted, share
from ..rules.status import Judgement
from ..thresholds import Rules
from .document import Document, Section
from .task_cells import unreported
from .wording import LAMPS, STATES, of_subtask, reason

Place = Callable[..., str]
"""(task id, field, member's id, field …) → file and line of the plan."""


def build(document: Document, judgement: Judgement, rules: Rules, place: Place) -> Document:
    """The document of `jk show`, with the arithmetic after its first section."""
    first, *others = document.sections
    parts = (
        Section(_("How the dates were judged"), tuple(_dates(judgement, place))),
        Section(_("How the progress was computed"), tuple(_progress(judgement, place))),
        Section(_("How the planned value was computed"), tuple(_planned(judgement, place))),
        Section(_("How the pace was computed"), tuple(_pace(judgement, rules))),
        Section(_("Result"), tuple(_follows(judgement, rules))),
    )
    return replace(document, sections=(first, *(part for part in parts if part.lines), *others))


def _dates(judgement: Judgement, place: Place) -> Iterator[str]:
    """Each deadline, with the extensions that moved it and the day on which it was reached."""
    at, task = judgement.at, judgement.task
    things: list[Task | Milestone] = [task, *task.milestones]
    for thing in things:
        where = (task.id,) if isinstance(thing, Task) else (task.id, "milestones", thing.id)
        title = _("task {id}").format(id=task.id) if isinstance(thing, Task) else thing.title
        source = place(*where, "deadline")
        day = thing.deadline or _("standing work")
        yield _("{title}: due {day} ({source})").format(title=title, day=day, source=source)
        for extension in at.life.extensions_of(thing):
            text = (
                _("  to be confirmed in writing: {day} (#{seq})")
                if extension.waiting
                else _("  moved to {day} (#{seq})")
            )
            yield text.format(day=extension.deadline, seq=extension.seq)
        if isinstance(thing, Milestone) and (reached := at.life.reached.get(thing.id)):
            yield _("  reached {day}").format(day=reached)
    for problem in at.problems:
        text = _("problem #{seq}: due {day}, {state}")
        yield text.format(seq=problem.seq, day=problem.deadline, state=problem.state)
    for late in at.late:
        text = _("{as_of} - {deadline} = {days} days overdue: {title}")
        yield text.format(
            as_of=at.as_of,
            deadline=late.deadline,
            days=late.days,
            title=late.thing.title if late.task is task else of_subtask(late.task, late.thing.title),
        )


def _progress(judgement: Judgement, place: Place) -> Iterator[str]:
    at, task = judgement.at, judgement.task
    yield _("measured by {measure} ({source})").format(measure=task.measure, source=place(task.id, "measure"))
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
            yield _("standing work: no percentage")
    if at.progress is not None:
        yield _("actual = {percent}").format(percent=percent(at.progress))


def _by_indicators(judgement: Judgement, place: Place) -> Iterator[str]:
    at, task = judgement.at, judgement.task
    for i in counted(task):
        yield from _readings(judgement, i.id, i.unit)
        total, source = at.facts.total(i.id), place(task.id, "indicators", i.id, "target")
        if total is not None and i.better == "lower" and i.target is not None and i.baseline is not None:
            text = _("{name}: ({baseline} - {total}) / ({baseline} - {target}) = {share}, weight {weight}")
            yield text.format(
                name=i.name, baseline=number(i.baseline), total=number(total), target=number(i.target),
                share=percent(attained(i, total)), weight=number(i.weight),
            )  # fmt: skip
        elif total is not None and i.better == "higher" and i.target:
            text = _("{name}: {total} / {target} ({source}) = {share}, weight {weight}")
            yield text.format(
                name=i.name, total=amount(total, i.unit), target=amount(i.target, i.unit), source=source,
                share=percent(share(total, i.target)), weight=number(i.weight),
            )  # fmt: skip


def _by_subtasks(judgement: Judgement) -> Iterator[str]:
    for part in judgement.at.counting:
        text = _("{task} {title}: {progress}, weight {weight}")
        figures = {"progress": percent(part.counted_progress), "weight": number(part.task.weight)}
        yield text.format(task=part.task.id, title=part.task.title, **figures)
    if missing := unreported(judgement):
        yield missing


def _readings(judgement: Judgement, name: str, unit: str) -> Iterator[str]:
    """The totals of a series and the entry that each ends with."""
    indicator = judgement.task.indicator(name)
    title = indicator.name if indicator else _("percentage")
    found = [(whose, total) for (series, whose), total in judgement.at.facts.totals.items() if series == name]
    if not found:
        yield _("{name}: no figure was reported").format(name=title)
    for whose, total in found:
        text = _("{name} {unit}: {total} on {day} (#{seq})")
        said = text.format(name=title, unit=whose, total=amount(total.value, unit), day=total.on, seq=total.seq)
        yield said.replace("  ", " ").replace(" :", ":")


def _planned(judgement: Judgement, place: Place) -> Iterator[str]:
    at, task = judgement.at, judgement.task
    if at.curve is None:
        unconfirmed = task.measure != "none" and "deadline" in task.unconfirmed
        yield _("no planned value: the deadline is not confirmed") if unconfirmed else _("no planned value")
        return
    basis = _("written in the plan") if at.curve.written else _("straight line assumed from start to deadline")
    yield _("{basis} ({source})").format(basis=basis, source=place(task.id, "planned"))
    day = (at.as_of - at.curve.start).days
    for weight, line in at.curve.lines:
        points = ", ".join(
            _("day {day}: {percent}").format(day=n, percent=percent(value))
            for n, value in zip(line.days, line.percents, strict=True)
        )
        yield _("line of weight {weight}: {points}").format(weight=number(weight), points=points)
    yield _("planned on day {day} = {percent}").format(day=day, percent=percent(at.planned))
    if at.gap is not None:
        text = _("gap = {planned} - {actual} = {gap} points")
        yield text.format(planned=percent(at.planned), actual=percent(at.progress), gap=number(at.gap))


def _pace(judgement: Judgement, rules: Rules) -> Iterator[str]:
    if pace := pace_of(judgement.at):
        yield from pace_lines(pace, rules)


def pace_lines(pace: Pace, rules: Rules) -> Iterator[str]:
    """Earned schedule, step by step (`rules.forecast`)."""
    prior = rules.pace_prior
    figures = {"es": f"{pace.earned:.2f}", "at": pace.gone, "pd": pace.duration, "prior": prior}
    yield _("ES = {es}: the plan day on which the actual progress was due").format(**figures)
    yield _("AT = {at} days elapsed, PD = {pd} planned days").format(**figures)
    yield _("have = (ES + {prior}) / (AT + {prior}) = {have}").format(**figures, have=f"{pace.have:.3f}")
    yield _("need = (PD - ES) / max(1, PD - AT) = {need}").format(**figures, need=f"{pace.need:.3f}")
    text = _("ratio = need / have = {ratio}; at risk from {limit}")
    yield text.format(ratio=f"{pace.ratio:.3f}", limit=number(rules.pace_ratio))
    text = _("forecast = {start} + ceil(AT + (PD - ES) / have) = {finish}, {days} days after the deadline")
    yield text.format(start=pace.start, finish=pace.forecast_finish, days=(pace.forecast_finish - pace.deadline).days)


def _follows(judgement: Judgement, rules: Rules) -> Iterator[str]:
    text = _(
        "thresholds: behind {behind}, far behind {far} points, due soon {soon} days, milestone red after {red} days"
    )
    yield text.format(
        behind=number(rules.behind), far=number(rules.far_behind), soon=rules.due_soon, red=rules.milestone_red
    )
    for why in judgement.reasons:
        yield f"{why.code}: {reason(why)}"
    yield _("so: {state}, lamp {lamp}").format(state=_(STATES[judgement.state]), lamp=_(LAMPS[judgement.lamp]))
