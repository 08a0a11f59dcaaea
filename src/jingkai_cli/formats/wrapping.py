"""Where Rich may break a line: between Chinese characters too, but never before their punctuation."""

import re

from rich import _wrap

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPENING, _CLOSING = "“‘《（【", "”’》）】、。，；：？！…"
# The blanks before and after a word go with it.
_WORD = re.compile(rf"\s*(?:[{_OPENING}]*(?:[^\s{_WIDE}{_OPENING}{_CLOSING}]+|[{_WIDE}][,.;:!?)]*)[{_CLOSING}]*|\S)\s*")


def break_chinese() -> None:
    """Teach Rich, to which a Chinese sentence is one word: it moves such a word to the next line, or cuts it off."""
    _wrap.re_word = _WORD
