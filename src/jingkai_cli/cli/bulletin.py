"""`jk bulletin`."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from typer import Option

from ..dates import Period, last_week, month_of, parse_day, parse_moment, parse_week
from ..errors import Refused
from ..language import _, speaking
from ..ledger.protocol import Ledger
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
from .output import Destination, tell


def bulletin(
    week: Annotated[
        str | None,
        Option("--week", metavar=_("WEEK"), help=_("2016-W10; the last week that is over by default.")),
    ] = None,
    start: Annotated[
        str | None, Option("--from", metavar=_("DATE"), help=_("The first day, instead of a week."))
    ] = None,
    end: Annotated[str | None, Option("--to", metavar=_("DATE"), help=_("The last day, not a week."))] = None,
    number: Annotated[
        str | None, Option("--no", metavar=_("NUMBER"), help=_("The number of the issue; that of the week by default."))
    ] = None,
    since: Annotated[
        str | None,
        Option(
            "--since",
            metavar=_("SEQ|DATE"),
            help=_("What came to be known since the last bulletin: the number in its last line, or its date."),
        ),
    ] = None,
    ranking: Annotated[
        bool, Option("--ranking", help=_("With the ranking of the units, for internal use only."))
    ] = False,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..reports import bulletin as reporting
    from ..reports.dossiers import observed
    from ..reports.rank import latest_table
    from ..reports.survey import survey_period, survey_since
    from ..rules.change import changes

    desk = Desk.at(plan, ledger, known_on)
    today = desk.day(as_of)
    period = _period(desk, week, start, end, today)
    known, moment = desk.known()
    earlier = _earlier(desk, known, since)
    told = known.read(
        lambda reader: (
            survey_since(reader, earlier, desk.plan, period.start, period.end)
            if earlier
            else survey_period(reader, desk.plan, period.start, period.end)
        )
    )
    scope = desk.scope(told.now, moment)
    scores = observed(known, desk.plan, period.end) if ranking else []
    with speaking(desk.plan.language):
        table = latest_table(desk.plan, scores, month_of(period.end)) if ranking else None
        issue = reporting.Issue(number or _number(period), period, table)
        document = reporting.build(scope, issue, changes(desk.plan, told.before, told.now), told.entries)
        Destination(form, output, encoding, labels).put(document)


def _period(desk: Desk, week: str | None, start: str | None, end: str | None, today: date) -> Period:
    """The days that the bulletin is about; those to come are left out.

    Raises:
        Refused: a week and days are both given, or the first day comes after the last.
    """
    ends = desk.plan.rules.week_ends
    if week and (start or end):
        raise Refused(_("say either --week, or --from and --to"))
    period = parse_week(week, ends) if week else last_week(today, ends)
    if start or end:
        last = parse_day(end) if end else today
        first = parse_day(start) if start else last - timedelta(days=6)
        period = Period(f"{first} – {last}", first, last)
    if period.start > period.end:
        raise Refused(_("there is no day from {start} to {end}").format(start=period.start, end=period.end))
    if period.start > today:
        raise Refused(_("{day} is in the future").format(day=period.start))
    if period.end > today:
        tell(_("The week is not over: this is about {start} to {today}.").format(start=period.start, today=today))
    return replace(period, end=min(period.end, today))


def _number(period: Period) -> str:
    """The number of an issue is that of the ISO week in which it ends."""
    return str(period.end.isocalendar().week)


def _earlier(desk: Desk, known: Ledger, since: str | None) -> Ledger | None:
    """The ledger as the last bulletin knew it: up to an entry, or to the end of a day.

    Raises:
        Refused: there is no such entry.
    """
    if since is None:
        return None
    if re.fullmatch("#?[0-9]{1,18}", since):
        seq = int(since.removeprefix("#"))
        if known.entry(seq) is None:
            raise Refused(_("there is no entry #{seq} (`jk log` lists them)").format(seq=seq))
        return known.prefix(seq)
    return known.known_on(parse_moment(since, desk.zone))
