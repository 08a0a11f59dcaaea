"""One district of an overview: opens and judges its ledger, and returns data that can be sent between processes."""

import pickle
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from ..errors import Damaged, InvalidInput, JkError, LedgerError
from ..language import N_, Language, _, speaking, use
from ..ledger import file_of, open_for_reading, replay
from ..ledger.protocol import Ledger
from ..model import Head, Plan
from ..plan import load_plan
from ..plan.districts import District
from ..quantities import enumeration
from ..rules.programme_totals import programme_totals
from ..rules.status import Judgement, flattened
from .document import Document, Scope
from .grouped_report import By, Counted, counted, counts
from .questions import Question, build, judged
from .task_filters import Filters

State = Literal["whole", "as-seen", "silent", "behind", "rewritten", "damaged", "unreachable"]
"""What became of a district's ledger. `whole` where it was proved; the last three are faults."""

Listed = Literal["items", "rows", "all", "dates", "tasks"]
"""What is wanted of a district: items for programs, rows for people, both, dates for a calendar, or counted tasks."""

FAULTS: tuple[State, ...] = ("rewritten", "damaged", "unreachable")

_ONE_AT_A_TIME = Lock()
"""The language of messages is one for a process; Dask runs several threads in it."""


class DistrictJob(NamedTuple):
    """What is asked of one district. All of it can be sent to another machine."""

    district: District
    question: Question
    as_of: date
    language: Language
    """Of the reader; items are in the plan's language."""
    known_on: datetime | None = None
    seen: tuple[str, Head] | None = None
    """The hash of the ledger's first entry and the head, as they were seen the last time."""
    prove: bool = False
    """Whether the chain and all that follows from it are checked."""
    silent_after: int = 14
    listed: Listed = "rows"
    by: By | None = None
    """What `tasks` are grouped by."""
    cache: Path | None = None
    """The folder of cached plans, on the machine where the district is judged."""


class TotalPart(NamedTuple):
    """What a district brings to a programme total."""

    id: str
    name: str
    unit: str
    value: Decimal | None
    missing: tuple[str, ...]
    """The indicators of which nothing was reported, by task and name."""


class PackedItems(Collection[Mapping[str, Any]]):
    """Items as the bytes in which a worker sends them, much smaller; each pass unpacks those of one district."""

    def __init__(self, items: Collection[Mapping[str, Any]]) -> None:
        """Pack the items."""
        self._count, self._packed = len(items), pickle.dumps(list(items), pickle.HIGHEST_PROTOCOL)

    def __len__(self) -> int:
        """How many they are."""
        return self._count

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Each of them."""
        return iter(pickle.loads(self._packed))  # noqa: S301 - packed above

    def __contains__(self, item: object) -> bool:
        """Whether it is one of them."""
        return any(item == each for each in self)


class DistrictReport(NamedTuple):
    """A district as it was judged, or why it was not."""

    name: str
    state: State
    fault: str | None = None
    """What is wrong with it, as a sentence."""
    head: Head | None = None
    first: str = ""
    """The hash of the first entry."""
    last_entry: datetime | None = None
    """When the last entry was recorded."""
    days_since: int | None = None
    compared: bool = False
    """Whether the ledger was compared with a head that was seen, or with an anchor."""
    document: Document | None = None
    """Its own report; without sections where items are wanted, without items where rows are."""
    counts: Mapping[str, Any] | None = None
    """What is counted of all of its tasks."""
    tasks: tuple[Counted, ...] = ()
    """Where they are wanted, the tasks that the filters keep, each with what it is grouped by."""
    totals: tuple[TotalPart, ...] = ()
    units: frozenset[str] = frozenset()
    """The lead units that its plan names."""
    categories: frozenset[str] = frozenset()


def judge_district(errand: DistrictJob) -> DistrictReport:
    """Open and judge one district. Whatever is wrong with it is its state: nothing is raised."""
    name = errand.district.name
    with _ONE_AT_A_TIME:
        use(errand.language)
    try:
        return _judged(errand)
    except Damaged as error:
        return DistrictReport(name, "damaged", str(error))
    except InvalidInput as error:
        missing = not errand.district.plan.is_file()
        return DistrictReport(name, "unreachable" if missing else "damaged", str(error))
    except JkError as error:
        return DistrictReport(name, "unreachable", str(error))
    except Exception as error:  # noqa: BLE001 - one district must not end the report on all others
        return DistrictReport(name, "damaged", f"{type(error).__name__}: {error}")


def judge_within(errand: DistrictJob, seconds: float) -> DistrictReport:
    """The same, but what takes longer than this is unreachable: a server that hangs holds up no other district.

    The thread that hangs is left behind; it ends with its process.
    """
    found: list[DistrictReport] = []
    thread = Thread(target=lambda: found.append(judge_district(errand)), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else no_answer(errand.district.name, seconds, errand.language)


def no_answer(name: str, seconds: float, language: Language) -> DistrictReport:
    """A district that did not answer in time."""
    with speaking(language):
        return DistrictReport(name, "unreachable", _("no answer within {seconds:g} s").format(seconds=seconds))


def _judged(errand: DistrictJob) -> DistrictReport:
    district, question = errand.district, errand.question
    plan = load_plan(district.plan, errand.cache)
    with ExitStack() as stack:
        ledger = stack.enter_context(closing(_opened(district.ledger)))
        head, first = ledger.head(), ledger.entry(1)
        faults = _proved(ledger) if errand.prove else []
        known = ledger
        if errand.known_on is not None:
            known = stack.enter_context(closing(replay.known_on(ledger, errand.known_on)))
        survey, judgements = judged(known, plan, errand.as_of, replace(question, filters=Filters()))
        last = ledger.entry(head.seq)
        recorded = last.recorded_at if last else None
        zone = ZoneInfo(plan.timezone)
        days_since = max(0, (errand.as_of - recorded.astimezone(zone).date()).days) if recorded else None
        state, fault = _state(errand, ledger, head, first.hash if first else "", days_since)
        unreadable = sorted(known.unreadable | ledger.unreadable)
        doubtful = known.doubtful or known.altered
    if unreadable:
        text = _("entries that cannot be read were skipped: {numbers}")
        faults.append(text.format(numbers=enumeration([f"#{seq}" for seq in unreadable])))
    if doubtful and not errand.prove:
        faults.append(_("derived tables were changed other than by an entry"))
    with _ONE_AT_A_TIME, speaking(errand.language):
        document = None
        if errand.listed != "tasks":
            document = build(Scope(plan, errand.as_of, errand.known_on, survey.head), judgements, question)
            document = replace(
                document,
                items=PackedItems(document.items) if errand.listed in ("items", "all") else (),
                sections=document.with_whole_tables.sections
                if errand.listed in ("rows", "all")
                else (),  # functions cannot be sent
                dates=list(document.dates or ()) if errand.listed == "dates" else None,
            )
        parents = plan.parents()
        top = [j for j in judgements if j.task.id not in parents]
        tasks = counted(top, question.filters, errand.by) if errand.listed == "tasks" else []
    return DistrictReport(
        district.name,
        "damaged" if faults else state,
        "; ".join(faults) or fault,
        head,
        first.hash if first else "",
        recorded,
        days_since,
        bool(errand.seen and errand.seen[1].seq) or district.anchor is not None,
        document,
        {**counts(counted(top, Filters(), None)), **_problems(flattened(top))},
        tuple(tasks),
        tuple(_totals(plan, top)),
        frozenset(plan.known_units()),
        frozenset(j.task.category for j in flattened(top) if j.task.category),
    )


def _problems(judgements: Sequence[Judgement]) -> dict[str, int]:
    """How many problems are open, and how many of them are past their date."""
    found = [
        (problem, j.position.as_of) for j in judgements for problem in j.position.problems if problem.state == "open"
    ]
    return {"problems_open": len(found), "problems_overdue": sum(p.days_overdue(day) > 0 for p, day in found)}


def _opened(where: str) -> Ledger:
    """The ledger at a path or a URL, or the one that a dump holds.

    Raises:
        LedgerError: it cannot be opened; `Damaged` if it is no ledger.
    """
    from ..ledger import saved, sqlite

    file = file_of(where)
    if file is None or not file.is_file() or not file.stat().st_size or saved.is_database(file):
        return open_for_reading(where)
    try:
        return sqlite.in_memory(saved.entries(file), str(file))
    except LedgerError as error:
        raise Damaged(str(error)) from error


def _proved(ledger: Ledger) -> list[str]:
    from ..ledger.check import check_ledger

    return check_ledger(ledger)


def _state(
    errand: DistrictJob, ledger: Ledger, head: Head, first: str, days_since: int | None
) -> tuple[State, str | None]:
    """The state of a ledger that could be read, and a sentence on what is wrong."""
    from ..ledger.check import check_anchor

    if errand.district.anchor and (cut := check_anchor(ledger, *errand.district.anchor)):
        return "rewritten", cut
    if errand.seen and errand.seen[1].seq:
        began, seen = errand.seen
        there = ledger.entry(seen.seq)
        if seen.seq > head.seq and (not first or first == began):
            text = _("this copy ends at #{last}; this computer has seen #{seq}")
            return "behind", text.format(last=head.seq, seq=seen.seq)
        if first != began or there is None or there.hash != seen.hash:
            text = _(
                "This ledger is not the one that this computer last saw: #{seq} had the hash {was}, now it has {now}."
            )
            now = there.hash[:12] if there else "–"
            return "rewritten", text.format(seq=seen.seq, was=seen.hash[:12], now=now)
    if days_since is None or days_since > errand.silent_after:
        return "silent", None
    return ("whole" if errand.prove else "as-seen"), None


def _totals(plan: Plan, judgements: Sequence[Judgement]) -> list[TotalPart]:
    return [
        TotalPart(
            each.total.id,
            each.total.name,
            each.total.unit,
            each.value,
            tuple(f"{share.task.id} {share.indicator.name}" for share in each.missing),
        )
        for each in programme_totals(plan, judgements)
    ]


STATES: dict[State, str] = {
    "whole": N_("whole"),
    "as-seen": N_("as seen"),
    "silent": N_("silent"),
    "behind": N_("behind"),
    "rewritten": N_("rewritten"),
    "damaged": N_("damaged"),
    "unreachable": N_("unreachable"),
}
"""State → its word."""
