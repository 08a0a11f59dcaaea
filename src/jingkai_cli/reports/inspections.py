"""`jk inspections`: the sites inspected in a period, what passed, and the inspectors sent (现场检查统计)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import get_args

from msgspec import Struct

from ..checklists import Site
from ..dates import Period, official_date
from ..facts import TaskFacts
from ..field_types import Shift
from ..kinds import life_of
from ..kinds.lifecycle import Inspection
from ..language import N_, _
from ..model import Plan
from ..quantities import count_or_rate
from ..rules.inspection_counts import people_sent
from .document import Column, Document, Scope, Section, Table

HEADINGS = {"zone": N_("Zone"), "shift": N_("Shift"), "unit": N_("Responsible unit"), "item": N_("Item")}
"""Grouping → the header of its column."""


class InspectionFilters(Struct, frozen=True):
    """The period, the grouping and the filters of a report of inspections; a filter that is None keeps all."""

    period: Period
    group_by: str
    """A key of `HEADINGS`."""
    checklist: str | None = None
    shift: str | None = None

    def take(self, inspection: Inspection) -> bool:
        """Whether an inspection is counted."""
        return (
            self.period.start <= inspection.on <= self.period.end
            and self.checklist in (None, inspection.checklist)
            and self.shift in (None, inspection.shift)
        )


class InspectionCounts(Struct, frozen=True):
    """The counts of inspections of a period."""

    sites: int | None
    """点位数: sites in the plan; None if the plan has no such group or there is no list of sites."""
    inspected: int
    """已检查点位: the number of different sites inspected."""
    visits: int
    """检查处次: inspections; a site inspected twice counts twice."""
    people: int
    """出动人次: inspectors; each counts once for each shift of a day."""
    passed: int
    """合格项次: items that passed."""
    failed: int
    """不合格项次: items that failed, including those that were a problem already."""
    failed_again: int
    """复查未通过: of the failed items, those that were a problem already."""

    @property
    def coverage(self) -> float | None:
        """覆盖率: `inspected` ÷ `sites`, in percent."""
        return 100 * self.inspected / self.sites if self.sites else None

    @property
    def pass_rate(self) -> float | None:
        """合格率: `passed` ÷ (`passed` + `failed`), in percent; items that do not apply are left out."""
        looked_at = self.passed + self.failed
        return 100 * self.passed / looked_at if looked_at else None


def counted(inspections: Sequence[Inspection], sites: Iterable[str] | None) -> InspectionCounts:
    """Count inspections by the definitions of `InspectionCounts`.

    Args:
        inspections: the inspections of a group.
        sites: the ids of the sites of the group; inspections elsewhere do not count towards coverage.
    """
    site_ids = None if sites is None else set(sites)
    visited = {i.site for i in inspections}
    return InspectionCounts(
        sites=None if site_ids is None else len(site_ids),
        inspected=len(visited if site_ids is None else visited & site_ids),
        visits=len(inspections),
        people=people_sent(inspections),
        passed=sum(len(i.passed) for i in inspections),
        failed=sum(len(i.failed) for i in inspections),
        failed_again=sum(len(i.failed_again) for i in inspections),
    )


def _last_day(period: Period, as_of: date) -> str:
    """The last day of a period that is counted; in Chinese without the year if the period begins in it."""
    day = min(period.end, as_of)
    written = official_date(day)
    return written.partition("年")[2] or written if day.year == period.start.year else written


def build(
    scope: Scope, facts: Mapping[str, TaskFacts], sites: Sequence[Site] | None, filters: InspectionFilters
) -> Document:
    """The inspections of a period, one row for each group and one for all.

    Args:
        scope: the plan and the date of the report.
        facts: the facts of every task as of that date.
        sites: the sites of the plan; None if there is no list of them.
        filters: the period, the grouping and the filters.
    """
    lives = (life_of(task, facts[task.id].events) for task in scope.plan.every_task() if task.id in facts)
    inspections = [i for life in lives for i in life.inspections if filters.take(i)]
    period, group_by = filters.period, filters.group_by
    groups = _by_item(inspections) if group_by == "item" else _grouped(scope.plan, inspections, sites, group_by)
    total = counted(inspections, None if sites is None else (site.id for site in sites))
    title = _("Inspections on site, {start} to {end}")
    return Document(
        kind="inspections",
        about=scope.about,
        title=title.format(start=official_date(period.start), end=official_date(period.end)),
        paper_title=title.format(start=official_date(period.start), end=_last_day(period, scope.as_of)),
        fields={**fields(), "group": _(HEADINGS[group_by])},
        items=[_item(name or None, counts) for name, counts in groups],
        sections=(_table(group_by, groups, total),) if inspections or groups else (Section(lines=(_none(),)),),
        footnotes=(*_footnotes(inspections, sites), *_note_on_people(groups, total)),
        paper_footnotes=(*_footnotes_on_paper(inspections, sites), *_note_on_people(groups, total)),
        found=bool(inspections),
        extra={"from": period.start, "to": period.end, "group_by": group_by, "total": _item(None, total)},
    )


def _none() -> str:
    return _("No inspections.")


Groups = list[tuple[str, InspectionCounts]]


def _grouped(plan: Plan, inspections: Sequence[Inspection], sites: Sequence[Site] | None, group_by: str) -> Groups:
    """Count by zone, shift or unit. If the list has a site, its zone and unit are taken from the list."""
    known = {site.id: site for site in sites or ()}
    of_inspection: Mapping[str, Callable[[Inspection], str | None]] = {
        "zone": lambda i: known[i.site].zone if i.site in known else i.zone,
        "unit": lambda i: known[i.site].unit if i.site in known else i.unit,
        "shift": lambda i: i.shift,
    }
    found: dict[str, list[Inspection]] = {}
    for inspection in inspections:
        found.setdefault(of_inspection[group_by](inspection) or "", []).append(inspection)
    if group_by == "shift" and sites is not None:
        return [(name, counted(found.get(name, []), known)) for name in dict.fromkeys((*get_args(Shift), *found))]
    if sites is None:
        return [(name, counted(found[name], None)) for name in sorted(found)]
    members: dict[str, list[str]] = {}
    for site in sites:
        members.setdefault(getattr(site, group_by) or "", []).append(site.id)
    names = dict.fromkeys((*(plan.zones if group_by == "zone" else ()), *members, *sorted(found)))
    return [
        (name, counted(found.get(name, []), members.get(name, ())))
        for name in names
        if name in found or name in members
    ]


def _by_item(inspections: Sequence[Inspection]) -> Groups:
    """Count by item: only how often it passed and failed, without sites."""
    items = dict.fromkeys(item for i in inspections for item in (*i.passed, *i.failed, *i.not_applicable))
    found: Groups = []
    for item in items:
        looked_at = [i for i in inspections if item in i.passed or item in i.failed]
        each = counted(looked_at, None)
        passed = sum(item in i.passed for i in looked_at)
        again = sum(item in i.failed_again for i in looked_at)
        found.append(
            (
                item,
                InspectionCounts(
                    None, each.inspected, each.visits, each.people, passed, len(looked_at) - passed, again
                ),
            )
        )
    return found


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "group": _("Group"),
        "sites": _("Sites"),
        "inspected": _("Sites inspected"),
        "coverage": _("Coverage"),
        "visits": _("Inspections"),
        "people": _("Inspectors sent"),
        "passed": _("Items passed"),
        "failed": _("Items failed"),
        "pass_rate": _("Pass rate"),
        "failed_again": _("Failed again"),
    }


def _item(name: str | None, counts: InspectionCounts) -> dict[str, object]:
    return {"group": name, **{field: getattr(counts, field) for field in [*fields()][1:]}}


def _table(group_by: str, groups: Groups, total: InspectionCounts) -> Section:
    hidden = {"group"} | ({"sites", "coverage"} if group_by == "item" or total.sites is None else set())
    hidden |= {"people"} if group_by == "item" else set()
    shown = {name: title for name, title in fields().items() if name not in hidden}
    columns = (
        Column(_(HEADINGS[group_by]), wraps_from=8),
        *(Column(title, align="right", wraps_from=4) for title in shown.values()),
    )
    rows = [(name or _("not stated"), *_cells(counts, shown)) for name, counts in groups]
    return Section(table=Table(columns, (*rows, (_("All"), *_cells(total, shown)))))


def _cells(counts: InspectionCounts, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(count_or_rate(getattr(counts, name)) for name in names)


def _note_on_people(groups: Groups, total: InspectionCounts) -> Iterator[str]:
    """Why the inspectors of all groups together are fewer than the sum over groups."""
    if total.people < sum(counts.people for _name, counts in groups):
        yield _("Inspectors sent: in the total, whoever is out for several groups in one shift of a day counts once.")


def _footnotes_on_paper(inspections: Sequence[Inspection], sites: Sequence[Site] | None) -> Iterator[str]:
    """Like `_footnotes`, for readers who do not know the files."""
    if sites is None:
        yield _("There is no list of the sites: coverage is not known.")
    elif unlisted := _unlisted_sites(inspections, sites):
        text = _("Inspected, but not in the list of the sites any more (not in the coverage): {sites}")
        yield text.format(sites=_(", ").join(unlisted))


def _unlisted_sites(inspections: Sequence[Inspection], sites: Sequence[Site]) -> list[str]:
    """The names of inspected sites that are not in the list."""
    known = {site.id for site in sites}
    return [*dict.fromkeys(i.name for i in inspections if i.site not in known)]


def _footnotes(inspections: Sequence[Inspection], sites: Sequence[Site] | None) -> Iterator[str]:
    """Yield caveats on the figures: inspected sites that are not in the list, or that there is no list."""
    if sites is None:
        yield _("There is no sites.csv: coverage is not known.")
        return
    if unlisted := _unlisted_sites(inspections, sites):
        yield _("Inspected, but not in sites.csv any more (not in the coverage): {sites}").format(
            sites=_(", ").join(unlisted)
        )
