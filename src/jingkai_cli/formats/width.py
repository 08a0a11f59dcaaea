"""How many columns of a terminal a text takes: Chinese characters take two, combining marks none."""

from unicodedata import category, east_asian_width

_SOFT_HYPHEN = "\xad"
_JOINED = frozenset(map(chr, range(0x1160, 0x1200)))
"""Korean vowels and finals, which terminals draw onto the consonant before them."""


def width(text: str) -> int:
    """The columns that a text takes.

    >>> width("jk"), width("红灯"), width("e\u0301")
    (2, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_of, text))


def _of(char: str) -> int:
    if (category(char) in ("Mn", "Me", "Cf") and char != _SOFT_HYPHEN) or char in _JOINED:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def pad(text: str, columns: int, align: str) -> str:
    """The text filled with spaces to a number of columns, on its right (`left`) or left (`right`)."""
    space = " " * (columns - width(text))
    return space + text if align == "right" else text + space
