"""Reads the rows of a file of any kind (JSON Lines, CSV, a form, a sheet with a map of its columns) into a spool."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

from msgspec import Struct, msgpack

from ..errors import Finding, InvalidInput, JkError, reason
from ..language import _
from ..ledger.entry_fields import numbers_in
from ..model import Plan
from ..plan.unit_names import aliases_of
from .above_tables import account_for_reporter, stated_reporter
from .ballot_reader import is_ballot, read_ballot
from .checklist_layout import is_checklist
from .column_map import Columns, read_columns
from .form_layout import KEYS, Printed
from .form_reader import read_form
from .grid import Grid
from .mapped_sheet import mapped
from .rows import Row, entries
from .sources import NEW, converted
from .text_files import read, text_grid
from .unused_cells import once_each

if TYPE_CHECKING:
    from .checklist_reader import Inspected
    from .sites_csv import SiteList
    from .workbook import Sheets

_IN_MEMORY = 1 << 22
"""The most bytes that are kept in memory; beyond that the file is on the disk."""

BLOCK = 500
"""The number of rows that are written and read at a time."""


class Spool:
    """The rows of one file, kept in a temporary file; they can be iterated several times, one after the other."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        """Create a spool with these rows.

        Raises:
            JkError: the temporary folder has no room.
        """
        from tempfile import SpooledTemporaryFile

        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it is closed with the spool
        finalize(self, self._file.close)
        self._block: list[Row] = []
        self._count = 0
        self.referred: set[int] = set()
        """The entry numbers that exported rows refer to, in the ledger that they were exported from."""
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Add a row.

        Raises:
            JkError: the temporary folder has no room.
        """
        self._block.append(row)
        self._count += 1
        if len(self._block) == BLOCK:
            self._write()
        if row.seq is not None:
            self.referred.update(numbers_in(row.encoded.entry).values())
            if row.retracted_by is not None:
                self.referred.add(row.retracted_by)

    def __len__(self) -> int:
        """The number of rows."""
        return self._count

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows; a second iteration must not begin before the first one ended."""
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[Row]]:
        """Yield the rows in lists of `BLOCK`; the last one may have fewer."""
        decode = msgpack.Decoder(list[Row]).decode
        self._write()
        self._file.seek(0)
        while length := int.from_bytes(self._file.read(4)):
            yield decode(self._file.read(length))

    def _write(self) -> None:
        """Write the rows that are still in memory."""
        if not self._block:
            return
        packed = msgpack.encode(self._block)
        try:
            self._file.seek(0, SEEK_END)
            self._file.write(len(packed).to_bytes(4) + packed)
        except OSError as error:
            message = _("The temporary folder cannot be written: {why}. Set TMPDIR to another one.")
            raise JkError(message.format(why=reason(error))) from error
        self._block.clear()


SHEET = ".xlsx"
_MACROS = (".xlsm", ".xlsb")
"""Spreadsheets that may contain macros; they are refused, as office programs can save them as .xlsx."""


class Batch(Struct, frozen=True):
    """The rows of one file."""

    file: str
    rows: Spool
    encoding: str = "utf-8"
    is_form: bool = False
    before: date = date.min
    printed: tuple[Printed, ...] = ()
    """The totals printed in a form, as of `before`, the day before its period."""
    inspected: "Inspected | None" = None
    """The content of a checklist, which has no rows."""
    unread: tuple[str, ...] = ()
    """Messages about parts of the file that were not read or should be checked."""


class ImportContext(Struct, frozen=True):
    """The context in which files are read: the plan, the typist, the date in the plan's zone, a column map."""

    plan: Plan
    typist: str
    today: date
    columns: Path | None = None
    sites: Callable[[], "SiteList"] | None = None
    """Reads the sites of the plan, for checklists."""
    any_unit: bool = False
    """Whether a unit's own sheet may name units that the plan does not have."""


def read_batch(path: Path, context: ImportContext) -> Batch:
    """Read the rows of a file.

    Raises:
        InvalidInput: the file has faults; lists all of them.
        MissingExtra: the file is a spreadsheet, and `office` is not installed.
        Refused: the file is in an old format, and LibreOffice is not installed.
    """
    ending, file = path.suffix.lower(), str(path)
    if ending in _MACROS:
        text = _("{ending} files are not read (they may contain macros): save it as .xlsx")
        raise InvalidInput.of_file(file, text.format(ending=ending))
    if NEW.get(ending) == SHEET or ending == SHEET:
        with the_workbook(path) as grids:
            return _sheets(grids, path, context)
    if context.columns is not None:
        encoding, grid = text_grid(path)
        return _mapped([grid], path, context, read_columns(context.columns), encoding)
    encoding, lines = read(path)
    units = aliases_of(context.plan)
    rows = Spool(entries(file, lines, context.plan, context.typist, units))
    return Batch(file, rows, encoding, unread=tuple(units.remarks()))


@contextmanager
def the_workbook(path: Path) -> "Iterator[Sheets]":
    """Open a workbook of any format as grids, for the `with` block.

    Raises:
        InvalidInput: the file cannot be read, or is not safe to open.
        MissingExtra: `office` is not installed.
        Refused: the file is in an old format, and LibreOffice is not installed.
    """
    from .workbook import Sheets

    if path.suffix.lower() == SHEET:
        yield Sheets(path, path)
    else:
        with converted(path) as new:
            yield Sheets(path, new)


def _sheets(sheets: "Sheets", path: Path, context: ImportContext) -> Batch:
    if context.columns is not None:
        columns = read_columns(context.columns)
        return _mapped(sheets.from_one(columns.sheet), path, context, columns)
    keys = sheets.named(KEYS)
    if keys is None and not any(grid.rows or grid.aside for grid in sheets.grids()):
        raise InvalidInput.of_file(path, _("is empty: it has no header row and nothing was read"))
    if keys is None:
        text = _(
            "is not a form written by `jk form`; a unit's own sheet needs a map of its columns: "
            "`jk import {file} --suggest-map > columns.yaml` writes one, then give it with --map columns.yaml"
        )
        raise InvalidInput.of_file(path, text.format(file=path.name))
    if is_ballot(keys):
        ballot = read_ballot(sheets.visible(), keys, context.plan, context.typist, context.today)
        return Batch(str(path), Spool(ballot.rows), is_form=True, unread=ballot.unread)
    if is_checklist(keys):
        return Batch(str(path), Spool(), inspected=_inspected(sheets.visible(), keys, path, context))
    filled = read_form(sheets.visible(), keys, context.plan, context.typist, context.today)
    return Batch(
        str(path),
        Spool(filled.rows),
        is_form=True,
        before=filled.before,
        printed=filled.printed,
        unread=filled.unread,
    )


def _inspected(grids: Sequence[Grid], keys: Grid, path: Path, context: ImportContext) -> "Inspected | None":
    """Read a checklist: one sheet, with no content on other sheets and no drawings.

    Raises:
        InvalidInput: the sheet is missing or has faults, or there is other content.
    """
    from .checklist_reader import read_inspected

    if not grids:
        raise InvalidInput.of_file(path, _("its sheet was removed"))
    text = _("only the first sheet is read (delete this one, or bring it in as a file of its own)")
    faults = [Finding(str(path), 0, 0, text, f"{each.sheet}!A1") for each in grids[1:] if each.rows]
    faults += [Finding(str(path), 0, 0, f"{a.text}: {a.why}", a.where) for each in grids[1:] for a in each.aside]
    if faults:
        raise InvalidInput(faults)
    sites = context.sites().sites if context.sites else ()
    return read_inspected(grids[0], keys, context.plan, sites, context.today)


def _mapped(
    grids: Sequence[Grid], path: Path, context: ImportContext, columns: Columns, encoding: str = "utf-8"
) -> Batch:
    plan = context.plan
    reporter = stated_reporter(grids[0], columns, plan, any_unit=context.any_unit)
    unit = reporter.unit if reporter and columns.unit is None else None
    lines, account = mapped(grids, columns, plan, any_unit=context.any_unit, reporter=unit)
    if reporter:
        account_for_reporter(reporter, columns, lines, account, grids[0])
    rows = Spool(entries(str(path), lines, plan, context.typist, aliases_of(plan, unit)))
    return Batch(str(path), rows, encoding, unread=tuple(once_each(account)))
