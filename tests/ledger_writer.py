"""A writer in a process of its own, which can be killed."""

import os
import signal
import sys
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from forked import processes
from jingkai_cli.errors import LedgerError
from jingkai_cli.ledger import postgres, sqlite
from jingkai_cli.ledger.postgres.link import Limits
from jingkai_cli.ledger.protocol import WritableLedger, Writer
from jingkai_cli.model import Entry, Reading, Recorded
from running import PATIENCE


class Desk:
    """A process that records entries and prints the number and key of each acknowledged one."""

    def __init__(self, where: str, name: str, number: int) -> None:
        """Start recording `number` entries under a name."""
        self._receiver, sender = processes().Pipe(duplex=False)
        self._process = processes().Process(target=_record, args=(where, name, number, sender), daemon=True)
        self._process.start()
        sender.close()
        self.acknowledged: dict[int, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def wait_for(self, number: int) -> None:
        """Wait until `number` more entries are acknowledged, or the process ends."""
        for _one in range(number):
            if not self._hear():
                return

    def interrupt(self) -> None:
        """Send the signal of Ctrl-C."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid or 0, signal.SIGINT)

    def kill(self) -> dict[int, str]:
        """Kill the process and return all acknowledged entries."""
        self._process.kill()
        return self.finish()

    def finish(self) -> dict[int, str]:
        """Wait until the process ends and return all acknowledged entries."""
        while self._hear():
            pass
        self._process.join(PATIENCE)
        return self.acknowledged

    @property
    def code(self) -> int | None:
        """The exit code; negative if a signal ended the process."""
        return self._process.exitcode

    def _hear(self) -> bool:
        """Read the next line of output; return False when the process has ended."""
        try:
            assert self._receiver.poll(PATIENCE), f"timed out after {PATIENCE} s"
            seq, key = self._receiver.recv()
        except (EOFError, OSError):
            self._receiver.close()
            return False
        self.acknowledged[seq] = key
        return True


def _record(where: str, name: str, number: int, sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # even if these tests ignore it
    try:
        with closing(_patient(where)) as ledger:
            for n in range(number):
                readings = {"percent": Reading(Decimal(n), added=True)}
                entry = Entry("report", date(2016, 3, 1), "11", name, f"{name}-{n}", readings=readings)
                recorded = ledger.write(partial(_append, entry))
                sender.send((recorded.seq, entry.key))
    except KeyboardInterrupt:
        sys.exit(130)
    except LedgerError as error:
        sys.exit(f"{name}: {error}")


def _patient(where: str) -> WritableLedger:
    """Open the ledger with the test's own timeout: on a busy machine a wait of ten seconds is no fault."""
    if where.startswith("postgresql:"):
        limits = Limits(connect=PATIENCE, lock=PATIENCE, statement=PATIENCE, answer=2 * PATIENCE)
        return postgres.open_for_writing(where, lambda: datetime.now(UTC), limits)
    return sqlite.open_for_writing(Path(where), lambda: datetime.now(UTC), PATIENCE)


def _append(entry: Entry, writer: Writer) -> Recorded:
    return writer.append(entry)
