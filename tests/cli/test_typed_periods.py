"""Weeks, months, quarters and years as people type them: one meaning or none, and the period understood is printed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.cli.typed_dates import typed_month, typed_quarter, typed_week, typed_year
from jingkai_cli.dates import Period, month_of, quarter_of
from jingkai_cli.errors import Refused
from jingkai_cli.model import Plan, Task

TODAY = date(2026, 11, 26)
WIDE = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")
HAN = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
any_day = st.dates(date(1990, 1, 1), date(2199, 12, 31))
office = st.text("0123456789年月日周第季度qw-./ 一二三四上本下今去个这last份２０", max_size=10)
Read = Callable[[str, Plan, date], Period]


def plan_of(*years: int) -> Plan:
    tasks = tuple(Task(str(y), f"任务{y}", None, date(y, 12, 31), start=date(y, 1, 1)) for y in years)
    return Plan("某县重点工作", tasks, year=years[0])


@given(day=any_day, year=st.integers(1990, 2199))
def test_a_month_with_its_year_is_that_month_whatever_the_plan(day: date, year: int) -> None:
    y, m = day.year, day.month
    forms = [
        f"{y}-{m:02}",
        f"{y}-{m}",
        f"{y}.{m}",
        f"{y}/{m}",
        f"{y}{m:02}",
        f"{y}年{m}月",
        f"{y}年{m:02}月份",
        f"{y} 年 {m} 月",
    ]
    forms += [form.translate(WIDE) for form in forms[:6]]
    found = {typed_month(form, plan_of(year), TODAY) for form in forms}
    assert found == {month_of(day)}


@given(day=any_day)
def test_a_month_without_a_year_is_in_the_year_of_the_plan(day: date) -> None:
    plan = plan_of(day.year)
    forms = (f"{day.month}月", f"{day.month:02}月份", f"{day.month}月".translate(WIDE), f"{HAN[day.month - 1]}月份")
    assert {typed_month(form, plan, TODAY) for form in forms} == {month_of(day)}


@pytest.mark.parametrize(
    ("read", "text"), [(typed_month, "3月"), (typed_week, "第11周"), (typed_quarter, "一季度"), (typed_quarter, "q1")]
)
def test_a_period_without_a_year_is_refused_in_a_plan_of_several(read: Read, text: str) -> None:
    with pytest.raises(Refused, match=r"2016-.* 2017-"):
        read(text, plan_of(2016, 2017), TODAY)


@pytest.mark.parametrize(
    ("read", "text", "name"),
    [
        (typed_month, "3月", "2016-03"),
        (typed_month, "2月", "2016-02"),
        (typed_week, "第15周", "2016-W15"),
        (typed_quarter, "一季度", "2016-Q1"),
        (typed_quarter, "四季度", "2016-Q4"),
    ],
)
def test_one_deadline_in_january_makes_no_period_of_the_year_before_ambiguous(read: Read, text: str, name: str) -> None:
    task = Task("1", "停车场", None, date(2017, 1, 10), start=date(2016, 1, 1))
    plan = Plan("某县重点工作", (task,), year=2016)
    assert read(text, plan, TODAY).name == name
    with pytest.raises(Refused, match="2016-01 or 2017-01"):
        typed_month("1月", plan, TODAY)


@given(today=any_day)
def test_last_month_ends_the_day_before_this_month_begins(today: date) -> None:
    plan = plan_of(2016)
    this, last = (typed_month(text, plan, today) for text in ("本月", "上月"))
    assert this == month_of(today)
    assert (this.start - last.end).days == 1
    assert last == typed_month("上个月", plan, today) == typed_month("last", plan, today)
    assert typed_month("下月", plan, last.start) == this
    assert typed_quarter("本季度", plan, today) == quarter_of(today)
    assert (quarter_of(today).start - typed_quarter("上季度", plan, today).end).days == 1
    assert typed_year("今年", plan, today).start == date(today.year, 1, 1)
    assert typed_year("去年", plan, today).end == date(today.year - 1, 12, 31)


@pytest.mark.parametrize("text", ["3", "13月", "0月", "2016-13", "3月底", "3月1日", "3-5月", "去年3月", "上", "月", ""])
def test_text_that_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="2016-03"):
        typed_month(text, plan_of(2016), TODAY)


@pytest.mark.parametrize("read", [typed_week, typed_month, typed_quarter, typed_year])
@given(text=office)
def test_any_text_is_a_period_or_is_refused(read: Read, text: str) -> None:
    with suppress(Refused):
        found = read(text, plan_of(2016), TODAY)
        assert found.start <= found.end
        assert read(found.name, plan_of(2020), TODAY) == found


def test_the_period_understood_is_printed_unless_it_is_the_form_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    typed_month("last", plan_of(2016), TODAY)
    typed_month("2016-03", plan_of(2016), TODAY)
    assert not capsys.readouterr().err
    typed_month("３月", plan_of(2016), TODAY)
    assert "2016-03" in capsys.readouterr().err
