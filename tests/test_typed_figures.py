"""Figures as people type them: full-width, with separators, with a unit; each has one value."""

import re
from datetime import date
from decimal import Decimal
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jingkai_cli.errors import Refused
from jingkai_cli.figure_reader import parse_figure
from jingkai_cli.model import Indicator, Task
from jingkai_cli.quantities import amount, reading_text
from jingkai_cli.unit_conversion import convert

WIDE = str.maketrans("0123456789=+%,.-", "０１２３４５６７８９＝＋％，．－")
UNITS = ("个", "亿元", "万元", "万平方米", "亩", "公里")
numbers = st.decimals(0, 10**9, places=4).filter(lambda value: value == value.normalize())


def task(unit: str = "个") -> Task:
    indicators = (
        Indicator("spaces", "建成车位", unit),
        Indicator("money", "完成投资", "亿元"),
        Indicator("rate", "完成率", "%"),
    )
    return Task("1", "停车场", None, deadline=date(2016, 12, 31), indicators=indicators)


def value_of(text: str, unit: str = "个") -> Decimal:
    return parse_figure(text, task(unit), None)[1].value


@given(value=numbers, unit=st.sampled_from(UNITS))
def test_a_figure_has_the_same_value_however_it_is_typed(value: Decimal, unit: str) -> None:
    plain = f"建成车位={value:f}"
    forms = (
        plain,
        f"建成车位={value:,f}",
        f"车位 = {value:,f}{unit}",
        plain.translate(WIDE),
        f"spaces={value:f} {unit}",
    )
    assert {value_of(form, unit) for form in forms} == {value}
    assert {value_of(form.replace("=", "+="), unit) for form in forms[:2]} == {value}


@given(value=numbers, unit=st.sampled_from(UNITS))
def test_printed_figures_are_read_back(value: Decimal, unit: str) -> None:
    printed = amount(value, unit)
    assume(not (unit == "个" and re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}个", printed)))  # refused: 1.100个 may be 1100
    assert value_of(f"spaces={printed}", unit) == value


@given(value=numbers)
def test_powers_convert_as_the_units_themselves(value: Decimal) -> None:
    assert value_of(f"投资={value:f}亿") == value
    assert value_of(f"车位={value:f}万", "万元") == value_of(f"车位={value:f}万元", "万元")
    assert value_of(f"车位={value:f}万个") == value * 10_000
    assert convert(value, "亿", "万元") == value * 10_000


@pytest.mark.parametrize(
    "typed",
    ["车位=1,20", "车位=,100", "车位=1,000,00", "车位=0,100", "车位=1,5", "车位=12,345,6", "车位=1.5万棵", "车位=1亿亿",
     "车位=1 2", "完成=3", "车=3", "车位=", "=3", "车位=1.2.3", "车位=1e5", "车位=千", "车位=1.2万万个"],
)  # fmt: skip
def test_text_that_is_no_figure_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        value_of(typed)


def test_a_percentage_in_every_width() -> None:
    whole = Task("1", "停车场", None, deadline=date(2016, 12, 31))
    assert {parse_figure(text, whole, None)[1].value for text in ("35", "35%", "３５％", " 35 ％", "percent=35%")} == {
        35
    }


@pytest.mark.parametrize("typed", ["0.75", "０．７５", "percent=0.75", "0.5"])
def test_a_share_of_1_is_no_percentage(typed: str) -> None:
    whole = Task("1", "停车场", None, deadline=date(2016, 12, 31))
    with pytest.raises(Refused, match=r"has no %: write (75|50)% or 0\.(75|5)%"):
        parse_figure(typed, whole, None)
    assert parse_figure("0.75%", whole, None)[1].value == Decimal("0.75")


@pytest.mark.parametrize("typed", ["完成率=0.8", "完成率+=0.8"])
def test_a_share_of_1_is_no_rate_either(typed: str) -> None:
    with pytest.raises(Refused, match=r"has no %: write 80% or 0\.8%"):
        parse_figure(typed, task(), None)
    assert value_of("完成率=0.8%") == Decimal("0.8")


@pytest.mark.parametrize("typed", ["85%以上", "约85%", "８５％左右", "85以上"])
def test_a_percentage_keeps_its_qualifier(typed: str) -> None:
    whole = Task("1", "停车场", None, deadline=date(2016, 12, 31))
    reading = parse_figure(typed, whole, None)[1]
    assert (reading.value, reading.printed) == (Decimal(85), normalize("NFKC", typed))
    assert reading_text(whole, "percent", reading) == f"85 % ({reading.printed})"


def test_a_percentage_is_shown_as_it_is() -> None:
    assert amount(Decimal("33.333"), "%") == "33.333 %"
    assert amount(Decimal("0.75"), "%") == "0.75 %"
