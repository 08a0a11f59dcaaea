"""Take the pictures of the page for leaders: `python docs/page_pictures.py [FOLDER]`.

Chromium shows the dashboard of the real data as of 2016-07-15 on a screen, on a phone, in dark colours and on paper;
the last needs `pdftoppm` of poppler-utils.
The pictures go to `docs/pages/`, or to FOLDER. Browsers and fonts differ, so no check compares them.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

DOCS = Path(__file__).resolve().parent
DATA = DOCS.parent / "data"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DARK = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0")

SHOTS: dict[str, tuple[str, ...]] = {
    "dashboard.png": ("--window-size=1440,1400",),
    "dashboard-dark.png": ("--window-size=1440,1400", *DARK),
    "dashboard-phone.png": ("--window-size=500,1600",),
}
"""File → options of Chromium, whose window cannot be narrower than 500 pixels."""


def main(arguments: list[str]) -> int:
    """Write the page, take its pictures and print it; return the exit code."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.stderr.write("Chromium is not installed\n")
        return 1
    folder = Path(arguments[0]) if arguments else DOCS / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        place = Path(name)
        page = write_page(place)
        start = (
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={place}/b",
        )
        for file, options in SHOTS.items():
            run(*start, *options, f"--screenshot={folder.resolve() / file}", page.as_uri())
        run(*start, "--no-pdf-header-footer", f"--print-to-pdf={place / 'page.pdf'}", page.as_uri())
        paper = str(folder.resolve() / "dashboard-print")
        run("pdftoppm", "-png", "-singlefile", "-r", "75", str(place / "page.pdf"), paper)
    return 0


def write_page(place: Path) -> Path:
    """The dashboard of the real data, made by `jk` in a folder."""
    shutil.copy(DATA / "tasks.yaml", place)
    jk = (sys.executable, "-m", "jingkai_cli")
    run(*jk, "import", str(DATA / "2016-02.jsonl"), "--by", "seed", cwd=place)
    run(*jk, "dashboard", "--as-of", "2016-07-15", "-o", "dashboard.html", cwd=place)
    return place / "dashboard.html"


def run(*command: str, cwd: Path | None = None) -> None:
    """Run a command, and print nothing if it succeeds."""
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
