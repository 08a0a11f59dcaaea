"""What an office reads in the files of both plans: titles beside numbers, marks and footnotes, dates in Chinese.

These tests read the files; `test_libreoffice.py` reads the pages.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import forty_tasks
from jingkai_cli.formats.column_widths import across
from running import Workspace, workspace

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DAY = {"real": "2016-07-15", "forty": "2016-04-15"}
REPORTS = {
    "report": ("report",),
    "units": ("report", "--group-by", "unit"),
    "overdue": ("report", "--overdue"),
    "today": ("today",),
    "handover": ("handover",),
    "bulletin": ("bulletin", "--week", "2016-W14"),
    "agenda": ("agenda",),
}
SHEETS = {name: command for name, command in REPORTS.items() if name in {"report", "units", "overdue", "handover"}}
FOOTNOTE = "推进方案中尚未确认"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workspace]:
    """The workspaces of both plans; the real one has the published figures."""
    forty = Workspace(tmp_path_factory.mktemp("forty"))
    forty_tasks.write(forty.folder)
    assert forty.here("import", "2016.jsonl").code == 0
    return {"real": workspace(tmp_path_factory.mktemp("real"), recorded=True), "forty": forty}


def written(place: Workspace, name: str, *command: str) -> Path:
    done = place.here(*command, "-o", name)
    assert done.code == 0, done
    return place.folder / name


def lines(file: Path) -> list[str]:
    """The lines of a Word file, including those of table cells."""
    return [paragraph_text(one) for one in docx.Document(str(file)).element.body.iter(f"{W}p")]


def paragraph_text(paragraph: object) -> str:
    return "".join("\n" if node.tag == f"{W}br" else node.text or "" for node in paragraph.iter(f"{W}t", f"{W}br"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize("plan", DAY)
def test_a_word_file_names_tasks_by_title_and_explains_its_marks(
    plan: str, command: tuple[str, ...], places: dict[str, Workspace]
) -> None:
    said = lines(written(places[plan], "x.docx", *command, "--as-of", DAY[plan]))
    whole = "\n".join(said)
    assert not re.search(r"(?:任务|[：第])\d+(?:\.\d+)?、\d+(?:\.\d+)?(?![.\d]*[^\d、。.\s])", whole)
    noted = [line for line in said if FOOTNOTE in line]
    marked = [line for line in said if "*" in line and FOOTNOTE not in line]
    assert bool(noted) == bool(marked)
    assert not re.search(r"(?:19|20)\d\d-\d\d", whole)


def test_unconfirmed_tasks_are_named_by_title(places: dict[str, Workspace]) -> None:
    for command in (("report",), ("handover",)):
        file = written(places["real"], "c.docx", *command, "--as-of", DAY["real"])
        said = [line.replace("\n", "") for line in lines(file)]
        [unsettled] = [line for line in said if line.startswith("牵头单位待明确：")]
        assert unsettled.startswith("牵头单位待明确：除1.围合区域大棚户区征迁改造、2.县以下新型城镇化建设")
        assert unsettled.rstrip("。").endswith("外的其余17项任务")
        assert "牵头单位待确认：2.县以下新型城镇化建设及高速、干线公路两侧村庄征迁改造；7.重点区域、" in "".join(said)
        assert any(line.startswith("节点时限待确认：2.县以下新型城镇化") and "4月30日" in line for line in said)


def test_a_subtask_is_named_with_its_task_on_paper(places: dict[str, Workspace]) -> None:
    file = written(places["forty"], "u.docx", "report", "--group-by", "unit", "--as-of", DAY["forty"])
    rows = [[cell.text for cell in row.cells] for row in docx.Document(str(file)).tables[0].rows]
    assert ["城管局", "30.1 社区电动车充电桩整治规范（东片区工程）"] in [[row[0], row[-1]] for row in rows]
    assert rows[-2][:2] == ["合计", "70"]
    [notes] = {*rows[-1]}
    assert notes.startswith("本表按牵头单位统计，任务和分项任务各计一次；有分项任务的，主任务只计自身情况。\n平均差距")
    [sheet] = sheets(written(places["forty"], "u.xlsx", "report", "--group-by", "unit", "--as-of", "2016-04-15"))
    named = dict(printed(sheet))["问题最突出任务"].replace("规范\n", "规范")
    assert "30.1 社区电动车充电桩整治规范（东片区工程）" in named
    [sheet] = sheets(written(places["real"], "u.xlsx", "report", "--group-by", "unit", "--as-of", "2016-04-15"))
    texts = dict(printed(sheet))
    assert texts["牵头单位"].split("\n")[:2] == ["城镇办*", "执法局*"]
    assert texts["问题最突出任务"].split("\n")[:2] == ["1.围合区域大棚户区征迁改造", "7.重点区域、路段城市精细化管理"]


def test_tasks_that_a_sentence_names_stand_on_one_line_and_a_list_of_tasks_on_many(
    places: dict[str, Workspace],
) -> None:
    [sheet] = sheets(written(places["real"], "h.xlsx", "handover", "--as-of", DAY["real"]))
    assert "牵头单位待明确：除1.围合区域大棚户区征迁改造、2.县以下新型城镇化建设" in dict(printed(sheet))["内容"]
    [sheet] = sheets(written(places["forty"], "t.xlsx", "today", "--as-of", "2016-07-15"))
    assert "（西片区工程）\n20.建筑垃圾资源化利用\n38.2" in dict(printed(sheet))["内容"]


def sheets(file: Path) -> Iterator[Worksheet]:
    for sheet in load_workbook(file).worksheets:
        assert isinstance(sheet, Worksheet)
        yield sheet


def printed(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    """Yield the title of each printed column and the texts below it."""
    for column in sheet.iter_cols():
        letter = get_column_letter(column[0].column or 0)
        if not sheet.column_dimensions[letter].hidden:
            yield (
                str(column[0].value).replace("\n", ""),
                "\n".join(str(c.value) for c in column[1:] if isinstance(c.value, str)),
            )


MONTH = ("export", "--month", "2016-03", "-f", "xlsx")


@pytest.mark.slow
@pytest.mark.parametrize("command", [*SHEETS.values(), MONTH], ids=[*SHEETS, "month"])
@pytest.mark.parametrize("plan", DAY)
def test_a_workbook_has_titles_and_dates_as_offices_write_them(
    plan: str, command: tuple[str, ...], places: dict[str, Workspace]
) -> None:
    as_of = () if command == MONTH else ("--as-of", DAY[plan])
    for sheet in sheets(written(places[plan], "x.xlsx", *command, *as_of)):
        assert sheet.page_setup.fitToWidth == 1
        cover = sheet.freeze_panes is None
        assert sheet.column_dimensions["A"].width <= 74  # fits a page in any program
        for title, texts in printed(sheet):
            assert not re.search(r"(?:19|20)\d\d-\d\d", title + texts), title
            if title != "录入人":
                assert re.findall("[A-Za-z#]+", title + re.sub("L[0-9]+", "", texts)) == [], title
        shown = [cell for cell in sheet[1] if not sheet.column_dimensions[get_column_letter(cell.column or 0)].hidden]
        for cell in () if cover else shown:  # a title is stored whole, so that it can be searched for
            assert "\n" not in str(cell.value)
        figures = [c for row in sheet.iter_rows(min_row=2) for c in row if isinstance(c.value, int | float)]
        styles = {(c.number_format[-2:], c.alignment.horizontal) for c in figures}
        assert styles <= {("_0", "right"), ("0", "center")}  # amounts, numbers of tasks
        centred = {sheet.cell(1, c.column).value for c in figures if c.alignment.horizontal == "center"}
        assert centred <= {"序号", "任务序号"}


def test_a_workbook_marks_what_the_plan_does_not_confirm(places: dict[str, Workspace]) -> None:
    [sheet] = sheets(written(places["real"], "m.xlsx", "report", "--as-of", DAY["real"]))
    titles = [str(cell.value).replace("\n", "") for cell in sheet[1]]
    units = [sheet.cell(row, titles.index("牵头单位") + 1).value for row in (2, 3)]
    deadlines = [sheet.cell(row, titles.index("完成时限") + 1).number_format for row in (2, 3)]
    assert units == ["城镇办", "城镇办*"]
    assert [form[-2:] for form in deadlines] == [r"\*", r"\*"]


def test_a_column_without_anything_is_not_printed(places: dict[str, Workspace]) -> None:
    [sheet] = sheets(written(places["forty"], "r.xlsx", "rank", "--month", "2016-03", "--as-of", "2016-04-15"))
    assert [title for title, _texts in printed(sheet)] == ["名次", "单位", "任务数", "评委", "平均分"]


def test_a_handover_says_of_a_task_behind_that_it_was_not_reported_either(places: dict[str, Workspace]) -> None:
    [sheet] = sheets(written(places["forty"], "h.xlsx", "handover", "--as-of", DAY["forty"]))
    assert "实际进度28%\n已有3个报送周期未按时报送" in dict(printed(sheet))["内容"]


def test_a_list_has_room_for_titles_beside_its_groups(places: dict[str, Workspace]) -> None:
    for plan, characters in (("forty", 15), ("real", 22)):
        [sheet] = sheets(written(places[plan], "h.xlsx", "handover", "--as-of", DAY[plan]))
        assert sheet.column_dimensions["A"].width < across(6)
        assert sheet.column_dimensions["C"].width >= across(characters)
    [sheet] = sheets(written(places["real"], "a.xlsx", "agenda", "--as-of", "2016-04-15"))
    assert sheet.column_dimensions["D"].width >= across(22)


def test_a_form_has_dates_as_offices_write_them_and_whole_titles(places: dict[str, Workspace]) -> None:
    assert places["forty"].here("form", "--month", "2016-03", "--unit", "城镇办", "-o", "f").code == 0
    sheet = next(sheets(places["forty"].folder / "f" / "城镇办-2016-03.xlsx"))
    assert "2016年3月1日至2016年3月31日" in str(sheet["A2"].value)
    assert "滨河路跨线桥新建（东片区工程）" in [cell.value for cell in sheet["B"]]
    dates = [c.number_format for row in sheet.iter_rows(min_row=5) for c in row if isinstance(c.value, datetime)]
    assert dates
    assert all(form.startswith(('yyyy"年"m"月"d"日"', 'm"月"d"日"')) for form in dates)


def test_the_recipients_of_a_bulletin_are_below_its_signature(places: dict[str, Workspace]) -> None:
    """Signature and recipients (版记) are kept together, so that no page has a recipient alone."""
    file = written(places["forty"], "b.docx", "bulletin", "--week", "2016-W14", "--as-of", "2016-04-15")
    *_text, recipients, _end = docx.Document(str(file)).element.body
    body = list(docx.Document(str(file)).element.body)
    date = next(n for n, one in enumerate(body) if paragraph_text(one) == "2016年4月15日")
    kept = [one.find(f"{W}pPr/{W}keepNext") is not None for one in body[date:-2]]
    assert kept
    assert all(kept)
    rows = [one.find(f"{W}pPr/{W}keepNext") is not None for one in recipients.iter(f"{W}p")]
    assert rows == [True, False]


def test_figures_are_aligned_below_the_middle_of_their_title(places: dict[str, Workspace]) -> None:
    """They are aligned right, away from the edge of a wide column."""
    file = written(places["forty"], "k.docx", "rank", "--month", "2016-03", "--as-of", "2016-04-15")
    column = [row.cells[4].paragraphs[0]._p for row in docx.Document(str(file)).tables[0].rows[1:-1]]  # noqa: SLF001
    indents = {int(one.find(f"{W}pPr/{W}ind").get(f"{W}rightChars")) for one in column}
    assert len(indents) == 1
    assert min(indents) > 50


ENGLISH = """\
title: Key works of the district
year: 2016
language: en
issued: 2016-01-20
tasks:
  - {id: 1, title: Car parks, lead_unit: Housing bureau, deadline: 2016-06-30, planned: {2016-03: 40}}
  - {id: 2, title: Greening, lead_unit: Parks bureau, deadline: 2016-04-03}
"""


def test_an_english_file_has_no_chinese_numeral_and_whole_words(tmp_path: Path) -> None:
    (tmp_path / "tasks.yaml").write_text(ENGLISH, "utf-8")
    place = Workspace(tmp_path)
    assert place.here("record", "1", "20", "--on", "2016-04-06").code == 0
    said = lines(written(place, "b.docx", "bulletin", "--week", "2016-W14", "--as-of", "2016-04-15"))
    assert any(line.startswith("(1) Car parks (lead unit: Housing bureau).") for line in said)
    assert not re.search("[\u4e00-\u9fff]", "".join(said))
    file = written(place, "u.docx", "report", "--group-by", "unit", "--as-of", "2016-04-15")
    [table] = docx.Document(str(file)).tables
    twips = [int(one.get(f"{W}w")) for one in table._tbl.iter(f"{W}gridCol")]  # noqa: SLF001
    sizes = [run.font.size.pt for cell in table.rows[0].cells for run in cell.paragraphs[0].runs]
    for cell, width, size in zip(table.rows[0].cells, twips, sizes, strict=True):
        longest = max(map(len, cell.text.split()))
        assert longest * size * 10 <= width - 114, cell.text  # half an em wide, between the paddings


UNITS = """\
title: 重点工作
year: 2016
units: [住建局, 城管局]
tasks:
- id: 1
  title: 供水管网:改造,一期
  lead_unit: 住建局
  person: 科长甲
  deadline: 2016-04-03
  subtasks: [{id: 1.1, title: 东片}, {id: 1.2, title: 西片, lead_unit: 城管局}]
- {id: 2, title: 停车场, lead_unit: 住建局, person: 科长乙, deadline: 2016-07-20, measure: milestones,
   milestones: [{id: a, title: 开工, deadline: 2016-03-01}, {id: b, title: 完工, deadline: 2016-04-18}]}
- {id: 3, title: 公厕, lead_unit: null, deadline: 2016-12-31}
"""


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A task with equally late sub-tasks, a problem of a unit other than its task's, and a task without a unit."""
    made = Workspace(tmp_path_factory.mktemp("units"))
    (made.folder / "tasks.yaml").write_text(UNITS, "utf-8")
    opened = ("problem", "open", "2", "围挡破损", "--unit", "城管局", "--due", "2016-04-10", "--on", "2016-04-01")
    assert made.here(*opened).code == 0
    return made


def rows(file: Path) -> list[list[str]]:
    return [
        [cell.text for cell in row.cells] for table in docx.Document(str(file)).tables for row in table.rows
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["today", "handover"])
def test_a_person_is_only_beside_the_person_s_own_unit(units: Workspace, command: str) -> None:
    found = rows(written(units, "a.docx", command, "--as-of", "2016-04-15"))
    beside = [row for row in found if "城管局" in row]
    assert beside
    assert not [row for row in beside if "科长" in "".join(row)]
    assert ["住建局", "科长乙"] in [row[-2:] for row in found]


def test_work_due_soon_has_the_lamp_of_its_task(units: Workspace) -> None:
    found = rows(written(units, "a.docx", "today", "--as-of", "2016-04-15"))
    [due] = [row for row in found if any("完工" in cell and "4月18日" in cell for cell in row)]
    assert "红灯" in due


def test_unreported_tasks_without_a_unit_are_counted(units: Workspace) -> None:
    assert "另有1项任务牵头单位未明确，未按时报送。" in lines(
        written(units, "a.docx", "today", "--as-of", "2016-04-15")
    )


def test_a_handover_ends_with_who_signs_it(units: Workspace) -> None:
    assert re.match("移交人：.*接收人：.*监交人：.*日期：", lines(written(units, "a.docx", "handover"))[-1])
    heading = next(
        line for line in lines(written(units, "a.docx", "handover", "--as-of", "2016-04-15")) if "在办" in line
    )
    assert heading.endswith("在办（3项任务、2项分项任务、1个问题）")


@pytest.mark.parametrize("command", [("report",), ("report", "--overdue"), ("today",)])
def test_a_task_and_equally_late_sub_tasks_share_a_line(units: Workspace, command: tuple[str, ...]) -> None:
    said = [cell for row in rows(written(units, "a.docx", *command, "--as-of", "2016-04-15")) for cell in row]
    assert "12天：整项任务及2项分项任务，时限4月3日，逾期未报" in said


def test_a_bulletin_mentions_equally_late_sub_tasks_once(units: Workspace) -> None:
    said = "".join(lines(written(units, "a.docx", "bulletin", "--week", "2016-W14")))
    assert "整项任务及2项分项任务均逾期7天未报，亮红灯。" in said


def test_chinese_paper_has_chinese_punctuation(units: Workspace) -> None:
    for command in ("report", "today", "handover", "agenda"):
        said = "\n".join(lines(written(units, "a.docx", command, "--as-of", "2016-04-15")))
        assert "供水管网：改造，一期" in said
        assert "供水管网:改造,一期" not in said


def test_a_chinese_cell_has_no_breaks_but_those_of_its_lines(places: dict[str, Workspace]) -> None:
    """Text to keep whole is joined instead: a break computed for one font leaves half a line empty in another."""
    file = written(places["forty"], "a.docx", "report", "--as-of", "2016-07-15")
    assert not [cell for row in rows(file) for cell in row if re.search("最近报送\n|，\n时限", cell)]


def test_statistics_of_problems_explain_what_they_count(units: Workspace) -> None:
    said = lines(written(units, "a.docx", "problem", "stats", "--month", "2016-04", "--as-of", "2016-04-15"))
    assert "应结及其办理情况，按4月1日至4月30日到期的问题统计；尚未整改、整改逾期为截至4月15日数。" in said


def test_the_last_month_is_that_before_the_date_of_the_report(units: Workspace) -> None:
    said = lines(written(units, "a.docx", "problem", "stats", "--month", "last", "--as-of", "2016-05-15"))
    assert any("2016年4月问题统计" in line for line in said)


def test_a_task_on_paper_has_each_reason_once(places: dict[str, Workspace]) -> None:
    behind = lines(written(places["forty"], "s.docx", "show", "10", "--as-of", "2016-04-30"))
    why = behind[behind.index("一、原因") + 1 : behind.index("二、分项任务")]
    assert why == [
        "滞后30天；序时进度53.7%，实际进度35%，滞后18.7个百分点（序时按直线推算）。",
        "3项分项任务均已有5个报送周期未按时报送，最近报送截至3月16日。",
    ]
    late = lines(written(places["forty"], "s.docx", "show", "30", "--as-of", "2016-07-15"))
    assert "3项分项任务均逾期。" in late
    assert not any("分项任务亮红灯" in line for line in late)


def test_the_grounds_of_a_judgement_name_a_subtask_once(places: dict[str, Workspace]) -> None:
    said = lines(written(places["forty"], "e.docx", "show", "30", "--explain", "--as-of", "2016-07-15"))
    whole = "\n".join(said)
    assert "（3）7月15日－4月3日＝逾期103天：30.1 东片区工程" in whole.split("\n")
    assert "（6）分项任务亮红灯3个" in whole
    assert not re.search(r"(\w{4,})：\1", whole)


def test_the_ballots_behind_a_score_are_in_the_order_of_the_ledger(places: dict[str, Workspace]) -> None:
    said = lines(written(places["forty"], "r.docx", "rank", "--month", "2016-03", "--explain", "--as-of", "2016-04-30"))
    assert "评委甲：98；评委乙：98" in said


def test_the_contact_of_a_letter_is_on_the_page_of_its_date(places: dict[str, Workspace]) -> None:
    file = written(places["forty"], "n.docx", "notice", "城管局", "--as-of", "2016-04-30")
    paragraphs = docx.Document(str(file)).paragraphs
    [place] = [n for n, each in enumerate(paragraphs) if each.text.startswith("（联系电话")]
    assert paragraphs[place - 1].text == "2016年4月30日"
    assert paragraphs[place - 1].paragraph_format.keep_with_next


def test_the_list_of_a_letter_leaves_room_for_handwriting(places: dict[str, Workspace]) -> None:
    file = written(places["forty"], "n.docx", "notice", "城管局", "--as-of", "2016-04-30")
    columns = docx.Document(str(file)).tables[0].columns
    assert columns[3].width.cm > 2.9
