"""Dates as people type them: one meaning or none, whatever the day and the plan."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.cli.typed_dates import Span, span_of, typed_day
from jingkai_cli.date_reader import parse_written
from jingkai_cli.errors import Refused
from jingkai_cli.model import Milestone, Plan, Task

TODAY = date(2026, 11, 26)
WIDE = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")
any_day = st.dates(date(1900, 1, 1), date(2199, 12, 31))
years = st.lists(st.integers(1990, 2199), min_size=1, max_size=3, unique=True).map(sorted)
office = st.text("0123456789年月日号底末前止之以.-/ 一二三四十季度初旬上中下半今明昨天２０", max_size=12)


def days_of(*those: int) -> Span:
    return Span(date(min(those), 1, 1), date(max(those), 12, 31))


IN_2016 = days_of(2016)


def with_year(day: date) -> list[str]:
    """A day in each form that includes the year."""
    y, m, d = day.year, day.month, day.day
    forms = [f"{day}", f"{y}-{m}-{d}", f"{y}.{m}.{d}", f"{y}/{m}/{d}", f"{day:%Y%m%d}", f"{y}年{m}月{d}日"]
    forms += [f"{y}年{m:02}月{d:02}日前", f"{y}-{m}-{d} ", f"{y}-{m}-{d}T00:00:00"]
    return [*forms, *(form.translate(WIDE) for form in forms[:6])]


@given(day=any_day, years=years, today=any_day)
def test_a_day_with_its_year_is_that_day_whatever_the_plan(day: date, years: list[int], today: date) -> None:
    assert {typed_day(form, today, days_of(*years)) for form in with_year(day)} == {day}


@given(day=any_day, today=any_day)
def test_a_day_without_a_year_is_in_the_year_of_the_plan(day: date, today: date) -> None:
    forms = (f"{day.month}月{day.day}日", f"{day.month}月{day.day}号", f"{day.month} 月 {day.day} 日前")
    assert {typed_day(form, today, days_of(day.year)) for form in forms} == {day}


@given(
    day=any_day.filter(lambda day: (day.month, day.day) != (2, 29)), years=years.filter(lambda those: len(those) > 1)
)
def test_a_day_without_a_year_is_refused_in_a_plan_of_several(day: date, years: list[int]) -> None:
    with pytest.raises(Refused):
        typed_day(f"{day.month}月{day.day}日", TODAY, days_of(*years))


@given(text=office, other=years, today=any_day)
def test_no_text_has_two_meanings(text: str, other: list[int], today: date) -> None:
    """A date accepted in a plan of several years is the same in every plan and on every day, except 昨天 etc."""
    with suppress(Refused):
        found = typed_day(text, today, days_of(1990, 2199))
        words = ("今天", "昨天", "明天", "前天", "后天", "今日", "昨日", "明日", "前日")
        again = today if any(word in "".join(text.split()) for word in words) else TODAY
        assert typed_day(text, again, days_of(*other)) == found


@given(text=office, year=st.integers(1990, 2199))
def test_a_typed_day_is_what_the_same_words_mean_in_a_cell(text: str, year: int) -> None:
    with suppress(Refused):
        in_a_cell = parse_written(text, year)
        assert typed_day(text, TODAY, days_of(year)) == in_a_cell


@pytest.mark.parametrize(("word", "days"), {"今天": 0, "昨天": -1, "前天": -2, "today": 0, "Yesterday": -1}.items())
def test_words_count_from_today(word: str, days: int) -> None:
    assert typed_day(word, TODAY, days_of(2016, 2017)) == TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("text", "day"),
    {"9月底": "2016-09-30", "2月底前": "2016-02-29", "年底": "2016-12-31", "十一月三十日前": "2016-11-30",
     "一季度末": "2016-03-31", "12月月底": "2016-12-31",
     "9.30": "2016-09-30", "１０．３１": "2016-10-31", "16年6月30日": "2016-06-30"}.items(),
)  # fmt: skip
def test_office_forms_of_one_day(text: str, day: str) -> None:
    assert typed_day(text, TODAY, IN_2016).isoformat() == day


@pytest.mark.parametrize(
    "text",
    [
        "9月",
        "2016-09",
        "2016",
        "9-28",
        "9.31",
        "13.1",
        "月底",
        "上周五",
        "15日",
        "三天内",
        "上半年",
        "3-5月",
        "6月初",
        "6月中旬",
        "6月后",
        "下周",
        "2月30日",
        "0",
        "",
    ],
)
def test_text_that_is_no_single_day_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        typed_day(text, TODAY, IN_2016)


def test_the_nearest_form_is_suggested() -> None:
    for text, hint in {
        "9-28": "9月28日",
        "上周五": "2026-11-20",
        "周一": "2026-11-23",
        "下周日": "2026-12-06",
        "15日": "11月15日",
        "月底": "11月底",
        "三天内": "2026-11-29",
        "3日内": "2026-11-29",
        "9月": "2016-09-01 or 2016-09-30",
        "上半年": "2016-06-30",
        "x": "2016-03-31",
    }.items():
        with pytest.raises(Refused, match=hint):
            typed_day(text, TODAY, IN_2016)


def test_the_days_of_a_plan() -> None:
    task = Task("1", "停车场", None, deadline=date(2016, 12, 31), start=date(2016, 1, 1))
    later = Task("2", "绿化", None, deadline=date(2016, 6, 30), milestones=(Milestone("m", "完工", date(2018, 1, 1)),))
    assert span_of(Plan("t", (task,), year=2016), TODAY) == IN_2016
    assert span_of(Plan("t", (task, later)), TODAY) == Span(date(2016, 1, 1), date(2018, 1, 1))
    assert span_of(Plan("t", (later,), year=2016), TODAY) == Span(date(2016, 1, 1), date(2018, 1, 1))
    assert span_of(Plan("t", (Task("1", "t", None),)), TODAY) == days_of(2026)


def test_one_deadline_in_january_makes_no_day_of_the_year_before_ambiguous() -> None:
    span = Span(date(2016, 1, 1), date(2017, 1, 10))
    assert typed_day("4月8日", TODAY, span) == date(2016, 4, 8)
    assert typed_day("2月29日", TODAY, span) == date(2016, 2, 29)
    assert typed_day("1月11日", TODAY, span) == date(2016, 1, 11)
    with pytest.raises(Refused, match="2016-01-10 or 2017-01-10"):
        typed_day("1月10日", TODAY, span)


def test_a_day_outside_the_dates_of_a_one_year_plan_is_in_that_year() -> None:
    assert typed_day("4月8日", TODAY, Span(date(2016, 6, 1), date(2016, 6, 30))) == date(2016, 4, 8)
