"""`jk today`."""

from datetime import date, timedelta
from typing import Annotated

from typer import Option

from ..dates import parse_day
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

FRIDAY = 4


def today(
    since: Annotated[
        str | None,
        Option(
            "--since",
            metavar=_("DATE"),
            help=_("What happened from this day on; the last weekday before by default. After holidays, say it."),
        ),
    ] = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..reports import today as coordination
    from ..reports.survey import survey_period
    from ..rules.change import changes

    desk = Desk.at(plan, ledger, known_on)
    day = desk.as_of(as_of)
    start = parse_day(since) if since else last_weekday(day)
    known, moment = desk.known()
    told = known.read(lambda reader: survey_period(reader, desk.plan, start, day))
    compared = changes(desk.plan, told.before, told.now)
    destination = Destination(form, output, encoding, labels)
    with destination.language_of(desk.plan):
        document = coordination.build(desk.scope(told.now, moment), start, compared, told.entries)
    destination.put(document)


def last_weekday(day: date) -> date:
    """The last day from Monday to Friday before a day."""
    before = day - timedelta(days=1)
    return before - timedelta(days=max(0, before.weekday() - FRIDAY))
