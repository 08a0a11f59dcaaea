"""`jk assess`: the score of each unit for a month or a year."""

from typing import Annotated

from typer import Option

from ..dates import Period, parse_month, parse_year
from ..errors import Refused
from ..language import _
from .desk import Desk
from .options import (
    AsOfOption,
    EncodingOption,
    FormatOption,
    KnownOnOption,
    LabelsOption,
    LedgerOption,
    OutputOption,
    PlanOption,
)
from .output import Destination


def assess(
    month: Annotated[
        str | None, Option("--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."))
    ] = None,
    year: Annotated[str | None, Option("--year", metavar=_("YEAR"), help=_("A whole year, such as 2016."))] = None,
    unit: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("Only this unit."))] = None,
    explain: Annotated[bool, Option("--explain", help=_("Every entry behind every point."))] = False,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..reports import assess
    from ..reports import assess as assessing
    from ..reports.dossiers import assessments

    desk = Desk.at(plan, ledger, known_on)
    period = _period(desk, month, year)
    day = min(period.end, desk.day(as_of))
    asked = desk.unit(unit)
    known, moment = desk.known()
    found, assessed = known.read(lambda reader: assessments(reader, desk.plan, period, day, asked))
    destination = Destination(form, output, encoding, labels)
    with destination.language_of(desk.plan):
        document = assessing.build(desk.scope(found, moment), assessed, period)
        if explain:
            document = assess.explain(document, assessed)
    destination.put(document)


def _period(desk: Desk, month: str | None, year: str | None) -> Period:
    """The month or the year that was asked for.

    Raises:
        Refused: neither was, or both.
    """
    if month and not year:
        return parse_month(month, desk.today)
    if year and not month:
        return parse_year(year)
    raise Refused(_("say which period: --month 2016-03 or --year 2016"))
