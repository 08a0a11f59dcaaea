"""The weekly commands: `jk bulletin`, `notice`, `handover`."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec.structs import replace
from typer import Argument, Option

from ..dates import Period, month_of, official_date, with_dates, working_day
from ..errors import Refused
from ..language import _, speaking
from ..ledger.protocol import Ledger
from .issuing import Issuing, Sent, head_text, issue, whole_number
from .notices import Notices, written_file
from .options import FORMAT_WORDS, Reporting, Words, without
from .output import emit, notify
from .session import Session
from .typed_dates import last_week, typed_week, week_of

if TYPE_CHECKING:
    from ..kinds.lifecycle import Issued

_DAYS_TO_ANSWER = 7
"""The default number of days in which a unit must answer a letter."""

_BY_HAND = "   "
"""Space to fill in a number by hand."""


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
        Option(
            "--no",
            metavar=_("ISSUE"),
            help=_("The number of the issue; by default the one after the last one issued."),
        ),
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
    *,
    issuing: Issuing,
) -> None:
    from ..reports import bulletin as reporting
    from ..reports.rank import latest_table
    from ..reports.survey import survey_period, survey_since
    from ..reports.unit_facts import observed, register
    from ..rules.change import changes
    from ..rules.issued_papers import bulletins, next_bulletin

    with issuing.session(options, _("-o FILE.docx")) as session:
        plan, known = session.plan, session.known
        made_on = session.typed_day(dated) if dated else session.made_on
        issued = [each for each in bulletins(register(known, plan)) if each.on <= max(made_on, session.made_on)]
        period = _period(session, week, start, end, issued)
        previous = next(
            (each for each in reversed(issued) if (each.start, each.end) == (period.start, period.end)), None
        )
        earlier = _ledger_known_at(session, known, since) if since else _ledger_of_last_bulletin(known, issued, period)
        if earlier:
            session.close_later(earlier)
        found = known.read(
            lambda reader: (
                survey_since(reader, earlier, plan, period.start, period.end)
                if earlier
                else survey_period(reader, plan, period.start, period.end)
            )
        )
        scope = session.scope(found.now)
        if previous and issuing.issue:
            scope = replace(scope, head=previous.head)  # the file shows the head of the ledger at its first issue
        scores = observed(known, plan, period.end) if ranking else []
        number = number or str(previous.ordinal if previous else next_bulletin(issued) or _first_number(period))
        if issuing.issue:
            number = str(whole_number(number))
        with speaking(plan.language):
            table = latest_table(plan, scores, month_of(period.end)) if ranking else None
            dated_on = previous.on if previous and not dated else made_on
            this_issue = reporting.Issue(number, period, dated_on, table)
            document = reporting.build(scope, this_issue, changes(plan, found.before, found.now), found.entries)
            if not issuing.issue:
                options.put(document)
                return
            content = options.destination.file(document)
        fields = {
            "number": document.letterhead and document.letterhead.number,
            "period": f"{period.start}/{period.end}",
            "head": head_text(scope.head),
        }
        sent = Sent(options.output or Path(), content, dated_on, fields)
        is_same = previous is not None and sent.sha256 == previous.sha256
        issue(session, [replace(sent, issued_before=previous) if is_same else sent])


def _ledger_of_last_bulletin(known: Ledger, issued: "Sequence[Issued]", period: Period) -> Ledger | None:
    """The ledger as of the last bulletin if that ended on the day before the period; else None."""
    from ..ledger.replay import up_to

    day = period.start - timedelta(days=1)
    last = next((each for each in reversed(issued) if each.end == day), None)
    if last is None:
        return None
    head = known.entry(last.head.seq)
    if last.head.seq and (head is None or head.hash != last.head.hash):
        text = _("{number} (#{seq}) was made from another ledger: what is new is decided by date.")
        notify(text.format(number=last.number, seq=last.seq))
        return None
    return up_to(known, last.head.seq)


def _period(
    session: Session, week: str | None, start: str | None, end: str | None, issued: "Sequence[Issued]"
) -> Period:
    """The days of the bulletin, without days in the future. By default, it begins where the last issued one ended.

    Raises:
        Refused: both a week and days are given, or the first day is after the last.
    """
    today, ends = session.made_on, session.plan.rules.week_ends
    if week and (start or end):
        raise Refused(_("use either --week, or --from and --to"))
    period = typed_week(week, session.plan, today) if week else last_week(today, ends)
    if start or end:
        last = session.typed_day(end) if end else today
        first = session.typed_day(start) if start else _day_after_last(issued, last) or last - timedelta(days=6)
        period = Period(f"{first} – {last}", first, last)
    elif issued and not week:
        period = _period_since_last(issued[-1], period)
    if period.start > period.end:
        raise Refused(
            _("{start} is after {end}").format(start=official_date(period.start), end=official_date(period.end))
        )
    if period.start > today:
        raise Refused(_("{day} is in the future").format(day=official_date(period.start)))
    if period.end > today:
        text = _("The week is not over: this is about {start} to {today}.")
        notify(text.format(start=official_date(period.start), today=official_date(today)))
    return replace(period, end=min(period.end, today))


def _day_after_last(issued: "Sequence[Issued]", last: date) -> date | None:
    """The day after the end of the last bulletin; None if that is after `last`."""
    after = issued[-1].end + timedelta(days=1) if issued and issued[-1].end else None
    return after if after and after <= last else None


def _period_since_last(last: "Issued", week: Period) -> Period:
    """The days after the last bulletin up to the end of the week; those of the last bulletin again if it had that week.

    In that case stderr says so.
    """
    if last.start is None or last.end is None:
        return week
    if last.end >= week.end:
        text = _("{number} (#{seq}), about {start} to {end}, once more; the next one: --to DATE")
        days = {"start": official_date(last.start), "end": official_date(last.end)}
        notify(text.format(number=last.number, seq=last.seq, **days))
        return _named_period(last.start, last.end)
    start = last.end + timedelta(days=1)
    return week if start == week.start else _named_period(start, week.end)


def _named_period(first: date, last: date) -> Period:
    """A period, with the name of its week if it is one."""
    week = week_of(last)
    return week if week.start == first else Period(f"{first} – {last}", first, last)


def _first_number(period: Period) -> str:
    """The number of the first issue: that of the ISO week in which the period ends."""
    return str(period.end.isocalendar().week)


def _ledger_known_at(session: Session, known: Ledger, since: str) -> Ledger:
    """The ledger as of the last bulletin: up to an entry, or to the end of a day.

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


_CHAT = "chat"
"""The format that only `notice` has: texts for a chat group."""

LETTER_FORMATS = Words({**FORMAT_WORDS, _CHAT: "群消息 工作群 微信"})
"""The values of `-f` in `notice`."""


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
        list[str] | None, Option("--task", metavar=_("TASK"), help=_("Only this task; repeatable."))
    ] = None,
    number: Annotated[
        str | None,
        Option("--no", metavar=_("LETTER"), help=_("The letter's number; by default blank. With --all the first one.")),
    ] = None,
    answer_by: Annotated[
        str | None,
        Option("--answer-by", metavar=_("DATE"), help=_("The date by which to answer; by default in seven days.")),
    ] = None,
    form: Annotated[
        str | None,
        Option(
            "-f",
            "--format",
            click_type=LETTER_FORMATS,
            metavar=_("FORMAT"),
            help=_("A format of a report, or chat: texts for a work-chat group, at most 4,096 bytes each."),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        Option("-o", "--output", metavar=_("FILE"), help=_("Write to a file; with --all the folder for the letters.")),
    ] = None,
    *,
    issuing: Issuing,
) -> None:
    from ..reports.notice_items import items_of, to_confirm
    from ..reports.notice_requests import Letter
    from ..reports.unit_facts import register
    from ..rules.status import judge

    one, some = unit is not None, bool(tasks)
    _refuse_conflicts(form, output, one=one, everybody=everybody, unreported=unreported, some=some, issuing=issuing)
    chat = form == _CHAT
    usual = "docx" if everybody else None
    options = replace(options, form=usual if chat else form or usual, output=output)
    with issuing.session(options, _("-o DIR") if everybody else _("-o FILE.docx")) as session:
        day, plan = session.as_of, session.plan
        by = session.typed_day(answer_by) if answer_by else working_day(day + timedelta(days=_DAYS_TO_ANSWER))
        only = tuple(session.task(name).id for name in tasks or ())
        addressee = session.unit(unit) or ""
        scope, facts = session.survey()
        with speaking(plan.language):
            notices = Notices(scope, judge(plan, facts, day), register(session.known, plan))
            letter = Letter(addressee, number or _BY_HAND, by, only)
            if unreported:
                notices.remind_unreported(output)
            elif chat:
                notices.remind([notices.addressed(letter)] if unit else notices.letters(letter), output)
            elif everybody and output and not issuing.issue:
                notices.write_all(letter, options, output)
            elif not issuing.issue:
                notices.put(notices.addressed(letter), options)
        if issuing.issue:
            to_issue = notices.all_to_issue if everybody else notices.to_issue
            papers = to_issue(letter, options, whole_number(number) if number else None)
            issue(session, papers)
            if everybody:
                emit("\n".join(written_file(paper.file, paper.tasks) for paper in papers))
        left_out = [] if unreported else list(to_confirm(plan, notices.judgements, letter.unit or None))
    if plan.issuer is None and not chat and (everybody or items_of(plan, addressee, notices.judgements, only)):
        notify(_("The letter is unsigned: the plan names no issuer (issuer: …)."))
    _notify_left_out(left_out)


def _refuse_conflicts(
    form: str | None,
    output: Path | None,
    *,
    one: bool,
    everybody: bool,
    unreported: bool,
    some: bool,
    issuing: Issuing,
) -> None:
    """Refuse options that contradict each other.

    Raises:
        Refused: the options contradict; the message says what to type.
    """
    if one + everybody + unreported != 1:
        raise Refused(_("name the unit, or use --all or --unreported"))
    if unreported and form != _CHAT:
        raise Refused(_("--unreported is a text for a chat group: add -f chat"))
    if everybody and some:
        raise Refused(_("--all is about all tasks: leave out --task"))
    if everybody and form != _CHAT and output is None:
        raise Refused(_("name the folder: -o DIR"))
    if issuing.issue and form == _CHAT:
        raise Refused(_("a text for a chat group has no number: leave out --issue"))


def _notify_left_out(left_out: Sequence[str]) -> None:
    """Report on stderr what letters leave out."""
    if left_out:
        notify(_("Left out of every letter until confirmed:"))
    for line in left_out:
        notify(f"  {with_dates(line)}")


def handover(options: Reporting) -> None:
    from ..reports import handover as reporting
    from ..reports.unit_facts import before_meeting
    from ..rules.status import judge

    with options.session() as session:
        found, open_matters = session.known.read(lambda reader: before_meeting(reader, session.plan, session.as_of))
        scope = session.scope(found)
        with options.language_of(session.plan):
            make = reporting.on_paper if options.destination.on_paper else reporting.build
            document = make(scope, judge(session.plan, found.facts, scope.as_of), open_matters)
    options.put(document)
