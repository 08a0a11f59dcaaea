"""The language of messages: gettext over `locale/`, chosen once, before Typer is imported.

`_` translates a text. `N_` only marks a constant, which `_` translates where it is shown.
"""

import gettext
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

DOMAIN = "jk"
LOCALE = Path(__file__).parent / "locale"

_active: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def chosen(environ: Mapping[str, str]) -> str:
    """The language of the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`; the first that is set): `zh` or `en`.

    Windows sets none of them: there it is the language in which Windows itself is shown.
    """
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    if not locale and sys.platform == "win32":
        locale = _windows_locale()
    return "zh" if locale.lower().startswith("zh") else "en"


if sys.platform == "win32":

    def _windows_locale() -> str:
        """The language in which Windows is shown, such as `zh_CN`; empty where Python has no name for it."""
        import ctypes
        import locale

        number: int = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return locale.windows_locale.get(number, "")


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(LOCALE), ["zh_CN"], fallback=True)


def bind(environ: MutableMapping[str, str]) -> None:
    """Use the locale's language, in Click and Typer too: they call gettext itself, which reads `LANGUAGE` first."""
    language = chosen(environ)
    environ["LANGUAGE"] = "zh_CN" if language == "zh" else "en"
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    use(language)


def use(language: str) -> None:
    """Translate messages into `language` (`zh` or `en`) from now on."""
    global _active, _language
    _active, _language = _translations(language), language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use `language` inside the block: JSON, CSV and documents follow the plan, not the terminal."""
    before = _language
    use(language)
    try:
        yield
    finally:
        use(before)


def language_tag() -> str:
    """The language in use, as an HTML `lang` attribute."""
    return "zh-CN" if _language == "zh" else "en"


def _(message: str) -> str:
    return _active.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate the singular or the plural of a message; Chinese has one form."""
    return _active.ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - the usual gettext name
    """Mark a constant for translation; return it unchanged."""
    return message
