"""The command for many districts: `jk overview`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast
from zoneinfo import ZoneInfo

import typer
from typer import Argument, Option

from ..dates import parse_day, parse_moment
from ..errors import Exit, Refused
from ..language import _, in_use, ngettext
from ..text import near, quoted
from .environment import cache_folder, now
from .options import Listing, Words, without
from .output import notify
from .remembered_ledger_heads import remember_head, remembered_head

if TYPE_CHECKING:  # imported only on use
    from ..plan.districts import Districts
    from ..reports.district import DistrictJob, DistrictReport, Listed
    from ..reports.document import Document
    from ..reports.overview import Grouping
    from ..reports.task_filters import By

WORKERS = _("Workers")


GROUPS = Words(
    {
        "district": "县区 区县 县（市、区）",
        "unit": "单位 牵头单位",
        "category": "类别 工作类别",
        "task": "任务 工作任务",
    }
)
"""The values of `--group-by`."""

_GROUPED: "Mapping[str | None, By]" = {"unit": "unit", "category": "category"}


def overview(
    options: Annotated[Listing, without("plan", "ledger")],
    file: Annotated[
        Path,
        Argument(
            metavar=_("DISTRICTS"), help=_("The file that lists the districts: districts.yaml."), show_default=False
        ),
    ],
    overdue: Annotated[bool, Option("--overdue", help=_("Only what is overdue, worst first."))] = False,
    at_risk: Annotated[bool, Option("--at-risk", help=_("Only what is at risk."))] = False,
    unit: Annotated[
        str | None, Option("--unit", metavar=_("UNIT"), help=_("Only the tasks of this lead unit."))
    ] = None,
    category: Annotated[
        str | None, Option("--category", metavar=_("NAME"), help=_("Only the tasks of this category."))
    ] = None,
    group_by: Annotated[
        str | None,
        Option(
            "--group-by",
            click_type=GROUPS,
            metavar=_("BY"),
            help=_("One line for each district, unit, category or task: district, unit, category, task."),
        ),
    ] = None,
    matrix: Annotated[
        bool, Option("--matrix", help=_("The lamps: a line for each task id, a column for each district."))
    ] = False,
    check: Annotated[bool, Option("--check", help=_("Also verify each ledger, as `jk check` does (slower)."))] = False,
    workers: Annotated[
        int | None,
        Option(
            "--workers",
            metavar=_("N"),
            min=1,
            max=256,
            help=_("How many districts to judge at once; by default one per processor."),
            rich_help_panel=WORKERS,
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        Option(
            "--scheduler",
            metavar=_("URL"),
            help=_("Judge on a Dask cluster: tcp://HOST:8786. Its workers open the ledgers."),
            rich_help_panel=WORKERS,
        ),
    ] = None,
    limit: Annotated[
        float,
        Option(
            "--timeout",
            metavar=_("SECONDS"),
            min=1,
            max=86400,
            help=_("Time limit for each district; 60 by default."),
            show_default=False,
            rich_help_panel=WORKERS,
        ),
    ] = 60.0,
) -> None:
    from ..plan.districts import load_districts
    from ..reports.district import FAULTS, DistrictJob, Listed
    from ..reports.task_filters import Filters, Question
    from .district_workers import cluster, judge_all, processes

    if matrix and group_by:
        raise Refused(_("--matrix cannot be combined with --group-by"))
    if scheduler and workers:
        raise Refused(_("--workers is for this machine; on a cluster its scheduler decides"))
    districts = load_districts(file)
    question = Question(Filters(overdue=overdue, at_risk=at_risk, unit=unit, category=category))
    zone = ZoneInfo(districts.timezone)
    day = parse_day(options.as_of) if options.as_of else now().astimezone(zone).date()
    moment = parse_moment(options.known_on, zone) if options.known_on else None
    with options.language_of(districts):
        listed: Listed = "tasks" if group_by or matrix else _listed(options)
        jobs = [
            DistrictJob(
                district,
                question,
                day,
                in_use(),
                moment,
                remembered_head(district.ledger),
                check,
                districts.silent_after,
                listed,
                _GROUPED.get(group_by),
                None if scheduler else cache_folder(),
            )
            for district in districts.districts
        ]
        with cluster(scheduler) if scheduler else processes(workers, len(jobs)) as start:
            found = judge_all(jobs, start, limit)
        _refuse_unknown(found, unit, category)
        document = _document(districts, day, moment, found, group_by, matrix=matrix)
    for job, each in zip(jobs, found, strict=True):
        _conclude(job, each)
    options.destination.put(document)
    failed = [each for each in found if each.state in FAULTS]
    if failed:
        text = ngettext(
            "{count} district could not be read or verified: {names}",
            "{count} districts could not be read or verified: {names}",
            len(failed),
        )
        notify(text.format(count=len(failed), names=", ".join(each.name for each in failed)))
        raise typer.Exit(Exit.LEDGER)
    if options.exit_code and document.found:
        raise typer.Exit(Exit.FINDINGS)


def _listed(options: Listing) -> "Listed":
    """The parts of a report that the format shows."""
    if options.destination.for_programs:
        return "items"
    if options.destination.with_items:
        return "all"
    return "dates" if options.destination.is_in("ics") else "rows"


def _conclude(job: "DistrictJob", found: "DistrictReport") -> None:
    """Report the fault of a district on stderr, and remember the head of its ledger if that is as expected."""
    if found.fault:
        notify(_("{district}: {fault}").format(district=found.name, fault=found.fault))
    if found.head is not None and found.state in ("whole", "first-seen", "as-seen", "silent"):
        remember_head(job.district.ledger, found.first, found.head)


def _refuse_unknown(found: "Sequence[DistrictReport]", unit: str | None, category: str | None) -> None:
    """Refuse a unit or a category that no district has.

    Raises:
        Refused: no district has it; the message suggests the closest name.
    """
    for name, kind in ((unit, "units"), (category, "categories")):
        known = sorted({each for report in found for each in getattr(report, kind)})
        if name is not None and name not in known:
            text = _("no district that could be read has {name} {near}")
            raise Refused(text.format(name=quoted(name), near=near(name, known)))


def _document(
    districts: "Districts",
    day: date,
    moment: datetime | None,
    found: "Sequence[DistrictReport]",
    group_by: str | None,
    *,
    matrix: bool,
) -> "Document":
    from ..reports import overview as reporting

    scope = reporting.OverviewScope(districts, day, moment)
    if matrix:
        return reporting.matrix(scope, found)
    return reporting.grouped(scope, found, cast("Grouping", group_by)) if group_by else reporting.listing(scope, found)
