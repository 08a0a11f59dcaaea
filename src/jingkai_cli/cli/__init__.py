"""The commands. The only package that reads the clock, the environment or the terminal."""

import os
import sys
from types import TracebackType

from ..language import bind


def _print_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a traceback, but none for Ctrl-C: it comes while modules are loaded as often as later."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _print_traceback
bind(os.environ)  # before Typer is imported: it translates its headings at import
