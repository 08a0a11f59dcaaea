"""The page for leaders: `Dashboard` → one self-contained HTML file, complete without JavaScript."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zlib import compress

from msgspec.structs import replace

from ...dates import official_date
from ...errors import extra
from ...language import _
from ...quantities import number, percent
from ...reports.dashboard_content import NAMED, WORDS, WORST, Card, Dashboard
from ...reports.document import Document, Section, as_printed, for_paper, stopped
from ...reports.reason_wording import LAMPS, STATES
from ...text import visible
from ..heading import anchor, when
from ..html_ import css_text, page, page_feet, phrased, section_parts, table
from . import drawing
from .drawing import Edit, figure

with extra("dashboard"):
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

HERE = Path(__file__).parent
_REPEATED = 20_000
"""The size of the cache of formatted texts: unit names, dates and headers are repeated for every task."""
WORST_FIRST = ("red", "yellow", "none", "green")
"""Lamps in sorting order."""


def render(dashboard: Dashboard) -> str:
    """Render the dashboard as an HTML page."""
    scope = dashboard.scope
    title, head = _("Progress of the key tasks"), anchor(scope.about)
    edit = lru_cache(_REPEATED)(partial(as_printed, year=scope.as_of.year))
    environment = Environment(
        autoescape=True,
        finalize=partial(_shown, edit),
        loader=FileSystemLoader(HERE),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {"_": _, "number": number, "percent": percent, "drawing": drawing}
    environment.filters |= {
        "tables": _tables,
        "sections": partial(_sections, edit),
        "phrased": partial(_phrased, edit),
        "by_clause": partial(_by_clause, edit),
        "iso": _iso,
        "packed": _packed,
        "stopped": stopped,
        "curves": partial(_curves, edit),
    }
    body = environment.get_template("dashboard.html.jinja").render(
        board=dashboard,
        plan=scope.plan,
        title=title,
        when=_phrased(for_paper, when(scope.about, official_date)),
        anchor=head,
        timeline=drawing.timeline(dashboard),
        lamps=_words(LAMPS),
        states=_words(STATES),
        held=_words({name: word for name, word in STATES.items() if any(m.states.get(name) for m in dashboard.course)}),
        marks=_words(drawing.MARKS),
        named=NAMED,
        most_words=WORDS // 3 if dashboard.has_many_tasks else WORDS,
        worst=WORST,
        curved=[card for card in dashboard.red if card.planned or card.actual],
        most_curves=_MOST_CURVES,
        worst_rows=slice(WORST),
        every_row=slice(None),
        pack=_PACK,
        heads=_heads(),
        columns=" ".join(_columns(dashboard)),
        worst_first=WORST_FIRST,
        units=list(dict.fromkeys(task.lead_unit for task in scope.plan.every_task() if task.lead_unit)),
    )
    style, script = (HERE.joinpath(name).read_text("utf-8") for name in ("dashboard.css", "dashboard.js"))
    labels = "".join(
        f"\n  #list td:nth-child({n})::before {{ content: {css_text(head)}; }}"
        for n, head in enumerate((head.removesuffix("进度") for head in _heads()), 1)
        if n in _LABELLED
    )
    style += f"@media screen and (max-width: 60rem) {{{labels}\n}}\n"
    style += f"@media screen {{\n  {_FOLDED.format(first=WORST + 1)}\n}}\n"
    style += page_feet(f"{title} · {scope.plan.title} · {for_paper(when(scope.about, official_date))} · {head}")
    return page(title=f"{title} | {scope.plan.title}", body=body, style=style, script=script)


_MOST_CURVES = 24
"""How many red tasks have their curves on paper: two pages."""

_LABELLED = (4, 5, 7, 9, 11)
"""The columns that get a label on a phone, where each row is a card; 实际 and 序时 are placed beside the lamps."""


_FOLDED = "section:has(.more input:not(:checked)) tbody tr:nth-child(n + {first}) {{ display: none !important; }}"
"""Hides the rows that a screen shows on request; printed pages show every row."""


def _heads() -> list[str]:
    """The column headers of the list of tasks."""
    return [
        _("No."),
        _("Task"),
        _("Status"),
        _("Actual"),
        _("Planned"),
        _("Gap (points)"),
        _("Deadline"),
        _("Why, problems and latest words"),
        _("Lead unit"),
        _("Lead leader"),
        _("Last report"),
    ]


def _columns(dashboard: Dashboard) -> Iterable[str]:
    """Classes of the list of tasks, by the places of its columns from 1.

    `no-4` has no figure for any task; `far-7` has dates of another year, which are longer; `no-calls` has no
    telephone number, and is narrower.
    """
    positions = [card.judgement.position for card in dashboard.cards]
    for n, name in ((4, "progress"), (5, "planned"), (6, "gap")):
        if all(getattr(at, name) is None for at in positions):
            yield f"no-{n}"
    year = dashboard.scope.as_of.year
    for n, days in ((7, (at.deadline for at in positions)), (11, (at.last_report_on for at in positions))):
        if any(day and day.year != year for day in days):
            yield f"far-{n}"
    if not any(card.call for card in dashboard.cards):
        yield "no-calls"


def _shown(edit: Edit, value: Any) -> Any:
    """Write dates out and escape control and bidi characters; the template escapes HTML."""
    if type(value) is str:
        return visible(edit(value))
    return visible(edit(value.isoformat())) if isinstance(value, date) else value


def _iso(day: date | None) -> Markup:
    """A date in ISO format, by which the script sorts."""
    return _html([day.isoformat() if day else ""])


def _words(words: Mapping[Any, str]) -> dict[str, str]:
    return {name: _(word) for name, word in words.items()}


def _tables(document: Document, field: str | None = None, part: slice = slice(None)) -> Markup:
    """The tables of a report, or only the rows in `part`.

    If `field` of each item holds a task id, the row links to the task, and filters hide the row with the task.
    """
    tasks = [str(item[field]) for item in document.items][part] if field else []
    whole = [s.table.without_blank_columns for s in document.on_paper.sections if s.table]
    shown = [replace(one, rows=one.rows[part]) for one in whole]
    return _html(table(each, document.title, tasks, _clauses) for each in shown)


def _sections(edit: Edit, sections: Sequence[Section], label: str) -> Markup:
    """The sections of a task, without the table columns that are blank."""
    whole = (replace(each, table=each.table.without_blank_columns) if each.table else each for each in sections)
    return _html(part for section in whole for part in section_parts(section.worded(edit), label, level=4))


def _phrased(edit: Edit, text: str) -> Markup:
    """A text in which telephone numbers are links and dates stay on one line."""
    return _html([phrased(edit(text))])


def _by_clause(edit: Edit, text: str) -> Markup:
    """The same, each clause an element: a line ends behind a clause rather than within one."""
    return _html([_clauses(edit(text))])


def _clauses(text: str) -> str:
    """Sentences as HTML, each clause an element; one that is long may go on from one line to the next."""
    return "\n".join(map(_clauses_of_line, text.split("\n")))


def _clauses_of_line(line: str) -> str:
    """The first clause has what leads to it (106天：), and a short last one stands with the one before, if it fits."""
    clauses: list[str] = []
    for clause in _CLAUSE.findall(line):
        if clauses and clauses[-1].endswith("：") and len(clauses[-1]) <= _LEAD:
            clauses[-1] += clause
        else:
            clauses.append(clause)
    html = [f"<span>{phrased(one)}</span>" if len(one) <= _LONGEST else phrased(one) for one in clauses]
    if len(clauses) > 1 and len(clauses[-1]) <= _TAIL and len(clauses[-2] + clauses[-1]) <= _LONGEST:
        html[-2:] = [f"<span>{html[-2]}{html[-1]}</span>"]
    return "".join(html)


_CLAUSE = re.compile(r"(?:“[^”]*”|[^，；：、]|、(?!\d))+[，；：、”]*|[，；：、”]+")
"""Up to a comma, semicolon or colon that is not quoted; of a list of numbered things, each is one."""

_LONGEST, _LEAD, _TAIL = 20, 6, 10
"""The most characters of a clause that stays on one line, of what leads to another, and of a short last one."""


def _curves(edit: Edit, card: Card, as_of: date) -> Markup:
    return _html([figure(card, as_of, edit)])


_PACK = 500
"""The number of tasks whose details are compressed together."""


def _packed(content: str) -> str:
    """Compress HTML for the script, which unpacks it: zlib, then base64."""
    return b64encode(compress(content.encode())).decode()


def _html(parts: Iterable[str]) -> Markup:
    """Mark HTML that `html_` has already escaped as safe."""
    return Markup("\n".join(parts))  # noqa: S704 - the only place that marks text as HTML
