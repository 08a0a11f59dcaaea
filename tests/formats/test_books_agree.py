"""What the workbooks and the page of one day say of one task: the same words, numbers and days."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

import forty_tasks
from running import Workspace, workspace

DISTRICTS = """title: 汇总
districts:
  - {name: 示范区, plan: tasks.yaml, ledger: ledger.db}
  - {name: 另一区, plan: tasks.yaml, ledger: ledger.db}
"""


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = Workspace(tmp_path_factory.mktemp("agree"))
    forty_tasks.write(place.folder)
    assert place.here("import", "2016.jsonl").code == 0
    (place.folder / "districts.yaml").write_text(DISTRICTS, "utf-8")
    return place


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = workspace(tmp_path_factory.mktemp("real"), recorded=True)
    (place.folder / "districts.yaml").write_text(DISTRICTS, "utf-8")
    return place


def book(place: Workspace, day: str, *command: str) -> Any:
    done = place.here(*command, "--as-of", day, "-o", "x.xlsx", LANG="zh_CN.UTF-8")
    assert done.code == 0, done
    return load_workbook(BytesIO((place.folder / "x.xlsx").read_bytes()))


def tasks(sheet: Any, *titles: str) -> dict[Any, tuple[Any, ...]]:
    """Number of a task → its values under these titles, without the line breaks of a sentence."""
    heads = [str(cell.value).replace("\n", "") for cell in sheet[1]]
    found = {}
    for row in sheet.iter_rows(min_row=2, values_only=True):
        if (number := row[heads.index("序号")]) and ("县区" not in heads or row[0] == "示范区"):
            values = (row[heads.index(title)] for title in titles)
            found[number] = tuple(v.replace("\n", "") if isinstance(v, str) else v for v in values)
    return found


def test_a_reached_milestone_is_the_last_report_in_every_book_and_on_the_page(forty: Workspace) -> None:
    day = "2016-04-15"
    report = tasks(book(forty, day, "report").worksheets[0], "最近报送")
    assert report[15][0].date() == date(2016, 4, 6)
    assert tasks(book(forty, day, "overview", "districts.yaml").worksheets[1], "最近报送").items() <= report.items()
    assert forty.here("dashboard", "--as-of", day, "-o", "d.html", LANG="zh_CN.UTF-8").code == 0
    page = re.sub(r"<[^>]+>", "", (forty.folder / "d.html").read_text("utf-8")).replace("&nbsp;", " ")
    [of_15] = re.findall(r"15 燃煤锅炉拆改(?:(?!16 餐饮油烟).)*?最近报送\s*(\S+)", page, re.DOTALL)
    assert of_15.startswith("4月6日")
    in_the_list = re.findall(r"15燃煤锅炉拆改.*?\n.*?(\d月\d+日)\n16餐饮油烟", page)
    assert in_the_list == ["4月6日"]


@pytest.mark.parametrize("day", ["2016-04-15", "2016-07-15"])
@pytest.mark.parametrize("filters", [(), ("--overdue",)], ids=["all", "overdue"])
def test_a_reason_has_the_same_words_in_a_report_and_an_overview(
    day: str, filters: tuple[str, ...], forty: Workspace
) -> None:
    own = tasks(book(forty, day, "report", *filters).worksheets[0], "原因", "最近报送")
    of_all = tasks(book(forty, day, "overview", "districts.yaml", *filters).worksheets[1], "原因", "最近报送")
    assert {number: own[number] for number in of_all} == of_all
    assert of_all


def test_a_task_that_never_reported_says_so_in_an_overview(forty: Workspace) -> None:
    assert tasks(book(forty, "2016-04-15", "overview", "districts.yaml").worksheets[1], "最近报送")[9] == ("未报送",)


def test_the_districts_end_with_a_bold_total_and_have_dates(forty: Workspace) -> None:
    sheet = book(forty, "2016-04-15", "overview", "districts.yaml").worksheets[0]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    assert rows["合计"][0].font.bold
    heads = [str(cell.value).replace("\n", "") for cell in sheet[1]]
    last = rows["示范区"][heads.index("最近录入")].value
    assert isinstance(last, date)


@pytest.mark.parametrize(
    "command",
    [("report", "--overdue"), ("overview", "districts.yaml", "--overdue"), ("report",), ("show", "4"), ("show", "1")],
    ids=" ".join,
)
def test_a_mark_is_explained_below_each_table_that_has_it(command: tuple[str, ...], real: Workspace) -> None:
    marked = 0
    for sheet in book(real, "2016-04-15", *command).worksheets:
        last = int(str(sheet.auto_filter.ref or sheet.max_row).rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        cells = [cell for row in sheet.iter_rows(min_row=2, max_row=last) for cell in row if cell.value is not None]
        seen = [cell for cell in cells if not sheet.column_dimensions[cell.column_letter].hidden]
        below = [str(row[0].value) for row in sheet.iter_rows() if row[0].value]
        for sign, note in (("*", "* 推进方案中尚未确认"), ("+", "+ ")):
            ends = (f"\\{sign}", f'{sign}"_0')
            has = any(str(cell.value).endswith(sign) or cell.number_format.endswith(ends) for cell in seen)
            assert any(line.startswith(note) for line in below) == has, (sheet.title, sign, below)
            marked += has
    assert marked or command != ("report", "--overdue")


def test_each_page_of_an_explained_assessment_names_its_unit_and_each_row_its_part(forty: Workspace) -> None:
    done = forty.here("assess", "--month", "2016-03", "--explain", "-o", "a.xlsx", LANG="zh_CN.UTF-8")
    assert done.code == 0, done
    units: list[Any] = load_workbook(forty.folder / "a.xlsx").worksheets[1:]
    assert units
    for sheet in units:
        named = str(sheet.oddHeader.center.text)
        assert re.search(r"\w+：[\d.＋－]+＝[\d.]+分，(优秀|良好|合格|不合格)", named), named
        assert sheet.title.split("：")[0] in named
        rows = [*sheet.iter_rows(min_row=2, max_row=int(re.split(r"\D+", str(sheet.auto_filter.ref))[-1]))]
        assert all(row[0].value for row in rows)


@pytest.mark.parametrize("command", ["today", "handover"])
def test_a_list_of_matters_has_the_telephone_that_a_terminal_shows(command: str, forty: Workspace) -> None:
    sheet = book(forty, "2016-04-15", command).worksheets[0]
    [head] = [cell for cell in sheet[1] if cell.value == "联系电话"]
    assert not sheet.column_dimensions[head.column_letter].hidden
    assert {"0371-60000001", "0371-60000002"} <= {cell.value for cell in sheet[head.column_letter]}


def test_an_agenda_says_how_many_days_remain_of_what_falls_due(forty: Workspace) -> None:
    sheet = book(forty, "2016-07-15", "agenda").worksheets[0]
    rows = [dict(zip([cell.value for cell in sheet[1]], row, strict=True)) for row in sheet.iter_rows(values_only=True)]
    due = [row for row in rows if row["类别"] == "下次会议前到期事项"]
    assert "整项任务：剩余5天" in [row["内容"] for row in due]
    assert all("剩余" in row["内容"] or "今日到期" in row["内容"] for row in due)


def test_export_says_that_a_date_is_for_parquet(forty: Workspace) -> None:
    text = re.sub(r"[\s│]+", "", forty.here("export", "--help").out)
    assert "--as-ofDATEFor-fparquet" in text


def test_a_task_that_is_late_with_its_subtasks_refers_to_their_rows_alone(forty: Workspace) -> None:
    reasons = tasks(book(forty, "2016-07-15", "report", "--tree").worksheets[0], "原因")
    referring = {number: said for number, (said,) in reasons.items() if said and "见分项各行" in said}
    assert referring
    assert not [number for number, said in referring.items() if re.search("见分项各行应于.*逾期", said)]


def test_a_name_and_a_state_are_the_same_text_in_two_books(forty: Workspace) -> None:
    names, heads = dict[str, set[Any]](), dict[str, list[Any]]()
    for command in ("report", "today", "agenda"):
        sheet = book(forty, "2016-04-15", command).worksheets[0]
        heads[command] = [cell.value for cell in sheet[1]]
        names[command] = {row[heads[command].index("工作任务")] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert "老旧小区供水管网更新" in names["report"] & names["today"]
    assert not [name for found in names.values() for name in found if "\n" in str(name)]


def test_the_total_of_an_explained_assessment_is_the_score(forty: Workspace) -> None:
    done = forty.here("assess", "--month", "2016-04", "--as-of", "2016-04-15", "--explain", "-o", "s.xlsx", LANG="zh")
    assert done.code == 0, done
    units: list[Any] = load_workbook(forty.folder / "s.xlsx").worksheets[1:]
    assert units
    for sheet in units:
        score = re.search(r"([\d.]+)分，", str(sheet.oddHeader.center.text))
        [total] = [row[-1].value for row in sheet.iter_rows() if row[0].value == "合计"]
        assert score
        assert total == float(score[1])
