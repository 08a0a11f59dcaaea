"""What is wrong with a ledger: its chain, its derived tables, and the heads that were printed before.

What the entries give for a derived table is not kept but summed up: a sum of the hashes of rows is the same in whatever
order they come, and what a retraction withdraws is subtracted. Python salts the hashes anew in each run, so that nobody
can make up other rows with the same sum. Totals are proved by their own table, each from the one before. Where that
doubts a table, it is derived again and compared row by row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import Any

from ..errors import JkError, LedgerError
from ..language import _
from ..model import PROGRAMME, Head
from . import chain
from .derived import EXACT, PAGE, TABLES, Derived, Rows, pages
from .protocol import Reader
from .reader import SqlReader

ANCHOR = 12
"""How many digits of a hash prove something: as many as the foot of a page prints."""


def check_anchor(ledger: Reader, seq: int, digest: str) -> str | None:
    """Whether a ledger still holds what it held when a head was printed.

    Args:
        ledger: the ledger of today.
        seq: the number in the head.
        digest: its hash, or at least the first `ANCHOR` digits of it.

    Returns:
        What is wrong, or None.
    """
    if len(digest) < ANCHOR:
        return _("anchor: {digits} digits of the hash or more are needed").format(digits=ANCHOR)
    head = ledger.head()
    if seq > head.seq:
        return _("anchor: entry {seq} was there, but the ledger ends at entry {last}: its tail was cut off").format(
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


def surviving(faults: Iterable[str]) -> Iterator[str]:
    """The faults; when the database itself gives up on the way, that is one more of them."""
    try:
        yield from faults
    except LedgerError as error:
        yield str(error)


_PROOF_ENTRIES = """
SELECT seq, key, on_date, recorded_at, "by", kind, task, prev_hash, unit, ref, hash, body
FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"""

_REPEATED = ("seq", "key", "on", "recorded_at", "by", "kind", "task", "prev_hash")
"""What the first columns repeat of an entry's text."""

_repeated = itemgetter(*_REPEATED)

_KEYS = "SELECT key, max(seq) FROM entries GROUP BY key HAVING count(*) > 1"

_WITHDRAWN = """
SELECT body, (SELECT min(seq) FROM entries WHERE kind = 'retract' AND ref = ?) FROM entries WHERE seq = ? AND seq < ?"""

Fields = Mapping[str, Any]


class Proof:
    """Walks the chain page by page, and compares in the end."""

    def __init__(self, rows: Rows, progress: Callable[[int], None]) -> None:
        """Read by `rows`, and tell `progress` each number reached."""
        self._rows = rows
        self._progress = progress
        self._last = chain.EMPTY
        self._recorded_at = ""
        self._sums = dict.fromkeys(("reports", "events", "readings"), 0)
        self._tasks: set[str] = set()
        self._series: set[tuple[str, str, str]] = set()
        self.doubtful: list[str] = []
        """The derived tables that are not what the entries give; known when all was compared."""

    def forward(self) -> Iterator[str]:
        """What is wrong with the entries from here to the present end."""
        while page := self._rows(_PROOF_ENTRIES, (self._last.seq, PAGE)):
            for row, said in zip(page, chain.fields([str(row[-1]) for row in page]), strict=True):
                for fault in self._entry(row, said):
                    yield _("entry {seq}: {fault}").format(seq=row[0], fault=fault)
            self._progress(self._last.seq)

    def finish(self) -> Iterator[str]:
        """What is wrong with the entries that came meanwhile, and which derived tables are: in one state of the ledger.

        Whoever asks for all of it has it all from that state.
        """
        yield from self.forward()
        for key, seq in self._rows(_KEYS, ()):
            yield _("entry {seq}: its key {key} is another entry's as well").format(seq=seq, key=key)
        for table in TABLES:
            try:
                proved = self._proved(table)
            except (ArithmeticError, JkError):  # which row is at fault, the comparison row by row will tell
                proved = False
            if not proved:
                self.doubtful.append(table)

    def _entry(self, row: Sequence[Any], said: Fields | None) -> Iterable[str]:
        seq, _key, _on, recorded_at, _by, _kind, _task, prev_hash, unit, ref, hash_, body = row
        faults: list[str] = []
        if (seq, prev_hash) != (self._last.seq + 1, self._last.hash) or str(recorded_at) < self._recorded_at:
            faults += self._link_faults(seq, prev_hash, str(recorded_at))
        if chain.digest(str(body)) != hash_:
            faults.append(_("its text was changed: it does not have its hash"))
        if said is None:
            said, fault = _otherwise(str(body))
            faults.append(fault)
        if said is not None:
            if (*_repeated(said), said.get("unit", ""), said.get("ref", 0)) != (*row[:8], unit, ref):
                faults.append(_proof_differing(said, row))
            self._count(said, 1)
            if said["kind"] == "retract":
                faults += self._withdraw(said.get("ref", 0), said["seq"])
        self._last, self._recorded_at = Head(seq, hash_), str(recorded_at)
        return faults

    def _link_faults(self, seq: int, prev_hash: str, recorded_at: str) -> Iterator[str]:
        if seq != self._last.seq + 1:
            yield _("it follows entry {last}: what was between is missing").format(last=self._last.seq)
        if prev_hash != self._last.hash:
            yield _("it does not link to the entry before")
        if recorded_at < self._recorded_at:
            yield _("it was recorded before the entry before")

    def _withdraw(self, ref: int, seq: int) -> Iterator[str]:
        found = self._rows(_WITHDRAWN, (ref, ref, seq))
        if not found:
            yield _("it retracts entry {ref}, which is not there").format(ref=ref)
        for body, first in found:
            if first != seq:
                yield _("it retracts entry {ref}, which entry {first} retracted").format(ref=ref, first=first)
            elif said := next(chain.fields([str(body)])) or _otherwise(str(body))[0]:
                self._count(said, -1)

    def _count(self, said: Fields, times: int) -> None:
        """Add the rows that follow from an entry, or subtract them."""
        task, on, seq, kind = said["task"], said["on"], said["seq"], said["kind"]
        if task != PROGRAMME:
            self._tasks.add(task)
        if kind == "retract":
            return
        if kind == "report":
            self._sums["reports"] += times * hash((task, on, seq, said.get("received", ""), said["recorded_at"]))
        else:
            subject = said.get("milestone") or str(said.get("ref", ""))
            row = (task, on, seq, kind, subject, said.get("deadline", ""), said.get("basis", ""))
            self._sums["events"] += times * hash(row)
        units = said.get("units", {})
        for name, text in said.get("readings", {}).items():
            series = (task, name, units.get(name, ""))
            self._series.add(series)
            self._sums["readings"] += times * hash((*series, on, seq, int(text[0] == "+"), text.removeprefix("+")))

    def _proved(self, table: str) -> bool:
        rows = pages(self._rows, table)
        if table == "tasks":
            return {task for (task,) in rows} == self._tasks
        if table == "series":
            return set(rows) == self._series
        if table == "readings":
            rows = _readings(rows)
        return sum(map(hash, rows)) == self._sums[table]


def _otherwise(body: str) -> tuple[Fields | None, str]:
    """What a body says that is not written in its one form, as far as that can be read, and the fault that it has."""
    try:
        read = chain.parse(body, "")
        written = chain.link(read.entry, Head(read.seq - 1, read.prev_hash), read.recorded_at).body
    except JkError:
        return None, _("its text cannot be read")
    return next(chain.fields([written])), _("its text is not written as this program writes it")


def _proof_differing(said: Fields, row: Sequence[Any]) -> str:
    names = (*_REPEATED, "unit", "ref")
    repeated = zip(names, (*_repeated(said), said.get("unit", ""), said.get("ref", 0)), row[: len(names)], strict=True)
    columns = ["on_date" if name == "on" else name for name, value, found in repeated if value != found]
    return _("its columns differ from its text: {columns}").format(columns=", ".join(columns))


def _readings(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The readings without their totals, as long as each total follows from the reading before it.

    Raises:
        LedgerError: one does not.
    """
    last: tuple[Any, ...] = ()
    for row in rows:
        *series, on, seq, added, value, total, since = row
        expected = (value, seq)
        if added:
            before, began = last[7:] if last[:3] == (*series,) else ("0", 0)
            expected = (chain.plain(EXACT.add(Decimal(before), Decimal(value))), began)
        if (total, since) != expected:
            raise LedgerError(_("entry {seq}").format(seq=seq))
        last = row
        yield (*series, on, seq, added, value)


_ENTRIES = "SELECT seq, body, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"

Row = tuple[Any, ...]


class Rederived:
    """Reads every entry, then compares."""

    def __init__(self, rows: Rows, fresh: Rows) -> None:
        """Read by `rows`, derive by `fresh`, whose tables are empty."""
        self._rows = rows
        self._fresh = fresh
        self._derived = Derived(fresh, SqlReader(rows).entry)
        self._last = 0

    def forward(self) -> None:
        """Derive what follows from the entries from here to the present end, as far as they can be read."""
        while page := self._rows(_ENTRIES, (self._last, PAGE)):
            for self._last, body, hash_ in page:
                with suppress(LedgerError):  # the proof has told
                    self._derived.apply(chain.parse(str(body), hash_))
            self._derived.flush()

    def differences(self, tables: Sequence[str], most: int | None) -> Iterator[str]:
        """The rows of these tables that differ, in one state of the ledger: so many of each table, or all of them."""
        self.forward()
        for table in tables:
            told = False
            for fault in surviving(islice(self._table(table), most)):
                told = True
                yield fault
            if not told:
                yield _("database: the table {table} is not what the entries give").format(table=table)

    def _table(self, table: str) -> Iterator[str]:
        key, others = TABLES[table]
        for found, expected in _differing(pages(self._rows, table), pages(self._fresh, table), len(key)):
            row = dict(zip((*key, *others), expected or found or (), strict=True))
            where = _("entry {seq}").format(seq=row["seq"]) if "seq" in row else _("database")
            yield _("{where}: the table {table} has {found}, the entries give {expected}").format(
                where=where, table=table, found=found, expected=expected
            )


def _differing(found: Iterable[Row], expected: Iterable[Row], width: int) -> Iterator[tuple[Row | None, Row | None]]:
    """The rows of two tables that differ, side by side where they have one key; both come in its order.

    Args:
        found: the rows of the one table.
        expected: those of the other.
        width: how many columns the key has.
    """
    theirs, ours = iter(found), iter(expected)
    there, due = next(theirs, None), next(ours, None)
    while there or due:
        if due is None or (there is not None and there[:width] < due[:width]):
            yield there, None
            there = next(theirs, None)
        elif there is None or due[:width] < there[:width]:
            yield None, due
            due = next(ours, None)
        else:
            if there != due:
                yield there, due
            there, due = next(theirs, None), next(ours, None)
