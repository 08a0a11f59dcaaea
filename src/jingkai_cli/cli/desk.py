"""The coordinator's desk: the plan, the ledger beside it, and what day it is there."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from ..dates import parse_day, parse_moment
from ..errors import InvalidInput, Refused
from ..facts import TaskFacts
from ..language import _
from ..ledger import open_for_reading
from ..ledger.protocol import Ledger
from ..model import Plan, Recorded, Task
from ..plan import find_plan, load_plan, read_text
from ..plan.differences import Difference
from ..quantities import enumeration
from ..reports.document import Scope
from ..reports.survey import Survey, survey, survey_late
from .adoption import adopted_plan, differences, fingerprint, remarks
from .clock import now
from .output import tell
from .place import Place
from .remembered import cache_folder

if TYPE_CHECKING:
    from ..rules.status import Judgement

LONG_PAST = 90
"""Days after the plan's year from which a report without `--as-of` says that it speaks about today."""


@dataclass(frozen=True)
class Desk:
    """Where one command works. The plan is read at once, so that its faults are told first; the ledger when needed."""

    plan_source: Path | Recorded
    """Where the plan stands: in a file, or in the entry that adopted it."""
    plan: Plan
    ledger_name: str | None
    past: tuple[Ledger, datetime] | None = None
    """The ledger as it stood at the moment of `--known-on`."""

    @classmethod
    def at(cls, plan: Path | None, ledger: str | None, known_on: str | None = None) -> "Desk":
        """The desk that the options and the environment name, with the plan that was in force at `known_on`.

        Where no file holds a plan, a ledger that was named has the one that was adopted.

        Raises:
            InvalidInput: there is no plan, or it has faults.
        """
        name = ledger or os.environ.get("JK_LEDGER")
        try:
            file = find_plan(plan, os.environ, Path.cwd())
        except InvalidInput:
            adoption = _last_adoption(name) if name else None
            if adoption is None:
                raise
            desk = cls(adoption, adopted_plan(adoption), name)
        else:
            desk = cls(file, load_plan(file, cache_folder(os.environ)), name)
        return desk if known_on is None else desk._back_to(known_on)

    def _back_to(self, known_on: str) -> "Desk":
        """The same desk at a moment, with the plan of then. Whom to call is a matter of today."""
        moment = parse_moment(known_on, self.zone)
        past = self.ledger().known_on(moment)
        adoption = past.adopted()
        if adoption is None or adoption.entry.plan_sha256 == fingerprint(self.plan_text):
            return replace(self, past=(past, moment))
        text = _("By the plan that was in force then, adopted on {day} (#{seq}).")
        tell(text.format(day=adoption.entry.on, seq=adoption.seq))
        plan = replace(adopted_plan(adoption), contacts=self.plan.contacts)
        return replace(self, plan_source=adoption, plan=plan, past=(past, moment))

    @property
    def plan_text(self) -> str:
        """What stands in the plan, word for word."""
        source = self.plan_source
        return read_text(source) if isinstance(source, Path) else source.entry.plan or ""

    @property
    def plan_name(self) -> str:
        """How a place in the plan is cited: by the file's name, or by the number of the entry that adopted it."""
        source = self.plan_source
        return source.name if isinstance(source, Path) else f"#{source.seq}"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plan's time zone."""
        return ZoneInfo(self.plan.timezone)

    @property
    def today(self) -> date:
        """The date in the plan's zone."""
        return now().astimezone(self.zone).date()

    @property
    def place(self) -> Place:
        """Where the ledger is: the one that was named, or `ledger.db` beside the plan."""
        if self.ledger_name is None and isinstance(self.plan_source, Path):
            return Place.beside(self.plan_source)
        return Place(self.ledger_name or "", by_default=False)

    def ledger(self) -> Ledger:
        """The ledger, to read; empty where the default one is missing."""
        return self.place.open()

    def known(self) -> tuple[Ledger, datetime | None]:
        """The ledger as it stood at the moment that was asked for, or as it is: then a plan that differs is told."""
        if self.past:
            return self.past
        ledger = self.ledger()
        adoption = ledger.adopted()
        found = self.differences(adoption)
        for remark in remarks(self.plan_name, found, adoption) if adoption and found else ():
            tell(remark)
        return ledger, None

    def differences(self, adoption: Recorded | None) -> list[Difference]:
        """How the plan differs from the last one that was adopted."""
        return differences(self.plan, self.plan_text, adoption)

    def day(self, text: str | None) -> date:
        """The date that was typed, or today."""
        return parse_day(text) if text else self.today

    def as_of(self, text: str | None) -> date:
        """The date that a report speaks about; says so when that is today and the plan's year is long past."""
        day = self.day(text)
        year = self.plan.year
        if text is None and year is not None and (day - date(year, 12, 31)).days > LONG_PAST:
            tell(
                _("The plan is for {year}, and this is about today, {day}; for its end: --as-of {year}-12-31").format(
                    year=year, day=day
                )
            )
        return day

    def survey(self, ledger: Ledger, as_of: date, known_on: datetime | None) -> tuple[Scope, Mapping[str, TaskFacts]]:
        """What a report speaks about, and what the ledger says of every task as of that date: both of one state.

        Says which tasks the ledger speaks of and the plan does not.
        """
        scope, facts = self.surveys(ledger, (as_of,), known_on)
        return scope, facts[as_of]

    def late(self, ledger: Ledger, as_of: date, known_on: datetime | None) -> tuple[Scope, "list[Judgement]"]:
        """The same for a report of what is late alone: those tasks, judged."""
        from ..rules.status import judge

        found = ledger.read(lambda reader: survey_late(reader, self.plan, as_of))
        return self.scope(found, known_on), judge(self.plan, found.facts, as_of, found.tasks)

    def surveys(
        self, ledger: Ledger, days: Sequence[date], known_on: datetime | None
    ) -> tuple[Scope, Mapping[date, Mapping[str, TaskFacts]]]:
        """The same as of several dates, all of one state; what is spoken about is the last one."""
        found = ledger.read(lambda reader: [survey(reader, self.plan, day) for day in days])
        return self.scope(found[-1], known_on), {surveyed.as_of: surveyed.facts for surveyed in found}

    def scope(self, found: Survey, known_on: datetime | None) -> Scope:
        """What a report speaks about that is made from a survey. Says which tasks only the ledger knows."""
        if found.unknown_tasks:
            text = _("The ledger speaks of tasks that are not in the plan: {tasks} (`jk log {first}`).")
            tell(text.format(tasks=enumeration(found.unknown_tasks), first=found.unknown_tasks[0]))
        return Scope(self.plan, found.as_of, known_on, found.head)

    def task(self, name: str) -> Task:
        """The task of that id.

        Raises:
            Refused: there is none; says which one may be meant.
        """
        task = self.plan.task(name)
        if task is None:
            from .meaning import no_such_task

            raise Refused(no_such_task(self.plan, name))
        return task

    def unit(self, name: str | None) -> str | None:
        """A unit that the plan knows, or None where none was asked for.

        Raises:
            Refused: the plan knows no such unit.
        """
        if name is None:
            return None
        if name in self.plan.known_units():
            return name
        from .meaning import no_such_unit

        raise Refused(no_such_unit(self.plan, name))

    def typist(self, by: str | None) -> str:
        """Who types: `--by`, else `JK_BY`, else the system's user name.

        Raises:
            Refused: the system has no name for its user, as in some containers.
        """
        import getpass

        try:
            return by or os.environ.get("JK_BY") or getpass.getuser()
        except (KeyError, OSError):
            raise Refused(_("say who types: --by WHO, or JK_BY")) from None


def _last_adoption(where: str) -> Recorded | None:
    with closing(open_for_reading(where)) as ledger:
        return ledger.adopted()


WHY = _("say why: -m WHY")


def ask(value: str | None, wanted: str) -> str:
    """A value that must be given: asked for when a person is at the terminal.

    Raises:
        Refused: nobody is there to ask; `wanted` says what to type.
    """
    if value:
        return value
    if sys.stdin.isatty() and sys.stderr.isatty():
        answer: str = typer.prompt(wanted, err=True)
        return answer
    raise Refused(wanted)
