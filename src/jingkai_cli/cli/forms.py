"""`jk form`: the spreadsheets in which units report, ballot sheets, and inspection forms."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from typer import Option

from ..dates import Period, official_date
from ..errors import Refused, extra
from ..intake.sites_csv import SiteList, sites_of
from ..language import _, ngettext, speaking
from ..quantities import enumeration
from ..reports.findings import unconfirmed
from ..reports.form_content import Known, build
from ..text import name_key
from .names import resolve_checklist
from .options import Reporting, only
from .output import emit, notify
from .session import Session
from .typed_dates import one_period, typed_month
from .unit_files import files_for, write_new


def form(
    options: Annotated[Reporting, only("plan", "ledger")],
    output: Annotated[
        Path,
        Option(
            "-o",
            "--output",
            metavar=_("DIR"),
            help=_("The folder for the files; with --checklist the file (.xlsx)."),
            show_default=False,
        ),
    ],
    month: Annotated[
        str | None,
        Option(
            "--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."), show_default=False
        ),
    ] = None,
    week: Annotated[
        str | None, Option("--week", metavar=_("WEEK"), help=_("2016-W10, last or this."), show_default=False)
    ] = None,
    unit: Annotated[
        str | None,
        Option("--unit", metavar=_("UNIT"), help=_("Only the form of this unit; by default all."), show_default=False),
    ] = None,
    due: Annotated[
        str | None,
        Option(
            "--due",
            metavar=_("DATE"),
            help=_("The day by which to return it; by default that of the plan for a week, and blank for a month."),
            show_default=False,
        ),
    ] = None,
    observation: Annotated[
        bool, Option("--observation", help=_("A ballot sheet for each judge of the month's observation."))
    ] = False,
    judge: Annotated[
        list[str] | None,
        Option("--judge", metavar=_("WHO"), help=_("With --observation: a judge; repeatable."), show_default=False),
    ] = None,
    checklist: Annotated[
        str | None,
        Option(
            "--checklist",
            metavar=_("CHECKLIST"),
            help=_("Write the inspection form of this checklist instead: one row per site."),
            show_default=False,
        ),
    ] = None,
) -> None:
    if checklist is not None:
        if month or week or unit or due:
            raise Refused(_("--checklist takes only -o beside it"))
        _checklist(options, checklist, output)
        return
    if observation:
        if week or unit or due:
            raise Refused(_("a ballot sheet is of a month and of all units: without --week, --unit and --due"))
        if not month or not judge:
            raise Refused(_("name the month and the judges: --month 2016-03 --judge WHO"))
        _ballots(options, output, month, judge)
        return
    if judge:
        raise Refused(_("--judge needs --observation"))
    _reports(options, output, {"month": month, "week": week}, unit, due)


def _reports(
    options: Reporting, output: Path, typed: Mapping[str, str | None], unit: str | None, due: str | None
) -> None:
    """Write the form of each unit that has something to report, or of one unit.

    Raises:
        Refused: no period is given, or several; the return date is before the period; or a file exists.
    """
    with extra("office"):
        from ..formats.form_sheet import render

    with options.session() as session:
        plan, period = session.plan, one_period(typed, session.plan, session.made_on)
        return_by = session.typed_day(due) if due else None
        if return_by and return_by < period.start:
            text = _("--due {day} is before the period, which begins on {start}")
            raise Refused(text.format(day=official_date(return_by), start=official_date(period.start)))
        if output.exists() and not output.is_dir():
            raise Refused(_("{folder} is not a folder: -o names the folder for the files").format(folder=output))
        only_unit = session.unit(unit)
        known = _known(session, period)
        session.notify_doubts()
    units = [only_unit] if only_unit else plan.single_units()
    forms = [build(plan, known, each, period, return_by) for each in units]
    needed = [blank_form for blank_form in forms if blank_form.lines]
    places = files_for([blank_form.unit for blank_form in needed], output, f"-{period.name}.xlsx")
    with speaking(plan.language):
        files = dict(zip(places, map(render, needed), strict=True))
    write_new(output, files)
    for file, blank_form in zip(places, needed, strict=True):
        count = len({line.task.id for line in blank_form.lines})
        tasks = ngettext("{count} task", "{count} tasks", count).format(count=count)
        emit(_("{file}: {tasks}").format(file=file, tasks=tasks))
    unneeded = [blank_form.unit for blank_form in forms if not blank_form.lines]
    if unneeded:
        notify(_("No form for {units}: there is nothing for them to report.").format(units=enumeration(unneeded)))
    if not only_unit and (unled := unconfirmed(plan, "lead_unit")):
        text = _("Not in any form, because the lead unit is not confirmed: tasks {tasks}.")
        notify(text.format(tasks=enumeration(unled)))


def _ballots(options: Reporting, output: Path, month: str, judges: Sequence[str]) -> None:
    """Write a ballot sheet for each judge."""
    with extra("office"):
        from ..formats.ballot_sheet import render
    from ..intake.ballot_layout import BlankBallot

    names = [" ".join(judge.split()) for judge in judges]
    twice = [name for number, name in enumerate(names) if name_key(name) in map(name_key, names[:number])]
    if twice or not all(names):
        raise Refused(_("a judge is named twice, or without a name: {names}").format(names=enumeration(twice or names)))
    with options.session() as session:
        plan, period = session.plan, typed_month(month, session.plan, session.made_on)
        by_site = plan.observation is not None and plan.observation.of == "sites"
        found = sites_of(session.folder, plan) if by_site else SiteList(())
    blank = [BlankBallot(plan, name, period, found.sites) for name in names]
    lines = [*blank[0].lines()]
    if by_site and not (found.sites and lines):
        raise Refused(_("sites.csv has no site of the units that are judged"))
    places = files_for(names, output, f"-{period.name}.xlsx")
    with speaking(plan.language):
        files = dict(zip(places, map(render, blank), strict=True))
    write_new(output, files)
    count = len({line.unit for line in lines})
    units = ngettext("{count} unit", "{count} units", count).format(count=count)
    counted = ngettext("{count} site", "{count} sites", len(lines)).format(count=len(lines))
    for file in files:
        if by_site:
            emit(_("{file}: {sites}, {items}").format(file=file, sites=units, items=counted))
        else:
            emit(_("{file}: {tasks}").format(file=file, tasks=units))
    if by_site:
        _notify_left_out({unit for _group, unit in blank[0].units()}, found)


def _notify_left_out(judged: set[str], found: SiteList) -> None:
    """Report units without a site, sites of units that are not judged, and columns that are not read."""
    without_site = judged.difference(site.unit for site in found.sites)
    if without_site:
        text = _("Not on the sheet, because sites.csv has no site of theirs: {units}")
        notify(text.format(units=enumeration(sorted(without_site))))
    unjudged = [site.name for site in found.sites if site.unit not in judged]
    if unjudged:
        text = _("Not on the sheet, because their units are not judged: {sites}")
        notify(text.format(sites=enumeration(unjudged)))
    _notify_unread_columns(found)


def _checklist(options: Reporting, name: str, output: Path) -> None:
    """Write the inspection form of a checklist.

    Raises:
        Refused: the plan has no such checklist, there are no sites, or the file exists and may be filled in.
    """
    with extra("office"):
        from ..formats.checklist_sheet import render

    with options.session() as session:
        plan = session.plan
        checklist = resolve_checklist(plan, name)
        found = sites_of(session.folder, plan)
    if not found.sites:
        raise Refused(_("there are no sites to inspect"))
    if output.suffix.lower() != ".xlsx":
        raise Refused(_("{file}: with --checklist, -o names a file that ends in .xlsx").format(file=output))
    with speaking(plan.language):
        content = render(plan, checklist, found.sites)
    write_new(output.parent, {output: content})
    items, sites = len(checklist.items), len(found.sites)
    site_count = ngettext("{count} site", "{count} sites", sites).format(count=sites)
    item_count = ngettext("{count} item", "{count} items", items).format(count=items)
    emit(_("{file}: {sites}, {items}").format(file=output, sites=site_count, items=item_count))
    _notify_unread_columns(found)


def _notify_unread_columns(found: SiteList) -> None:
    if found.unread:
        notify(_("sites.csv: columns that are not read: {columns}").format(columns=enumeration(found.unread)))


def _known(session: Session, period: Period) -> Known:
    """The facts on the day before the period and at its end, from one state of the ledger."""
    from ..reports.survey import survey

    before = period.start - timedelta(days=1)
    both = session.ledger.read(lambda reader: [survey(reader, session.plan, day) for day in (before, period.end)])
    return Known(*(found.facts for found in both))
