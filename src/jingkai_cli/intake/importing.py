"""Entries of a file into the ledger: all of them in one transaction, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..errors import Finding, InvalidInput, Refused
from ..language import _
from ..ledger import Writer
from ..ledger.chain import content, differences
from ..model import Entry, Plan, Recorded
from .checks import objections
from .rows import Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    added: tuple[Recorded, ...]
    known: int
    """How many of its entries were in the ledger already."""
    warnings: tuple[Finding, ...]
    """What is implausible and was recorded all the same."""


def bring_in(  # noqa: PLR0913 - who asks, what, and how it is told
    writer: Writer,
    file: str,
    rows: Sequence[Row],
    plan: Plan,
    today: date,
    *,
    strict: bool,
    progress: Callable[[], None] = lambda: None,
) -> Outcome:
    """Append the rows that the ledger does not have yet.

    A file tells what happened: what `record` would refuse as implausible is recorded with a warning, unless `strict`.

    Raises:
        InvalidInput: a key is there with other content, or an entry contradicts the ledger: every such line.
    """
    faults: list[Finding] = []
    warnings: list[Finding] = []
    added: list[Recorded] = []
    known = 0
    fatal = ("refused", "implausible") if strict else ("refused",)
    for row in rows:
        progress()
        try:
            there = writer.find(row.entry.key)
            if there is not None:
                known += 1
                faults += (Finding(file, row.line, 1, message) for message in _conflict(row, there))
                continue
            task = plan.task(row.entry.task)
            against = list(objections(task, row.entry, writer, today)) if task else []
            faults += (Finding(file, row.line, 1, o.message) for o in against if o.weight in fatal)
            warnings += (Finding(file, row.line, 1, o.message) for o in against if o.weight not in fatal)
            if not faults:
                added.append(writer.append(row.entry))
        except Refused as refused:
            faults.append(Finding(file, row.line, 1, str(refused)))
    if faults:
        raise InvalidInput(faults)
    return Outcome(tuple(added), known, tuple(warnings))


def _conflict(row: Row, there: Recorded) -> list[str]:
    """How a line differs from the entry that has its key; who typed it does not matter where the line does not say."""
    entry = row.entry if row.signed else replace(row.entry, by=there.entry.by)
    changed = differences(entry, there.entry)
    if not changed:
        return []
    was, now = _shown(there.entry, changed), _shown(entry, changed)
    message = _("key '{key}' is in the ledger as #{seq} with other content: there {was}, here {now}")
    return [message.format(key=entry.key, seq=there.seq, was=was, now=now)]


def _shown(entry: Entry, names: Sequence[str]) -> str:
    said = content(entry)
    return ", ".join(f"{name}={said.get(name, '–')}" for name in names)
