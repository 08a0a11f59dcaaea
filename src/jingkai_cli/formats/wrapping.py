"""Where Rich may break a line: between Chinese characters too, but never before their punctuation."""

import re

from rich import _wrap
from rich.text import Text

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPENING, _CLOSING = "“‘《（【", "”’》）】、。，；：？！…"
# The blanks before and after a word go with it.
_WORD = re.compile(rf"\s*(?:[{_OPENING}]*(?:[^\s{_WIDE}{_OPENING}{_CLOSING}]+|[{_WIDE}][,.;:!?)]*)[{_CLOSING}]*|\S)\s*")


def break_chinese() -> None:
    """Teach Rich, to which a Chinese sentence is one word: it moves such a word to the next line, or cuts it off."""
    _wrap.re_word = _WORD
    Text.rstrip_end = _rstrip_end  # type: ignore[method-assign,assignment]


def _rstrip_end(text: Text, size: int) -> None:
    """Take the blanks away that end a line beyond its width: Rich counts characters there, and then cuts off a word."""
    beyond = text.cell_len - size
    blanks = len(text.plain) - len(text.plain.rstrip(" "))
    if beyond > 0 and blanks:
        text.right_crop(min(blanks, beyond))
