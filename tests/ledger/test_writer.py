"""The caches of a writer within its transaction agree with what a reader finds."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import (
    REPORTED,
    Begin,
    Clock,
    append,
    beginning,
    days,
    entry,
    percent,
    reading,
    retraction,
    take,
)

from effort import STORES, share
from jingkai_cli.facts import Event, Total, is_about
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.ledger.protocol import WritableLedger, Writer
from jingkai_cli.ledger.reader import SqlReader
from jingkai_cli.ledger.timeline import Timeline
from jingkai_cli.ledger.writer import SqlWriter
from jingkai_cli.model import Entry, Recorded

FIELDS: dict[str, st.SearchStrategy[dict[str, object]]] = {
    "fix": st.fixed_dictionaries({"ref": st.integers(1, 6)}),
    "verify": st.fixed_dictionaries({"ref": st.integers(1, 6)}),
    "reopen": st.fixed_dictionaries({"ref": st.none() | st.integers(1, 6)}),
    "reach": st.fixed_dictionaries({"milestone": st.sampled_from(["m1", "3"])}),
}
HAPPENED = st.sampled_from(["problem", "fix", "verify", "reopen", "reach", "object", "done"]).flatmap(
    lambda kind: st.builds(
        lambda task, on, about: entry(kind, task=task, on=days(on), **{"note": "x", **about}),
        st.sampled_from(["11", "old"]),
        st.integers(0, 12),
        FIELDS.get(kind, st.just({})),
    )
)
IDS: Sequence[tuple[str, tuple[str, ...]]] = (("11", ()), ("11", ("old",)), ("old", ()), ("none", ()))
WHEN = [date.min, *map(days, range(-1, 14)), date.max]


@pytest.fixture(params=STORES)
def begin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Begin]:
    yield from beginning(request, tmp_path)


@pytest.fixture
def ledger(begin: Begin) -> WritableLedger:
    return begin(Clock())


def numbers(seqs: list[int], event: Event) -> list[int]:
    return [*seqs, event.seq]


def compare(writer: Writer) -> None:
    """Compare all events, and the totals of every third day, which differ from call to call."""
    assert isinstance(writer, SqlWriter)
    reader = SqlReader(writer.rows)
    head = reader.head()
    assert writer.head() == head
    for task, formerly in IDS:
        events = list(reader.events(task, formerly))
        assert list(writer.events(task, formerly)) == events
        assert writer.folded(task, formerly, list, numbers) == [event.seq for event in events]
        assert reader.folded(task, formerly, list, numbers) == [event.seq for event in events]
        for seq in range(8):
            about = [event for event in events if is_about(event, seq)]
            assert list(writer.events_about(task, formerly, seq)) == about
            assert list(reader.events_about(task, formerly, seq)) == about
        ids = [task, *formerly]
        for name, unit in (("percent", ""), ("percent", "A"), ("greened", "")):
            for day in WHEN[head.seq % 3 :: 3]:
                assert writer.total(ids, name, unit, day) == reader.total(ids, name, unit, day)
                assert writer.next_total(ids, name, unit, day) == reader.next_total(ids, name, unit, day)


def compared(steps: list[tuple[Entry | int, bool]], writer: Writer) -> None:
    for step, asked in steps:
        take([step], writer)
        if asked:
            compare(writer)
    compare(writer)


@settings(
    max_examples=share(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(REPORTED | HAPPENED | st.integers(0, 30), st.booleans()), max_size=14))
def test_a_writer_answers_as_a_reader_does(begin: Begin, steps: list[tuple[Entry | int, bool]]) -> None:
    ledger = begin(Clock())
    for first in range(0, len(steps), 5):
        ledger.write(partial(compared, steps[first : first + 5]))


Series = tuple[str, str, str]
SERIES: Sequence[Series] = (
    ("11", "percent", ""),
    ("11", "percent", "A"),
    ("11", "greened", ""),
    ("old", "percent", ""),
)
FEW_DAYS = st.integers(0, 6)
FIGURE = st.builds(
    lambda unit, value, on: entry(on=days(on), readings={"percent": reading(value, unit)}),
    st.sampled_from([None, None, "A"]),
    st.sampled_from(["+1", "+2", "+4", "+8", "16"]),
    FEW_DAYS,
)
QUESTION = st.tuples(st.sampled_from(SERIES), FEW_DAYS, st.booleans())
"""A series, a day, and whether the next total after it is queried."""
STEP = st.tuples(FIGURE | FIGURE | st.integers(0, 30), st.lists(QUESTION, max_size=2))


def totals(standing: Sequence[Recorded], series: Series) -> list[Total]:
    """Every total of a series, by the rule."""
    task, name, unit = series
    found = [Total(Decimal(0), date.min, 0, stated=False)]
    for recorded in sorted(standing, key=lambda one: (one.entry.on, one.seq)):
        one = recorded.entry.readings.get(name)
        if one and (recorded.entry.task, one.unit or "") == (task, unit):
            value, stated = (found[-1].value + one.value, found[-1].stated) if one.added else (one.value, True)
            found.append(Total(value, recorded.entry.on, recorded.seq, stated=stated))
    return found[1:]


@settings(
    max_examples=share(50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(FIGURE | FIGURE | st.integers(0, 30), st.lists(QUESTION, max_size=2)), min_size=8, max_size=30
    )
)
def test_totals_are_right_before_later_ones_are_corrected(
    begin: Begin, steps: list[tuple[Entry | int, list[tuple[Series, int, bool]]]]
) -> None:
    """Each query corrects as much as it needs; no other query runs in between."""
    ledger, standing = begin(Clock()), list[Recorded]()

    def work(writer: Writer) -> None:
        for step, questions in steps:
            if isinstance(step, Entry):
                standing.append(writer.append(step))
            elif standing:
                writer.append(retraction(standing.pop(step % len(standing)).seq))
            for (task, name, unit), back, asks_next in questions:
                expected = totals(standing, (task, name, unit))
                if asks_next:
                    after = [total for total in expected if total.on > days(back)]
                    assert writer.next_total([task], name, unit, days(back)) == (after[0] if after else None)
                else:
                    until = [total for total in expected if total.on <= days(back)]
                    assert writer.total([task], name, unit, days(back)) == (until[-1] if until else None)

    ledger.write(work)
    for series in SERIES:
        task, name, unit = series
        last = totals(standing, series)[-1:]
        assert ledger.total([task], name, unit, date.max) == (last[0] if last else None)
    assert check_ledger(ledger) == []


def test_a_query_corrects_only_earlier_totals(ledger: WritableLedger) -> None:
    def work(writer: Writer) -> None:
        for figure, on in [("+1", 2), ("16", 4), ("+1", 6), ("+1", 7), ("+4", 5), ("+2", 1)]:
            writer.append(percent(figure, on=days(on)))
        for day, value, seq in [(2, 3, 1), (1, 2, 6), (6, 21, 3), (7, 22, 4)]:
            expected = Total(Decimal(value), days(day), seq, stated=day > 4)
            assert writer.total(["11"], "percent", "", days(day)) == expected

    ledger.write(work)
    assert check_ledger(ledger) == []


def test_increments_with_the_last_day_first_take_the_same_number_of_rows_each(begin: Begin) -> None:
    """Counts the rows read, not seconds: correcting all later totals each time would read 5,000."""
    written, read = 100, 0

    def work(writer: Writer) -> None:
        assert isinstance(writer, SqlWriter)
        rows = writer._rows  # noqa: SLF001

        def counted(statement: str, values: Sequence[object]) -> list[tuple[object, ...]]:
            nonlocal read
            found = rows(statement, values)
            read += len(found)
            return found

        writer._rows = writer._derived._rows = counted  # noqa: SLF001
        for back in range(written):
            writer.total(["11"], "percent", "", days(-back))
            writer.next_total(["11"], "percent", "", days(-back))
            writer.append(percent("+1", on=days(-back)))

    ledger = begin(Clock())
    ledger.write(work)
    assert read < 8 * written
    assert ledger.total(["11"], "percent", "", days(0)) == Total(Decimal(written), days(0), 1, stated=False)


def test_events_of_all_tasks_by_one_statement(ledger: WritableLedger) -> None:
    append(
        ledger,
        [
            entry("reach", on=days(2), milestone="m1"),
            entry("problem", task="12", on=days(3), note="积水", responsible="城建局", deadline=days(9)),
            entry("done", task="old", on=days(1)),
            percent("40", task="13"),
            entry("score", task="", unit="城建局", month="2016-03", on=days(1)),
            entry("done", task="12", on=days(7)),
            entry("reach", task="14", on=days(1), milestone="m1"),
            retraction(7),
        ],
    )
    found = ledger.events_by_task(days(6), formerly={"old": "11"})
    assert {task: [event.seq for event in events] for task, events in found.items()} == {"11": [3, 1], "12": [2]}
    assert found["12"][0].entry == ledger.entry(2).entry  # type: ignore[union-attr]
    assert ledger.events_by_task(days(9), tasks=["12", "13"]).keys() == {"12"}
    everything = ledger.facts(days(9), formerly={"old": "11"})
    assert {task: facts.events for task, facts in everything.items() if facts.events} == {
        task: tuple(events) for task, events in ledger.events_by_task(days(9), formerly={"old": "11"}).items()
    }


def test_a_later_event_is_folded_without_replaying_the_others() -> None:
    folded: list[int] = []

    def step(seqs: list[int], event: Event) -> list[int]:
        folded.append(event.seq)
        return [*seqs, event.seq]

    timeline = Timeline([Event(seq, days(seq), "done", None, None, None) for seq in range(1, 100)])
    assert timeline.folded(list, step) == list(range(1, 100))
    timeline.add(Event(100, days(100), "done", None, None, None))
    assert timeline.folded(list, step)[-2:] == [99, 100]
    assert folded == list(range(1, 101))
    timeline.add(Event(101, days(0), "done", None, None, None))
    assert timeline.folded(list, step)[:2] == [101, 1]
    assert len(folded) == 201


@pytest.mark.parametrize("earlier", [60, 600])
def test_a_fix_takes_the_same_number_of_statements_after_any_number_of_problems(begin: Begin, earlier: int) -> None:
    """Counts statements, not seconds."""
    ledger = begin(Clock())
    append(ledger, [entry("problem", note="x", deadline=days(1)) for _number in range(earlier)])

    def work(writer: Writer) -> int:
        assert isinstance(writer, SqlWriter)
        writer.events_about("11", (), 1)
        asked = 0
        rows = writer._rows  # noqa: SLF001

        def counted(statement: str, values: Sequence[object]) -> list[tuple[object, ...]]:
            nonlocal asked
            asked += 1
            return rows(statement, values)

        writer._rows = writer._derived._rows = counted  # noqa: SLF001
        for seq in range(1, 51):
            assert [event.kind for event in writer.events_about("11", (), seq)] == ["problem"]
            writer.append(entry("fix", ref=seq))
            assert [event.kind for event in writer.events_about("11", (), seq)] == ["problem", "fix"]
        return asked

    assert ledger.write(work) < 50 * 2 + 5


def test_keys_looked_up_together_are_found_after_they_are_recorded(begin: Begin) -> None:
    ledger = begin(Clock())
    append(ledger, [percent("1", key="there")])

    def work(writer: Writer) -> None:
        writer.append(percent("2", key="collected"))
        writer.seek([percent("1", key=key) for key in ("there", "collected", "new", "never")])
        found = [writer.find(key) for key in ("there", "collected", "new", "never")]
        assert [one and one.seq for one in found] == [1, 2, None, None]
        writer.append(percent("3", key="new"))
        writer.append(percent("3", key="unsought"))
        found = [writer.find(key) for key in ("new", "unsought", "never")]
        assert [one and one.seq for one in found] == [3, 4, None]
        assert [one and one.entry.key for one in map(writer.entry, range(1, 6))] == [
            "there", "collected", "new", "unsought", None,
        ]  # fmt: skip

    ledger.write(work)
    assert [one.entry.key for one in ledger.entries()] == ["there", "collected", "new", "unsought"]
