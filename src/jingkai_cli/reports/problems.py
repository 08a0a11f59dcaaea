"""`jk problem list` and `problems.csv`: problems (问题), with the dates by which they must be fixed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..facts import TaskFacts
from ..kinds import life_of
from ..kinds.lifecycle import Extension, Problem
from ..language import N_, _, ngettext
from ..model import Plan
from ..quantities import days
from ..text import name_key
from ..thresholds import Rules
from .document import Column, Document, Items, Scope, Section, Table, Tone, Toned
from .reason_wording import full_titles, numbered, problem_title

NONE: Mapping[str, int] = MappingProxyType({})

STATES = {"open": N_("open"), "fixed": N_("fixed, to be verified"), "verified": N_("verified")}


class ProblemFilters(Struct, frozen=True):
    """Which problems are listed; all filters that are set must match."""

    overdue: bool = False
    unit: str | None = None
    task: str | None = None
    zone: str | None = None
    shift: str | None = None
    place: str | None = None
    """Part of the name is enough."""
    source: str | None = None
    state: str | None = None
    since: date | None = None
    major: bool = False
    tree: bool = False
    """Whether each whole is listed above its parts, regardless of numbers."""
    worst_first: bool = False
    """Whether open problems come first, by date, then those to be verified."""

    def take(self, problem: Problem, as_of: date) -> bool:
        """Whether a problem is listed."""
        return (
            (not self.overdue or problem.days_overdue(as_of) > 0)
            and (not self.major or problem.severity is not None)
            and self.unit in (None, problem.responsible)
            and self.task in (None, problem.task)
            and self.zone in (None, problem.zone)
            and self.shift in (None, problem.shift)
            and self.source in (None, problem.source)
            and self.state in (None, problem.state)
            and (self.place is None or name_key(self.place) in name_key(problem.place or ""))
            and (self.since is None or problem.opened_on >= self.since)
        )


def build(
    scope: Scope, facts: Mapping[str, TaskFacts], filters: ProblemFilters, closed: Mapping[str, int] = NONE
) -> Document:
    """The problems of the plan's tasks as of a date, by number; with `overdue` or `worst_first`, worst first.

    Args:
        scope: the plan and the date of the report.
        facts: the facts of every task as of that date; closed problems may be missing if only open ones are listed.
        filters: select the problems to list.
        closed: state → number of problems missing from the facts; empty if `filters` select by more than the state.
    """
    lives = (life_of(task, facts[task.id].events) for task in scope.plan.every_task() if task.id in facts)
    found = [problem for life in lives for problem in life.problems.values()]
    listed = [p for p in found if filters.take(p, scope.as_of)]
    chosen = filters != ProblemFilters(worst_first=filters.worst_first, tree=filters.tree)
    whatever_state = replace(filters, overdue=False, state=None)
    counted = [p for p in found if whatever_state.take(p, scope.as_of)]
    if filters.overdue or filters.worst_first:
        listed.sort(key=lambda p: ([*STATES].index(p.state), p.deadline, p.seq))
    else:
        listed.sort(key=attrgetter("seq"))
    if filters.tree:
        wholes: dict[int, int] = {}
        for place, problem in enumerate(listed):
            wholes.setdefault(problem.part_of or problem.seq, place)
        listed.sort(key=lambda p: (wholes[p.part_of or p.seq], p.part_of is not None))
    return Document(
        kind="problems",
        about=scope.about,
        title=_("Overdue problems") if filters.overdue else _("Problems"),
        fields=fields(),
        items=Items(lambda: [_item(scope, p) for p in listed]),
        sections=(section(scope, listed, {p.seq: p for p in found}),)
        if listed
        else (Section(lines=(_("No problem meets these conditions.") if chosen else _("No problems."),)),),
        summary=(_summary(counted, scope.as_of, closed),),
        found=bool(listed),
    )


def on_paper(document: Document, plan: Plan) -> Document:
    """The report for paper and workbooks, with the title of each task beside its number."""
    from .tasks_csv import with_titles

    titled = with_titles(document, full_titles(plan))
    return replace(titled, paper_title=_("List of problems")) if document.title == _("Problems") else titled


def _summary(problems: list[Problem], as_of: date, closed: Mapping[str, int]) -> str:
    listed, problems = problems, [p for p in problems if not p.parts]  # the parts of a split problem are counted
    states: Counter[str] = Counter(p.state for p in problems)
    states.update(closed)
    text = ngettext(
        "{count} problem: {open} open, {fixed} to be verified, {verified} verified; {overdue} overdue",
        "{count} problems: {open} open, {fixed} to be verified, {verified} verified; {overdue} overdue",
        states.total(),
    )
    text += _("; not counted, as they were split: {split}") if listed != problems else ""
    return text.format(
        count=states.total(),
        open=states["open"],
        fixed=states["fixed"],
        verified=states["verified"],
        overdue=sum(p.days_overdue(as_of) > 0 for p in problems),
        split=len(listed) - len(problems),
    )


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "id": _("No."),
        "task": _("Task"),
        "problem": _("Problem"),
        "unit": _("Responsible unit"),
        "zone": _("Zone"),
        "shift": _("Shift"),
        "opened_on": _("Opened"),
        "due": _("Due"),
        "state": _("State"),
        "fixed_on": _("Fixed"),
        "verified_on": _("Verified"),
        "returned": _("Times sent back"),
        "days_overdue": _("Days overdue"),
        "source": _("Source"),
        "place": _("Place"),
        "part_of": _("Part of problem"),
        "site": _("Site no."),
        "item": _("Item"),
        "failed_again": _("Failed again"),
        "passed_on": _("Passed on site"),
        "severity": _("Severity"),
        "original_due": _("Original date"),
        "extended": _("Times extended"),
        "extension_asked": _("Extension asked for"),
    }


def _item(scope: Scope, problem: Problem) -> dict[str, Any]:
    waiting = _waiting(problem)
    return {
        "id": problem.seq,
        "task": problem.task,
        "problem": problem.title,
        "unit": problem.responsible,
        "zone": problem.zone,
        "shift": problem.shift,
        "opened_on": problem.opened_on,
        "due": problem.deadline,
        "state": problem.state,
        "fixed_on": problem.fixed_on,
        "verified_on": problem.verified_on,
        "returned": problem.returned,
        "days_overdue": problem.days_overdue(scope.as_of),
        "source": problem.source,
        "place": problem.place,
        "part_of": problem.part_of,
        "site": problem.site,
        "item": problem.item,
        "failed_again": problem.failed_again,
        "passed_on": problem.passed_on,
        "severity": problem.severity,
        "original_due": problem.original or problem.deadline,
        "extended": sum(not each.waiting for each in problem.extensions),
        "extension_asked": waiting.deadline if waiting else None,
    }


def _numbered_title(problem: Problem) -> str:
    """The title of a problem; a part also names the number of the problem that was split."""
    title = problem_title(problem)
    return _("part of #{seq}: {title}").format(seq=problem.part_of, title=title) if problem.part_of else title


def _waiting(problem: Problem) -> Extension | None:
    """The extension that is not yet approved or confirmed in writing; None if there is none."""
    last = problem.extensions[-1] if problem.extensions else None
    return last if last and last.waiting else None


def due_cell(problem: Problem) -> str:
    """The date in force, then the original date if it was moved, and a date that was requested."""
    return "\n".join([problem.deadline.isoformat(), *due_notes(problem)])


def due_notes(problem: Problem) -> Iterator[str]:
    """Yield notes on the date of a problem: the original date if it was moved, and a date that was requested."""
    if problem.original:
        late = any(each.after_deadline for each in problem.extensions if not each.waiting)
        text = _("originally {day}, extended late") if late else _("originally {day}")
        yield text.format(day=problem.original)
    if waiting := _waiting(problem):
        text = _("{day} asked for") if waiting.requested else _("{day} agreed orally")
        yield text.format(day=waiting.deadline)


def section(
    scope: Scope, problems: Sequence[Problem], known: Mapping[int, Problem], title: str | None = None, of: str = ""
) -> Section:
    """The section of problems, whose brief table has a line for each problem.

    Args:
        scope: the plan and the date of the report.
        problems: the problems to list.
        known: number → problem, to look up the parts of a whole.
        title: the heading.
        of: the task that all of them are about, whose name is then left out of each line.
    """
    shown = table(scope, problems, known).short()
    return Section(
        title,
        table=shown,
        brief=lambda: _brief(scope, problems, known, of),
        paper=(lambda: shown.without_column(_TASK)) if all(p.task == of for p in problems) else None,
    )


_TASK = 1
"""The index of the column of tasks."""


def _brief(scope: Scope, problems: Sequence[Problem], known: Mapping[int, Problem], of: str) -> Table:
    """A line for each problem, and below it notes on its date and its parts."""
    columns = (
        Column(_("No."), align="right"),
        Column("" if of else _("Task"), wraps_from=10),
        Column(_("Problem"), wraps_from=16),
        Column(_("Responsible unit"), wraps_from=10),
        Column(_("Due")),
        Column(_("Status")),
    )
    titles = {task.id: numbered(task) for task in scope.plan.every_task()}
    rows, notes = [], []
    for p in problems:
        how, more = _in_short(p, scope, known)
        whole = f"{p.task} " + _("part of #{seq}").format(seq=p.part_of) if p.part_of else titles.get(p.task, p.task)
        task, part = ("", _numbered_title(p)) if p.task == of else (whole, problem_title(p))
        rows.append((f"#{p.seq}", task, part, p.responsible, p.deadline.isoformat(), how))
        notes.append((_("; ").join([*more, *due_notes(p)]), ""))
    return Table(columns, tuple(rows), tuple(notes), keeps_words=True)


def _in_short(problem: Problem, scope: Scope, known: Mapping[int, Problem]) -> tuple[Toned, list[str]]:
    """The status of a problem in a word, and notes for a second line."""
    parts = [known[seq] for seq in problem.parts if seq in known]
    late = max((part.days_overdue(scope.as_of) for part in parts), default=problem.days_overdue(scope.as_of))
    more = [_parts_verified(problem, parts)] if problem.parts else []
    if problem.failed_again:
        more.append(_("failed again: {count}").format(count=problem.failed_again))
    elif problem.returned:
        more.append(_("sent back: {count}").format(count=problem.returned))
    if late:
        tone = overdue_tone(problem, late, scope.plan.rules)
        return Toned(_("{days} overdue").format(days=days(late)), tone), more
    if problem.passed_on:
        more.append(_("passed on site"))
    to_verify = problem.passed_on or problem.state == "fixed"
    return Toned(_("to be verified") if to_verify else _(STATES[problem.state]), _tone(problem)), more


def _parts_verified(problem: Problem, parts: Iterable[Problem]) -> str:
    verified = sum(part.state == "verified" for part in parts)
    return _("{verified} of {count} parts verified").format(verified=verified, count=len(problem.parts))


def table(scope: Scope, problems: Sequence[Problem], known: Mapping[int, Problem] | None = None) -> Table:
    """The table of problems: number, task, title, unit, date, status and zone.

    Args:
        scope: the plan and the date of the report.
        problems: the problems to list.
        known: number → problem, to look up the parts of a whole; by default those listed.
    """
    known = {p.seq: p for p in problems} if known is None else known
    titles = {task.id: numbered(task) for task in scope.plan.every_task()}
    columns = (
        Column(_("No."), align="right", of_entries=True),
        Column(_("Task"), wraps_from=10),
        Column(_("Problem"), wraps_from=16),
        Column(_("Responsible unit"), wraps_from=10),
        Column(_("Due")),
        Column(_("Status"), wraps_from=10),
        Column(_("Zone, place, shift"), wraps_from=10, drop=1),
    )
    rows = (
        (
            f"#{p.seq}",
            titles.get(p.task, p.task),
            _numbered_title(p),
            p.responsible,
            due_cell(p),
            status(p, scope, known),
            " ".join(filter(None, (p.zone, p.place, p.shift))) or "–",
        )
        for p in problems
    )
    return Table(columns, tuple(rows))


def overdue_tone(problem: Problem | None, late: int, rules: Rules) -> Tone:
    """The colour of something `late` days late, by the thresholds of lamps. Decisions and letters count as problems."""
    return "red" if late > rules.problem_red or (problem and problem.major) else "yellow"


def _tone(problem: Problem) -> Tone:
    return "green" if problem.state == "verified" else "none"


def status(problem: Problem, scope: Scope, known: Mapping[int, Problem] = MappingProxyType({})) -> Toned:
    """The status of a problem, in a word and a colour; for a split problem, how many of its parts are verified."""
    if problem.parts:
        parts = [known[seq] for seq in problem.parts if seq in known]
        text = _parts_verified(problem, parts)
        late = max((part.days_overdue(scope.as_of) for part in parts), default=0)
        if late:
            tone = overdue_tone(problem, late, scope.plan.rules)
            return Toned(text + _(", {days} overdue").format(days=days(late)), tone)
        return Toned(text, "green" if problem.state == "verified" else "none")
    again = "\n" + _("sent back: {count}").format(count=problem.returned) if problem.returned else ""
    if problem.failed_again:
        again = "\n" + _("failed again: {count}").format(count=problem.failed_again)
    if late := problem.days_overdue(scope.as_of):
        tone = overdue_tone(problem, late, scope.plan.rules)
        return Toned(_("{days} overdue").format(days=days(late)) + again, tone)
    if problem.passed_on:
        return Toned(_("passed on site, to be verified"), "none")
    return Toned(_(STATES[problem.state]) + (again if problem.state == "open" else ""), _tone(problem))
