"""What a unit reports: `jk record`, `correct`, `reach`, `done`, `accept`, `reopen`, `extend`, `object`, `ruling`."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated

from typer import Argument, Option

from ..dates import parse_day
from ..errors import Refused
from ..language import _
from ..model import Milestone, Reading, Task
from ..quantities import enumeration, parse_figure
from .environment import WHY, ask
from .options import Deciding, FromOption, TaskArgument, VerifierOption, WhyOption, Writing, without
from .output import emit
from .recording import WritingSession, new_key

FiguresArgument = Annotated[
    list[str] | None,
    Argument(
        metavar=_("[PERCENT] [NAME=V]..."),
        help=_("A percentage, NAME=V for a total to date, NAME+=V for an increment."),
        show_default=False,
    ),
]


def record(options: Writing, task: TaskArgument, figures: FiguresArgument = None) -> None:
    with WritingSession(options) as session:
        whose = session.task(task)
        if not figures and not options.note:
            figures = ask(None, _("nothing to record: give a figure (35, NAME=V, NAME+=V) or a note (-m)")).split()
        session.record("report", whose, readings=_readings(figures or [], whose, options.unit))


def _readings(figures: list[str], task: Task, unit: str | None) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for figure in figures:
        name, reading = parse_figure(figure, task, unit)
        if name in readings:
            raise Refused(_("{name} is given twice").format(name=name))
        readings[name] = reading
    return readings


def correct(
    options: Annotated[Deciding, without("evidence", "on", "unit", "received")],
    seq: Annotated[
        int, Argument(metavar=_("SEQ"), help=_("The number of the report that was wrong."), show_default=False)
    ],
    figures: FiguresArgument = None,
) -> None:
    with WritingSession(options) as session:
        wrong = session.ledger.entry(seq)
        if wrong is None or wrong.entry.kind != "report":
            raise Refused(_("#{seq} is not a report (`jk log` lists them)").format(seq=seq))
        task, why = session.task(wrong.entry.task), ask(options.note, WHY)
        if not figures:
            raise Refused(_("give the right figure: jk correct {seq} NAME=V -m WHY").format(seq=seq))
        key = f"{options.key}/retract" if options.key else new_key()
        retraction = session.entry("retract", task, key=key, note=why, ref=seq)
        right = replace(
            wrong.entry,
            by=retraction.by,
            key=options.key or new_key(),
            readings={**wrong.entry.readings, **_readings(figures, task, wrong.entry.unit)},
            ref=seq,
        )
        before = session.totals(session.ledger, task, wrong.entry)
        session.commit(task, [retraction, right])
        if not options.dry_run:
            emit("  " + _("before: {figures}").format(figures=enumeration(before)))


def reach(
    options: Writing,
    task: TaskArgument,
    milestone: Annotated[
        str,
        Argument(metavar=_("MILESTONE"), help=_("The milestone's id (`jk show TASK` lists them)."), show_default=False),
    ],
) -> None:
    with WritingSession(options) as session:
        whose = session.task(task)
        session.record("reach", whose, milestone=_milestone(whose, milestone).id)


def _milestone(task: Task, name: str) -> Milestone:
    """The milestone of that id or title.

    Raises:
        Refused: the task has none; the message names the one that was probably meant.
    """
    milestone = task.milestone(name)
    if milestone is None:
        from .suggestions import unknown_milestone

        raise Refused(unknown_milestone(task, name))
    return milestone


def done(options: Writing, task: TaskArgument) -> None:
    with WritingSession(options) as session:
        session.record("done", session.task(task))


def accept(
    options: Annotated[Writing, without("unit", "received")], task: TaskArgument, verifier: VerifierOption = None
) -> None:
    with WritingSession(options) as session:
        session.record("accept", session.task(task), verifier=verifier)


def reopen(options: Annotated[Deciding, without("evidence", "unit", "received")], task: TaskArgument) -> None:
    with WritingSession(options) as session:
        session.record("reopen", session.task(task), note=ask(options.note, WHY))


class BasisChoice(StrEnum):
    """What `--basis` takes."""

    document = "document"
    minutes = "minutes"
    oral = "oral"


def extend(
    options: Annotated[Writing, without("note", "received")],
    task: TaskArgument,
    milestone: Annotated[
        str | None,
        Argument(
            metavar=_("[MILESTONE]"), help=_("One of its milestones; by default the task itself."), show_default=False
        ),
    ] = None,
    to: Annotated[str | None, Option("--to", metavar=_("DATE"), help=_("The new deadline, later or earlier."))] = None,
    note: WhyOption = None,
    approved_by: Annotated[str | None, Option("--approved-by", metavar=_("WHO"), help=_("Who approved it."))] = None,
    basis: Annotated[
        BasisChoice,
        Option(
            "--basis",
            metavar="document|minutes|oral",
            help=_("The basis; an oral extension has no effect until it is confirmed in writing."),
        ),
    ] = BasisChoice.document,
) -> None:
    with WritingSession(options) as session:
        whose = session.task(task)
        session.record(
            "extend",
            whose,
            milestone=_milestone(whose, milestone).id if milestone else None,
            deadline=parse_day(ask(to, _("give the new deadline: --to DATE"))),
            note=ask(note, WHY),
            approved_by=ask(approved_by, _("name who approved it: --approved-by WHO")),
            basis=basis.value,
        )


ApprovedByOption = Annotated[str | None, Option("--approved-by", metavar=_("WHO"), help=_("Who approved it."))]
BasisOption = Annotated[
    BasisChoice, Option("--basis", metavar="document|minutes|oral", help=_("What the decision rests on."))
]


def suspend(
    options: Annotated[Writing, without("note", "received", "force")],
    task: TaskArgument,
    until: Annotated[
        str | None, Option("--until", metavar=_("DATE"), help=_("When to look at it again; resumes nothing by itself."))
    ] = None,
    note: WhyOption = None,
    approved_by: ApprovedByOption = None,
    basis: BasisOption = BasisChoice.document,
) -> None:
    _decide(options, "suspend", task, note, approved_by, basis, parse_day(until) if until else None)


def resume(
    options: Annotated[Writing, without("note", "received", "force")],
    task: TaskArgument,
    to: Annotated[
        str | None, Option("--to", metavar=_("DATE"), help=_("A new deadline; by default the old one."))
    ] = None,
    note: WhyOption = None,
    approved_by: ApprovedByOption = None,
    basis: BasisOption = BasisChoice.document,
) -> None:
    _decide(options, "resume", task, note, approved_by, basis, parse_day(to) if to else None)


def cancel(
    options: Annotated[Writing, without("note", "received", "force")],
    task: TaskArgument,
    note: WhyOption = None,
    approved_by: ApprovedByOption = None,
    basis: BasisOption = BasisChoice.document,
) -> None:
    _decide(options, "cancel", task, note, approved_by, basis, None)


def _decide(
    options: Writing,
    kind: str,
    task: str,
    note: str | None,
    approved_by: str | None,
    basis: BasisChoice,
    day: date | None,
) -> None:
    """Record a decision on a task, with its reason, who approved it and on what basis."""
    with WritingSession(options) as session:
        whose = session.task(task)
        why = ask(note, WHY)
        who = ask(approved_by, _("name who approved it: --approved-by WHO"))
        session.record(kind, whose, deadline=day, note=why, approved_by=who, basis=basis.value)


def object_(
    options: Annotated[Writing, without("note", "force", "unit", "received")],
    task: TaskArgument,
    unit: FromOption = None,
    note: WhyOption = None,
) -> None:
    with WritingSession(options) as session:
        whose = session.task(task)
        session.record(
            "object", whose, unit=ask(unit, _("name the unit that objects: --from UNIT")), note=ask(note, WHY)
        )


class RulingChoice(StrEnum):
    """What became of an objection."""

    upheld = "upheld"
    changed = "changed"


def ruling(
    options: Annotated[Deciding, without("evidence", "force", "unit", "received")],
    task: TaskArgument,
    outcome: Annotated[
        RulingChoice,
        Argument(metavar="upheld|changed", help=_("Whether the judgement is upheld or changed."), show_default=False),
    ],
) -> None:
    with WritingSession(options) as session:
        session.record("ruling", session.task(task), ruling=outcome.value, note=ask(options.note, WHY))
