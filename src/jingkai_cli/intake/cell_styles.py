"""Cell styles that change the meaning of a value: number format, strike-through, text in the background colour."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ..errors import Refused
from ..language import N_, _
from .grid import Cell

_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|\[\$([^\]\-]*)[^\]]*\]|\[[^\]]*\]|[_*].|([^"\\!\[_*])')
"""A token of a number format: quoted text, a character after \\ or !, a currency, a condition or colour, a space."""

_DIGITS = frozenset("0#?")
_SIGNS = frozenset("0#?.,+-() /eE%@")
"""Characters between and around digits in a format; they are not words."""

_SHRINKS = re.compile(r"[0#?],+(?![0#?,])|[0#?](?:[!\\]\.|\"\.\")[0#?]|\"[^\"]*[-−\d]\"(?=[0#?])|[\\!][-−\d](?=[0#?])")
"""A format that shows another figure than the value: `0.0,` in thousands, `0!.0000` in tens of thousands, `"-"0`."""

_BEFORE = re.compile("[约近超]?")
_OF_YUAN = re.compile("人民币|RMB|CNY|[¥￥]")
_SAYS = r"[^\W\d_]|[%‰]"
_CURRENCIES = {"us$": "美元", "usd": "美元", "$": "美元", "hk$": "港元", "€": "欧元", "eur": "欧元", "£": "英镑"}


class Affixes(NamedTuple):
    """The words that a format shows before a figure (约) and after it (亿元), and its currency if it is foreign."""

    before: str = ""
    behind: str = ""
    currency: str = ""


def shown_affixes(form: str, value: str) -> Affixes:
    """Return the words that a number format shows beside a figure.

    Args:
        form: the format.
        value: the value of the cell, for the message.

    Raises:
        Refused: the format shows another figure than the cell holds, or words before it that change its meaning.
    """
    sections = re.sub("General|G/通用格式", "0", form or "0").split(";")
    used = sections if re.search(r"\[[<>=]", form) else sections[:1]
    found = {_affixes(one) for one in used if "@" not in one}
    affixes = next(iter(found)) if len(found) == 1 else None
    if affixes is None or not sections[0] or any(map(_SHRINKS.search, used)) or not _BEFORE.fullmatch(affixes.before):
        text = _("the cell holds {text}, and its format {format} shows another figure: type the figure that is meant")
        raise Refused(text.format(text=value, format=form))
    return affixes


def _affixes(section: str) -> Affixes:
    words, signs = ["", ""], False
    currency = ""
    for match in _TOKEN.finditer(section):
        quoted, escaped, money, plain = match.groups()
        if plain and plain in _DIGITS:
            signs = True
        elif money:
            currency = currency or money
        elif literal := quoted or escaped or (plain if plain and plain not in _SIGNS else ""):
            words[signs] += literal
    words = [_OF_YUAN.sub("", word.strip()).strip() for word in words]
    foreign = next((unit for sign in (currency, *words) if (unit := _CURRENCIES.get(sign.strip().lower()))), "")
    before, behind = ("" if word.lower() in _CURRENCIES else word for word in words)
    return Affixes(before if any(map(str.isalpha, before)) else "", behind if re.search(_SAYS, behind) else "", foreign)


def hides_zero(form: str) -> bool:
    """Whether a format shows nothing for zero: `0;-0;;@`, `#,###`.

    >>> hides_zero("0;-0;;@"), hides_zero("#,###"), hides_zero("0.0"), hides_zero("General")
    (True, True, False, False)
    """
    sections = form.split(";")
    if len(sections) > 2:  # noqa: PLR2004 - the third section is for zero
        return not sections[2].strip()
    shown = re.sub(r'\[[^\]]*\]|"[^"]*"', "", sections[0])
    return "#" in shown and "0" not in shown and not re.search(r"[^#,.\s]", shown)


_CHINESE_FORMATS = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
}
"""Built-in number formats of Chinese Excel, which a file refers to by number only: ECMA-376, 18.8.30."""

_STRUCK, _UNSEEN = N_("struck through"), N_("in the colour of its background")

_WHITE = "FFFFFF"


class Style(NamedTuple):
    """The style of a cell; `paper` is its background colour as RRGGBB, empty if it is not known."""

    format: str
    struck: bool
    paper: str
    unseen: bool
    """Whether its text has the colour of the background."""


def styles() -> Callable[[Any], Style]:
    """Return a cached lookup of cell styles: openpyxl is slow at it, and thousands of cells share a few styles."""
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
    """The background colour of a cell as RRGGBB; empty if it is not known."""
    if fill is None or fill.fill_type is None:
        return _WHITE
    return _colour(fill.fgColor) if fill.fill_type == "solid" else ""


def _colour(colour: Any) -> str:
    """A colour as RRGGBB; empty if it is not known. The first colour of a theme is taken as white."""
    if colour is None or colour.tint:
        return ""
    if colour.type == "theme":
        return _WHITE if colour.theme == 0 else ""
    if colour.type == "indexed":
        return _WHITE if colour.indexed in _INDEXED_WHITE else ""
    return str(colour.rgb)[-6:].upper()


_INDEXED_WHITE = (1, 9)
"""The indexes of white in the indexed colours: ECMA-376, 18.8.27."""


def styled_cell(where: str, value: str | Decimal | date, style: Style) -> Cell:
    """Return a cell with its number format, marked as a percentage if the format scales the value by 100."""
    percentage = isinstance(value, Decimal) and "%" in style.format and "%" in _WRITTEN.sub("", style.format)
    return Cell(where, value, percentage=percentage, format=style.format)


_WRITTEN = re.compile(r'"[^"]*"|[\\!_*].')
"""Literal text in a number format. `0.0"%"` shows 0.8 as 0.8%, but `0.0%` shows 0.008 as 0.8%."""


def live_part(value: Any, style: Style) -> tuple[Any, list[tuple[str, str]]]:
    """Split a cell's value into the part that a person reads and the rest: each text with why it is not read."""
    if value is None:  # a formula without a saved value
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
"""Vertical alignment → translation of digits. A footnote mark must not become a digit: 1100 with a raised 1."""
