"""Spreadsheets: figures and dates are typed cells, and text is never a formula.

The recorded figures and units are invented.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import forty_tasks
from effort import mostly_slow
from hostile import NASTY, small
from jingkai_cli.formats.column_widths import across
from jingkai_cli.formats.sheet import avoid_short_last_page, new_sheet, write_notes, write_table
from running import Workspace, workspace

AS_OF = ("--as-of", "2016-07-15")
COMMANDS = {
    "report": ("report", *AS_OF),
    "overdue": ("report", "--overdue", *AS_OF),
    "groups": ("report", "--group-by", "unit", *AS_OF),
    "show": ("show", "10", *AS_OF),
    "log": ("log",),
    "problems": ("problem", "list", *AS_OF),
    "nothing": ("report", "--overdue", "--as-of", "2016-01-01"),
    "bulletin": ("bulletin", "--week", "2016-W13", "--as-of", "2016-04-15"),
    "notice": ("notice", "城镇办", *AS_OF),
    "rank": ("rank", "--month", "2016-03", "--as-of", "2016-04-15"),
    "assess": ("assess", "--month", "2016-03"),
    "today": ("today", "--as-of", "2016-04-01"),
    "handover": ("handover", *AS_OF),
}
EXECUTED = ("=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "'=1")
READ_AS_OTHER = ("#N/A", "1E5", "2016-03-01", "0012", "TRUE", "_x0041_")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = workspace(tmp_path_factory.mktemp("xlsx"), recorded=True)
    for words in (
        ("record", "15", "41.5", "--on", "2016-03-29", "--from", "城镇办"),
        ("record", "16", "60", "--on", "2016-03-29"),
        ("record", "10", "投资=1.2亿元", "--on", "2016-03-31", "--from", "明湖办事处"),
        ("problem", "open", "7", "占道经营", "--unit", "祥云办事处", "--due", "2016-03-20", "--on", "2016-03-10"),
        ("score", "城镇办", "92.5", "--month", "2016-03", "--on", "2016-03-31", "--by", "评委甲"),
    ):
        assert made.here(*words).code == 0
    return made


def written(place: Workspace, *command: str, name: str = "x.xlsx", **environ: str) -> bytes:
    done = place.here(*command, "-o", name, **environ)
    assert (done.code, done.out) == (0, ""), done
    return (place.folder / name).read_bytes()


def book(place: Workspace, *command: str, **environ: str) -> Workbook:
    return load_workbook(BytesIO(written(place, *command, **environ)))


def first(made: Workbook) -> Worksheet:
    sheet = made.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def titles(sheet: Worksheet) -> list[str]:
    """The titles of the columns, each on one line."""
    return [str(cell.value).replace("\n", "") for cell in sheet[1]]


def last_row(sheet: Worksheet) -> int:
    """The last row of the table; below it stands what the report says of it."""
    return int(re.split(r"\D+", str(sheet.auto_filter.ref))[-1])


def column(sheet: Worksheet, title: str) -> list[Cell]:
    """The cells below a title."""
    index = titles(sheet).index(title) + 1
    found = sheet.iter_rows(min_row=2, max_row=max(last_row(sheet), 2), min_col=index, max_col=index)
    return [cell for (cell,) in found if isinstance(cell, Cell)]


def words(made: Workbook) -> list[str]:
    """What a report says besides its table: below it, or on a sheet of its own."""
    sheet = first(made)
    rows = made["说明"].iter_rows() if "说明" in made.sheetnames else sheet.iter_rows(min_row=last_row(sheet) + 1)
    return [str(row[0].value).replace("\n", "") for row in rows if row[0].value]


def sheets(content: bytes) -> Iterator[str]:
    with ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert names
        yield from (archive.read(name).decode() for name in names)


DATE = 'yyyy"年"m"月"d"日"'
SHORT_DATE = 'm"月"d"日"'
"""A date as Chinese documents write it."""


def test_figures_and_dates_are_typed_cells(place: Workspace) -> None:
    sheet = first(book(place, *COMMANDS["report"]))
    assert (sheet.title, last_row(sheet)) == ("推进情况", 21)
    progress = column(sheet, "实际进度")
    assert [(cell.value, cell.number_format) for cell in (progress[14], progress[15])] == [
        (41.5, '0.0"%"_0'),
        (60, '0.0"%"_0'),
    ]
    deadlines = column(sheet, "完成时限")  # none was extended
    assert {
        (cell.value, cell.number_format) for cell in deadlines
    } == {  # as dates, with their mark; 2016 is above them
        (datetime(2016, 12, 31), SHORT_DATE + r"\*")  # noqa: DTZ001
    }
    assert {cell.data_type for cell in column(sheet, "剩余天数")} == {"n"}
    assert [cell.value for cell in column(sheet, "序号")][:3] == [1, 2, 3]


def test_dates_and_times_of_the_log_are_typed_cells(place: Workspace) -> None:
    sheet = first(book(place, *COMMANDS["log"]))
    assert {cell.number_format for cell in column(sheet, "日期")} == {DATE}
    assert {cell.number_format for cell in column(sheet, "录入时间")} == {f"{DATE} hh:mm"}
    assert all(isinstance(cell.value, datetime) for cell in (*column(sheet, "日期"), *column(sheet, "录入时间")))


def test_a_lamp_is_a_fill_and_a_word(place: Workspace) -> None:
    sheet = first(book(place, *COMMANDS["report"]))
    fills = {cell.value: cell.fill.fgColor.rgb for cell in column(sheet, "亮灯")}
    assert fills == {"红灯": "00FFC7CE", "黄灯": "00FFEB9C"}
    assert {cell.value for cell in column(sheet, "状态")} == {"逾期", "预警"}


@pytest.mark.slow
def test_codes_are_words_in_every_report(place: Workspace) -> None:
    codes = {"red", "yellow", "green", "none", "overdue", "at-risk", "report", "open", "deadline"}
    for command in COMMANDS.values():
        for sheet in book(place, *command).worksheets:
            assert not codes & {cell.value for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("command", [each for name, each in COMMANDS.items() if name != "show"], ids=str)
def test_the_first_sheet_is_a_table_that_can_be_filtered(command: tuple[str, ...], place: Workspace) -> None:
    made = book(place, *command)
    sheet = first(made)
    heads = titles(sheet)
    assert all(heads)
    assert len(set(heads)) == len(heads)
    assert sheet.freeze_panes == ("C2" if "原因" in heads else "A2")
    rows = [*sheet.iter_rows()][: last_row(sheet)]
    assert sheet.auto_filter.ref == f"A1:{get_column_letter(sheet.max_column)}{len(rows)}"
    assert all(any(cell.value is not None for cell in row) for row in rows)  # below them is a blank row, or a total
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert (sheet.page_setup.fitToWidth, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, True)
    cover = words(made)
    if command[0] in ("log", "problem"):  # it has nothing beside its table, or has it in the page header
        assert cover == []
    elif "说明" in made.sheetnames:
        assert "经开区城市精细化管理20项重点工作" in cover or "督办通知" in cover[0]
    else:
        assert len(made.sheetnames) == 1
        assert cover[-1][-1] in "。："  # handover ends where one signs
    assert not [line for line in cover if re.match("台账 [#0-9]", str(line))]
    assert sheet.oddFooter is not None
    assert re.match("台账 [1-9][0-9]*:[0-9a-f]{12}$", str(sheet.oddFooter.left.text))
    assert re.match("台账 [1-9][0-9]*:[0-9a-f]{64}$", str(made.properties.description))


def test_columns_have_room_for_chinese(place: Workspace) -> None:
    sheet = first(book(place, *COMMANDS["groups"]))
    assert sheet.column_dimensions["A"].width >= 2 * len("城镇办")
    wide = first(book(place, *COMMANDS["report"]))
    assert max(dimension.width for dimension in wide.column_dimensions.values()) <= 50
    assert (wide.row_dimensions[5].height or 0) > 60  # several lines of reasons


def test_the_reason_and_the_worst_lateness_are_beside_the_task(place: Workspace) -> None:
    """The other columns are grouped to the right and are not printed."""
    sheet = first(book(place, *COMMANDS["report"]))
    heads = titles(sheet)
    assert heads[:6] == ["序号", "工作任务", "原因", "亮灯", "状态", "最长逾期（天）"]
    numbers = [cell.value for cell in column(sheet, "序号")]
    worst, own = (
        dict(zip(numbers, (cell.value for cell in column(sheet, title)), strict=True))
        for title in ("最长逾期（天）", "逾期天数")
    )
    assert (worst[4], own[4]) == (106, 0)  # its milestones are late, the task is not
    hidden = {number for number, title in enumerate(heads) if sheet.column_dimensions[_letter(number)].hidden}
    assert {heads[number] for number in hidden} >= {"原定时限", "所属任务"}
    assert not hidden & set(range(6))


def _letter(number: int) -> str:
    return get_column_letter(number + 1)


def test_subtasks_are_grouped_below_their_task(place: Workspace) -> None:
    sheet = first(book(place, "report", "--tree", "--as-of", "2016-07-15"))
    levels = {cell.value: sheet.row_dimensions[cell.row or 0].outlineLevel for cell in column(sheet, "序号")}
    assert {levels[4], levels[5]} == {0}
    assert {levels[f"4.{number}"] for number in range(1, 6)} == {1}
    numbers, named = column(sheet, "序号"), column(sheet, "工作任务")
    indents = {n.value: title.alignment.indent for n, title in zip(numbers, named, strict=True)}
    assert (indents[4], indents["4.1"]) == (0, 1)
    assert named[4].alignment.horizontal == "left"  # else no program shows the indent
    assert sheet.sheet_properties.outlinePr is not None
    assert sheet.sheet_properties.outlinePr.summaryBelow is False


def test_reasons_of_a_subtask_are_only_in_its_own_row(tmp_path: Path) -> None:
    """No reason repeats the figures of the row."""
    forty_tasks.write(tmp_path)
    made = Workspace(tmp_path)
    assert made.here("import", "2016.jsonl").code == 0
    sheet = first(book(made, "report", "--tree", "--as-of", "2016-04-15"))
    numbers = [str(cell.value) for cell in column(sheet, "序号")]
    reasons = dict(zip(numbers, (str(cell.value or "") for cell in column(sheet, "原因")), strict=True))
    assert reasons["6"] == "分项任务预警3项，见分项各行"
    assert reasons["6.2"] == "滞后26天（连续滞后）"
    assert not [said for said in reasons.values() if "实际进度" in said]
    alone = first(book(made, "report", "--as-of", "2016-04-15"))
    numbers = [str(cell.value) for cell in column(alone, "序号")]
    of_6 = dict(zip(numbers, (str(cell.value or "") for cell in column(alone, "原因")), strict=True))["6"]
    assert of_6.replace("\n", "") == (
        "6.2 西片区工程：滞后26天（连续滞后）；序时进度52.2%，实际进度33%"
        "6.3 北片区工程：滞后11天（连续滞后）；序时进度52.2%，实际进度44%"
        "6.1 东片区工程：到期未启动，应于2月3日启动，已过72天，从未报送进展"
    )
    assert {"6.1", "6.2", "6.3"} == {line.split(" ")[0] for line in of_6.split("\n") if line.startswith("6.")}


def test_an_assessment_counts_all_units_and_has_a_dash_where_nothing_is_judged(place: Workspace) -> None:
    made = book(place, "assess", "--month", "2016-03")
    header, *rows = [list(row) for row in first(made).values][: last_row(first(made))]
    assert len(rows) == 4
    said = words(made)
    [opening] = [text for text in said if "个单位" in text]
    assert opening.startswith("4个单位：")
    assert opening.endswith("、明湖办事处无进度和时限考核事项，不评分、不排名。")
    assert "无可考核事项" not in opening
    nothing = [row for row in rows if row[header.index("评分")] == "–"]
    assert nothing
    assert all(value is not None for row in nothing for value in row)
    assert not any("/" in text for text in said)


def test_a_month_is_one_workbook_of_four_tables(place: Workspace) -> None:
    done = place.here("export", "--month", "2016-03", "-f", "xlsx", "-o", "month.xlsx")
    assert (done.code, done.err) == (0, "")
    made = load_workbook(place.folder / "month.xlsx")
    assert made.sheetnames == ["推进情况", "台账记录", "问题", "按牵头单位汇总"]
    assert last_row(first(made)) == 21


def test_a_workbook_needs_a_name_that_ends_in_xlsx(place: Workspace) -> None:
    """Excel does not open a file without the extension."""
    done = place.here("export", "--month", "2016-03", "-f", "xlsx", "-o", "三月")
    assert (done.code, done.err) == (2, "name the file: -o FILE.xlsx\n")
    assert not (place.folder / "三月").exists()


def test_a_task_is_one_portrait_sheet_and_its_entries_another_with_a_filter(place: Workspace) -> None:
    made = book(place, *COMMANDS["show"])
    assert made.sheetnames == ["推进情况", "最近台账记录"]
    [task, entries] = made.worksheets
    assert {each.page_setup.orientation for each in made.worksheets} == {"portrait"}
    assert entries.auto_filter.ref
    assert entries.freeze_panes == "A2"
    texts = [str(row[0].value) for row in task.iter_rows() if row[0].value]
    assert [each for each in ("状态", "原因", "指标", "推进方案备注") if each in texts][:3] == ["状态", "原因", "指标"]
    merged = {row for cells in task.merged_cells.ranges for row in range(cells.min_row, cells.max_row + 1)}
    tables = [row for row in task.iter_rows() if row[0].row not in merged]
    assert [cell.value for row in tables for cell in row if cell.value][:3] == ["序号", "节点目标", "完成时限"]
    [invested] = [row[2] for row in tables if row[2].value == 1.2]
    assert (invested.data_type, invested.number_format) == ("n", '0.0"亿元"_0')
    assert book(place, *COMMANDS["report"]).sheetnames == ["推进情况"]


def test_the_long_name_of_a_value_is_not_cut(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    plan = tmp_path / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("language: zh", "language: en"), "utf-8")
    sheet = first(book(made, "show", "4", *AS_OF))
    heights = {row[0].value: sheet.row_dimensions[row[0].row or 0].height or 0 for row in sheet.iter_rows()}
    assert heights["Lead leader"] > heights["Start"]


def test_parts_and_points_of_an_assessment_are_figures(tmp_path: Path) -> None:
    forty_tasks.write(tmp_path)
    made = Workspace(tmp_path)
    assert made.here("import", "2016.jsonl").code == 0
    units, *explained = book(made, "assess", "--month", "2016-03", "--explain").worksheets
    parts = [cell for cell in column(units, "进度") if cell.value != "–"]
    assert all(isinstance(cell.value, float | int) and '"/' in cell.number_format for cell in parts)
    points = [row[3] for sheet in explained for row in sheet.iter_rows(min_row=2) if row[3].value]
    assert points
    assert all(isinstance(cell.value, float | int) for cell in points)


@pytest.mark.parametrize("note", mostly_slow([*EXECUTED, *READ_AS_OTHER, *(note for note in NASTY if note.strip())]))
def test_text_stays_text(note: str, tmp_path: Path) -> None:
    place = small(tmp_path)
    assert place.here("record", "12", "-m", note, "--on", "2016-03-01", "--by", note).code == 0
    content = written(place, "log")
    assert not [sheet for sheet in sheets(content) if "<f>" in sheet or "<f " in sheet]
    assert not [sheet for sheet in sheets(content) if 't="e"' in sheet]
    (cell,) = column(first(load_workbook(BytesIO(content))), "内容")  # a report without tables has its text there
    assert cell.data_type == "s"
    assert cell.value is not None
    shown = place.here("log", "-f", "csv").out.split("\r\n")[1]
    assert str(cell.value).split("\n")[0].replace("_x005F_", "_") in shown.replace('""', '"')
    assert cell.quotePrefix == note.startswith(("=", "+", "-", "@", "'")), cell.quotePrefix


def test_text_too_long_for_a_cell_ends_with_an_ellipsis(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    line = '{"on": "2016-03-01", "task": "12", "kind": "report", "note": "' + "长" * 40000 + '"}\n'
    (tmp_path / "long.jsonl").write_text(line, "utf-8")
    assert place.here("import", "long.jsonl").code == 0
    (cell,) = column(first(book(place, "log")), "内容")
    assert (len(str(cell.value)), str(cell.value)[-1]) == (32767, "…")


@pytest.mark.parametrize("command", mostly_slow((each,) for each in COMMANDS.values()), ids=COMMANDS)
def test_the_same_report_twice_is_the_same_file(command: tuple[str, ...], place: Workspace) -> None:
    once = written(place, *command)
    assert once == written(place, *command)
    assert once == written(place, *command, LANG="zh_CN.UTF-8")
    with ZipFile(BytesIO(once)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    moments = re.findall(r">(\d{4}-\d\d-\d\dT[^<]*)<", core)
    assert len(moments) == 2
    assert all(moment.endswith("T00:00:00Z") for moment in moments)


def test_an_english_plan_has_english_words(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    plan = tmp_path / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("language: zh", "language: en"), "utf-8")
    sheet = first(book(place, *COMMANDS["report"], LANG="zh_CN.UTF-8"))
    assert {cell.value for cell in column(sheet, "Lamp")} == {"red", "yellow"}


def test_text_like_an_escaped_character_is_kept(tmp_path: Path) -> None:
    """A spreadsheet reads `_x0041_` as `A`, so the first `_` is escaped."""
    place = workspace(tmp_path)
    assert place.here("record", "12", "-m", "_x0041_", "--on", "2016-03-01").code == 0
    assert "<t>_x005F_x0041_</t>" in next(sheets(written(place, "log")))


def test_a_workbook_of_a_month_prints_the_main_columns_of_each_table(place: Workspace) -> None:
    """Grouped columns are not printed: entry numbers are among them, names of units are not."""
    assert place.here("export", "--month", "2016-03", "-f", "xlsx", "-o", "m.xlsx", LANG="zh_CN.UTF-8").code == 0
    made = load_workbook(place.folder / "m.xlsx")
    printed = {}
    for sheet in made.worksheets:
        heads = [cell for cell in sheet[1] if not sheet.column_dimensions[get_column_letter(cell.column or 0)].hidden]
        printed[sheet.title] = [str(cell.value).replace("\n", "") for cell in heads]
    units, problems = printed["按牵头单位汇总"], printed["问题"]
    assert {"牵头单位", "任务数", "红灯", "逾期天数", "评分", "等次"} <= set(units)
    assert len(units) <= 24
    assert "序号" not in problems
    assert {"任务序号", "工作任务", "问题", "责任单位", "整改时限"} <= set(problems)
    entries = made["台账记录"]
    assert printed["台账记录"][:7] == ["记录号", "日期", "录入人", "任务序号", "工作任务", "内容", "报送单位"]
    said = [str(cell.value) for row in entries.iter_rows(min_row=2, max_col=12) for cell in row]
    assert said


def test_the_counts_of_units_have_a_total(place: Workspace) -> None:
    sheet = first(book(place, *COMMANDS["groups"]))
    total = last_row(sheet) + 1
    assert sheet.cell(total, 1).value == "合计"
    assert sheet.cell(total, 2).value == sum(int(str(cell.value)) for cell in column(sheet, "任务数"))


def test_the_height_of_a_row_depends_on_its_printed_cells_only(tmp_path: Path) -> None:
    """Hidden columns, such as hashes of several lines, do not make a row higher."""
    made = workspace(tmp_path)
    assert made.here("record", "15", "41.5", "--on", "2016-03-29").code == 0
    assert made.here("export", "--month", "2016-03", "-f", "xlsx", "-o", "h.xlsx").code == 0
    sheet = load_workbook(tmp_path / "h.xlsx")["台账记录"]
    assert sheet.row_dimensions[2].height == 20


def test_an_entry_names_its_milestone_and_item(tmp_path: Path) -> None:
    """A moved milestone and an item of a ballot have their names, not their ids."""
    made = workspace(tmp_path)
    plan = tmp_path / "tasks.yaml"
    ballot = "observation: {items: [{id: road, name: 道路整治, points: 100}]}"
    plan.write_text(plan.read_text("utf-8").replace("totals:", f"{ballot}\ntotals:", 1), "utf-8")
    score = {"on": "2016-03-31", "task": "", "kind": "score", "month": "2016-03", "unit": "城镇办", "score": "92"}
    reach = {"on": "2016-03-11", "task": "4", "kind": "reach", "milestone": "ruihe-decoration"}
    entries = ({**score, "item": "road", "by": "评委甲"}, {**reach, "by": "li"})
    lines = [json.dumps(entry, ensure_ascii=False) for entry in entries]
    (tmp_path / "e.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    assert made.here("import", "e.jsonl", "--force").code == 0
    done = made.here("export", "--month", "2016-03", "-f", "xlsx", "-o", "n.xlsx")
    assert done.code == 0, done
    sheet = load_workbook(tmp_path / "n.xlsx")["台账记录"]
    place = [cell.value for cell in sheet[1]].index("内容")
    assert [row[place].value for row in sheet.iter_rows(min_row=2)] == [
        "城镇办3月份观摩评分，道路整治：92分",
        "节点完成：瑞和服务中心开始装修",
    ]


def test_a_cell_has_at_most_three_reasons(place: Workspace) -> None:
    """One per line, then their total, which is the same on paper."""
    sheet = first(book(place, "report", "--as-of", "2016-07-15"))
    reasons = [str(cell.value or "").replace("\n", "") for cell in column(sheet, "原因")]
    assert max(said.count("时限") for said in reasons) == 3
    counted = [re.findall(r"等\d+项", said) for said in reasons]
    assert any(counted)
    on_paper = docx.Document(BytesIO(written(place, "report", *AS_OF, name="x.docx"))).tables
    cells = [[cell.text for cell in row.cells] for table in on_paper for row in table.rows]
    rows = {row[0]: re.findall(r"等\d+项", "".join(row).replace("\u2060", "")) for row in cells if row[0].isdigit()}
    numbers = [str(cell.value) for cell in column(sheet, "序号")]
    assert dict(zip(numbers, counted, strict=True)) == rows


def test_a_known_on_day_is_written_out(place: Workspace) -> None:
    made = book(place, "report", "--as-of", "2016-04-15", "--known-on", "2016-04-10")
    assert _above(first(made)).endswith("推进情况（截至2016年4月15日，据2016年4月10日当时台账）")


def test_statistics_of_a_period_without_problems_are_an_empty_table(place: Workspace) -> None:
    sheet = first(book(place, "problem", "stats", "--month", "2016-01"))
    assert [sheet[place].value for place in ("A1", "A2")] == ["单位", "没有问题记录。"]
    assert last_row(sheet) == 1


def test_that_there_is_nothing_is_said_once(tmp_path: Path) -> None:
    made = book(small(tmp_path), "problem", "stats", "--month", "2016-03")
    assert len(made.sheetnames) == 1
    assert [row[0].value for row in first(made).iter_rows()][1:] == ["没有问题记录。"]


def test_a_ranking_without_scores_has_a_line_below_its_titles(place: Workspace) -> None:
    made = book(place, "rank", "--month", "2016-06")
    assert [row[0] for row in first(made).values][:2] == ["名次", "本月没有评分。"]
    assert str(made.properties.title).startswith("2016年6月")


def test_a_table_fits_the_width_of_a_page_at_its_type_size(place: Workspace) -> None:
    """Columns of long text become narrower, and short names are not broken."""
    sheet = first(book(place, *COMMANDS["report"]))
    shown = [each for each in sheet.column_dimensions.values() if not each.hidden]
    assert sum(each.width for each in shown) <= 146
    widths = {str(sheet[f"{each.index}1"].value).replace("\n", ""): each.width for each in shown}
    assert widths["工作任务"] >= 16
    assert widths["牵头单位"] >= 7


def test_an_agenda_has_the_words_of_its_groups_and_days_as_offices_write_them(place: Workspace) -> None:
    made = book(place, "agenda", *AS_OF)
    sheet = first(made)
    assert made.sheetnames == ["问题分拆会议题"]  # one list
    assert titles(sheet) == [
        *(
            "类别",
            "序号",
            "任务序号",
            "工作任务",
            "内容",
            "责任单位",
            "责任人",
            "提出日期",
            "完成时限",
            "逾期天数",
            "已历天数",
        ),
    ]
    assert {cell.value for cell in column(sheet, "类别")} >= {"逾期和预警任务"}
    assert [cell.value for cell in column(sheet, "序号")] == [*range(1, last_row(sheet))]
    assert all(cell.value for cell in column(sheet, "工作任务"))
    assert "未明确" in {cell.value for cell in column(sheet, "责任单位")}
    assert not [cell.value for cell in column(sheet, "逾期天数") if cell.value == 0]
    assert any("均无" in said for said in words(made))
    texts = [str(cell.value) for cell in column(sheet, "内容")]
    assert texts
    assert not [text for text in texts if re.search(r"\d{4}-\d\d|#\d", text)]
    assert all(cell.value for cell in column(sheet, "任务序号"))


@pytest.mark.parametrize("command", ["agenda", "handover"])
def test_a_deadline_that_is_not_confirmed_has_its_mark_in_a_list(command: str, place: Workspace) -> None:
    made = book(place, command, *AS_OF)
    marked = [cell for cell in column(first(made), "完成时限") if "*" in cell.number_format]
    assert marked
    assert len(marked) < last_row(first(made)) - 1
    assert [said for said in words(made) if said.startswith("* 推进方案中尚未确认") and said.endswith("。")]


@pytest.mark.parametrize("command", ["today", "handover"])
def test_today_and_handover_are_one_list_with_marks_and_lamps(command: str, place: Workspace) -> None:
    made = book(place, *COMMANDS[command])
    assert len(made.worksheets) == 1
    sheet = first(made)
    assert {"红灯", "黄灯"} & {cell.value for cell in column(sheet, "亮灯")}
    units = {cell.value for cell in column(sheet, "单位")}
    assert units >= ({"未明确"} if command == "today" else {"未明确", "城镇办*"})


def test_a_major_problem_is_marked_in_every_sheet(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    due = ("--on", "2016-03-28", "--due", "2016-04-08", "--unit", "城镇办", "--major", "--place", "迎宾路口")
    assert made.here("problem", "open", "15", "围挡破损", *due).code == 0
    listed = first(book(made, "problem", "list", "--as-of", "2016-04-15"))
    assert [cell.value for cell in column(listed, "问题")] == ["围挡破损（重大）"]
    assert titles(listed).index("点位") == titles(listed).index("区域") + 1
    said = [str(cell.value) for cell in column(first(book(made, "report", "--as-of", "2016-04-15")), "原因")]
    assert [text.count("围挡破损") for text in said if "围挡破损" in text] == [1]
    assert any("“围挡破损（重大）”，城镇办应于4月8日前整改" in text.replace("\n", "") for text in said)


def test_a_row_has_unit_and_report_date_also_when_there_are_none(place: Workspace) -> None:
    sheet = first(book(place, "report", "--as-of", "2016-07-15"))
    assert "未明确" in {cell.value for cell in column(sheet, "牵头单位")}
    assert "未报送" in {cell.value for cell in column(sheet, "最近报送")}
    assert not [cell.value for cell in column(sheet, "原因") if "最近报送截至" in str(cell.value)]
    assert not [cell for cell in column(sheet, "牵头单位") if cell.value is None]


def test_the_days_of_a_period_are_in_its_title_once(place: Workspace) -> None:
    made = book(place, "problem", "stats", "--from", "2016-03-01", "--to", "2016-07-15", "--as-of", "2016-07-15")
    above = first(made).oddHeader
    assert above
    assert str(above.center.text).endswith("问题统计（2016年3月1日至7月15日）")


def test_no_number_of_a_task_has_a_green_corner_and_every_page_its_number(place: Workspace) -> None:
    content = written(place, *COMMANDS["report"])
    last = '<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    assert all(sheet.endswith(last) for sheet in sheets(content))
    feet = [sheet.oddFooter for sheet in load_workbook(BytesIO(content)).worksheets]
    assert all(foot and "&P" in str(foot.right.text) for foot in feet)


def test_the_page_header_of_a_letter_is_its_title(place: Workspace) -> None:
    sheet: Any = first(book(place, *COMMANDS["notice"]))
    assert str(sheet.oddHeader.center.text).endswith("的督办通知")


WORKBOOKS = (
    ("report", "--tree", "--as-of", "2016-04-15"),
    ("log",),
    ("problem", "list", "--as-of", "2016-04-15"),
    ("assess", "--month", "2016-03"),
    ("export", "--month", "2016-03"),
)


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "sign"), [(6, 5.5), (7, 7)], ids=["Excel", "LibreOffice without the font"])
def test_every_row_is_as_high_as_its_texts(unit: float, sign: float, tmp_path: Path) -> None:
    """Computed again here: a Chinese character has 11 points, words stay whole, no line begins with a closing mark."""
    forty_tasks.write(tmp_path)
    made = Workspace(tmp_path)
    assert made.here("import", "2016.jsonl").code == 0
    for command in WORKBOOKS:
        assert made.here(*command, "-f", "xlsx", "-o", "h.xlsx").code == 0
        for sheet in load_workbook(tmp_path / "h.xlsx"):
            across = sum(each.width for each in sheet.column_dimensions.values() if not each.hidden)
            merged = {cells.coord.split(":")[0] for cells in sheet.merged_cells.ranges}
            for number, row in enumerate(sheet.iter_rows(), start=1):
                height = sheet.row_dimensions[number].height or 0
                for cell in row:
                    column = sheet.column_dimensions[get_column_letter(cell.column or 0)]
                    if isinstance(cell.value, str) and not column.hidden:
                        room = (across if cell.coordinate in merged else column.width) * unit - 4
                        lines = sum(_lines(text, room, sign) for text in cell.value.split("\n"))
                        assert height >= 15 * lines, (command, cell.coordinate, cell.value, column.width)


def _lines(text: str, room: float, sign: float) -> int:
    lines, used = 1, 0.0
    for word in re.findall(r"[“（]*(?:[!-~]+|.)[，。；：、）”％]*", text):
        taken = sum(sign if char.isascii() else 11 for char in word)
        if used and used + taken > room:
            lines, used = lines + 1, 0
        lines, used = lines + int((used + taken - 0.01) // room), (used + taken) % room
    return lines


def test_a_log_has_the_day_of_receipt_where_it_differs_and_a_letter_s_dates_written_out(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    assert made.here("record", "15", "41.5", "--on", "2016-03-29", "--received", "2016-03-29").code == 0
    assert (
        made.here("record", "15", "42", "--on", "2016-03-30", "--received", "2016-04-02", "-m", "2016-03-30止").code
        == 0
    )
    letter = made.here("notice", "城镇办", "--issue", "--as-of", "2016-04-11", "-f", "docx", "-o", "n.docx")
    assert letter.code == 0, letter
    assert made.here("log", "-f", "xlsx", "-o", "l.xlsx").code == 0
    rows = [*load_workbook(tmp_path / "l.xlsx")["台账记录"].values]
    *_others, same, later, issued = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    assert same["收到日期"] is None
    assert later["收到日期"] == datetime(2016, 4, 2)  # noqa: DTZ001 - a cell has no time zone
    assert later["说明"] == "2016-03-30止"
    assert "3月31日" in str(issued["说明"])
    assert "2016-0" not in str(issued["说明"])


def test_problems_are_below_their_counts_without_a_cover_sheet(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    for task in ("15", "4", "2"):
        due = ("--on", "2016-03-28", "--due", "2016-04-08", "--unit", "城镇办")
        assert made.here("problem", "open", task, "围挡破损", *due).code == 0
    assert made.here("problem", "list", "--as-of", "2016-04-15", "-f", "xlsx", "-o", "p.xlsx").code == 0
    assert made.here("export", "--month", "2016-03", "-f", "xlsx", "-o", "m.xlsx").code == 0
    book = load_workbook(tmp_path / "p.xlsx")
    assert len(book.worksheets) == 1
    above = book.worksheets[0].oddHeader
    assert above
    assert "问题3个：已交办3个" in (above.center.text or "")
    for sheet in (book.worksheets[0], load_workbook(tmp_path / "m.xlsx")["问题"]):
        assert {cell.value for cell in column(sheet, "任务序号")} == {15, 4, 2}


def test_a_workbook_has_a_line_for_an_empty_month_and_words_for_a_gap(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    assert made.here("export", "--month", "2016-03", "-f", "xlsx", "-o", "m.xlsx").code == 0
    book_ = load_workbook(tmp_path / "m.xlsx")
    for name in ("台账记录", "问题"):
        assert "日期" in [cell.value for cell in book_[name][1]] or name == "问题"
        assert book_[name].auto_filter.ref.startswith("A1:")
        [_titles, line] = book_[name].values
        assert [text for text in line if text] == ["本月无记录。"]
    said = [str(row[0]) for sheet in book_.worksheets for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]
    assert len([text for text in said if text.startswith("20项任务")]) == 1
    moved = ("--to", "2017-01-31", "--on", "2016-12-01", "--approved-by", "领导甲", "--basis", "document", "-m", "汛期")
    assert made.here("extend", "15", *moved).code == 0
    assert made.here("report", "-f", "xlsx", "-o", "r.xlsx", "--as-of", "2016-12-15").code == 0
    assert column(first(load_workbook(tmp_path / "r.xlsx")), "调整后时限")


def test_a_gap_is_in_words(tmp_path: Path) -> None:
    forty_tasks.write(tmp_path)
    made = Workspace(tmp_path)
    assert made.here("import", "2016.jsonl").code == 0
    assert made.here("export", "--month", "2016-03", "-f", "xlsx", "-o", "m.xlsx").code == 0
    gaps = column(load_workbook(tmp_path / "m.xlsx")["按牵头单位汇总"], "平均差距（百分点）")
    forms = {cell.number_format for cell in gaps if cell.value is not None}
    assert forms == {'"滞后"0.0_0;"超前"0.0_0;0.0_0', "0.0_0;0.0_0"}  # one is neither


def _wide(sheet: Worksheet, title: str) -> float:
    """The width of the column under a title."""
    letter = get_column_letter(titles(sheet).index(title) + 1)
    return float(sheet.column_dimensions[letter].width)


def _row(sheet: Worksheet, **cells: Any) -> dict[str, Any]:
    """The first row that has these values, by its titles."""
    _header, *rows = [list(row) for row in sheet.values]
    listed = [dict(zip(titles(sheet), row, strict=True)) for row in rows]
    return next(row for row in listed if all(row[title] == value for title, value in cells.items()))


def test_a_milestone_that_was_reached_is_a_report(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    assert made.here("reach", "11", "new-greenway", "--on", "2016-06-28").code == 0
    sheet = first(book(made, "report", *AS_OF))
    assert str(_row(sheet, 序号=11)["最近报送"]).startswith("2016-06-28")
    assert _row(sheet, 序号=3)["最近报送"] == "未报送"


def test_silent_tasks_and_sub_tasks_without_a_lead_unit_are_counted_separately(tmp_path: Path) -> None:
    made = workspace(tmp_path, recorded=True)
    said = words(book(made, "today", "--as-of", "2016-04-10"))
    [counted] = [text for text in said if "牵头单位未明确" in text]
    parts = re.fullmatch(r"另有(\d+)项任务、(\d+)项分项任务牵头单位未明确，未按时报送。", counted)
    assert parts, counted
    assert int(parts[1]) <= 17
    assert int(parts[2]) <= 5


def test_a_decision_has_no_lamp_and_a_report_has_that_of_its_task(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    decided = ("decide", "协调管线迁改", "--unit", "城镇办", "--due", "2016-03-30", "--task", "9", "--meeting", "第9次")
    assert made.here(*decided, "--on", "2016-03-05").code == 0
    assert made.here("record", "12", "35", "--from", "执法局", "-m", "已评审", "--on", "2016-04-08").code == 0
    handover = first(book(made, "handover", "--as-of", "2016-04-10"))
    decision = _decision(handover)
    assert decision["亮灯"] is None
    assert str(decision["完成时限"]).startswith("2016-03-30")
    today = first(book(made, "today", "--since", "2016-04-08", "--as-of", "2016-04-10"))
    reported = _row(today, 类别="新报送")
    assert reported["亮灯"] == "暂不亮灯"
    assert reported["内容"] == "进度35%\n已评审"


def _decision(sheet: Worksheet) -> dict[str, Any]:
    _header, *rows = [list(row) for row in sheet.values]
    listed = [dict(zip(titles(sheet), row, strict=True)) for row in rows]
    return next(row for row in listed if "协调管线迁改" in str(row["内容"]))


def _above(sheet: Any) -> str:
    """The page header."""
    return str(sheet.oddHeader.center.text)


def test_a_ranking_of_groups_has_the_group_in_its_first_column_and_page_header(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    plan = tmp_path / "tasks.yaml"
    groups = "observation: {groups: {委局组: [城镇办, 执法局], 办事处组: [明湖办事处, 祥云办事处]}}"
    plan.write_text(plan.read_text("utf-8").replace("totals:", f"{groups}\ntotals:", 1), "utf-8")
    for unit, points in (("城镇办", "90"), ("明湖办事处", "80")):
        done = made.here("score", unit, points, "--month", "2016-03", "--on", "2016-03-31", "--by", "评委甲")
        assert done.code == 0
    found = book(made, "rank", "--month", "2016-03", "--as-of", "2016-04-15")
    assert [row[0] for row in first(found).values][:3] == ["分组", "委局组", "办事处组"]
    above = _above(found["委局组"])
    assert "2016年3月观摩评比单位排名（委局组）（内部资料）" in above
    assert "委局组" not in _above(first(found))


def test_reasons_have_room_beside_states_of_one_line(place: Workspace) -> None:
    sheet = first(book(place, "report", "--as-of", "2016-04-10"))
    assert _wide(sheet, "状态") == pytest.approx(across(len("未定节点，暂不评判")), abs=0.3)
    assert _wide(sheet, "原因") >= 33


def test_days_of_the_report_s_year_have_no_year_beside_days_of_another(tmp_path: Path) -> None:
    made = small(tmp_path)
    plan = tmp_path / "tasks.yaml"
    assert plan.read_text("utf-8").count("2016-12-31")
    plan.write_text(plan.read_text("utf-8").replace("2016-12-31", "2017-01-10", 1), "utf-8")
    sheet = first(book(made, "report", "--as-of", "2016-04-10"))
    formats = {
        (cell.value.year, cell.number_format) for cell in column(sheet, "完成时限") if isinstance(cell.value, datetime)
    }
    assert {form.startswith("yyyy") for year, form in formats if year == 2017} == {True}
    assert {form.startswith("yyyy") for year, form in formats if year == 2016} <= {False}


def test_the_texts_of_a_report_are_in_its_note(tmp_path: Path) -> None:
    made = small(tmp_path)
    texts = ("--problem", "电力迁改受阻", "--next", "4月进场", "--need", "停电配合")
    assert made.here("record", "12", "35", "-m", "已评审", *texts, "--on", "2016-03-01").code == 0
    sheet = first(book(made, "log"))
    assert column(sheet, "说明")[0].value == "已评审\n存在问题：电力迁改受阻\n下步措施：4月进场\n需协调事项：停电配合"
    (letter,) = [cell.column_letter for cell in sheet[1] if cell.value == "存在问题"]
    assert sheet.column_dimensions[letter].hidden


def test_task_numbers_are_centred(place: Workspace) -> None:
    sheet = first(book(place, "agenda", *AS_OF))
    assert {cell.alignment.horizontal for cell in column(sheet, "任务序号") if cell.value} == {"center"}
    assert _wide(sheet, "类别") < 19


def test_a_ballot_without_items_asks_for_one_score_under_a_title_of_one_line(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    ballot = ("form", "--observation", "--month", "2016-03", "--judge", "评委甲", "-o", "b")
    assert made.here(*ballot).code == 0
    sheet = first(load_workbook(next((tmp_path / "b").glob("*.xlsx"))))
    assert "逐项" not in str(sheet["A3"].value)
    assert "一个总分" in str(sheet["A3"].value)
    wide = sum(float(each.width) for each in sheet.column_dimensions.values())
    assert 2 * len(str(sheet["A1"].value)) * 1.4 <= wide


def test_a_list_as_a_tree_has_the_worst_problems_first_too(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    for task, title, due in (("19", "后到期", "2016-04-20"), ("7", "先到期", "2016-03-20")):
        opened = ("problem", "open", task, title, "--unit", "执法局", "--due", due, "--on", "2016-03-10")
        assert made.here(*opened).code == 0
    flat, tree = (
        [cell.value for cell in column(first(book(made, "problem", "list", *tree, *AS_OF)), "问题")]
        for tree in ((), ("--tree",))
    )
    assert flat == tree == ["先到期", "后到期"]


@pytest.mark.parametrize("command", ["report", "today", "handover", "assess", "show"])
def test_only_the_items_of_a_list_stand_on_lines_of_their_own(command: str, place: Workspace) -> None:
    """The spreadsheet program breaks lines, so that every name, unit and date can be found, filtered and copied."""
    cells = [cell for sheet in book(place, *COMMANDS[command]) for row in sheet.iter_rows() for cell in row]
    found = [str(cell.value) for cell in cells]
    assert not [text for text in found if re.search(r"(^|\n)[，。；：、）”％]|\n.$", text)]
    assert not [text for text in found if re.search(r"\d\n\d|\d\n[年月日天项]|[年月]\n\d|，\n|[执城住经]\n.", text)]


@pytest.mark.parametrize(("rows", "notes", "fewer"), [(27, 0, 1), (25, 6, None)])
def test_a_last_page_has_more_than_a_row_and_no_notes_without_rows(rows: int, notes: int, fewer: int | None) -> None:
    sheet = new_sheet(Workbook(), "表")
    write_table(sheet, "zh", ["工作任务"], [["任务"]] * rows)
    write_notes(sheet, "zh", ["说明"] * notes)
    sheet.column_dimensions["A"].width = 140
    avoid_short_last_page(sheet)
    assert sheet.page_setup.fitToHeight == (fewer or 0)
    assert [each.id for each in sheet.row_breaks.brk] == ([] if fewer else [rows + 1 - 3])


def test_each_task_that_a_unit_did_not_report_stands_on_its_own_line(tmp_path: Path) -> None:
    forty_tasks.write(tmp_path)
    made = Workspace(tmp_path)
    assert made.here("import", "2016.jsonl").code == 0
    sheet = first(book(made, "today", "--as-of", "2016-07-15"))
    kinds, said = column(sheet, "类别"), column(sheet, "内容")
    listed = [str(text.value) for kind, text in zip(kinds, said, strict=True) if kind.value == "未按时报送的单位"]
    assert listed
    assert all(re.match(r"\d", line) for text in listed for line in text.split("\n"))
    assert not [text for text in listed if "、" in text]


def test_a_handover_is_signed_below_its_table(place: Workspace) -> None:
    said = words(book(place, *COMMANDS["handover"]))
    assert said[-1].startswith("移交人：")
    assert said[0].startswith("20项任务")


def test_a_workbook_has_the_marks_of_chinese_and_a_log_those_that_were_typed(tmp_path: Path) -> None:
    made = small(tmp_path)
    typed = (
        "problem",
        "open",
        "12",
        "围挡破损,物料未覆盖",
        "--unit",
        "城镇办",
        "--due",
        "2016-03-20",
        "--on",
        "2016-03-10",
    )
    assert made.here(*typed).code == 0
    listed = first(book(made, "problem", "list", "--as-of", "2016-04-15"))
    assert [cell.value for cell in column(listed, "问题")] == ["围挡破损，物料未覆盖"]
    assert any("围挡破损,物料未覆盖" in str(cell.value) for cell in column(first(book(made, "log")), "内容"))


def test_a_short_title_is_on_one_line_where_there_is_room(place: Workspace) -> None:
    heads = [str(cell.value) for cell in first(book(place, *COMMANDS["problems"]))[1]]
    assert {"任务序号", "责任单位", "整改时限", "逾期天数"} <= {*heads}
    log = [str(cell.value) for cell in first(book(place, *COMMANDS["log"]))[1]]
    assert not [head for head in log if re.search(r"\n.$", head)]
