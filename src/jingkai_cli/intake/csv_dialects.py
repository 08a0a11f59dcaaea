"""Refuses a CSV that is UTF-16 or has another separator than the comma, and says how to save it anew."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from itertools import islice
from pathlib import Path

from ..errors import Finding, InvalidInput
from ..language import _

_SEEN = 20
"""Lines that are looked at."""

_BYTES = 4096

_SEPARATORS = "\t;；，|"
"""What stands between cells instead of a comma."""

_NAMED = re.compile(r"\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)
"""The first line that sets the separator for Excel."""


def refuse_utf16(path: Path) -> None:
    """Refuse a CSV that Excel saved as Unicode text.

    Raises:
        InvalidInput: it is UTF-16.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        begin = file.read(_BYTES)
    if begin.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or (b"\0" in begin and _is_utf16(begin)):
        text = _("is UTF-16 (Unicode text): {remedy}")
        raise InvalidInput([Finding(str(path), 0, 0, text.format(remedy=_remedy()))])


def _is_utf16(begin: bytes) -> bool:
    """Whether every line end is two bytes, as in UTF-16 without a mark."""
    ends = begin.count(b"\n")
    return ends > 0 and ends in (begin.count(b"\n\0"), begin.count(b"\0\n"))


def refuse_separator(path: Path, encoding: str) -> None:
    """Refuse a CSV whose cells are not separated by commas.

    Raises:
        InvalidInput: the first line, and more of the next ones than have a comma, have another separator; or the first
            line names one.
        OSError: it cannot be read.
    """
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for line in islice(file, _SEEN) if line.strip()]
    named = _NAMED.match(lines[0]) if lines else None
    if named:
        text = _("names its separator ({line}), which is not read: delete this line if it is a comma, else {remedy}")
        why = text.format(line=named[0].strip("\ufeff \r\n"), remedy=_remedy())
        raise InvalidInput([Finding(str(path), 1, 1, why)])
    if not lines or "," in lines[0]:
        return
    commas = sum("," in line for line in lines)
    counts = {sign: sum(sign in line for line in lines) for sign in _SEPARATORS if sign in lines[0]}
    most = max(counts, key=lambda sign: counts[sign], default="")
    if most and counts[most] > commas:
        text = _("its cells are separated by {sign}, not by a comma: {remedy}")
        why = text.format(sign=_("tabs") if most == "\t" else most, remedy=_remedy())
        raise InvalidInput([Finding(str(path), 1, 1, why)])


def _remedy() -> str:
    return _("save it anew as “CSV UTF-8 (comma delimited)”")
