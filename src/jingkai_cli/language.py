"""The language of messages: gettext with the catalogues in `locale/`. It is chosen once, before Typer is imported.

`_` translates a text. `N_` only marks a constant; `_` translates it where it is shown.
"""

import gettext
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

DOMAIN = "jk"
LOCALE = Path(__file__).parent / "locale"

Language = Literal["zh", "en"]


class Catalogue(NamedTuple):
    """Where the messages of a language are."""

    folder: str
    """The folder in `locale/`. English has none: its messages are in the code."""
    tag: str
    """The name of the language in HTML (BCP 47)."""


CATALOGUES: Mapping[Language, Catalogue] = {"en": Catalogue("en", "en"), "zh": Catalogue("zh_CN", "zh-CN")}

_language: Language = "en"


def chosen(environ: Mapping[str, str]) -> Language:
    """The language of the locale, `zh` or `en`: the first that is set of `LC_ALL`, `LC_MESSAGES`, `LANG`.

    Windows sets none of them: there it is the display language of Windows.
    """
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    if not locale and sys.platform == "win32":
        locale = _windows_locale()
    return next((language for language in CATALOGUES if locale.lower().startswith(language)), "en")


if sys.platform == "win32":

    def _windows_locale() -> str:
        """The display language of Windows, such as `zh_CN`; empty if Python has no name for it."""
        import ctypes
        import locale

        number: int = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return locale.windows_locale.get(number, "")


@cache
def _translations(language: Language) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(LOCALE), [CATALOGUES[language].folder], fallback=True)


class _Texts(dict[str, str]):
    """The texts of a language. Each is looked up once, because the cells of a table repeat."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def __missing__(self, message: str) -> str:
        text = self[message] = _translations(self._language).gettext(message)
        return text


_texts: Mapping[Language, _Texts] = {language: _Texts(language) for language in CATALOGUES}
_in_use = _texts[_language]


def bind(environ: MutableMapping[str, str]) -> None:
    """Use the locale's language, also in Click and Typer, which call gettext directly; it reads `LANGUAGE` first."""
    language = chosen(environ)
    environ["LANGUAGE"] = CATALOGUES[language].folder
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    use(language)


def use(language: Language) -> None:
    """Translate messages into `language` from now on."""
    global _language, _in_use
    _language, _in_use = language, _texts[language]


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use `language` inside the block: JSON, CSV and documents are in the language of the plan, not of the terminal."""
    before = _language
    use(language)
    try:
        yield
    finally:
        use(before)


def in_use() -> Language:
    """The language in which messages are translated now."""
    return _language


def language_tag() -> str:
    """The current language as an HTML `lang` attribute."""
    return CATALOGUES[_language].tag


def _(message: str) -> str:
    return _in_use[message]


def ngettext(one: str, many: str, count: int) -> str:
    """Translate the singular or the plural of a message. Chinese has one form."""
    if _language == "en":
        return one if count == 1 else many
    return _translations(_language).ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - the usual gettext name
    """Mark a constant for translation, and return it unchanged."""
    return message
