"""How every command writes: hold the entry against plan and ledger, append, and only then say so."""

import uuid
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path
from typing import Any

from ..dates import parse_day
from ..errors import Refused, refuse_device
from ..intake.checks import Objection, objections
from ..intake.importing import follow_adoption
from ..language import _
from ..ledger.protocol import Reader, Writer
from ..model import Entry, Kind, Recorded, Task
from ..reports.log import what
from ..reports.survey import facts_of
from ..reports.wording import quantity
from ..text import one_line
from .desk import Desk
from .output import give, tell
from .rehearsal import give_entry, rehearse


def new_key() -> str:
    """A key that no other entry has."""
    return uuid.uuid4().hex


def entry(
    desk: Desk,
    kind: Kind,
    task: Task,
    *,
    on: str | None = None,
    by: str | None = None,
    key: str | None = None,
    received: str | None = None,
    evidence: Sequence[Path] | None = None,
    **fields: Any,
) -> Entry:
    """An entry of a task from what was typed: dates read, the typist and a key filled in, evidence hashed.

    Raises:
        Refused: a date or a file of evidence cannot be read.
    """
    return Entry(
        kind=kind,
        on=desk.day(on),
        task=task.id,
        by=desk.typist(by),
        key=key or new_key(),
        received=parse_day(received) if received else None,
        evidence=_hashed(evidence or ()),
        **fields,
    )


def _hashed(files: Sequence[Path]) -> tuple[str, ...]:
    """What is recorded of evidence: the file's name and the SHA-256 of its content."""
    try:
        return tuple(f"{file.name} sha256:{_digest(file)}" for file in files)
    except OSError as error:
        raise Refused(
            _("evidence {file} cannot be read: {why}").format(file=error.filename, why=error.strerror)
        ) from error


def _digest(file: Path) -> str:
    """The SHA-256 of a file, however large: it is never held as a whole."""
    refuse_device(file)
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def insist(force: bool, note: str | None) -> None:
    """`--force` needs its reason.

    Raises:
        Refused: there is none.
    """
    if force and not note:
        raise Refused(_("--force needs its reason: -m WHY"))


def commit(desk: Desk, task: Task, entries: Sequence[Entry], *, force: bool, dry_run: bool) -> None:
    """Append entries of one task in one transaction and say what was recorded; or print them and write nothing.

    Raises:
        Refused: plan or ledger speak against an entry; nothing is written.
    """

    def work(writer: Writer) -> tuple[list[Recorded], list[Objection]]:
        return _append(desk, task, entries, writer, force=force)

    if dry_run:
        _recorded, remarks = rehearse(desk.place, work, force=force)
        for each in entries:
            give_entry(each)
    else:
        recorded, remarks = desk.place.open_to_write(force=force).write(work)
        _acknowledge(desk, task, recorded)
    for remark in remarks:
        tell(_("Note: {remark}").format(remark=remark.message))


def _append(
    desk: Desk, task: Task, entries: Sequence[Entry], writer: Writer, *, force: bool
) -> tuple[list[Recorded], list[Objection]]:
    recorded: list[Recorded] = []
    remarks: list[Objection] = []
    for entry in entries:
        if writer.find(entry.key) is None:
            remarks += _weigh(desk, task, entry, writer, force=force)
        recorded.append(writer.append(entry))
    follow_adoption(writer, recorded)
    return recorded, remarks


def _weigh(desk: Desk, task: Task, entry: Entry, ledger: Reader, *, force: bool) -> list[Objection]:
    """What is worth saying of an entry.

    Raises:
        Refused: something speaks against it, and nobody insists.
    """
    found = list(objections(task, entry, ledger, desk.today))
    against = [o for o in found if o.weight == "refused" or (o.weight == "implausible" and not force)]
    if against:
        hint = (
            [_("if it is right all the same: --force -m WHY")]
            if all(o.weight == "implausible" for o in against)
            else []
        )
        raise Refused("\n".join([*(o.message for o in against), *hint]))
    return [o for o in found if o.weight != "refused"]


def _acknowledge(desk: Desk, task: Task, recorded: Sequence[Recorded]) -> None:
    """The entry's number, the new totals, and the command that takes it back."""
    last = recorded[-1]
    whose = _("task {id} {title}").format(id=task.id, title=task.title) if task.id else task.title
    give(_("#{seq} recorded: {whose}").format(seq=last.seq, whose=whose))
    give("  " + _("{day}: {what}").format(day=last.entry.on, what=_said(desk, last.entry)))
    for line in totals(desk, task, last.entry):
        give("  " + _("{figure} in all by {day}").format(figure=line, day=last.entry.on))
    if last.entry.kind != "retract":
        give("  " + _("to take it back: jk retract {seq} -m WHY").format(seq=last.seq))


def _said(desk: Desk, entry: Entry) -> str:
    """What an entry says in one line; a report without figures is its note."""
    figures = entry.kind != "report" or entry.readings
    return one_line(what(desk.plan, entry) if figures else entry.note or "")


def totals(desk: Desk, task: Task, entry: Entry) -> list[str]:
    """The totals of the series that an entry reads, as of its date, in words."""
    facts = facts_of(desk.ledger(), desk.plan, task, entry.on)
    series = [(name, reading.unit or "") for name, reading in entry.readings.items()]
    return [
        quantity(task, name, facts.totals[name, unit].value) for name, unit in series if (name, unit) in facts.totals
    ]
