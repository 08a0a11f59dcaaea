"""`jk problem open`, `fix`, `verify`, `reopen`, `list`: problems and the dates by which they must be put right."""

import re
from enum import StrEnum
from typing import Annotated

from typer import Argument, Option

from ..dates import parse_day
from ..errors import Refused
from ..language import _
from ..model import Plan, Task
from .environment import WHY, ask
from .options import Deciding, Listing, TaskArgument, VerifierOption, Writing, without
from .recording import WritingSession
from .session import Session


class Shift(StrEnum):
    """Which patrol found a problem."""

    day = "白天"
    night = "夜间"


NumberArgument = Annotated[
    str, Argument(metavar=_("PROBLEM"), help=_("Its number (`jk problem list` shows it)."), show_default=False)
]


def open_(
    options: Annotated[Writing, without("note", "received")],
    task: TaskArgument,
    what: Annotated[str, Argument(metavar=_("WHAT"), help=_("What was found, in your own words."), show_default=False)],
    responsible: Annotated[
        str | None, Option("--unit", metavar=_("UNIT"), help=_("The unit that must put it right."))
    ] = None,
    due: Annotated[str | None, Option("--due", metavar=_("DATE"), help=_("The deadline for putting it right."))] = None,
    zone: Annotated[str | None, Option("--zone", metavar=_("ZONE"), help=_("Where: one of the plan's zones."))] = None,
    shift: Annotated[Shift | None, Option("--shift", metavar="白天|夜间", help=_("Which patrol found it."))] = None,
) -> None:
    with WritingSession(options) as session:
        whose = session.task(task)
        problem = session.entry(
            "problem",
            whose,
            responsible=ask(responsible, _("name the responsible unit: --unit UNIT")),
            deadline=parse_day(ask(due, _("give the deadline: --due DATE"))),
            zone=_zone(session.plan, zone),
            shift=shift.value if shift else None,
            note=what,
        )
        if session.plan.units:
            session.unit(problem.responsible)
        session.commit(whose, [problem])


def _zone(plan: Plan, name: str | None) -> str | None:
    """A zone of the plan; any text where the plan names no zones.

    Raises:
        Refused: the plan has zones, and not this one.
    """
    if name is None or not plan.zones or name in plan.zones:
        return name
    from .suggestions import unknown_zone

    raise Refused(unknown_zone(plan, name))


def fix(options: Annotated[Writing, without("received")], number: NumberArgument) -> None:
    with WritingSession(options) as session:
        task, seq = _opened(session, number)
        session.record("fix", task, ref=seq)


def verify(
    options: Annotated[Writing, without("unit", "received")], number: NumberArgument, verifier: VerifierOption = None
) -> None:
    with WritingSession(options) as session:
        task, seq = _opened(session, number)
        session.record("verify", task, ref=seq, verifier=verifier)


def reopen(options: Annotated[Deciding, without("evidence", "unit", "received")], number: NumberArgument) -> None:
    with WritingSession(options) as session:
        note = ask(options.note, WHY)
        task, seq = _opened(session, number)
        session.record("reopen", task, ref=seq, note=note)


def _opened(session: Session, number: str) -> tuple[Task, int]:
    """The task of a problem and the problem's number.

    Raises:
        Refused: that entry opened no problem.
    """
    digits = number.removeprefix("#")
    opened = session.ledger.entry(int(digits)) if re.fullmatch("[0-9]{1,18}", digits) else None
    if opened is None or opened.entry.kind != "problem":
        raise Refused(_("there is no problem {number} (`jk problem list` shows them)").format(number=number))
    return session.task(opened.entry.task), opened.seq


def list_(
    options: Listing,
    overdue: Annotated[bool, Option("--overdue", help=_("Only those past their date, worst first."))] = False,
    unit: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("Only those of this unit."))] = None,
    task: Annotated[str | None, Option("--task", metavar=_("TASK"), help=_("Only those of this task."))] = None,
) -> None:
    from ..reports import problems

    with options.session() as session:
        scope, facts = session.survey()
        filters = problems.ProblemFilters(overdue=overdue, unit=unit, task=session.task(task).id if task else None)
        with options.language_of(session.plan):
            document = problems.build(scope, facts, filters)
    options.put(document)
