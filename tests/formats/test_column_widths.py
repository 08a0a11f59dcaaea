"""How the width of a page is shared among the columns of a worksheet."""

from jingkai_cli.formats.column_widths import across, column_widths, lines_of

_PAGE = 134


def test_what_gives_up_the_most_width_for_the_fewest_lines_gives_way_first() -> None:
    """One long text in twenty rows gives way before twenty texts of middling length."""
    long_once = ["短"] * 19 + ["很长的一句话" * 7]
    always = ["十二个字的标题一二三四五"] * 20
    names = [["单位名称"] * 20] * 9
    header = ["原因", "工作任务", *("单位",) * 9]
    widths = column_widths(header, [long_once, always, *names], {0, 1}, range(11))
    assert sum(widths) <= _PAGE
    assert widths[1] == across(12)
    assert widths[0] < across(20)


def test_a_table_that_fits_its_page_gives_up_nothing() -> None:
    texts = [["十个字的一个标题文字"], ["六个字的名称"]]
    assert column_widths(["工作任务", "单位"], texts, {0, 1}, range(2)) == [across(10), across(6)]


def test_a_line_is_broken_as_chinese_is_set() -> None:
    assert lines_of("时限4月30日，逾期未报", across(7)) == ["时限4月30日，", "逾期未报"]
    assert lines_of("滨河路跨线桥新建（东片区工程）", across(12)) == ["滨河路跨线桥新建", "（东片区工程）"]
    assert lines_of("尚未落实的任务", across(6)) == ["尚未落实的", "任务"]
    assert lines_of("“围挡破损”", across(8)) == ["“围挡破损”"]
