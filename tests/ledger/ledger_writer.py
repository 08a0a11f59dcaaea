"""A writer in a process of its own: `ledger_writer.py LEDGER NAME COUNT`; prints each number once it is acknowledged."""

import sys
from datetime import UTC, date, datetime
from decimal import Decimal

from jingkai_cli.ledger import open_for_writing
from jingkai_cli.model import Entry, Reading


def main(where: str, name: str, number: int) -> None:
    ledger = open_for_writing(where, lambda: datetime.now(UTC))
    for n in range(number):
        readings = {"percent": Reading(Decimal(n), added=True)}
        said = Entry("report", date(2016, 3, 1), "11", name, f"{name}-{n}", readings=readings)
        recorded = ledger.write(lambda writer, said=said: writer.append(said))
        print(recorded.seq, said.key, flush=True)
    ledger.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
