"""Bulletins and letters that were sent: numbers, answers and levels, in both stores."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ledger_samples import Begin, Clock, append, beginning, entry

from effort import STORES
from jingkai_cli.kinds import objections
from jingkai_cli.kinds.lifecycle import Issued
from jingkai_cli.ledger.protocol import WritableLedger
from jingkai_cli.model import Entry, Plan, Task
from jingkai_cli.reports.agenda import agenda_items
from jingkai_cli.reports.unit_facts import before_meeting, register
from jingkai_cli.rules.issued_papers import ignored, next_bulletin, next_letter, raised

FIRST = date(2016, 12, 1)
PLAN = Plan(title="计划", tasks=(Task(id="11", title="绿化", lead_unit="城镇办", deadline=date(2017, 12, 31)),))


@pytest.fixture(params=STORES)
def begin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Begin]:
    yield from beginning(request, tmp_path)


def letter(number: int, on: date, unit: str = "城镇办", level: str = "blue", days: int = 7) -> Entry:
    said = {"number": f"经开督〔{on.year}〕{number}号", "level": level, "responsible": unit}
    return entry("issued", "", on, deadline=on + timedelta(days=days), **said)


def bulletin(number: int, on: date) -> Entry:
    days = {"period": f"{on - timedelta(days=7)}/{on - timedelta(days=1)}"}
    blank: dict[str, Any] = dict.fromkeys(("level", "responsible", "deadline", "note"))
    return entry("issued", "", on, number=f"第{number}期", **blank | days)


def reply(number: int, on: date, ref: int | None = None) -> Entry:
    """An answer to a letter; the letter is entry `number` unless `ref` names another one."""
    return entry("reply", "", on, ref=ref or number, number=f"经开督〔2016〕{number}号")


def level_of_next(issued: list[Issued], unit: str, day: date) -> str:
    return raised("blue", ignored(issued, unit, day))


def test_letters_are_numbered_by_year_and_bulletins_from_the_last_one(begin: Begin) -> None:
    ledger = begin(Clock())
    assert next_bulletin(register(ledger, PLAN)) is None
    append(ledger, [letter(1, FIRST), letter(4, FIRST), bulletin(30, FIRST), letter(2, FIRST)])
    found = register(ledger, PLAN)
    assert (next_letter(found, 2016), next_letter(found, 2017), next_bulletin(found)) == (5, 1, 31)
    append(ledger, [letter(1, date(2017, 1, 5)), bulletin(1, date(2017, 1, 5))])
    found = register(ledger, PLAN)
    assert (next_letter(found, 2016), next_letter(found, 2017), next_bulletin(found)) == (5, 2, 2)


def test_unanswered_letters_raise_the_level_of_the_next_up_to_red(begin: Begin) -> None:
    ledger, day, levels = begin(Clock()), FIRST, []
    for number in range(1, 5):
        level = level_of_next(register(ledger, PLAN), "城镇办", day)
        levels.append(level)
        append(ledger, [letter(number, day, level=level)])
        day += timedelta(days=8)
    assert levels == ["blue", "yellow", "red", "red"]
    found = register(ledger, PLAN)
    assert level_of_next(found, "执法局", day) == "blue"
    assert level_of_next(found, "城镇办", day - timedelta(days=8)) == "red"
    append(ledger, [reply(4, day)])
    late = [each.days_overdue(day) for each in register(ledger, PLAN)]
    assert late == [25, 17, 9, 0]
    assert level_of_next(register(ledger, PLAN), "城镇办", day) == "blue"


def test_a_letter_raises_no_level_on_its_last_day_to_answer(begin: Begin) -> None:
    ledger = begin(Clock())
    append(ledger, [letter(1, FIRST)])
    last = FIRST + timedelta(days=7)
    assert [level_of_next(register(ledger, PLAN), "城镇办", day) for day in (last, last + timedelta(days=1))] == [
        "blue",
        "yellow",
    ]


def test_every_letter_is_on_the_agenda_until_it_is_answered(begin: Begin) -> None:
    ledger, chance, day = begin(Clock()), Random(19), FIRST  # noqa: S311 - a history, no secret
    waiting: set[int] = set()
    for number in range(1, 13):
        (recorded,) = append(ledger, [letter(number, day, chance.choice(["城镇办", "执法局"]))])
        waiting.add(recorded.seq)
        for seq in [each for each in sorted(waiting) if chance.random() < 0.3]:
            (answer,) = append(ledger, [reply(0, day, seq)])
            waiting.remove(seq)
            if chance.random() < 0.3:
                append(ledger, [entry("retract", "", day, ref=answer.seq)])
                waiting.add(seq)
        _found, before = before_meeting(ledger, PLAN, day)
        assert {line.number for line in agenda_items(before, day) if line.group == "letters"} == waiting
        day += timedelta(days=2)


def refusals(ledger: WritableLedger, said: Entry) -> list[str]:
    found = ledger.write(lambda writer: [*objections(PLAN.programme, said, writer, date(2017, 6, 1))])
    return [each.message for each in found if each.weight == "refused"]


def test_a_letter_number_is_used_once_a_year(begin: Begin) -> None:
    ledger = begin(Clock())
    append(ledger, [letter(3, FIRST), bulletin(3, FIRST)])
    assert "was issued on 2016-12-01 already (#1)" in refusals(ledger, letter(3, FIRST, "执法局"))[0]
    assert "(#2)" in refusals(ledger, bulletin(3, FIRST + timedelta(days=7)))[0]
    assert refusals(ledger, letter(3, date(2017, 1, 1))) == refusals(ledger, letter(4, FIRST)) == []
    append(ledger, [entry("retract", "", FIRST, ref=1)])
    assert refusals(ledger, letter(3, FIRST, "执法局")) == []


def test_only_a_letter_that_was_sent_is_answered_and_once(begin: Begin) -> None:
    ledger = begin(Clock())
    append(ledger, [letter(3, FIRST), bulletin(1, FIRST)])
    assert refusals(ledger, reply(3, FIRST, 1)) == []
    assert refusals(ledger, reply(4, FIRST, 1)) == ["#1 is the letter 经开督〔2016〕3号, not 经开督〔2016〕4号"]
    assert refusals(ledger, reply(3, FIRST - timedelta(days=1), 1)) == ["2016-11-30 is before the letter, 2016-12-01"]
    assert refusals(ledger, reply(3, FIRST, 2)) == ["there is no letter #2 (`jk log` lists them)"]
    append(ledger, [reply(3, FIRST, 1)])
    assert refusals(ledger, reply(3, FIRST, 1)) == ["经开督〔2016〕3号 was answered on 2016-12-01 already"]
