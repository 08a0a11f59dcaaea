"""Records entries for commands: builds them, checks them against plan and ledger, appends them, then confirms."""

import uuid
from collections.abc import Callable, Sequence
from datetime import MINYEAR, UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from ..dates import official_date
from ..errors import Refused, reason, refuse_device
from ..kinds import life_of, objections, remarks, texts
from ..kinds.kind import Objection
from ..language import _, ngettext
from ..ledger.entries import Selection
from ..ledger.entry_fields import content
from ..ledger.protocol import Ledger, Reader, WritableLedger, Writer
from ..ledger.recording_units import follow_adoption
from ..model import Entry, Recorded, Task
from ..quantities import days, reading_text
from ..text import discreet
from .confirmations import confirmation
from .environment import confirm, is_interactive, now, user_name
from .ledger_location import dry_run
from .names import remark_on_unit, unit_of
from .options import Writing
from .output import emit, emit_json, notify
from .session import Session

T = TypeVar("T")

AN_HOUR = timedelta(hours=1)
"""How far a clock may be behind the last entry before a note says so."""

_YEARS_AHEAD = timedelta(days=2 * 365)
"""How far a clock may be ahead of both the last date of the plan and the last entry."""


class WritingSession(Session):
    """The session of a command that records. The ledger is opened once, for recording; reads use it too."""

    def __init__(self, options: Writing) -> None:
        """Read the plan that the options name.

        Raises:
            InvalidInput: there is no plan, or it has faults.
        """
        self.options = options
        self._remarks: list[str] = []
        super().__init__(options.plan, options.ledger, as_of=options.on)

    @property
    def user(self) -> str:
        """The name of the user.

        Raises:
            Refused: neither the options, the environment nor the system has it.
        """
        return user_name(self.options.by)

    def _open_ledger(self) -> Ledger:
        """The ledger to record in; if it is missing, an empty one, so that reading does not create it.

        A ledger on a network folder is thus refused before the entry that a command is about is looked up.
        """
        return super()._open_ledger() if self.location.missing else self.writable

    @cached_property
    def writable(self) -> WritableLedger:
        """The ledger to record in, opened once, and created if it is missing.

        Raises:
            LedgerError: it cannot be opened.
            Refused: it is on a network folder, without `--force`.
        """
        opened = self.location.for_dry_run if self.options.dry_run else self.location.for_writing
        return self._open.enter_context(opened(force=self.options.force))

    def write(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one transaction and return its result; `--dry-run` rolls it back. stderr reports a wrong clock.

        Raises:
            Refused: the clock is years ahead, without `--force`.
        """

        def check_clock_and_work(writer: Writer) -> tuple[str | None, T]:
            return self._clock_warning(writer), work(writer)

        remark, result = (
            dry_run(self.writable, check_clock_and_work)
            if self.options.dry_run
            else self.writable.write(check_clock_and_work)
        )
        if remark:
            notify(_("Note: {remark}").format(remark=remark))
        return result

    def record(self, kind: str, task: Task, **fields: Any) -> None:
        """Record one entry about a task; `fields` come besides those from the common options.

        Raises:
            Refused: an option cannot be read, or the plan or the ledger contradicts the entry; nothing is recorded.
        """
        entry = self.entry(kind, task, **fields)
        if not (self.options.force or self.location.missing):
            _refuse_repetition(self.ledger, task, entry)
            _refuse_replacing(self.ledger, task, entry)
        self.commit(task, [entry])

    def refuse_at_once(self, kind: str, task: Task, **fields: Any) -> None:
        """Refuse an entry that the ledger contradicts, before asking who verified it.

        Raises:
            Refused: the ledger contradicts it.
        """
        if self.location.missing:
            return
        entry = self.entry(kind, task, verifier="–", **fields)
        found = objections(task, entry, self.ledger, self.today, self.plan)
        if refusals := [one.message for one in found if one.weight == "refused"]:
            raise Refused("\n".join(refusals))

    def entry(self, kind: str, task: Task, **given: Any) -> Entry:
        """Build an entry about a task from the options: dates are parsed, user and key filled in, evidence hashed.

        Raises:
            Refused: a date or a file of evidence cannot be read, or `--force` has no reason.
        """
        options = self.options
        fields = {"key": options.key or new_key(), "note": options.note} | given
        if "by" not in fields:
            fields["by"] = self.user
        if "unit" not in fields:
            fields["unit"] = self.unit_of(task, options.unit)
        if options.force and not fields["note"]:
            raise Refused(_("--force needs a reason: -m WHY"))
        return Entry(
            kind=kind,
            on=self.day,
            task=task.id,
            received=self.typed_day(options.received) if options.received else None,
            evidence=hashed(options.evidence or ()),
            **fields,
        )

    def unit_of(self, task: Task, name: str | None) -> str | None:
        """The unit of an entry about a task, as the plan spells it; None if no name is given.

        Raises:
            Refused: the plan has no such unit, or several, and `--force` is not given.
        """
        if not name:
            return None
        found = unit_of(self.plan, task, name, force=self.options.force)
        self.remark_once_recorded(remark_on_unit(self.plan, found))
        return found

    def remark_once_recorded(self, remark: str) -> None:
        """Report a remark on an entry once it is recorded, and not if it is refused; an empty one is ignored."""
        if remark and remark not in self._remarks:
            self._remarks.append(remark)

    def commit(self, task: Task, entries: Sequence[Entry]) -> None:
        """Append entries about one task in one transaction and confirm them; with `--dry-run` only print them.

        Raises:
            Refused: the plan or the ledger contradicts an entry; nothing is recorded.
        """
        recorded, found = self.write(lambda writer: self.append(task, entries, writer))
        if self.options.dry_run:
            for each in entries:
                emit_entry(each)
        else:
            self.acknowledge(task, recorded)
        for remark in (*self._remarks, *(each.message for each in found)):
            notify(_("Note: {remark}").format(remark=remark))

    def append(self, task: Task, entries: Sequence[Entry], writer: Writer) -> tuple[list[Recorded], list[Objection]]:
        """Append entries about one task in the transaction of `writer`; return them with the remarks on them.

        Raises:
            Refused: the plan or the ledger contradicts an entry.
        """
        recorded: list[Recorded] = []
        found: list[Objection] = []
        for entry in entries:
            if writer.find(entry.key) is None:
                found += remarks(self.plan, task, entry, writer, self.today, force=self.options.force)
            recorded.append(writer.append(entry))
        follow_adoption(writer, recorded)
        return recorded, found

    def _clock_warning(self, ledger: Reader) -> str | None:
        """A message if this machine's clock is more than an hour behind the last entry; None if not.

        Raises:
            Refused: with SQLite, the clock is years ahead, without `--force`; such a time could never be undone.
        """
        last = ledger.entry(ledger.head().seq)
        if last is None or last.recorded_at.year == MINYEAR:
            return None
        clock = now()
        ends = datetime.combine(self.plan.last_day or date.min, time.max, UTC)
        if self.location.file and not self.options.force and clock - max(ends, last.recorded_at) > _YEARS_AHEAD:
            text = _(
                "This clock says {day}, more than two years after the last entry (#{seq}, {last}) and the plan: "
                "set it, or if it is right, record one entry with --force -m WHY"
            )
            raise Refused(
                text.format(day=official_date(clock.date()), seq=last.seq, last=official_date(last.recorded_at.date()))
            )
        ahead = last.recorded_at - clock
        if ahead <= AN_HOUR:
            return None
        text = _("#{seq} is dated {ahead} ahead of this clock: one of the two is wrong")
        return text.format(seq=last.seq, ahead=_duration(ahead))

    def acknowledge(self, task: Task, recorded: Sequence[Recorded]) -> None:
        """Print each entry's number, the new totals, and the command that takes it back."""
        for each in [r for r in recorded if r.entry.kind != "retract"] or recorded:
            for line in confirmation(self.plan, self.writable, task, each):
                emit(discreet(line))


def _duration(time_between: timedelta) -> str:
    """A time span of an hour or more, in words."""
    hours = int(time_between.total_seconds() // 3600)
    if hours >= 24:  # noqa: PLR2004 - a day
        return days(hours // 24)
    return ngettext("{count} hour", "{count} hours", hours).format(count=hours)


def new_key() -> str:
    """A new unique key."""
    return uuid.uuid4().hex


def hashed(files: Sequence[Path]) -> tuple[str, ...]:
    """The name and the SHA-256 of each file of evidence, as an entry has them."""
    try:
        return tuple(f"{file.name} sha256:{_digest(file)}" for file in files)
    except OSError as error:
        raise Refused(
            _("evidence {file} cannot be read: {why}").format(file=error.filename, why=reason(error))
        ) from error


def _digest(file: Path) -> str:
    """The SHA-256 of a file, which is not read into memory as a whole."""
    from hashlib import file_digest

    refuse_device(file)
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def emit_entry(entry: Entry) -> None:
    """Print an entry as a line of JSON, as in a file of entries."""
    emit_json(dict(sorted(content(entry).items())))


def _refuse_repetition(ledger: Reader, task: Task, entry: Entry) -> None:
    """Ask whether to record an entry again if an identical one is recorded already.

    An entry with the same key is not a repetition: it is recorded only once in any case.

    Raises:
        Refused: the answer is no, or no user can be asked.
    """
    if ledger.find(entry.key):
        return
    before = _same_entry(ledger, task, entry)
    if before is None:
        return
    if is_interactive():
        if confirm(_("the same as #{seq}; record it again?").format(seq=before.seq)):
            return
        raise Refused(_("Nothing was recorded."))
    text = _("the same as #{seq} of {day}; to record it again: --force -m WHY")
    raise Refused(text.format(seq=before.seq, day=official_date(before.entry.on)))


def _same_entry(ledger: Reader, task: Task, entry: Entry) -> Recorded | None:
    """A standing entry with the same content; None if there is none.

    It is a report with the same figures on that date, a problem that is not verified yet, or a decision not settled
    yet.
    """
    content = (entry.responsible, entry.note)
    if entry.kind == "problem":
        problems = life_of(task, ledger.events(task.id, task.formerly)).problems.values()
        same = (p.seq for p in problems if p.state != "verified" and (p.responsible, p.title) == content)
        return ledger.entry(next(same, 0))
    if entry.kind == "decision":
        decisions = life_of(task, ledger.events(task.id, task.formerly)).decisions.values()
        same = (d.seq for d in decisions if d.settled_on is None and (d.unit, d.text) == content)
        return ledger.entry(next(same, 0))
    if entry.kind != "report":
        return None
    return next(
        (r for r in _entries_of_same_day(ledger, task, entry) if _content_of(r.entry) == _content_of(entry)), None
    )


def _refuse_replacing(ledger: Reader, task: Task, entry: Entry) -> None:
    """Refuse a total to date that would hide a different one reported by another unit for the same date.

    Raises:
        Refused: another unit reported a different total; the message names the entry of the other unit.
    """
    totals = {name: reading for name, reading in entry.readings.items() if not reading.added}
    if not (totals and entry.unit) or ledger.find(entry.key):
        return
    last = {
        (name, reading.unit): (recorded, reading)
        for recorded in _entries_of_same_day(ledger, task, entry)
        for name, reading in recorded.entry.readings.items()
        if not reading.added
    }
    for name, reading in totals.items():
        recorded, was = last.get((name, reading.unit), (None, reading))
        if recorded and recorded.entry.unit and recorded.entry.unit != entry.unit and was.value != reading.value:
            text = _(
                "{unit} reported {was} of {day} (#{seq}), which {now} of {other} would replace: one total to date of a "
                "day counts (if each unit reports its own share: per_unit: true in the plan)\n"
                "if it is right: --force -m WHY"
            )
            figures = {"was": reading_text(task, name, was), "now": reading_text(task, name, reading)}
            units = {"unit": recorded.entry.unit, "other": entry.unit}
            raise Refused(text.format(**figures, **units, day=official_date(entry.on), seq=recorded.seq))


def _entries_of_same_day(ledger: Reader, task: Task, entry: Entry) -> list[Recorded]:
    """The standing reports on a task on the date of an entry."""
    ids = frozenset({task.id, *task.formerly})
    found = [
        r for r in ledger.entries(Selection(tasks=ids, since=entry.on, until=entry.on)) if r.entry.kind == "report"
    ]
    retracted = ledger.retracted_by([r.seq for r in found])
    return [r for r in found if r.seq not in retracted]


def _content_of(entry: Entry) -> object:
    """The content of a report for comparison: its unit, and its figures or, without figures, its texts."""
    readings = {name: replace(reading, printed=None) for name, reading in entry.readings.items()}
    return entry.unit, readings or (entry.note, *texts(entry))
