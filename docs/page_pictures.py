"""Take the pictures of the page for leaders: `python docs/page_pictures.py [FOLDER]`.

Chromium shows the dashboard as of 2016-07-15 on screens of several widths, on a phone, in dark colours and on paper:
of the real data, and of the made-up plan of forty tasks, which has percentages and telephone numbers. Paper needs
`pdftoppm` of poppler-utils.
The pictures go to `docs/pages/`, or to FOLDER. Browsers and fonts differ, so no check compares them.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from paper import prepare, run_jk

DOCS = Path(__file__).resolve().parent
DATA = DOCS.parent / "data"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DARK = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0")
GAP = 24


class Shot(Struct, frozen=True):
    """A picture of the page: frames side by side, each at a part of the page."""

    plan: str
    """`real` or `forty`."""
    width: int
    height: int
    parts: tuple[str, ...] = ("",)
    options: tuple[str, ...] = ()


SHOTS = {
    "dashboard.png": Shot("real", 1440, 1400),
    "dashboard-dark.png": Shot("forty", 1440, 1400, options=DARK),
    "dashboard-task.png": Shot("forty", 1440, 900, ("#task-13",)),
    "dashboard-1024.png": Shot("forty", 1024, 1200, ("#tasks",)),
    "dashboard-768.png": Shot("forty", 768, 1200, ("", "#tasks")),
    "dashboard-phone.png": Shot("forty", 360, 1500, ("", "#tasks", "#task-13")),
}
"""File → picture. The window of Chromium cannot be as narrow as a phone, so the page stands in frames."""

SHEETS = {"dashboard-print": ("real", 1), "dashboard-print-curves": ("forty", 3)}
"""Picture of paper → plan and number of the sheet."""


def main(arguments: list[str]) -> int:
    """Write the pages, take their pictures and print them; return the exit code."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.stderr.write("Chromium is not installed\n")
        return 1
    folder = (Path(arguments[0]) if arguments else DOCS / "pages").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        place = Path(name)
        write_pages(place)
        window = ("--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-prefers-reduced-motion")
        start = (browser, "--headless", *window, f"--user-data-dir={place}/b", "--virtual-time-budget=5000")
        for file, shot in SHOTS.items():
            width = len(shot.parts) * (shot.width + GAP) - GAP
            frames = "".join(
                f'<iframe src="{shot.plan}.html{part}" width="{shot.width}" height="{shot.height}"></iframe>'
                for part in shot.parts
            )
            style = f"body {{ margin: 0; display: flex; gap: {GAP}px; }} iframe {{ border: 0; flex: none; }}"
            (place / "frames.html").write_text(f"<!DOCTYPE html><style>{style}</style>{frames}", encoding="utf-8")
            size = f"--window-size={width},{shot.height}"
            run(*start, size, *shot.options, f"--screenshot={folder / file}", (place / "frames.html").as_uri())
        for picture, (plan, sheet) in SHEETS.items():
            pdf = place / f"{plan}.pdf"
            run(*start, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", (place / f"{plan}.html").as_uri())
            pages = ("-f", str(sheet), "-l", str(sheet), "-singlefile")
            run("pdftoppm", "-png", *pages, "-r", "90", str(pdf), str(folder / picture))
    return 0


def write_pages(place: Path) -> None:
    """The dashboards of the two plans, in a folder."""
    prepare(place / "forty")
    (place / "real").mkdir()
    shutil.copy(DATA / "tasks.yaml", place / "real")
    run_jk(place / "real", "import", str(DATA / "2016-02.jsonl"))
    for plan in ("forty", "real"):
        run_jk(place / plan, "dashboard", "--as-of", "2016-07-15", "-o", f"../{plan}.html")


def run(*command: str) -> None:
    """Run a command, and print nothing if it succeeds."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
