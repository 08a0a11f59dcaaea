"""Plans as offices write them, of random shape; each cell is drawn with the meaning a person gives it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Font

TITLE = "测试区2016年重点工作推进方案"

DAYS = {
    "6月底前": "2016-06-30", "2016年6月30日": "2016-06-30", "9月底": "2016-09-30", "3-5月": "2016-05-31",
    "上半年": "2016-06-30", "第三季度": "2016-09-30", "年底前": "2016-12-31", "2016.8.31": "2016-08-31",
    "4月15日前": "2016-04-15", "十月底": "2016-10-31", "6月1日至30日": "2016-06-30", "11月至次年2月": "2017-02-28",
    "全年": "2016-12-31", "2016/7/20": "2016-07-20", "20160630": "2016-06-30", "8月下旬": "2016-08-31",
}  # fmt: skip
"""Dates that the reader understands."""

NO_DAYS = (
    "6月后", "7月起", "春节前", "近期", "9月、11月", "2016年初", "6月前后", "6月31日前", "汛期前", "按计划", "二季度初",
    "6月底左右", "5月-3月",
)  # fmt: skip
"""Words that name no day, or more than one."""

NO_DEADLINES = (*NO_DAYS, "6月底前（暂定）", "待定期限", "同上", "6月底前，视情况而定", "6.3", 6, "6月底（一期）")
"""Words in cells of deadlines that are no deadline."""

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


@dataclass(frozen=True, slots=True)
class Written:
    """A cell: its text, the meaning a person gives it (None: nothing for a plan), and the days it names.

    `left`: part of it is unreadable, so the cell must be listed.
    """

    text: Any
    read: Any = None
    days: frozenset[str] = frozenset()
    left: bool = False


@dataclass(slots=True)
class Shape:
    """A table to write: its cells, and which rows and columns are hidden, struck through, repeated or merged."""

    columns: list[str]
    header: list[str]
    tasks: list[dict[str, Written]]
    groups: dict[int, str] = field(default_factory=dict)
    """Index of a task → the heading above it."""
    hidden_rows: set[int] = field(default_factory=set)
    struck_rows: set[int] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)
    repeated: set[int] = field(default_factory=set)
    """The tasks before which the header is repeated."""
    ends: list[list[Any]] = field(default_factory=list)
    """Sums and notes below."""
    beside: list[str] = field(default_factory=list)
    """Texts in the row of the title."""
    merged: dict[str, set[int]] = field(default_factory=dict)
    """Column → the tasks whose cell is merged with the one above."""

    def is_live(self, task: int, column: str) -> bool:
        return task not in self.hidden_rows | self.struck_rows and column not in self.hidden_columns

    def rows(self) -> Iterator[tuple[int | None, list[Any]]]:
        """The rows below the title as (index of the task or None for any other row, cells)."""
        yield None, list(self.header)
        for number, task in enumerate(self.tasks):
            if number in self.repeated:
                yield None, list(self.header)
            if number in self.groups:
                yield None, [self.groups[number]]
            own = {column: cell for column, cell in task.items() if number not in self.merged.get(column, ())}
            yield number, [own[column].text if column in own else None for column in self.columns]
        yield from ((None, row) for row in self.ends)


texts = st.text(alphabet="甲乙丙丁戊己庚辛路园桥河村镇校", min_size=2, max_size=8)


@st.composite
def deadlines(draw: st.DrawFn) -> Written:
    if draw(st.integers(0, 3)) == 0:
        return Written(draw(st.sampled_from(NO_DEADLINES)), left=True)
    words = draw(st.sampled_from(sorted(DAYS)))
    before, behind = draw(st.sampled_from(("", "截至", "于", "最迟"))), draw(st.sampled_from(("", "完成", "。")))
    return Written(f"{before}{words}{behind}", DAYS[words], frozenset({DAYS[words]}))


@st.composite
def steps(draw: st.DrawFn) -> Written:
    """Draw a cell of steps, each with a date or with words that name none."""
    clauses, read, left = [], [], False
    for number in range(1, draw(st.integers(1, 4)) + 1):
        work = draw(st.sampled_from(WORK)) + draw(texts)
        if draw(st.integers(0, 4)) == 0:
            clauses.append(draw(st.sampled_from(NO_DAYS)) + work)
            left = True
            continue
        form = draw(
            st.sampled_from(("{day}{work}", "{day}，{work}", "{day}：{work}", "{work}（{day}）", "{n}.{day}{work}"))
        )
        closed = sorted(
            day for day in DAYS if form not in ("{day}{work}", "{n}.{day}{work}") or day[-1] in "前底日年旬"
        )
        words = draw(st.sampled_from(closed))
        clauses.append(form.format(day=words, work=work, n=number))
        read.append((work, DAYS[words]))
    between = draw(st.sampled_from(("；", "\n", "。", ";")))
    return Written(between.join(clauses), read, frozenset(day for _work, day in read), left)


@st.composite
def units(draw: st.DrawFn) -> Written:
    names = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True))
    lead, others = names[0], names[1:]
    forms = ["{list}", "{lead}（张某）{more}"]
    forms += ["牵头：{lead}；配合：{others}", "{others}、{lead}（牵头）", "{lead}牵头，{others}配合"] if others else []
    said = draw(st.sampled_from(forms)).format(
        lead=lead,
        others="、".join(others),
        more="".join(f"、{name}" for name in others),
        list=draw(st.sampled_from(("、", "，", "\n", " ", "；"))).join(names),
    )
    return Written(said, names)


def said(values: tuple[str, ...]) -> st.SearchStrategy[Written]:
    return st.sampled_from(values).map(lambda text: Written(text, text))


CELLS: dict[str, st.SearchStrategy[Written]] = {
    "goal": texts.map(lambda text: Written(text, text)),
    "category": texts.map(lambda text: Written(text, text)),
    "leader": said(("领导甲", "副主任乙")),
    "lead_unit": units(),
    "support_units": st.lists(st.sampled_from(UNITS), min_size=1, max_size=2, unique=True).map(
        lambda names: Written("、".join(names), names)
    ),
    "person": said(("张某", "负责人乙")),
    "deadline": deadlines(),
    "milestones": steps(),
    "comment": texts.map(lambda text: Written(text, text)),
    "unknown": st.one_of(texts, st.integers(1, 9999)).map(lambda value: Written(value, left=True)),
}


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    known = draw(st.lists(st.sampled_from(sorted({*CELLS} - {"unknown"})), min_size=2, max_size=7, unique=True))
    columns = draw(
        st.permutations([*known, *draw(st.sampled_from((["title"], ["id", "title"], ["title", "unknown"])))])
    )
    count = draw(st.integers(1, 5))
    titles = draw(st.lists(texts, min_size=count, max_size=count, unique=True))
    tasks = []
    for number, title in enumerate(titles, 1):
        cells = {"title": Written(title, title), "id": Written(number, str(number))}
        cells |= {column: draw(CELLS[column]) for column in columns if column in CELLS and draw(st.integers(0, 5))}
        tasks.append({column: cells[column] for column in columns if column in cells})
    shape = Shape(columns, [draw(st.sampled_from(HEADERS[column])) for column in columns], tasks)
    shape.repeated = draw(st.sets(st.integers(1, count), max_size=1))
    sums = ["合计", *[None] * (len(columns) - 2), 5][: len(columns)]
    shape.ends = draw(st.lists(st.sampled_from((sums, ["注：以上任务由办公室督办。"])), max_size=2, unique_by=str))
    shape.beside = draw(st.sampled_from(([], ["单位：万元"])))
    if draw(st.booleans()):
        shape.groups = {0: draw(st.sampled_from(("一、城建类", "基础设施类（3项）")))}
        shape.groups |= {count - 1: "二、民生类"} if count > 1 else {}
    return shape


@st.composite
def hidden_shapes(draw: st.DrawFn) -> Shape:
    """Shapes of spreadsheets, in which rows and columns are hidden, struck through and merged."""
    shape = draw(shapes())
    rows = st.sets(st.integers(0, len(shape.tasks) - 1), max_size=1)
    shape.hidden_rows, shape.struck_rows = draw(rows), draw(rows)
    shape.hidden_columns = draw(st.sets(st.sampled_from(sorted({*shape.columns[1:]} - {"title"})), max_size=1))
    for column in {"lead_unit", "deadline", "category", "leader"} & {*shape.columns}:
        for number in range(1, len(shape.tasks)):
            gone = {number, number - 1} & (shape.hidden_rows | shape.struck_rows)
            apart = number in shape.repeated or number in shape.groups or gone
            if not apart and column in shape.tasks[number - 1] and draw(st.integers(0, 5)) == 0:
                shape.merged.setdefault(column, set()).add(number)
                shape.tasks[number][column] = shape.tasks[number - 1][column]
    return shape


Places = dict[tuple[int, str], str]
"""(index of a task, column) → the address of its cell: `D5`."""


def save_sheet(shape: Shape, path: Path) -> Places:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "表"
    sheet.append([TITLE, None, *shape.beside])
    places: Places = {}
    for number, cells in shape.rows():
        sheet.append(cells)
        row = sheet.max_row
        if number is None and cells[0] in shape.groups.values():
            sheet.merge_cells(f"A{row}:{_letter(len(shape.columns))}{row}")
        for place in _place(shape, places, number, row):
            sheet[place].font = Font(strike=number in shape.struck_rows)
        sheet.row_dimensions[row].hidden = number in shape.hidden_rows
    for first in {*places.values()}:
        run = [number for (number, column), place in places.items() if place == first]
        if len(run) > 1:
            sheet.merge_cells(f"{first}:{first[0]}{int(first[1:]) + len(run) - 1}")
    for column in shape.hidden_columns:
        sheet.column_dimensions[_letter(shape.columns.index(column) + 1)].hidden = True
    book.save(path)
    return places


def save_word(shape: Shape, path: Path) -> Places:
    document = Document()
    document.add_paragraph(TITLE)
    rows = list(shape.rows())
    table = document.add_table(len(rows), len(shape.columns))
    places: Places = {}
    for row, (number, cells) in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = "" if text is None else str(text)
        if number is None and cells[0] in shape.groups.values():
            table.cell(row, 0).merge(table.cell(row, len(shape.columns) - 1)).text = cells[0]
        _place(shape, places, number, row + 1)
    document.save(str(path))
    return places


def save_csv(shape: Shape, path: Path) -> Places:
    places: Places = {}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([TITLE, "", *shape.beside])
        for row, (number, cells) in enumerate(shape.rows(), 2):
            writer.writerow([*cells, "", ""])
            _place(shape, places, number, row)
    return places


def _place(shape: Shape, places: Places, number: int | None, row: int) -> list[str]:
    """Note and return the addresses of a task's cells; return none for a row without a task."""
    if number is None:
        return []
    for column in shape.tasks[number]:
        above = number in shape.merged.get(column, ())
        own = f"{_letter(shape.columns.index(column) + 1)}{row}"
        places[number, column] = places[number - 1, column] if above else own
    return [places[number, column] for column in shape.tasks[number]]


def _letter(column: int) -> str:
    return chr(ord("A") + column - 1)
