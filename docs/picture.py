"""Draw the pictures of the terminal, `docs/overdue.svg`, `docs/report.svg` and their Chinese twins.

The pictures show `jk report --overdue` and `jk report` as of 2016-07-15 on the real data in a terminal of 80 columns,
drawn by the program's own table format. The clock is fixed, so the same source always makes the same pictures. They
need no web font, and every Chinese character has its own position, so that columns are aligned with any font.

`--check` writes nothing and exits with 1 if a picture is out of date.
"""

import re
import sys
from datetime import UTC, date, datetime
from html import escape, unescape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from jingkai_cli import language
from jingkai_cli.formats import table
from jingkai_cli.intake.importing import import_rows
from jingkai_cli.intake.row_reader import Spool
from jingkai_cli.intake.rows import entries
from jingkai_cli.intake.text_files import read
from jingkai_cli.ledger import open_for_writing
from jingkai_cli.plan import load_plan
from jingkai_cli.reports import overdue_report, task_report
from jingkai_cli.reports.document import Scope
from jingkai_cli.reports.survey import survey
from jingkai_cli.reports.task_filters import Filters
from jingkai_cli.rules.status import judge

DOCS = Path(__file__).resolve().parent
DATA = DOCS.parent / "data"
PICTURES: dict[tuple[language.Language, str], Path] = {
    ("en", "overdue"): DOCS / "overdue.svg",
    ("zh", "overdue"): DOCS / "overdue.zh-CN.svg",
    ("en", "report"): DOCS / "report.svg",
    ("zh", "report"): DOCS / "report.zh-CN.svg",
}
"""Language and report → file."""

COMMANDS = {"overdue": "jk report --overdue --as-of 2016-07-15", "report": "jk report --as-of 2016-07-15"}
AS_OF = date(2016, 7, 15)
CLOCK = datetime(2016, 3, 1, 1, 0, tzinfo=UTC)
"""The time of recording, which is part of the hashes."""

COLUMNS = 80
HEIGHT = 20
"""The font size that Rich uses; a Chinese character is as wide as it is high."""
ASPECT = 0.6
CELL = HEIGHT * ASPECT
"""The width of a column: one monospace letter."""
THEME = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [
        (31, 35, 40),
        (176, 32, 32),
        (26, 127, 55),
        (138, 90, 0),
        (9, 105, 218),
        (130, 80, 223),
        (27, 124, 131),
        (110, 119, 129),
    ],
)
FORMAT = """\
<svg class="terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", "Noto Sans CJK SC", "PingFang SC",
    "Microsoft YaHei", monospace;
  font-size: {char_height}px;
}}
{styles}
</style>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def draw(code: language.Language, report: str) -> str:
    """Draw a report, `overdue` or `report`, in a language, `en` or `zh`."""
    language.use(code)
    console = Console(
        width=COLUMNS,
        record=True,
        file=StringIO(),
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
        highlight=False,
    )
    console.print(Text.assemble(("$ ", "dim"), (COMMANDS[report], "bold")))
    plan = load_plan(DATA / "tasks.yaml")
    published = DATA / "2016-02.jsonl"
    rows = Spool(entries(str(published), read(published)[1], plan, "seed"))
    with TemporaryDirectory() as folder:
        ledger = open_for_writing(str(Path(folder) / "ledger.db"), lambda: CLOCK)
        ledger.write(lambda writer: import_rows(writer, str(published), rows, plan, AS_OF, strict=True))
        found = ledger.read(lambda reader: survey(reader, plan, AS_OF))
        ledger.close()
    scope = Scope(plan, AS_OF, None, found.head)
    judgements = judge(plan, found.facts, AS_OF)
    if report == "overdue":
        late = [judgement for judgement in judgements if judgement.position.late]
        document = overdue_report.build(scope, late, Filters(overdue=True))
    else:
        document = task_report.build(scope, judgements, Filters())
    table.show(document, console)
    return draw_console(console)


def draw_console(console: Console) -> str:
    """Draw what a console has recorded."""
    svg = console.export_svg(title="", theme=THEME, code_format=FORMAT, font_aspect_ratio=ASPECT, unique_id="jk")
    return _tidy(svg)


def _tidy(svg: str) -> str:
    """Position each character, where Rich sets the length of a whole text; remove clipping and lighten the frame."""
    svg = svg.replace("rgba(255,255,255,0.35)", "#d0d7de")
    svg = re.sub(r'<text (class="jk-r\d+") x="([^"]+)" (y="[^"]+")[^>]*>([^<]*)</text>', _placed, svg)
    return "\n".join(line.strip() for line in svg.splitlines() if line.strip()) + "\n"


def _placed(match: re.Match[str]) -> str:
    """Position each Latin word, and each Chinese character in the middle of its two columns."""
    kind, left, top, escaped = match.groups()
    tags = []
    column = 0
    for part in re.findall(r"\xa0+|[!-~]+|─+|.", unescape(escaped)):
        x = float(left) + CELL * column
        column += cell_len(part)
        if part.isspace():
            continue
        wide = cell_len(part) > len(part)
        tags.append(f'<text {kind} x="{x + (2 * CELL - HEIGHT) / 2 * wide:g}" {top}>{escape(part, quote=False)}</text>')
    return "\n".join(tags)


def main(arguments: list[str]) -> int:
    """Write the pictures, or compare them with `--check`; return the exit code."""
    stale = 0
    for (code, report), file in PICTURES.items():
        drawn = draw(code, report)
        if "--check" not in arguments:
            file.write_text(drawn, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != drawn:
            sys.stdout.write(f"{file.name} is stale: python docs/picture.py\n")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
