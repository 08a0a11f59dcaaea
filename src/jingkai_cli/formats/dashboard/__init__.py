"""The page for leaders: `Dashboard` → one self-contained HTML file, complete without JavaScript."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import extra
from ...language import _
from ...quantities import number, percent
from ...reports.dashboard_content import Dashboard
from ...reports.document import Document, Section
from ...reports.wording import LAMPS, STATES
from ...text import visible
from ..heading import anchor, when
from ..html_ import page, section_parts, table
from . import drawing

with extra("dashboard"):
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

HERE = Path(__file__).parent
WORST_FIRST = ("red", "yellow", "none", "green")
"""Lamps in sorting order."""


def render(dashboard: Dashboard) -> str:
    """The page."""
    scope = dashboard.scope
    title = _("Progress of the key tasks")
    environment = Environment(
        autoescape=True,
        finalize=_shown,
        loader=FileSystemLoader(HERE),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {"_": _, "number": number, "percent": percent, "drawing": drawing}
    environment.filters |= {"tables": _tables, "sections": _sections}
    body = environment.get_template("dashboard.html.jinja").render(
        board=dashboard,
        plan=scope.plan,
        title=title,
        when=when(scope.about, scope.as_of.isoformat()),
        anchor=anchor(scope.about),
        timeline=drawing.timeline(dashboard),
        lamps=_words(LAMPS),
        states=_words(STATES),
        worst_first=WORST_FIRST,
        units=list(dict.fromkeys(task.lead_unit for task in scope.plan.every_task() if task.lead_unit)),
    )
    style, script = (HERE.joinpath(name).read_text("utf-8") for name in ("dashboard.css", "dashboard.js"))
    return page(title=f"{title} | {scope.plan.title}", body=body, style=style, script=script)


def _shown(value: Any) -> Any:
    """Escape control and bidi characters; the template escapes HTML."""
    return visible(value) if type(value) is str else value


def _words(words: Mapping[Any, str]) -> dict[str, str]:
    return {name: _(word) for name, word in words.items()}


def _tables(document: Document, field: str | None = None) -> Markup:
    """The tables of a report. If `field` of its items holds the id of a task, filters hide the row with the task."""
    tasks = [str(item[field]) for item in document.items] if field else []
    return _html(table(s.table, document.title, tasks) for s in document.sections if s.table)


def _sections(sections: Sequence[Section], label: str) -> Markup:
    return _html(part for section in sections for part in section_parts(section, label, level=4))


def _html(parts: Iterable[str]) -> Markup:
    """Mark what `html_` has escaped as HTML."""
    return Markup("\n".join(parts))  # noqa: S704 - the only place that marks text as HTML
