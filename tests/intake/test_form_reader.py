"""`jk form` and its import: everything that units type into their forms is recorded, for the real plan."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from office_files import fill, repacked, sheet
from openpyxl import load_workbook

from jingkai_cli.intake.form_layout import COLUMNS, FIGURES_END, FIRST_ROW, HEADER_ROW, KEYS, PLACES
from jingkai_cli.plan import load_plan
from running import Workspace, workspace

INPUTS = ("added", "total", "done", "done_on", "note")
SMALL = Path(__file__).parents[1] / "cli" / "small.yaml"
PER_UNIT = """title: 全区植树
year: 2016
units: [甲办, 乙办, 丙办]
tasks:
  - id: 1
    title: 植树
    lead_unit: 甲办
    support_units: [乙办]
    deadline: 2016-12-31
    measure: indicators
    indicators: [{id: trees, name: 植树, unit: 棵, target: 1000, per_unit: true}]
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path, recorded=True)


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    """A small plan with every kind of line, and something recorded in February."""
    (tmp_path / "tasks.yaml").write_text(SMALL.read_text("utf-8"), "utf-8")
    made = Workspace(tmp_path)
    for command in (("1", "10"), ("2", "greened=30")):
        assert made.here("record", *command, "--on", "2016-02-20").code == 0
    assert made.here("form", "--month", "2016-03", "-o", "f").code == 0
    return made


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a form, each a mapping of column to cell."""
    for cells in load_workbook(file).worksheets[0].iter_rows(min_row=FIRST_ROW):
        yield {name: cells[place - 1] for name, place in PLACES.items()}


def at(place: Workspace, file: str, content: str, column: str) -> str:
    """The address of a cell in the line with `content`."""
    found = next(row for row in rows(place.folder / file) if content in str(row["title"].value))
    return str(found[column].coordinate)


def imported(place: Workspace, *files: str) -> Any:
    done = place.here("import", *files)
    assert done.code == 0, done.err
    return done


def items(place: Workspace, *command: str) -> Any:
    return json.loads(place.here(*command, "-f", "json").out)["items"]


FORM = "f/城镇办-2016-03.xlsx"


def test_forms_of_every_unit_of_the_real_plan_are_recorded_as_typed(place: Workspace) -> None:
    """Lead units that the published plan lacks are set first."""
    settled = (place.folder / "tasks.yaml").read_text("utf-8").replace("lead_unit: null", "lead_unit: 祥云办事处")
    (place.folder / "tasks.yaml").write_text(settled.replace("[lead_unit, ", "["), "utf-8")
    assert place.here("form", "--month", "2016-03", "-o", "f").code == 0
    files = sorted((place.folder / "f").iterdir())
    assert [file.name for file in files] == ["城镇办-2016-03.xlsx", "执法局-2016-03.xlsx", "祥云办事处-2016-03.xlsx"]
    typed: dict[tuple[str, str], Decimal] = {}
    reached: set[str] = set()
    told: set[str] = set()
    plan = load_plan(place.folder / "tasks.yaml")
    for file in files:
        cells: dict[str, Any] = {}
        task = plan.tasks[0]
        for number, row in enumerate(rows(file)):
            heads = "(" not in row["id"].value
            task = plan.task(row["id"].value) or task if heads else task
            unlocked = [name for name in INPUTS if not row[name].protection.locked]
            if "total" in unlocked:
                level = "added" not in unlocked
                before = Decimal(str(row["last"].value or 0))
                share = Decimal(number) + Decimal("0.5")
                name = row["title"].value.rstrip("*")
                value = share if level else before + share
                cells |= {row["total"].coordinate: float(value)}
                cells |= {} if level else {row["added"].coordinate: float(share)}
                typed[task.id, "percent" if heads else task.indicator(name).id] = value  # type: ignore[union-attr]
            if row["title"].value.startswith("节点：") and "done_on" in unlocked:
                cells |= {row["done"].coordinate: "是", row["done_on"].coordinate: date(2016, 3, 20)}
                reached.add(row["title"].value.removeprefix("节点：").rstrip("*"))
            if heads:
                cells[row["note"].coordinate] = f"任务{task.id}的进展"
                told.add(task.id)
        fill(file, cells)
    assert told == {task.id for task in plan.every_task()}
    assert len(typed) == sum(len(t.indicators) + (t.measure == "percent") for t in plan.every_task())
    names = [f"f/{file.name}" for file in files]
    imported(place, *names)
    entries = [item for item in items(place, "log") if item["on"] >= "2016-03-01"]
    said = {
        (e["task"], name): Decimal(value)
        for e in entries
        if e["kind"] == "report"
        for name, value in e["readings"].items()
    }
    assert said == typed
    assert {e["note"] for e in entries if e["kind"] == "report"} == {
        f"任务{task.id}的进展" for task in plan.every_task()
    }
    assert {e["on"] for e in entries if e["kind"] == "report"} == {"2016-03-31"}
    titles = {(task.id, m.id): m.title for task in plan.every_task() for m in task.milestones}
    assert {titles[e["task"], e["milestone"]] for e in entries if e["kind"] == "reach"} == reached
    assert {e["unit"] for e in entries} == {"城镇办", "执法局", "祥云办事处"}
    percents = {task: float(value) for (task, name), value in typed.items() if name == "percent"}
    progress = {item["id"]: item["progress"] for item in items(place, "report", "--as-of", "2016-03-31")}
    assert {task: progress[task] for task in percents} == percents
    again = imported(place, *names)
    assert [line.partition(": ")[2].partition(",")[0] for line in again.out.splitlines()] == ["0 added"] * 3


def test_an_unstated_unit_gets_no_form(place: Workspace) -> None:
    assert place.here("form", "--month", "2016-03", "-o", "f").code == 0
    assert not [file.name for file in (place.folder / "f").iterdir() if "未明确" in file.name]


def test_the_same_form_is_the_same_file_and_a_filled_form_is_not_overwritten(small: Workspace) -> None:
    before = {file: file.read_bytes() for file in (small.folder / "f").iterdir()}
    assert small.here("form", "--month", "2016-03", "-o", "f").code == 0
    assert {file: file.read_bytes() for file in (small.folder / "f").iterdir()} == before
    filled = fill(small.folder / FORM, {at(small, FORM, "停车场", "note"): "好"}).read_bytes()
    done = small.here("form", "--month", "2016-03", "-o", "f")
    assert (done.code, done.out, FORM in done.err) == (2, "", True)
    assert (small.folder / FORM).read_bytes() == filled


def test_only_cells_to_fill_in_are_open_and_the_page_is_ready_to_print(small: Workspace) -> None:
    book = load_workbook(small.folder / FORM)
    form, keys = book.worksheets
    assert (keys.title, keys.sheet_state) == (KEYS, "veryHidden")
    assert form.protection.sheet
    assert book.security.lockStructure
    assert form.freeze_panes == "A5"
    assert (form.page_setup.orientation, form.page_setup.paperSize, form.page_setup.scale) == ("landscape", 9, 100)
    assert [each.id for each in form.col_breaks.brk] == [FIGURES_END]
    assert form.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    headers = [form.cell(HEADER_ROW, column).value for column in PLACES.values()]
    seen = ["".join(str(title).split()) for title in headers]
    assert seen[:2] + seen[7:10] == ["序号", "工作任务及报送内容", "上期累计", "本期完成", "累计完成"]
    assert seen[FIGURES_END:] == [*seen[:2], "进展情况", "存在问题", "下步措施", "需协调事项"]
    assert {cell.font.name for row in form.iter_rows() for cell in row if cell.value} == {"黑体", "仿宋"}
    lines = list(rows(small.folder / FORM))
    opened = {line["title"].value: [n for n in COLUMNS if not line[n].protection.locked] for line in lines}
    assert opened == {
        "停车场建设": ["added", "total", "done", "done_on", "note", "problem", "next", "need"],
        "节点：设计完成": ["done", "done_on", "note"],
        "节点：主体开工": ["done", "done_on", "note"],
        "道路绿化": ["done", "done_on", "note", "problem", "next", "need"],
        "完成绿化": ["added", "total", "note"],
    }
    greened = lines[4]
    values = {name: greened[name].value for name in ("target", "planned_within", "planned_by", "last")}
    assert values == {"target": 120, "planned_within": 30, "planned_by": 60, "last": 30}
    checks = {str(check.sqref): check.type for check in form.data_validations.dataValidation}
    assert checks["I9"] == "decimal"
    assert checks["J9"] == "custom"
    assert (checks["K6"], checks["L6"]) == ("list", "date")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--month", "2016-03"), "请于____月____日前报送。"),
        (("--month", "2016-03", "--due", "4月5日"), "请于2016年4月5日前报送。"),
        (("--week", "2016-W10"), "请于2016年3月16日前报送。"),  # the plan's reporting day, a Wednesday
    ],
)
def test_a_form_has_the_day_by_which_to_return_it(typed: tuple[str, ...], said: str, small: Workspace) -> None:
    assert small.here("form", *typed, "--unit", "城镇办", "-o", "g").code == 0
    [file] = (small.folder / "g").iterdir()
    active = load_workbook(file).worksheets[0]
    assert str(active.cell(HEADER_ROW - 1, 1).value).startswith(said)
    assert small.here("import", str(file)).err == f"{file}: nothing is filled in\n"


def test_every_wrong_cell_is_reported_and_nothing_is_recorded(small: Workspace) -> None:
    where = {
        name: at(small, FORM, content, column)
        for name, (content, column) in {
            "sum": ("完成绿化", "total"),
            "added": ("完成绿化", "added"),
            "percent": ("停车场", "total"),
            "day": ("设计完成", "done_on"),
            "undated": ("主体开工", "done_on"),
        }.items()
    }
    said = at(small, FORM, "主体开工", "done")
    fill(
        small.folder / FORM,
        {where["added"]: 5, where["sum"]: 36, where["percent"]: "不少", where["day"]: "近期", said: "是"},
    )
    before = small.ledger.read_bytes()
    for more in ([], ["--dry-run"]):
        done = small.here("import", FORM, *more)
        assert (done.code, done.out) == (3, "")
        places = [line.removeprefix(f"{FORM}!进度!").partition(": ")[0] for line in done.err.splitlines()]
        assert sorted(places) == sorted(where[name] for name in ("sum", "percent", "day", "undated"))
    assert "上期累计30＋本期完成5＝35，不等于36" in small.here("import", FORM, LANG="zh_CN.UTF-8").err
    assert small.ledger.read_bytes() == before


def test_a_fault_in_one_form_stops_the_import_of_all_forms(small: Workspace) -> None:
    fill(small.folder / FORM, {at(small, FORM, "停车场", "total"): -1})
    other = "f/执法局-2016-03.xlsx"
    fill(small.folder / other, {at(small, other, "市场外迁", "total"): 20})
    before = small.ledger.read_bytes()
    assert small.here("import", other, FORM).code == 3
    assert small.ledger.read_bytes() == before


def test_a_form_that_contradicts_the_ledger_stops_the_import_of_all_forms(small: Workspace) -> None:
    assert small.here("reach", "1", "design", "--on", "2016-03-10").code == 0
    fill(small.folder / FORM, {at(small, FORM, "设计完成", "done_on"): date(2016, 3, 12)})
    other = "f/执法局-2016-03.xlsx"
    fill(small.folder / other, {at(small, other, "市场外迁", "total"): 20})
    before = small.ledger.read_bytes()
    done = small.here("import", other, FORM)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(f"{FORM}!进度!L6: milestone design 设计完成 was reached on 2016-03-10 already")
    assert small.ledger.read_bytes() == before


def test_a_changed_form_records_a_new_report_and_retracts_the_old(small: Workspace) -> None:
    added, note = at(small, FORM, "完成绿化", "added"), at(small, FORM, "停车场", "note")
    fill(small.folder / FORM, {added: 30, note: "开工"})
    assert imported(small, FORM).out.startswith(f"{FORM}: 2 added, 0 already recorded")
    earlier = (small.folder / FORM).read_bytes()
    fill(small.folder / FORM, {added: 40})
    done = imported(small, FORM)
    assert done.out.startswith(f"{FORM}: 2 added, 1 already recorded")  # the new one, and the retraction of the old
    assert "changed since #4, which is retracted" in done.err
    assert "70万平方米" in small.here("show", "2", "--as-of", "2016-03-31").out
    (small.folder / FORM).write_bytes(earlier)
    done = imported(small, FORM)
    assert done.out.startswith(f"{FORM}: 0 added, 2 already recorded")
    assert "an earlier version of the form" in done.err
    assert "70万平方米" in small.here("show", "2", "--as-of", "2016-03-31").out


def test_a_corrected_date_replaces_the_wrong_one(small: Workspace) -> None:
    day = at(small, FORM, "设计完成", "done_on")
    fill(small.folder / FORM, {day: date(2016, 3, 2)})
    imported(small, FORM)
    fill(small.folder / FORM, {day: "3月20日"})
    imported(small, FORM)
    assert "reached 2016-03-20" in small.here("show", "1", "--as-of", "2016-03-31").out


def test_during_the_period_a_report_is_dated_on_the_day_of_import(small: Workspace) -> None:
    assert small.here("form", "--month", "2099-12", "-o", "later", "--unit", "城镇办").code == 0
    later = "later/城镇办-2099-12.xlsx"
    fill(small.folder / later, {at(small, later, "停车场", "total"): 20})
    imported(small, later)
    recorded_at = datetime.fromisoformat(items(small, "log")[-1]["recorded_at"])
    assert items(small, "log")[-1]["on"] == f"{recorded_at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"
    assert imported(small, later).out.startswith(f"{later}: 0 added, 1 already recorded")


def test_a_support_unit_reports_its_own_share(tmp_path: Path) -> None:
    (tmp_path / "tasks.yaml").write_text(PER_UNIT, "utf-8")
    place = Workspace(tmp_path)
    done = place.here("form", "--week", "2016-W10", "-o", "f")
    assert (done.code, "No form for 丙办" in done.err) == (0, True)
    for unit, total in (("甲办", 300), ("乙办", 200)):
        file = f"f/{unit}-2016-W10.xlsx"
        lines = {row["title"].value: row for row in rows(tmp_path / file)}
        assert lines["植树"]["total"].protection.locked is False
        fill(tmp_path / file, {lines["植树"]["total"].coordinate: total})
        imported(place, file)
    assert items(place, "report", "--as-of", "2016-03-31")[0]["progress"] == 50


def test_a_form_that_was_sorted_or_belongs_to_another_plan_is_refused(small: Workspace) -> None:
    first, second = at(small, FORM, "设计完成", "title"), at(small, FORM, "主体开工", "title")
    sorted_one = fill(small.folder / FORM, {first: "节点：主体开工", second: "节点：设计完成"}).read_bytes()
    done = small.here("import", FORM)
    assert (done.code, done.err.count("lines were moved or changed")) == (3, 2)
    (small.folder / FORM).write_bytes(sorted_one)
    plan = small.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("试验区", "另一区"), "utf-8")
    assert "another plan" in small.here("import", FORM).err


def test_text_beside_the_form_is_reported(small: Workspace) -> None:
    fill(small.folder / FORM, {"B30": "另有一事", at(small, FORM, "设计完成", "total"): 5})
    done = small.here("import", FORM)
    assert done.code == 3
    assert [line.partition(": ")[0] for line in done.err.splitlines()] == [f"{FORM}!进度!J6", f"{FORM}!进度!B30"]


def test_a_formula_in_an_open_cell_is_refused(small: Workspace) -> None:
    cell = at(small, FORM, "停车场", "total")
    fill(small.folder / FORM, {cell: "=10+20"})
    assert small.here("import", FORM).err.startswith(f"{FORM}!进度!{cell}: =10+20")


@pytest.mark.parametrize(("old", "new", "said"), [(b'r="B2"', b'r="Z2"', "hidden sheet")])
def test_a_hidden_sheet_that_was_changed_is_refused(old: bytes, new: bytes, said: str, small: Workspace) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet2.xml"
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    repacked(small.folder / FORM, change)
    done = small.here("import", FORM)
    assert (done.code, said in done.err) == (3, True)


def test_a_form_of_a_newer_program_is_refused(small: Workspace) -> None:
    book = load_workbook(small.folder / FORM)
    book[KEYS]["B1"].value = "4"
    book.save(small.folder / FORM)
    assert "newer" in small.here("import", FORM).err


def test_an_empty_form_records_nothing_and_another_sheet_is_refused(small: Workspace) -> None:
    done = imported(small, FORM)
    assert (done.out, done.err) == (f"{FORM}: 0 added, 0 already recorded\n", f"{FORM}: nothing is filled in\n")
    sheet(small.folder / "own.xlsx", [["任务"], ["1"]])
    assert "--map columns.yaml" in small.here("import", "own.xlsx").err


def test_titles_that_begin_as_formulas_stay_text(tmp_path: Path) -> None:
    task = "{id: 1, title: '=HYPERLINK(1)', lead_unit: '@甲/乙', deadline: 2016-12-31}"
    plan = f"title: '=1+1'\nyear: 2016\ntasks: [{task}]\n"
    (tmp_path / "tasks.yaml").write_text(plan, "utf-8")
    place = Workspace(tmp_path)
    assert place.here("form", "--month", "2016-03", "-o", "f").out.startswith("f/@甲_乙-2016-03.xlsx")
    file = tmp_path / "f" / "@甲_乙-2016-03.xlsx"
    book = load_workbook(file)
    assert not [cell for one in book for row in one.iter_rows() for cell in row if cell.data_type == "f"]
    assert book.worksheets[0].cell(FIRST_ROW, PLACES["title"]).value == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "f"], "--month"),
        (["--month", "2016-03", "--week", "2016-W10", "-o", "f"], "--month"),
        (["--month", "2016-13", "-o", "f"], "2016-13"),
        (["--month", "2016-03", "-o", "f", "--unit", "城镇局"], "城镇办"),
        (["--month", "2016-03", "-o", "tasks.yaml"], "folder"),
        (["--month", "2016-03", "-o", "f", "--due", "2016-02-28"], "before the period"),
        (["--month", "2016-03", "-o", "f", "--due", "5日", "--observation", "--judge", "甲"], "--due"),
        (["--checklist", "dust", "-o", "f.xlsx", "--due", "5日"], "--checklist takes only -o"),
    ],
)
def test_wrong_arguments_of_form_are_refused(arguments: list[str], said: str, place: Workspace) -> None:
    done = place.here("form", *arguments)
    assert (done.code, said in done.err) == (2, True)


def test_form_names_the_one_on_which_missing_figures_of_a_month_belong(place: Workspace) -> None:
    april = place.here("form", "--month", "2016-04", "-o", "f")
    assert april.code == 0, april.err
    sheet_of_april = load_workbook(place.folder / "f" / "城镇办-2016-04.xlsx").worksheets[0]
    guide, milestone = sheet_of_april["A3"].value, sheet_of_april["B9"].value
    assert guide is not None
    assert "1(4)按指标数据评判，本行不填。\n1(4)缺2016年3月数据：请填2016年3月报送表补报。" in guide
    assert milestone == "节点：3月份安置房计划：投入1.6亿元，新增主体面积16万平方米，实现5.5万平方米安置房回迁入住"
    assert place.here("form", "--month", "2016-03", "-o", "f").code == 0
    march = place.folder / "f" / "城镇办-2016-03.xlsx"
    assert "缺2016年3月数据" not in str(load_workbook(march).worksheets[0]["A3"].value)
    for name in ("投入", "新增主体", "回迁"):
        fill(march, {at(place, "f/城镇办-2016-03.xlsx", name, "added"): 1})
    done = place.here("import", "f/城镇办-2016-03.xlsx", "--force")
    assert done.code == 0, done.err
    assert "逾期未报" not in place.here("report", "1", "--as-of", "2016-04-15", LANG="zh_CN.UTF-8").out
