"""The commands at month's end: `jk score`, `rank`, `assess`, `export`."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec.structs import replace
from typer import Argument, Option

from ..dates import Period, official_date, with_dates
from ..errors import Refused, extra
from ..figure_reader import points
from ..language import _, speaking
from ..text import quoted
from .environment import ask, make_folder
from .ledger_location import LedgerLocation
from .ledger_tools import emit_head, refuse_other_content
from .options import MonthOption, Reporting, Words, Writing, only, without
from .output import Destination, emit, emit_whole, notify, print_bytes, refuse_plan_or_ledger, whole, write_whole
from .session import Session
from .typed_dates import one_period, typed_month

if TYPE_CHECKING:  # imported only on use
    from ..checklists import Site
    from ..ledger.entries import Entries
    from ..reports.document import Document, Scope


def score(
    options: Annotated[Writing, without("evidence", "force", "unit", "received")],
    unit: Annotated[str, Argument(metavar=_("UNIT"), help=_("The unit that is judged."), show_default=False)],
    value: Annotated[str, Argument(metavar=_("SCORE"), help=_("0 to 100."), show_default=False)],
    month: MonthOption,
    item: Annotated[
        str | None, Option("--item", metavar=_("ITEM"), help=_("The ballot item that is scored, by id or name."))
    ] = None,
    site: Annotated[
        str | None,
        Option("--site", metavar=_("SITE"), help=_("The site that is scored, if the plan's observation is by site.")),
    ] = None,
) -> None:
    from .names import known_unit, resolve_ballot_item
    from .recording import WritingSession

    with WritingSession(options) as session:
        judged = known_unit(session.plan, unit)
        line = resolve_ballot_item(session.plan, item)
        place = site_judged(session, judged, site) if site else None
        session.record(
            "score",
            session.plan.programme,
            by=ask(options.by, _("name the judge"), "--by " + _("WHO")),
            unit=judged,
            month=typed_month(month, session.plan, session.today).name,
            score=points(value),
            item=line.id if line else None,
            site=place.id if place else None,
            place=place.name if place else None,
        )


def site_judged(session: Session, unit: str, name: str) -> "Site":
    """The site of a unit that a judge scores, by its id, its name or a part of its name.

    Raises:
        InvalidInput: the list of sites has faults.
        Refused: the observation is not by site, there is no such site, or it belongs to another unit.
    """
    from ..intake.sites_csv import sites_of
    from .names import resolve_site

    if session.plan.observation is None or session.plan.observation.of != "sites":
        raise Refused(_("the plan's observation judges units as a whole (`observation: of: sites` judges their sites)"))
    site = resolve_site(sites_of(session.folder, session.plan).sites, name)
    if site.unit != unit:
        text = _("{site} is a site of {owner}, not of {unit}")
        raise Refused(text.format(site=quoted(site.name), owner=site.unit, unit=unit))
    return site


def rank(
    options: Reporting,
    month: Annotated[
        str | None, Option("--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."))
    ] = None,
    quarter: Annotated[
        str | None, Option("--quarter", metavar=_("QUARTER"), help=_("A whole quarter, such as 2016-Q1."))
    ] = None,
    year: Annotated[str | None, Option("--year", metavar=_("YEAR"), help=_("A whole year, such as 2016."))] = None,
    top: Annotated[
        int | None, Option("--top", metavar=_("NUMBER"), min=1, help=_("List at most this many units in each group."))
    ] = None,
    explain: Annotated[bool, Option("--explain", help=_("Show the ballots behind every score."))] = False,
) -> None:
    from ..reports import rank as reporting
    from ..reports.document import Scope
    from ..reports.unit_facts import observed

    with options.session() as session:
        period = one_period({"month": month, "quarter": quarter, "year": year}, session.plan, session.made_on)
        day = session.day
        ends = min(day, period.end)
        head, scores, early = session.known.read(
            lambda reader: (reader.head(), observed(reader, session.plan, day), observed(reader, session.plan, ends))
        )
        session.notify_doubts()
        with options.language_of(session.plan):
            found, at_end = (reporting.ranked(session.plan, each, period, top) for each in (scores, early))
            if found == at_end and not options.as_of:
                day = ends  # nothing was scored after the period
            document = reporting.build(Scope(session.plan, day, session.known_on, head), found)
            if explain:
                explained = reporting.explain_on_paper if options.destination.on_paper else reporting.explain
                document = explained(document, found)
    options.put(document)


def assess(
    options: Reporting,
    month: Annotated[
        str | None, Option("--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."))
    ] = None,
    year: Annotated[str | None, Option("--year", metavar=_("YEAR"), help=_("A whole year, such as 2016."))] = None,
    unit: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("Only this unit."))] = None,
    explain: Annotated[bool, Option("--explain", help=_("Show the entries behind every point."))] = False,
) -> None:
    from ..reports import assess as reporting
    from ..reports import assess_items as explaining
    from ..reports.unit_facts import assessments

    with options.session() as session:
        period = one_period({"month": month, "year": year}, session.plan, session.made_on)
        day, asked = _as_of_day(period, session.day), _single_unit(session, unit)
        found, assessed = session.known.read(lambda reader: assessments(reader, session.plan, period, day, asked))
        scope = session.scope(found)
        with options.language_of(session.plan):
            if not options.destination.on_paper:
                document = reporting.build(scope, assessed, period)
                document = explaining.explain(document, assessed, session.plan) if explain else document
            else:
                document = reporting.on_paper(scope, assessed, period)
                document = explaining.explain_on_paper(document, assessed, session.plan) if explain else document
    options.put(document)


def _single_unit(session: Session, name: str | None) -> str | None:
    """The unit to assess; None if no name is given.

    Raises:
        Refused: the plan does not have it, or it stands for several units.
    """
    unit = session.unit(name)
    if unit is not None and unit not in session.plan.single_units():
        raise Refused(_("{unit} stands for several units, which are assessed one by one").format(unit=unit))
    return unit


def _as_of_day(period: Period, today: date) -> date:
    """The last day of a period; while the period is running, today, with a note on stderr.

    Raises:
        Refused: the period has not begun.
    """
    if period.end <= today:
        return period.end
    from ..reports.assess_items import part_title  # only of a period that is not over

    name, day = with_dates(part_title(period.name)), official_date(today)
    if period.start > today:
        raise Refused(_("{period} has not begun: it is {today}").format(period=name, today=day))
    notify(_("{period} is not over: the figures are as of {today}.").format(period=name, today=day))
    return today


_FORMATS = Words({"csv": "", "xlsx": "excel", "jsonl": "", "parquet": ""})
"""The values of `-f` in `export`: CSV or one workbook for a month, JSON Lines or Parquet for a whole ledger."""


def export(
    options: Annotated[Reporting, only("known_on", "encoding", "labels", "plan", "ledger")],
    month: Annotated[
        str | None,
        Option(
            "--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."), show_default=False
        ),
    ] = None,
    everything: Annotated[
        bool, Option("--all", help=_("The whole ledger with its hashes, to import or restore elsewhere."))
    ] = False,
    form: Annotated[
        str | None,
        Option(
            "-f",
            "--format",
            click_type=_FORMATS,
            metavar=_("FORMAT"),
            help=_("csv or xlsx for a month; for --all jsonl, or parquet (typed tables, the tasks as judged)."),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        Option(
            "-o",
            "--output",
            metavar=_("DIR"),
            help=_("The folder for the files of a month or of parquet; with -f xlsx or --all the file, else stdout."),
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        Option("--as-of", metavar=_("DATE"), help=_("For -f parquet: the date of its tables; by default today.")),
    ] = None,
) -> None:
    if (month is None) == (not everything):
        raise Refused(_("name what to export: --month MONTH, or --all"))
    _check_form(form, everything=everything, as_of=as_of)
    if month is None:
        if options.known_on or options.encoding or options.labels:
            raise Refused(
                _("--all exports the ledger as it is: it cannot be combined with --known-on, --encoding or --labels")
            )
        if form != "parquet":
            _export_ledger(LedgerLocation.of(options.plan, options.ledger), output)
            return
    if output is None or (form == "xlsx" and output.suffix.lower() != ".xlsx"):
        raise Refused(_("name the file: -o FILE.xlsx") if form == "xlsx" else _("name the folder: -o DIR"))
    with replace(options, as_of=as_of).session() as session:
        if month is None:
            _export_tables(session, output)
        elif form == "xlsx":
            if options.encoding or options.labels:
                raise Refused(_("--encoding and --labels are for csv"))
            _export_workbook(session, month, output)
        else:
            _export_month(session, month, output, Destination("csv", None, options.encoding, labels=options.labels))


def _check_form(form: str | None, *, everything: bool, as_of: str | None) -> None:
    """Refuse a format that does not exist for a month, or for the whole ledger."""
    if form is not None and (form in ("jsonl", "parquet")) != everything:
        raise Refused(_("a month is exported as csv or xlsx, --all as jsonl or parquet"))
    if as_of and form != "parquet":
        raise Refused(_("--as-of is for -f parquet: a month is as of its end, and jsonl is the ledger as it is"))


def _export_ledger(location: LedgerLocation, output: Path | None) -> None:
    """Write all entries of a ledger as JSON Lines, to stdout or to a file."""
    from ..ledger import dump, open_for_reading

    with closing(open_for_reading(location.name)) as known:
        if output is None:
            for recorded in known.entries():
                print_bytes(dump.line(recorded).encode())
            return
        refuse_plan_or_ledger(output)
        refuse_other_content(output, location, known)
        with whole(output) as file:
            head = dump.write(known.entries(), file)
    emit_head(output, head)


def _export_month(session: Session, month: str, output: Path, as_csv: Destination) -> None:
    """Write the CSV files of a month to a folder, and the anchor of the ledger that they were made from."""
    from ..formats import data_package
    from ..reports import export as reporting

    period = typed_month(month, session.plan, session.made_on)
    _refuse_file(output)
    scope, documents, _entries = _month(session, period)
    files = {output / name: as_csv.file(document) for name, document in documents.items()}
    package = output / data_package.FILE
    encoding = (as_csv.encoding or "utf-8-sig").lower()
    described = data_package.build(scope.about, period.name, documents, encoding, labels=as_csv.labels)
    files[package] = described.encode()
    anchor = output / reporting.ANCHOR
    files[anchor] = reporting.anchor(scope, period, session.plan_sha256).encode()
    make_folder(output)
    write_whole(files)
    for name, document in documents.items():
        emit(_("{file}: {count}").format(file=output / name, count=len(document.items)))
    emit(_("{file}: what every column means").format(file=package))
    emit(_("{file}: {head}").format(file=anchor, head=scope.head))


def _export_tables(session: Session, output: Path) -> None:
    """Write the whole ledger and the judged tasks to a folder, as Parquet.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    with extra("overview"):
        from ..formats.parquet import written
    from ..reports.export import Export, export_whole

    _refuse_file(output)
    files: dict[Path, tuple[bytes, int]] = {}

    def write(export: Export) -> None:
        for name, (item, rows) in export.files.items():
            files[output / f"{name}.parquet"] = written(export.scope.about, item, rows)

    head = export_whole(session.known, session.plan, session.as_of, write).scope.head
    make_folder(output)
    write_whole({file: content for file, (content, _count) in files.items()})
    for file, (_content, count) in files.items():
        emit(_("{file}: {count}").format(file=file, count=count))
    emit(_("{file}: {head}").format(file=output, head=head))


def _refuse_file(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise Refused(_("{folder} is not a folder: -o names the folder for the files").format(folder=output))


def _month(session: Session, period: Period) -> "tuple[Scope, dict[str, Document], Entries]":
    """The scope of a month's reports, each report by the name of its CSV file, and the month's entries."""
    from ..ledger.entries import Selection
    from ..reports import export as reporting
    from ..reports.unit_facts import assessments

    plan, known, day = session.plan, session.known, _as_of_day(period, session.made_on)
    entries = known.entries(Selection(since=period.start, until=day))
    retracted = known.retracted_by(entries.numbers)
    found, assessed = known.read(lambda reader: assessments(reader, plan, period, day))
    scope = session.scope(found)
    documents = reporting.build(scope, found.facts, entries, retracted, assessed)
    return scope, documents, entries


def _export_workbook(session: Session, month: str, output: Path) -> None:
    """Write the four tables of a month as one workbook, in the language of the plan."""
    with extra("office"):
        from ..formats.xlsx import workbook
    from ..reports.export import for_people

    with speaking(session.plan.language):
        _scope, documents, entries = _month(session, typed_month(month, session.plan, session.made_on))
        documents = for_people(documents, session.plan, entries)
        write_whole({output: workbook([*documents.values()])})
    for document in documents.values():
        emit(_("{file}: {count}").format(file=document.title, count=len(document.items)))
    emit_whole(str(output))
