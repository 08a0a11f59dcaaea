"""The commands for the ledger and the plan: `jk log`, `retract`, `undo`, `adopt`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from msgspec.structs import replace
from typer import Argument, Option

from ..dates import official_date
from ..errors import Refused
from ..language import _
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..model import Recorded, Task
from ..text import name_key
from .environment import WHY, ask, now
from .options import Deciding, Reporting, without
from .output import emit
from .session import Session


def log(
    options: Annotated[Reporting, without("as_of")],
    task: Annotated[
        str | None, Argument(metavar=_("[TASK]"), help=_("Only the entries of this task."), show_default=False)
    ] = None,
    since: Annotated[str | None, Option("--since", metavar=_("DATE"), help=_("Only from this date on."))] = None,
    until: Annotated[str | None, Option("--until", metavar=_("DATE"), help=_("Only up to this date."))] = None,
    unit: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("Only what this unit reported."))] = None,
    last: Annotated[
        int | None, Option("--last", metavar=_("NUMBER"), min=1, help=_("List only the last NUMBER entries."))
    ] = None,
) -> None:
    from ..reports import log as reporting
    from ..reports.document import Scope

    with options.session() as session:
        known = session.known
        selection = Selection(
            tasks=_ids(session, known.tasks(), task) if task else None,
            since=session.typed_day(since) if since else None,
            until=session.typed_day(until) if until else None,
            unit=_reporter(session, unit) if unit else None,
            last=last,
        )
        entries = known.entries(selection)
        retracted = known.retracted_by(entries.numbers)
        scope = Scope(session.plan, selection.until or session.today, session.known_on, known.head())
        with options.language_of(session.plan):
            if options.destination.for_programs:
                document = reporting.data(scope, entries, retracted)
            else:
                build = reporting.on_paper if options.destination.on_paper else reporting.build
                document = build(scope, entries, retracted, selection.since)
        options.put(document)  # reads the entries while it prints them


def _reporter(session: Session, name: str) -> str | None:
    """The unit that reported: one of the plan, by any part of its name, or one that only the ledger knows.

    Raises:
        Refused: neither knows it.
    """
    return name if len(session.known.entries(Selection(unit=name, last=1))) else session.unit(name)


def _ids(session: Session, recorded: Sequence[str], name: str) -> frozenset[str]:
    """The ids under which the ledger knows a task: what it is called now, and formerly; or one that left the plan."""
    if session.plan.task(name) is None and name_key(name) in recorded:
        return frozenset({name_key(name)})
    task = session.task(name)
    return frozenset({task.id, *task.formerly})


def retract(
    options: Annotated[Deciding, without("evidence", "force", "unit", "received")],
    seq: Annotated[
        int, Argument(metavar=_("SEQ"), help=_("The number of the entry (`jk log` shows it)."), show_default=False)
    ],
) -> None:
    from .recording import WritingSession

    with WritingSession(options) as session:
        mistaken = session.ledger.entry(seq)
        if mistaken is None:
            raise Refused(_("there is no entry #{seq} (`jk log` lists them)").format(seq=seq))
        task = session.plan.subject(mistaken.entry.task) or left_the_plan(mistaken.entry.task)
        session.record("retract", task, note=ask(options.note, *WHY), ref=seq)


def undo(options: Annotated[Deciding, without("evidence", "force", "on", "unit", "received")]) -> None:
    from .recording import WritingSession

    with WritingSession(options) as session:
        last = None if session.location.missing else _last_typed(session.ledger, session.user)
        if last is None:
            raise Refused(_("{who} recorded nothing yet").format(who=session.user))
        entry = last.entry
        if now() - last.recorded_at > AN_HOUR:
            text = _("#{seq}, the last entry of {who}, is more than an hour old: jk retract {seq} -m WHY")
            raise Refused(text.format(seq=last.seq, who=session.user))
        if entry.kind == "retract":
            text = _("#{seq}, the last entry of {who}, retracts #{ref}; a retraction stays: record #{ref} again")
            raise Refused(text.format(seq=last.seq, who=session.user, ref=entry.ref))
        if entry.kind == "report" and entry.ref:
            text = _("#{seq} corrects #{ref}: correct it again, jk correct {seq} NAME=V -m WHY")
            raise Refused(text.format(seq=last.seq, ref=entry.ref))
        task = session.plan.subject(entry.task) or left_the_plan(entry.task)
        session.record("retract", task, note=options.note or _("undo"), ref=last.seq)


def _last_typed(ledger: Reader, who: str) -> Recorded | None:
    """The last entry that somebody typed."""
    seqs = range(ledger.head().seq, 0, -1)
    return next((r for seq in seqs if (r := ledger.entry(seq)) and r.entry.by == who), None)


AN_HOUR = timedelta(hours=1)
"""How old an entry may be that `undo` takes back."""


def left_the_plan(name: str) -> Task:
    """A task that only the ledger still knows: what was recorded of it can be retracted all the same."""
    return Task(id=name, title=_("(not in the plan)"), lead_unit=None, deadline=date.max)


def adopt(options: Annotated[Deciding, without("evidence", "force", "unit", "received")]) -> None:
    from ..reports.plan_changes import change
    from .inspection_sites import recorded_sites
    from .recording import WritingSession

    with WritingSession(options) as session:
        note, sha256, sites = options.note, session.plan_sha256, recorded_sites(session)
        before = None if session.location.nothing_recorded else session.ledger.adopted()
        if before and before.entry.plan_sha256 == sha256 and before.entry.evidence == sites:
            already = _("{file} is the plan that was adopted on {day} (#{seq}): nothing was recorded.")
            emit(already.format(file=session.plan_name, day=official_date(before.entry.on), seq=before.seq))
            return
        changes = session.differences(before)
        if before:
            text = _("a plan is already adopted (#{seq}): give the reason for the change")
            note = ask(note, text.format(seq=before.seq), "-m " + _("WHY"))
        programme = session.plan.programme
        adoption = session.entry("adopt", programme, note=note, plan=session.plan_text, plan_sha256=sha256)
        session.commit(programme, [replace(adoption, evidence=sites)])
    for difference in changes:
        emit("  " + change(difference))
