"""Cells with dated steps: each clause is a step, or is returned with the reason."""

from collections import Counter
from datetime import date

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from effort import share
from jingkai_cli.intake.step_cells import read_steps

WHOLE = {
    "3月底前完成勘测，5月底前进场，11月底前交工。": [("完成勘测", "03-31"), ("进场", "05-31"), ("交工", "11-30")],
    "3月底前完成勘测；5月底前进场": [("完成勘测", "03-31"), ("进场", "05-31")],
    "完成勘测（3月底前），进场施工（5月底前）": [("完成勘测", "03-31"), ("进场施工", "05-31")],
    "完成勘测、通过评审（3月底），进场（5月底）": [("完成勘测、通过评审", "03-31"), ("进场", "05-31")],
    "勘测：3月；进场：5月底": [("勘测", "03-31"), ("进场", "05-31")],
    "1.3月底前勘测 2.5月底前进场": [("勘测", "03-31"), ("进场", "05-31")],
    "①3月底前勘测②5月底前进场": [("勘测", "03-31"), ("进场", "05-31")],
    "（1）3月底前勘测（2）5月底前进场": [("勘测", "03-31"), ("进场", "05-31")],
    "一是3月底前勘测，二是5月底前进场": [("勘测", "03-31"), ("进场", "05-31")],
    "1.5月底前勘测；2.6月底前进场": [("勘测", "05-31"), ("进场", "06-30")],
    "一季度：\n1.勘测\n2.招标\n二季度：\n进场": [("勘测", "03-31"), ("招标", "03-31"), ("进场", "06-30")],
    "一季度：勘测；招标。二季度：进场": [("勘测", "03-31"), ("招标", "03-31"), ("进场", "06-30")],
    "第一阶段（1-3月）：勘测；第二阶段（4-6月）：进场": [("第一阶段：勘测", "03-31"), ("第二阶段：进场", "06-30")],
    "3月底前完成勘测，组织招标，5月底前进场": [("完成勘测，组织招标", "03-31"), ("进场", "05-31")],
    "3月底前完成甲（含乙；丙）；5月底前进场": [("完成甲（含乙；丙）", "03-31"), ("进场", "05-31")],
    "确保3月底前完成征迁，力争5月底前进场": [("确保完成征迁", "03-31"), ("力争进场", "05-31")],
    "3月底前完成勘测，并于5月底前进场": [("完成勘测", "03-31"), ("进场", "05-31")],
    "4月20日前，绿化5万平方米": [("绿化5万平方米", "04-20")],
    "3月1日至20日完成勘测；8-10月进场": [("完成勘测", "03-20"), ("进场", "10-31")],
    "3月底前完成3个村、4个社区搬迁": [("完成3个村、4个社区搬迁", "03-31")],
    "8月前期工作完成": [("前期工作完成", "08-31")],
    "6月初步验收": [("初步验收", "06-30")],
    "每季度末报送": [
        ("报送（一季度）", "03-31"),
        ("报送（二季度）", "06-30"),
        ("报送（三季度）", "09-30"),
        ("报送（四季度）", "12-31"),
    ],
    "2016年完成主体": [("完成主体", "12-31")],
    "6月底（含）前完成主体；9月30日(含当日)前进场": [("完成主体", "06-30"), ("进场", "09-30")],
    "/": [],
}  # fmt: skip
NEXT_YEAR = {"11月至次年2月拆除": ("拆除", "2017-02-28"), "明年3月底前补植": ("补植", "2017-03-31")}
LEFT = (
    "适时进场", "6月后进场", "7月起每周报送", "2016年初立项", "二季度初进场", "5月、8月各开一次会", "春节前进场",
    "6月31日前进场", "6月底左右进场", "6月前后进场", "6月中进场", "6月初审", "6月30号楼封顶", "2016年度预算编制",
    "10月进场，3月底交工", "主体6月底前封顶", "3月底前勘测，主体6月底前封顶", "3月底前勘测（6月底前评审）",
    "6月底前，9月底前完成", "6月底", "完成勘测，6月底前进场", "3月勘测5月进场", "每季度末月25日前报送",
    "9月1日开学前完成",
    "6月底前（分期实施）", "除6月底前完成的外", "原定6月底前完成，现延至9月底",
    "6月底前（延至9月底）完成", "汛期前加固", "每月5日前报送，12月底前总结",
)  # fmt: skip


@pytest.mark.parametrize(("text", "steps"), WHOLE.items())
def test_a_cell_is_read_whole(text: str, steps: list[tuple[str, str]]) -> None:
    found = read_steps(text, 2016)
    assert (found.steps, found.rest) == ([(title, date.fromisoformat(f"2016-{day}")) for title, day in steps], [])


@pytest.mark.parametrize(("text", "step"), NEXT_YEAR.items())
def test_a_step_may_be_due_next_year(text: str, step: tuple[str, str]) -> None:
    assert read_steps(text, 2016).steps == [(step[0], date.fromisoformat(step[1]))]


@pytest.mark.parametrize("text", LEFT)
def test_text_without_a_last_day_is_returned_and_never_guessed(text: str) -> None:
    found = read_steps(text, 2016)
    assert found.steps == []
    assert [clause for clause, _why in found.rest] == [text]


def test_one_clause_is_returned_and_the_others_are_read() -> None:
    found = read_steps("3月底前勘测；适时招标；5月底前进场", 2016)
    assert [title for title, _day in found.steps] == ["勘测", "进场"]
    assert [clause for clause, _why in found.rest] == ["适时招标"]


def test_a_date_without_a_year_after_one_with_another_year_is_not_read() -> None:
    found = read_steps("2017年3月底前勘测；6月底前进场", 2016)
    assert [str(day) for _title, day in found.steps] == ["2017-03-31"]
    assert found.rest[0][0] == "6月底前进场"


def test_a_step_in_the_column_of_a_period_is_due_at_its_end() -> None:
    found = read_steps("1.勘测\n2.5月底前招标\n适时进场", 2016, date(2016, 6, 30))
    assert found.steps == [("勘测", date(2016, 6, 30)), ("招标", date(2016, 5, 31))]
    assert [clause for clause, _why in found.rest] == ["适时进场"]


PIECES = st.sampled_from(
    [
        "6月底前",
        "2016年6月30日前",
        "3-5月",
        "上半年",
        "一季度",
        "年底",
        "6月",
        "8月下旬",
        "2016.6.30",
        "全年",
        "20160630",
        "完成",
        "勘测",
        "进场",
        "后",
        "起",
        "左右",
        "前",
        "初",
        "和",
        "、",
        "，",
        "；",
        "。",
        "\n",
        "：",
        "（",
        "）",
        "1.",
        "2.",
        "①",
        "②",
        "（1）",
        "确保",
        "力争",
        "于",
        "春节前",
        "主体",
        "50%",
        "2号楼",
        " ",
        "的",
        "中",
        "期",
        "至",
        "—",
        "每",
        "甲乙",
    ]
)
DATES = Counter(set("0123456789年月日月底末前初上中下旬季度第一二三四半全年至次内于并每，、；。：（）-/., \n—①②到在"))


@settings(max_examples=share(400), deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=9).map("".join))
def test_no_word_of_a_cell_is_lost(text: str) -> None:
    found = read_steps(text, 2016)
    said = "".join([*(title for title, _day in found.steps), *(clause for clause, _why in found.rest), "完成"])
    assert not {character for character in text if character not in DATES} - set(said)
    assert all(title.strip() for title, _day in found.steps)
