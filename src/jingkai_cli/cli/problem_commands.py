"""`jk problem open`, `fix`, `verify`, `reopen`, `list`: problems and the dates by which they must be put right."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from typer import Argument, Option

from ..errors import Refused
from ..facts import TaskFacts
from ..language import _
from ..model import Recorded, Task
from ..text import name_key
from .environment import WHY, ask
from .options import Deciding, Listing, TaskArgument, VerifierOption, Words, Writing, without
from .parties import verifier_of
from .recording import WritingSession
from .session import Session


class Shift(StrEnum):
    """Which patrol found a problem."""

    day = "白天"
    night = "夜间"


SHIFTS = Words({"白天": "day 日间", "夜间": "night 夜"})


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
    shift: Annotated[
        Shift | None, Option("--shift", click_type=SHIFTS, metavar="白天|夜间", help=_("Which patrol found it."))
    ] = None,
) -> None:
    with WritingSession(options) as session:
        whose = session.task(task)
        zones = session.plan.zones
        session.record(
            "problem",
            whose,
            responsible=session.unit_of(whose, ask(responsible, _("name the responsible unit: --unit UNIT"))),
            deadline=session.typed_day(ask(due, _("give the deadline: --due DATE"))),
            zone=session.one_of(zones, zone) if zones else zone,
            shift=shift.value if shift else None,
            note=what,
        )


def fix(options: Annotated[Writing, without("received")], number: NumberArgument) -> None:
    with WritingSession(options) as session:
        task, opened = _opened(session, number)
        session.record("fix", task, ref=opened.seq)


def verify(
    options: Annotated[Writing, without("unit", "received")], number: NumberArgument, verifier: VerifierOption = None
) -> None:
    with WritingSession(options) as session:
        task, opened = _opened(session, number)
        who = verifier_of(session.plan, task, verifier, opened.entry.responsible)
        session.record("verify", task, ref=opened.seq, verifier=who)


def reopen(options: Annotated[Deciding, without("evidence", "unit", "received")], number: NumberArgument) -> None:
    with WritingSession(options) as session:
        note = ask(options.note, WHY)
        task, opened = _opened(session, number)
        session.record("reopen", task, ref=opened.seq, note=note)


def _opened(session: Session, number: str) -> tuple[Task, Recorded]:
    """The task of a problem, and the entry that opened it.

    Raises:
        Refused: that entry opened no problem.
    """
    digits = name_key(number).removeprefix("#")
    opened = session.ledger.entry(int(digits)) if re.fullmatch("[0-9]{1,18}", digits) else None
    if opened is None or opened.entry.kind != "problem":
        raise Refused(_("there is no problem {number} (`jk problem list` shows them)").format(number=number))
    return session.task(opened.entry.task), opened


def list_(
    options: Listing,
    overdue: Annotated[bool, Option("--overdue", help=_("Only those past their date, worst first."))] = False,
    unit: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("Only those of this unit."))] = None,
    task: Annotated[str | None, Option("--task", metavar=_("TASK"), help=_("Only those of this task."))] = None,
) -> None:
    from ..reports import problems

    with options.session() as session:
        scope, facts = session.survey()
        whose = _responsible(session, facts, unit) if unit else None
        filters = problems.ProblemFilters(overdue=overdue, unit=whose, task=session.task(task).id if task else None)
        with options.language_of(session.plan):
            document = problems.build(scope, facts, filters)
    options.put(document)


def _responsible(session: Session, facts: Mapping[str, TaskFacts], name: str) -> str | None:
    """The unit that answers for problems: one of the plan, by any part of its name, or one that only a problem names.

    Raises:
        Refused: neither knows it.
    """
    events = (event for said in facts.values() for event in said.events)
    named = {event.entry.responsible for event in events if event.entry and event.entry.responsible}
    return name if name in named else session.unit(name)
