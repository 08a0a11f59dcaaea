"""The coordinator's desk: the plan, the ledger beside it, and what day it is there."""

import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from ..dates import parse_day, parse_moment
from ..errors import Refused
from ..facts import TaskFacts
from ..figures import enumeration
from ..language import _
from ..ledger import Ledger, WritableLedger, empty_ledger, open_for_reading, open_for_writing
from ..model import Plan, Task
from ..plan import find_plan, load_plan
from ..reports.document import Scope
from ..survey import Survey, survey
from .output import tell

LONG_PAST = 90
"""Days after the plan's year from which a report without `--as-of` says that it speaks about today."""


def now() -> datetime:
    """The clock: the one place where it is read."""
    return datetime.now(UTC)


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """Where plans are remembered from one run to the next: `JK_CACHE_DIR`, or the user's cache folder.

    Nowhere with `JK_NO_CACHE=1`, or where the user has no folder of their own.
    """
    if environ.get("JK_NO_CACHE"):
        return None
    if environ.get("JK_CACHE_DIR"):
        return Path(environ["JK_CACHE_DIR"])
    home, caches = environ.get("HOME"), environ.get("XDG_CACHE_HOME", "")
    if caches.startswith("/"):  # the standard says to pass over any other
        return Path(caches) / "jk"
    return Path(home) / ".cache" / "jk" if home else None


@dataclass(frozen=True)
class Desk:
    """Where one command works. The plan is read at once, so that its faults are told first; the ledger when needed."""

    plan_file: Path
    plan: Plan
    ledger_name: str | None

    @classmethod
    def at(cls, plan: Path | None, ledger: str | None) -> "Desk":
        """The desk that the options and the environment name.

        Raises:
            InvalidInput: there is no plan, or it has faults.
        """
        file = find_plan(plan, os.environ, Path.cwd())
        return cls(file, load_plan(file, cache_folder(os.environ)), ledger or os.environ.get("JK_LEDGER"))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plan's time zone."""
        return ZoneInfo(self.plan.timezone)

    @property
    def today(self) -> date:
        """The date in the plan's zone."""
        return now().astimezone(self.zone).date()

    @property
    def ledger_place(self) -> str:
        """The ledger's file or URL: the one that was named, or `ledger.db` beside the plan."""
        return self.ledger_name or str(self.plan_file.parent / "ledger.db")

    @property
    def nothing_recorded(self) -> bool:
        """Whether the default ledger has not begun. One that was named must be there."""
        return self.ledger_name is None and not Path(self.ledger_place).exists()

    def ledger(self) -> Ledger:
        """The ledger, to read. The default one may be missing: then it is empty, and a line on stderr says so."""
        if self.nothing_recorded:
            tell(
                _("No ledger yet at {place}: nothing is recorded. `jk record` begins it.").format(
                    place=self.ledger_place
                )
            )
            return empty_ledger(self.ledger_place)
        return open_for_reading(self.ledger_place)

    def writable_ledger(self) -> WritableLedger:
        """The ledger, to write; begun where there is none."""
        return open_for_writing(self.ledger_place, now)

    def known(self, known_on: str | None) -> tuple[Ledger, datetime | None]:
        """The ledger as it stood at a moment, or as it is."""
        ledger = self.ledger()
        if known_on is None:
            return ledger, None
        moment = parse_moment(known_on, self.zone)
        return ledger.known_on(moment), moment

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

    def surveys(
        self, ledger: Ledger, days: Sequence[date], known_on: datetime | None
    ) -> tuple[Scope, Mapping[date, Mapping[str, TaskFacts]]]:
        """The same as of several dates, all of one state; what is spoken about is the last one."""
        found = ledger.read(lambda reader: [survey(reader, self.plan, day) for day in days])
        return self.scope(found[-1], known_on), {surveyed.as_of: surveyed.facts for surveyed in found}

    def scope(self, found: Survey, known_on: datetime | None) -> Scope:
        """What a report speaks about that is made from a survey. Says which tasks only the ledger knows."""
        if found.strangers:
            text = _("The ledger speaks of tasks that are not in the plan: {tasks} (`jk log {first}`).")
            tell(text.format(tasks=enumeration(found.strangers), first=found.strangers[0]))
        return Scope(self.plan, found.as_of, known_on, found.head)

    def task(self, name: str) -> Task:
        """The task of that id.

        Raises:
            Refused: there is none; says which one may be meant.
        """
        task = self.plan.task(name)
        if task is None:
            raise Refused(self._no_such_task(name))
        return task

    def _no_such_task(self, name: str) -> str:
        message = _("there is no task '{name}' in the plan").format(name=name)
        if meant := self._meant(name):
            return message + _("; did you mean {id} ({title})?").format(id=meant.id, title=meant.title)
        first, last = self.plan.tasks[0].id, self.plan.tasks[-1].id
        return message + _("; it has {first} to {last} (`jk report` lists them)").format(first=first, last=last)

    def _meant(self, name: str) -> Task | None:
        """The task that a slip of the keyboard, a title or a part of one may have meant."""
        slip = unicodedata.normalize("NFKC", name).strip().translate(str.maketrans("OoIl", "0011"))
        if task := self.plan.task(slip):
            return task
        named = [(n, task) for task in self.plan.tasks for n in (task.title, *task.aliases)]
        within = [task for n, task in named if name in n]
        if within and all(task is within[0] for task in within):
            return within[0]
        names = dict(named) if name.isdecimal() else dict(named) | {task.id: task for task in self.plan.tasks}
        close = get_close_matches(name, names, n=1, cutoff=0.5)
        return names[close[0]] if close else None

    def unit(self, name: str | None) -> str | None:
        """A unit that the plan knows, or None where none was asked for.

        Raises:
            Refused: the plan knows no such unit.
        """
        if name is None:
            return None
        known = self.plan.known_units()
        if name in known:
            return name
        message = _("the plan knows no unit '{name}'").format(name=name)
        close = get_close_matches(name, known, n=1, cutoff=0.4)
        hint = (
            _("; did you mean {unit}?").format(unit=close[0])
            if close
            else _("; it has {units}").format(units=enumeration(known))
        )
        raise Refused(message + hint)

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
