"""Meetings and problems: nothing decided is lost, parts make the whole, and the statistics add up."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import share
from jingkai_cli.dates import Period
from jingkai_cli.facts import Event
from jingkai_cli.kinds import life_of
from jingkai_cli.kinds.lifecycle import Life, Problem
from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import WritableLedger
from jingkai_cli.model import Entry, Plan, Recorded, Task
from jingkai_cli.reports.agenda import agenda_items
from jingkai_cli.reports.problem_stats import Counts, counted
from jingkai_cli.reports.unit_facts import before_meeting

FIRST = date(2016, 3, 7)
TASK = Task(id="7", title="精细化管理", lead_unit="执法局", deadline=date(2016, 12, 31), start=date(2016, 1, 1))
REQUIRED = {
    "decision": {"note": "研究经费", "meeting": "第1次", "responsible": "城镇办"},
    "problem": {"note": "积水"},
    "retract": {"note": "误记"},
}
keys = count(1)


def entry(kind: str, task: str, on: date, **fields: Any) -> Entry:
    return Entry(kind, on, task, **{"by": "lin", "key": f"k{next(keys)}", **REQUIRED.get(kind, {}), **fields})


def append(ledger: WritableLedger, entries: list[Entry]) -> list[Recorded]:
    return ledger.write(lambda writer: [writer.append(said) for said in entries])


PLAN = Plan(title="重点工作", tasks=(TASK,), year=2016, units=("执法局", "城镇办"))


@pytest.mark.sampled
@pytest.mark.parametrize("seed", range(share(20)))
def test_every_decision_is_on_each_agenda_until_it_is_settled_superseded_or_retracted(
    seed: int, tmp_path: Path
) -> None:
    """Twenty weekly meetings with random lives of decisions."""
    random = Random(seed)  # noqa: S311 - a simulation
    moments = (datetime(2016, 3, 1, tzinfo=UTC) + timedelta(seconds=number) for number in count())
    open_ones: set[int] = set()
    with closing(open_for_writing(str(tmp_path / "ledger.db"), lambda: next(moments))) as ledger:
        for week in range(20):
            day = FIRST + timedelta(weeks=week)
            made = [
                entry("decision", random.choice(["7", ""]), day, deadline=random.choice([None, day + timedelta(9)]))
                for _ in range(random.randint(0, 4))
            ]
            open_ones |= {recorded.seq for recorded in append(ledger, made)}
            for seq in random.sample(sorted(open_ones), k=min(len(open_ones), random.randint(0, 2))):
                whose = ledger.entry(seq)
                assert whose is not None
                later = random.choice([None, *open_ones - {seq}])
                kind = random.choice(["settled", "retract"])
                ending = {"superseded_by": later} if kind == "settled" else {}
                append(ledger, [entry(kind, whose.entry.task, day + timedelta(2), ref=seq, **ending)])
                open_ones.discard(seq)
            as_of = day + timedelta(6)
            _found, before = ledger.read(partial(before_meeting, plan=PLAN, as_of=as_of))
            assert {line.number for line in agenda_items(before, as_of) if line.group == "open"} == open_ones


SPLIT = [("problem", 0, 40), ("part", 0, 9), ("part", 0, 11), ("part", 0, 30)]
"""Every history begins with a problem that is split."""
KINDS = st.sampled_from(["problem", "part", "fix", "verify", "reopen"])
ACTION = st.tuples(KINDS, st.integers(0, 7), st.integers(0, 60))
ACTIONS = st.lists(ACTION, min_size=5, max_size=40).map(lambda actions: [*SPLIT, *actions])


def life_after(actions: list[tuple[str, int, int]]) -> tuple[Life, list[Event]]:
    """A task's life after random actions, and its events; actions that its state forbids are left out."""
    events: list[Event] = []
    life = life_of(TASK, events)
    day = FIRST
    for seq, (kind, which, step) in enumerate(actions, 1):
        day += timedelta(days=step % 4)
        known = list(life.problems.values())
        chosen = known[which % len(known)] if known else None
        event = _event(seq, kind, day, chosen, step)
        if event:
            events.append(event)
            life = life_of(TASK, events)
    return life, events


def _event(seq: int, kind: str, day: date, chosen: Problem | None, step: int) -> Event | None:
    if kind in ("problem", "part"):
        whole = None
        if kind == "part":
            if chosen is None or chosen.part_of or (chosen.state != "open" and not chosen.parts):
                return None
            whole = chosen.seq
        unit, zone = ("执法局", "城镇办")[step % 2], (None, "严控区")[step % 3 % 2]
        due = day + timedelta(days=step)
        said = entry("problem", "7", day, responsible=unit, zone=zone, deadline=due, part_of=whole)
        return Event(seq, day, "problem", None, due, None, said)
    allowed = {"fix": ("open",), "verify": ("fixed",), "reopen": ("fixed", "verified")}[kind]
    if chosen is None or chosen.parts or chosen.state not in allowed:
        return None
    return Event(seq, day, kind, str(chosen.seq), None, None)


@given(ACTIONS)
def test_the_state_of_a_split_problem_follows_from_its_parts(actions: list[tuple[str, int, int]]) -> None:
    """The expected states are computed here from the events alone."""
    life, events = life_after(actions)
    state: dict[int, str] = {}
    parts: dict[int, list[int]] = {}
    for event in events:
        number = int(event.subject or event.seq)
        state[number] = {"problem": "open", "fix": "fixed", "verify": "verified", "reopen": "open"}[event.kind]
        if event.entry and event.entry.part_of:
            parts.setdefault(event.entry.part_of, []).append(event.seq)
    for whole, numbers in parts.items():
        states = {state[number] for number in numbers}
        state[whole] = next(each for each in ("open", "fixed", "verified") if each in states)
    assert {p.seq: p.state for p in life.problems.values()} == state
    assert {p.seq: list(p.parts) for p in life.problems.values() if p.parts} == parts


@given(ACTIONS, st.integers(0, 40), st.integers(0, 40))
def test_the_statistics_of_any_grouping_add_up(actions: list[tuple[str, int, int]], start: int, length: int) -> None:
    life, events = life_after(actions)
    period = Period("", FIRST + timedelta(start), FIRST + timedelta(start + length))
    as_of = FIRST + timedelta(90)
    total = counted([*life.problems.values()], period, as_of)
    assert total.due == total.in_time + total.late + total.open
    assert total.overdue <= total.open
    assert all(rate is None or 0 <= rate <= 100 for rate in (total.closing_rate, total.in_time_rate, total.return_rate))
    for group in ("responsible", "zone", "shift", "place", "source", "task"):
        names = {getattr(p, group) for p in life.counted_problems}
        groups = [counted([p for p in life.problems.values() if getattr(p, group) == n], period, as_of) for n in names]
        for field in Counts.__struct_fields__:
            assert sum(getattr(counts, field) for counts in groups) == getattr(total, field)
    opened = [e for e in events if e.kind == "problem" and not life.problems[e.seq].parts]
    assert total.found == sum(period.start <= event.on <= period.end for event in opened)
    assert total.due == sum(period.start <= (event.until or date.min) <= period.end for event in opened)
