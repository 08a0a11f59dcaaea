"""Checks a ledger: its chain, its derived tables, and the heads printed earlier (anchors).

The rows that the entries give for a derived table are not stored but summed up: the sum of the rows' hashes does not
depend on their order, and a retraction subtracts the rows that it withdraws. Python salts these hashes in each run, so
nobody can prepare other rows with the same sum. Totals are checked within their own table, each from the one before.
Only a table whose sum differs is derived again and compared row by row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import Any

from ..errors import JkError, LedgerError
from ..kinds import NAMES
from ..language import _
from ..model import PROGRAMME, Head, Recorded
from . import chain
from .canonical import canonical_fields
from .derived_tables import EXACT, PAGE, TABLES, Rows, event_row, pages
from .entries import read
from .entry_fields import plain
from .protocol import Ledger, Reader
from .recording_units import unit_faults
from .replay import Rederivation, derived_again

ANCHOR = 12
"""The least number of digits of a hash: as many as a page's footer prints."""


def check_ledger(
    ledger: Ledger, progress: Callable[[int], None] = lambda _seq: None, most: int | None = 1
) -> list[str]:
    """Check a ledger's database, its guards, its chain and its derived tables.

    Args:
        ledger: the ledger to check.
        progress: called with the number of the last entry of each page.
        most: how many differing rows to list for each derived table; None for all.

    Returns:
        Every fault: `entry 3: …`, `database: …`.
    """
    if not ledger.queryable():
        return list(until_database_error(ledger.guards()))
    with ledger.integrity_check() as damage:
        found = list(_faults(ledger, progress, most))
        try:
            damaged = damage()
        except LedgerError as error:
            damaged = [str(error)]
        return list(dict.fromkeys((*damaged, *found)))  # both may stop at the same damaged page


def _faults(ledger: Ledger, progress: Callable[[int], None], most: int | None) -> Iterator[str]:
    yield from until_database_error(ledger.guards())
    walk = _ChainWalk(ledger.rows, progress)
    yield from until_database_error(walk.forward())
    yield from until_database_error(_in_one_state(ledger, walk))
    yield from until_database_error(unit_faults(ledger))
    if walk.doubtful:
        with derived_again(ledger) as again:
            yield from ledger.read(lambda _reader: list(_differences(again, walk.doubtful, most)))
    if ledger.altered:
        yield alteration()


def _in_one_state(ledger: Ledger, walk: "_ChainWalk") -> Iterator[str]:
    yield from ledger.read(lambda _reader: list(until_database_error(walk.finish())))


def alteration() -> str:
    """The fault that something other than an entry changed the derived tables, even if they are right now."""
    return _("database: the derived tables were changed other than by an entry")


def until_database_error(faults: Iterable[str]) -> Iterator[str]:
    """Yield the faults; an error of the database ends them and becomes the last one."""
    try:
        yield from faults
    except LedgerError as error:
        yield str(error)


def check_anchor(ledger: Reader, seq: int, digest: str) -> str | None:
    """Check that a ledger still has the entry that was its head when the head was printed.

    Args:
        ledger: the present ledger.
        seq: the number of the entry.
        digest: its hash, or at least the first `ANCHOR` digits of that.

    Returns:
        The fault, or None.
    """
    if len(digest) < ANCHOR:
        return _("anchor: {digits} digits of the hash or more are needed").format(digits=ANCHOR)
    head = ledger.head()
    if seq > head.seq:
        return _("anchor: entry {seq} existed, but the ledger ends at entry {last}: later entries were removed").format(
            seq=seq, last=head.seq
        )
    try:
        entry = ledger.entry(seq)
    except LedgerError as error:
        return _("entry {seq}: {fault}").format(seq=seq, fault=error)
    found = entry.hash if entry else chain.EMPTY.hash
    if not found.startswith(digest.lower()):
        return _("anchor: entry {seq} had the hash {anchor}, now it has {found}: the ledger was rewritten").format(
            seq=seq, anchor=digest, found=found[: len(digest)]
        )
    return None


_PUSHED = """
SELECT min(seq), max(seq) FROM entries GROUP BY recorded_at HAVING count(*) > 1 ORDER BY 1"""


def runs_with_one_time(rows: Rows) -> list[tuple[int, int]]:
    """The first and last numbers of runs of entries with the same time of recording.

    An entry is never recorded before the previous one: if the clock was behind, it got the time of the previous entry.
    """
    return [(first, last) for first, last in rows(_PUSHED, ())]


_ENTRIES = """
SELECT seq, key, on_date, recorded_at, "by", kind, task, prev_hash, unit, ref, hash, body
FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"""

_REPEATED = ("seq", "key", "on", "recorded_at", "by", "kind", "task", "prev_hash")
"""The fields that the first columns of `_ENTRIES` repeat from the text of an entry."""

_repeated = itemgetter(*_REPEATED)

_KEYS = "SELECT key, max(seq) FROM entries GROUP BY key HAVING count(*) > 1"

_WITHDRAWN = """
SELECT body, (SELECT min(seq) FROM entries WHERE kind = 'retract' AND ref = ?) FROM entries WHERE seq = ? AND seq < ?"""

Fields = Mapping[str, Any]


class _ChainWalk:
    """Walks along the chain page by page, then compares the derived tables."""

    def __init__(self, rows: Rows, progress: Callable[[int], None]) -> None:
        """Read by `rows`; call `progress` with the number of the last entry of each page."""
        self._rows = rows
        self._progress = progress
        self._last = chain.EMPTY
        self._recorded_at = ""
        self._sums = dict.fromkeys(("reports", "events", "readings"), 0)
        self._tasks: set[str] = set()
        self._series: set[tuple[str, str, str]] = set()
        self.doubtful: list[str] = []
        """The derived tables that differ from what the entries give. `finish` fills it."""

    def forward(self) -> Iterator[str]:
        """Yield the faults of the entries from the last one checked to the present end."""
        while page := self._rows(_ENTRIES, (self._last.seq, PAGE)):
            for row, fields in zip(page, canonical_fields([str(row[-1]) for row in page]), strict=True):
                for fault in self._entry(row, fields):
                    yield _("entry {seq}: {fault}").format(seq=row[0], fault=fault)
            self._progress(self._last.seq)

    def finish(self) -> Iterator[str]:
        """Yield the faults of the entries that were added meanwhile, and of repeated keys. Fill `doubtful`.

        Call it within one read transaction.
        """
        yield from self.forward()
        for key, seq in self._rows(_KEYS, ()):
            yield _("entry {seq}: its key {key} also belongs to another entry").format(seq=seq, key=key)
        for table in TABLES:
            try:
                right = self._is_right(table)
            except (ArithmeticError, JkError):  # the comparison row by row will name it
                right = False
            if not right:
                self.doubtful.append(table)

    def _entry(self, row: Sequence[Any], fields: Fields | None) -> Iterable[str]:
        seq, _key, _on, recorded_at, _by, _kind, _task, prev_hash, unit, ref, hash_, body = row
        faults: list[str] = []
        if (seq, prev_hash) != (self._last.seq + 1, self._last.hash) or str(recorded_at) < self._recorded_at:
            faults += self._link_faults(seq, prev_hash, str(recorded_at))
        if chain.digest(str(body)) != hash_:
            faults.append(_("its text was changed: it does not match its hash"))
        if fields is None:
            fields, fault = _not_canonical(str(body))
            faults.append(fault)
        if fields is not None:
            if fields["kind"] not in NAMES:
                faults.append(_("it is of a kind that this program does not know: {kind}").format(kind=fields["kind"]))
            if fields["kind"] == "adopt" and "plan" not in fields:
                faults.append(_("it adopts a plan and does not have its text"))
            if (*_repeated(fields), fields.get("unit", ""), fields.get("ref", 0)) != (*row[:8], unit, ref):
                faults.append(_differing_columns(fields, row))
            self._count(fields, 1)
            if fields["kind"] == "retract":
                faults += self._uncount_retracted(fields.get("ref", 0), fields["seq"])
        else:
            self._count_unreadable(read(seq, str(body), hash_))
        self._last = Head(seq, hash_)
        if fields is not None:
            self._recorded_at = str(recorded_at)
        return faults

    def _link_faults(self, seq: int, prev_hash: str, recorded_at: str) -> Iterator[str]:
        if seq != self._last.seq + 1:
            yield _("it follows entry {last}: the entries between are missing").format(last=self._last.seq)
        if prev_hash != self._last.hash:
            yield _("it does not link to the previous entry")
        if recorded_at < self._recorded_at:
            yield _("it was recorded before the previous entry")

    def _uncount_retracted(self, ref: int, seq: int) -> Iterator[str]:
        found = self._rows(_WITHDRAWN, (ref, ref, seq))
        if not found:
            yield _("it retracts entry {ref}, which does not exist").format(ref=ref)
        for body, first in found:
            if first != seq:
                yield _("it retracts entry {ref}, which entry {first} already retracted").format(ref=ref, first=first)
            elif fields := next(canonical_fields([str(body)])) or _not_canonical(str(body))[0]:
                self._count(fields, -1)

    def _count_unreadable(self, recorded: Recorded) -> None:
        """Add the event row of an entry that cannot be read."""
        if recorded.entry.task != PROGRAMME:
            self._tasks.add(recorded.entry.task)
        self._sums["events"] += hash(event_row(recorded))

    def _count(self, fields: Fields, times: int) -> None:
        """Add the rows that follow from an entry `times` times; -1 subtracts them."""
        task, on, seq, kind = fields["task"], fields["on"], fields["seq"], fields["kind"]
        if task != PROGRAMME:
            self._tasks.add(task)
        if kind == "retract":
            return
        if kind == "report":
            self._sums["reports"] += times * hash((task, on, seq, fields.get("received", ""), fields["recorded_at"]))
        else:
            subject = fields.get("milestone") or str(fields.get("ref", ""))
            row = (task, on, seq, kind, subject, fields.get("deadline", ""), fields.get("basis", ""))
            self._sums["events"] += times * hash(row)
        units = fields.get("units", {})
        for name, text in fields.get("readings", {}).items():
            series = (task, name, units.get(name, ""))
            self._series.add(series)
            self._sums["readings"] += times * hash((*series, on, seq, int(text[0] == "+"), text.removeprefix("+")))

    def _is_right(self, table: str) -> bool:
        """Whether a derived table has exactly the rows that the entries give."""
        rows = pages(self._rows, table)
        if table == "tasks":
            return {task for (task,) in rows} == self._tasks
        if table == "series":
            return set(rows) == self._series
        if table == "readings":
            rows = _readings(rows)
        return sum(map(hash, rows)) == self._sums[table]


def _not_canonical(body: str) -> tuple[Fields | None, str]:
    """The fields of a body that is not canonical, None if they cannot be read; and the fault."""
    try:
        read = chain.parse(body, "")
        written = chain.link(read.entry, Head(read.seq - 1, read.prev_hash), read.recorded_at).body
    except JkError:
        return None, _("its text cannot be read")
    return next(canonical_fields([written])), _("its text is not in the canonical form")


def _differing_columns(fields: Fields, row: Sequence[Any]) -> str:
    names = (*_REPEATED, "unit", "ref")
    repeated = zip(
        names, (*_repeated(fields), fields.get("unit", ""), fields.get("ref", 0)), row[: len(names)], strict=True
    )
    columns = ["on_date" if name == "on" else name for name, value, found in repeated if value != found]
    return _("its columns differ from its text: {columns}").format(columns=", ".join(columns))


def _readings(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield the readings without their totals, once each total is found to follow from the reading before it.

    Raises:
        LedgerError: a total does not follow.
    """
    last: tuple[Any, ...] = ()
    for row in rows:
        *series, on, seq, added, value, total, since = row
        expected = (value, seq)
        if added:
            before, began = last[7:] if last[:3] == (*series,) else ("0", 0)
            expected = (plain(EXACT.add(Decimal(before), Decimal(value))), began)
        if (total, since) != expected:
            raise LedgerError(_("entry {seq}").format(seq=seq))
        last = row
        yield (*series, on, seq, added, value)


def _differences(again: Rederivation, tables: Sequence[str], most: int | None) -> Iterator[str]:
    """Yield the differing rows of these tables as faults, at most `most` of each table.

    Call it within one read transaction.
    """
    again.catch_up()
    for table in tables:
        named = False
        for fault in until_database_error(islice(_pairs_of_rows(again, table), most)):
            named = True
            yield fault
        if not named:
            yield _("database: the table {table} does not follow from the entries").format(table=table)


def _pairs_of_rows(again: Rederivation, table: str) -> Iterator[str]:
    layout = TABLES[table]
    for found, expected in again.differing(table):
        row = dict(zip((*layout.key, *layout.others), expected or found or (), strict=True))
        where = _("entry {seq}").format(seq=row["seq"]) if "seq" in row else _("database")
        yield _("{where}: the table {table} has {found}, expected {expected} from the entries").format(
            where=where, table=table, found=found, expected=expected
        )
