"""Options that take one of a few words, in English or as an office says them."""

from collections.abc import Mapping
from typing import Any

import click

from ..formats import FORMATS
from ..language import _, in_use
from ..quantities import enumeration
from ..text import name_key


class Words(click.Choice[str]):
    """One of a few names; each may be typed by other words too."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take each name with the other words for it, parted by blanks; messages show the first of them."""
        super().__init__([*words])
        self._first = {name: others.split()[0] for name, others in words.items() if others}
        self._names = {word.casefold(): name for name, others in words.items() for word in (name, *others.split())}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name of a word.

        Raises:
            click.BadParameter: the word is none of them; the message lists what may be typed.
        """
        name = self._names.get(name_key(str(value)).casefold())
        if name is None:
            text = _("'{value}' is none of these: {choices}")
            known = enumeration(map(self._word, self.choices))
            self.fail(text.format(value=value, choices=known), param, ctx)
        return name

    def choices_in_words(self) -> str:
        """The choices, in the language in use where they have a word in it."""
        return enumeration(map(self._word, self.choices))

    def _word(self, name: str) -> str:
        """A name, or the other word for it that is in the language in use."""
        english = in_use() == "en"
        return next((word for word in (name, self._first.get(name, "")) if word and word.isascii() == english), name)


FORMAT_WORDS: Mapping[str, str] = {name: of.words for name, of in FORMATS.items()}
"""Name of a format → other words for it."""

FORMAT = Words(FORMAT_WORDS)
"""What `-f` takes."""
