"""A ledger with a long history, by the program's own writer: `python benchmarks/filling.py LEDGER TASKS ENTRIES`."""

import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import Writer
from jingkai_cli.model import PERCENT, Entry, Reading

BATCH = 50_000
RECENT = 1_000
"""How many entries speak about the last days; all others are older, so that two histories differ in those alone."""
NOON = time(12)
DAYS, YEARS = 150, 3 * 365
"""How many days back the recent ones go, and the others before them."""


def fill(where: str, tasks: int, entries: int) -> None:
    """Append reports of the tasks in turn, each recorded on the day that it speaks about."""
    clock = [datetime.now(UTC)]
    ledger = open_for_writing(where, lambda: clock[0])
    today, older = date.today(), entries - RECENT  # noqa: DTZ011 - as the rest of the benchmark
    for first in range(0, entries, BATCH):

        def work(writer: Writer, first: int = first) -> None:
            for number in range(first, min(first + BATCH, entries)):
                if number < older:
                    back, done = DAYS + YEARS - YEARS * number // older, 1 + 8 * number // older
                else:
                    back, done = DAYS - DAYS * (number - older) // RECENT, 10 + 80 * (number - older) // RECENT
                on = today - timedelta(days=back)
                clock[0] = datetime.combine(on, NOON, UTC)
                reading = {PERCENT: Reading(Decimal(done))}
                writer.append(Entry("report", on, f"t{number % tasks + 1}", "li", f"k{number}", readings=reading))

        ledger.write(work)
    ledger.close()


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
