"""Take the pictures of the terminal with forty tasks: `python docs/terminal_pictures.py [FOLDER]`.

Each command runs on a terminal of 80 or 140 columns; the colours are those of `picture.py`, which draws the pictures of
the READMEs. The pictures go to `docs/terminal/`, or to FOLDER. The ledger's head differs each time, so no check
compares them.
"""

import os
import pty
import subprocess
import sys
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import chop_cells
from rich.console import Console
from rich.text import Text

from paper import environment, prepare
from picture import draw_console

PICTURES = Path(__file__).resolve().parent / "terminal"
AS_OF = ("--as-of", "2016-04-15")

SCREENS: dict[str, tuple[int, tuple[str, ...]]] = {
    "report-80.svg": (80, ("report", *AS_OF)),
    "report-140.svg": (140, ("report", *AS_OF)),
    "show-80.svg": (80, ("show", "12", *AS_OF)),
    "today-80.svg": (80, ("today", "--as-of", "2016-04-14")),
    "handover-140.svg": (140, ("handover", "--as-of", "2016-04-14")),
    "agenda-80.svg": (80, ("agenda", *AS_OF)),
    "overview-80.svg": (80, ("overview", "districts.yaml", *AS_OF)),
    "overview-140.svg": (140, ("overview", "districts.yaml", *AS_OF)),
    "chat-80.svg": (80, ("notice", "城镇办", "-f", "chat", *AS_OF)),
}
"""File → columns and command."""

MOST_LINES = 48
"""The lines of a picture; what a longer report prints below is left out."""


def draw(folder: Path) -> None:
    """Draw the screens in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary:
        place = Path(temporary)
        prepare(place)
        for name, (columns, command) in SCREENS.items():
            lines = printed(place, columns, *command).splitlines()
            console = Console(width=columns, record=True, file=StringIO(), force_terminal=True, highlight=False)
            console.print(Text.assemble(("$ ", "dim"), (" ".join(["jk", *command]), "bold")))
            for line in lines[:MOST_LINES]:
                text = Text.from_ansi(line)
                wrapped = [text] if text.cell_len <= columns else chop_cells(text.plain, columns)
                console.print(*wrapped, sep="\n", soft_wrap=True)
            if len(lines) > MOST_LINES:
                console.print(Text("⋮", "dim"))
            (folder / name).write_text(draw_console(console), encoding="utf-8")


def printed(place: Path, columns: int, *arguments: str) -> str:
    """Run a command on a terminal, and return what it prints there, with its colours."""
    ours, theirs = pty.openpty()
    shown = {**environment(place), "COLUMNS": str(columns), "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "jingkai_cli", *arguments]
    with subprocess.Popen(command, cwd=place, env=shown, stdout=theirs, stderr=subprocess.DEVNULL) as running:  # noqa: S603 - ours
        os.close(theirs)
        content = b""
        while part := _read(ours):
            content += part
    os.close(ours)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    return content.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    """What a terminal shows next; nothing at its end, which Linux reports as an error."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
