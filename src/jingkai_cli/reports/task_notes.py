"""Notes on a task in a line or two: what is late, what falls due, why, and by how much."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from ..language import _, in_use
from ..model import Task
from ..quantities import days, decimal_days, enumeration, gap_as_printed, number
from ..rules.lateness import Thing, open_dates
from ..rules.position import Position
from ..rules.status import Judgement
from .late_notes import MOST_LATE, late_lines, makes_red, most_overdue
from .reason_wording import (
    abridged,
    counted_more,
    numbered,
    of_subtask,
    problem_due,
    problem_title,
)
from .shared_statements import (
    overdue_parts,
    reason_of_parts,
    short_reason_of_parts,
    unreported,
)

if TYPE_CHECKING:  # a report of late tasks does not need it
    from ..rules.reasons import Reason


class Due(Struct, frozen=True):
    """A thing that falls due, with its date and the days left."""

    thing: Thing
    day: date
    left: int
    task: Task
    """The task or sub-task that it belongs to."""
    of_part: bool = False
    review: bool = False
    """Whether it is not a deadline, but the day to review a suspended task."""

    @property
    def title(self) -> str:
        """The title, relative to the task that is listed."""
        if self.review:
            text = _("suspended: decide whether to resume")
            return of_subtask(self.task, text) if self.of_part else text
        if self.of_part:
            return self.own_title
        return _("the task itself") if isinstance(self.thing, Task) else self.thing.title

    @property
    def own_title(self) -> str:
        """The title, prefixed with the sub-task's name if it belongs to a sub-task."""
        if isinstance(self.thing, Task):
            return f"{self.thing.id} {self.thing.title}"
        return of_subtask(self.task, self.thing.title)

    @property
    def when(self) -> str:
        """The days left, in words."""
        return _("{days} left").format(days=days(self.left)) if self.left else _("due today")

    def __str__(self) -> str:
        """Date, title and days left in one line."""
        return _("{day} {title}: {when}").format(day=self.day, title=self.title, when=self.when)

    @property
    def figures_first(self) -> str:
        """The same with the date and the days first, so that they are not cut off."""
        return _("{day}, {when}: {title}").format(day=self.day, when=self.when, title=self.title)


def due_within(judgement: Judgement, within: int) -> list[Due]:
    """The things due from the as-of date to `within` days later, nearest first."""
    found: list[Due] = []
    for each in judgement.with_subtasks():
        at = each.position
        if at.finished:
            continue
        first, last = at.as_of, at.as_of + timedelta(days=within)
        inside = each is not judgement
        if at.life.on_hold:
            review = at.life.suspended_until
            if review and first <= review <= last:
                found.append(Due(at.task, review, (review - first).days, at.task, inside, review=True))
            continue
        dates = open_dates(at.task, at.life, at.problems)
        found += [Due(thing, day, (day - first).days, at.task, inside) for thing, day in dates if first <= day <= last]
    return sorted(found, key=lambda due: (due.day, due.title))


def due_lines(judgement: Judgement, within: int) -> str:
    """What falls due, one thing per line."""
    return abridged([due.figures_first for due in due_within(judgement, within)], "\n")


def why(judgement: Judgement, most: int = MOST_LATE) -> str:
    """What is late, else what makes the lamp red (with the days behind, if any), else the worst reason, if any.

    At most `most` late things are named.
    """
    if judgement.position.late:
        return late_lines(judgement, most)
    first = judgement.worst
    worst = next(filter(makes_red, judgement.reasons), first) if judgement.lamp == "red" else first
    lines = [reason_of_parts(judgement, worst)] if worst else []
    if first and first is not worst and first.code == "pace":
        behind = _days_behind(first)
        lines.append(of_subtask(first.task, behind) if first.task else behind)
    if judgement.parts and (missing := unreported(judgement)) and not (lines and missing in lines[0]):
        lines.append(missing)
    return "\n".join(lines)


def distinct_reasons(reasons: "Iterable[Reason]") -> "list[Reason]":
    """Reasons for people. A problem both late and major has one reason, with “major” in its title."""
    listed = list(reasons)
    major = {why.figures["id"] for why in listed if why.code == "problem-major"}
    late = {why.figures["id"] for why in listed if why.code == "problem-overdue"}
    return [
        _of_major(why) if why.code == "problem-overdue" and why.figures["id"] in major else why
        for why in listed
        if why.code != "problem-major" or why.figures["id"] not in late
    ]


def _of_major(why: "Reason") -> "Reason":
    return replace(why, figures={**why.figures, "title": _("{title} (major)").format(title=why.figures["title"])})


def delay_in_words(judgement: Judgement) -> str:
    """How late a task is, or how far behind, in a few words."""
    at = judgement.position
    if at.worst_days:
        return most_overdue(judgement)
    gap = gap_of(at)
    return "" if gap is None or gap <= 0 else _("{gap} points behind").format(gap=number(gap))


def gap_of(at: Position) -> float | None:
    """The gap of a task as the difference of the percentages that are printed; None if one is not known."""
    return None if at.gap is None else gap_as_printed({"planned": at.planned, "progress": at.progress, "gap": at.gap})


def gap_words(gap: float | None) -> str:
    """A gap in words, because a sign would be ambiguous: `34 behind`, `28.3 ahead`; `–` if it is not known."""
    if gap is None:
        return "–"
    figure = number(abs(gap))
    if figure == "0":
        return figure
    return (_("{points} behind") if gap > 0 else _("{points} ahead")).format(points=figure)


def with_days(judgements: Iterable[Judgement]) -> str:
    """`27.公共厕所新建改造（节点逾期24天）、…`: tasks by number and title, each with its worst lateness."""
    separator = _(", ") if in_use() == "zh" else "; "  # a title in English may have a comma
    return separator.join(_with_days(judgement) for judgement in judgements)


def _with_days(judgement: Judgement) -> str:
    task, how = numbered(judgement.task), in_short(judgement)
    return _("{task} ({how})").format(task=task, how=how) if how else task


def in_short(judgement: Judgement) -> str:
    """How late a task is, else how far behind, in a few words; empty if it is neither."""
    if judgement.position.late:
        return overdue_parts(judgement) or most_overdue(judgement)
    for why in judgement.reasons:
        figures: dict[str, Any] = why.figures
        phrase = ""
        if why.code == "pace":
            phrase = _days_behind(why)
        if why.code == "behind":
            phrase = _("{gap} points behind").format(gap=number(gap_as_printed(figures)))
        if why.code == "unstarted":
            phrase = _("not started in time")
        if why.code == "problem-major":
            phrase = _("a major problem not put right")
        if phrase:
            return short_reason_of_parts(judgement, why, phrase)
    return ""


def _days_behind(pace: "Reason") -> str:
    figures: dict[str, Any] = pace.figures
    return _("{days} behind").format(days=decimal_days(figures["days_behind"]))


def tasks_with_delays(judgements: Sequence[Judgement]) -> str:
    """The tasks that are late or behind, with how much, then those that were not reported in time."""
    silent = [j for j in judgements if is_silent(j)]
    listed, names = with_days(j for j in judgements if j not in silent), enumeration(numbered(j.task) for j in silent)
    if not silent:
        return listed
    if not listed:
        return _("{tasks}, all of them not reported in time").format(tasks=names)
    text = _("{tasks}; not reported in time, {count}: {silent}")
    return text.format(tasks=listed, count=len(silent), silent=names)


def is_silent(judgement: Judgement) -> bool:
    """Whether the only thing wrong with a task is that it was not reported in time."""
    return not in_short(judgement) and {why.code for why in judgement.reasons} == {"silent"}


_MOST_RED = 5
"""The number of red tasks named above the table of all tasks: a leader reads the worst first."""


def red_tasks(judgements: Iterable[Judgement], most: int = _MOST_RED) -> str:
    """A sentence that names up to `most` tasks with a red lamp, most days late first; empty if there are none."""
    red = sorted((j for j in judgements if j.lamp == "red"), key=lambda j: -j.position.worst_days)
    if not red:
        return ""
    named = with_days(red[:most])
    if len(red) > most:
        named = _("{listed}{separator}and {count} more").format(
            listed=named, separator="; ", count=counted_more(most, len(red))
        )
    return _("Red, {count}: {tasks}").format(count=len(red), tasks=named)


def open_problems(judgement: Judgement) -> str:
    """The open problems that are not overdue, one per line; `why` has the others."""
    as_of = judgement.position.as_of
    current = [p for p in judgement.position.problems if p.state == "open" and not p.days_overdue(as_of)]
    text = _("problem #{seq} {title}, {unit}, to be fixed by {deadline}")
    return abridged(
        [text.format(seq=p.seq, title=problem_title(p), unit=p.responsible, deadline=problem_due(p)) for p in current],
        "\n",
    )
