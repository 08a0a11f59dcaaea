"""`jk import`: records the entries of files."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count as numbers_from
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from msgspec.structs import replace
from typer import Argument, Option

from ..errors import Finding, InvalidInput, Refused, refuse_device
from ..intake.sites_csv import sites_of
from ..language import N_, _, ngettext, speaking
from ..ledger.protocol import Writer
from ..model import Entry
from ..text import quoted
from .ledger_location import LedgerLocation, dry_run
from .options import Writing, only
from .output import emit, emit_whole, notify, progress_bar, reading_bar
from .recording import WritingSession, emit_entry

if TYPE_CHECKING:
    from ..intake.importing import Outcome
    from ..intake.row_reader import Batch, ImportContext


def import_(
    options: Annotated[Writing, only("dry_run", "by", "plan", "ledger")],
    files: Annotated[
        list[Path],
        Argument(
            metavar=_("FILE..."),
            help=_("Forms and checklists that came back (.xlsx), or files of entries (.jsonl, .csv)."),
            show_default=False,
        ),
    ],
    columns: Annotated[
        Path | None,
        Option(
            "--map",
            metavar=_("FILE"),
            help=_("The column map of a unit's own sheet (.xlsx, .csv)."),
            show_default=False,
        ),
    ] = None,
    strict: Annotated[
        bool,
        Option(
            "--strict",
            help=_("Refuse what is implausible (a falling total, a date before the start, an unknown unit)."),
        ),
    ] = False,
    force: Annotated[
        bool,
        Option(
            "--force",
            help=_("Record units that the plan does not have; also write despite a wrong clock or a network folder."),
        ),
    ] = False,
    received_on: Annotated[
        bool,
        Option(
            "--received-on",
            help=_("For historical data: unless an entry says otherwise, it was received on its own date."),
        ),
    ] = False,
    again: Annotated[
        bool, Option("--again", help=_("Record rows even if the same figures are in the ledger, or twice in the file."))
    ] = False,
    suggest_map: Annotated[
        bool, Option("--suggest-map", help=_("Print a column map for a unit's own sheet, by its headers."))
    ] = False,
) -> None:
    from ..intake.row_reader import ImportContext

    options = replace(options, force=force)
    if suggest_map:
        _suggest(files, options)
        return
    if any(map(_is_dump, files)):
        if len(files) > 1:
            raise Refused(_("import a complete ledger by itself: one file at a time"))
        _replay(files[0], options)
        return
    with WritingSession(options) as session:
        batches = _read(
            files,
            ImportContext(
                session.plan,
                session.user,
                session.today,
                columns,
                partial(sites_of, session.folder, session.plan),
                any_unit=force,
            ),
        )

        def work(writer: Writer) -> "tuple[list[Outcome], list[Entry]]":
            row = numbers_from(1)
            with progress_bar(_("Recording"), sum(len(batch.rows) for batch in batches)) as reached:
                flags = _RowOptions(strict, again, received_on)
                outcomes = _append(session, batches, writer, flags, lambda: reached(next(row)))
            return outcomes, _added_entries(writer, outcomes) if options.dry_run else []

        outcomes, would_add = session.write(work)
    _notify_warnings(batches, outcomes)
    for entry in would_add:
        emit_entry(entry)
    for batch, outcome in () if options.dry_run else zip(batches, outcomes, strict=True):
        _acknowledge(batch.file, outcome)


def _notify_warnings(batches: "Sequence[Batch]", outcomes: "Sequence[Outcome]") -> None:
    """Report implausible values that were recorded, and rows that were skipped."""
    for warning in (warning for outcome in outcomes for warning in outcome.warnings):
        notify(_("Warning: {warning}").format(warning=warning))
    for batch, outcome in zip(batches, outcomes, strict=True):
        for about, count in outcome.more.items():
            text = _("Warning: {file}: {count} more: {about} (--strict lists and refuses them)")
            notify(text.format(file=batch.file, count=count, about=_(about)))
        if outcome.skipped:
            notify(_skipped(batch.file, outcome.skipped))


def _added_entries(writer: Writer, outcomes: "list[Outcome]") -> list[Entry]:
    """The entries that are new."""
    recorded_entries = (writer.entry(seq) for outcome in outcomes for seq in outcome.added)
    return [recorded.entry for recorded in recorded_entries if recorded]


def _is_dump(file: Path) -> bool:
    """Whether a file is a dump of a whole ledger. False if it cannot be read: its reader reports the fault."""
    from ..ledger.dump import is_dump

    try:
        refuse_device(file)
        with file.open(encoding="utf-8", newline="\n") as lines:
            return is_dump(next(lines, ""))
    except (OSError, ValueError):
        return False


def _replay(file: Path, options: Writing) -> None:
    """Import a whole ledger unchanged. Its entries are replayed, so the plan is not needed."""
    from ..ledger import backup_files
    from ..ledger.recording_units import assign_units

    def work(writer: Writer) -> tuple[int, int]:
        added = backup_files.append_missing(backup_files.entries(file), writer)
        if added:
            assign_units(writer)
        return added, backup_files.head(file).seq

    location = LedgerLocation.of(options.plan, options.ledger)
    if options.dry_run:
        text = _("{file}: a complete ledger of {entries} entries, {added} would be added, {known} already recorded")
        with location.for_dry_run(force=options.force) as ledger:
            added, entries = dry_run(ledger, work)
    else:
        text = _("{file}: a complete ledger of {entries} entries, {added} added, {known} already recorded")
        with location.for_writing(force=options.force) as ledger:
            added, entries = ledger.write(work)
    emit(text.format(file=file, entries=entries, added=added, known=entries - added))


def _read(files: Sequence[Path], context: "ImportContext") -> "list[Batch]":
    """Read all files before anything is recorded.

    Raises:
        InvalidInput: the faults of all files.
    """
    from ..intake.row_reader import read_batch
    from ..intake.text_files import first_words

    batches: list[Batch] = []
    faults: list[Finding] = []
    for file in files:
        try:
            with reading_bar(file):
                batch = read_batch(file, context)
        except InvalidInput as invalid:
            faults += invalid.findings
            continue
        batches.append(batch)
        if batch.encoding == "gb18030":
            text = _("{file}: read as GB18030: {words}")
            notify(text.format(file=file, words=quoted(first_words(file, batch.encoding))))
        for line in batch.unread:
            notify(_("{file}: {line}").format(file=file, line=line))
        if not batch.rows and not batch.inspected:
            notify(_(_NOTHING_IN.get(file.suffix.lower(), _NOTHING_FILLED_IN)).format(file=file))
    if faults:
        raise InvalidInput(faults)
    return batches


_NOTHING_FILLED_IN = N_("{file}: nothing is filled in")

_NOTHING_IN = {
    ".jsonl": N_("{file}: the file is empty"),
    ".csv": N_("{file}: it has nothing below its header row"),
}
"""The note about a file without rows, by its ending."""


class _RowOptions(NamedTuple):
    """How rows are recorded."""

    strict: bool
    """Whether implausible rows are refused."""
    again: bool
    """Whether rows that are recorded already are recorded again."""
    received_on: bool
    """Whether each row counts as received on its own date."""


def _append(
    session: WritingSession,
    batches: "Sequence[Batch]",
    writer: Writer,
    flags: _RowOptions,
    progress: Callable[[], None],
) -> "list[Outcome]":
    """Append the entries of all files in one transaction.

    Raises:
        InvalidInput: the faults of all files; nothing is recorded.
    """
    from ..intake.earlier_entries import FormRows, settle
    from ..intake.importing import import_rows

    outcomes: list[Outcome] = []
    faults: list[Finding] = []
    for batch in batches:
        if batch.inspected:
            from ..intake.inspection_entries import Recording, record_inspected

            recording = Recording(writer, session.plan, session.user, session.today, flags.strict)
            try:
                outcomes.append(record_inspected(batch.inspected, recording))
            except InvalidInput as invalid:
                faults += invalid.findings
            continue
        settled = FormRows(batch.rows, ())
        try:
            if batch.is_form:
                settled = settle(batch, writer, session.plan, session.today)
            outcome = import_rows(
                writer,
                batch.file,
                settled.rows,
                session.plan,
                session.today,
                **flags._asdict(),
                progress=progress,
            )
        except InvalidInput as invalid:
            faults += invalid.findings
            continue
        outcomes.append(replace(outcome, warnings=(*settled.remarks, *outcome.warnings)))
    if faults:
        raise InvalidInput(faults)
    return outcomes


def _suggest(files: Sequence[Path], options: Writing) -> None:
    """Print the column map that the headers of a file suggest.

    Raises:
        InvalidInput: the file cannot be read, or has no row that looks like a header.
        Refused: several files are given.
    """
    from ..intake.map_suggestion import suggested_map

    if len(files) > 1:
        raise Refused(_("a map is suggested for one file at a time"))
    with WritingSession(options) as session, speaking(session.plan.language):
        emit_whole(suggested_map(files[0], session.plan).rstrip())


def _skipped(file: str, entries: Sequence[int]) -> str:
    count = len(entries)
    text = ngettext(
        "{file}: skipped {count} row that is recorded already: {entries} (--again records it)",
        "{file}: skipped {count} rows that are recorded already: {entries} (--again records them)",
        count,
    )
    shown = [f"#{seq}" for seq in dict.fromkeys(entries)]
    some = ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")
    return text.format(file=file, count=count, entries=some)


_SHOWN = 5
"""The number of entries that a line names."""


def _acknowledge(file: str, outcome: "Outcome") -> None:
    added = ngettext("{count} added", "{count} added", len(outcome.added)).format(count=len(outcome.added))
    emit(_("{file}: {added}, {known} already recorded").format(file=file, added=added, known=outcome.known))
    if outcome.added:
        first, last = outcome.added[0], outcome.added[-1]
        one = _("entry #{first}; to take it back: jk retract {first} -m WHY")
        many = _("entries #{first} to #{last}; to take one back: jk retract SEQ -m WHY")
        text = one if first == last else many
        emit("  " + text.format(first=first, last=last))
    for note in outcome.notes:
        emit("  " + note)
