"""Make a ledger with a long history: each entry is recorded on its own date, by the program's own writer.

`python benchmarks/long_history.py LEDGER TASKS ENTRIES` fills it; with `--workload` with the reports of
`workload.py`, which the other programs have too.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

from workload import workload

from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import Writer
from jingkai_cli.model import PERCENT, Entry, Reading

BATCH = 50_000
RECENT = 1_000
"""The number of entries about the last days; all others are older, so two histories differ only in the older ones."""
NOON = time(12)
DAYS, YEARS = 150, 3 * 365
"""The days that recent entries cover, and the days before them that the others cover."""


def long_history(tasks: int, entries: int, today: date) -> Iterator[Entry]:
    """Reports of the tasks in turn."""
    older = entries - RECENT
    for number in range(entries):
        if number < older:
            back, done = DAYS + YEARS - YEARS * number // older, 1 + 8 * number // older
        else:
            back, done = DAYS - DAYS * (number - older) // RECENT, 10 + 80 * (number - older) // RECENT
        reading = {PERCENT: Reading(Decimal(done))}
        on = today - timedelta(days=back)
        yield Entry("report", on, f"t{number % tasks + 1}", "li", f"k{number}", readings=reading)


def of_workload(tasks: int, entries: int, today: date) -> Iterator[Entry]:
    """The reports that `workload.write_entries` writes."""
    works = workload(tasks, entries, today)
    dated = sorted((day, work.number, done, work.unit) for work in works for day, done in work.reports)
    for place, (on, number, done, unit) in enumerate(dated):
        reading = {PERCENT: Reading(Decimal(done))}
        yield Entry("report", on, f"t{number}", "li", f"k{place}", unit=unit, received=on, readings=reading)


def fill(where: str, entries: Iterator[Entry]) -> None:
    """Append entries in the order of their dates, each recorded just after the one before, from noon of its date."""
    clock = [datetime.min.replace(tzinfo=UTC)]
    ledger = open_for_writing(where, lambda: clock[0])

    def work(writer: Writer) -> int:
        before = writer.head().seq
        for entry in islice(entries, BATCH):
            clock[0] = max(datetime.combine(entry.on, NOON, UTC), clock[0] + timedelta(microseconds=1))
            writer.append(entry)
        return writer.head().seq - before

    while ledger.write(work):
        pass
    ledger.close()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("ledger")
    parser.add_argument("tasks", type=int)
    parser.add_argument("entries", type=int)
    parser.add_argument("--workload", action="store_true")
    asked = parser.parse_args()
    source = of_workload if asked.workload else long_history
    fill(asked.ledger, source(asked.tasks, asked.entries, date.today()))  # noqa: DTZ011 - as the rest of the benchmark
