"""Records reports of units and decisions about tasks: the commands from `jk record` to `jk cancel`, and `ruling`."""

import re
from typing import Annotated, Any
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import asdict, replace
from typer import Argument, Option

from ..errors import Refused
from ..figure_reader import figure_to_type, named_indicator, parse_figure
from ..language import _
from ..model import Reading, Task
from ..quantities import enumeration
from .confirmations import totals
from .environment import WHY, ask
from .names import refuse_swapped, resolve_milestone, verifier_of
from .options import (
    Deciding,
    FromOption,
    TaskArgument,
    Texts,
    VerifierOption,
    WhyOption,
    Words,
    Writing,
    without,
)
from .output import emit
from .recording import WritingSession, new_key
from .session import Session

FiguresArgument = Annotated[
    list[str] | None,
    Argument(
        metavar=_("[PERCENT] [NAME=V]..."),
        help=_("A percentage, NAME=V for a total to date, NAME+=V for an increment."),
        show_default=False,
    ),
]


def record(options: Writing, texts: Texts, task: TaskArgument, figures: FiguresArgument = None) -> None:
    with WritingSession(options) as session:
        refuse_swapped(session.plan, task, figures or [])
        subject = session.task(task)
        if not (figures or options.note or texts.given()):
            wanted = _("nothing to record: give a figure (35, NAME=V, NAME+=V) or a note")
            figures = ask(None, wanted, "-m " + _("NOTE")).split()
        unit = session.unit_of(subject, options.unit)
        try:
            readings = _readings(figures or [], subject, unit)
        except Refused as refused:
            words = [figure for figure in figures or () if not re.search("[0-9=]", normalize("NFKC", figure))]
            if not words:
                raise
            hint = _("a note goes after -m: -m {text}").format(text=words[0])
            if options.note or len(words) > 1:
                text = " ".join(filter(None, (options.note, *words)))
                hint = _("a text with blanks needs quotes: -m '{text}'").format(text=text)
            raise Refused(f"{refused}\n{hint}") from None
        session.record("report", subject, unit=unit, readings=readings, **asdict(texts))


def _readings(figures: list[str], task: Task, unit: str | None) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for figure in figures:
        name, reading = parse_figure(figure, task, unit)
        if name in readings:
            indicator = task.indicator(name)
            given = named_indicator(indicator) if indicator else _("percent")
            raise Refused(_("{name} is given twice").format(name=given))
        readings[name] = reading
    return readings


def correct(
    options: Annotated[Writing, without("note", "evidence", "on", "unit", "received")],
    texts: Texts,
    seq: Annotated[
        int, Argument(metavar=_("SEQ"), help=_("The number of the report that was wrong."), show_default=False)
    ],
    figures: FiguresArgument = None,
    why: Annotated[
        str | None,
        Option("-m", "--why", metavar=_("WHY"), help=_("Why the report was wrong; recorded with the retraction.")),
    ] = None,
    note: Annotated[
        str | None, Option("--note", metavar=_("NOTE"), help=_("The unit's own note, where that was wrong."))
    ] = None,
) -> None:
    with WritingSession(replace(options, note=why)) as session:
        wrong = session.ledger.entry(seq)
        if wrong is None or wrong.entry.kind != "report":
            raise Refused(_("#{seq} is not a report (`jk log` lists them)").format(seq=seq))
        task, reason = session.task(wrong.entry.task), ask(why, *WHY)
        if not (figures or note or texts.given()):
            text = _("give what is right: jk correct {seq} {figure} -m WHY")
            raise Refused(text.format(seq=seq, figure=figure_to_type(task, wrong.entry)))
        key = f"{options.key}/retract" if options.key else new_key()
        retraction = session.entry("retract", task, key=key, note=reason, ref=seq)
        right = replace(
            wrong.entry,
            by=retraction.by,
            key=options.key or new_key(),
            readings={**wrong.entry.readings, **_readings(figures or [], task, wrong.entry.unit)},
            note=note or wrong.entry.note,
            problem=texts.problem or wrong.entry.problem,
            next=texts.next or wrong.entry.next,
            need=texts.need or wrong.entry.need,
            ref=seq,
        )
        before = totals(session.plan, session.ledger, task, wrong.entry)
        session.commit(task, [retraction, right])
        if before and not options.dry_run:
            emit("  " + _("before: {figures}").format(figures=enumeration(before)))


def reach(
    options: Writing,
    task: TaskArgument,
    milestones: Annotated[
        list[str],
        Argument(
            metavar=_("MILESTONE..."),
            help=_("The milestones' ids, titles, or parts of titles (`jk show TASK` lists them)."),
            show_default=False,
        ),
    ],
) -> None:
    with WritingSession(options) as session:
        subject = session.task(task)
        ids = [*dict.fromkeys(resolve_milestone(subject, name).id for name in milestones)]
        keys = [f"{options.key}/{name}" if options.key and len(ids) > 1 else options.key or new_key() for name in ids]
        session.commit(
            subject,
            [session.entry("reach", subject, milestone=name, key=key) for name, key in zip(ids, keys, strict=True)],
        )


def done(options: Writing, task: TaskArgument) -> None:
    with WritingSession(options) as session:
        session.record("done", session.task(task))


def accept(
    options: Annotated[Writing, without("unit", "received")], task: TaskArgument, verifier: VerifierOption = None
) -> None:
    with WritingSession(options) as session:
        subject = session.task(task)
        if not verifier:
            session.refuse_at_once("accept", subject)
        session.record("accept", subject, verifier=verifier_of(session.plan, subject, verifier, subject.lead_unit))


def reopen(options: Annotated[Deciding, without("evidence", "unit", "received")], task: TaskArgument) -> None:
    with WritingSession(options) as session:
        session.record("reopen", session.task(task), note=ask(options.note, *WHY))


_BASES = Words(
    {"document": "文件 正式文件", "minutes": "会议纪要 纪要", "oral": "口头 口头同意", "instruction": "批示 领导批示"}
)


class Approval(Struct, frozen=True):
    """The options for the reason and the approval of a decision."""

    note: WhyOption = None
    approved_by: Annotated[str | None, Option("--approved-by", metavar=_("WHO"), help=_("Who approved it."))] = None
    basis: Annotated[
        str | None,
        Option(
            "--basis",
            click_type=_BASES,
            metavar=_("document|minutes|oral|instruction"),
            help=_(
                "What the decision rests on, by default a document; an oral extension has no effect until it is "
                "confirmed in writing."
            ),
        ),
    ] = None

    def fields(self, session: WritingSession) -> dict[str, str]:
        """The fields of the entry. Asks the user for a missing reason or name, and remarks that the basis is assumed.

        Raises:
            Refused: one is missing, and no user can be asked.
        """
        note = ask(self.note, *WHY)
        who = ask(self.approved_by, _("name who approved it"), "--approved-by " + _("WHO"))
        if not self.basis:
            session.remark_once_recorded(
                _(
                    "no basis was given, so it is taken to be a document; if it is not: `jk retract`, then type it "
                    "again with --basis minutes, oral or instruction"
                )
            )
        return {"note": note, "approved_by": who, "basis": self.basis or "document"}


NO_APPROVAL = Approval()


def extend(
    options: Annotated[Writing, without("note", "received")],
    task: Annotated[
        str | None,
        Argument(metavar=_("[TASK]"), help=_("The task's id, title, or part of a title."), show_default=False),
    ] = None,
    milestone: Annotated[
        str | None,
        Argument(
            metavar=_("[MILESTONE]"), help=_("One of its milestones; by default the task itself."), show_default=False
        ),
    ] = None,
    problem: Annotated[
        str | None,
        Option("--problem", metavar=_("PROBLEM"), help=_("Instead of a task: the problem whose date is moved.")),
    ] = None,
    to: Annotated[str | None, Option("--to", metavar=_("DATE"), help=_("The new deadline, later or earlier."))] = None,
    requested: Annotated[
        bool, Option("--requested", help=_("Record a request that is not granted yet; the deadline does not move."))
    ] = False,
    approval: Approval = NO_APPROVAL,
) -> None:
    with WritingSession(options) as session:
        if requested and approval.approved_by:
            raise Refused(_("use either --requested or --approved-by: a request is not approved yet"))
        subject, about = _extension_target(session, task, milestone, problem)
        deadline = session.typed_day(ask(to, _("give the new deadline"), "--to " + _("DATE")))
        given = {"note": ask(approval.note, *WHY), "basis": "requested"} if requested else approval.fields(session)
        session.record("extend", subject, **about, **given, deadline=deadline)


def _extension_target(
    session: Session, task: str | None, milestone: str | None, problem: str | None
) -> tuple[Task, dict[str, Any]]:
    """The task whose date is moved, and the fields that say which date.

    Raises:
        Refused: neither a task nor a problem is named, or both are, or there is none with that name.
    """
    if problem:
        from .problem_commands import opened_problem  # it imports readers of files, which `jk record` does not need

        if task:
            raise Refused(_("use either a task or --problem"))
        subject, opened = opened_problem(session, problem)
        return subject, {"ref": opened.seq}
    subject = session.task(ask(task, _("name the task, or the problem"), "--problem " + _("PROBLEM")))
    if not milestone:
        return subject, {}
    if re.match("[0-9]{4}[-./年]|[0-9]{1,2}月(?:[0-9]{1,2}[日号]|底)", normalize("NFKC", milestone)):
        day = session.typed_day(milestone)
        raise Refused(_("the new deadline goes after --to: --to {day}").format(day=day))
    return subject, {"milestone": resolve_milestone(subject, milestone).id}


def suspend(
    options: Annotated[Writing, without("note", "received", "force")],
    task: TaskArgument,
    until: Annotated[
        str | None,
        Option("--until", metavar=_("DATE"), help=_("When to review it; the task is not resumed automatically.")),
    ] = None,
    approval: Approval = NO_APPROVAL,
) -> None:
    with WritingSession(options) as session:
        session.record(
            "suspend",
            session.task(task),
            **approval.fields(session),
            deadline=session.typed_day(until) if until else None,
        )


def resume(
    options: Annotated[Writing, without("note", "received", "force")],
    task: TaskArgument,
    to: Annotated[
        str | None, Option("--to", metavar=_("DATE"), help=_("A new deadline; by default the old one."))
    ] = None,
    approval: Approval = NO_APPROVAL,
) -> None:
    with WritingSession(options) as session:
        session.record(
            "resume", session.task(task), **approval.fields(session), deadline=session.typed_day(to) if to else None
        )


def cancel(
    options: Annotated[Writing, without("note", "received", "force")],
    task: TaskArgument,
    approval: Approval = NO_APPROVAL,
) -> None:
    with WritingSession(options) as session:
        session.record("cancel", session.task(task), **approval.fields(session))


def object_(
    options: Annotated[Writing, without("note", "unit", "received")],
    task: TaskArgument,
    unit: FromOption = None,
    note: WhyOption = None,
) -> None:
    with WritingSession(options) as session:
        subject = session.task(task)
        who = session.unit_of(subject, ask(unit, _("name the unit that objects"), "--from " + _("UNIT")))
        session.record("object", subject, unit=who, note=ask(note, *WHY))


_RULINGS = Words({"upheld": "维持", "changed": "调整 revised"})


def ruling(
    options: Annotated[Deciding, without("evidence", "force", "unit", "received")],
    task: TaskArgument,
    outcome: Annotated[
        str,
        Argument(
            click_type=_RULINGS,
            metavar=_("upheld|changed"),
            help=_("Whether the judgement is upheld or changed."),
            show_default=False,
        ),
    ],
) -> None:
    with WritingSession(options) as session:
        session.record("ruling", session.task(task), ruling=outcome, note=ask(options.note, *WHY))
