"""`jk problem stats`: what became of the problems of a period, by unit, zone, place … (问题统计)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from ..dates import Period, month_of, official_date
from ..facts import TaskFacts
from ..kinds import life_of
from ..kinds.lifecycle import Problem
from ..language import N_, _, in_use
from ..model import Plan
from ..quantities import count_or_rate
from .document import Column, Document, Scope, Section, Table
from .reason_wording import numbered

SOURCES = {
    "inspection": N_("inspection on site"),
    "report": N_("report of a unit"),
    "instruction": N_("written instruction"),
    "superior": N_("supervision from above"),
    "hotline": N_("hotline 12345"),
    "media": N_("media"),
}
"""Source of a problem → its name in print."""

HEADINGS = {
    "unit": N_("Unit"),
    "zone": N_("Zone"),
    "shift": N_("Shift"),
    "place": N_("Place"),
    "source": N_("Source"),
    "task": N_("Task"),
}
"""Grouping → the header of its column."""


class Counts(Struct, frozen=True):
    """What became of problems in a period. `due` = `in_time` + `late` + `open`.

    All fields except `found`, `remaining` and `remaining_overdue` count only problems that were due. A problem that was
    split is left out: its parts are counted.
    """

    found: int
    """交办: found in the period."""
    due: int
    """应结: with a date in the period."""
    in_time: int
    """按期结: reported fixed by their date, and not sent back since."""
    late: int
    """超期结: reported fixed after their date."""
    open: int
    """未结: not reported fixed, or sent back."""
    overdue: int
    """其中逾期: of the open ones, past their date."""
    returned: int
    """退回重办: sent back at least once."""
    extended: int
    """延期: with a date moved by an approved extension; the date in force counts."""
    remaining: int
    """尚未整改: found by the last day of the period, whatever their date, and not reported fixed."""
    remaining_overdue: int
    """整改逾期: of the remaining ones, past their date."""

    @property
    def closing_rate(self) -> float | None:
        """结案率: (`in_time` + `late`) ÷ `due`, in percent; None if nothing was due."""
        return self._share(self.in_time + self.late)

    @property
    def in_time_rate(self) -> float | None:
        """按期结案率: `in_time` ÷ `due`, in percent; None if nothing was due."""
        return self._share(self.in_time)

    @property
    def return_rate(self) -> float | None:
        """退回重办率: `returned` ÷ `due`, in percent; None if nothing was due."""
        return self._share(self.returned)

    def _share(self, part: int) -> float | None:
        return 100 * part / self.due if self.due else None


def counted(problems: Sequence[Problem], period: Period, as_of: date) -> Counts:
    """Count problems by the definitions of `Counts`, as of a date."""
    start, end = period.start, period.end
    due = [p for p in problems if start <= p.deadline <= end and not p.parts]
    remaining = [p for p in problems if p.opened_on <= end and p.fixed_on is None and not p.parts]
    return Counts(
        found=sum(start <= p.opened_on <= end and not p.parts for p in problems),
        due=len(due),
        in_time=sum(p.fixed_on is not None and p.fixed_on <= p.deadline for p in due),
        late=sum(p.fixed_on is not None and p.fixed_on > p.deadline for p in due),
        open=sum(p.fixed_on is None for p in due),
        overdue=sum(p.days_overdue(as_of) > 0 for p in due),
        returned=sum(p.returned > 0 for p in due),
        extended=sum(p.original is not None for p in due),
        remaining=len(remaining),
        remaining_overdue=sum(p.days_overdue(as_of) > 0 for p in remaining),
    )


def build(scope: Scope, facts: Mapping[str, TaskFacts], period: Period, group_by: str, least: int) -> Document:
    """The statistics of a period, one row for each group and one for all.

    Args:
        scope: the plan and the date of the report.
        facts: the facts of every task as of that date.
        period: the days to count.
        group_by: a key of `HEADINGS`.
        least: groups with fewer problems found in the period are left out, but the total includes them. A split problem
            counts once.
    """
    groups = _groups(scope, facts, group_by)
    counts = {name: counted(problems, period, scope.as_of) for name, problems in groups.items()}
    often = {name for name, problems in groups.items() if least == 1 or _arrivals(problems, period) >= least}
    shown = {name: c for name, c in counts.items() if (c.found or c.due or c.remaining) and name in often}
    ordered = sorted(shown, key=lambda name: (-shown[name].found, -shown[name].overdue, name))
    if group_by == "task":
        ordered = [task.id for task in scope.plan.every_task() if task.id in shown]
    everything = total(counts.values())
    what_counts = (_counted(period, scope.as_of),) if shown else ()
    return Document(
        kind="problem-stats",
        about=scope.about,
        title=_title(period),
        fields={**fields(), "group": _(HEADINGS[group_by])},
        items=[_item(name or None, shown[name]) for name in ordered],
        sections=(
            _table(
                scope.plan,
                group_by,
                [(name, shown[name]) for name in ordered],
                (_("All") if least == 1 else _("All, those not listed too"), everything),
            ),
        ),
        footnotes=what_counts if everything.remaining != everything.open else (),  # else no figures differ
        paper_footnotes=what_counts,
        found=bool(shown),
        extra={"from": period.start, "to": period.end, "group_by": group_by, "total": _item(None, everything)},
    )


def _counted(period: Period, as_of: date) -> str:
    """The footnote about what the columns count: problems due in the period, and all that remain."""
    text = _("What was due, and what became of it, is of problems due {start} to {end}; what remains is as of {day}.")
    return text.format(start=period.start, end=period.end, day=as_of)


def _title(period: Period) -> str:
    """The title: a whole month by name, any other period by its days."""
    month = month_of(period.start)
    if (period.start, period.end) == (month.start, month.end):
        text = _("Statistics of problems, {year}-{month:02}")
        return text.format(year=period.start.year, month=period.start.month)
    text = _("Statistics of problems, {start} to {end}")
    end = official_date(period.end)
    if in_use() == "zh" and period.start.year == period.end.year:
        end = end.partition("年")[2]
    return text.format(start=official_date(period.start), end=end)


def by_unit(scope: Scope, facts: Mapping[str, TaskFacts], period: Period) -> Mapping[str, Counts]:
    """The statistics of a period by the unit that must fix the problems."""
    groups = _groups(scope, facts, "unit")
    return {name: counted(problems, period, scope.as_of) for name, problems in groups.items()}


def _arrivals(problems: Iterable[Problem], period: Period) -> int:
    """The number of problems found in a period; the parts of one that was split count once."""
    return len({p.part_of or p.seq for p in problems if period.start <= p.opened_on <= period.end})


def _groups(scope: Scope, facts: Mapping[str, TaskFacts], group_by: str) -> dict[str, list[Problem]]:
    """The problems that count, over all tasks, by group."""
    lives = (life_of(task, facts[task.id].events) for task in scope.plan.every_task() if task.id in facts)
    groups: dict[str, list[Problem]] = {}
    for problem in (p for life in lives for p in life.counted_problems):
        groups.setdefault(_group(problem, group_by), []).append(problem)
    return groups


def total(counts: Collection[Counts]) -> Counts:
    """The sum of the counts of all groups."""
    return Counts(**{field: sum(getattr(each, field) for each in counts) for field in Counts.__struct_fields__})


def _group(problem: Problem, group_by: str) -> str:
    value = problem.responsible if group_by == "unit" else getattr(problem, group_by)
    return str(value or "")


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "group": _("Group"),
        "found": _("Found"),
        "due": _("Due in the period"),
        "in_time": _("Fixed in time"),
        "late": _("Fixed late"),
        "open": _("Not fixed"),
        "overdue": _("Of these overdue"),
        "returned": _("Sent back"),
        "extended": _("Extended"),
        "closing_rate": _("Closing rate"),
        "in_time_rate": _("In-time rate"),
        "return_rate": _("Return rate"),
        "remaining": _("Still open"),
        "remaining_overdue": _("Still overdue"),
    }


def _item(name: str | None, counts: Counts) -> dict[str, object]:
    names = [*fields()][1:]
    return {"group": name, **{field: getattr(counts, field) for field in names}}


def _table(plan: Plan, group_by: str, groups: Sequence[tuple[str, Counts]], total: tuple[str, Counts]) -> Section:
    numbers = {name: title for name, title in fields().items() if name != "group"}
    columns = (
        Column(_(HEADINGS[group_by]), wraps_from=10),
        *(
            Column(t, align="right", wraps_from=None if "rate" in name else 4, drop=_DROPPED.get(name, 0))
            for name, t in numbers.items()
        ),
    )
    rows = [(_name(plan, group_by, name), *_cells(counts, numbers)) for name, counts in groups]
    if not rows:
        return Section(lines=(_("No problems."),))
    return Section(table=Table(columns, (*rows, (total[0], *_cells(total[1], numbers)))))


_DROPPED = {"extended": 4, "return_rate": 3, "closing_rate": 2, "in_time_rate": 1}
"""Column → the order in which a narrow terminal drops it, highest first."""


def _name(plan: Plan, group_by: str, name: str) -> str:
    if not name:
        return _("not stated")
    if group_by == "source":
        return _(SOURCES[name])
    task = plan.task(name) if group_by == "task" else None
    return numbered(task) if task else name


def _cells(counts: Counts, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(count_or_rate(getattr(counts, name)) for name in names)
