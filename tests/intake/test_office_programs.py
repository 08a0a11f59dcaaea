"""Forms in LibreOffice, if it is installed, and the message if the extra is not installed."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from forked import Run, without
from running import PATIENCE, Workspace, workspace

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
WITHOUT = without("openpyxl", "defusedxml", "docx")


def converted(file: Path, ending: str, folder: Path) -> Path:
    subprocess.run(
        [
            str(OFFICE),
            f"-env:UserInstallation=file://{folder}/profile",  # a fresh profile
            "--headless",
            *("--convert-to", ending),
            *("--outdir", str(folder / "made")),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    return folder / "made" / f"{file.stem}.{ending}"


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_a_form_prints_it_on_a4_and_saves_it_so_that_it_can_be_read(tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    assert place.here("form", "--month", "2016-03", "-o", "f", "--unit", "城镇办").code == 0
    form = tmp_path / "f" / "城镇办-2016-03.xlsx"
    book = load_workbook(form)
    book.worksheets[0]["J7"].value = 16
    book.save(form)
    pdf = converted(form, "pdf", tmp_path)
    assert pdf.read_bytes().startswith(b"%PDF")
    if shutil.which("pdfinfo"):
        said = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
        (size,) = (line.split() for line in said.splitlines() if line.startswith("Page size"))
        assert (round(float(size[2])), round(float(size[4]))) == (842, 595)  # points: A4, landscape
    saved = converted(form, "xlsx", tmp_path)
    done = place.here("import", str(saved))
    assert (done.code, done.err) == (0, "")
    assert "26万平方米" in place.here("show", "1", "--as-of", "2016-03-31").out


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_form_that_libreoffice_saved_gives_the_figures_that_were_typed(ending: str, tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    assert place.here("form", "--month", "2016-03", "-o", "f", "--unit", "城镇办").code == 0
    form = tmp_path / "f" / "城镇办-2016-03.xlsx"
    book = load_workbook(form)
    active = book.worksheets[0]
    rows = {str(active.cell(row, 1).value): row for row in range(5, active.max_row + 1)}
    active.cell(rows["1(2)"], 10).value = 16
    active.cell(rows["1(2)"], 15).value = "—"
    active.cell(rows["1"], 14).value, active.cell(rows["1"], 17).value = "主体施工", "请协调用地"
    active.append([None, "填报人：经办员"])
    numbers = [active.cell(row, column).value for row in (rows["1(2)"], rows["1"]) for column in (1, 3)]
    assert numbers[0] == "1(2)"
    book.save(form)
    saved = converted(form, ending, tmp_path)
    for file in (saved, converted(saved, "xlsx", tmp_path)):
        done = place.here("import", str(file))
        assert done.code == 0, done.err
    assert "26万平方米" in place.here("show", "1", "--as-of", "2016-03-31").out
    entries = json.loads(place.here("log", "1", "--since", "2016-03-01", "-f", "json").out)["items"]
    assert [(e["readings"], e["note"], e["need"]) for e in entries] == [
        ({"structure": "+16"}, "主体施工", "请协调用地")
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["form", "--month", "2016-03", "-o", "f"],
        ["import", "form.xlsx"],
        ["import", "form.xlsx", "--map", "columns.yaml"],
        ["init", "new", "--from", "form.xlsx", "--year", "2016"],
        ["init", "new", "--from", "plan.docx", "--year", "2016"],
    ],
)
def test_without_the_extra_the_message_names_the_pip_command(command: list[str], tmp_path: Path) -> None:
    from office_files import HEADER, ROWS, sheet, word

    place = workspace(tmp_path)
    sheet(tmp_path / "form.xlsx", [HEADER, *ROWS])
    word(tmp_path / "plan.docx", [HEADER, *ROWS])
    (tmp_path / "columns.yaml").write_text("task: 工作任务\ndate: 完成时限\n", "utf-8")
    (tmp_path / "new").mkdir()
    done = Run(place, *command, before=WITHOUT).done()
    assert (done.code, done.out) == (5, "")
    assert done.err.splitlines()[-1].endswith("pip install 'jingkai-cli[office]'")


def test_text_files_and_reports_need_no_extra(tmp_path: Path) -> None:
    place: Workspace = workspace(tmp_path)
    (tmp_path / "e.csv").write_text("on,task,kind,note\n2016-03-31,12,report,好\n", "utf-8")
    for command in (["import", "e.csv"], ["report"], ["init", "--help"]):
        done = Run(place, *command, before=WITHOUT).done()
        assert done.code == 0, done.err
