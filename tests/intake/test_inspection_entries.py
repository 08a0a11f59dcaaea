"""Inspections on random sites and days, compared with a second computation that shares no code with the program."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import share
from jingkai_cli.checklists import Checklist, Site
from jingkai_cli.dates import Period
from jingkai_cli.errors import InvalidInput
from jingkai_cli.facts import TaskFacts
from jingkai_cli.field_types import Shift
from jingkai_cli.intake.checklist_reader import Inspected, Visit
from jingkai_cli.intake.inspection_entries import Recording, record_inspected
from jingkai_cli.kinds import life_of
from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import WritableLedger, Writer
from jingkai_cli.model import Entry, Head, Indicator, Plan, Task
from jingkai_cli.reports.document import Scope
from jingkai_cli.reports.inspections import InspectionFilters, build
from jingkai_cli.reports.survey import survey

FIRST = date(2016, 3, 1)
ITEMS = ("围挡", "覆盖", "冲洗")
PEOPLE = ("甲", "乙", "丙")
ZONES = ("严控区", "缓冲区")
COUNTING = (
    Indicator(id="visits", name="检查", counts="inspections"),
    Indicator(id="people", name="出动", counts="people"),
    Indicator(id="found", name="发现问题", counts="problems"),
)
TASK = Task(
    id="19",
    title="大气污染治理",
    lead_unit="执法局",
    deadline=date(2016, 12, 31),
    start=date(2016, 1, 1),
    measure="none",
    indicators=COUNTING,
)
PLAN = Plan(
    title="重点工作",
    tasks=(TASK,),
    year=2016,
    zones=ZONES,
    checklists=(Checklist(id="c", name="检查表", items=ITEMS, due_in=3),),
)
SITES = tuple(Site(str(n), f"第{n}号工地", f"单位{n % 2}", ZONES[n % 2], "19") for n in range(4))

Marks = dict[tuple[str, str], str]
"""(site, item) → `passed`, `failed`, `not_applicable`; missing items were not inspected."""


@dataclass(frozen=True)
class Round:
    """The results of one patrol."""

    on: date
    shift: Shift
    people: tuple[str, ...]
    marks: Marks
    at_once: frozenset[tuple[str, str]]


@st.composite
def rounds(draw: st.DrawFn) -> list[Round]:
    """Draw patrols in the order of their days, at most one per shift."""
    days = sorted(draw(st.sets(st.integers(0, 25), min_size=1, max_size=8)))
    made = []
    for day in days:
        pairs = [(site.id, item) for site in SITES for item in ITEMS]
        results = draw(
            st.lists(st.sampled_from(["", "passed", "failed", "not_applicable", "failed"]), min_size=12, max_size=12)
        )
        marks = {pair: result for pair, result in zip(pairs, results, strict=True) if result}
        failed = [pair for pair, result in marks.items() if result == "failed"]
        at_once = draw(st.sets(st.sampled_from(failed))) if failed else set()
        people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True))
        shift = draw(st.sampled_from(get_args(Shift)))
        made.append(Round(FIRST + timedelta(day), shift, tuple(people), marks, frozenset(at_once)))
    return made


def brought_back(each: Round) -> Inspected:
    visits = []
    for site in SITES:
        results = {
            result: tuple(item for item in ITEMS if each.marks.get((site.id, item)) == result)
            for result in ("passed", "failed", "not_applicable")
        }
        at_once = frozenset(item for item in results["failed"] if (site.id, item) in each.at_once)
        if any(results.values()):
            visits.append(
                Visit(f"检查!A{site.id}", site, remark="当场整改" if at_once else None, at_once=at_once, **results)
            )
    return Inspected("检查表.xlsx", "c", each.on, each.shift, each.people, tuple(visits))


def append(ledger: WritableLedger, entry: Entry) -> None:
    ledger.write(lambda writer: writer.append(entry))


def facts_on(ledger: WritableLedger, day: date) -> Mapping[str, TaskFacts]:
    return ledger.read(lambda reader: survey(reader, PLAN, day)).facts


def record(ledger: WritableLedger, each: Round) -> tuple[str, ...]:
    def work(writer: Writer) -> tuple[str, ...]:
        how = Recording(writer, PLAN, "lin", date(2016, 12, 31), strict=True)
        return record_inspected(brought_back(each), how).notes

    return ledger.write(work)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[WritableLedger]:
    with begun(tmp_path) as opened:
        yield opened


def begun(folder: Path) -> "closing[WritableLedger]":
    moments = (datetime(2016, 3, 1, tzinfo=UTC) + timedelta(seconds=number) for number in count())
    return closing(open_for_writing(str(folder / "ledger.db"), lambda: next(moments)))


@dataclass
class Found:
    """A problem, as a person would follow it on paper."""

    opened: date
    state: str = "open"
    again: int = 0
    sent_back: int = 0


@dataclass
class Paper:
    """The second computation, with a record for each site and item."""

    pages: dict[tuple[str, str], list[Found]] = field(default_factory=dict)

    def take(self, each: Round) -> None:
        for pair, mark in each.marks.items():
            page = self.pages.setdefault(pair, [])
            standing = page[-1] if page and page[-1].state != "closed" else None
            if mark == "passed" and standing:
                standing.state = "to be verified"
            if mark == "failed":
                if standing:
                    standing.again += 1
                    standing.sent_back += standing.state == "to be verified"
                    standing.state = "open"
                else:
                    standing = Found(each.on)
                    page.append(standing)
                if pair in each.at_once:
                    standing.state = "closed"

    def verify_first(self) -> tuple[str, str] | None:
        """Verify the first fixed problem, and return its site and item."""
        for pair, page in self.pages.items():
            if page and page[-1].state == "to be verified":
                page[-1].state = "closed"
                return pair
        return None


SHOWN = {"open": "open", "fixed": "to be verified", "verified": "closed"}


@given(rounds(), st.lists(st.booleans(), min_size=8, max_size=8))
@settings(max_examples=share(60), deadline=None)
def test_each_failed_item_has_one_problem_until_it_is_verified(patrols: list[Round], verifying: list[bool]) -> None:
    paper = Paper()
    with TemporaryDirectory() as folder, begun(Path(folder)) as ledger:
        for each, verifies in zip(patrols, verifying, strict=False):
            record(ledger, each)
            paper.take(each)
            if verifies and (pair := paper.verify_first()):
                verify(ledger, pair, each.on)
        as_of = patrols[-1].on
        facts = facts_on(ledger, as_of)
    life = life_of(TASK, facts["19"].events) if "19" in facts else None
    found: dict[tuple[str, str], list[Found]] = {}
    for problem in life.problems.values() if life else ():
        state = SHOWN[problem.state]
        said = Found(problem.opened_on, state, problem.failed_again, problem.returned)
        found.setdefault((problem.site or "", problem.item or ""), []).append(said)
        assert problem.deadline == problem.opened_on + timedelta(days=3)
        assert (problem.passed_on is not None) == (problem.state == "fixed")
    assert found == {pair: page for pair, page in paper.pages.items() if page}
    by_item: dict[str, int] = {}
    for inspection in life.inspections if life else ():
        for item in inspection.failed_again:
            by_item[item] = by_item.get(item, 0) + 1
    assert sum(by_item.values()) == sum(each.again for page in paper.pages.values() for each in page)


def verify(ledger: WritableLedger, pair: tuple[str, str], on: date) -> None:
    """Verify the last problem of a site and an item."""
    facts = facts_on(ledger, on)
    problem = life_of(TASK, facts["19"].events).found_at(*pair)[-1]
    key = f"verify {problem.seq}"
    ledger.write(
        lambda writer: writer.append(Entry("verify", on, "19", "lin", key, verifier="督查室", ref=problem.seq))
    )


@given(rounds(), st.integers(0, 25), st.integers(0, 25))
@settings(max_examples=share(60), deadline=None)
def test_coverage_pass_rates_and_patrols_follow_from_the_marks(patrols: list[Round], start: int, length: int) -> None:
    first, last = FIRST + timedelta(start), FIRST + timedelta(start + length)
    with TemporaryDirectory() as folder, begun(Path(folder)) as ledger:
        for each in patrols:
            record(ledger, each)
        facts = facts_on(ledger, last)
    scope, period = Scope(PLAN, last, None, Head(0, "")), Period("", first, last)
    those = [each for each in patrols if first <= each.on <= last]
    marks = [(each, site, item, mark) for each in those for (site, item), mark in each.marks.items()]
    for group_by in ("zone", "shift", "unit", "item"):
        document = build(scope, facts, SITES, InspectionFilters(period, group_by))
        total = document.extra["total"]
        visits = {(each.on, each.shift, site) for each, site, _item, _mark in marks}
        assert total["visits"] == len(visits)
        assert total["inspected"] == len({site for _on, _shift, site in visits})
        assert total["coverage"] == 100 * total["inspected"] / 4
        patrolled = {(each.on, each.shift, who) for each in those if each.marks for who in each.people}
        assert total["people"] == len(patrolled)
        for result in ("passed", "failed"):
            assert total[result] == sum(mark == result for *_rest, mark in marks)
            assert sum(item[result] for item in document.items) == total[result]
        if group_by != "item":
            assert sum(item["visits"] for item in document.items) == total["visits"]
        for item in document.items:
            assert item["coverage"] is None or 0 <= item["coverage"] <= 100
            looked_at = item["passed"] + item["failed"]
            assert item["pass_rate"] == (100 * item["passed"] / looked_at if looked_at else None)
    zones = {item["group"]: item for item in build(scope, facts, SITES, InspectionFilters(period, "zone")).items}
    for place, zone in enumerate(ZONES):
        covered = {site for _each, site, *_rest in marks if int(site) % 2 == place}
        assert (zones[zone]["sites"], zones[zone]["inspected"]) == (2, len(covered))


@given(rounds())
@settings(max_examples=share(40), deadline=None)
def test_the_indicators_of_the_plan_count_what_was_recorded_by_the_day(patrols: list[Round]) -> None:
    with TemporaryDirectory() as folder, begun(Path(folder)) as ledger:
        for each in patrols:
            record(ledger, each)
        for as_of in (patrols[0].on - timedelta(1), *(each.on for each in patrols)):
            facts = facts_on(ledger, as_of)
            those = [each for each in patrols if each.on <= as_of and each.marks]
            sites = sum(len({site for site, _item in each.marks}) for each in those)
            read = {name: facts["19"].total(name) if "19" in facts else None for name in ("visits", "people", "found")}
            if not those:
                assert read == {"visits": None, "people": None, "found": None}
                continue
            paper = Paper()
            for each in those:
                paper.take(each)
            people = sum(len(each.people) for each in those)  # one patrol a day
            assert read == {"visits": sites, "people": people, "found": sum(map(len, paper.pages.values()))}


@given(rounds(), st.randoms())
@settings(max_examples=share(40), deadline=None)
def test_forms_imported_in_any_order_leave_at_most_one_open_problem(patrols: list[Round], random: Random) -> None:
    shuffled = list(patrols)
    random.shuffle(shuffled)
    with TemporaryDirectory() as folder, begun(Path(folder)) as ledger:
        for each in shuffled:
            record(ledger, each)
        before = ledger.head().seq
        for each in shuffled:
            record(ledger, each)
        assert ledger.head().seq == before
        facts = facts_on(ledger, date(2016, 12, 31))
    life = life_of(TASK, facts["19"].events) if "19" in facts else None
    if life:
        for site in SITES:
            for item in ITEMS:
                assert sum(problem.state == "open" for problem in life.found_at(site.id, item)) <= 1


def one(mark: str, on: date = FIRST, *, at_once: bool = False) -> Round:
    pair = ("1", "围挡")
    return Round(on, "白天", ("甲",), {pair: mark}, frozenset({pair} if at_once else ()))


def test_a_different_result_for_a_site_and_shift_is_refused_until_the_first_is_retracted(
    ledger: WritableLedger,
) -> None:
    record(ledger, one("failed"))
    with pytest.raises(InvalidInput, match=r"\(#1\); to correct it, first retract #2, #1"):
        record(ledger, one("passed"))
    for seq in (2, 1):
        retraction = Entry("retract", FIRST, "19", "lin", f"r{seq}", note="误记", ref=seq)
        append(ledger, retraction)
    assert record(ledger, one("passed")) == ()
    facts = facts_on(ledger, FIRST)
    life = life_of(TASK, facts["19"].events)
    assert (len(life.inspections), life.problems) == (1, {})


def test_retracting_an_inspection_undoes_its_effect_on_a_problem(ledger: WritableLedger) -> None:
    record(ledger, one("failed"))
    record(ledger, one("passed", FIRST + timedelta(1)))
    retraction = Entry("retract", FIRST + timedelta(1), "19", "lin", "r", note="误记", ref=3)
    append(ledger, retraction)
    facts = facts_on(ledger, FIRST + timedelta(2))
    (problem,) = life_of(TASK, facts["19"].events).problems.values()
    assert (problem.state, problem.passed_on) == ("open", None)


def test_a_unit_that_inspects_its_own_site_closes_no_problem(ledger: WritableLedger) -> None:
    unit = Round(FIRST, "白天", ("单位1",), {("1", "围挡"): "failed"}, frozenset({("1", "围挡")}))
    with pytest.raises(InvalidInput, match="单位1 is responsible"):
        record(ledger, unit)


def test_a_split_problem_that_failed_again_is_not_opened_a_second_time(ledger: WritableLedger) -> None:
    record(ledger, one("failed"))
    part = Entry("problem", FIRST, "19", "lin", "p", note="补", responsible="单位1", deadline=FIRST, part_of=2)
    append(ledger, part)
    ledger.write(lambda writer: writer.append(Entry("fix", FIRST, "19", "lin", "f", ref=3)))
    notes = record(ledger, one("failed", FIRST + timedelta(1)))
    assert notes == ("1 item failed", "failed again, still open: #2")
    facts = facts_on(ledger, FIRST + timedelta(1))
    whole, part_of_it = life_of(TASK, facts["19"].events).problems.values()
    assert (whole.state, whole.failed_again, part_of_it.state, part_of_it.returned) == ("open", 1, "open", 1)


def test_111_sites_with_6_items_are_recorded_within_two_seconds(ledger: WritableLedger) -> None:
    items = tuple(f"第{n}项" for n in range(6))
    visits = tuple(
        Visit("A1", Site(str(n), f"第{n}号", "城镇办", None, "19"), (), items, (), None, frozenset())
        for n in range(111)
    )
    began = process_time()
    ledger.write(
        lambda writer: record_inspected(
            Inspected("f.xlsx", "c", FIRST, "白天", ("甲",), visits),
            Recording(writer, PLAN, "lin", FIRST, strict=True),
        )
    )
    assert process_time() - began < 2  # CPU time, so that other load on the machine causes no failure
    assert ledger.head().seq == 111 * 7
