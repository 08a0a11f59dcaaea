"""The contract of every store; add a store as a parameter of `begin`."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import (
    BEGUN,
    DAY,
    REPORTED,
    Begin,
    Clock,
    append,
    days,
    entry,
    percent,
    reading,
    retraction,
    take,
)
from msgspec.structs import replace

from effort import share
from jingkai_cli.errors import KeyConflict, LedgerError, Refused
from jingkai_cli.facts import Event, TaskFacts, Total
from jingkai_cli.ledger import chain, open_for_writing
from jingkai_cli.ledger.check import check_anchor, check_ledger
from jingkai_cli.ledger.derived_tables import PAGE
from jingkai_cli.ledger.entries import Selection
from jingkai_cli.ledger.protocol import Ledger, Reader, WritableLedger, Writer
from jingkai_cli.ledger.replay import known_on
from jingkai_cli.model import PROGRAMME, Entry, Head, Reading, Recorded
from postgres_server import Server

LATER = days(300)
ABOUT_PROBLEMS: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("problem", "old", 0, {}),  # 1: fixed under the task's former id
    ("problem", "11", 0, {}),  # 2: fixed and verified
    ("problem", "11", 1, {}),  # 3: fixed, then sent back under the task's present id
    ("problem", "11", 2, {"part_of": 2}),  # 4: fixed, and a part
    ("problem", "11", 2, {"site": "1", "item": "围挡"}),  # 5: fixed, and of a site
    ("fix", "old", 5, {"ref": 1}),
    ("fix", "11", 5, {"ref": 2}),
    ("fix", "old", 5, {"ref": 3}),
    ("fix", "11", 5, {"ref": 4}),
    ("fix", "11", 5, {"ref": 5}),  # 10
    ("verify", "11", 6, {"ref": 2, "verifier": "督查室"}),
    ("reopen", "11", 6, {"ref": 3}),
    ("reach", "11", 7, {"milestone": "2"}),  # 13: about the milestone whose id equals a problem's number
    ("problem", "11", 8, {}),  # 14: fixed after the day of the query
    ("fix", "11", 20, {"ref": 14}),
)
any_entries = settings(
    max_examples=share(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def head_known_on(ledger: Ledger, moment: datetime) -> Head:
    with closing(known_on(ledger, moment)) as known:
        return known.head()


def adopted_known_on(ledger: Ledger, moment: datetime) -> Recorded | None:
    with closing(known_on(ledger, moment)) as known:
        return known.adopted()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Return a new location for a ledger on each call."""
    numbers = count(1)
    with ExitStack() as lent:
        if request.param == "postgres":
            server: Server = request.getfixturevalue("server")
            yield lambda: lent.enter_context(server.lent_ledger())
        else:
            yield lambda: str(tmp_path / f"ledger {next(numbers)}.db")


@pytest.fixture
def begin(place: Callable[[], str]) -> Iterator[Begin]:
    """Create a new ledger on each call."""
    with ExitStack() as opened:
        yield lambda clock: opened.enter_context(closing(open_for_writing(place(), clock)))


@pytest.fixture
def begin_again(place: Callable[[], str], request: pytest.FixtureRequest) -> Iterator[Begin]:
    """Create a new ledger that replaces the previous one."""
    where = place()
    with ExitStack() as opened:

        def again(clock: Clock) -> WritableLedger:
            opened.close()
            if where.startswith("postgresql:"):
                server: Server = request.getfixturevalue("server")
                server.begin_again(where)
            else:
                Path(where).unlink(missing_ok=True)
            return opened.enter_context(closing(open_for_writing(where, clock)))

        yield again


@pytest.fixture
def ledger(begin: Begin) -> WritableLedger:
    return begin(Clock())


def facts(reader: Reader, as_of: date = LATER, **how: Any) -> Mapping[str, TaskFacts]:
    return reader.facts(as_of, **how)


# Appending


def test_an_empty_ledger(ledger: WritableLedger) -> None:
    assert ledger.head() == chain.EMPTY
    assert list(ledger.entries()) == []
    assert facts(ledger) == {}
    assert ledger.tasks() == []
    assert ledger.entry(1) is None
    assert ledger.find("k") is None
    assert ledger.retracted_by([]) == {}
    assert check_ledger(ledger) == []
    assert head_known_on(ledger, BEGUN) == chain.EMPTY


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
VALUE = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**11), max_value=10**11)
READING = st.builds(Reading, VALUE, st.booleans(), st.none() | TEXT, st.none() | TEXT)
SOME = TEXT.filter(bool)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "unit": st.none() | TEXT,
    "received": st.none() | st.dates(),
    "evidence": st.lists(TEXT, max_size=2).map(tuple),
    "ref": st.none() | st.integers(1, 10**9),
    "note": st.none() | TEXT,
}
OF_KIND: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "report": {"readings": st.dictionaries(TEXT, READING, max_size=3)},
    "reach": {"milestone": SOME},
    "done": {},
    "accept": {"verifier": st.none() | TEXT},
    "reopen": {"note": SOME},
    "extend": {
        "milestone": st.none() | TEXT,
        "deadline": st.dates(),
        "approved_by": SOME,
        "note": SOME,
        "basis": st.sampled_from(["document", "minutes", "oral"]),
    },
}
ENTRY = st.sampled_from(sorted(OF_KIND)).flatmap(
    lambda kind: st.builds(
        Entry, kind=st.just(kind), on=st.dates(), task=SOME, by=TEXT, key=TEXT, **FIELDS | OF_KIND[kind]
    )
)


@any_entries
@given(said=st.lists(ENTRY, max_size=8, unique_by=lambda entry: entry.key))
def test_appended_entries_are_read_back_unchanged(begin_again: Begin, said: list[Entry]) -> None:
    ledger = begin_again(Clock())
    recorded = append(ledger, said)
    assert [one.entry for one in ledger.entries()] == said
    assert list(ledger.entries()) == recorded == [ledger.entry(seq) for seq in range(1, len(said) + 1)]
    assert [ledger.find(one.key) for one in said] == recorded
    assert check_ledger(ledger) == []


def test_entries_are_numbered_and_linked(ledger: WritableLedger) -> None:
    first, second = append(ledger, [percent("40"), percent("41")])
    assert (first.seq, second.seq) == (1, 2)
    assert (first.prev_hash, second.prev_hash) == (chain.EMPTY.hash, first.hash)
    assert ledger.head() == Head(2, second.hash)


def test_the_same_key_with_the_same_content_is_one_entry(ledger: WritableLedger) -> None:
    said = percent("40")
    first, again = append(ledger, [said, said])
    (later,) = append(ledger, [replace(said, readings={"percent": reading("40.00")})])
    assert first == again == later
    assert ledger.head().seq == 1


def test_the_same_key_with_different_content_is_a_conflict(ledger: WritableLedger) -> None:
    said = percent("40", note="so far")
    append(ledger, [said])
    there, here = "note: so far, readings: percent=40", "note: –, readings: percent=41"
    with pytest.raises(KeyConflict, match=rf"{said.key}.* #1 .*there {there}, here {here}"):
        append(ledger, [replace(percent("41"), key=said.key)])
    assert ledger.head().seq == 1


def test_all_or_nothing(ledger: WritableLedger) -> None:
    append(ledger, [percent("40")])
    with pytest.raises(Refused):
        append(ledger, [percent("50"), percent("60"), retraction(99)])
    assert ledger.head().seq == 1
    assert facts(ledger)["11"].total("percent") == 40
    append(ledger, [percent("70")])
    assert check_ledger(ledger) == []


def test_a_writer_reads_what_it_wrote(ledger: WritableLedger) -> None:
    def work(writer: Writer) -> tuple[int, Decimal | None]:
        writer.append(percent("40"))
        return writer.head().seq, facts(writer)["11"].total("percent")

    assert ledger.write(work) == (1, Decimal(40))


def test_recorded_times_never_run_backwards(begin: Begin) -> None:
    clock = Clock()
    ledger = begin(clock)
    (first,) = append(ledger, [percent("40")])
    clock.moment = BEGUN - timedelta(days=400)
    (second,) = append(ledger, [percent("41")])
    assert second.recorded_at == first.recorded_at
    clock.moment = datetime(2016, 4, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    (third,) = append(ledger, [percent("42")])
    assert third.recorded_at == datetime(2016, 4, 1, 0, 0, 1, tzinfo=UTC)
    assert check_ledger(ledger) == []


# Retracting


def test_retracted_entries_do_not_count(ledger: WritableLedger) -> None:
    append(ledger, [percent("40", on=days(1)), percent("+5", on=days(2)), entry("done", on=days(3)), retraction(2)])
    assert facts(ledger)["11"].totals["percent", ""] == Total(Decimal(40), days(1), 1, stated=True)
    assert facts(ledger)["11"].last_report_on == days(1)
    assert ledger.retracted_by([1, 2, 3, 4]) == {2: 4}
    append(ledger, [retraction(3)])
    assert facts(ledger)["11"].events == ()
    append(ledger, [retraction(1)])
    assert facts(ledger) == {}
    assert ledger.retracted_by([1, 3]) == {1: 6, 3: 5}
    assert check_ledger(ledger) == []


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        (9, "no entry 9"),
        (2**64, "number that large"),
        (0, "no entry 0"),
        (1, "already retracted, by entry 2"),
        (2, "is a retraction"),
    ],
)
def test_an_entry_that_cannot_be_retracted(ledger: WritableLedger, ref: int, why: str) -> None:
    append(ledger, [percent("40"), retraction(1)])
    with pytest.raises(Refused, match=why):
        append(ledger, [retraction(ref)])
    assert ledger.head().seq == 2


def test_a_retraction_needs_an_entry(ledger: WritableLedger) -> None:
    with pytest.raises(Refused, match="no entry 0"):
        append(ledger, [entry("retract")])


def test_an_entry_may_refer_to_a_retracted_one(ledger: WritableLedger) -> None:
    append(ledger, [percent("40"), retraction(1), percent("41", ref=1), percent("42", ref=1)])
    assert ledger.retracted_by([1, 2, 3, 4]) == {1: 2}


# Totals

Series = tuple[str, str, str]
OLD = {"old": "11"}


def fold(
    entries: Sequence[Recorded], as_of: date, formerly: Mapping[str, str]
) -> dict[str, dict[tuple[str, str], Total]]:
    """Compute totals by the rule, entry by entry; the ledger must give the same from its tables."""
    retracted = {recorded.entry.ref for recorded in entries if recorded.entry.kind == "retract"}
    totals: dict[str, dict[tuple[str, str], Total]] = defaultdict(dict)
    for recorded in sorted(entries, key=lambda one: (one.entry.on, one.seq)):
        said = recorded.entry
        if recorded.seq in retracted or said.on > as_of:
            continue
        series = totals[formerly.get(said.task, said.task)]
        for name, one in said.readings.items():
            before = series.get((name, one.unit or ""))
            value, stated = one.value, True
            if one.added:
                value += before.value if before else 0
                stated = before is not None and before.stated
            series[name, one.unit or ""] = Total(value, said.on, recorded.seq, stated=stated)
    return {task: series for task, series in totals.items() if series}


@any_entries
@given(steps=st.lists(REPORTED | st.integers(0, 30), max_size=30), as_of=st.integers(0, 13), data=st.data())
def test_totals_follow_the_rule(begin_again: Begin, steps: list[Entry | int], as_of: int, data: st.DataObject) -> None:
    ledger = begin_again(Clock())
    for first in range(0, len(steps), 7):
        ledger.write(partial(take, steps[first : first + 7]))
    entries = list(ledger.entries())
    formerly = data.draw(st.sampled_from([{}, OLD]))
    expected = fold(entries, days(as_of), formerly)
    found = facts(ledger, days(as_of), formerly=formerly)
    assert {task: dict(stands.totals) for task, stands in found.items() if stands.totals} == expected

    tasks = ["11", "old"] if formerly else ["11"]
    retracted = {one.entry.ref for one in entries}
    after = [
        one.entry.on
        for one in entries
        if one.entry.task in tasks
        and one.seq not in retracted
        and one.entry.on > days(as_of)
        and (there := one.entry.readings.get("percent"))
        and there.unit is None
    ]
    total = ledger.next_total(tasks, "percent", "", days(as_of))
    assert (total.on if total else None) == min(after, default=None)
    if total:
        upto = [
            one for one in entries if (one.entry.on, one.seq) <= (total.on, total.seq) or one.entry.kind == "retract"
        ]
        assert total == fold(upto, total.on, formerly)["11"]["percent", ""]

    moment = data.draw(st.sampled_from([BEGUN, *(one.recorded_at for one in entries)]))
    with closing(known_on(ledger, moment)) as known:
        prefix = [one for one in entries if one.recorded_at <= moment]
        found = facts(known, days(as_of), formerly=formerly)
        expected = fold(prefix, days(as_of), formerly)
        assert {task: dict(stands.totals) for task, stands in found.items() if stands.totals} == expected
    assert check_ledger(ledger) == []


def test_without_a_stated_total_all_increments_are_summed(ledger: WritableLedger) -> None:
    append(ledger, [percent("+1", on=days(1)), percent("+2", on=days(2), task="old"), percent("+4", on=days(3))])
    since_records_began = Total(Decimal(7), days(3), 3, stated=False)
    assert facts(ledger, formerly=OLD)["11"].totals["percent", ""] == since_records_began
    assert ledger.next_total(["11", "old"], "percent", "", days(2)) == since_records_began
    assert facts(ledger)["11"].totals["percent", ""] == Total(Decimal(5), days(3), 3, stated=False)
    append(ledger, [percent("10", on=days(1), task="old")])
    assert facts(ledger, formerly=OLD)["11"].totals["percent", ""] == Total(Decimal(16), days(3), 3, stated=True)


def test_long_sums_are_exact(ledger: WritableLedger) -> None:
    append(ledger, [percent("+999999999999999.000000000000001") for _time in range(3)])
    assert facts(ledger)["11"].totals["percent", ""].value == Decimal("2999999999999997.000000000000003")


def test_a_late_increment_corrects_later_totals_up_to_the_next_stated_one(ledger: WritableLedger) -> None:
    for on, value in [(1, "10"), (3, "+5"), (5, "30"), (7, "+1")]:
        append(ledger, [percent(value, on=days(on))])
    append(ledger, [percent("+100", on=days(2))])
    values = [facts(ledger, days(on))["11"].total("percent") for on in range(1, 8)]
    assert values == [10, 110, 115, 115, 30, 30, 31]


def test_a_retraction_corrects_later_totals_up_to_the_next_stated_one(ledger: WritableLedger) -> None:
    for on, value in [(1, "10"), (2, "+100"), (3, "+5"), (5, "30"), (7, "+1")]:
        append(ledger, [percent(value, on=days(on))])
    append(ledger, [retraction(2)])
    assert [facts(ledger, days(on))["11"].total("percent") for on in range(1, 8)] == [10, 10, 15, 15, 30, 30, 31]
    append(ledger, [retraction(1), retraction(4)])
    assert facts(ledger)["11"].totals["percent", ""] == Total(Decimal(6), days(7), 5, stated=False)


@pytest.mark.slow
def test_a_long_run_of_increments_is_corrected_to_its_end(ledger: WritableLedger) -> None:
    number = PAGE + 50
    append(ledger, [percent("+1", on=days(5)) for _time in range(number)])
    append(ledger, [percent("1000", on=days(1))])
    assert facts(ledger)["11"].totals["percent", ""] == Total(Decimal(1000 + number), days(5), number, stated=True)


def test_no_reading_is_not_zero(ledger: WritableLedger) -> None:
    append(ledger, [entry(note="a note alone is a report")])
    assert facts(ledger)["11"] == TaskFacts(last_report_on=DAY, last_received=DAY)


def test_units_have_series_of_their_own(ledger: WritableLedger) -> None:
    shares = [("A", "10"), ("B", "20"), ("A", "+5")]
    append(ledger, [entry(unit=unit, readings={"greened": reading(value, unit)}) for unit, value in shares])
    found = facts(ledger)["11"]
    assert {series: total.value for series, total in found.totals.items()} == {
        ("greened", "A"): 15,
        ("greened", "B"): 20,
    }
    assert found.total("greened") == 35


# Events and reports


def test_events_are_ordered_by_date(ledger: WritableLedger) -> None:
    moved = entry("extend", on=days(1), deadline=days(90), basis="oral", milestone="m2", approved_by="组长")
    append(
        ledger,
        [
            entry("done", on=days(9)),
            entry("reach", on=days(2), milestone="new-greenway"),
            moved,
            entry("reopen", on=days(9)),
            percent("40"),
            entry("done", task="12", on=days(3)),
        ],
    )
    assert facts(ledger, days(9))["11"].events == (
        Event(3, days(1), "extend", "m2", days(90), "oral", moved),
        Event(2, days(2), "reach", "new-greenway", None, None),
        Event(1, days(9), "done", None, None, None),
        Event(4, days(9), "reopen", None, None, None),
    )
    assert [event.seq for event in facts(ledger, days(8))["11"].events] == [3, 2]
    assert facts(ledger, tasks=["12", "13"]).keys() == {"12"}
    assert ledger.tasks() == ["11", "12"]


def test_the_day_on_which_a_report_was_received(ledger: WritableLedger) -> None:
    """Its `received` day, else its own date, whenever it was recorded."""

    def received(day: int) -> date | None:
        found = ledger.facts(days(day))
        return found["11"].last_received if found else None

    append(ledger, [percent("40", on=days(4))])
    append(ledger, [percent("41", on=days(3), received=days(7)), percent("42", on=days(3), received=days(6))])
    append(ledger, [percent("43", on=days(20))])
    assert [received(day) for day in range(2, 10)] == [None, None, *map(days, (4, 4, 6, 7, 7, 7))]
    assert (received(10), received(19), received(20)) == (days(7), days(7), days(20))
    assert facts(ledger, days(10))["11"].last_report_on == days(4)


def test_a_renamed_task_is_one_history(ledger: WritableLedger) -> None:
    append(
        ledger,
        [
            percent("40", task="old", on=days(1)),
            entry("reach", task="old", on=days(5), milestone="m1"),
            percent("+2", task="11", on=days(2)),
            percent("+3", task="old", on=days(3)),
            entry("done", task="11", on=days(4)),
        ],
    )
    found = facts(ledger, formerly=OLD)
    assert found.keys() == {"11"}
    assert found["11"].totals["percent", ""] == Total(Decimal(45), days(3), 4, stated=True)
    assert [event.kind for event in found["11"].events] == ["done", "reach"]
    assert found["11"].last_report_on == days(3)
    assert facts(ledger, tasks=["11"], formerly=OLD) == facts(ledger, tasks=["old"], formerly=OLD) == found
    assert facts(ledger, tasks=["11"])["11"].total("percent") == 2


# Entries


def test_selections(ledger: WritableLedger) -> None:
    append(ledger, [percent("1", task=str(n % 3), on=days(n), unit="AB"[n % 2]) for n in range(12)])

    def numbers(**fields: Any) -> list[int]:
        return [recorded.seq for recorded in ledger.entries(Selection(**fields))]

    assert numbers() == list(range(1, 13))
    assert numbers(last=3) == [10, 11, 12]
    assert numbers(last=0) == []
    assert numbers(last=99, after_seq=9) == [10, 11, 12]
    assert numbers(after_seq=10) == [11, 12]
    assert numbers(until_seq=2) == [1, 2]
    assert numbers(until_seq=99, after_seq=11) == [12]
    assert numbers(tasks=frozenset(["0"])) == [1, 4, 7, 10]
    assert numbers(tasks=frozenset(["0"]), last=2) == [7, 10]
    assert numbers(tasks=frozenset(["0", "1"]), since=days(3), until=days(7)) == [4, 5, 7, 8]
    assert numbers(since=days(3), until=days(7), last=2) == [7, 8]
    assert numbers(unit="A", after_seq=5, until_seq=9) == [7, 9]
    assert numbers(tasks=frozenset()) == []
    assert numbers(tasks=frozenset(["0"]), unit="A") == [1, 7]


def test_entries_can_be_selected_by_date(ledger: WritableLedger) -> None:
    append(ledger, [percent("1", task=str(n % 2), on=days(-(n // 2 % 3))) for n in range(12)])

    def numbers(**fields: Any) -> list[int]:
        return [recorded.seq for recorded in ledger.entries(Selection(dated=True, **fields))]

    assert numbers() == [5, 6, 11, 12, 3, 4, 9, 10, 1, 2, 7, 8]
    assert numbers(tasks=frozenset(["0"]), until=days(-1)) == [5, 11, 3, 9]


@pytest.mark.slow
def test_entries_are_read_in_pages_and_writers_continue_between_them(ledger: WritableLedger) -> None:
    append(ledger, [entry() for _time in range(PAGE + 50)])
    reading_on = iter(ledger.entries())
    assert next(reading_on).seq == 1
    append(ledger, [entry()])
    assert [recorded.seq for recorded in reading_on] == list(range(2, PAGE + 51))
    append(ledger, [retraction(2)])
    assert ledger.retracted_by(range(1, PAGE + 53)) == {2: PAGE + 52}


# The past


def test_known_on_is_a_ledger_with_a_prefix_of_the_entries(begin: Begin) -> None:
    clock = Clock()
    ledger = begin(clock)
    first = append(ledger, [percent("40", on=days(1)), entry("done", on=days(2)), percent("+5", on=days(3))])
    clock.moment += timedelta(days=1)
    append(ledger, [retraction(1), percent("50", on=days(2))])
    prefix = begin(Clock())
    append(prefix, [recorded.entry for recorded in first])
    with closing(known_on(ledger, first[-1].recorded_at)) as known:
        assert known.head() == prefix.head()
        assert list(known.entries()) == first
        assert facts(known) == facts(prefix)
        assert known.retracted_by([1]) == {}
        assert known.tasks() == prefix.tasks()
        assert check_ledger(known) == []
        assert known.where == ledger.where
        assert head_known_on(known, first[0].recorded_at).seq == 1
    assert head_known_on(ledger, BEGUN) == chain.EMPTY
    assert head_known_on(ledger, clock.moment + timedelta(days=1)) == ledger.head()


def test_facts_and_head_are_read_in_one_state(begin: Begin) -> None:
    ledger = begin(Clock())
    append(ledger, [percent("40")])
    head, found = ledger.read(lambda reader: (reader.head(), facts(reader)))
    assert head.seq == 1
    assert found["11"].total("percent") == 40


# Anchors


def test_a_matching_anchor(ledger: WritableLedger) -> None:
    first, second = append(ledger, [percent("40"), percent("41")])
    assert check_anchor(ledger, 2, second.hash) is None
    assert check_anchor(ledger, 1, first.hash[:12].upper()) is None
    assert check_anchor(ledger, 0, "0" * 64) is None


def test_a_mismatching_anchor(ledger: WritableLedger) -> None:
    append(ledger, [percent("40")])
    assert "entry 2 existed, but the ledger ends at entry 1" in (check_anchor(ledger, 2, "a" * 64) or "")
    assert "entry 1 had the hash aaaaaaaaaaaa" in (check_anchor(ledger, 1, "a" * 12) or "")
    assert "12 digits" in (check_anchor(ledger, 1, "a" * 11) or "")


def test_text_that_cannot_be_stored_in_a_database_is_refused(ledger: WritableLedger) -> None:
    for said in (percent("1", key="\ud800"), percent("1", task="\udcff"), percent("1", note="\0")):
        with pytest.raises(Refused):
            append(ledger, [said])
    with pytest.raises((Refused, LedgerError)):
        ledger.find("\ud800")
    assert ledger.head().seq == 0


# Adopting


def adoption(text: str, **fields: Any) -> Entry:
    return entry("adopt", PROGRAMME, plan=text, plan_sha256=sha256(text.encode()).hexdigest(), **fields)


def test_the_last_unretracted_adoption_is_in_force(begin: Begin) -> None:
    clock = Clock()
    ledger = begin(clock)
    assert ledger.adopted() is None
    first, _report, second = append(ledger, [adoption("a: 1"), percent("40"), adoption("a: 2", on=days(-300))])
    assert ledger.adopted() == second
    before = clock.moment
    append(ledger, [retraction(second.seq, task=PROGRAMME)])
    assert ledger.adopted() == first
    assert adopted_known_on(ledger, before) == second
    assert adopted_known_on(ledger, first.recorded_at) == first
    assert adopted_known_on(ledger, first.recorded_at - timedelta(seconds=1)) is None
    append(ledger, [retraction(first.seq, task=PROGRAMME)])
    assert ledger.adopted() is None
    assert check_ledger(ledger) == []


def test_an_adoption_has_no_task(ledger: WritableLedger) -> None:
    def work(writer: Writer) -> None:
        writer.append(adoption("a: 1"))
        writer.assign({"11": ["城镇办"]})

    ledger.write(work)
    assert ledger.tasks() == []
    assert facts(ledger) == {}


def test_open_problems_are_the_events_without_closed_problems(begin: Begin) -> None:
    ledger = begin(Clock())
    append(ledger, [entry(kind, task, days(day), **fields) for kind, task, day, fields in ABOUT_PROBLEMS])
    found = ledger.open_problems(days(9), formerly={"old": "11"})
    assert dict(found.closed) == {("11", "fixed"): 2, ("11", "verified"): 1}  # no site was inspected
    append(ledger, [entry("inspection", "11", days(8))])  # 16: it may reopen problems fixed at its site
    found = ledger.open_problems(days(9), formerly={"old": "11"})
    everything = ledger.events_by_task(days(9), formerly={"old": "11"})["11"]
    assert dict(found.closed) == {("11", "fixed"): 1, ("11", "verified"): 1}
    assert [event.seq for event in everything] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16]
    assert found.events == {"11": [event for event in everything if event.seq not in (1, 2, 6, 7, 11)]}
