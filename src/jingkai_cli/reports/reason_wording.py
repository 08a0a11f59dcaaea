"""The wording of all reports: figures, states and reasons as an office writes them, in the language in use."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ..kinds.lifecycle import Life, Problem
from ..language import N_, _, in_use, ngettext
from ..model import Indicator, Milestone, Plan, Task
from ..quantities import amount, days, decimal_days, enumeration, gap_as_printed, number, percent
from ..rules.lateness import Late, MonthlyPlan
from ..rules.status import Judgement, Lamp
from .document import CELL, MARK

if TYPE_CHECKING:
    from ..rules.reasons import Reason

STATES = {
    "accepted": N_("accepted"),
    "done": N_("done, to be verified"),
    "overdue": N_("overdue"),
    "at-risk": N_("at risk"),
    "no-plan": N_("no plan to judge by"),
    "on-track": N_("on track"),
    "not-started": N_("not started"),
    "suspended": N_("suspended"),
    "cancelled": N_("cancelled"),
}
LAMPS: dict[Lamp, str] = {"red": N_("red"), "yellow": N_("yellow"), "green": N_("green"), "none": N_("no lamp")}


def due(thing: Task | Milestone, life: Life) -> str:
    """The deadline in force, with the original one if it was moved."""
    text = marked(_day(thing, life), "deadline", thing)
    if life.deadline(thing) == thing.deadline:
        return text
    return _("{deadline} (originally {original})").format(deadline=text, original=thing.deadline)


def problem_due(problem: Problem) -> str:
    """The date of a problem in force, with the original one if it was moved."""
    if problem.original is None:
        return str(problem.deadline)
    return _("{deadline} (originally {original})").format(deadline=problem.deadline, original=problem.original)


def _day(thing: Task | Milestone, life: Life) -> str:
    """The deadline in force; for standing work, the words used in place of a date."""
    if isinstance(thing, Task) and (thing.deadline_text or thing.deadline is None):
        return thing.deadline_text or _("standing work")
    return str(life.deadline(thing))


def numbered(task: Task, title: str | None = None) -> str:
    """`3.东区雨污分流管网改造`: a task by number and title, or with another title."""
    return with_number(task.id, title or task.title)


def with_number(number: str, title: str) -> str:
    """A title after the number of its task; a sub-task's number has no further point after it."""
    return f"{number} {title}" if "." in number else _("{id} {title}").format(id=number, title=title)


def full_titles(plan: Plan) -> dict[str, str]:
    """Task id → title; a sub-task's title includes its parent's: 棚户区征迁改造（安置房建设）."""
    parents, text = plan.parents(), _("{parent} ({part})")
    found = {}
    for task in plan.every_task():
        parent = parents.get(task.id)
        found[task.id] = text.format(parent=parent.title, part=task.title) if parent else task.title
    return found


def or_unknown(value: str | None) -> str:
    """A name, or `not stated` (未明确) if the plan has none."""
    return value or _("not stated")


def counted_more(shown: int, count: int) -> int:
    """The number after a list that was cut: English counts the items left out, Chinese all items (等5项)."""
    return count if in_use() == "zh" else count - shown


def abridged(texts: Sequence[str], separator: str, count: int | None = None) -> str:
    """A list for one cell: the texts that fit into `CELL` characters, then the number of others.

    Chinese gives the number of all texts instead: ……等5项.

    Args:
        texts: the texts, or the first of them.
        separator: the text between two of them.
        count: their total number; by default the number of `texts`.
    """
    count = len(texts) if count is None else count

    def first(shown: int) -> str:
        listed = separator.join(texts[:shown])
        if shown >= count:
            return listed
        return _("{listed}{separator}and {count} more").format(
            listed=listed, separator=separator, count=counted_more(shown, count)
        )

    ends = accumulate(len(separator) + len(text) for text in texts[:CELL])
    sizes = range(sum(end <= CELL + len(separator) for end in ends), 1, -1)  # more would not fit even alone
    return next((cell for shown in sizes if len(cell := first(shown)) <= CELL), first(1))


def marked(text: str, field: str, thing: Task | Milestone | Indicator) -> str:
    """The text, with `*` if its field is unconfirmed."""
    return text + MARK if field in thing.unconfirmed else text


def lamp_and_state(judgement: Judgement) -> str:
    """Lamp, state, and whether a unit objects, one per line."""
    disputed = "\n" + _("disputed") if judgement.position.life.objection else ""
    return f"{_(LAMPS[judgement.lamp])}\n{state(judgement)}{disputed}"


def state(judgement: Judgement) -> str:
    """The state in words. `no-plan` has other words if something is planned but cannot be judged yet."""
    at = judgement.position
    if judgement.state == "no-plan" and (at.curve or at.task.milestones or at.months):
        return _("nothing to judge yet")
    return _(STATES[judgement.state])


def deadlines(thing: Task | Milestone, life: Life) -> str:
    """The deadline in force; if it was extended, with the original one and the number of extensions."""
    text = marked(_day(thing, life), "deadline", thing)
    extensions = life.extensions_of(thing) if life.extensions else ()
    if not extensions:
        return text
    moved = [x for x in extensions if not x.waiting]
    if moved:
        text = ngettext(
            "original {original}, extended {count} × to {deadline}",
            "original {original}, extended {count} × to {deadline}",
            len(moved),
        ).format(original=thing.deadline, count=len(moved), deadline=text)
    if any(x.after_deadline for x in moved):
        text += _(" (requested after the deadline)")
    if any(x.waiting and not x.requested for x in extensions):
        text += _(" (an oral extension is to be confirmed in writing)")
    if extensions[-1].requested:
        asked = _(" (extension to {deadline} requested on {day}, not granted)")
        text += asked.format(deadline=extensions[-1].deadline, day=extensions[-1].on)
    return text


def reason(why: "Reason") -> str:
    """The sentence of a reason."""
    sentence = _SENTENCES[why.code](why.figures)
    return of_subtask(why.task, sentence) if why.task else sentence


def reason_on_paper(why: "Reason") -> str:
    """The sentence of a reason for a bulletin or a letter, which have no forecasts: a wait has no earliest day."""
    if why.code != "waits" or why.figures["earliest"] is None:
        return reason(why)
    text = _("“{title}”, due {deadline}, waits for {waited}, which is not reached")
    figures: dict[str, Any] = why.figures
    sentence = text.format(title=figures["title"], deadline=figures["deadline"], waited=_waited(figures))
    return of_subtask(why.task, sentence) if why.task else sentence


def _subtasks_red(f: dict[str, Any]) -> str:
    text = ngettext("{count} sub-task has a red lamp", "{count} sub-tasks have a red lamp", f["count"])
    return text.format(count=f["count"])


def _overdue(f: dict[str, Any]) -> str:
    text = _("overdue since {deadline}, {days}: no report since")
    if f["reported"]:
        text = _("overdue since {deadline}, {days}: reported, not finished")
    return text.format(deadline=f["deadline"], days=days(f["days"]))


def _problem_overdue(f: dict[str, Any]) -> str:
    text = _("problem #{id} “{title}” was to be fixed by {deadline} by {unit}, {days} overdue")
    return text.format(id=f["id"], title=f["title"], deadline=f["deadline"], unit=f["unit"], days=days(f["days"]))


def _problem_major(f: dict[str, Any]) -> str:
    text = _("major problem #{id} “{title}” is open: {unit}, to be fixed by {deadline}")
    return text.format(id=f["id"], title=f["title"], unit=f["unit"], deadline=f["deadline"])


def problem_title(problem: Problem) -> str:
    """The title of a problem, marked if it is major."""
    return _("{title} (major)").format(title=problem.title) if problem.severity else problem.title


def _milestone_overdue(f: dict[str, Any]) -> str:
    text = _("milestone “{title}” due {deadline}, {days} overdue: no report since")
    if f["reported"]:
        text = _("milestone “{title}” due {deadline}, {days} overdue: reported, not finished")
    return text.format(title=f["title"], deadline=f["deadline"], days=days(f["days"]))


def _month_overdue(f: dict[str, Any]) -> str:
    text = _("{title}, planned {planned}, due {deadline}, {days} overdue: no report since")
    planned = amount(Decimal(str(f["planned"])), f["unit"])
    return text.format(title=f["title"], planned=planned, deadline=f["deadline"], days=days(f["days"]))


def late_line(late: Late, task: Task | None = None) -> str:
    """The line of one late thing: days, title and deadline.

    Args:
        late: the late thing.
        task: the task under which the line is printed; a line about its sub-task begins with the sub-task's name.
    """
    line = _late(late)
    if task is None or late.task.id == task.id:
        return line
    if isinstance(late.thing, Task):  # the name before it says whose deadline it is
        figures = {"days": days(late.days), "deadline": due(late.thing, late.life)}
        line = _("{days}: due {deadline}, {how}").format(how=how_late({"reported": late.reported}), **figures)
    return _("{task} {title}: {late}").format(task=late.task.id, title=late.task.title, late=line)


def without_repeated_days(lines: str, days_late: int) -> str:
    """The lines of what is late, below a row that gives the days; a single line is returned without them."""
    return lines if "\n" in lines else lines.removeprefix(_("{days}: {said}").format(days=days(days_late), said=""))


def of_subtask(task: Task, statement: str) -> str:
    """A sentence about a sub-task: `4.2 瑞和服务中心: 106 days …`."""
    return _("{task} {title}: {said}").format(task=task.id, title=task.title, said=statement)


def _late(late: Late) -> str:
    match late.thing:
        case Problem():
            text = _("{days}: problem #{seq} {title}, {unit}, to be fixed by {deadline}")
            return text.format(
                days=days(late.days),
                seq=late.thing.seq,
                title=problem_title(late.thing),
                unit=late.thing.responsible,
                deadline=problem_due(late.thing),
            )
        case Task():
            title = _("the task itself")
        case Milestone():
            title = late.thing.title
        case MonthlyPlan(indicator=indicator, planned=planned):
            text = _("{days}: {title}, planned {planned}, due {deadline}, {how}")
            figures = {"title": late.thing.title, "planned": amount(planned, indicator.unit)}
            figures |= {"days": days(late.days), "deadline": str(late.deadline)}
            return text.format(how=how_late({"reported": False}), **figures)
    figures = {"days": days(late.days), "deadline": due(late.thing, late.life), "title": title}
    return _("{days}: {title}, due {deadline}, {how}").format(how=how_late({"reported": late.reported}), **figures)


def how_late(f: dict[str, Any]) -> str:
    """Whether the late thing was reported on, in words."""
    return _("reported, not finished") if f["reported"] else _("no report since")


def _behind(f: dict[str, Any]) -> str:
    if "month" in f:
        text = _("{title} in {month}: planned {planned}, actual {actual}, {gap} points behind")
        planned, actual = (amount(Decimal(str(f[name])), f["unit"]) for name in ("planned", "progress"))
        return text.format(title=f["title"], month=f["month"], planned=planned, actual=actual, gap=number(f["gap"]))
    text = _("planned {planned}, actual {actual}, {gap} points behind")
    sentence = text.format(planned=percent(f["planned"]), actual=percent(f["progress"]), gap=number(gap_as_printed(f)))
    return sentence + _(" (straight line assumed)") if f.get("straight_line") else sentence


def _pace(f: dict[str, Any]) -> str:
    phrases = [_("{days} behind").format(days=decimal_days(f["days_behind"]))]
    if f["steady"]:
        phrases = [_("{behind} (steady)").format(behind=phrases[0])]
    if f["progress"] is not None and f["planned"] is not None:
        text = _("planned {planned}, actual {actual}")
        phrases.append(text.format(planned=percent(f["planned"]), actual=percent(f["progress"])))
    if f["slips"]:
        from .forecast_wording import slips  # a report of late tasks does not need it

        phrases.append(slips(f["slips"]))
    return _("; ").join(phrases)


def node_title(task: str, milestone: str) -> str:
    """The name of a task or of one of its milestones: `2 土地征收: 征收完成`."""
    return _("{task}: {milestone}").format(task=task, milestone=milestone) if task and milestone else task or milestone


def _waited(f: dict[str, Any]) -> str:
    return enumeration([f"“{node_title(*titles)}”" for titles in f["titles"]])


def _waits(f: dict[str, Any]) -> str:
    waited = _waited(f)
    if f["earliest"] is None:
        text = _("“{title}”, due {deadline}, waits for {waited}, which is suspended")
        return text.format(title=f["title"], deadline=f["deadline"], waited=waited)
    text = _("“{title}” cannot come before {earliest}, {days} after its deadline {deadline}: it waits for {waited}")
    figures = {"earliest": f["earliest"], "days": days(f["days"]), "deadline": f["deadline"]}
    return text.format(title=f["title"], waited=waited, **figures)


def _due_soon(f: dict[str, Any]) -> str:
    text = _("due today ({deadline}), no figure reported")
    if f["days_left"]:
        text = _("{days} left until {deadline}, no figure reported")
    return text.format(days=days(f["days_left"]), deadline=f["deadline"])


def _milestone(f: dict[str, Any]) -> str:
    text = _("milestone “{title}” due {deadline}, in {days}, and the task is {gap} points behind")
    if not f["days_left"]:
        text = _("milestone “{title}” is due today ({deadline}), and the task is {gap} points behind")
    return text.format(**{**f, "days": days(f["days_left"]), "gap": number(gap_as_printed(f))})


def _unstarted(f: dict[str, Any]) -> str:
    text = _("should have started on {start}, {days} ago; nothing has been reported")
    return text.format(start=f["start"], days=days(f["days"]))


def _silent(f: dict[str, Any]) -> str:
    sentence = ngettext(
        "no report received in the last reporting period",
        "no report received in the last {count} reporting periods",
        f["periods"],
    ).format(count=f["periods"])
    last: date | None = f["last_report_on"]
    return sentence + _("; the latest is as of {day}").format(day=last) if last else sentence


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "overdue": _overdue,
    "milestone-overdue": _milestone_overdue,
    "month-overdue": _month_overdue,
    "problem-overdue": _problem_overdue,
    "problem-major": _problem_major,
    "subtasks-red": _subtasks_red,
    "pace": _pace,
    "waits": _waits,
    "behind": _behind,
    "due-soon": _due_soon,
    "milestone": _milestone,
    "unstarted": _unstarted,
    "silent": _silent,
}
