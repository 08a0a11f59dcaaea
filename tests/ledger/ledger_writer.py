"""A writer in a process of its own: it prints the number and the key of each entry once it is acknowledged."""

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import Writer
from jingkai_cli.model import Entry, Reading, Recorded


def append(said: Entry, writer: Writer) -> Recorded:
    return writer.append(said)


def main(where: str, name: str, number: int) -> None:
    ledger = open_for_writing(where, lambda: datetime.now(UTC))
    for n in range(number):
        readings = {"percent": Reading(Decimal(n), added=True)}
        said = Entry("report", date(2016, 3, 1), "11", name, f"{name}-{n}", readings=readings)
        recorded = ledger.write(partial(append, said))
        sys.stdout.write(f"{recorded.seq} {said.key}\n")
        sys.stdout.flush()
    ledger.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
