"""`jk today` lists every matter that an agenda or a handover has as overdue, and asks only confirmed units."""

from pathlib import Path

import docx
import pytest

from running import Workspace

PLAN = """title: 重点工作
year: 2016
units: [住建局, 城管局]
tasks:
- {id: 1, title: 综合管廊, lead_unit: 住建局, start: 2016-01-01, deadline: 2016-12-31}
- {id: 2, title: 道路改造, lead_unit: 城管局, unconfirmed: [lead_unit], start: 2016-01-01, deadline: 2016-06-30}
- {id: 3, title: 绿化, lead_unit: null, start: 2016-01-01, deadline: 2016-06-30}
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    tmp_path.joinpath("tasks.yaml").write_text(PLAN, "utf-8")
    for text, *options in (
        ("联合检查工地", "--due", "2016-04-14"),
        ("明确迁改方案", "--due", "2016-04-22", "--task", "1"),
        ("研究养护经费", "--due", "2016-04-30"),
    ):
        done = made.here("decide", text, "--meeting", "第9次", "--unit", "住建局", "--on", "2016-04-08", *options)
        assert done.code == 0, done.err
    letter = ("--as-of", "2016-04-08", "--answer-by", "2016-04-12", "--issue", "--no", "1", "-o", "letter.docx")
    done = made.here("notice", "住建局", *letter)
    assert done.code == 0, done.err
    return made


def test_decisions_and_letters_that_are_due_are_listed(place: Workspace) -> None:
    said = place.here("today", "--as-of", "2016-04-15", LANG="zh_CN.UTF-8").out
    assert "联合检查工地：逾期1天" in said
    assert "明确迁改方案：时限2016-04-22" in said
    assert "研究养护经费" not in said.partition("到期议定事项")[2]
    assert "未登记签收：逾期3天" in said
    made = place.here("today", "--as-of", "2016-04-15", "-o", "a.docx", LANG="zh_CN.UTF-8")
    assert made.code == 0, made.err
    paper = docx.Document(str(place.folder / "a.docx"))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert "联合检查工地：逾期1天" in cells
