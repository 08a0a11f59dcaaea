"""A total typed in a wrong unit is refused or warned about; a true one above its target is not."""

from datetime import date
from decimal import Decimal

import pytest

from jingkai_cli.kinds.report import implausible_total, times_expected
from jingkai_cli.model import Indicator, Reading

MARCH = date(2016, 3, 31)
TARGET = Indicator("money", "完成投资", "亿元", target=Decimal("1.2"))
PLANNED = Indicator("money", "完成投资", "亿元", planned={MARCH: Decimal("1.2")})
MONTHLY = Indicator("money", "完成投资", "亿元", monthly={MARCH: Decimal("1.6")})
OPEN = Indicator("money", "完成投资", "亿元")
LEVEL = Indicator("dust", "PM10", "微克", type="level")
FALLING = Indicator("dust", "PM10", "微克", type="level", better="lower", target=Decimal(7), baseline=Decimal(150))
RATE = Indicator("rate", "覆盖率", "%", type="level")


@pytest.mark.parametrize(
    ("indicator", "old", "new", "times"),
    [
        (TARGET, None, "16000", 13333),
        (TARGET, None, "5.9", 0),
        (TARGET, None, "6", 5),
        (TARGET, None, "12", 10),
        (TARGET, "16000", "16000", 13333),
        (PLANNED, None, "16000", 13333),
        (MONTHLY, None, "159", 0),
        (MONTHLY, None, "160", 100),
        (MONTHLY, None, "16000", 10000),
        (MONTHLY, "2", "201", 100),
        (OPEN, None, "16000", 0),
        (OPEN, "0", "16000", 0),
        (OPEN, "1.5", "149", 0),
        (OPEN, "1.5", "150", 100),
        (OPEN, "1.5", "16000", 10667),
        (LEVEL, "3", "30000", 0),
        (FALLING, None, "150", 0),
        (FALLING, None, "750", 5),
    ],
)
def test_a_total_is_compared_with_what_was_expected(
    indicator: Indicator, old: str | None, new: str, times: float | str
) -> None:
    assert times_expected(indicator, old and Decimal(old), Decimal(new)) == Decimal(times)  # type: ignore[arg-type]


def objections(indicator: Indicator, old: str | None, value: str, **said: object) -> list[str]:
    reading = Reading(Decimal(value), **said)  # type: ignore[arg-type]
    before = Decimal(old) if old else None
    new = reading.value + (before or 0 if reading.added else 0)
    return [each.message for each in implausible_total(indicator, reading, before, new)]


def test_the_probable_unit_is_suggested() -> None:
    assert objections(TARGET, None, "16000") == [
        "完成投资 16000亿元 is 13333 times the target of 1.2亿元; if it is in 万元, write 16000万元"
    ]
    assert objections(MONTHLY, "2", "16000", added=True) == [
        "完成投资 16002亿元 is 8001 times the last total, 2亿元; if it is in 万元, write 16000万元"
    ]
    assert objections(TARGET, None, "16000", printed="16000亿元") == [
        "完成投资 16000亿元 is 13333 times the target of 1.2亿元"
    ]


def test_a_unit_in_which_next_to_nothing_was_done_is_not_suggested() -> None:
    assert objections(TARGET, None, "15") == ["完成投资 15亿元 is 12.5 times the target of 1.2亿元"]


@pytest.mark.parametrize("honest", ["1.44", "3.6", "5.9"])
def test_a_true_total_above_its_target_is_accepted(honest: str) -> None:
    assert objections(TARGET, "1", honest) == []


@pytest.mark.parametrize(
    ("old", "new", "objected"),
    [(None, "100", 0), (None, "100.5", 1), ("80", "0.8", 1), ("0.7", "0.8", 0), (None, "0.8", 0), ("80", "0", 0)],
)
def test_a_percentage_ends_at_100_and_is_no_share_of_1(old: str | None, new: str, objected: int) -> None:
    assert len(objections(RATE, old, new)) == objected


def test_a_rate_that_is_planned_above_100_percent_may_be_above_it() -> None:
    growth = Indicator("rate", "同比", "%", target=Decimal(120), type="level")
    assert objections(growth, "100", "120") == []
    assert len(objections(growth, "100", "121")) == 1
