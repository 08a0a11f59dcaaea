"""Forms and workbooks as LibreOffice prints them: legible type, nothing cut off. Skipped without LibreOffice."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import forty_tasks
from running import Workspace, workspace

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (OFFICE and shutil.which("pdftohtml")),
        reason="LibreOffice and poppler-utils are not installed: apt install them to run this",
    ),
]
PATIENCE = 120
OBSERVED = Path(__file__).parents[1] / "cli" / "observed.yaml"
CHECKLIST = "  - {id: dust, name: 扬尘检查表, items: [围挡, 物料覆盖, 车辆冲洗, 地面硬化, 湿法作业, 密闭运输]}\n"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every sheet of both plans, laid out by LibreOffice, which starts once."""
    folder = tmp_path_factory.mktemp("printed")
    files = [*_forms(folder), *_of_forty(folder), *_by_hand(folder)]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command: list[str | Path] = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *files]
    chinese = {**os.environ, "LANG": "zh_CN.UTF-8"}  # else it takes wider digits for those of a font that it lacks
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE, env=chinese)
    return folder


def _forms(folder: Path) -> list[Path]:
    """The monthly form of a unit in the real plan, the English plan and the plan of forty tasks."""
    for name in FORMS:
        (folder / name).mkdir()
    workspace(folder / "real")
    text = (folder / "real" / "tasks.yaml").read_text("utf-8")
    (folder / "english" / "tasks.yaml").write_text(text.replace("language: zh", "language: en"), "utf-8")
    forty_tasks.write(folder / "forty")
    return [
        _written(folder / name, f"{name}.xlsx", "form", "--month", "2016-03", "--unit", "城镇办", "-o", "f")
        for name in FORMS
    ]


FORMS = ("real", "english", "forty")


def _of_forty(folder: Path) -> list[Path]:
    assert Workspace(folder / "forty").here("import", "2016.jsonl").code == 0
    return [_written(folder / "forty", name, *command, "-o", name) for name, command in WORKBOOKS.items()]


WORKBOOKS = {
    "report.xlsx": ("report", "--tree", "--as-of", "2016-04-15"),
    "overdue.xlsx": ("report", "--overdue", "--as-of", "2016-04-15"),
    "units.xlsx": ("report", "--group-by", "unit", "--as-of", "2016-04-15"),
    "log.xlsx": ("log",),
    "problems.xlsx": ("problem", "list", "--as-of", "2016-04-15"),
    "assess.xlsx": ("assess", "--month", "2016-03"),
    "month.xlsx": ("export", "--month", "2016-03", "-f", "xlsx"),
}
"""File → the command that writes it."""


def _by_hand(folder: Path) -> list[Path]:
    """A ballot and a checklist, to be filled in by hand."""
    place = folder / "hand"
    place.mkdir()
    plan = OBSERVED.read_text("utf-8").replace("tasks:\n", f"checklists:\n{CHECKLIST}tasks:\n", 1)
    (place / "tasks.yaml").write_text(plan, "utf-8")
    sites = "".join(f"{number:03},第{number}号工地,城镇办,严控区,1\n" for number in range(1, 40))
    (place / "sites.csv").write_text(f"编号,点位,责任单位,区域,任务\n{sites}", "utf-8")
    ballot = ("form", "--observation", "--month", "2016-03", "--judge", "评委甲", "-o", "f")
    return [_written(place, "ballot.xlsx", *ballot), _written(place, "checklist.xlsx", *LIST, "-o", "checklist.xlsx")]


LIST = ("form", "--checklist", "dust")


def _written(place: Path, name: str, *command: str) -> Path:
    """Run a command and return its file under this name; some commands write a folder with a single file."""
    done = Workspace(place).here(*command)
    assert done.code == 0, done
    written = place / command[-1]
    if written.is_dir():
        [written] = written.iterdir()
    return written.rename(place.parent / name)


def sizes(pdf: Path) -> list[float]:
    """The type sizes on its pages, in points."""
    command = ["pdftohtml", "-xml", "-i", "-zoom", "3", "-stdout", str(pdf)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [int(size) / 3 for size in re.findall(r'<fontspec id="\d+" size="(\d+)"', said)]


def pages(pdf: Path) -> list[str]:
    said = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return said.rstrip("\f").split("\f")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_printed_at_ten_points_with_all_its_figures_on_one_page(name: str, printed: Path) -> None:
    """One page of figures and one of texts, and no column on a separate page."""
    found = pages(printed / f"{name}.pdf")
    assert min(sizes(printed / f"{name}.pdf")) >= 10
    assert len(found) in (2, 4)
    last = "Done on" if name == "english" else "完成日期"
    assert [last in page for page in found] == [True, False] * (len(found) // 2)


@pytest.mark.parametrize("name", ["ballot", "checklist"])
def test_handwritten_forms_are_printed_at_nine_points_or_more(name: str, printed: Path) -> None:
    assert min(sizes(printed / f"{name}.pdf")) >= 9


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_is_printed_at_about_nine_points_or_more(name: str, printed: Path) -> None:
    """The table of units of a month has nineteen columns and is printed at eight points."""
    least = 8 if name == "month.xlsx" else 9
    assert min(sizes(printed / name.replace(".xlsx", ".pdf"))) >= least


def test_no_figure_is_cut(printed: Path) -> None:
    """A cell too narrow for its figure or date shows `###` instead."""
    for pdf in printed.glob("*.pdf"):
        assert [page for page in pages(pdf) if "##" in page] == [], pdf.name
