"""A ledger with a long history, by the program's own writer: `python benchmarks/filling.py LEDGER TASKS ENTRIES`."""

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from jingkai_cli.ledger import Writer, open_for_writing
from jingkai_cli.model import PERCENT, Entry, Reading

BATCH = 50_000
DAYS = 150
"""How far back the history goes."""


def fill(where: str, tasks: int, entries: int) -> None:
    """Append reports of the tasks in turn, evenly over the days up to today."""
    ledger = open_for_writing(where, lambda: datetime.now(UTC))
    today = date.today()  # noqa: DTZ011 - as the rest of the benchmark
    for first in range(0, entries, BATCH):

        def work(writer: Writer, first: int = first) -> None:
            for number in range(first, min(first + BATCH, entries)):
                done = Decimal(90 * number // entries)
                on = today - timedelta(days=DAYS - DAYS * number // entries)
                reading = {PERCENT: Reading(done)}
                writer.append(Entry("report", on, f"t{number % tasks + 1}", "li", f"k{number}", readings=reading))

        ledger.write(work)
    ledger.close()


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
