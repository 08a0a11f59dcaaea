"""The commands of each week: `jk bulletin`, `notice`, `handover`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ..dates import Period, month_of
from ..errors import Refused
from ..language import _, speaking
from ..ledger.protocol import Ledger
from .options import Reporting
from .output import Destination, emit, notify
from .session import Session
from .unit_files import file_name, write_new
from .weeks import last_week, parse_week

if TYPE_CHECKING:  # imported only where they are needed
    from ..reports.document import Document, Scope
    from ..reports.notice import Letter
    from ..rules.status import Judgement

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


def notice(
    options: Reporting,
    unit: Annotated[
        str | None, Argument(metavar=_("[UNIT]"), help=_("The unit that gets the letter."), show_default=False)
    ] = None,
    everyone: Annotated[
        bool, Option("--all", help=_("A letter for each unit that needs one, into the folder -o DIR."))
    ] = False,
    tasks: Annotated[
        list[str] | None, Option("--task", metavar=_("TASK"), help=_("Only this task; may be given again."))
    ] = None,
    number: Annotated[
        str | None,
        Option("--no", metavar=_("NUMBER"), help=_("The letter's number, with --all the first one; by default blank.")),
    ] = None,
    answer_by: Annotated[
        str | None,
        Option("--answer-by", metavar=_("DATE"), help=_("The date by which to answer; by default in seven days.")),
    ] = None,
) -> None:
    from ..reports import notice as reporting
    from ..rules.status import judge

    if (unit is None) != everyone:
        raise Refused(_("name the unit, or write to all that need a letter: --all -o DIR"))
    if everyone and options.output is None:
        raise Refused(_("name the folder: -o DIR"))
    with options.session() as session:
        day = session.as_of
        letter = reporting.Letter(
            unit=session.unit(unit) or "",
            number=number or BY_HAND,
            answer_by=session.typed_day(answer_by) if answer_by else day + timedelta(days=DAYS_TO_ANSWER),
            tasks=tuple(session.task(name).id for name in tasks or ()),
        )
        scope, facts = session.survey()
        judgements = judge(session.plan, facts, day)
        with speaking(session.plan.language):
            if options.output and everyone:
                letters = _letters(scope, letter, judgements)
                files = _write_letters(letters, options.output, options.form or "docx", day)
            else:
                options.put(reporting.build(scope, letter, judgements))
                return
    for file, written in files.items():
        emit(_("{file}: {title}").format(file=file, title=written))
    if not files:
        emit(_("No unit needs a letter."))


def _letters(scope: "Scope", letter: "Letter", judgements: "Sequence[Judgement]") -> "dict[str, Document]":
    """The letter to each unit that needs one, in the plan's order; numbered on from the first number, if any."""
    from ..reports import notice as reporting

    problems = (problem for each in judgements for part in each.every() for problem in part.at.problems)
    units = dict.fromkeys((*scope.plan.known_units(), *(problem.responsible for problem in problems)))
    letters: dict[str, Document] = {}
    for unit in units:
        number = str(int(letter.number) + len(letters)) if letter.number.isdecimal() else letter.number
        written = reporting.build(scope, replace(letter, unit=unit, number=number), judgements)
        if written.found:
            letters[unit] = written
    return letters


def _write_letters(letters: "Mapping[str, Document]", folder: Path, form: str, day: date) -> dict[Path, str]:
    """Write the letters, a file each; the title of each by its file.

    Raises:
        Refused: one is there already, and was changed.
    """
    files = {folder / file_name(unit, day.isoformat(), _ENDINGS.get(form, form)): unit for unit in letters}
    write_new(folder, {file: Destination(form, None).file(letters[unit]) for file, unit in files.items()})
    return {file: letters[unit].title for file, unit in files.items()}


_ENDINGS = {"markdown": "md", "plain": "txt", "table": "txt"}
"""The endings of files whose format has another name."""


def handover(options: Reporting) -> None:
    from ..reports import handover as reporting
    from ..rules.status import judge

    with options.session() as session:
        scope, facts = session.survey()
        with options.language_of(session.plan):
            document = reporting.build(scope, judge(session.plan, facts, scope.as_of))
    options.put(document)
