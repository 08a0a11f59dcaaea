"""How the width of a page is shared among the columns of a worksheet."""

from types import SimpleNamespace
from typing import Any

import pytest

from jingkai_cli.formats.column_widths import across, blemish, column_widths, lines_filled
from jingkai_cli.formats.line_breaks import wrap
from jingkai_cli.formats.read_columns import width_bounds

_PAGE = 146


def test_what_gives_up_the_most_width_for_the_fewest_lines_gives_way_first() -> None:
    """One long text in twenty rows gives way before twenty texts of middling length."""
    long_once = ["短"] * 19 + ["很长的一句话" * 7]
    always = ["十二个字的标题一二三四五"] * 20
    names = [["单位名称"] * 20] * 10
    header = ["原因", "工作任务", *("单位",) * 10]
    widths = column_widths(header, [long_once, always, *names], {0, 1}, range(12))
    assert sum(widths) <= _PAGE + 8
    assert widths[1] == across(12)
    assert widths[0] < across(21)


def test_a_state_takes_one_line_in_a_table_wider_than_a_page() -> None:
    overview: Any = SimpleNamespace(kind="overview", fields={"title": "工作任务", "reasons": "原因", "state": "状态"})
    texts = [
        ["高速公路出入口接驳道路整治提升"] * 9,
        ["很长的一句话" * 7] * 9,
        ["达到序时进度"] * 9,
        *[["单位名称"] * 9] * 10,
    ]
    header = [*overview.fields.values(), *("单位",) * 10]
    widths = column_widths(header, texts, {0, 1, 2}, range(13), width_bounds(overview))
    assert widths[2] == across(6)


def test_a_table_that_fits_its_page_gives_up_nothing() -> None:
    texts = [["十个字的一个标题文字"], ["六个字的名称"]]
    assert column_widths(["工作任务", "单位"], texts, {0, 1}, range(2)) == [across(10), across(6)]


def test_a_program_fills_each_line() -> None:
    assert lines_filled("时限应为4月3日，逾期未报", across(7)) == ["时限应为4月3", "日，逾期未报"]
    assert lines_filled("第一行\n第二行", across(7)) == ["第一行", "第二行"]


@pytest.mark.parametrize(
    ("text", "characters", "bad"),
    [
        ("达到序时进度", 5, 1),  # one character is left over
        ("时限应为4月3日，逾期未报", 7, 1),  # LibreOffice begins a line with the comma
        ("已逾期123天", 5, 1),  # a figure is torn from its unit
        ("达到序时进度", 4, 0),
        ("达到序时进度", 6, 0),
    ],
)
def test_a_line_with_a_mark_or_a_character_alone_is_a_blemish(text: str, characters: int, bad: float) -> None:
    assert blemish(text, across(characters)) == bad


@pytest.mark.parametrize("title", ["实际进度", "最长逾期（天）", "按期完成得分", "上月平均分"])
def test_a_title_is_broken_well_by_every_program(title: str) -> None:
    [wide] = column_widths([title], [["1"]], (), [0])
    assert blemish(title, wide) == 0
    assert len(lines_filled(title, wide)) <= 2


def test_a_column_of_names_is_widened_until_no_name_has_one_character_left() -> None:
    names, sentences = ["东区雨污分流管网改造工程施"] * 3, ["已完成摸排登记，正在分类处置。" * 12] * 3
    header, bounds = ("任务", "原因"), {0: (across(12), across(12)), 1: (across(20), across(60))}
    [name, _sentence] = column_widths(header, [names, sentences], {0, 1}, [0, 1], bounds, {0})
    assert [lines_filled(text, name) for text in names] == [[text] for text in names]


@pytest.mark.parametrize("text", ["该项任务目前的序时进度50%、实际进度25%", "该项任务从未报送进展，应于3月整改"])
@pytest.mark.parametrize("columns", range(12, 30, 2))
def test_no_line_ends_within_a_common_word(text: str, columns: int) -> None:
    words = [word for word in ("序时进度", "实际进度", "从未报送", "整改") if word in text]
    assert all(word in "\n".join(wrap(text, columns)) for word in words)


def test_the_number_of_a_subtask_stays_with_its_name() -> None:
    assert all("30.1 社区" in "\n".join(wrap("棚户区征迁、30.1 社区电动车", columns)) for columns in range(12, 24))


def test_sentences_take_the_width_of_the_page_that_is_left() -> None:
    names, sentences = ["单位名称"] * 3, ["任务5 第二污水处理厂提标改造，序时进度43.2%，实际进度87%，已按期完成"] * 3
    [_name, sentence] = column_widths(["单位", "内容"], [names, sentences], {0, 1}, [0, 1], names={0})
    assert lines_filled(sentences[0], sentence) == sentences[:1]
