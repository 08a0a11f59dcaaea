"""Plans as offices write them, of any shape: each cell with what a person reads in it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

TITLE = "测试区2016年重点工作推进方案"

DAYS = {
    "6月底前": "2016-06-30", "2016年6月30日": "2016-06-30", "9月底": "2016-09-30", "3-5月": "2016-05-31",
    "上半年": "2016-06-30", "第三季度": "2016-09-30", "年底前": "2016-12-31", "2016.8.31": "2016-08-31",
    "4月15日前": "2016-04-15", "十月底": "2016-10-31", "6月1日至30日": "2016-06-30", "11月至次年2月": "2017-02-28",
    "全年": "2016-12-31", "2016/7/20": "2016-07-20", "20160630": "2016-06-30", "8月下旬": "2016-08-31",
}  # fmt: skip
"""Dates that are read."""

NO_DAYS = (
    "6月后", "7月起", "春节前", "近期", "9月、11月", "2016年初", "6月前后", "6月31日前", "汛期前", "按计划", "二季度初",
    "6月底左右", "5月-3月",
)  # fmt: skip
"""What names no day, or more than one."""

NO_DEADLINES = (
    "6月底前（暂定）",
    "待定期限",
    "同上",
    "6月底前，视情况而定",
    "6.3",
    6,
    "6月底（一期）",
)
"""What stands in cells of deadlines besides, and is none."""

WORK = ("完成设计", "主体封顶", "启动3个村", "绿化5万平方米", "交付使用", "前期工作", "初步验收", "新建2号楼")

UNITS = ("城建局", "园林局", "教体局", "水务公司", "东街办事处", "各乡镇", "住房和城乡建设局", "城管队", "征迁办")

HEADERS = {
    "id": ("序号", "编号", "序\n号"),
    "title": ("工作任务", "重点工作", "项目名称", "任务事项", "督办事项", "工作\n任务"),
    "goal": ("目标任务", "年度目标", "建设内容及规模", "主要内容"),
    "category": ("类别", "工作类别"),
    "leader": ("牵头领导", "分管领导", "责任领导"),
    "lead_unit": ("牵头单位", "牵头部门", "承办单位", "主办单位"),
    "support_units": ("配合单位", "协办单位", "配合部门"),
    "person": ("责任人", "负责人"),
    "deadline": ("完成时限", "完成时间", "计划完成时间", "办结时间", "完成\n时限"),
    "milestones": ("节点目标", "阶段目标", "时间节点"),
    "comment": ("备注",),
    "unknown": ("总投资", "资金来源", "红黄绿灯", "进展情况"),
}


@dataclass(slots=True)
class Written:
    """A cell: its text, what a person reads in it (None: nothing that a plan can hold), and the days it names."""

    text: Any
    read: Any = None
    days: frozenset[str] = frozenset()


@dataclass(slots=True)
class Shape:
    """A table as it will stand in a file: rows of cells, and what happens to them."""

    columns: list[str]
    header: list[str]
    tasks: list[dict[str, Written]]
    groups: dict[int, str] = field(default_factory=dict)
    """The number of a task → the heading above it."""
    hidden_rows: set[int] = field(default_factory=set)
    struck_rows: set[int] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)
    repeated: set[int] = field(default_factory=set)
    """The tasks before which the header is repeated."""
    total: bool = False
    note: bool = False
    """Whether sums or a note stand below."""
    merged: dict[str, set[int]] = field(default_factory=dict)
    """The column → the tasks whose cell is merged with the one above."""

    def live(self, task: int, column: str) -> bool:
        return task not in self.hidden_rows | self.struck_rows and column not in self.hidden_columns


texts = st.text(alphabet="甲乙丙丁戊己庚辛路园桥河村镇校", min_size=2, max_size=8)


@st.composite
def deadlines(draw: st.DrawFn) -> Written:
    if draw(st.integers(0, 3)) == 0:
        return Written(draw(st.sampled_from((*NO_DAYS, *NO_DEADLINES))))
    words = draw(st.sampled_from(sorted(DAYS)))
    said = draw(st.sampled_from(("", "截至", "于", "最迟"))) + words
    said += draw(st.sampled_from(("", "完成", "。", "前完成" if words.endswith(("底", "日", "旬")) else "")))
    return Written(said, DAYS[words], frozenset({DAYS[words]}))


@st.composite
def steps(draw: st.DrawFn) -> Written:
    """Steps in one cell: each with a date, or with words that name none."""
    clauses, read, days = [], [], set()
    for number in range(1, draw(st.integers(1, 4)) + 1):
        work = draw(st.sampled_from(WORK)) + draw(texts)
        if draw(st.integers(0, 4)) == 0:
            clauses.append(draw(st.sampled_from(NO_DAYS)) + work)
            continue
        words = draw(st.sampled_from(sorted(DAYS)))
        form = draw(
            st.sampled_from(("{day}{work}", "{day}，{work}", "{day}：{work}", "{work}（{day}）", "{n}.{day}{work}"))
        )
        if "{n}" in form and words[0].isdigit() and "月" not in words[:3] and "年" not in words[:5]:
            form = "{day}{work}"  # 1.20160630 is no number before a date
        if form.startswith(("{day}{work}", "{n}")):
            words = words if words.endswith(("前", "底", "日", "年", "度", "旬", "月", "年")) else "6月底前"
        clauses.append(form.format(day=words, work=work, n=number))
        read.append((work, DAYS[words]))
        days.add(DAYS[words])
    between = draw(st.sampled_from(("；", "\n", "。", ";")))
    return Written(between.join(clauses), read, frozenset(days))


@st.composite
def units(draw: st.DrawFn) -> Written:
    names = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True))
    lead, others = names[0], names[1:]
    form = draw(st.integers(0, 5))
    if form == 1 and others:
        return Written(f"牵头：{lead}；配合：{'、'.join(others)}", names)
    if form == 2 and others:
        return Written("、".join([*others, f"{lead}（牵头）"]), names)
    if form == 3:
        return Written("、".join([f"{lead}（张某）", *others]), names)
    if form == 4 and others:
        return Written(f"{lead}牵头，{'、'.join(others)}配合", names)
    return Written(draw(st.sampled_from(("、", "，", "\n", " ", "；"))).join(names), names)


PARTS: dict[str, st.SearchStrategy[Written]] = {
    "goal": texts.map(lambda text: Written(text, text)),
    "category": texts.map(lambda text: Written(text, text)),
    "leader": st.sampled_from(("领导甲", "副主任乙")).map(lambda text: Written(text, text)),
    "lead_unit": units(),
    "support_units": st.lists(st.sampled_from(UNITS), min_size=1, max_size=2, unique=True).map(
        lambda names: Written("、".join(names), names)
    ),
    "person": st.sampled_from(("张某", "负责人乙")).map(lambda text: Written(text, text)),
    "deadline": deadlines(),
    "milestones": steps(),
    "comment": texts.map(lambda text: Written(text, text)),
    "unknown": st.one_of(texts, st.integers(1, 9999)).map(Written),
}


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    known = draw(st.lists(st.sampled_from(sorted({*PARTS} - {"unknown"})), min_size=2, max_size=7, unique=True))
    columns = draw(
        st.permutations([*known, *draw(st.sampled_from((["title"], ["id", "title"], ["title", "unknown"])))])
    )
    header = [draw(st.sampled_from(HEADERS[column])) for column in columns]
    count = draw(st.integers(1, 5))
    titles = draw(st.lists(texts, min_size=count, max_size=count, unique=True))
    tasks = []
    for number, title in enumerate(titles):
        cells = {"title": Written(title, title), "id": Written(number + 1, str(number + 1))}
        for column in columns:
            if column in PARTS and draw(st.integers(0, 5)):
                cells[column] = draw(PARTS[column])
        tasks.append({column: cells[column] for column in columns if column in cells})
    shape = Shape(columns, header, tasks)
    rows = st.sets(st.integers(0, count - 1), max_size=1)
    shape.hidden_rows, shape.struck_rows = draw(rows), draw(rows)
    shape.hidden_columns = draw(st.sets(st.sampled_from(sorted({*columns[1:]} - {"title"})), max_size=1))
    shape.repeated = draw(st.sets(st.integers(1, count), max_size=1))
    shape.total, shape.note = draw(st.booleans()), draw(st.booleans())
    if draw(st.booleans()):
        shape.groups = {0: draw(st.sampled_from(("一、城建类", "基础设施类（3项）")))}
        shape.groups |= {count - 1: "二、民生类"} if count > 1 else {}
    for column in ("lead_unit", "deadline", "category", "leader"):
        for number in range(1, count):
            rows_apart = {number, number - 1} & (shape.hidden_rows | shape.struck_rows)
            apart = number in shape.repeated or number in shape.groups or rows_apart
            if column in columns and not apart and draw(st.integers(0, 5)) == 0 and column in tasks[number - 1]:
                shape.merged.setdefault(column, set()).add(number)
                tasks[number][column] = tasks[number - 1][column]
    return shape


def save(shape: Shape, path: Path) -> dict[tuple[int, str], str]:
    """Write a table as a spreadsheet.

    Returns:
        (number of a task, column) → the place of the cell: `D5`.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "表"
    sheet.append([TITLE])
    sheet.append(shape.header)
    places: dict[tuple[int, str], str] = {}
    for number, task in enumerate(shape.tasks):
        if number in shape.repeated:
            sheet.append(shape.header)
        if number in shape.groups:
            sheet.append([shape.groups[number]])
            last = f"{chr(64 + len(shape.columns))}{sheet.max_row}"
            sheet.merge_cells(f"A{sheet.max_row}:{last}")
        _write_row(shape, sheet, number, task, places)
    if shape.total:
        sheet.append(["合计", *[None] * (len(shape.columns) - 2), 5][: len(shape.columns)])
    if shape.note:
        sheet.append(["注：以上任务由办公室督办。"])
    for column in shape.hidden_columns:
        sheet.column_dimensions[chr(65 + shape.columns.index(column))].hidden = True
    book.save(path)
    return places


def _write_row(
    shape: Shape, sheet: Any, number: int, task: dict[str, Written], places: dict[tuple[int, str], str]
) -> None:
    row = sheet.max_row + 1
    for column, value in task.items():
        place = shape.columns.index(column) + 1
        if number in shape.merged.get(column, ()):
            first = places[number, column] = places[number - 1, column]
            for area in [each for each in sheet.merged_cells.ranges if each.start_cell.coordinate == first]:
                sheet.unmerge_cells(str(area))
            sheet.merge_cells(f"{first}:{chr(64 + place)}{row}")
            continue
        cell = sheet.cell(row, place, value.text)
        cell.font = Font(strike=number in shape.struck_rows)
        places[number, column] = cell.coordinate
    sheet.row_dimensions[row].hidden = number in shape.hidden_rows
