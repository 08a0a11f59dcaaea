"""The session of one command: its plan, read once; its ledger, opened once; the date in the plan's time zone."""

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

if TYPE_CHECKING:  # imported only on use
    from ..plan.differences import Difference

_LONG_PAST = 90
"""The days after the plan's year from which a report without `--as-of` notes that it is about today."""

_MOST_DIFFERENCES = 5
"""The number of differences from the adopted plan that a report lists on stderr."""


class Session:
    """The plan and the ledger of one command. Use it in a `with` statement, which closes the ledger at its end.

    The plan is read at once, so that its faults are printed first. The ledger is opened on first use.
    """

    plan: Plan
    source: PlanFiles | Recorded
    """Where the plan was read: from files, or from the entry that adopted it."""
    location: LedgerLocation
    known_on: datetime | None = None
    """The moment of `--known-on`."""

    def __init__(
        self, plan: Path | None, ledger: str | None, as_of: str | None = None, known_on: str | None = None
    ) -> None:
        """Read the plan that the options and the environment name; with `known_on`, the plan in force at that time.

        If there is no plan file, the plan adopted in a named ledger is used.

        Args:
            plan: the value of `--plan`.
            ledger: the value of `--ledger`.
            as_of: the date that the command is about; None for today.
            known_on: the moment up to which entries count; None for all entries.

        Raises:
            InvalidInput: there is no plan, or it has faults.
            LedgerError: the ledger is needed at once, but cannot be opened.
            Refused: `known_on` is not a date.
        """
        self._as_of = as_of
        self._open = ExitStack()
        self.folder = Path()
        try:
            self._find_plan(plan, ledger_name(ledger))
            if known_on is not None:
                self._use_state_known_on(known_on)
        except BaseException:
            self._open.close()
            raise

    def __enter__(self) -> Self:
        """Return the session itself."""
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

    def _use_state_known_on(self, known_on: str) -> None:
        """Use the ledger as it was at a moment, with the plan of that time but with today's contacts."""
        from ..ledger import replay
        from ..reports.plan_changes import adopted_plan

        self.known_on = self.typed_moment(known_on)
        self.known = past = self.close_later(replay.known_on(self.ledger, self.known_on))
        adoption = past.adopted()
        if adoption is None or adoption.entry.plan_sha256 == self.plan_sha256:
            return
        try:
            adopted = adopted_plan(adoption)
        except InvalidInput:
            past.unreadable.add(adoption.seq)
            return
        text = _("Using the plan that was in force then, adopted on {day} (#{seq}).")
        notify(text.format(day=official_date(adoption.entry.on), seq=adoption.seq))
        self.plan, self.source = replace(adopted, contacts=self.plan.contacts), adoption

    # The plan

    @property
    def plan_text(self) -> str:
        """The text of the plan, unchanged."""
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
        """The name of the plan in messages: the name of its file, or the number of the entry that adopted it."""
        return self.source.plan.name if isinstance(self.source, PlanFiles) else f"#{self.source.seq}"

    def task(self, name: str) -> Task:
        """The task with that id, title or part of a title.

        Raises:
            Refused: there is none (the message suggests the closest), or there are several.
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
        """The unit that a report is about, by its name or any part of it; None if no name is given.

        If the unit is not spelled like that, a note on stderr names it.

        Raises:
            Refused: the plan has no such unit, or several.
        """
        if name is None:
            return None
        from .names import resolve_unit_by_part

        return report_resolved(name, name if name in self.plan.known_units() else resolve_unit_by_part(self.plan, name))

    def one_of(self, names: Iterable[str | None], name: str | None) -> str | None:
        """The leader, category, person or zone among `names` with that name or part of a name.

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
        """The current date in the plan's time zone."""
        return now().astimezone(self.zone).date()

    @cached_property
    def day(self) -> date:
        """The typed date; today if none was typed.

        Raises:
            Refused: the text is not a date.
        """
        return self.typed_day(self._as_of) if self._as_of else self.today

    def typed_day(self, text: str) -> date:
        """Parse a typed date (`typed_dates.typed_day`). Unless it was typed as 2016-03-31, stderr reports the date.

        Raises:
            Refused: the text is not a single day.
        """
        with suppress(ValueError):
            if re.fullmatch(ISO, text):
                return date.fromisoformat(text)
        from .typed_dates import span_of, typed_day

        day = typed_day(text, self.today, span_of(self.plan, self.today))
        report_resolved(text, day.isoformat())
        return day

    def typed_moment(self, text: str) -> datetime:
        """Parse a typed moment; a date means the end of that day in the plan's time zone.

        Raises:
            Refused: the text is neither a date nor an ISO date and time.
        """
        if "T" in text or ":" in text:
            return parse_moment(text, self.zone)
        return day_ends(self.typed_day(text), self.zone)

    @property
    def made_on(self) -> date:
        """The date on which a paper is made: that of `--as-of`, else of `--known-on`, else today."""
        if self._as_of is None and self.known_on is not None:
            return self.known_on.astimezone(self.zone).date()
        return self.day

    @cached_property
    def as_of(self) -> date:
        """The date of a report. If it is today, but long after the plan's year, stderr says so."""
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
        """The ledger, opened once; an empty one if the default ledger is missing.

        Raises:
            LedgerError: it cannot be opened.
        """
        return self._open_ledger()

    def _open_ledger(self) -> Ledger:
        return self.close_later(self.location.open())

    def close_later(self, ledger: Ledger) -> Ledger:
        """Return a ledger, and close it at the end of the session."""
        return self._open.enter_context(closing(ledger))

    @cached_property
    def known(self) -> Ledger:
        """The ledger, or as it was at `known_on`. In the first case stderr lists differences from the adopted plan.

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
        """The differences of the plan from the adopted plan. If the texts are the same, nothing is parsed.

        Args:
            adoption: the entry that adopted the other plan; None if there is none.

        Raises:
            InvalidInput: this program cannot read the adopted plan.
        """
        if adoption is None or adoption.entry.plan_sha256 == self.plan_sha256:
            return []
        from ..plan.differences import differences
        from ..reports.plan_changes import adopted_plan

        return list(differences(adopted_plan(adoption), self.plan))

    def survey(self) -> tuple[Scope, Mapping[str, TaskFacts]]:
        """The scope of a report, and the facts of every task as of its date, from one state of the ledger."""
        scope, facts = self.surveys([self.as_of])
        return scope, facts[self.as_of]

    def surveys(self, days: Sequence[date]) -> tuple[Scope, Mapping[date, Mapping[str, TaskFacts]]]:
        """The scope of a report, and the facts of every task as of several dates, from one state of the ledger.

        The report is about the last of the dates.
        """
        found = self.known.read(lambda reader: survey_course(reader, self.plan, days))
        return self.scope(found[-1]), {surveyed.as_of: surveyed.facts for surveyed in found}

    def notify_doubts(self) -> None:
        """Report on stderr entries that were skipped as unreadable, and tables that were changed."""
        for doubt in doubts(self.known, self.ledger):
            notify(doubt)

    def scope(self, found: Survey) -> Scope:
        """The scope of a report from its survey. If the ledger has tasks that the plan lacks, stderr lists them."""
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
    """Print the first differences to stderr, and the number of further ones."""
    from ..reports.plan_changes import unrecorded_change

    for difference in found[:_MOST_DIFFERENCES]:
        notify(f"  {unrecorded_change(difference)}")
    if len(found) > _MOST_DIFFERENCES:
        notify("  " + _("and {count} more: `jk check plan`").format(count=len(found) - _MOST_DIFFERENCES))
