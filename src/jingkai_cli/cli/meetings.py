"""The commands of the weekly meeting: `jk decide`, `agenda`, `minutes`."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ..errors import Refused
from ..language import _, speaking
from ..model import Task
from ..text import name_key
from .environment import ask
from .options import Listing, Reporting, WideOption, Writing, without
from .output import report_resolved
from .recording import WritingSession
from .session import Session

if TYPE_CHECKING:
    from ..kinds.lifecycle import Decision

_ORDINAL = re.compile("[第次期]")
"""The characters ignored when names of meetings are compared: 8 is 第8次."""


def decide(
    options: Annotated[Writing, without("evidence", "received", "unit")],
    text: Annotated[
        str | None, Argument(metavar=_("TEXT"), help=_("What was decided, in your own words."), show_default=False)
    ] = None,
    meeting: Annotated[
        str | None, Option("--meeting", metavar=_("MEETING"), help=_("The meeting, such as 第8次."))
    ] = None,
    responsible: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("The unit that must do it."))] = None,
    due: Annotated[
        str | None, Option("--due", metavar=_("DATE"), help=_("The due date; by default as soon as possible."))
    ] = None,
    task: Annotated[str | None, Option("--task", metavar=_("TASK"), help=_("The task that it is about."))] = None,
    settled: Annotated[
        int | None, Option("--settled", metavar=_("SEQ"), help=_("Record that this decision was carried out."))
    ] = None,
    superseded_by: Annotated[
        int | None,
        Option("--superseded-by", metavar=_("SEQ"), help=_("With --settled: the decision that takes its place.")),
    ] = None,
) -> None:
    with WritingSession(options) as session:
        if settled is not None:
            if text and re.fullmatch("#?[0-9]+", name_key(text)):
                advice = _("one decision at a time: jk decide --settled {seq}, then jk decide --settled {other}")
                raise Refused(advice.format(seq=settled, other=name_key(text).removeprefix("#")))
            if text or meeting or responsible or due or task:
                raise Refused(_("--settled takes only -m, --on and --superseded-by beside it"))
            about = _subject_of_decision(session, settled)
            session.record("settled", about, ref=settled, superseded_by=superseded_by)
            return
        if superseded_by is not None:
            raise Refused(_("name the decision that was superseded: --settled SEQ --superseded-by SEQ"))
        subject = session.task(task) if task else session.plan.programme
        decision = ask(text or options.note, _("say what was decided"), "jk decide " + _("TEXT"))
        unit = ask(responsible, _("name the responsible unit"), "--unit " + _("UNIT"))
        session.record(
            "decision",
            subject,
            note=decision,
            meeting=_meeting_name(session, ask(meeting, _("name the meeting"), "--meeting 第8次")),
            responsible=session.unit_of(subject, unit),
            deadline=session.typed_day(due) if due else None,
            unit=None,
        )


def _meeting_name(session: Session, typed: str) -> str:
    """The name of a meeting as the minutes print it. In a Chinese plan, 8 and 第８次 become 第8次."""
    key = name_key(typed)
    if session.plan.language != "zh" or not _ORDINAL.sub("", key).isdecimal():
        return typed
    return report_resolved(typed, f"第{key}次" if key.isdecimal() else key)


def _subject_of_decision(session: Session, seq: int) -> Task:
    """The subject of a decision: its task, or the programme.

    Raises:
        Refused: the entry is not a decision.
    """
    found = session.ledger.entry(seq)
    task = session.plan.subject(found.entry.task) if found and found.entry.kind == "decision" else None
    if task is None:
        raise Refused(_("there is no decision #{seq} (`jk agenda` lists them)").format(seq=seq))
    return task


def agenda(options: Listing, wide: WideOption = False) -> None:
    from ..reports.agenda import agenda as build
    from ..reports.agenda_documents import as_list, on_paper
    from ..reports.unit_facts import before_meeting

    with options.session() as session:
        found, open_matters = session.known.read(lambda reader: before_meeting(reader, session.plan, session.as_of))
        with speaking(session.plan.language):
            make = on_paper if options.destination.on_paper else build
            make = as_list if options.destination.is_in("xlsx") else make
            document = make(session.scope(found), open_matters)
            options.put(document.with_whole_tables if wide else document)


def minutes(
    options: Reporting,
    meeting: Annotated[
        str, Option("--meeting", metavar=_("MEETING"), help=_("The meeting, such as 第8次."), show_default=False)
    ],
) -> None:
    from ..reports.minutes import build
    from ..reports.unit_facts import before_meeting

    with options.session() as session:
        found, open_matters = session.known.read(lambda reader: before_meeting(reader, session.plan, session.as_of))
        wanted = _ORDINAL.sub("", name_key(meeting))
        decisions = [d for d in open_matters.decisions if _ORDINAL.sub("", name_key(d.meeting)) == wanted]
        if not decisions:
            raise Refused(_no_such_meeting(meeting, open_matters.decisions))
        with speaking(session.plan.language):
            options.put(build(session.scope(found), decisions[0].meeting, decisions, open_matters))


def _no_such_meeting(name: str, decisions: "Sequence[Decision]") -> str:
    from ..quantities import enumeration

    known = enumeration(dict.fromkeys(d.meeting for d in decisions))
    text = _("nothing was decided at a meeting '{name}'").format(name=name)
    return text + (_("; there are {known}").format(known=known) if known else "")
