"""Text from people is data: never a terminal escape, never an Excel formula; and a password is told to nobody."""

import re
from functools import cache

_UNSAFE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PROTECTED = (*_FORMULA, "'")


def visible(text: str) -> str:
    r"""Control, C1 and bidi characters as `\x1b` or `\u202e`; line breaks stay.

    >>> visible("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if text.isprintable():  # most are, and the pattern takes its time to be compiled
        return text
    return _unsafe().sub(_escaped, text)


@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile(_UNSAFE)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - the last code of two digits


def discreet(text: str) -> str:
    """The text without the passwords of URLs: that of a ledger may have been typed where something else belongs.

    >>> discreet("no file postgresql:/lin:s3cret@host/jk?password=x")
    'no file postgresql:/lin:***@host/jk?password=***'
    """
    if ":/" not in text:
        return text
    within = re.sub(r"(:/+[^\s/:@]*):\S*@", r"\1:***@", text)
    return re.sub(r"(?<=[?&])((?:ssl)?password=)[^\s&]*", r"\1***", within)


def one_line(text: str) -> str:
    """The text for a cell that cannot break: what stood on lines of its own is parted by `; `."""
    return visible("; ".join(text.split("\n")).replace("\t", " "))


def inert(text: str) -> str:
    """The text for a cell of a spreadsheet: what would be read as a formula gets a leading `'`.

    >>> inert("=1+1"), inert("-"), inert("城镇办")
    ("'=1+1", "'-", '城镇办')
    """
    if text.isprintable() and not text.startswith(_PROTECTED):
        return text
    starts_unsafe = text.startswith(_FORMULA) or visible(text[:1]) != text[:1]
    return f"'{visible(text)}" if starts_unsafe or bare(text) != text else visible(text)


def bare(text: str) -> str:
    """What `inert` protected, as it was typed: for reading a file back.

    >>> bare("'=1+1"), bare("''=1+1"), bare("'tis")
    ('=1+1', "'=1+1", "'tis")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(_PROTECTED) else text
