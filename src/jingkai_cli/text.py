"""Text from people: shown safely, measured in terminal columns, quoted in messages."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from unicodedata import category, east_asian_width

from .language import _

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
    if text.isprintable():  # most are, and hold no line break
        return text
    return visible(text.replace("\n", "; ").replace("\t", " "))


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


@cache
def _of(char: str) -> int:
    if (category(char) in ("Mn", "Me", "Cf") and char != _SOFT_HYPHEN) or char in _JOINED:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def pad(text: str, columns: int, align: str) -> str:
    """The text with so many columns of space beside it, on its right (`left`) or left (`right`)."""
    return " " * columns + text if align == "right" else text + " " * columns


LONGEST = 60

_NEAR = 0.7  # at difflib's 0.6 "owner" is near "zones"

_ASCII = {
    "：": ": ", "［": "[", "］": "]", "【": "[", "】": "]", "｛": "{", "｝": "}",
    "“": '"', "”": '"', "‘": "'", "’": "'", "－": "-", "＃": " #",
}  # fmt: skip
"""What a Chinese keyboard types, and what YAML reads; in the order in which it is looked for."""


def shown(text: str) -> str:
    r"""A text in one short line in which all can be seen: odd blanks and control characters as escapes.

    >>> shown("城镇办\u3000")
    '城镇办\\u3000'
    """
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in cut)


def quoted(text: str) -> str:
    """The same in quotes."""
    return f"'{shown(text)}'"


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The question after the nearest of `names`; nothing if none is near."""
    nearest = get_close_matches(name, names, 1, _NEAR)
    return _("did you mean {name}?").format(name=quoted(nearest[0])) if nearest else ""


def near(name: str, names: Iterable[str]) -> str:
    """What may have been meant by `name`, in brackets: the nearest of `names`, or else all of them."""
    choices = list(names)
    if not choices:
        return _("(there is none)")
    return f"({did_you_mean(name, choices) or _('expected one of: {names}').format(names=shown(', '.join(choices)))})"


def full_width(text: str) -> str:
    """A hint to go behind a message where a text holds a Chinese keyboard's punctuation; else nothing."""
    for wide, narrow in _ASCII.items():
        if wide in text:
            return _("; full-width {wide}, type '{narrow}'").format(wide=quoted(wide), narrow=narrow)
    return ""
