"""What `pip install 'jingkai-cli[…]'` adds: loaded by the command that needs it, and asked for by name when missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import MissingExtra
from .language import _


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import inside this block what belongs to an extra (`office`, `dashboard`, `postgres`).

    Raises:
        MissingExtra: it is not installed; the message is the line to type.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        text = _("this needs {module}, which is not installed: pip install 'jingkai-cli[{extra}]'")
        raise MissingExtra(text.format(module=error.name, extra=name)) from error
