"""The last head of each ledger that this computer saw. A ledger that lacks it was rewritten or truncated.

Two notes in the state folder hold each head: one under the name of the ledger, one under the hash of its first entry,
which finds a ledger that was moved. A note that cannot be read or written counts as missing.
"""

import os
import re
from binascii import crc32
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from ..errors import LedgerError
from ..language import _
from ..ledger import file_of
from ..ledger.chain import SeenHead, mismatch
from ..ledger.entries import hashes
from ..ledger.protocol import Ledger
from ..model import Head
from .environment import user_folder
from .output import notify


class HeadComparison(Struct, frozen=True):
    """What this computer remembers of a ledger, compared with the ledger."""

    name: str
    first: str
    head: Head
    doubt: str | None
    """Why the ledger is not the one that was seen, as a sentence; None if it is."""
    behind: str | None
    """That another copy of the ledger has later entries, as a sentence; None if not."""


def _state_folder() -> Path | None:
    """The user's state folder for `jk`; None if the user has no home folder."""
    return user_folder("XDG_STATE_HOME", ".local/state")


def compare_head(where: str, ledger: Ledger) -> HeadComparison:
    """Compare a ledger with its remembered heads. Takes at most three index seeks.

    Args:
        where: the path or URL of the ledger.
        ledger: the open ledger.
    """
    name = _name(where)
    by_name = _read_note(name)
    head = ledger.head()
    found = hashes(ledger.rows, (1, by_name.seq) if by_name else (1,))
    first = found.get(1, "")
    by_first = _read_note(first) if first else None
    if by_name:
        doubt = mismatch(by_name, first, head, found.get(by_name.seq))
        if by_first and not doubt and by_first.seq > head.seq:  # this copy is as last seen, but another one went on
            text = _(
                "this ledger ends at #{last}, and another copy of it goes on to #{seq}: record in one of the two only"
            )
            return HeadComparison(name, first, head, None, text.format(last=head.seq, seq=by_first.seq))
    else:
        found_hash = hashes(ledger.rows, (by_first.seq,)) if by_first else {}
        doubt = mismatch(by_first, first, head, found_hash.get(by_first.seq)) if by_first else None
    return HeadComparison(name, first, head, doubt[1] if doubt else None, None)


def remembered_head(where: str) -> SeenHead | None:
    """The head remembered for the ledger with this name; None if there is none."""
    return _read_note(_name(where))


def remember_head(where: str, first: str, head: Head) -> None:
    """Remember the head of a ledger that a worker opened; `first` is the hash of its first entry."""
    remember(HeadComparison(_name(where), first, head, None, None))


def warn(comparison: HeadComparison) -> None:
    """Report on stderr what is wrong with a ledger that is read. If nothing is, remember its head."""
    if comparison.doubt or comparison.behind:
        notify(comparison.doubt or comparison.behind or "")
    if not comparison.doubt:
        remember(comparison)


def refuse_mismatch(comparison: HeadComparison) -> None:
    """Refuse to record in a ledger that is not the one that was seen. If it is, remember its head.

    Raises:
        LedgerError: it lacks a head that this computer saw.
    """
    if comparison.doubt:
        hint = _("Nothing was recorded. If the change is expected: `jk check --trust`")
        raise LedgerError(f"{comparison.doubt}\n{hint}")
    warn(comparison)


def remember(comparison: HeadComparison) -> None:
    """Remember the head of a ledger; under its first entry only if no other copy with later entries was seen."""
    seen = SeenHead(comparison.first, comparison.head.seq, comparison.head.hash)
    _write_note(comparison.name, seen)
    if comparison.first and not comparison.behind:
        _write_note(comparison.first, seen)


def trust(where: str, ledger: Ledger) -> None:
    """Remember the head of a ledger in place of any earlier one."""
    first, head = ledger.entry(1), ledger.head()
    remember(HeadComparison(_name(where), first.hash if first else "", head, None, None))


def forget(where: str) -> None:
    """Forget the head under the name of a ledger that this computer creates anew."""
    if note := _note_file(_name(where)):
        with suppress(OSError):
            note.unlink(missing_ok=True)


def _name(where: str) -> str:
    """The name of a ledger for its note: its absolute path, or its server and database without the login."""
    file = file_of(where)
    if file is not None:
        try:
            return str(file.resolve())
        except (OSError, RuntimeError, ValueError):  # links in a circle, or a NUL: opening the file reports it
            return str(file)
    return re.sub(r"^postgres(?:ql)?://(?:.*@)?", "postgresql://", where).partition("?")[0]


def _note_file(key: str) -> Path | None:
    """The file of a note. Two names may share a file, so it contains the name too."""
    folder = _state_folder()
    return folder / "heads" / f"{crc32(key.encode(errors='replace')):08x}" if folder else None


def _read_note(key: str) -> SeenHead | None:
    note = _note_file(key)
    try:
        seq, digest, first, name = note.read_text("utf-8").split("\n", 3) if note else ("", "", "", "")
        return SeenHead(first, int(seq), digest) if name == key else None
    except (OSError, ValueError):
        return None


def _write_note(key: str, head: SeenHead) -> None:
    note = _note_file(key)
    if note is None or _read_note(key) == head:
        return
    draft = note.with_name(f"{note.name}.{os.getpid()}")
    with suppress(OSError, ValueError):
        note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{head.seq}\n{head.hash}\n{head.first}\n{key}")
        draft.replace(note)
