"""How faults quote what stands in the file, and the hints that go with them."""

from collections.abc import Iterable
from difflib import get_close_matches

from ..language import _

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
