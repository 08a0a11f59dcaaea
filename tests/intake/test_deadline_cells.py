"""Cells with a deadline: read whole, or refused."""

from datetime import date

import pytest

from jingkai_cli.errors import Refused
from jingkai_cli.intake.deadline_cells import deadline_within, read_deadline


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(("9月底前", "2016-09-30"), ("截至9月底", "2016-09-30"), ("9月30日（周五）前", "2016-09-30")),
        *(
            ("全年", "2016-12-31"),
            ("年内", "2016-12-31"),
            ("2015-2017年", "2017-12-31"),
            ("9月底前全部完成", "2016-09-30"),
        ),
    ],
)
def test_a_day(text: str, day: str) -> None:
    found = read_deadline(text, 2016)
    assert (found.day, found.standing, found.steps) == (date.fromisoformat(day), None, [])


@pytest.mark.parametrize("text", ["持续推进", "常态化", "长期坚持", "常态化开展", "全年持续推进", "Ongoing"])
def test_standing_work_keeps_its_words(text: str) -> None:
    found = read_deadline(text, 2016)
    assert (found.day, found.standing) == (None, text)


def test_a_day_with_its_text_is_a_step_too() -> None:
    found = read_deadline("9月底前基本完成", 2016)
    assert (found.day, found.steps) == (date(2016, 9, 30), [("基本完成", date(2016, 9, 30))])


def test_of_several_days_the_last_is_the_deadline_and_all_are_steps() -> None:
    found = read_deadline("3月底前开工，年底建成", 2016)
    assert found.day == date(2016, 12, 31)
    assert [title for title, _day in found.steps] == ["开工", "建成"]


def test_a_day_and_then_standing_work_keeps_the_words_beside_it() -> None:
    found = read_deadline("11月底前完成，长期坚持", 2016)
    assert (found.day, found.standing, found.remark) == (date(2016, 11, 30), None, "11月底前完成，长期坚持")


@pytest.mark.parametrize(
    "text",
    [
        "近期",
        "6月后",
        "春节前",
        "9月、11月",
        "6月底前（暂定）",
        "6月底前，视情况而定",
        "一期6月底，二期12月底",
        "同上",
        "6月底左右",
    ],
)
def test_unreadable_deadlines_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_deadline(text, 2016)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(("甲路拓宽（9月底前完成）", "2016-09-30"), ("9月底前完成甲路拓宽", "2016-09-30")),
        *(("甲路拓宽，9月底前完工", "2016-09-30"), ("甲路拓宽9月底前完工", "2016-09-30")),
        *(("甲路拓宽，3月底前开工，11月底前完工", "2016-11-30"), ("2016年重点工作", None), ("甲路拓宽", None)),
        *(("完成2015年底前遗留问题整改", None), ("甲路6月后启动", None)),
        *(
            ("覆盖率达到80%以上（6月底达到50%）", None),
            ("完成总投资，6月底过半", None),
            ("建校2所（9月底前投用）", "2016-09-30"),
        ),
        *(("治理10条河（6月底前启动3条）", None), ("9月底前达到100%", "2016-09-30")),
    ],
)
def test_a_deadline_may_be_in_the_text_of_a_task(text: str, day: str | None) -> None:
    found = deadline_within(text, 2016)
    assert (str(found.day) if found else None) == day
