"""Files of random shape: every cell is used or listed, and every date or figure read is in the file."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from effort import share
from jingkai_cli.dates import month_of
from jingkai_cli.errors import InvalidInput, Refused
from jingkai_cli.intake import form_reader, plan_words, typed_cells
from jingkai_cli.intake.column_map import Columns
from jingkai_cli.intake.form_layout import FIRST_ROW, PLACES
from jingkai_cli.intake.mapped_sheet import mapped
from jingkai_cli.intake.plan_documents import OfficePlan, PlanReadingOptions, read_office_plan
from jingkai_cli.intake.row_reader import ImportContext, read_batch
from jingkai_cli.intake.step_cells import Steps
from jingkai_cli.intake.unused_cells import Account
from jingkai_cli.intake.workbook import Sheets
from jingkai_cli.plan import load_plan
from running import Workspace

FEW = settings(
    max_examples=share(100),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # failing examples are small without shrinking
    suppress_health_check=list(HealthCheck),
)
TODAY = date(2016, 12, 31)
PLAN = """title: 园区重点工作
year: 2016
tasks:
  - id: 1
    title: 管网改造
    lead_unit: 甲局
    deadline: 2016-12-31
  - id: 2
    title: 绿道建设
    lead_unit: 甲局
    deadline: 2016-12-31
    measure: indicators
    indicators:
      - {id: built, name: 建成绿道, unit: 公里, target: 40}
      - {id: trees, name: 栽植树木, unit: 棵, target: 900}
    milestones: [{id: open, title: 东段通车, deadline: 2016-06-30}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    return tmp_path


def places(path: Path) -> Counter[str]:
    """Every cell of a workbook that is not empty, on every sheet."""
    return Counter(
        f"{sheet.title}!{cell.coordinate}"
        for sheet in load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    )


def accounted(account: Account) -> Counter[str]:
    """Count each used or listed cell; one listed for several reasons, or in part, counts once."""
    used = [str(cell.where) for cell in account.used()]
    return Counter([*used, *{listed.where for listed in account.unused()}])


def shaken(path: Path, chance: st.DataObject, rows: range) -> None:
    """Hide rows and columns, strike texts through, and add cells beside the table, as people do."""
    book = load_workbook(path)
    active = book.worksheets[0]
    for row in chance.draw(st.sets(st.sampled_from(rows), max_size=2), label="hidden rows"):
        active.row_dimensions[row].hidden = True
    for row in chance.draw(st.sets(st.sampled_from(rows), max_size=1), label="struck rows"):
        active.cell(row, 2).font = Font(strike=True)
    if chance.draw(st.booleans(), label="a cell beside the table"):
        active.cell(rows[-1] + 2, active.max_column + 2).value = "另见附件3"
    book.save(path)


DAYS = st.builds(date, st.just(2016), st.integers(1, 12), st.integers(1, 28))
WRITTEN: list[Callable[[date], tuple[str, date]]] = [
    lambda day: (f"{day.year}年{day.month}月{day.day}日前", day),
    lambda day: (f"{day.month}月底前", month_of(day).end),
    lambda day: (f"{day:%Y.%m.%d}", day),
    lambda day: (f"{day.month}月{day.day}日", day),
    lambda day: (f"{day.month}月后", date.min),
    lambda _day: ("汛期前", date.min),
    lambda day: (f"{day.month}月{day.day}日、{day.month}月底各一次", date.min),
]
"""A written day and the last day that it means; `date.min` if that is ambiguous."""


@st.composite
def a_date(draw: st.DrawFn) -> tuple[str, set[date]]:
    """Draw a date as offices write it, perhaps among words, and the days that may be read from it."""
    text, day = draw(st.sampled_from(WRITTEN))(draw(DAYS))
    around = draw(st.sampled_from(["{}", "{}", "{}完成", "力争{}", "{}（视进度调整）", "原定{}，后延", "{} "]))
    return around.format(text), {day} - {date.min}


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, set[date]]:
    """Draw a cell of steps, and the days that may be read from it."""
    found = draw(st.lists(st.tuples(a_date(), st.sampled_from(["完成设计", "主体开工", "启动"])), max_size=3))
    mark = draw(st.sampled_from(["；", "，", "\n", "、"]))
    return mark.join(f"{said}{what}" for (said, _days), what in found), set().union(*(days for (_s, days), _w in found))


UNITS = st.sampled_from(
    ["甲局", "甲局、乙局", "牵头：乙局；配合：甲局", "甲局 乙局", "", "各乡镇", "乙局（牵头）、甲局"]
)
HEADERS = ("序号", "工作任务", "牵头单位", "完成时限", "节点目标", "资金渠道")
TITLES = ("管网改造", "绿道建设", "泵站新建", "广场修缮", "学校扩建")
Row = tuple[list[Any], set[date]]


@st.composite
def plan_rows(draw: st.DrawFn) -> list[Row]:
    """Draw rows of a plan, each with the days in it."""
    rows: list[Row] = []
    for number, title in enumerate(draw(st.lists(st.sampled_from(TITLES), min_size=1, unique=True)), 1):
        (deadline, days), (nodes, more) = draw(a_date()), draw(steps())
        row = [number, title, draw(UNITS), deadline, nodes, draw(st.sampled_from(["", "专项债", "自筹"]))]
        rows.append((row, days | more))
        if draw(st.integers(0, 5)) == 0:
            rows.append((draw(st.sampled_from([["合计", "", "", "", "3项"], list(HEADERS), ["一、民生类"]])), set()))
    return rows


def office_plan(rows: list[Row], order: list[int], chance: st.DataObject, path: Path) -> OfficePlan | None:
    """Write these rows with their columns in another order and read the plan; None if the reader refuses the file."""
    book = Workbook()
    active: Any = book.active
    active.append(["2016年重点工作"])
    for row in (list(HEADERS), *(cells for cells, _days in rows)):
        active.append([row[column] if column < len(row) else None for column in order])
    book.save(path)
    shaken(path, chance, range(3, len(rows) + 3))
    with suppress(InvalidInput, Refused):
        return read_office_plan(path, PlanReadingOptions(2016))
    return None


@FEW
@given(rows=plan_rows(), order=st.permutations(range(len(HEADERS))), chance=st.data())
def test_every_cell_of_a_plan_is_used_or_listed_and_every_date_is_in_it(
    rows: list[Row], order: list[int], chance: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "p.xlsx"
        plan = office_plan(rows, order, chance, path)
        if plan is None:
            return
        assert accounted(plan.account) == places(path)
    allowed = {str(row[1]): days for row, days in rows if len(row) > 1}
    for draft in plan.drafts.with_subtasks():
        assert set(draft.days()) <= allowed[draft.title], draft.title
    text = plan.text()
    for cell in plan.account.used():  # every word read is also in the plan
        for word in re.findall("甲局|乙局|各乡镇|完成设计|主体开工", cell.text):
            assert word in text


FIGURES = st.sampled_from(
    [3, 12.5, "1,260", "60（含续建）", "８", "+4", "7公里", "约5", "/", "—", None, None, "同上", "2棵"]
)
COLUMNS = ("任务", "日期", "本月绿道", "累计树木", "进展", "备注")
MAP = Columns(
    task="任务", date="日期", note="进展", figures={"本月绿道": "+built", "累计树木": "trees"}, skip=("合计",)
)


@st.composite
def sheet_rows(draw: st.DrawFn) -> list[list[Any]]:
    tasks = st.sampled_from(["绿道建设", 2, "2", "管网改造", "合计", None])
    days = st.sampled_from([date(2016, 5, 31), "5月底", "2016/5/31", 5.31, None])
    note, remark = st.sampled_from(["在建", None, "无"]), st.sampled_from(["见附件", None])
    return draw(st.lists(st.tuples(tasks, days, FIGURES, FIGURES, note, remark).map(list), min_size=1, max_size=6))


def numbers(value: Any) -> set[Decimal]:
    """Return the numbers in a cell."""
    text = str(value).replace(",", "").translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    return {Decimal(one) for one in re.findall(r"\d+(?:\.\d+)?", text)}


@FEW
@given(rows=sheet_rows(), order=st.permutations(range(len(COLUMNS))), chance=st.data())
def test_every_cell_of_a_sheet_is_used_or_listed_and_every_figure_is_in_its_row(
    rows: list[list[Any]], order: list[int], chance: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        (Path(name) / "tasks.yaml").write_text(PLAN, "utf-8")
        plan = load_plan(Path(name) / "tasks.yaml")
        path = Path(name) / "s.xlsx"
        book = Workbook()
        active: Any = book.active
        for row in (list(COLUMNS), *rows):
            active.append([row[column] for column in order])
        for _ in range(chance.draw(st.integers(0, 1), label="merged")):
            first = chance.draw(st.integers(2, len(rows) + 1))
            letter = "ABCDEF"[chance.draw(st.integers(0, 5))]
            active.merge_cells(f"{letter}{first}:{letter}{first + 1}")
        book.save(path)
        shaken(path, chance, range(2, len(rows) + 2))
        try:
            lines, account = mapped(Sheets(path).from_one(None), MAP, plan)
        except InvalidInput:
            return
        assert accounted(account) == places(path)
        there: Any = load_workbook(path).worksheets[0]
    figures = Counter[tuple[str, Decimal]]()
    for number in range(2, there.max_row + 1):
        for place, column in enumerate(order, 1):
            if column in (2, 3):
                typed = there.cell(number, place).value
                figures.update((("built", "trees")[column - 2], one) for one in numbers(typed))
    taken = Counter(
        (series, min(numbers(value))) for _where, line in lines for series, value in line["readings"].items()
    )
    assert taken <= figures


def the_form(folder: Path) -> Path:
    made = Workspace(folder)
    if not (folder / "f").exists():
        assert made.here("form", "--month", "2016-05", "-o", "f").code == 0
    return folder / "f" / "甲局-2016-05.xlsx"


def changes(active: Any, kinds: list[str]) -> Iterator[str]:
    """Change a form as people do, and yield the places that must be refused."""
    for kind in kinds:
        match kind:
            case "insert":
                active.insert_rows(FIRST_ROW + 1)
            case "cut":
                active.delete_rows(FIRST_ROW + 1)
            case "sign":
                active.cell(active.max_row + 2, 2).value = "填报人：经办员"
            case "beside":
                active.cell(FIRST_ROW, len(PLACES) + 1).value = "另见附件"
            case "column":
                active.delete_cols(PLACES["added"])
                yield kind
            case "copy":
                active.parent.copy_worksheet(active)
                yield "copy"
            case "repeat":
                for column in range(1, len(PLACES) + 1):
                    active.cell(active.max_row + 1 if column == 1 else active.max_row, column).value = active.cell(
                        FIRST_ROW, column
                    ).value
                yield kind


KINDS = ["insert", "cut", "sign", "beside", "column", "copy", "repeat"]


@FEW
@given(
    built=FIGURES,
    trees=FIGURES,
    kinds=st.lists(st.sampled_from(KINDS), max_size=2, unique=True),
    hide=st.booleans(),
)
def test_a_form_gives_the_figures_that_were_typed_or_is_refused(
    built: Any,
    trees: Any,
    kinds: list[str],
    hide: bool,  # noqa: FBT001
    folder: Path,
) -> None:
    plan = load_plan(folder / "tasks.yaml")
    book = load_workbook(the_form(folder))
    active: Any = book.worksheets[0]
    rows = {str(active.cell(row, PLACES["title"]).value): row for row in range(FIRST_ROW, active.max_row + 1)}
    active.cell(rows["建成绿道"], PLACES["added"]).value = built
    active.cell(rows["栽植树木"], PLACES["total"]).value = trees
    fatal = list(changes(active, kinds))
    if hide:
        active.column_dimensions["G"].hidden = True
    path = folder / "returned.xlsx"
    book.save(path)
    try:
        batch = read_batch(path, ImportContext(plan, "li", TODAY))
    except InvalidInput:
        return
    assert not [kind for kind in fatal if kind != "copy" or built not in (None, "/", "—")]
    readings = {name: reading for row in batch.rows for name, reading in row.entry.readings.items()}
    for series, typed, added in (("built", built, True), ("trees", trees, False)):
        nothing = typed in (None, "/", "—")
        assert (series in readings) is not nothing or "cut" in kinds or "insert" in kinds
        if series in readings:
            assert {readings[series].value} <= numbers(typed)
            assert readings[series].added is added


def test_a_broken_reader_makes_the_tests_fail(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Prove that the tests above can fail: with a wrong day of a step, a lost cell, and a foreign figure."""
    monkeypatch.setattr(plan_words, "read_steps", lambda *_any: Steps([("完成设计", date(2016, 2, 29))]))
    with pytest.raises(AssertionError):
        test_every_cell_of_a_plan_is_used_or_listed_and_every_date_is_in_it()
    monkeypatch.undo()
    monkeypatch.setattr(Account, "unused", lambda _account: [])
    with pytest.raises(AssertionError):
        test_every_cell_of_a_sheet_is_used_or_listed_and_every_figure_is_in_its_row()
    monkeypatch.undo()
    monkeypatch.setattr(form_reader, "figure", lambda _cell, _unit, **_more: typed_cells.Figure("41", ""))
    with pytest.raises(AssertionError):
        test_a_form_gives_the_figures_that_were_typed_or_is_refused(folder=folder)
