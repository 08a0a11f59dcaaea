"""The language in which a person is spoken to: gettext over `locale/`, chosen once, before Typer is imported.

`_` translates now; `N_` only marks a text that a table of constants holds and that is translated where it is shown.
"""

import gettext
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

DOMAIN = "jk"
LOCALE = Path(__file__).parent / "locale"

_active: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def chosen(environ: Mapping[str, str]) -> str:
    """The language of the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`; the first that is set): `zh` or `en`."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(LOCALE), ["zh_CN"], fallback=True)


def bind(environ: MutableMapping[str, str]) -> None:
    """Speak the locale's language, Click and Typer too: they ask gettext itself, which reads `LANGUAGE` first."""
    language = chosen(environ)
    environ["LANGUAGE"] = "zh_CN" if language == "zh" else "en"
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    use(language)


def use(language: str) -> None:
    """Speak `language` (`zh` or `en`) from here on."""
    global _active, _language
    _active, _language = _translations(language), language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` inside the block: JSON, CSV and documents follow the plan, not the terminal."""
    before = _language
    use(language)
    try:
        yield
    finally:
        use(before)


def spoken() -> str:
    """The language spoken now, as HTML names it."""
    return "zh-CN" if _language == "zh" else "en"


def _(message: str) -> str:
    return _active.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a message that fits `count`; Chinese has one."""
    return _active.ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "marked, not translated yet"
    """Mark a constant for translation where it is shown."""
    return message
