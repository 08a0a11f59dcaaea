"""The commands for the ledger and the plan: `jk log`, `retract`, `undo`, `adopt`, `backup`, `restore`."""

import os
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from msgspec.structs import replace
from typer import Argument, Option

from ..dates import official_date
from ..errors import InvalidInput, LedgerError, Refused, reason
from ..figure_reader import figure_to_type
from ..language import _, ngettext
from ..ledger import chain, open_for_reading, open_for_writing
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger, Reader, Writer
from ..ledger.recording_units import assign_units
from ..model import Head, Recorded, Task
from ..quantities import enumeration
from ..text import name_key
from .environment import WHY, ask, now
from .ledger_location import LedgerLocation
from .options import Deciding, Reporting, only, without
from .output import draft_folder, emit, notify, whole
from .remembered_ledger_heads import trust
from .session import Session


def log(
    options: Annotated[Reporting, without("as_of")],
    task: Annotated[
        str | None,
        Argument(metavar=_("[TASK]"), help=_("Only the entries of this task and its sub-tasks."), show_default=False),
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
        options.put(document)  # entries are read while they are printed


def _reporter(session: Session, name: str) -> str | None:
    """The reporting unit for a typed name: a name that the ledger has, or any part of the name of a unit in the plan.

    Raises:
        Refused: neither the ledger nor the plan has it.
    """
    return name if len(session.known.entries(Selection(unit=name, last=1))) else session.unit(name)


def _ids(session: Session, recorded: Sequence[str], name: str) -> frozenset[str]:
    """The ids of a task and its sub-tasks in the ledger, former ones included, or that of a task that left the plan."""
    if session.plan.task(name) is None and name_key(name) in recorded:
        return frozenset({name_key(name)})
    return frozenset(each for part in session.task(name).with_subtasks() for each in (part.id, *part.formerly))


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
        newest = session.ledger.entry(session.ledger.head().seq)
        if newest and newest.entry.kind == "score" and newest.entry.by != session.user:  # perhaps typed for the judge
            text = _(
                "#{seq}, the score by {judge}, is newer: to take it back, jk retract {seq} -m WHY; else "
                "jk retract {last} -m WHY"
            )
            raise Refused(text.format(seq=newest.seq, judge=newest.entry.by, last=last.seq))
        if now() - last.recorded_at > AN_HOUR:
            text = _("#{seq}, the last entry of {who}, is more than an hour old: jk retract {seq} -m WHY")
            raise Refused(text.format(seq=last.seq, who=session.user))
        if entry.kind == "retract":
            text = _("#{seq}, the last entry of {who}, retracts #{ref}; a retraction stays: record #{ref} again")
            raise Refused(text.format(seq=last.seq, who=session.user, ref=entry.ref))
        if entry.kind == "report" and entry.ref:
            text = _("#{seq} corrects #{ref}: correct it again, jk correct {seq} {figure} -m WHY")
            figure = figure_to_type(session.task(entry.task), entry)
            raise Refused(text.format(seq=last.seq, ref=entry.ref, figure=figure))
        task = session.plan.subject(entry.task) or left_the_plan(entry.task)
        session.record("retract", task, note=options.note or _("undo"), ref=last.seq)


def _last_typed(ledger: Reader, who: str) -> Recorded | None:
    """The last entry typed by `who`; None if there is none."""
    seqs = range(ledger.head().seq, 0, -1)
    return next((r for seq in seqs if (r := ledger.entry(seq)) and r.entry.by == who), None)


AN_HOUR = timedelta(hours=1)
"""The greatest age of an entry that `undo` takes back."""


def left_the_plan(name: str) -> Task:
    """A stand-in for a task that only the ledger has, so that its entries can be retracted."""
    return Task(id=name, title=_("(not in the plan)"), lead_unit=None, deadline=date.max)


def recorded_sites(session: Session) -> tuple[str, ...]:
    """The name and the SHA-256 of the list of sites, which `jk adopt` records with the plan; empty without a list.

    Raises:
        Refused: the file cannot be read.
    """
    from ..intake.sites_csv import SITES, has_sites
    from .recording import hashed

    return hashed([session.folder / SITES]) if has_sites(session.folder) else ()


def adopt(options: Annotated[Deciding, without("evidence", "force", "unit", "received")]) -> None:
    from ..reports.plan_changes import change
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


Files = Annotated[Reporting, only("plan", "ledger")]

BackupArgument = Annotated[
    Path, Argument(metavar=_("FILE"), help=_("The file that holds the backup."), show_default=False)
]


def backup(options: Files, file: BackupArgument) -> None:
    from ..ledger import backup_files

    location = LedgerLocation.of(options.plan, options.ledger)
    with closing(open_for_reading(location.name)) as known:
        refuse_other_content(file, location, known)
        with whole(file) as copy:
            known.copy_to(copy)
            head = backup_files.verify(copy)
    emit_head(file, head)


def emit_head(file: Path | str, head: Head) -> None:
    """Print the number of entries in a file or a ledger, and its head."""
    text = ngettext("{file}: {count} entry, head {seq}:{hash}", "{file}: {count} entries, head {seq}:{hash}", head.seq)
    emit(text.format(file=file, count=head.seq, seq=head.seq, hash=head.hash))


def refuse_other_content(file: Path, location: LedgerLocation, ledger: Ledger) -> None:
    """Refuse to overwrite a file, unless it is an older backup or export of the same ledger.

    Raises:
        Refused: the file has other content.
    """
    from ..ledger import backup_files
    from ..ledger.check import check_anchor

    if not file.exists():
        return
    if location.file and location.file.exists() and file.samefile(location.file):
        raise Refused(_("{file} is the ledger itself: name another file for its backup").format(file=file))
    try:
        older = backup_files.head(file)
    except LedgerError:
        older = None
    if older is None or check_anchor(ledger, older.seq, older.hash):
        text = _("{file} exists and is not an older backup of this ledger: it was not changed; name another file")
        raise Refused(text.format(file=file))


def restore(options: Files, file: BackupArgument) -> None:
    from ..ledger import backup_files

    location = LedgerLocation.of(options.plan, options.ledger)
    target = location.file
    if target and os.path.lexists(target):
        text = _("{place} already exists: a backup can only be restored to a new ledger (--ledger FILE names one)")
        raise Refused(text.format(place=target))
    unreadable: set[int] = set()
    proved = backup_files.verify(file, unreadable)
    if proved == chain.EMPTY:
        raise LedgerError(_("{file} has no entries: there is nothing to restore").format(file=file))
    numbers = enumeration([f"#{seq}" for seq in sorted(unreadable)])
    if target is None:
        if unreadable:
            text = _("{file} has entries that cannot be read ({numbers}), which no server takes: restore it to a file")
            raise Refused(text.format(file=file, numbers=numbers))
        _replay(file, location.name)
    else:
        location.refuse_network_folder()
        _put(file, target)
    with closing(open_for_reading(location.name)) as restored:
        trust(location.name, restored)
    emit_head(location.name, proved)
    if unreadable:
        text = _("Entries that cannot be read were restored as they stand: {numbers} (`jk check` says what is wrong)")
        notify(text.format(numbers=numbers))


def _put(file: Path, target: Path) -> None:
    """Create the ledger under another name, verify it, and rename it, unless that name was taken meanwhile.

    Raises:
        LedgerError: the folder is missing or full.
        Refused: another program created a ledger there.
    """
    from ..ledger import backup_files

    try:
        with draft_folder(target.absolute().parent) as folder:
            made = folder / target.name
            _replay(file, str(made))
            backup_files.verify(made)
            os.link(made, target)
    except FileExistsError:
        raise Refused(
            _("{place} was created by another program meanwhile: it was not changed").format(place=target)
        ) from None
    except OSError as error:
        raise LedgerError(_("{file} cannot be written: {why}").format(file=target, why=reason(error))) from error


def _replay(file: Path, where: str) -> None:
    """Create the ledger at `where` with the entries of a backup, unchanged."""
    from ..ledger import backup_files

    def work(writer: Writer) -> None:
        if writer.head() != chain.EMPTY:
            text = _("{place} already has entries: a backup can only be restored to a new ledger")
            raise Refused(text.format(place=where))
        backup_files.append_missing(backup_files.entries(file), writer)
        with suppress(InvalidInput):  # the adopted plan cannot be read: `jk check` reports it
            assign_units(writer)

    with closing(open_for_writing(where, now)) as ledger:
        ledger.write(work)
