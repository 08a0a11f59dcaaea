"""Run the program on a case: write the plan, import the ledger, and call `jk report`."""

import json
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from jingkai_cli.errors import InvalidInput, Refused
from jingkai_cli.intake.importing import import_rows
from jingkai_cli.intake.row_reader import Spool
from jingkai_cli.intake.rows import entries
from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import Writer
from jingkai_cli.model import Plan
from jingkai_cli.plan import load_plan

from .history import Mapped
from .random_ledgers import proposals
from .random_plans import before_renaming


@lru_cache(maxsize=4)
def load(file: Path) -> Plan:
    """Parse each plan file once."""
    return load_plan(file)


START = datetime(2015, 10, 1, 9, 30, 0, 123_456, ZoneInfo("Asia/Shanghai"))


class Workspace:
    """A folder with a plan and its ledger; `lines` are the recorded lines, with `seq` and `recorded_at`."""

    def __init__(self, folder: Path, plan: Mapped) -> None:
        self.plan = plan
        self.file = folder / "tasks.yaml"
        self.file.write_text(json.dumps(plan, ensure_ascii=False), "utf-8")
        self.lines: list[Mapped] = []
        self._clock = START
        self._last: datetime | None = None

    def record(self, random: Random, count: int, drawn: Mapped | None = None) -> None:
        """Offer `count` random lines to the import, in one transaction, about half of them under former ids.

        They are about the tasks of the plan, or of `drawn`, where the plan has sub-tasks.
        """
        if not count:
            return
        earlier, former = before_renaming(self.plan), self.file
        if earlier != self.plan:  # avoids reading an equal plan twice, a quarter of the time of a case
            former = self.file.with_name("earlier.yaml")
            former.write_text(json.dumps(earlier, ensure_ascii=False), "utf-8")
        plans = {file: load(file) for file in (former, self.file)}
        ledger = open_for_writing(str(self.file.with_name("ledger.db")), lambda: self._clock)

        def work(writer: Writer) -> None:
            for number in range(count):
                self._clock += _step(random)
                plan, file = (earlier, former) if number < count // 2 else (self.plan, self.file)
                offered = proposals(
                    random, drawn or plan, [x for x in self.lines if x["kind"] != "retract"], self._clock
                )
                all(self._offered(writer, line, plans[file]) for line in offered)

        ledger.write(work)
        ledger.close()

    def offer(self, random: Random, lines: Iterable[Mapped]) -> None:
        """Offer lines to the import, in one transaction, at increasing times."""
        ledger = open_for_writing(str(self.file.with_name("ledger.db")), lambda: self._clock)

        def work(writer: Writer) -> None:
            for line in lines:
                self._clock += _step(random)
                self._offered(writer, line, load(self.file))

        ledger.write(work)
        ledger.close()

    def grow(self, random: Random, count: int, propose: Callable[[Random, list[Mapped], date], Mapped]) -> None:
        """Offer `count` lines to the import, in one transaction, each proposed from the recorded ones."""
        ledger = open_for_writing(str(self.file.with_name("ledger.db")), lambda: self._clock)

        def work(writer: Writer) -> None:
            for _number in range(count):
                self._clock += timedelta(hours=random.choice([1, 11, 60]))
                self._offered(writer, propose(random, self.lines, self.today), load(self.file))

        ledger.write(work)
        ledger.close()

    def _offered(self, writer: Writer, line: Mapped, plan: Plan) -> bool:
        """Offer a line to the import; return whether it was recorded."""
        numbered: dict[str, Any] = {**line, "key": f"k{len(self.lines)}-{self._clock.timestamp()}"}
        as_text = {name: str(value) if name in ("ref", "part_of") else value for name, value in numbered.items()}
        try:
            rows = Spool(entries("random.jsonl", [(1, as_text)], plan, "王"))
            outcome = import_rows(writer, "random.jsonl", rows, plan, self._clock.date(), strict=False)
        except (InvalidInput, Refused):
            return False
        assert len(outcome.added) == 1
        self._last = max(self._last or self._clock, self._clock)
        self.lines.append({**line, "seq": len(self.lines) + 1, "recorded_at": self._last})
        return True

    @property
    def today(self) -> date:
        """The day of the clock."""
        return self._clock.date()

    def report(self, arguments: Iterable[str]) -> tuple[int, Any]:
        """The exit code and the JSON of a report whose exit code depends on whether it found anything."""
        return self.answer([*arguments, "--exit-code"])

    def answer(self, arguments: Iterable[str]) -> tuple[int, Any]:
        """The exit code and the JSON of a report."""
        from jingkai_cli.cli import session
        from jingkai_cli.cli.app import run

        out, err = TextIOWrapper(BytesIO(), "utf-8"), TextIOWrapper(BytesIO(), "utf-8")
        loaded = patch.object(session, "load_files", lambda files, _cache: load(files.plan))
        with loaded, redirect_stdout(out), redirect_stderr(err):
            code = run([*arguments, "-f", "json", "--plan", str(self.file)])
        text, said = (_written(stream) for stream in (out, err))
        assert text, said
        return int(code), json.loads(text, parse_constant=_no_constant)


def _written(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def _step(random: Random) -> timedelta:
    """Minutes, days or weeks; sometimes negative, which must not make recorded times decrease."""
    if random.random() < 0.05:
        return -timedelta(days=random.randint(1, 20))
    return random.choice([timedelta(minutes=5), timedelta(hours=11), timedelta(days=random.randint(1, 60))])


def _no_constant(text: str) -> None:
    raise AssertionError(f"{text} is not JSON")
