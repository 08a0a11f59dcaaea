r"""What the number format of a cell shows beside its value: `0.00"亿元"`, `0\户`, `$#,##0`; and what it hides."""

import re
from typing import NamedTuple

from ..errors import Refused
from ..language import _

_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|\[\$([^\]\-]*)[^\]]*\]|\[[^\]]*\]|[_*].|([^"\\!\[_*])')
"""A part of a format: a text in quotes, a character after \\ or !, a currency, a condition or a colour, a space."""

_DIGITS = frozenset("0#?")
_SIGNS = frozenset("0#?.,+-() /eE%@")
"""What a format has between and around digits, and what is not shown as words."""

_SHRINKS = re.compile(r"[0#?],+(?![0#?,])|[0#?](?:[!\\]\.|\"\.\")[0#?]|\"[^\"]*[-−\d]\"(?=[0#?])|[\\!][-−\d](?=[0#?])")
"""A format that shows another figure than the value: `0.0,` thousands, `0!.0000` tens of thousands, `"-"0`."""

_BEFORE = re.compile("[约近超]?")
_OF_YUAN = re.compile("人民币|RMB|CNY|[¥￥]")
_SAYS = r"[^\W\d_]|[%‰]"
_CURRENCIES = {"us$": "美元", "usd": "美元", "$": "美元", "hk$": "港元", "€": "欧元", "eur": "欧元", "£": "英镑"}


class Beside(NamedTuple):
    """What is shown before a figure (约) and behind it (亿元), and its currency where that is a foreign one."""

    before: str = ""
    behind: str = ""
    currency: str = ""


def shown_beside(form: str, value: str) -> Beside:
    """What a number format shows beside a figure.

    Args:
        form: the format.
        value: as the cell holds it, for the message.

    Raises:
        Refused: it shows another figure than the cell holds, or words before it that change its meaning.
    """
    sections = re.sub("General|G/通用格式", "0", form or "0").split(";")
    used = sections if re.search(r"\[[<>=]", form) else sections[:1]
    found = {_beside(one) for one in used if "@" not in one}
    beside = next(iter(found)) if len(found) == 1 else None
    if beside is None or not sections[0] or any(map(_SHRINKS.search, used)) or not _BEFORE.fullmatch(beside.before):
        text = _("the cell holds {text}, and its format {format} shows another figure: type the figure that is meant")
        raise Refused(text.format(text=value, format=form))
    return beside


def _beside(section: str) -> Beside:
    words, signs = ["", ""], False
    currency = ""
    for match in _TOKEN.finditer(section):
        quoted, escaped, money, plain = match.groups()
        if plain and plain in _DIGITS:
            signs = True
        elif money:
            currency = currency or money
        elif said := quoted or escaped or (plain if plain and plain not in _SIGNS else ""):
            words[signs] += said
    words = [_OF_YUAN.sub("", word.strip()).strip() for word in words]
    foreign = next((unit for sign in (currency, *words) if (unit := _CURRENCIES.get(sign.strip().lower()))), "")
    before, behind = ("" if word.lower() in _CURRENCIES else word for word in words)
    return Beside(before if any(map(str.isalpha, before)) else "", behind if re.search(_SAYS, behind) else "", foreign)


def hides_zero(form: str) -> bool:
    """Whether nothing is shown of a nought: `0;-0;;@`, `#,###`.

    >>> hides_zero("0;-0;;@"), hides_zero("#,###"), hides_zero("0.0"), hides_zero("General")
    (True, True, False, False)
    """
    sections = form.split(";")
    if len(sections) > 2:  # noqa: PLR2004 - the third is that of noughts
        return not sections[2].strip()
    shown = re.sub(r'\[[^\]]*\]|"[^"]*"', "", sections[0])
    return "#" in shown and "0" not in shown and not re.search(r"[^#,.\s]", shown)
