"""`jk inspections`: coverage, pass rates and inspectors sent on site."""

from typing import Annotated

from typer import Option

from ..language import _
from .options import LAST_WEEK, Between, Reporting, Words
from .problem_commands import SHIFTS

GROUPINGS = Words({"zone": "区域 片区", "shift": "班次", "unit": "单位", "item": "检查项 项目"})
"""The groupings of inspections."""


def inspections(
    options: Reporting,
    between: Between = LAST_WEEK,
    group_by: Annotated[
        str,
        Option(
            "--group-by",
            click_type=GROUPINGS,
            metavar=_("GROUP"),
            help=_("One line for each: {groups}.").format(groups=GROUPINGS.choices_in_words()),
            show_default=False,
        ),
    ] = "zone",
    shift: Annotated[
        str | None,
        Option("--shift", click_type=SHIFTS, metavar="白天|夜间", help=_("Only inspections of this shift.")),
    ] = None,
    checklist: Annotated[
        str | None, Option("--checklist", metavar=_("CHECKLIST"), help=_("Only inspections by this checklist."))
    ] = None,
) -> None:
    from ..intake.sites_csv import has_sites, sites_of
    from ..reports.inspections import InspectionFilters, build
    from .names import resolve_checklist

    with options.session() as session:
        period = between.period(session)
        listed = resolve_checklist(session.plan, checklist).id if checklist else None
        filters = InspectionFilters(period, group_by, listed, shift)
        sites = sites_of(session.folder, session.plan).sites if has_sites(session.folder) else None
        scope, facts = session.survey()
        with options.language_of(session.plan):
            document = build(scope, facts, sites, filters)
    options.put(document)
