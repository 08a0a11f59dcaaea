"""The commands of each week: `jk bulletin`, `notice`, `handover`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from ..dates import Period, month_of
from ..errors import Refused
from ..language import _, speaking
from ..ledger.protocol import Ledger
from ..model import Plan
from .notices import Notices
from .options import Format, Reporting, without
from .output import notify
from .session import Session
from .weeks import last_week, parse_week

DAYS_TO_ANSWER = 7
"""Days that a unit has to answer a letter unless `--answer-by` says a date."""

BY_HAND = "   "
"""Where a number is filled in by hand."""


def bulletin(
    options: Reporting,
    week: Annotated[
        str | None,
        Option("--week", metavar=_("WEEK"), help=_("2016-W10, last or this; by default the last one that has ended.")),
    ] = None,
    start: Annotated[
        str | None, Option("--from", metavar=_("DATE"), help=_("The first day, instead of a week."))
    ] = None,
    end: Annotated[str | None, Option("--to", metavar=_("DATE"), help=_("The last day, not a week."))] = None,
    number: Annotated[
        str | None,
        Option("--no", metavar=_("NUMBER"), help=_("The number of the issue; by default the number of the week.")),
    ] = None,
    dated: Annotated[
        str | None,
        Option("--date", metavar=_("DATE"), help=_("The date of the issue; by default the day on which it is made.")),
    ] = None,
    since: Annotated[
        str | None,
        Option(
            "--since",
            metavar=_("SEQ|DATE"),
            help=_("What was recorded since the last bulletin: the entry number in its last line, or its date."),
        ),
    ] = None,
    ranking: Annotated[
        bool, Option("--ranking", help=_("With the ranking of the units, for internal use only."))
    ] = False,
) -> None:
    from ..reports import bulletin as reporting
    from ..reports.dossiers import observed
    from ..reports.rank import latest_table
    from ..reports.survey import survey_period, survey_since
    from ..rules.change import changes

    with options.session() as session:
        plan, period, known = session.plan, _period(session, week, start, end), session.known
        earlier = session.close_later(_earlier(session, known, since)) if since else None
        found = known.read(
            lambda reader: (
                survey_since(reader, earlier, plan, period.start, period.end)
                if earlier
                else survey_period(reader, plan, period.start, period.end)
            )
        )
        scope = session.scope(found.now)
        scores = observed(known, plan, period.end) if ranking else []
        with speaking(plan.language):
            table = latest_table(plan, scores, month_of(period.end)) if ranking else None
            made_on = session.typed_day(dated) if dated else session.made_on
            issue = reporting.Issue(number or _number(period), period, made_on, table)
            compared = changes(plan, found.before, found.now)
            options.put(reporting.build(scope, issue, compared, found.entries))


def _period(session: Session, week: str | None, start: str | None, end: str | None) -> Period:
    """The days that the bulletin is about; those to come are left out.

    Raises:
        Refused: a week and days are both given, or the first day comes after the last.
    """
    today, ends = session.made_on, session.plan.rules.week_ends
    if week and (start or end):
        raise Refused(_("use either --week, or --from and --to"))
    period = parse_week(week, session.plan, today) if week else last_week(today, ends)
    if start or end:
        last = session.typed_day(end) if end else today
        first = session.typed_day(start) if start else last - timedelta(days=6)
        period = Period(f"{first} – {last}", first, last)
    if period.start > period.end:
        raise Refused(_("there are no days from {start} to {end}").format(start=period.start, end=period.end))
    if period.start > today:
        raise Refused(_("{day} is in the future").format(day=period.start))
    if period.end > today:
        notify(_("The week is not over: this is about {start} to {today}.").format(start=period.start, today=today))
    return replace(period, end=min(period.end, today))


def _number(period: Period) -> str:
    """The number of an issue is that of the ISO week in which it ends."""
    return str(period.end.isocalendar().week)


def _earlier(session: Session, known: Ledger, since: str) -> Ledger:
    """The ledger as the last bulletin knew it: up to an entry, or to the end of a day.

    Raises:
        Refused: there is no such entry.
    """
    from ..ledger.replay import known_on, up_to

    if re.fullmatch("#?[0-9]{1,18}", since):
        seq = int(since.removeprefix("#"))
        if known.entry(seq) is None:
            raise Refused(_("there is no entry #{seq} (`jk log` lists them)").format(seq=seq))
        return up_to(known, seq)
    return known_on(known, session.typed_moment(since))


class NoticeFormat(StrEnum):
    """What `-f` of `notice` takes: the formats of a report, and a text for a work-chat group."""

    table = "table"
    plain = "plain"
    markdown = "markdown"
    csv = "csv"
    json = "json"
    html = "html"
    xlsx = "xlsx"
    docx = "docx"
    chat = "chat"


def notice(
    options: Annotated[Reporting, without("form", "output")],
    unit: Annotated[
        str | None, Argument(metavar=_("UNIT"), help=_("The unit that gets the letter."), show_default=False)
    ] = None,
    everybody: Annotated[
        bool, Option("--all", help=_("A letter for each unit that needs one, into a folder."))
    ] = False,
    unreported: Annotated[
        bool, Option("--unreported", help=_("Who has not reported for the last week, as a text for a chat group."))
    ] = False,
    tasks: Annotated[
        list[str] | None, Option("--task", metavar=_("TASK"), help=_("Only this task; may be given again."))
    ] = None,
    number: Annotated[
        str | None,
        Option("--no", metavar=_("NUMBER"), help=_("The letter's number; by default blank. With --all the first one.")),
    ] = None,
    answer_by: Annotated[
        str | None,
        Option("--answer-by", metavar=_("DATE"), help=_("The date by which to answer; by default in seven days.")),
    ] = None,
    form: Annotated[
        NoticeFormat | None,
        Option(
            "-f",
            "--format",
            metavar=_("FORMAT"),
            help=_("A format of a report, or chat: texts for a work-chat group, at most 4,096 bytes each."),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        Option("-o", "--output", metavar=_("FILE"), help=_("Write to a file; with --all the folder for the letters.")),
    ] = None,
) -> None:
    from ..reports.notice import Letter
    from ..reports.notice_items import to_confirm
    from ..rules.status import judge

    if (unit is not None) + everybody + unreported != 1:
        raise Refused(_("name the unit, or use --all or --unreported"))
    if unreported and form is not NoticeFormat.chat:
        raise Refused(_("--unreported is a text for a chat group: add -f chat"))
    if everybody and tasks:
        raise Refused(_("--all is about all tasks: leave out --task"))
    if everybody and form is not NoticeFormat.chat and output is None:
        raise Refused(_("name the folder: -o DIR"))
    with options.session() as session:
        day, plan = session.as_of, session.plan
        by = session.typed_day(answer_by) if answer_by else day + timedelta(days=DAYS_TO_ANSWER)
        only = tuple(session.task(name).id for name in tasks or ())
        scope, facts = session.survey()
        with speaking(plan.language):
            notices = Notices(scope, judge(plan, facts, day))
            letter = Letter(session.unit(unit) or unit or "", number or BY_HAND, by, only)
            if unreported:
                notices.remind_unreported(output)
            elif form is NoticeFormat.chat:
                notices.remind([letter] if unit else notices.letters(letter), output)
            elif everybody and output:
                notices.write_all(letter, replace(options, form=_report_format(form)), output)
            else:
                notices.put(letter, replace(options, form=_report_format(form), output=output))
        left_out = [] if unreported else list(to_confirm(plan, notices.judgements, letter.unit or None))
    _tell(plan, form, left_out)


def _tell(plan: Plan, form: NoticeFormat | None, left_out: Sequence[str]) -> None:
    """Say on stderr that a letter is unsigned, and what is left out of letters."""
    if plan.issuer is None and form is not NoticeFormat.chat:
        notify(_("The letter is unsigned: the plan names no issuer (issuer: …)."))
    if left_out:
        notify(_("To be confirmed, and in no letter:"))
    for line in left_out:
        notify(f"  {line}")


def _report_format(form: NoticeFormat | None) -> Format | None:
    return Format(form.value) if form else None


def handover(options: Reporting) -> None:
    from ..reports import handover as reporting
    from ..rules.status import judge

    with options.session() as session:
        scope, facts = session.survey()
        with options.language_of(session.plan):
            make = reporting.on_paper if options.destination.on_paper else reporting.build
            document = make(scope, judge(session.plan, facts, scope.as_of))
    options.put(document)
