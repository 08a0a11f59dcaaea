"""Where a unit lost points: the assessment of the made-up plan of forty tasks on paper."""

import json
from pathlib import Path

import docx
import pytest

import forty_tasks
from jingkai_cli.language import speaking
from jingkai_cli.plan import load_plan
from jingkai_cli.reports.reason_wording import full_titles
from running import Workspace


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("assess"))
    forty_tasks.write(made.folder)
    assert made.here("import", "2016.jsonl").code == 0
    return made


def rows(place: Workspace, *command: str) -> dict[str, dict[str, str]]:
    """The rows of the assessment on paper, by unit."""
    assert place.here("assess", "--month", "2016-03", "-o", "a.docx", *command).code == 0
    [table] = docx.Document(str(place.folder / "a.docx")).tables
    head, *body, notes = [[cell.text.replace("\n", "") for cell in row.cells] for row in table.rows]
    assert len({*notes}) == 1
    return {row[1]: dict(zip(head, row, strict=True)) for row in body}


def test_a_row_names_the_two_worst_losses_and_counts_all(place: Workspace) -> None:
    found = rows(place)
    assert found["祥云办事处"]["主要失分事项"] == (
        "城区道路照明节能改造未报送（序时41.3%），失12.1分社区卫生服务中心提升未报送（序时22.1%），失12.1分……等4项"
    )
    assert found["交警大队"]["主要失分事项"].startswith(
        "公共厕所新建改造：完成方案设计逾期未完成（时限3月17日），失17.6分"
    )
    assert found["明湖办事处"]["主要失分事项"].endswith("观摩评分83分，失3分")
    assert [row["名次"] for row in found.values()] == [str(n) for n in range(1, 11)]
    assert "按期整改" not in next(iter(found.values()))  # no unit had any


def test_the_losses_and_the_score_add_up_to_a_hundred(place: Workspace) -> None:
    items = json.loads(place.here("assess", "--month", "2016-03", "-f", "json").out)["items"]
    assessed = next(item for item in items if item["unit"] == "明湖办事处")
    lost = rows(place)["明湖办事处"]["主要失分事项"]
    points = [float(part.partition("分")[0]) for part in lost.split("，失")[1:]]
    assert sum(points) + assessed["score"] == pytest.approx(100, abs=0.1)


def test_paper_says_how_to_read_it_and_names_no_entry(place: Workspace) -> None:
    assert place.here("assess", "--month", "2016-03", "--explain", "-o", "e.docx").code == 0
    made = docx.Document(str(place.folder / "e.docx"))
    below = made.tables[0].rows[-1].cells[0].text
    text = "\n".join([*(p.text for p in made.paragraphs), below])
    assert "10个单位：优秀1个、良好2个、合格6个、不合格1个，按得分排列。" in text
    assert "等次标准：90分以上为优秀，80分以上为良好，60分以上为合格。" in text
    assert "#" not in text


def test_a_subtask_is_named_with_the_title_of_its_task(place: Workspace) -> None:
    with speaking("zh"):
        titles = full_titles(load_plan(Path(place.folder / "tasks.yaml")))
    assert titles["6.2"] == "城区道路照明节能改造（西片区工程）"
    assert titles["6"] == "城区道路照明节能改造"


def test_an_assessment_of_one_unit_has_no_rank(place: Workspace) -> None:
    assert place.here("assess", "--month", "2016-03", "--unit", "城管局", "-o", "one.docx").code == 0
    made = docx.Document(str(place.folder / "one.docx"))
    assert "名次" not in [cell.text for cell in made.tables[0].rows[0].cells]
    assert "1个单位：合格1个。" in [p.text for p in made.paragraphs]


def test_the_note_on_an_exceeded_indicator_says_that_it_counts_as_100(place: Workspace) -> None:
    said = place.here("show", "13", "--explain", "--as-of", "2016-12-01", LANG="zh_CN.UTF-8").out
    assert "= 60%，权重1" in said
    assert "= 106.1%，按100%计，权重1" in said
    assert "实际进度  = 80%" in said
