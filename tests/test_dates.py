"""Dates as offices write them: each form is read as the last day that it covers, or refused and quoted."""

from datetime import date

import pytest

from jingkai_cli.date_reader import leading_date, parse_written, serial_day
from jingkai_cli.errors import Refused

READ = {
    # whole dates
    "2016-06-30": "2016-06-30", "2016-6-30": "2016-06-30", "2016.6.30": "2016-06-30", "2016/6/30": "2016-06-30",
    "2016年6月30日": "2016-06-30", "2016年6月30号": "2016-06-30", "２０１６年６月３０日": "2016-06-30",
    "2016 年 6 月 30 日": "2016-06-30", "2017.1.5": "2017-01-05", "2016-06-30 00:00:00": "2016-06-30",
    "2016．6．30": "2016-06-30", "二〇一六年六月三十日": "2016-06-30", "2016.6.30前": "2016-06-30",
    "6月30日": "2016-06-30", "4月30日前": "2016-04-30", "4月30日之前": "2016-04-30", "2016年2月29日": "2016-02-29",
    # months: their last day
    "2016年6月底前": "2016-06-30", "2016年6月底前完成": "2016-06-30", "6月底前": "2016-06-30", "6月底": "2016-06-30",
    "6月末": "2016-06-30", "6月": "2016-06-30", "6月份": "2016-06-30", "2016年2月": "2016-02-29",
    "六月底": "2016-06-30", "十二月底前": "2016-12-31",
    "2016-6": "2016-06-30", "2016.6": "2016-06-30", "2016/06": "2016-06-30",
    "2017年1月底前": "2017-01-31", "6月底前。": "2016-06-30", "2016.6.30.": "2016-06-30",
    "今年6月底前": "2016-06-30", "6月以前": "2016-06-30",
    # parts of a month
    "6月上旬": "2016-06-10", "6月初": "2016-06-10", "6月中旬": "2016-06-20", "6月下旬": "2016-06-30",
    "6月下旬前": "2016-06-30", "2016年2月下旬": "2016-02-29",
    # spans: their end
    "3-5月": "2016-05-31", "3月-5月": "2016-05-31", "3月—5月": "2016-05-31", "3月——5月": "2016-05-31",
    "3～5月": "2016-05-31", "3~5月": "2016-05-31", "3月–5月": "2016-05-31", "3月－5月": "2016-05-31",
    "3月--5月": "2016-05-31", "3月至5月": "2016-05-31", "3月到5月": "2016-05-31", "3月〜5月": "2016-05-31",
    "3月―5月底": "2016-05-31", "2016年3-5月": "2016-05-31", "2017年3月-5月": "2017-05-31",
    "2016年11月-2017年3月": "2017-03-31", "3月1日-5月15日": "2016-05-15", "2016.3.1-2016.5.31": "2016-05-31",
    "2016-03-01至2016-05-31": "2016-05-31", "1-12月": "2016-12-31", "3月上旬至4月中旬": "2016-04-20",
    # parts of a year
    "上半年": "2016-06-30", "2016年上半年": "2016-06-30", "下半年": "2016-12-31", "全年": "2016-12-31",
    "年底前": "2016-12-31", "年底": "2016-12-31", "年末": "2016-12-31", "年内": "2016-12-31",
    "2017年底前": "2017-12-31", "2016年": "2016-12-31", "2016年度": "2016-12-31", "一季度": "2016-03-31",
    "第三季度末": "2016-09-30", "2017年第2季度": "2017-06-30", "上半年完成": "2016-06-30",
}  # fmt: skip

REFUSED = (
    "近期", "适时", "长期", "持续推进", "常态化", "尽快", "月底前", "待定", "", "6", "6.30", "6/30", "16.6.30",
    "6月31日", "13月", "13月底前", "0月", "2016-2-30", "2015年2月29日", "2016年13月", "6月0日", "5月-3月", "6-",
    "3-", "2016-6/30", "2016年6月30日和7月", "每月底前", "6月中", "次年3月", "42551", "1916", "-", "前", "底前",
    "十三月", "2016年6月 31日", "6月30日 15:00", "3-13月", "6月后", "6月前后", "6月底前基本完成", "2016年初",
)  # fmt: skip


@pytest.mark.parametrize(("text", "day"), READ.items())
def test_a_date_is_read_as_its_last_day(text: str, day: str) -> None:
    assert parse_written(text, 2016).isoformat() == day


@pytest.mark.parametrize("text", REFUSED)
def test_an_unreadable_date_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_written(text, 2016)
    assert "".join(text.split()) in "".join(str(refused.value).split())


@pytest.mark.parametrize("text", ["6月底前", "上半年", "3-5月", "二季度"])
def test_a_date_without_a_year_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="has no year"):
        parse_written(text, None)


def test_a_written_year_needs_no_default_year() -> None:
    assert parse_written("2016年6月底前", None) == date(2016, 6, 30)
    assert parse_written("2016年3-5月", None) == date(2016, 5, 31)


@pytest.mark.parametrize(
    ("clause", "day", "rest"),
    [
        ("6月底前完成设计", "2016-06-30", "完成设计"),
        ("3月份开始装修", "2016-03-31", "开始装修"),
        ("2016年6月底前，完成新增生态绿道建设", "2016-06-30", "完成新增生态绿道建设"),
        ("上半年交付使用", "2016-06-30", "交付使用"),
        ("3月10日前签约", "2016-03-10", "签约"),
        ("3-5月：拆除", "2016-05-31", "拆除"),
    ],
)
def test_a_sentence_may_begin_with_a_date(clause: str, day: str, rest: str) -> None:
    assert leading_date(clause, 2016) == (date.fromisoformat(day), rest)


def test_a_sentence_may_begin_without_a_valid_date() -> None:
    assert leading_date("完成设计", 2016) is None
    with pytest.raises(Refused, match="6月31日"):
        leading_date("6月31日前完成", 2016)


@pytest.mark.parametrize(
    ("serial", "epoch", "day"),
    [
        (42551, date(1899, 12, 30), "2016-06-30"),
        (41089, date(1904, 1, 1), "2016-06-30"),
        (42551.0, date(1899, 12, 30), "2016-06-30"),
    ],
)
def test_a_serial_number_is_counted_from_its_epoch(serial: float, epoch: date, day: str) -> None:
    assert serial_day(serial, epoch).isoformat() == day


@pytest.mark.parametrize("serial", [6, 0, -1, 2016, 2016.6, 6.3, 42551.5, 20160630, 1e300])
def test_a_number_that_is_not_a_date_is_refused(serial: float) -> None:
    with pytest.raises(Refused, match=f"{serial:.15g}".replace("+", r"\+")):
        serial_day(serial, date(1899, 12, 30))


@pytest.mark.parametrize(("year", "example"), [(2026, "2026-06-30"), (None, "2016-06-30")])
def test_the_example_of_a_refusal_is_of_the_plans_year(year: int | None, example: str) -> None:
    with pytest.raises(Refused, match=f"example {example}"):
        parse_written("随时", year)
    with pytest.raises(Refused, match=f"write it as {example}"):
        serial_day(6, date(1899, 12, 30), year)
