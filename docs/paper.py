"""Make pictures of documents that an office sends: `python docs/paper.py [FOLDER]`; by default in `docs/paper/`.

Each artefact of the made-up plan of forty tasks (`tests/forty_tasks.py`) is written, laid out by LibreOffice, and its
first page is drawn by `pdftoppm`. With a FOLDER every page of every artefact is drawn there, larger, for review.
It needs LibreOffice, poppler-utils and a Chinese font; the pictures depend on these, so no test compares them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "paper"

ARTEFACTS = {
    "bulletin.docx": ("bulletin", "--week", "2016-W14", "--date", "2016-04-11"),
    "notice.docx": ("notice", "城镇办", "--no", "3", "--as-of", "2016-04-15"),
    "report.docx": ("report", "--as-of", "2016-04-15"),
    "today.docx": ("today", "--as-of", "2016-04-14"),
    "handover.docx": ("handover", "--as-of", "2016-04-14"),
    "assess.docx": ("assess", "--month", "2016-03"),
    "rank.docx": ("rank", "--month", "2016-03", "--as-of", "2016-04-15"),
    "show.docx": ("show", "13", "--as-of", "2016-04-15"),
    "report.xlsx": ("report", "--tree", "--as-of", "2016-04-15"),
    "agenda.docx": ("agenda", "--as-of", "2016-04-15"),
    "minutes.docx": ("minutes", "--meeting", "第9次"),
    "units.docx": ("report", "--group-by", "unit", "--as-of", "2016-04-15"),
    "month.xlsx": ("export", "--month", "2016-03", "-f", "xlsx"),
    "form.xlsx": ("form", "--month", "2016-03", "--unit", "城镇办"),
    "overview.docx": ("overview", "districts.yaml", "--as-of", "2016-04-15"),
}
"""File → the command that writes it; `form` writes a folder with only that file."""

_MEETING = ("--meeting", "第9次", "--on", "2016-04-12")
RECORDED = (
    (
        "decide",
        "协调管线迁改，4月底前完成杆线入地",
        "--unit",
        "城镇办",
        "--due",
        "2016-04-30",
        "--task",
        "10",
        *_MEETING,
    ),
    ("decide", "会同环保分局开展在建工地扬尘联合检查", "--unit", "住建局", "--due", "2016-04-14", *_MEETING),
    ("decide", "逐项明确逾期任务的责任人", "--unit", "城管局", *_MEETING),
    ("notice", "执法局", "--no", "1", "--as-of", "2016-04-05", "--issue", "-o", "sent.docx"),
)
"""Decisions of a meeting, and an unanswered letter."""

SMALL, LARGE = "64", "90"
"""Dots per inch of the pictures in the tree, and of those for review."""


def draw(folder: Path, *, every_page: bool) -> None:
    """Draw the artefacts in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary:
        place = Path(temporary)
        prepare(place)
        for name, command in ARTEFACTS.items():
            run_jk(place, *command, "-o", name)
            if (place / name).is_dir():
                [only] = (place / name).iterdir()
                only = only.rename(place / "only")
                (place / name).rmdir()
                only.rename(place / name)
            _draw(place / name, folder / name.replace(".", "-"), every_page=every_page)


def prepare(place: Path) -> None:
    """Write the plan of forty tasks with its ledger in a folder, and a city of two districts: it and the real data."""
    place.mkdir(exist_ok=True)
    subprocess.run([sys.executable, ROOT / "tests" / "forty_tasks.py", place], check=True)
    run_jk(place, "import", "2016.jsonl")
    for recorded in RECORDED:
        run_jk(place, *recorded)
    (place / "经开区").mkdir()
    shutil.copy(ROOT / "data" / "tasks.yaml", place / "经开区")
    run_jk(place / "经开区", "import", str(ROOT / "data" / "2016-02.jsonl"))
    (place / "districts.yaml").write_text(_DISTRICTS, encoding="utf-8")


_DISTRICTS = """\
title: 全市2016年重点工作
districts:
  - {name: 示范区, plan: tasks.yaml, ledger: ledger.db}
  - {name: 经开区, plan: 经开区/tasks.yaml, ledger: 经开区/ledger.db}
"""


def environment(place: Path) -> dict[str, str]:
    """The environment of a clerk in a Chinese office."""
    return {**os.environ, "JK_BY": "科员甲", "XDG_STATE_HOME": str(place / "state"), "LANG": "zh_CN.UTF-8"}


def run_jk(place: Path, *arguments: str) -> None:
    """Run a command in a folder."""
    command = [sys.executable, "-m", "jingkai_cli", *arguments]
    subprocess.run(command, cwd=place, env=environment(place), check=True, capture_output=True)


def _draw(file: Path, picture: Path, *, every_page: bool) -> None:
    """Lay out a file and draw its pages, or only the first one."""
    convert = ("--headless", "--convert-to", "pdf", "--outdir", file.parent, file)
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    shown = {**os.environ, "LANG": "zh_CN.UTF-8"}  # the fonts of a Chinese office
    subprocess.run(["soffice", profile, *convert], env=shown, check=True, capture_output=True)
    pages = ["-r", LARGE] if every_page else ["-r", SMALL, "-singlefile"]
    subprocess.run(["pdftoppm", "-png", *pages, file.with_suffix(".pdf"), picture], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        draw(Path(sys.argv[1]), every_page=True)
    else:
        draw(PICTURES, every_page=False)
