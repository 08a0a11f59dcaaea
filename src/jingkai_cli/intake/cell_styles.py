"""What of the looks of a cell changes its meaning: its number format, strikes, letters in the colour of the paper."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ..language import N_, _
from .grid import Cell

_CHINESE_FORMATS = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
}
"""Number formats that Chinese Excel has by number alone: ECMA-376, 18.8.30."""

_STRUCK, _UNSEEN = N_("struck through"), N_("in the colour of its background")

_WHITE = "FFFFFF"


class Style(NamedTuple):
    """The style of a cell: its number format, whether it is struck through, and the colour behind its letters."""

    format: str
    struck: bool
    paper: str
    unseen: bool
    """Whether its letters have that colour too."""


def styles() -> Callable[[Any], Style]:
    """The style of a cell; openpyxl takes long to look one up, and thousands of cells share a few."""
    known: dict[int, Style] = {}

    def style(cell: Any) -> Style:
        found = known.get(cell.style_id)
        if found is None:
            form = _CHINESE_FORMATS.get(cell._style.numFmtId) or str(cell.number_format)  # noqa: SLF001 - the number has no other name
            paper = _paper(cell.fill)
            ink = _colour(cell.font.color) if cell.font else ""
            struck = bool(cell.font and cell.font.strike)
            found = known[cell.style_id] = Style(form, struck, paper, bool(paper) and ink == paper)
        return found

    return style


def _paper(fill: Any) -> str:
    """The colour behind the letters of a cell, as RRGGBB; empty where that is not known."""
    if fill is None or fill.fill_type is None:
        return _WHITE
    return _colour(fill.fgColor) if fill.fill_type == "solid" else ""


def _colour(colour: Any) -> str:
    """A colour as RRGGBB; the first of a theme is white in every theme of an office."""
    if colour is None or colour.tint:
        return ""
    if colour.type == "theme":
        return _WHITE if colour.theme == 0 else ""
    if colour.type == "indexed":
        return _WHITE if colour.indexed in _INDEXED_WHITE else ""
    return str(colour.rgb)[-6:].upper()


_INDEXED_WHITE = (1, 9)
"""White among the colours that have only a number: ECMA-376, 18.8.27."""


def styled_cell(where: str, value: str | Decimal | date, style: Style) -> Cell:
    """A cell with its number format."""
    percentage = isinstance(value, Decimal) and "%" in style.format and "%" in _WRITTEN.sub("", style.format)
    return Cell(where, value, percentage=percentage, format=style.format)


_WRITTEN = re.compile(r'"[^"]*"|[\\!_*].')
"""What a number format writes as it stands: `0.0"%"` shows 0.8 as 0.8%, and `0.0%` shows 0.008 so."""


def live_part(value: Any, style: Style) -> tuple[Any, list[tuple[str, str]]]:
    """What of a cell's value a person reads, and what else it has: each text with the reason why it is not read."""
    if value is None:  # a formula that was never worked out
        return "", []
    why = _STRUCK if style.struck else _UNSEEN if style.unseen else ""
    if not isinstance(value, list):  # rich text is a list of runs
        return ("", [(str(value), _(why))]) if why and str(value).strip() else (value, [])
    parts = {"": "", _STRUCK: "", _UNSEEN: ""}
    for run in value:
        font = getattr(run, "font", None)
        text, of_run = str(run), why
        if font is not None:
            of_run = _STRUCK if font.strike else _UNSEEN if style.paper and _colour(font.color) == style.paper else ""
            if font.vertAlign in _SMALL and not parts[""].endswith(("m", "M")):
                text = text.translate(_SMALL[font.vertAlign])
        parts[of_run] += text
    return parts.pop(""), [(text.strip(), _(why)) for why, text in parts.items() if text.strip()]


_SMALL = {
    "superscript": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "subscript": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}
"""So that the mark of a footnote does not become a digit of the figure before it: 1100 and a raised 1."""
