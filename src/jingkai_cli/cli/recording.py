"""How a command records: builds entries, checks them against plan and ledger, appends, and only then acknowledges."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import MINYEAR, UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from ..errors import Refused, reason, refuse_device
from ..kinds import Objection, remarks, sentence, texts
from ..language import _, ngettext
from ..ledger import open_for_writing
from ..ledger.entry_fields import content
from ..ledger.protocol import Ledger, Reader, WritableLedger, Writer
from ..ledger.task_units import follow_adoption
from ..model import Entry, Reading, Recorded, Task
from ..quantities import days, reading_text
from ..reports.task_facts import facts_of
from ..text import one_line
from .environment import now, user_name
from .ledger_location import LedgerLocation
from .options import Writing
from .output import emit, emit_json, notify
from .parties import unit_of
from .repetition import refuse_repetition
from .session import Session

T = TypeVar("T")

AN_HOUR = timedelta(hours=1)
"""How far a clock may be behind the last entry before it is named."""

YEARS_AHEAD = timedelta(days=2 * 365)
"""How far a clock may be ahead of both the plan's last date and the last entry."""


class WritingSession(Session):
    """The session of a command that records. The ledger is opened once, to write, and read by the same connection."""

    def __init__(self, options: Writing) -> None:
        """Read the plan that the options name.

        Raises:
            InvalidInput: there is no plan, or it has faults.
        """
        self.options = options
        super().__init__(options.plan, options.ledger, as_of=options.on)

    @property
    def user(self) -> str:
        """Who types.

        Raises:
            Refused: neither the options nor the environment nor the system says it.
        """
        return user_name(self.options.by)

    def _open_ledger(self) -> Ledger:
        """The ledger that is written to; nothing is begun only to be read.

        It is opened once, so one on a network folder is refused before the entry that a command is about is looked up.
        """
        return super()._open_ledger() if self.location.missing else self.writable

    @cached_property
    def writable(self) -> WritableLedger:
        """The ledger to write to, opened once; begun where it is missing.

        Raises:
            LedgerError: it cannot be opened.
            Refused: it is on a network folder, without `--force`.
        """
        force = self.options.force
        opened = for_dry_run if self.options.dry_run else for_writing
        return self._open.enter_context(opened(self.location, force=force))

    def write(self, work: Callable[[Writer], T]) -> T:
        """What `work` returns in one transaction; with `--dry-run` it is rolled back. A wrong clock is named on stderr.

        Raises:
            Refused: the clock is years ahead, without `--force`.
        """

        def check_clock_and_work(writer: Writer) -> tuple[str | None, T]:
            return self._clock(writer), work(writer)

        remark, result = (
            dry_run(self.writable, check_clock_and_work)
            if self.options.dry_run
            else self.writable.write(check_clock_and_work)
        )
        if remark:
            notify(_("Note: {remark}").format(remark=remark))
        return result

    def record(self, kind: str, task: Task, **given: Any) -> None:
        """Record one entry of a task; `given` are fields of it that no common option has.

        Raises:
            Refused: an option cannot be read, or the plan or the ledger contradicts the entry; nothing is written.
        """
        entry = self.entry(kind, task, **given)
        if not (self.options.force or self.location.missing):
            refuse_repetition(self.ledger, task, entry)
        self.commit(task, [entry])

    def entry(self, kind: str, task: Task, **given: Any) -> Entry:
        """An entry of a task from the options: dates are read, user and key filled in, evidence hashed.

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
        """The unit of a task of which something is recorded, as the plan spells it; None where none is named.

        Raises:
            Refused: the plan knows no such unit, or several, and `--force` is not given.
        """
        return unit_of(self.plan, task, name, force=self.options.force) if name else None

    def commit(self, task: Task, entries: Sequence[Entry]) -> None:
        """Append entries of one task in one transaction and acknowledge them; with `--dry-run` print them only.

        Raises:
            Refused: the plan or the ledger contradicts an entry; nothing is written.
        """
        recorded, found = self.write(lambda writer: self.append(task, entries, writer))
        if self.options.dry_run:
            for each in entries:
                emit_entry(each)
        else:
            self.acknowledge(task, recorded)
        for remark in found:
            notify(_("Note: {remark}").format(remark=remark.message))

    def append(self, task: Task, entries: Sequence[Entry], writer: Writer) -> tuple[list[Recorded], list[Objection]]:
        """Append entries of one task in the transaction of `writer`; also returns what is worth saying of them.

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

    def _clock(self, ledger: Reader) -> str | None:
        """That this machine's clock is more than an hour behind the last entry; None where it is not.

        Raises:
            Refused: on SQLite, it is years ahead, without `--force`: such a time would be kept for ever.
        """
        last = ledger.entry(ledger.head().seq)
        if last is None or last.recorded_at.year == MINYEAR:
            return None
        clock = now()
        ends = datetime.combine(self.plan.last_day or date.min, time.max, UTC)
        if self.location.file and not self.options.force and clock - max(ends, last.recorded_at) > YEARS_AHEAD:
            text = _(
                "This clock says {day}, more than two years after the last entry (#{seq}, {last}) and the plan: "
                "set it, or if it is right, record one entry with --force -m WHY"
            )
            raise Refused(text.format(day=clock.date(), seq=last.seq, last=last.recorded_at.date()))
        ahead = last.recorded_at - clock
        if ahead <= AN_HOUR:
            return None
        text = _("#{seq} is dated {ahead} ahead of this clock: one of the two is wrong")
        return text.format(seq=last.seq, ahead=_span(ahead))

    def acknowledge(self, task: Task, recorded: Sequence[Recorded]) -> None:
        """Print each entry's number, the new totals, and the command that takes it back."""
        for each in [r for r in recorded if r.entry.kind != "retract"] or recorded:
            self._acknowledge_one(task, each)

    def _acknowledge_one(self, task: Task, last: Recorded) -> None:
        whose = _("task {id} {title}").format(id=task.id, title=task.title) if task.id else task.title
        emit(_("#{seq} recorded: {whose}").format(seq=last.seq, whose=whose))
        emit("  " + _("{day}: {what}").format(day=last.entry.on, what=self._said(last.entry)))
        if last.entry.kind != "report" and (about := self.writable.entry(last.entry.ref or 0)):
            emit("  " + _("#{seq}: {what}").format(seq=about.seq, what=self._said(about.entry)))
        for heading, text in texts(last.entry):
            emit("  " + _("{heading}: {text}").format(heading=heading, text=one_line(text)))
        for line in self.totals(self.writable, task, last.entry):
            emit("  " + _("total by {day}: {figure}").format(figure=line, day=last.entry.on))
        if last.entry.kind != "retract":
            emit("  " + _("to take it back: jk retract {seq} -m WHY").format(seq=last.seq))

    def _said(self, entry: Entry) -> str:
        """What an entry says in one line; a report without figures is its note."""
        note = entry.note if entry.kind == "report" and not entry.readings else None
        return one_line(note or sentence(self.plan.subject(entry.task), entry))

    def totals(self, ledger: Reader, task: Task, entry: Entry) -> list[str]:
        """The totals of the series that an entry reads, as of its date, in words."""
        if not entry.readings:
            return []
        facts = facts_of(ledger, self.plan, task, entry.on)
        series = [(name, reading.unit or "") for name, reading in entry.readings.items()]
        return [
            reading_text(task, name, Reading(facts.totals[name, unit].value))
            for name, unit in series
            if (name, unit) in facts.totals
        ]


def _span(time_between: timedelta) -> str:
    """A time of an hour or more in words."""
    hours = int(time_between.total_seconds() // 3600)
    if hours >= 24:  # noqa: PLR2004 - a day
        return days(hours // 24)
    return ngettext("{count} hour", "{count} hours", hours).format(count=hours)


def new_key() -> str:
    """A key that no other entry has."""
    return uuid.uuid4().hex


def hashed(files: Sequence[Path]) -> tuple[str, ...]:
    """What is recorded of evidence: the file's name and the SHA-256 of its content."""
    try:
        return tuple(f"{file.name} sha256:{_digest(file)}" for file in files)
    except OSError as error:
        raise Refused(
            _("evidence {file} cannot be read: {why}").format(file=error.filename, why=reason(error))
        ) from error


def _digest(file: Path) -> str:
    """The SHA-256 of a file, however large: it is never held as a whole."""
    from hashlib import file_digest

    refuse_device(file)
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def emit_entry(entry: Entry) -> None:
    """Print an entry as a line of JSON, as a file of entries has it."""
    emit_json(dict(sorted(content(entry).items())))


@contextmanager
def for_writing(location: LedgerLocation, *, force: bool = False) -> Iterator[WritableLedger]:
    """The ledger at a location, to write to; closed at the end of the block.

    Raises:
        LedgerError: it cannot be opened.
        Refused: it is on a network folder, without `--force`.
    """
    with closing(location.open_to_write(force=force)) as ledger:
        yield ledger
        location.remember(ledger)


@contextmanager
def for_dry_run(location: LedgerLocation, *, force: bool = False) -> Iterator[WritableLedger]:
    """The same for a dry run: where nothing is recorded yet, a temporary ledger, so that none is begun.

    Raises:
        LedgerError: it cannot be opened.
        Refused: it is on a network folder, without `--force`.
    """
    if not location.nothing_recorded:
        with for_writing(location, force=force) as ledger:
            yield ledger
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder, closing(open_for_writing(str(Path(folder) / "ledger.db"), now)) as ledger:
        yield ledger


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""


def dry_run(ledger: WritableLedger, work: Callable[[Writer], T]) -> T:
    """What `work` returns in a transaction that is rolled back: the ledger stays as it is."""
    results: list[T] = []

    def attempt(writer: Writer) -> None:
        results.append(work(writer))
        raise _RolledBack

    with suppress(_RolledBack):
        ledger.write(attempt)
    return results[-1]
