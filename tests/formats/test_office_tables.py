"""Tables on paper and in workbooks have what their report has: figures, titles, ranks, totals, colours."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from jingkai_cli.formats.dashboard.drawing import COLUMN, LEAST, stacks
from jingkai_cli.formats.word.body import body
from jingkai_cli.formats.word.gbt9704 import CHINESE, ENGLISH, TEXT_WIDTH, WIDE_TEXT_WIDTH, Faces
from jingkai_cli.formats.word.table_layout import LONGEST, joined, layout, line_height, on_its_side
from jingkai_cli.formats.word.tables import notes_of_tables, table, unbroken
from jingkai_cli.quantities import without_numbers
from jingkai_cli.reports.dashboard_content import Moment
from jingkai_cli.reports.document import About, Column, Document, Section, Table, Toned
from running import Workspace

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

PLAN = """
title: 重点工作
year: 2016
language: zh
contacts: {城镇办: 值班电话1000}
zones: [严控区]
tasks:
  - {id: 1, title: 停车场建设, lead_unit: 城镇办, deadline: 2016-12-31, planned: {2016-03-31: 40}}
  - {id: 2, title: 河道治理, lead_unit: 水利局, deadline: 2016-12-31, planned: {2016-03-31: 40}}
  - {id: 3, title: 绿化提升, lead_unit: 林业局, deadline: 2016-12-31, planned: {2016-03-31: 40}}
"""

COMMANDS = (
    ("record", "1", "10", "--on", "2016-03-30", "--from", "城镇办"),
    ("record", "2", "10", "--on", "2016-03-30", "--from", "水利局"),
    ("record", "3", "5", "--on", "2016-03-30", "--from", "林业局"),
    ("decide", "--meeting", "第3次", "--task", "1", "倒排工期", "--unit", "水利局", "--due", "2016-04-20",
     "--on", "2016-04-11"),
    ("problem", "open", "2", "围挡破损", "--unit", "城镇办", "--due", "2016-04-12", "--on", "2016-04-06",
     "--zone", "严控区", "--place", "前程大街与第十八大街交叉口东北角工地西侧堆场", "--source", "hotline"),
    ("problem", "open", "1", "基坑渗水", "--unit", "城镇办", "--due", "2016-04-14", "--on", "2016-04-06", "--major"),
    ("problem", "open", "1", "裸土未覆盖", "--unit", "林业局", "--due", "2016-04-01", "--on", "2016-03-20"),
    ("problem", "open", "3", "车辆带泥", "--unit", "林业局", "--due", "2016-03-01", "--on", "2016-02-20"),
    ("problem", "fix", "8", "--on", "2016-04-14"),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "tasks.yaml").write_text(PLAN, "utf-8")
    made = Workspace(folder)
    for words in COMMANDS:
        done = made.here(*words, LANG="zh_CN.UTF-8")
        assert done.code == 0, done
    return made


def sheets(place: Workspace, *command: str) -> Any:
    done = place.here(*command, "-o", "x.xlsx", LANG="zh_CN.UTF-8")
    assert done.code == 0, done
    return load_workbook(BytesIO((place.folder / "x.xlsx").read_bytes()))


def printed(sheet: Any) -> list[dict[str, Any]]:
    """Return each row above the first blank one as title → value, without hidden columns."""
    shown = [c.column for c in sheet[1] if not sheet.column_dimensions[c.column_letter].hidden]
    titles = [str(sheet.cell(1, n).value).replace("\n", "") for n in shown]
    blank = (row for row in range(2, sheet.max_row + 1) if all(cell.value is None for cell in sheet[row]))
    rows = range(2, next(blank, sheet.max_row + 1))
    return [dict(zip(titles, [sheet.cell(row, n).value for n in shown], strict=True)) for row in rows]


def tables(place: Workspace, *command: str) -> list[list[list[str]]]:
    done = place.here(*command, "-o", "x.docx", LANG="zh_CN.UTF-8")
    assert done.code == 0, done
    found = docx.Document(str(place.folder / "x.docx")).tables
    return [[[cell.text for cell in row.cells] for row in each.rows] for each in found]


def test_a_log_in_a_workbook_equals_that_of_the_month(place: Workspace) -> None:
    log = printed(sheets(place, "log", "--since", "2016-03-01", "--until", "2016-04-30").worksheets[0])
    assert log[0]["内容"] == "进度10%"
    decided = next(row for row in log if "议定" in row["内容"])
    assert decided["工作任务"] == "停车场建设"
    assert "水利局" in decided["内容"]
    assert "4月20日" in decided["内容"]
    month = sheets(place, "export", "--month", "2016-04", "-f", "xlsx")["台账记录"]
    assert {row["记录号"]: row["内容"] for row in printed(month)}.items() <= {
        row["记录号"]: row["内容"] for row in log
    }.items()


def test_a_log_on_paper_has_titles_and_its_period(place: Workspace) -> None:
    [rows] = tables(place, "log", "--since", "2016-03-30")
    assert rows[1][2] == "1.停车场建设"
    text = "".join(p.text for p in docx.Document(str(place.folder / "x.docx")).paragraphs)
    assert "台账记录（自2016年3月30日起）" in text


def test_problems_in_a_workbook_have_the_titles_of_their_tasks(place: Workspace) -> None:
    rows = printed(sheets(place, "problem", "list", "--as-of", "2016-04-15").worksheets[0])
    assert {(row["任务序号"], row["工作任务"]) for row in rows} >= {(1, "停车场建设"), (2, "河道治理")}
    assert len(rows[0]) <= 11


def test_a_problem_has_more_room_than_its_place(place: Workspace) -> None:
    [rows] = tables(place, "problem", "list", "--as-of", "2016-04-15")
    assert rows[0][-1] == "区域、点位、班次"
    columns = (Column("问题", wraps_from=16), Column("区域、点位、班次", wraps_from=10, drop=1))
    many = Table(columns, (("经" * 40, "经" * 40),) * 20)
    widths = layout(many, CHINESE, WIDE_TEXT_WIDTH, LONGEST).widths
    assert abs(widths[0] - widths[1]) <= 2


def test_late_things_have_the_colour_of_their_lamp(place: Workspace) -> None:
    """A problem makes a lamp red after `problem_red` days, a major one at once."""
    said = place.here("problem", "list", "--as-of", "2016-04-15", "-o", "p.html", LANG="zh_CN.UTF-8")
    assert said.code == 0
    page = (place.folder / "p.html").read_text("utf-8")
    assert '<span class="lamp yellow">逾期3天</span>' in page
    assert '<span class="lamp red">逾期1天</span>' in page
    assert '<span class="lamp red">逾期14天</span>' in page


def test_equal_units_have_one_rank(place: Workspace) -> None:
    rows = tables(place, "assess", "--month", "2016-03")[0]
    assert [row[0] for row in rows[1:-1]] == ["1", "1", "3"]
    made = sheets(place, "assess", "--month", "2016-03")
    listed = printed(made.worksheets[0])
    assert [row["名次"] for row in listed] == [1, 1, 3]
    assert listed[2]["进度"] == 9.1
    assert all(row["主要失分事项"] for row in listed)


def test_an_assessment_is_explained_in_tables(place: Workspace) -> None:
    _units, first, *_others = tables(place, "assess", "--month", "2016-03", "--explain")
    assert first[0] == ["城镇办", "内容", "完成率", "得分（满分×完成率）"]
    assert first[1] == ["进度", "任务1 停车场建设，序时进度40%，实际进度10%", "25%", "100×25%＝25"]


def test_statistics_in_a_workbook_have_their_total_and_no_empty_sheet(place: Workspace) -> None:
    made = sheets(place, "problem", "stats", "--month", "2016-04", "--as-of", "2016-04-15")
    assert len(made.worksheets) == 1
    sheet = made.worksheets[0]
    rows = printed(sheet)
    assert next(iter(rows[0])) == "单位"
    assert rows[-1]["单位"] == "合计"
    assert rows[-1]["交办"] == sum(row["交办"] for row in rows[:-1])
    assert '"%"' in sheet.cell(2, [*rows[0]].index("退回重办率") + 1).number_format
    by_task = tables(place, "problem", "stats", "--month", "2016-04", "--group-by", "task", "--as-of", "2016-04-15")
    assert [row[0][:2] for row in by_task[0][1:]] == ["1.", "2.", "合计", "应结"]
    assert by_task[0][-1][0] == "应结及其办理情况，按4月1日至4月30日到期的问题统计；尚未整改、整改逾期为截至4月15日数。"


def test_a_late_major_problem_is_listed_once(place: Workspace) -> None:
    assert place.here("show", "1", "--as-of", "2016-04-15", "-o", "x.docx", LANG="zh_CN.UTF-8").code == 0
    found = docx.Document(str(place.folder / "x.docx"))
    why = [p.text for p in found.paragraphs if "基坑渗水" in p.text]
    assert len(why) == 1
    assert "（重大）" in why[0]
    last = [[cell.text for cell in row.cells] for row in found.tables[-1].rows]
    assert "工作任务" not in last[0]
    assert [row[0] for row in last[1:]] == ["4月11日", "4月6日", "3月30日", "3月20日"]


def test_decisions_are_separate_from_reports_on_paper(place: Workspace) -> None:
    """The text of a decision is beside the unit that must act on it, not beside the task's own unit."""
    assert place.here("today", "-o", "x.docx", LANG="zh_CN.UTF-8").code == 0
    found = docx.Document(str(place.folder / "x.docx"))
    headings = [p.text for p in found.paragraphs if p.text.startswith(("一、", "二、"))]
    assert headings == ["一、新报送（3）", "二、其他记录事项（5）"]
    reported, others = ([[cell.text for cell in row.cells] for row in t.rows[1:]] for t in found.tables[:2])
    assert not [row for row in reported if "议定" in row[3] or "问题" in row[3]]
    assert next(row[3] for row in others if "倒排工期" in row[2]) == "水利局"


def test_the_page_lists_overdue_problems_before_those_to_be_verified(place: Workspace) -> None:
    assert place.here("dashboard", "--as-of", "2016-04-15", "-o", "d.html", LANG="zh_CN.UTF-8").code == 0
    page = (place.folder / "d.html").read_text("utf-8")
    section = page[page.index('id="problems"') :]
    assert section.index("裸土未覆盖") < section.index("围挡破损") < section.index("车辆带泥")


def test_terminal_and_paper_have_the_same_sentence_about_unknown_lead_units(tmp_path: Path) -> None:
    tasks = "".join(
        f"  - {{id: {n}, title: 任务{n}, lead_unit: {'城镇办' if n < 3 else 'null'}, deadline: 2016-12-31}}\n"
        for n in range(1, 9)
    )
    (tmp_path / "tasks.yaml").write_text(f"title: 工作\nyear: 2016\nlanguage: zh\ntasks:\n{tasks}", "utf-8")
    made = Workspace(tmp_path)
    assert made.here("record", "1", "5", "--on", "2016-03-01").code == 0
    sentence = "牵头单位待明确：除1.任务1、2.任务2外的其余6项任务"
    assert sentence in made.here("handover", "--as-of", "2016-04-01", LANG="zh_CN.UTF-8", COLUMNS="140").out
    assert made.here("handover", "--as-of", "2016-04-01", "-o", "h.docx", LANG="zh_CN.UTF-8").code == 0
    cells = [c.text for t in docx.Document(str(tmp_path / "h.docx")).tables for r in t.rows for c in r.cells]
    assert sentence in [cell.replace("\n", "") for cell in cells]
    assert made.here("today", "--as-of", "2016-04-01", "-o", "t.docx", LANG="zh_CN.UTF-8").code == 0
    units = docx.Document(str(tmp_path / "t.docx")).tables[-1]
    assert [row.cells[0].text for row in units.rows] == ["单位", "城镇办"]  # a list of units begins with them


def _whole(lines: int) -> bool:
    """Whether a row with this number of lines is kept on one page."""
    made = table(
        Table((Column("内容", wraps_from=20),), (("\n".join(["经"] * lines),),)), CHINESE, TEXT_WIDTH, followed=False
    )
    return made.findall(f"{W}tr")[1].find(f"{W}trPr/{W}cantSplit") is not None


@pytest.mark.parametrize(("lines", "whole"), [(1, False), (2, True), (14, True), (15, False)])
def test_a_row_of_a_few_lines_is_not_broken(lines: int, whole: bool) -> None:  # noqa: FBT001
    assert _whole(lines) == whole


def test_a_tall_last_row_begins_on_the_page_of_the_rows_before_it() -> None:
    columns = (Column("内容", wraps_from=20), Column("单位", wraps_from=8))
    for length, stays in ((5, True), (800, False)):
        listed = Table(columns, (("经", "开"), ("经" * length, "开")))
        last = table(listed, CHINESE, TEXT_WIDTH, followed=True, within=True).findall(f"{W}tr")[-1]
        assert kept(last) == stays


def made(listed: Table, faces: Faces = CHINESE, notes: tuple[str, ...] = ()) -> Any:
    """The rows of a table as Word elements."""
    return table(listed, faces, TEXT_WIDTH, notes=notes, followed=False).findall(f"{W}tr")


def said(node: Any) -> str:
    return "".join(text.text or "" for text in node.iter(f"{W}t"))


def kept(row: Any) -> bool:
    """Whether a row is kept on the page of the next one."""
    return row.find(f"{W}tc/{W}p/{W}pPr/{W}keepNext") is not None


def test_the_notes_of_a_table_are_its_last_row_and_stay_with_those_above() -> None:
    rows = made(Table((Column("内容"), Column("单位")), (("经", "开"),) * 60), notes=("* 待确认", "等次标准"))
    assert len(rows) == 1 + 60 + 1
    [cell] = rows[-1].findall(f"{W}tc")
    assert cell.find(f"{W}tcPr/{W}gridSpan").get(f"{W}val") == "2"
    assert said(cell) == "* 待确认等次标准"
    assert [kept(row) for row in rows[1:]] == [True, *[False] * 55, *[True] * 4, False]


def test_a_note_is_below_the_first_table_with_its_mark() -> None:
    plain, marked = (Table((Column("a"),), ((text,),)) for text in ("1", "1*"))
    notes = ("* not confirmed", "not in these figures: A", "+ since records began")
    assert notes_of_tables([None, plain, marked], notes) == [(), notes[1:], notes[:1]]
    assert notes_of_tables([None], notes) == [()]


def test_a_short_table_stays_on_one_page() -> None:
    rows = made(Table((Column("内容"),), (("经",),) * 8))
    assert [kept(row) for row in rows[1:]] == [*[True] * 7, False]


def test_empty_cells_of_a_merged_column_belong_to_the_one_above() -> None:
    rows = made(Table((Column("a", merged=True), Column("b")), (("1", "x"), ("", "y"), ("2", "z"))))
    merges = [row.find(f"{W}tc/{W}tcPr/{W}vMerge").get(f"{W}val") for row in rows[1:]]
    assert merges == ["restart", None, "restart"]


def test_two_columns_are_joined_in_a_table_of_nine() -> None:
    def table_of(count: int) -> Table:
        others = tuple(Column(f"{n}") for n in range(count - 3))
        columns = (*others, Column("Unit"), Column("Leader", joins="Unit"), Column("Score", joins="gone"))
        row = (*"1" * (count - 3), "A", Toned("B", "red"), "3")
        return Table(columns, (row, (*row[:-3], "A\n0371-1", "B", "3"), (*row[:-3], "A", "A", "3")))

    assert joined(table_of(8)) == table_of(8)
    done = joined(table_of(9))
    assert [column.title for column in done.columns][-2:] == ["Unit\nLeader", "Score"]
    assert [row[-2] for row in done.rows] == [Toned("A\nB", "red"), "A B\n0371-1", "A"]


def test_a_column_gives_another_the_width_that_saves_lines() -> None:
    rows = tuple(("经" * 16, "开" * 18) for _row in range(20))
    columns = (Column("任务", wraps_from=14), Column("内容", wraps_from=14))
    widths = layout(Table(columns, rows), CHINESE, TEXT_WIDTH, LONGEST).widths
    assert (widths[0] >= 32, widths[1] >= 36) == (True, True)


@pytest.mark.parametrize(
    ("text", "least"), [("经", 1), ("\n".join("经" * 5), 5), ("经" * 20, 1), ("经" * 60, 2), ("经" * 60 + "\n经", 3)]
)
def test_the_least_height_of_a_row_is_one_line_less_than_estimated(text: str, least: int) -> None:
    """It has room for the lines of its cells; else LibreOffice aligns only some cells in the middle."""
    [row] = made(Table((Column("a", wraps_from=12), Column("b")), ((text, "开" * 14),)))[1:]
    height, face, borders = row.find(f"{W}trPr/{W}trHeight"), CHINESE.cells[0], 12
    assert height.get(f"{W}hRule") == "atLeast"
    assert int(height.get(f"{W}val")) == least * line_height(face) + 2 * face.above + borders


def test_english_cells_begin_at_the_top() -> None:
    for faces, stands in ((ENGLISH, "top"), (CHINESE, "center")):
        [row] = made(Table((Column("a"),), (("x",),)), faces)[1:]
        assert row.find(f"{W}tc/{W}tcPr/{W}vAlign").get(f"{W}val") == stands


def test_a_word_moves_to_the_next_line_with_its_figure() -> None:
    assert unbroken("经" * 11 + "，失17.6分", 28) == "经" * 11 + "，\n失17.6分"
    assert unbroken("经" * 12 + "失17.6分", 28) == "经" * 12 + "失\n17.6分"
    assert unbroken("经" * 11 + "，逾期未完成", 28) == "经" * 11 + "，\n逾期未完成"
    assert unbroken("经" * 9 + " +9万平方米", 24) == "经" * 9 + "\n+9万平方米"


def test_an_assessment_of_a_year_has_the_year_in_its_title(place: Workspace) -> None:
    assert place.here("assess", "--year", "2016", "--as-of", "2016-12-31", "-o", "y.docx", LANG="zh_CN.UTF-8").code == 0
    text = "".join(p.text for p in docx.Document(str(place.folder / "y.docx")).paragraphs)
    assert "2016年督导考核" in text


def test_a_line_of_english_is_broken_before_a_date_alone() -> None:
    columns = (Column("What", wraps_from=10), Column("Why", wraps_from=10), Column("Share", align="right"))
    said = "Renewal of pipes in lot 21, begun on the morning of 2016-03-16 in lot 4"
    made = table(Table(columns, ((said, said * 5, "50 %"),) * 4), ENGLISH, TEXT_WIDTH, followed=False)
    written = "".join("\n" if node.tag == f"{W}br" else node.text or "" for node in made.iter(f"{W}t", f"{W}br"))
    assert "50\u00a0%" in written
    assert "\n21" not in written
    assert " \n" not in written


def test_a_column_of_days_is_as_narrow_as_its_longest_day() -> None:
    """A year stands above its day, so that five columns fit on a portrait page."""
    columns = (*(Column(f"内容{n}", wraps_from=14) for n in range(4)), Column("完成时限", wraps_from=11))
    rows = (*((*["经" * 40] * 4, day) for day in ("4月3日", "2017年12月10日", "–")),)
    assert not on_its_side(Table(columns, rows), CHINESE)


@pytest.mark.parametrize(("wide", "size"), [(TEXT_WIDTH, "32"), (WIDE_TEXT_WIDTH, "24")])
def test_a_sentence_above_a_wide_table_is_in_small_type(wide: int, size: str) -> None:
    counted = Section("汇总", ("本表按牵头单位统计。",), Table((Column("内容"),), (("经",),)))
    about = About("重点工作", "zh", "Asia/Shanghai", date(2016, 7, 15), None, None)
    report = Document("overview", about, "汇总", {}, [], (counted,))
    [sentence] = [block for block in body(report, CHINESE, wide) if said(block) == "本表按牵头单位统计。"]
    assert {one.get(f"{W}val") for one in sentence.iter(f"{W}sz")} == {size}


def test_an_empty_column_to_be_filled_in_has_room_for_its_title() -> None:
    columns = (Column("Item", wraps_from=10), Column("completion", wraps_from=4), Column("已完成", wraps_from=4))
    widths = layout(Table(columns, (("a", "", ""),), by_hand=True), ENGLISH, TEXT_WIDTH, LONGEST).widths
    assert widths[1] >= len("completion")
    assert widths[2] >= 2 * len("已完成")


def test_the_smallest_part_of_a_stacked_bar_has_room_for_its_figure() -> None:
    [stack] = stacks([Moment(date(2016, 4, 15), {"red": 1, "yellow": 19, "green": 20}, {})])
    heights = {part.lamp: float(part.height) for part in stack.parts}
    assert heights["red"] == LEAST
    assert sum(heights.values()) == pytest.approx(COLUMN, abs=0.1)
    assert heights["green"] / heights["yellow"] == pytest.approx(20 / 19, abs=0.01)


def test_the_number_of_a_split_problem_is_left_out_with_its_space() -> None:
    assert without_numbers("问题 #27 的分项：路面") == "问题的分项：路面"


def test_a_row_of_many_names_three_late_things(tmp_path: Path) -> None:
    steps = ", ".join(f"{{id: m{n}, title: 第{n}段, deadline: 2016-03-0{n}}}" for n in (1, 2, 3))
    tasks = "".join(
        f"- {{id: {n}, title: 绿化{n}, lead_unit: 城管局, deadline: 2016-12-31, milestones: [{steps}]}}\n"
        for n in range(1, 31)
    )
    (tmp_path / "tasks.yaml").write_text(f"title: 重点工作\nyear: 2016\ntasks:\n{tasks}", "utf-8")
    done = Workspace(tmp_path).here("report", "--as-of", "2016-04-15", "-o", "x.docx", LANG="zh_CN.UTF-8")
    assert done.code == 0, done.err
    [table] = docx.Document(str(tmp_path / "x.docx")).tables
    why = [cell.text for cell in table.rows[0].cells].index("原因")
    reasons = [row.cells[why].text.split("\n") for row in table.rows[1:]]
    assert {tuple(line.partition("：")[0] for line in lines) for lines in reasons} == {("45天", "44天", "43天")}
