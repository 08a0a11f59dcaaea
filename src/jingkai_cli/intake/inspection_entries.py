"""Records an inspection: an entry for each site, and a problem for each item that failed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ..errors import Finding, InvalidInput, Refused
from ..kinds import life_in, objections
from ..kinds.lifecycle import Problem
from ..language import _, ngettext, speaking
from ..ledger.protocol import Writer
from ..ledger.writer import differences
from ..model import Entry, Plan, Recorded, Task
from ..quantities import enumeration
from ..text import same_name
from .checklist_reader import Inspected, Visit
from .importing import Outcome
from .text_files import fault

_NOT_COMPARED = frozenset({"key", "by"})

_SHOWN = 8
"""The most problems that are listed by number."""


class Recording(NamedTuple):
    """The context in which an inspection is recorded."""

    writer: Writer
    plan: Plan
    typist: str
    today: date
    """The date in the plan's zone."""
    strict: bool
    """Whether implausible entries are refused."""


class _Recorder(Struct):
    """A form that is being recorded, and the results so far: counts, and numbers of problems."""

    inspected: Inspected
    recording: Recording
    known: int = 0
    failed: int = 0
    opened: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    """Open problems whose item failed again (复查未通过)."""
    later: list[int] = field(default_factory=list)
    """Problems that were opened at a later date, because the form came in late."""
    at_once: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    """Problems whose item passed, so that they are to be verified."""
    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def record(self, visit: Visit, task: Task, due_in: int) -> None:
        """Record a visit, unless the ledger has it.

        Raises:
            Refused: the ledger has other results for that site in that shift.
        """
        key = self._new_key(visit, task)
        if key is None:
            return
        site, on = visit.site, self.inspected.on
        life = life_in(self.recording.writer, task)
        found = {item: _unverified(life.found_at(site.id, item), on) for item in (*visit.failed, *visit.passed)}
        self._append(self._inspection(visit, key), task, visit)
        self.failed += len(visit.failed)
        self.passed += [p.seq for item in visit.passed for p in found[item] if p.opened_on <= on]
        for item in visit.failed:
            at_once = item in visit.at_once
            unverified = [p for p in found[item] if p.opened_on <= on or not at_once]
            self.again += [problem.seq for problem in unverified if problem.opened_on <= on]
            self.later += [problem.seq for problem in unverified if problem.opened_on > on]
            if not unverified:
                opened = self._append(self._problem(visit, item, f"{key}/{item}", due_in), task, visit).seq
                self.opened.append(opened)
                if at_once:
                    self._close(visit, f"{key}/{opened}", opened)
            for problem in unverified if at_once else ():
                if life_in(self.recording.writer, task).problems[problem.seq].state == "open" and not problem.parts:
                    self._close(visit, f"{key}/{problem.seq}", problem.seq)
                else:
                    text = _("#{seq} was split, or later entries contradict this: close it yourself")
                    self.warnings.append(fault(self.inspected.file, visit.where, text.format(seq=problem.seq)))

    def _problem(self, visit: Visit, item: str, key: str, due_in: int) -> Entry:
        """Return the problem for a failed item, with the remark unless that is about fixing on the spot."""
        site, inspected = visit.site, self.inspected
        with speaking(self.recording.plan.language):
            note = _("{site}: {item} failed").format(site=site.name, item=item)
            if visit.remark and not visit.at_once:
                note = _("{note} ({remark})").format(note=note, remark=visit.remark)
        return Entry(
            "problem",
            on=inspected.on,
            task=site.task,
            by=self.recording.typist,
            key=key,
            note=note,
            responsible=site.unit,
            deadline=inspected.on + timedelta(days=due_in),
            source="inspection",
            site=site.id,
            place=site.name,
            zone=site.zone,
            shift=inspected.shift,
            item=item,
        )

    def _close(self, visit: Visit, key: str, number: int) -> None:
        """Close a problem that was fixed on the spot: a fix by its unit, verified by the inspectors.

        Later entries are not checked, because they do not change what happened on that day.

        Raises:
            Refused: the responsible unit is one of the inspectors.
        """
        site, inspectors = visit.site, self.inspected.inspectors
        if any(same_name(inspector, site.unit) for inspector in inspectors):
            text = _("{who} is responsible for it and cannot verify it: name someone else (--verifier WHO)")
            raise Refused(text.format(who=site.unit))
        with speaking(self.recording.plan.language):
            verifier = enumeration(inspectors)
        fixed = Entry("fix", self.inspected.on, site.task, self.recording.typist, f"{key}/fix", ref=number)
        self.recording.writer.append(replace(fixed, unit=site.unit, note=visit.remark))
        verified = Entry("verify", self.inspected.on, site.task, self.recording.typist, f"{key}/verify", ref=number)
        self.recording.writer.append(replace(verified, verifier=verifier))
        self.at_once.append(number)

    def _inspection(self, visit: Visit, key: str) -> Entry:
        site, inspected = visit.site, self.inspected
        return Entry(
            "inspection",
            on=inspected.on,
            task=site.task,
            by=self.recording.typist,
            key=key,
            note=visit.remark,
            checklist=inspected.checklist,
            site=site.id,
            place=site.name,
            responsible=site.unit,
            zone=site.zone,
            shift=inspected.shift,
            inspectors=inspected.inspectors,
            passed=visit.passed,
            failed=visit.failed,
            not_applicable=visit.not_applicable,
        )

    def _new_key(self, visit: Visit, task: Task) -> str | None:
        """Return the key for the visit; None if the ledger has the visit already.

        Raises:
            Refused: the ledger has other results for that site in that shift; the message says what to retract.
        """
        inspected, writer = self.inspected, self.recording.writer
        parts = (
            self.recording.plan.title,
            inspected.checklist,
            visit.site.id,
            inspected.on.isoformat(),
            inspected.shift,
        )
        digest = sha256("\n".join(parts).encode()).hexdigest()[:16]
        number = 1
        while (earlier := writer.find(f"{digest}/{number}")) is not None:
            retracted = bool(writer.retracted_by([earlier.seq]))
            if set(differences(self._inspection(visit, earlier.entry.key), earlier.entry)) <= _NOT_COMPARED:
                self.known += 1
                if retracted:
                    text = _("#{seq} with the same content was retracted: not recorded again")
                    self.warnings.append(fault(inspected.file, visit.where, text.format(seq=earlier.seq)))
                return None
            if not retracted:
                raise Refused(self._other_results(visit, task, earlier))
            number += 1
        return f"{digest}/{number}"

    def _other_results(self, visit: Visit, task: Task, earlier: Recorded) -> str:
        """The message that a site has other results in the same shift, and what to retract first."""
        life, find = life_in(self.recording.writer, task), self.recording.writer.find
        keys = [f"{earlier.entry.key}/{item}" for item in earlier.entry.failed]
        opened = [recorded.seq for key in keys if (recorded := find(key)) and recorded.seq in life.problems]
        text = _(
            "{site} was recorded with other results in this shift (#{seq}); to correct it, first retract {numbers}"
        )
        numbers = enumeration([f"#{seq}" for seq in (*opened, earlier.seq)])
        return text.format(site=visit.site.name, seq=earlier.seq, numbers=numbers)

    def _append(self, entry: Entry, task: Task, visit: Visit) -> Recorded:
        """Append an entry, even after a fault: later entries depend on it, and the caller rolls back."""
        fatal = ("refused", "implausible") if self.recording.strict else ("refused",)
        for objection in objections(task, entry, self.recording.writer, self.recording.today):
            found = self.faults if objection.weight in fatal else self.warnings
            found.append(fault(self.inspected.file, visit.where, objection.message))
        return self.recording.writer.append(entry)

    def notes(self) -> Iterator[str]:
        """Yield the remarks on the problems, in the current language."""
        if self.failed:
            text = ngettext("{count} item failed", "{count} items failed", self.failed)
            yield text.format(count=self.failed)
        for numbers, text in (
            (self.opened, _("problems opened: {numbers}")),
            (self.at_once, _("fixed on the spot and verified: {numbers}")),
            (self.again, _("failed again, still open: {numbers}")),
            (self.later, _("already open, with a later date: {numbers}")),
            (self.passed, _("passed on site, to be verified: {numbers}")),
        ):
            if numbers:
                yield text.format(numbers=_numbers(numbers))


def record_inspected(inspected: Inspected, recording: Recording) -> Outcome:
    """Record every visit of a form that the ledger does not have yet, with its problems.

    A failed item opens a problem, unless one about it is open at that site: then it is listed as failed again.
    A problem that was fixed on the spot is closed at once, verified by the inspectors.

    Raises:
        InvalidInput: an entry contradicts the ledger, or a site has other results in that shift; lists all such lines.
    """
    first_seq = recording.writer.head().seq + 1
    recorder = _Recorder(inspected, recording)
    due_in = next(each.due_in for each in recording.plan.checklists if each.id == inspected.checklist)
    tasks = recording.plan.subjects()
    for visit in inspected.visits:
        try:
            recorder.record(visit, tasks[visit.site.task], due_in)
        except Refused as refused:
            recorder.faults.append(fault(inspected.file, visit.where, str(refused)))
    if recorder.faults:
        raise InvalidInput(recorder.faults)
    added = range(first_seq, recording.writer.head().seq + 1)
    return Outcome(added, recorder.known, tuple(recorder.warnings), notes=tuple(recorder.notes()))


def _unverified(problems: Iterable[Problem], on: date) -> list[Problem]:
    """The problems that are not verified, or were not yet verified on that day: a form may come in late."""
    return [p for p in problems if not p.verified_on or p.opened_on <= on < p.verified_on]


def _numbers(numbers: Sequence[int]) -> str:
    """Format the numbers of problems: all of them, or the first few and the count."""
    listed = enumeration([f"#{seq}" for seq in numbers[:_SHOWN]])
    if len(numbers) <= _SHOWN:
        return listed
    return _("{listed} … ({count})").format(listed=listed, count=len(numbers))
