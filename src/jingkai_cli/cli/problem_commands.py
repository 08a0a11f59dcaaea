"""`jk problem open`, `fix`, `verify`, `reopen`, `list`: problems and the dates by which they must be fixed."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from ..errors import Finding, InvalidInput, Refused
from ..facts import TaskFacts
from ..intake.text_files import read
from ..kinds import life_in
from ..language import _
from ..model import Entry, Recorded, Task
from ..quantities import enumeration
from ..text import name_key
from .environment import WHY, ask
from .names import verifier_of
from .options import (
    LAST_WEEK,
    Between,
    Deciding,
    Listing,
    Reporting,
    TaskArgument,
    VerifierOption,
    WideOption,
    Words,
    Writing,
    without,
)
from .recording import WritingSession
from .session import Session

if TYPE_CHECKING:  # imported only on use
    from ..reports.document import Scope


SHIFTS = Words({"白天": "day 日间", "夜间": "night 夜"})


SOURCES = Words(
    {
        "inspection": "现场检查 检查",
        "report": "报送",
        "instruction": "批示",
        "superior": "上级督查 督查",
        "hotline": "12345热线 热线 12345",
        "media": "媒体",
    }
)
"""How a problem became known (问题来源)."""

STATES = Words({"open": "已交办 整改中 未整改", "fixed": "待核验 已整改", "verified": "已销号 已核验"})
"""The states of a problem."""

SourceOption = Annotated[
    str | None,
    Option(
        "--source",
        click_type=SOURCES,
        metavar=_("SOURCE"),
        help=_("How it came to be known: {sources}.").format(sources=SOURCES.choices_in_words()),
    ),
]

PIECES = 3
"""The pieces of a part: text, unit, date."""

NumberArgument = Annotated[
    str, Argument(metavar=_("PROBLEM"), help=_("Its number (`jk problem list` shows it)."), show_default=False)
]


def open_(
    options: Annotated[Writing, without("note", "received")],
    task: TaskArgument,
    what: Annotated[str, Argument(metavar=_("WHAT"), help=_("What was found, in your own words."), show_default=False)],
    responsible: Annotated[
        str | None, Option("--unit", metavar=_("UNIT"), help=_("The unit that must fix it."))
    ] = None,
    due: Annotated[str | None, Option("--due", metavar=_("DATE"), help=_("The deadline for putting it right."))] = None,
    zone: Annotated[str | None, Option("--zone", metavar=_("ZONE"), help=_("One of the plan's zones."))] = None,
    shift: Annotated[
        str | None,
        Option("--shift", click_type=SHIFTS, metavar="白天|夜间", help=_("The shift in which it was found.")),
    ] = None,
    place: Annotated[
        str | None, Option("--place", metavar=_("PLACE"), help=_("The exact place, such as a road or a site."))
    ] = None,
    source: SourceOption = None,
    part_of: Annotated[
        int | None, Option("--part-of", metavar=_("SEQ"), help=_("The problem of which it is a part."))
    ] = None,
    major: Annotated[
        bool, Option("--major", help=_("It is a major one: the task's lamp is red until it is fixed."))
    ] = False,
) -> None:
    with WritingSession(options) as session:
        subject = session.task(task)
        zones = session.plan.zones
        session.record(
            "problem",
            subject,
            responsible=session.unit_of(
                subject, ask(responsible, _("name the responsible unit"), "--unit " + _("UNIT"))
            ),
            deadline=session.typed_day(ask(due, _("give the deadline"), "--due " + _("DATE"))),
            zone=session.one_of(zones, zone) if zones else zone,
            shift=shift,
            place=place,
            source=source,
            part_of=part_of,
            severity="major" if major else None,
            note=what,
        )


def split(
    options: Annotated[Writing, without("evidence", "note", "received", "unit", "key")],
    number: NumberArgument,
    parts: Annotated[
        list[str] | None,
        Option("--part", metavar=_("TEXT;UNIT;DATE"), help=_("A part: what, the unit that must do it, by when.")),
    ] = None,
    file: Annotated[
        Path | None,
        Option("--from", metavar=_("FILE"), help=_("The parts as CSV: three columns in this order, and a header.")),
    ] = None,
) -> None:
    with WritingSession(options) as session:
        task, opened = opened_problem(session, number)
        lines = [(_("part {number}").format(number=number), text) for number, text in enumerate(parts or [], 1)]
        lines += _lines_of(file) if file else ()
        if not lines:
            raise Refused(_("name the parts: --part 'TEXT; UNIT; DATE', once for each, or --from FILE"))
        whole = opened.entry
        shared: dict[str, Any] = {
            "zone": whole.zone,
            "shift": whole.shift,
            "place": whole.place,
            "source": whole.source,
        }
        shared["part_of"] = opened.seq
        session.commit(task, [_part(session, task, place, text, shared) for place, text in lines])


def _lines_of(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the lines of a file of parts, without its header, in the form of `--part`, each with its place."""
    _encoding, lines = read(file)
    results = [line for _where, line in lines]
    if faults := [line for line in results if isinstance(line, Finding)]:
        raise InvalidInput(faults)
    for number, line in enumerate((line for line in results if isinstance(line, dict)), 2):
        yield f"{file}:{number}", ";".join(str(value) for value in line.values())


def _part(session: WritingSession, task: Task, place: str, text: str, shared: Mapping[str, Any]) -> Entry:
    """The entry of one part; `shared` has the fields that all parts share.

    Raises:
        Refused: it does not have three pieces, or its unit or date cannot be read; the message names its place.
    """
    pieces = [piece.strip() for piece in re.split("[;；]", text)]
    if len(pieces) != PIECES or not all(pieces):
        raise Refused(_("{place}: '{text}' is not TEXT;UNIT;DATE").format(place=place, text=text))
    what, unit, due = pieces
    try:
        responsible, deadline = session.unit_of(task, unit), session.typed_day(due)
    except Refused as refused:
        raise Refused(_("{place}: {why}").format(place=place, why=refused)) from None
    return session.entry("problem", task, note=what, responsible=responsible, deadline=deadline, unit=None, **shared)


def fix(options: Annotated[Writing, without("received")], number: NumberArgument) -> None:
    with WritingSession(options) as session:
        task, opened = opened_problem(session, number)
        session.record("fix", task, ref=opened.seq)


def verify(
    options: Annotated[Writing, without("unit", "received")], number: NumberArgument, verifier: VerifierOption = None
) -> None:
    with WritingSession(options) as session:
        task, opened = opened_problem(session, number)
        if not verifier:
            session.refuse_at_once("verify", task, ref=opened.seq)
        who = verifier_of(session.plan, task, verifier, opened.entry.responsible)
        session.record("verify", task, ref=opened.seq, verifier=who)


def reopen(options: Annotated[Deciding, without("evidence", "unit", "received")], number: NumberArgument) -> None:
    with WritingSession(options) as session:
        note = ask(options.note, *WHY)
        task, opened = opened_problem(session, number)
        session.record("reopen", task, ref=opened.seq, note=note)


def opened_problem(session: Session, number: str) -> tuple[Task, Recorded]:
    """The task of a problem, and the entry that opened the problem.

    Raises:
        Refused: no problem has that number.
    """
    digits = name_key(number).removeprefix("#")
    opened = session.ledger.entry(int(digits)) if re.fullmatch("[0-9]{1,18}", digits) else None
    if opened is None or opened.entry.kind != "problem":
        message = _("there is no problem {number} (`jk problem list` shows them)").format(number=number)
        raise Refused(message + _problems_of(session, digits))
    return session.task(opened.entry.task), opened


def _problems_of(session: Session, number: str) -> str:
    """A hint to append to a message if the number of a task was typed for a problem: its problems; empty if not."""
    task = session.plan.task(number)
    if task is None:
        return ""
    problems = life_in(session.ledger, task).counted_problems
    unverified = [f"#{problem.seq} {problem.title}" for problem in problems if problem.state != "verified"]
    text = (
        _("; {number} is a task, and its problems are {problems}")
        if unverified
        else _("; {number} is a task without problems")
    )
    return text.format(number=number, problems=enumeration(unverified))


def list_(
    options: Listing,
    overdue: Annotated[bool, Option("--overdue", help=_("Only those past their date, worst first."))] = False,
    unit: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("Only those of this unit."))] = None,
    task: Annotated[str | None, Option("--task", metavar=_("TASK"), help=_("Only those of this task."))] = None,
    zone: Annotated[str | None, Option("--zone", metavar=_("ZONE"), help=_("Only those of this zone."))] = None,
    shift: Annotated[
        str | None,
        Option("--shift", click_type=SHIFTS, metavar="白天|夜间", help=_("Only those found in this shift.")),
    ] = None,
    place: Annotated[str | None, Option("--place", metavar=_("PLACE"), help=_("Only those found there."))] = None,
    source: SourceOption = None,
    state: Annotated[
        str | None,
        Option(
            "--state",
            click_type=STATES,
            metavar=_("STATE"),
            help=_("Only those in this state: {states}.").format(states=STATES.choices_in_words()),
        ),
    ] = None,
    since: Annotated[
        str | None, Option("--since", metavar=_("DATE"), help=_("Only those found from this date on."))
    ] = None,
    major: Annotated[bool, Option("--major", help=_("Only major ones."))] = False,
    tree: Annotated[bool, Option("--tree", help=_("Each problem that was split, above its parts."))] = False,
    wide: WideOption = False,
) -> None:
    from ..reports import problems

    with options.session() as session:
        chosen = unit or task or zone or shift or place or source or since or major
        scope, facts, closed = _overdue_facts(session) if overdue and not chosen else (*session.survey(), problems.NONE)
        zones = session.plan.zones
        filters = problems.ProblemFilters(
            overdue=overdue,
            unit=_responsible(session, facts, unit) if unit else None,
            task=session.task(task).id if task else None,
            zone=session.one_of(zones, zone) if zones and zone else zone,
            shift=shift,
            place=place,
            source=source,
            state=state,
            since=session.typed_day(since) if since else None,
            major=major,
            tree=tree,
            worst_first=not tree or options.destination.on_paper,
        )
        with options.language_of(session.plan):
            document = problems.build(scope, facts, filters, closed)
            if options.destination.on_paper:
                document = problems.on_paper(document, session.plan)
    options.put(document.with_whole_tables if wide else document)


def _overdue_facts(session: Session) -> tuple["Scope", Mapping[str, TaskFacts], Mapping[str, int]]:
    """The scope of a list of overdue problems, the facts without closed problems, and the number of closed ones."""
    from ..reports.survey import survey_open_problems

    found = session.known.read(lambda reader: survey_open_problems(reader, session.plan, session.as_of))
    return session.scope(found.survey), found.survey.facts, found.closed


GROUPINGS = Words({"unit": "单位", "zone": "区域", "shift": "班次", "place": "点位", "source": "来源", "task": "任务"})
"""The groupings of the statistics."""


def stats(
    options: Reporting,
    between: Between = LAST_WEEK,
    group_by: Annotated[
        str,
        Option(
            "--group-by",
            click_type=GROUPINGS,
            metavar=_("GROUP"),
            help=_("One line for each: {groups}.").format(groups=GROUPINGS.choices_in_words()),
        ),
    ] = "unit",
    repeated: Annotated[
        int | None,
        Option("--repeated", metavar=_("NUMBER"), min=2, help=_("List only groups with at least this many problems.")),
    ] = None,
) -> None:
    from ..reports import problem_stats

    with options.session() as session:
        period = between.period(session)
        scope, facts = session.survey()
        with options.language_of(session.plan):
            options.put(problem_stats.build(scope, facts, period, group_by, repeated or 1))


def _responsible(session: Session, facts: Mapping[str, TaskFacts], name: str) -> str | None:
    """The responsible unit for a typed name: any part of the name of a unit in the plan, or a name in a problem.

    Raises:
        Refused: neither the plan nor a problem has it.
    """
    events = (event for task_facts in facts.values() for event in task_facts.events)
    named = {event.entry.responsible for event in events if event.entry and event.entry.responsible}
    return name if name in named else session.unit(name)
