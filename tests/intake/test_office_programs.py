"""Forms in LibreOffice, if it is installed, and the message if the extra is not installed."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from forked import Run, without
from running import PATIENCE, Workspace, workspace

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
WITHOUT = without("openpyxl", "defusedxml", "docx")
TYPED = {"I7": 16, "P7": "—", "O5": "主体施工", "R5": "请协调用地"}
"""For line 1(2) a figure and a mark for nothing to report, for task 1 texts."""


@dataclass(frozen=True)
class LibreOffice:
    """LibreOffice with a separate profile, which takes seconds to create."""

    profile: Path

    def convert(self, ending: str, folder: Path, *files: Path) -> Path:
        """Convert files; return the folder with the results, which is named after the extension."""
        made = folder / ending
        command: list[str | Path] = [str(OFFICE), f"-env:UserInstallation={self.profile.as_uri()}", "--headless"]
        command += ["--convert-to", ending, "--outdir", made, *files]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        return made


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed")
    return LibreOffice(tmp_path_factory.mktemp("profile"))


def filled_in(place: Workspace, cells: Mapping[str, object], *lines: str) -> Path:
    """A form of a unit, with text typed into its cells and below them."""
    assert place.here("form", "--month", "2016-03", "-o", "f", "--unit", "城镇办").code == 0
    form = place.folder / "f" / "城镇办-2016-03.xlsx"
    book = load_workbook(form)
    active = book.worksheets[0]
    assert (active["A5"].value, active["A7"].value) == ("1", "1(2)")
    for name, value in cells.items():
        active[name].value = value
    for line in lines:
        active.append([None, line])
    book.save(form)
    return form


@pytest.mark.slow
def test_a_form_is_printed_on_a4_by_libreoffice_and_read_back_after_saving(office: LibreOffice, tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    form = filled_in(place, {"I7": 16})
    pdf = office.convert("pdf", tmp_path, form) / f"{form.stem}.pdf"
    assert pdf.read_bytes().startswith(b"%PDF")
    if shutil.which("pdfinfo"):
        said = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
        (size,) = (line.split() for line in said.splitlines() if line.startswith("Page size"))
        assert (round(float(size[2])), round(float(size[4]))) == (842, 595)  # points: A4, landscape
    saved = office.convert("xlsx", tmp_path, form) / form.name
    done = place.here("import", str(saved))
    assert (done.code, done.err) == (0, "")
    assert "26万平方米" in place.here("show", "1", "--as-of", "2016-03-31").out


@pytest.mark.slow
def test_a_form_that_libreoffice_saved_gives_the_figures_that_were_typed(office: LibreOffice, tmp_path: Path) -> None:
    """Saved in each format, and saved again from that format as `.xlsx`."""
    (tmp_path / "typed").mkdir()
    form = filled_in(workspace(tmp_path / "typed", recorded=True), TYPED, "填报人：经办员")
    saved = []
    for ending in ("xlsx", "xls", "ods"):
        once = office.convert(ending, tmp_path, form) / f"{form.stem}.{ending}"
        saved.append(once.rename(once.with_stem(ending)))
    again = office.convert("xlsx", tmp_path / "again", *saved)
    for file in saved:
        (tmp_path / file.stem / "new").mkdir()
        place = workspace(tmp_path / file.stem / "new", recorded=True)
        for one in (file, again / f"{file.stem}.xlsx"):
            done = place.here("import", str(one))
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
