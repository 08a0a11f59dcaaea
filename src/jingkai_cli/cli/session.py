"""One command at work: its plan, read once; its ledger, opened once; and the day in the plan's time zone."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from ..dates import ISO, day_ends, official_date, parse_moment
from ..errors import InvalidInput, Refused
from ..facts import TaskFacts
from ..language import _
from ..ledger.protocol import Ledger
from ..model import Plan, Recorded, Task
from ..plan import load_files
from ..plan.files import PlanFiles
from ..quantities import enumeration
from ..reports.document import Scope
from ..reports.survey import Survey, doubts, survey_course
from .environment import cache_folder, ledger_name, now, plan_file
from .ledger_location import LedgerLocation
from .output import notify, report_resolved

if TYPE_CHECKING:  # imported only where they are needed
    from ..plan.differences import Difference

_LONG_PAST = 90
"""Days after the plan's year from which a report without `--as-of` says that it is about today."""

_MOST_DIFFERENCES = 5
"""How many differences from the adopted plan a report names on stderr."""


class Session:
    """A plan with its ledger, for one command; used in a `with` statement, at whose end the ledger is closed.

    The plan is read at once, so that its faults are printed first; the ledger is opened when it is needed.
    """

    plan: Plan
    source: PlanFiles | Recorded
    """Where the plan was read: in files, or in the entry that adopted it."""
    location: LedgerLocation
    known_on: datetime | None = None
    """The moment of `--known-on`."""

    def __init__(
        self, plan: Path | None, ledger: str | None, as_of: str | None = None, known_on: str | None = None
    ) -> None:
        """Read the plan that the options and the environment name; at `known_on`, the one that was in force then.

        Where no file holds a plan, a ledger that was named has the one that was adopted.

        Args:
            plan: what `--plan` says.
            ledger: what `--ledger` says.
            as_of: the date that the command is about; today where it is None.
            known_on: the moment up to which entries count; all of them where it is None.

        Raises:
            InvalidInput: there is no plan, or it has faults.
            LedgerError: the ledger is needed already, and cannot be opened.
            Refused: `known_on` is no date.
        """
        self._as_of = as_of
        self._open = ExitStack()
        self.folder = Path()
        try:
            self._find_plan(plan, ledger_name(ledger))
            if known_on is not None:
                self._go_back_to(known_on)
        except BaseException:
            self._open.close()
            raise

    def __enter__(self) -> Self:
        """Give the session itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close the ledger, if it was opened."""
        self._open.close()

    def _find_plan(self, named: Path | None, ledger: str | None) -> None:
        try:
            file = plan_file(named)
        except InvalidInput:
            if ledger is None:
                raise
            self.location = LedgerLocation(ledger, by_default=False)
            from ..reports.plan_changes import adopted_plan

            adoption = self.ledger.adopted()
            if adoption is None:
                raise
            self.source, self.plan = adoption, adopted_plan(adoption)
        else:
            self.location = LedgerLocation(ledger, by_default=False) if ledger else LedgerLocation.beside(file)
            self.source = PlanFiles(file)
            self.folder = file.parent
            self.plan = load_files(self.source, cache_folder())

    def _go_back_to(self, known_on: str) -> None:
        """Take the ledger as it stood at a moment, with the plan of then. Contacts stay those of today."""
        from ..ledger import replay
        from ..reports.plan_changes import adopted_plan

        self.known_on = self.typed_moment(known_on)
        self.known = past = self.close_later(replay.known_on(self.ledger, self.known_on))
        adoption = past.adopted()
        if adoption is None or adoption.entry.plan_sha256 == self.plan_sha256:
            return
        try:
            then = adopted_plan(adoption)
        except InvalidInput:
            past.unreadable.add(adoption.seq)
            return
        text = _("Using the plan that was in force then, adopted on {day} (#{seq}).")
        notify(text.format(day=official_date(adoption.entry.on), seq=adoption.seq))
        self.plan, self.source = replace(then, contacts=self.plan.contacts), adoption

    # The plan

    @property
    def plan_text(self) -> str:
        """The text of the plan, word for word."""
        return self.source.text() if isinstance(self.source, PlanFiles) else self.source.entry.plan or ""

    @property
    def plan_sha256(self) -> str:
        """The SHA-256 of the plan's text in UTF-8."""
        from hashlib import sha256

        source = self.source
        text = source.content()[0] if isinstance(source, PlanFiles) else (source.entry.plan or "").encode()
        return sha256(text.removeprefix(BOM_UTF8)).hexdigest()

    @property
    def plan_name(self) -> str:
        """How a place in the plan is cited: by the file's name, or by the number of the entry that adopted it."""
        return self.source.plan.name if isinstance(self.source, PlanFiles) else f"#{self.source.seq}"

    def task(self, name: str) -> Task:
        """The task of that id, title or part of a title.

        Raises:
            Refused: there is none, and the message names the one that was probably meant; or there are several.
        """
        if task := self.plan.task(name):
            return task
        from .names import problem_named, resolve_task

        try:
            return resolve_task(self.plan, name)
        except Refused as refused:
            if self.location.missing or not name.strip().removeprefix("#").isdecimal():
                raise
            raise Refused(f"{refused}{problem_named(self.ledger, name)}") from None

    def unit(self, name: str | None) -> str | None:
        """The unit that a report is about, by any part of its name, or None where none was asked for.

        What was taken for what was typed is notified.

        Raises:
            Refused: the plan knows no such unit, or several.
        """
        if name is None:
            return None
        from .names import resolve_unit_by_part

        return report_resolved(name, name if name in self.plan.known_units() else resolve_unit_by_part(self.plan, name))

    def one_of(self, names: Iterable[str | None], name: str | None) -> str | None:
        """The leader, category, person or zone among `names` that is meant by a name or a part of it.

        Raises:
            Refused: there is none, or there are several.
        """
        if name is None:
            return None
        from .names import one_of

        return report_resolved(name, one_of(filter(None, names), name))

    # The day

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plan's time zone."""
        return ZoneInfo(self.plan.timezone)

    @property
    def today(self) -> date:
        """The date in the plan's zone."""
        return now().astimezone(self.zone).date()

    @cached_property
    def day(self) -> date:
        """The date that was typed, or today.

        Raises:
            Refused: what was typed is no date.
        """
        return self.typed_day(self._as_of) if self._as_of else self.today

    def typed_day(self, text: str) -> date:
        """A typed date, read by `typed_dates.typed_day`. One that is not written as it is printed is notified.

        Raises:
            Refused: it is no single day.
        """
        with suppress(ValueError):
            if re.fullmatch(ISO, text):
                return date.fromisoformat(text)
        from .typed_dates import span_of, typed_day

        day = typed_day(text, self.today, span_of(self.plan, self.today))
        report_resolved(text, day.isoformat())
        return day

    def typed_moment(self, text: str) -> datetime:
        """A moment that was typed; a date means its end in the plan's zone.

        Raises:
            Refused: it is neither a date nor an ISO date and time.
        """
        if "T" in text or ":" in text:
            return parse_moment(text, self.zone)
        return day_ends(self.typed_day(text), self.zone)

    @property
    def made_on(self) -> date:
        """The day on which something is issued: that of `--as-of`, else of `--known-on`, else today."""
        if self._as_of is None and self.known_on is not None:
            return self.known_on.astimezone(self.zone).date()
        return self.day

    @cached_property
    def as_of(self) -> date:
        """The day of a report; stderr names it when it is today and the plan's year is long past."""
        day, year = self.day, self.plan.year
        if self._as_of is None and year is not None and (day - date(year, 12, 31)).days > _LONG_PAST:
            text = _(
                "The plan is for {year}, but this report is as of today, {day}; for the "
                "year's end: --as-of {year}-12-31"
            )
            notify(text.format(year=year, day=official_date(day)))
        return day

    # The ledger

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, opened once; empty where the default one is missing.

        Raises:
            LedgerError: it cannot be opened.
        """
        return self._open_ledger()

    def _open_ledger(self) -> Ledger:
        return self.close_later(self.location.open())

    def close_later(self, ledger: Ledger) -> Ledger:
        """Close a ledger at the end of the session; returns it."""
        return self._open.enter_context(closing(ledger))

    @cached_property
    def known(self) -> Ledger:
        """The ledger as it stood at `known_on`, or as it is: then stderr says how the plan differs from an adopted one.

        Raises:
            LedgerError: it cannot be opened.
        """
        adoption = self.ledger.adopted()
        try:
            found = self.differences(adoption)
        except InvalidInput:
            found = []
            if adoption:
                self.ledger.unreadable.add(adoption.seq)
        if adoption and found:
            text = _("{file} differs from the plan that was adopted on {day} (#{seq}):")
            notify(text.format(file=self.plan_name, day=official_date(adoption.entry.on), seq=adoption.seq))
            _notify_differences(found)
        return self.ledger

    def differences(self, adoption: Recorded | None) -> "list[Difference]":
        """How the plan differs from an adopted one. An adopted text that is the plan's own is not parsed again.

        Args:
            adoption: the entry that adopted it; None while no plan was adopted.

        Raises:
            InvalidInput: this program cannot read the adopted plan.
        """
        if adoption is None or adoption.entry.plan_sha256 == self.plan_sha256:
            return []
        from ..plan.differences import differences
        from ..reports.plan_changes import adopted_plan

        return list(differences(adopted_plan(adoption), self.plan))

    def survey(self) -> tuple[Scope, Mapping[str, TaskFacts]]:
        """What a report is about, and the facts of every task as of its date: both of one state of the ledger."""
        scope, facts = self.surveys([self.as_of])
        return scope, facts[self.as_of]

    def surveys(self, days: Sequence[date]) -> tuple[Scope, Mapping[date, Mapping[str, TaskFacts]]]:
        """What a report is about, and the facts of every task as of several dates, all of one state of the ledger.

        The report is about the last of them.
        """
        found = self.known.read(lambda reader: survey_course(reader, self.plan, days))
        return self.scope(found[-1]), {surveyed.as_of: surveyed.facts for surveyed in found}

    def notify_doubts(self) -> None:
        """Tell on stderr of entries that were skipped because they cannot be read, and of tables that were changed."""
        for doubt in doubts(self.known, self.ledger):
            notify(doubt)

    def scope(self, found: Survey) -> Scope:
        """What a report of a survey is about. A line on stderr names the tasks that only the ledger has."""
        unknown = list(found.unknown_tasks)
        if unknown:
            from ..reports.plan_changes import left_out_for_a_reason

            unknown = sorted(set(unknown) - left_out_for_a_reason(self.ledger, unknown))
        if unknown:
            text = _("The ledger has entries for unknown tasks: {tasks} (`jk log {first}`).")
            notify(text.format(tasks=enumeration(unknown), first=unknown[0]))
        self.notify_doubts()
        return Scope(self.plan, found.as_of, self.known_on, found.head)


def _notify_differences(found: "Sequence[Difference]") -> None:
    """Print the first few differences to stderr, and how many more there are."""
    from ..reports.plan_changes import quiet_change

    for difference in found[:_MOST_DIFFERENCES]:
        notify(f"  {quiet_change(difference)}")
    if len(found) > _MOST_DIFFERENCES:
        notify("  " + _("and {count} more: `jk check plan`").format(count=len(found) - _MOST_DIFFERENCES))
