"""LibreOffice opens the office files and lays out the intended pages. Skipped without LibreOffice."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest

import forty_tasks
from effort import share
from running import PATIENCE, Workspace, workspace

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PDF_TEXT = shutil.which("pdftotext")
pytestmark = pytest.mark.skipif(
    not (OFFICE and PDF_TEXT), reason="LibreOffice and poppler-utils are not installed: apt install them to run this"
)


OF_FORTY = {
    "bulletin": (8, ("bulletin", "--week", "2016-W14", "--as-of", "2016-04-15")),
    "report": (4, ("report", "--as-of", "2016-04-15")),
    "today": (9, ("today", "--as-of", "2016-04-14")),
    "handover": (9, ("handover", "--as-of", "2016-04-14")),
    "assess": (2, ("assess", "--month", "2016-03")),
}
"""Report → the most pages, and its command."""
TASKS = range(1, 1 + share(12))
"""The tasks of the forty that are printed in full."""


@dataclass(frozen=True)
class Printed:
    """Office files, and the text of each page that LibreOffice makes of them."""

    folder: Path
    pages: dict[str, list[str]]

    def whole(self, name: str) -> str:
        """All text of a file without blanks."""
        return squeezed("".join(self.pages[name]))

    def of_forty(self) -> Iterator[tuple[Path, str]]:
        """The documents of the forty tasks, each with its text as printed."""
        for name, pages in self.pages.items():
            if name.startswith("forty "):
                yield self.folder / name, "".join(pages)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Every file of these tests. LibreOffice starts once, because that takes longer than to print a file."""
    folder = tmp_path_factory.mktemp("printed")
    real, note, forty = (Workspace(tmp_path_factory.mktemp(name)) for name in ("real", "note", "forty"))
    _write_real(real, folder)
    _write_note(note, folder)
    _write_forty(forty, folder)
    files = sorted([*folder.glob("*.*"), *folder.glob("letters/*.docx")])
    profile = f"-env:UserInstallation={tmp_path_factory.mktemp('profile').as_uri()}"  # not the tester's
    subprocess.run(
        [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", folder / "pdf", *files],
        check=True,
        capture_output=True,
        timeout=3 * PATIENCE,
    )
    return Printed(folder, {file.name: _text(folder / "pdf" / f"{file.stem}.pdf") for file in files})


def _write(place: Workspace, file: Path, *command: str) -> None:
    done = place.here(*command, "-o", str(file))
    assert done.code == 0, done


def _write_real(place: Workspace, folder: Path) -> None:
    """The real data with what was reported of February."""
    workspace(place.folder, recorded=True)
    assert place.here("record", "15", "41.5", "-m", "=1+1", "--on", "2016-03-29").code == 0
    _write(place, folder / "bulletin.docx", "bulletin", "--week", "2016-W13", "--as-of", "2016-04-15")
    _write(place, folder / "figures.xlsx", "report", "--as-of", "2016-07-15")
    _write(place, folder / "log.xlsx", "log")


def _write_note(place: Workspace, folder: Path) -> None:
    """A note in Chinese only: a first line of 26 characters after the indent, then lines of 28."""
    note = "经" * (26 + 28 + 28 + 5)
    task = f"{{id: 1, title: 停车场, lead_unit: null, deadline: 2016-12-31, notes: [{note}]}}"
    (place.folder / "tasks.yaml").write_text(f"title: 工作\ntasks: [{task}]\n", "utf-8")
    _write(place, folder / "note.docx", "show", "1", "--as-of", "2016-03-01")


def _write_forty(place: Workspace, folder: Path) -> None:
    """A made-up plan of forty tasks with eleven weeks of reports."""
    forty_tasks.write(place.folder)
    assert place.here("import", "2016.jsonl").code == 0
    for name, (_most, command) in OF_FORTY.items():
        _write(place, folder / f"forty {name}.docx", *command)
    for task in TASKS:
        _write(place, folder / f"forty {task}.docx", "show", str(task), "--as-of", "2016-04-15")
    _write(place, folder / "letters", "notice", "--all", "--no", "3", "--as-of", "2016-04-15")


def _text(pdf: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run([str(PDF_TEXT), "-layout", pdf, "-"], check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\f").split("\f")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_bulletin_has_numbered_pages(printed: Printed) -> None:
    found = printed.pages["bulletin.docx"]
    assert len(found) > 1
    for number, page in enumerate(found, start=1):
        last, anchor = page.rstrip().splitlines()[-2:]
        assert squeezed(last) == f"—{number}—"
        assert re.match("台账24:[0-9a-f]{12}$", squeezed(anchor))  # small, in the foot alone
        # The page number is on the right of odd pages and on the left of even pages.
        assert (len(last) - len(last.lstrip()) > 20) == (number % 2 == 1)
        assert [line for line in page.splitlines() if line.lstrip().startswith(("、", "，", "。"))] == []
    whole = printed.whole("bulletin.docx")
    for said in ("经开区城市精细化管理20项重点工作", "一、总体情况", "六、下周到期节点", "2016年4月15日"):
        assert said in whole


def test_a_line_has_28_characters(printed: Printed) -> None:
    lines = "\n".join(printed.pages["note.docx"]).splitlines()
    assert [line.count("经") for line in lines if "经" in line] == [26, 28, 28, 5]


def test_a_report_has_its_text_and_figures(printed: Printed) -> None:
    whole = printed.whole("figures.xlsx")
    for said in ("工作任务", "红灯", "2016年12月31日", "41.5%", "智能化交通", "截至2016年7月15日"):
        assert said in whole


def test_a_formula_is_shown_and_not_computed(printed: Printed) -> None:
    assert "=1+1" in printed.whole("log.xlsx")


@pytest.mark.parametrize("name", OF_FORTY)
def test_forty_tasks_take_few_pages(name: str, printed: Printed) -> None:
    found = printed.pages[f"forty {name}.docx"]
    assert len(found) <= OF_FORTY[name][0]
    for page in found:
        assert len(page.split()) > 20  # no page with a line alone
    _is_chinese("".join(found))
    assert "灯、请" not in squeezed("".join(found))  # what is asked is a sentence of its own


@pytest.mark.parametrize("name", ["report", "assess"])
def test_no_figure_is_cut_at_the_end_of_a_line(name: str, printed: Printed) -> None:
    [table] = docx.Document(str(printed.folder / f"forty {name}.docx")).tables
    written = "\n".join(cell.text for row in table.rows for cell in row.cells)
    assert Counter(_percentages("".join(printed.pages[f"forty {name}.docx"]))) == Counter(_percentages(written))
    assert len(_percentages(written)) > 10


def test_no_text_is_lost_between_two_pages(printed: Printed) -> None:
    """LibreOffice may lose rows of one line that may not break: hence many documents of several pages."""
    documents = list(printed.of_forty())
    assert len(documents) == len(OF_FORTY) + len(TASKS)
    for file, text in documents:
        written = "".join(node.text or "" for node in docx.Document(str(file)).element.body.iter(TEXT))
        assert Counter(squeezed(written)) - Counter(squeezed(text)) == Counter(), file.name


TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


def _percentages(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?%", text)


def test_a_letter_has_at_most_three_pages(printed: Printed) -> None:
    letters = [file.name for file in (printed.folder / "letters").glob("*.docx")]
    assert len(letters) == 10
    for letter in letters:
        assert len(printed.pages[letter]) <= 3, letter
        _is_chinese("".join(printed.pages[letter]))
    assert "示督〔2016〕12号" in "".join(map(printed.whole, letters))


def _is_chinese(text: str) -> None:
    """No ISO date, no command, and no word in Latin letters but the head of the ledger."""
    assert not re.search(r"(?:19|20)\d\d-\d\d", text)
    without_anchor = re.sub("台账 [0-9]+:[0-9a-f]{12}", "", text)
    assert re.findall("[A-Za-z#]+", without_anchor) == []
